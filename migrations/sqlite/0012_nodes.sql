-- Daemons of the cluster.
CREATE TABLE IF NOT EXISTS nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    online_at TEXT NOT NULL,
    lease_until TEXT,
    UNIQUE (address)
);
