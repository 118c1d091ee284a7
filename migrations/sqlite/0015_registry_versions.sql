-- Grows with each change of a scope, in the same transaction.
CREATE TABLE IF NOT EXISTS registry_versions (
    scope TEXT NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (scope)
);
