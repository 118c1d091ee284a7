-- Global variables.
CREATE TABLE IF NOT EXISTS variables (
    name VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    value LONGTEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
