-- Restarts that wait for their time.
CREATE TABLE IF NOT EXISTS delayed_starts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    record_id BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    due_at DATETIME(3) NOT NULL,
    reason LONGTEXT NOT NULL,
    INDEX delayed_starts_by_due_at (due_at),
    FOREIGN KEY (record_id) REFERENCES task_records (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
