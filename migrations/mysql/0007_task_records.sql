-- One attempt at a task.
CREATE TABLE IF NOT EXISTS task_records (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    task_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    record_time DATETIME(3) NOT NULL,
    seq INT NOT NULL,
    restart_kind VARCHAR(16) NOT NULL,
    parent_record_id BIGINT,
    start_mode VARCHAR(16) NOT NULL,
    starter INT NOT NULL,
    killer INT,
    status VARCHAR(16) NOT NULL,
    live TINYINT GENERATED ALWAYS AS (
        CASE WHEN status IN ('new', 'initialized', 'ready', 'executing', 'finished') THEN 1 END
    ) STORED,
    end_reason VARCHAR(16),
    node_id BIGINT,
    epoch BIGINT NOT NULL DEFAULT 0,
    lease_until DATETIME(3),
    start_after DATETIME(3),
    ready_at DATETIME(3),
    started_at DATETIME(3),
    finished_at DATETIME(3),
    reason_json LONGTEXT,
    next_check_at DATETIME(3),
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (task_id, record_time),
    UNIQUE (task_id, seq),
    INDEX task_records_by_live_status_ready_at (live, status, ready_at),
    INDEX task_records_by_job_id_live_status (job_id, live, status),
    INDEX task_records_by_node_id_live (node_id, live),
    INDEX task_records_by_finished_at (finished_at),
    CHECK (status IN (
        'new', 'initialized', 'checking_limit', 'ready', 'waiting_limit',
        'executing', 'finished', 'success', 'incorrect', 'failed', 'timeout',
        'interrupted', 'no_commands', 'ignore'
    )),
    CHECK (end_reason IN ('failed', 'timeout', 'killed')),
    CHECK (restart_kind IN ('first', 'whole', 'exceptional', 'partial', 'recheck')),
    FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
