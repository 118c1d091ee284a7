-- Who may do what only one node may do.
CREATE TABLE IF NOT EXISTS leases (
    name TEXT NOT NULL,
    holder_node_id INTEGER,
    fence INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (name)
);
