-- Every version of every function.
CREATE TABLE IF NOT EXISTS function_versions (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT,
    export_name TEXT NOT NULL,
    grants_json TEXT NOT NULL,
    limits_json TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (name, version),
    CHECK (kind IN ('pql', 'wasm'))
);
CREATE INDEX function_versions_by_sha256 ON function_versions (sha256);
