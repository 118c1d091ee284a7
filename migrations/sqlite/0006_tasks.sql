-- One run of a job for one task time.
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL,
    task_time TEXT NOT NULL,
    current_record_id INTEGER,
    creator INTEGER NOT NULL,
    create_mode TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (job_id, task_time),
    CHECK (create_mode IN ('schedule', 'instant', 'interval', 'trigger', 'complement'))
);
