-- Days that break the rule of the week.
CREATE TABLE IF NOT EXISTS calendar_days (
    day DATE NOT NULL,
    is_workday BOOLEAN NOT NULL,
    note LONGTEXT NOT NULL,
    PRIMARY KEY (day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
