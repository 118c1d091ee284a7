-- Grows with each change of a scope, in the same transaction.
CREATE TABLE IF NOT EXISTS registry_versions (
    scope VARCHAR(16) NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (scope)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
