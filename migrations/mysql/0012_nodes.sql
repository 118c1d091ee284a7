-- Daemons of the cluster.
CREATE TABLE IF NOT EXISTS nodes (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    address VARCHAR(190) NOT NULL,
    incarnation BIGINT NOT NULL,
    online_at DATETIME(3) NOT NULL,
    lease_until DATETIME(3),
    UNIQUE (address)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
