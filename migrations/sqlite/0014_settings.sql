-- Settings that people change while the daemon runs.
CREATE TABLE IF NOT EXISTS settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (name)
);
