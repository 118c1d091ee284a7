-- How often connecting is tried again, and after how long without work a session is made anew.
-- A start that was cut off behind the change repeats this step, so it looks first.
SET @keeper_step = IF(
    (SELECT COUNT(*) FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = 'connections' AND column_name = 'idle_ms') = 0,
    'ALTER TABLE connections ADD COLUMN retry_limit INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN idle_ms INT UNSIGNED NOT NULL DEFAULT 0',
    'SELECT 1');
PREPARE keeper_step FROM @keeper_step;
EXECUTE keeper_step;
DEALLOCATE PREPARE keeper_step;
