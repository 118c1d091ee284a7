-- One attempt at a task.
CREATE TABLE IF NOT EXISTS task_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL,
    record_time TEXT NOT NULL,
    seq INTEGER NOT NULL,
    restart_kind TEXT NOT NULL,
    parent_record_id INTEGER,
    start_mode TEXT NOT NULL,
    starter INTEGER NOT NULL,
    killer INTEGER,
    status TEXT NOT NULL,
    live INTEGER GENERATED ALWAYS AS (
        CASE WHEN status IN ('new', 'initialized', 'ready', 'executing', 'finished') THEN 1 END
    ) VIRTUAL,
    end_reason TEXT,
    node_id INTEGER,
    epoch INTEGER NOT NULL DEFAULT 0,
    lease_until TEXT,
    start_after TEXT,
    ready_at TEXT,
    started_at TEXT,
    finished_at TEXT,
    reason_json TEXT,
    next_check_at TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (task_id, record_time),
    UNIQUE (task_id, seq),
    CHECK (status IN (
        'new', 'initialized', 'checking_limit', 'ready', 'waiting_limit',
        'executing', 'finished', 'success', 'incorrect', 'failed', 'timeout',
        'interrupted', 'no_commands', 'ignore'
    )),
    CHECK (end_reason IN ('failed', 'timeout', 'killed')),
    CHECK (restart_kind IN ('first', 'whole', 'exceptional', 'partial', 'recheck')),
    FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX task_records_by_live_status_ready_at ON task_records (live, status, ready_at);
CREATE INDEX task_records_by_job_id_live_status ON task_records (job_id, live, status);
CREATE INDEX task_records_by_node_id_live ON task_records (node_id, live);
CREATE INDEX task_records_by_finished_at ON task_records (finished_at);
