-- The DAG that a record ran.
CREATE TABLE IF NOT EXISTS action_edges (
    record_id INTEGER NOT NULL,
    upstream_action_id INTEGER NOT NULL,
    downstream_action_id INTEGER NOT NULL,
    PRIMARY KEY (record_id, upstream_action_id, downstream_action_id),
    FOREIGN KEY (record_id) REFERENCES task_records (id) ON DELETE CASCADE
);
CREATE INDEX action_edges_by_upstream_action_id ON action_edges (upstream_action_id);
