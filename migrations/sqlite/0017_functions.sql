-- Functions by name, with the version that serves.
CREATE TABLE IF NOT EXISTS functions (
    name TEXT NOT NULL,
    current_version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (name)
);
