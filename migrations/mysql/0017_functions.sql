-- Functions by name, with the version that serves.
CREATE TABLE IF NOT EXISTS functions (
    name VARCHAR(64) NOT NULL,
    current_version BIGINT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
