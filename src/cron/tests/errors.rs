//! The message of every kind of fault, word for word.

use crate::cron::Plan;
use crate::fault::Code;

const OPENING: &str = "schedule is not valid in ";

/// Text, and its message after the opening.
const FAULTS: &[(&str, &str)] = &[
    (
        "",
        "part 1 at character 1: found nothing, expected a part such as `0 2` or `DAILY 2:00`",
    ),
    (
        ";",
        "part 1 at character 1: found nothing, expected a part such as `0 2` or `DAILY 2:00`",
    ),
    (
        "0 9;;0 10",
        "part 2 at character 5: found nothing, expected a part such as `0 2` or `DAILY 2:00`",
    ),
    (
        "60",
        "part 1 at character 1: found `60`, expected minute 0-59; the full hour is minute 0",
    ),
    (
        "0 24",
        "part 1 at character 3: found `24`, expected hour 0-23; midnight is hour 0",
    ),
    (
        "0 9 32",
        "part 1 at character 5: found `32`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR",
    ),
    (
        "0 9 0",
        "part 1 at character 5: found `0`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR; days count from 1",
    ),
    (
        "0 9 1 13",
        "part 1 at character 7: found `13`, expected month 1-12 or JAN-DEC",
    ),
    (
        "0 9 1 0",
        "part 1 at character 7: found `0`, expected month 1-12 or JAN-DEC; January is month 1",
    ),
    (
        "0 9 ? * 0",
        "part 1 at character 9: found `0`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; Sunday is 7 or SUN",
    ),
    (
        "0 9 ? * SUN-0",
        "part 1 at character 13: found `0`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; Sunday is 7 or SUN",
    ),
    (
        "0 9 ? * 0-6",
        "part 1 at character 9: found `0`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; Sunday is 7 or SUN",
    ),
    (
        "0 9 ? * 8",
        "part 1 at character 9: found `8`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n",
    ),
    (
        "0 9 ? * 07",
        "part 1 at character 9: found `07`, expected 1-5 before a weekday, such as 23 or 2WED for the second Wednesday; write `7` for every such weekday",
    ),
    (
        "0 9 ? * 61",
        "part 1 at character 9: found `61`, expected 1-5 before a weekday, such as 23 or 2WED for the second Wednesday",
    ),
    (
        "0 9 ? * 6MON",
        "part 1 at character 9: found `6MON`, expected 1-5 before a weekday, such as 23 or 2WED for the second Wednesday",
    ),
    (
        "0 9 1 1 ? 1969",
        "part 1 at character 11: found `1969`, expected year 1970-2100",
    ),
    (
        "0 9 1 1 ? 2101",
        "part 1 at character 11: found `2101`, expected year 1970-2100",
    ),
    (
        "0 9 1 1 ? 27",
        "part 1 at character 11: found `27`, expected year 1970-2100; write the year with four digits",
    ),
    (
        "61 0 9 1 1 ? 2027",
        "part 1 at character 1: found `61`, expected second 0-59",
    ),
    (
        "0 0 12 * * ?",
        "part 1 at character 12: found `?`, expected no `?` in the year, only in day and week; a text that begins with the second has seven fields: `0 0 12 * * ? *`",
    ),
    (
        "0 0 12 ? * MON",
        "part 1 at character 8: found `?`, expected no `?` in the month, only in day and week; a text that begins with the second has seven fields: `0 0 12 ? * MON *`",
    ),
    (
        "0 0 0 0 0 0 0 0",
        "part 1 at character 15: found `0`, expected at most seven fields: second minute hour day month week year",
    ),
    (
        "0 22-2",
        "part 1 at character 3: found `22-2`, expected a range of the hour that runs upwards; write `22-23,0-2`",
    ),
    (
        "50-10",
        "part 1 at character 1: found `50-10`, expected a range of the minute that runs upwards; write `50-59,0-10`",
    ),
    (
        "0 9 ? * FRI-MON",
        "part 1 at character 9: found `FRI-MON`, expected a range of weekdays that runs from Monday towards Sunday; write `FRI-SUN,MON`",
    ),
    (
        "0 9 1 NOV-FEB",
        "part 1 at character 7: found `NOV-FEB`, expected a range of the month that runs upwards; write `NOV-DEC,JAN-FEB`",
    ),
    (
        "0 9 25-5",
        "part 1 at character 5: found `25-5`, expected a range of the day that runs upwards; write `25-L,F-5`",
    ),
    (
        "0 9 L-3",
        "part 1 at character 5: found `L-3`, expected a range of the day that runs upwards; `L4` is day 3 before the last",
    ),
    (
        "0 9 L3/2",
        "part 1 at character 5: found `L3/2`, expected a number or F before the step of the day",
    ),
    (
        "0 9 W/2",
        "part 1 at character 5: found `W/2`, expected `W` without range or step",
    ),
    (
        "0 9 FW-15",
        "part 1 at character 5: found `FW-15`, expected `FW` without range or step",
    ),
    (
        "0 9 15W",
        "part 1 at character 5: found `15W`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR; there is no work day nearest to a date",
    ),
    (
        "0 9 1W",
        "part 1 at character 5: found `1W`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR; there is no work day nearest to a date",
    ),
    (
        "0 9 MON",
        "part 1 at character 5: found `MON`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR; the fifth field has weekdays: `0 9 ? * MON`",
    ),
    (
        "0 9 L0",
        "part 1 at character 5: found `L0`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR",
    ),
    (
        "0 9 1,,3",
        "part 1 at character 7: found nothing, expected an item of the day list; a comma stands between two items only",
    ),
    (
        "0 9 1,",
        "part 1 at character 7: found nothing, expected an item of the day list; a comma stands between two items only",
    ),
    (
        ",5",
        "part 1 at character 1: found nothing, expected an item of the minute list; a comma stands between two items only",
    ),
    (
        "5/",
        "part 1 at character 3: found nothing, expected the step of the minute as a number from 1",
    ),
    (
        "/5",
        "part 1 at character 1: found nothing, expected minute 0-59",
    ),
    (
        "5/0",
        "part 1 at character 3: found `0`, expected the step of the minute as a number from 1",
    ),
    (
        "5/a",
        "part 1 at character 3: found `a`, expected the step of the minute as a number from 1",
    ),
    (
        "1/2/3",
        "part 1 at character 3: found `2/3`, expected one step at most in an item of the minute",
    ),
    (
        "1-2-3",
        "part 1 at character 1: found `1-2-3`, expected one dash at most in a range of the minute",
    ),
    (
        "1-",
        "part 1 at character 3: found nothing, expected minute 0-59",
    ),
    (
        "*/",
        "part 1 at character 3: found nothing, expected the step of the minute as a number from 1",
    ),
    (
        "1,*",
        "part 1 at character 3: found `*`, expected `*` to stand alone in the minute",
    ),
    (
        "1,*/5",
        "part 1 at character 3: found `*/5`, expected `*` to stand alone in the minute",
    ),
    (
        "? 9",
        "part 1 at character 1: found `?`, expected no `?` in the minute, only in day and week",
    ),
    (
        "* * * ?",
        "part 1 at character 7: found `?`, expected no `?` in the month, only in day and week",
    ),
    (
        "-5",
        "part 1 at character 1: found nothing, expected minute 0-59",
    ),
    (
        "0,30，45",
        "part 1 at character 3: found `30，45`, expected an item of the minute list; write `,` for `，`",
    ),
    (
        "0 9 ? * MON+TUE",
        "part 1 at character 9: found `MON+TUE`, expected `#` and the number of a week after days joined by `+`; a comma joins days of every week",
    ),
    (
        "0 9 ? * MON#0",
        "part 1 at character 13: found `0`, expected week of the month 1-6, F or L after `#`; weeks count from 1, as in `MON#1`",
    ),
    (
        "0 9 ? * MON#7",
        "part 1 at character 13: found `7`, expected week of the month 1-6, F or L after `#`",
    ),
    (
        "0 9 ? * MON#",
        "part 1 at character 13: found nothing, expected week of the month 1-6, F or L after `#`",
    ),
    (
        "0 9 ? * #",
        "part 1 at character 10: found nothing, expected week of the month 1-6, F or L after `#`",
    ),
    (
        "0 9 ? * 1/2#3",
        "part 1 at character 9: found `1/2`, expected no step before `#`",
    ),
    (
        "0 9 ? * 2MON#3",
        "part 1 at character 9: found `2MON`, expected weekdays or F, L, W, R, FW, LW, FR, LR before `#`",
    ),
    (
        "0 9 ? * MON+#2",
        "part 1 at character 13: found nothing, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n",
    ),
    (
        "0 9 ? * MONDAY",
        "part 1 at character 9: found `MONDAY`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; in fields write `MON`, full names belong to the readable form",
    ),
    (
        "0 9 ? * MONDEY",
        "part 1 at character 9: found `MONDEY`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; did you mean `MON`?",
    ),
    (
        "0 9 1 JANUARY",
        "part 1 at character 7: found `JANUARY`, expected month 1-12 or JAN-DEC; in fields write `JAN`, full names belong to the readable form",
    ),
    (
        "0 9 1 JANU",
        "part 1 at character 7: found `JANU`, expected month 1-12 or JAN-DEC; did you mean `JAN`?",
    ),
    (
        "0 9 1 FEV",
        "part 1 at character 7: found `FEV`, expected month 1-12 or JAN-DEC; did you mean `FEB`?",
    ),
    (
        "9:30",
        "part 1 at character 1: found `9:30`, expected minute 0-59; a time of day is written `DAILY 9:30`",
    ),
    (
        "@daily",
        "part 1 at character 1: found `@daily`, expected minute 0-59; write `0 0`",
    ),
    (
        "@weekly",
        "part 1 at character 1: found `@weekly`, expected minute 0-59; write `0 0 ? * SUN`",
    ),
    (
        "2@* 9-18",
        "part 1 at character 1: found `2@*`, expected `*` to stand alone in the minute; seconds before `@` belong to endless jobs",
    ),
    (
        "WEKLY MON 9:00",
        "part 1 at character 1: found `WEKLY`, expected minute 0-59; did you mean `WEEKLY`?",
    ),
    (
        "DALY 9:30",
        "part 1 at character 1: found `DALY`, expected minute 0-59; did you mean `DAILY`?",
    ),
    (
        "HOUR=2&HOUR=3",
        "part 1 at character 8: found `HOUR`, expected each key once",
    ),
    (
        "HUOR=2",
        "part 1 at character 1: found `HUOR`, expected a key: SECOND, MINUTE, HOUR, DAY, MONTH, WEEK or YEAR; did you mean `HOUR`?",
    ),
    (
        "HOUR=",
        "part 1 at character 6: found nothing, expected a value after `HOUR=`",
    ),
    (
        "HOUR=2&",
        "part 1 at character 8: found nothing, expected KEY=value between two `&`",
    ),
    (
        "HOUR=2&MINUTE",
        "part 1 at character 8: found `MINUTE`, expected KEY=value between two `&`",
    ),
    (
        "=5",
        "part 1 at character 1: found nothing, expected a key: SECOND, MINUTE, HOUR, DAY, MONTH, WEEK or YEAR",
    ),
    (
        "HOUR=24&MINUTE=0",
        "part 1 at character 6: found `24`, expected hour 0-23; midnight is hour 0",
    ),
    (
        "DAY=1&WEEK=0",
        "part 1 at character 12: found `0`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; Sunday is 7 or SUN",
    ),
    (
        "MINUTELY 5",
        "part 1 at character 10: found `5`, expected nothing after MINUTELY",
    ),
    (
        "MINUTELY; 9:00",
        "part 2 at character 11: found `9:00`, expected a mode word, as MINUTELY has nothing to continue",
    ),
    (
        "HOURLY",
        "part 1 at character 7: found nothing, expected minutes after HOURLY, such as `HOURLY 15,45`",
    ),
    (
        "HOURLY 9:30",
        "part 1 at character 8: found `9:30`, expected minutes without an hour; a time of day is written `DAILY 9:30`",
    ),
    (
        "HOURLY 60",
        "part 1 at character 8: found `60`, expected minute 0-59; the full hour is minute 0",
    ),
    (
        "DAILY",
        "part 1 at character 6: found nothing, expected a time after DAILY, such as `DAILY 9:30`",
    ),
    (
        "DAILY 930",
        "part 1 at character 7: found `930`, expected a time such as 9:30",
    ),
    (
        "DAILY 12:00:00",
        "part 1 at character 7: found `12:00:00`, expected hour and minute; seconds are never written",
    ),
    (
        "DAILY 24:00",
        "part 1 at character 7: found `24`, expected hour 0-23; midnight is hour 0",
    ),
    (
        "DAILY 9:30 MON",
        "part 1 at character 12: found `MON`, expected a time after DAILY, such as `DAILY 9:30`",
    ),
    (
        "WEEKLY 9:30",
        "part 1 at character 12: found nothing, expected days and a time after WEEKLY, such as `WEEKLY MON,FRI 9:30`",
    ),
    (
        "WEEKLY MON",
        "part 1 at character 11: found nothing, expected days and a time after WEEKLY, such as `WEEKLY MON,FRI 9:30`",
    ),
    (
        "WEEKLY MONDEY 9:00",
        "part 1 at character 8: found `MONDEY`, expected weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, F1-F7, L1-L7, 11-57 or X#n; did you mean `MON`?",
    ),
    (
        "WEEKLY FRI-MON 9:00",
        "part 1 at character 8: found `FRI-MON`, expected a range of weekdays that runs from Monday towards Sunday; write `FRI-SUN,MON`",
    ),
    (
        "WEEKLY * 9:00",
        "part 1 at character 8: found `*`, expected days by name or number; every day is `DAILY`",
    ),
    (
        "MONTHLY 1,FIRST-MONDAY 9:00",
        "part 1 at character 9: found `1`, expected weekdays only, as another word of the list is one; write days of the month in a part of their own",
    ),
    (
        "MONTHLY LAST-DAY,MON 9:00",
        "part 1 at character 9: found `LAST`, expected weekdays only, as another word of the list is one; write days of the month in a part of their own",
    ),
    (
        "MONTHLY SIXTH-MONDAY 9:00",
        "part 1 at character 15: found `MONDAY`, expected WEEK after `SIXTH-`",
    ),
    (
        "MONTHLY SECOND-WORKDAY 9:00",
        "part 1 at character 16: found `WORKDAY`, expected WEEK or a weekday after `SECOND-`",
    ),
    (
        "MONTHLY SECOND-DAY 9:00",
        "part 1 at character 16: found `DAY`, expected WEEK or a weekday after `SECOND-`",
    ),
    (
        "MONTHLY SEVENTH-WEEK 9:00",
        "part 1 at character 9: found `SEVENTH`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR",
    ),
    (
        "MONTHLY FIRST 9:00",
        "part 1 at character 9: found `FIRST`, expected a word after the ordinal, such as FIRST-DAY, FIRST-WEEK or FIRST-MONDAY",
    ),
    (
        "MONTHLY FRIST-DAY 9:00",
        "part 1 at character 9: found `FRIST`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR; did you mean `FIRST`?",
    ),
    (
        "MONTHLY MONDAY-OF-SEVENTH-WEEK 9:00",
        "part 1 at character 19: found `SEVENTH`, expected FIRST-WEEK to SIXTH-WEEK or LAST-WEEK after `-OF-`",
    ),
    (
        "MONTHLY MONDAY-TO 9:00",
        "part 1 at character 16: found `TO`, expected `-TO-` between two days",
    ),
    (
        "MONTHLY MONDAY-TO- 9:00",
        "part 1 at character 24: found nothing, expected days and a time after MONTHLY, such as `MONTHLY LAST-DAY 9:30`",
    ),
    (
        "MONTHLY TO-MONDAY 9:00",
        "part 1 at character 9: found `TO`, expected `-TO-` between two days",
    ),
    (
        "MONTHLY MON-OF-FIRST-WEEK-TUE 9:00",
        "part 1 at character 26: found `-`, expected nothing after the week of the month",
    ),
    (
        "MONTHLY SECOND-MONDAY-OF-FIRST-WEEK 9:00",
        "part 1 at character 9: found `SECOND-MONDAY`, expected weekdays or F, L, W, R, FW, LW, FR, LR before `#`",
    ),
    (
        "MONTHLY 32 9:00",
        "part 1 at character 9: found `32`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR",
    ),
    (
        "YEARLY JUL 9:00",
        "part 1 at character 16: found nothing, expected months, days and a time after YEARLY or a year, such as `YEARLY JUL 1 9:30`",
    ),
    (
        "YEARLY JULLY 1 9:00",
        "part 1 at character 8: found `JULLY`, expected month 1-12 or JAN-DEC; did you mean `JUL`?",
    ),
    (
        "YEARLY JUL 1 2 9:00",
        "part 1 at character 16: found `9:00`, expected months, days and a time after YEARLY or a year, such as `YEARLY JUL 1 9:30`",
    ),
    (
        "YEARLY JUL-TO-FEB 1 9:00",
        "part 1 at character 8: found `JUL-TO-FEB`, expected a range of the month that runs upwards; write `JUL-DEC,JAN-FEB`",
    ),
    (
        "YEARLY TO-JUL 1 9:00",
        "part 1 at character 8: found `TO`, expected `-TO-` between two months",
    ),
    (
        "2027 FEB 9:00",
        "part 1 at character 14: found nothing, expected months, days and a time after YEARLY or a year, such as `YEARLY JUL 1 9:30`",
    ),
    (
        "2027",
        "part 1 at character 1: found `2027`, expected minute 0-59",
    ),
    (
        "1500 JAN 1 9:00",
        "part 1 at character 1: found `1500`, expected year 1970-2100",
    ),
    (
        "DAILY 9:30; 0 9 W",
        "part 2 at character 15: found `9`, expected a time after DAILY, such as `DAILY 9:30`",
    ),
    (
        "DAILY 9:30; WEKLY MON 10:00",
        "part 2 at character 19: found `MON`, expected a time after DAILY, such as `DAILY 9:30`; did you mean `WEEKLY`?",
    ),
    (
        "YEARLY JUL 1 9:00; 25:00",
        "part 2 at character 20: found `25`, expected hour 0-23",
    ),
    (
        "0 9 W; 0 9 X",
        "part 2 at character 12: found `X`, expected day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR",
    ),
];

#[test]
fn every_fault_has_its_message() {
    assert!(FAULTS.len() >= 100);
    for (text, expected) in FAULTS {
        let error = Plan::parse(text).expect_err(text);
        assert_eq!(error.to_string(), format!("{OPENING}{expected}"), "{text}");
        assert_eq!(error.code(), Code::SCHEDULE_INVALID);
    }
}

#[test]
fn a_message_stays_on_one_short_line() {
    let error = Plan::parse(&format!("0 9\n{}", "x".repeat(90))).unwrap_err();
    assert_eq!(error.found, format!("{}...", "x".repeat(40)));
    let error = Plan::parse("0 \u{7}").unwrap_err();
    assert_eq!(error.found, "\u{fffd}");
}
