-- The ledger: every due tick is settled exactly once.
CREATE TABLE IF NOT EXISTS ticks (
    job_id BIGINT NOT NULL,
    tick_at DATETIME(3) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    reason LONGTEXT NOT NULL,
    epoch BIGINT NOT NULL,
    task_id BIGINT,
    settled_at DATETIME(3) NOT NULL,
    PRIMARY KEY (job_id, tick_at),
    INDEX ticks_by_tick_at (tick_at),
    CHECK (outcome IN ('created', 'caught_up', 'skipped', 'suppressed'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
