-- Settings that people change while the daemon runs.
CREATE TABLE IF NOT EXISTS settings (
    name VARCHAR(64) NOT NULL,
    value LONGTEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
