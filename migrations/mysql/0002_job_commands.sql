-- Nodes of a job's DAG.
CREATE TABLE IF NOT EXISTS job_commands (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    job_id BIGINT NOT NULL,
    title VARCHAR(190) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    text LONGTEXT NOT NULL,
    args LONGTEXT NOT NULL,
    timeout_ms BIGINT NOT NULL,
    retry_limit INT NOT NULL,
    retry_delay_ms BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    position INT NOT NULL,
    UNIQUE (job_id, title),
    CHECK (kind IN ('shell', 'python', 'pql')),
    FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
