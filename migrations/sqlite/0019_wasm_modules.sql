-- Components by the hash of their bytes.
CREATE TABLE IF NOT EXISTS wasm_modules (
    sha256 TEXT NOT NULL,
    bytes BLOB NOT NULL,
    uploaded_at TEXT NOT NULL,
    PRIMARY KEY (sha256)
);
