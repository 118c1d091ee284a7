-- One run of a job for one task time.
CREATE TABLE IF NOT EXISTS tasks (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    job_id BIGINT NOT NULL,
    task_time DATETIME(3) NOT NULL,
    current_record_id BIGINT,
    creator INT NOT NULL,
    create_mode VARCHAR(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE (job_id, task_time),
    CHECK (create_mode IN ('schedule', 'instant', 'interval', 'trigger', 'complement'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
