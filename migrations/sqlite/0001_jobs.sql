-- Jobs: the plan.
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    schedule TEXT NOT NULL,
    time_zone TEXT,
    next_tick_at TEXT,
    schedule_state TEXT NOT NULL,
    open_at TEXT,
    close_at TEXT,
    max_parallel INTEGER NOT NULL,
    max_wait_ms INTEGER NOT NULL,
    catch_up TEXT NOT NULL,
    catch_up_limit INTEGER NOT NULL,
    keep_tasks INTEGER NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (title),
    CHECK (kind IN ('scheduled', 'endless', 'dependent', 'manual')),
    CHECK (schedule_state IN ('ok', 'ended', 'invalid')),
    CHECK (catch_up IN ('none', 'last', 'all')),
    CHECK (max_parallel >= 0)
);
CREATE INDEX jobs_by_enabled_next_tick_at ON jobs (enabled, next_tick_at);
