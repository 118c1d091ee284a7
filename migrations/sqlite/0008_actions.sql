-- One run of a command in one record: a snapshot of all it needs.
CREATE TABLE IF NOT EXISTS actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER NOT NULL,
    command_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_text TEXT NOT NULL,
    source_args TEXT NOT NULL,
    final_text TEXT,
    final_args TEXT,
    pinned_json TEXT,
    timeout_ms INTEGER NOT NULL,
    retry_limit INTEGER NOT NULL,
    retry_delay_ms INTEGER NOT NULL,
    position INTEGER NOT NULL,
    status TEXT NOT NULL,
    pending_upstreams INTEGER NOT NULL,
    node_id INTEGER,
    epoch INTEGER NOT NULL DEFAULT 0,
    pid INTEGER,
    pgid INTEGER,
    proc_start INTEGER,
    queued_at TEXT,
    started_at TEXT,
    finished_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    kill_asked INTEGER NOT NULL DEFAULT 0,
    exit_code INTEGER,
    signal_number INTEGER,
    error TEXT,
    UNIQUE (record_id, command_id),
    CHECK (status IN (
        'waiting', 'queueing', 'running', 'wrong', 'done', 'exceptional',
        'overtime', 'killed', 'skipped', 'cancelled'
    )),
    CHECK (pending_upstreams >= 0),
    FOREIGN KEY (record_id) REFERENCES task_records (id) ON DELETE CASCADE
);
CREATE INDEX actions_by_record_id_status ON actions (record_id, status);
CREATE INDEX actions_by_node_id_status ON actions (node_id, status);
