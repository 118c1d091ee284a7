-- Records that a person should look at.
CREATE TABLE IF NOT EXISTS task_alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    checked INTEGER NOT NULL,
    mender INTEGER,
    checked_at TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (record_id)
);
CREATE INDEX task_alerts_by_job_id_checked ON task_alerts (job_id, checked);
CREATE INDEX task_alerts_by_task_id_checked ON task_alerts (task_id, checked);
