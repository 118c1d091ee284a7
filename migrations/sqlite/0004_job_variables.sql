-- Variables that the tasks of one job share.
CREATE TABLE IF NOT EXISTS job_variables (
    job_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (job_id, name),
    FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
