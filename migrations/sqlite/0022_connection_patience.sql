-- How often connecting is tried again, and after how long without work a session is made anew.
ALTER TABLE connections ADD COLUMN retry_limit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN idle_ms INTEGER NOT NULL DEFAULT 0;
