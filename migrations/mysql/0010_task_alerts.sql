-- Records that a person should look at.
CREATE TABLE IF NOT EXISTS task_alerts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    job_id BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL,
    checked BOOLEAN NOT NULL,
    mender INT,
    checked_at DATETIME(3),
    created_at DATETIME(3) NOT NULL,
    UNIQUE (record_id),
    INDEX task_alerts_by_job_id_checked (job_id, checked),
    INDEX task_alerts_by_task_id_checked (task_id, checked)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
