-- Components by the hash of their bytes.
CREATE TABLE IF NOT EXISTS wasm_modules (
    sha256 CHAR(64) NOT NULL,
    bytes LONGBLOB NOT NULL,
    uploaded_at DATETIME(3) NOT NULL,
    PRIMARY KEY (sha256)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
