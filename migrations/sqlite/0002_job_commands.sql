-- Nodes of a job's DAG.
CREATE TABLE IF NOT EXISTS job_commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    args TEXT NOT NULL,
    timeout_ms INTEGER NOT NULL,
    retry_limit INTEGER NOT NULL,
    retry_delay_ms INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (job_id, title),
    CHECK (kind IN ('shell', 'python', 'pql')),
    FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE
);
