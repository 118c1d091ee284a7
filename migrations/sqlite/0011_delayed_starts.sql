-- Restarts that wait for their time.
CREATE TABLE IF NOT EXISTS delayed_starts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    due_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    FOREIGN KEY (record_id) REFERENCES task_records (id) ON DELETE CASCADE
);
CREATE INDEX delayed_starts_by_due_at ON delayed_starts (due_at);
