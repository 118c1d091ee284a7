-- The ledger: every due tick is settled exactly once.
CREATE TABLE IF NOT EXISTS ticks (
    job_id INTEGER NOT NULL,
    tick_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    task_id INTEGER,
    settled_at TEXT NOT NULL,
    PRIMARY KEY (job_id, tick_at),
    CHECK (outcome IN ('created', 'caught_up', 'skipped', 'suppressed'))
);
CREATE INDEX ticks_by_tick_at ON ticks (tick_at);
