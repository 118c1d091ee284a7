-- Edges of a job's DAG.
CREATE TABLE IF NOT EXISTS job_edges (
    job_id INTEGER NOT NULL,
    upstream_id INTEGER NOT NULL,
    downstream_id INTEGER NOT NULL,
    PRIMARY KEY (job_id, upstream_id, downstream_id),
    FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE,
    FOREIGN KEY (upstream_id) REFERENCES job_commands (id) ON DELETE CASCADE,
    FOREIGN KEY (downstream_id) REFERENCES job_commands (id) ON DELETE CASCADE
);
