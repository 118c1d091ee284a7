-- The DAG that a record ran.
CREATE TABLE IF NOT EXISTS action_edges (
    record_id BIGINT NOT NULL,
    upstream_action_id BIGINT NOT NULL,
    downstream_action_id BIGINT NOT NULL,
    PRIMARY KEY (record_id, upstream_action_id, downstream_action_id),
    INDEX action_edges_by_upstream_action_id (upstream_action_id),
    FOREIGN KEY (record_id) REFERENCES task_records (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
