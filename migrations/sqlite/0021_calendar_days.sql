-- Days that break the rule of the week.
CREATE TABLE IF NOT EXISTS calendar_days (
    day TEXT NOT NULL,
    is_workday INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (day)
);
