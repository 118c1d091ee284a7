-- Every version of every function.
CREATE TABLE IF NOT EXISTS function_versions (
    name VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    parameters LONGTEXT NOT NULL,
    body LONGTEXT NOT NULL,
    sha256 CHAR(64),
    export_name LONGTEXT NOT NULL,
    grants_json LONGTEXT NOT NULL,
    limits_json LONGTEXT NOT NULL,
    note LONGTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name, version),
    INDEX function_versions_by_sha256 (sha256),
    CHECK (kind IN ('pql', 'wasm'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
