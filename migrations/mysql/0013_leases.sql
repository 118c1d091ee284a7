-- Who may do what only one node may do.
CREATE TABLE IF NOT EXISTS leases (
    name VARCHAR(64) NOT NULL,
    holder_node_id BIGINT,
    fence BIGINT NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
