//! The sentences of both languages, and that they tell plans apart.

use super::support::plan;
use crate::cron::Language;
use std::collections::HashMap;

/// Text, English and Chinese.
const SENTENCES: &[(&str, &str, &str)] = &[
    ("* * * * *", "Every minute, every day.", "每天，每分钟。"),
    (
        "30",
        "At minute 30 of every hour, every day.",
        "每天，每小时的第 30 分钟。",
    ),
    ("0 2", "At 02:00, every day.", "每天 02:00。"),
    (
        "0 9 W",
        "At 09:00, on every work day.",
        "每个工作日 09:00。",
    ),
    (
        "0 9 1 1/3",
        "At 09:00, on day 1 of the month, every 3 months from January.",
        "从 1 月起每 3 个月的 1 日 09:00。",
    ),
    (
        "0 9 ? * MON",
        "At 09:00, on every Monday.",
        "每周一 09:00。",
    ),
    (
        "0 9 1 1 ? 2027",
        "At 09:00, on day 1 of the month, in January, in 2027.",
        "2027 年 1 月 1 日 09:00。",
    ),
    (
        "0,15,30,45",
        "At minutes 0, 15, 30 and 45 of every hour, every day.",
        "每天，每小时的第 0、15、30、45 分钟。",
    ),
    (
        "*/5",
        "Every 5 minutes from minute 0 of every hour, every day.",
        "每天，每小时从第 0 分钟起每 5 分钟。",
    ),
    (
        "10-20",
        "At minutes 10 to 20 of every hour, every day.",
        "每天，每小时的第 10 至 20 分钟。",
    ),
    (
        "10-40/5 8-18/2",
        "Every 5 minutes from minute 10 to minute 40 of every 2 hours from hour 8 to hour 18, every day.",
        "每天，从 8 点到 18 点每 2 小时从第 10 分钟到第 40 分钟每 5 分钟。",
    ),
    (
        "5,10-20,0/30 9-17,20",
        "At minutes 5 and 10 to 20 and every 30 minutes from minute 0 of hours 9 to 17 and 20, every day.",
        "每天，9 至 17、20 点的第 5、10 至 20 分钟以及从第 0 分钟起每 30 分钟。",
    ),
    (
        "* 2",
        "Every minute of hour 2, every day.",
        "每天，2 点的每分钟。",
    ),
    (
        "0 9,12,18",
        "At 09:00, 12:00 and 18:00, every day.",
        "每天 09:00、12:00、18:00。",
    ),
    (
        "0 9 R",
        "At 09:00, on every rest day.",
        "每个休息日 09:00。",
    ),
    (
        "0 9 FW",
        "At 09:00, on the first work day of the month.",
        "每月的第一个工作日 09:00。",
    ),
    (
        "0 9 LW",
        "At 09:00, on the last work day of the month.",
        "每月的最后一个工作日 09:00。",
    ),
    (
        "0 9 FR",
        "At 09:00, on the first rest day of the month.",
        "每月的第一个休息日 09:00。",
    ),
    (
        "0 9 LR",
        "At 09:00, on the last rest day of the month.",
        "每月的最后一个休息日 09:00。",
    ),
    (
        "0 9 F",
        "At 09:00, on the first day of the month.",
        "每月的第一天 09:00。",
    ),
    (
        "0 9 L",
        "At 09:00, on the last day of the month.",
        "每月的最后一天 09:00。",
    ),
    (
        "0 9 L2",
        "At 09:00, on day 2 from the end of the month.",
        "每月的倒数第 2 天 09:00。",
    ),
    (
        "0 9 3L",
        "At 09:00, on day 3 from the end of the month.",
        "每月的倒数第 3 天 09:00。",
    ),
    (
        "0 9 1,15,L",
        "At 09:00, on day 1, day 15 and the last day of the month.",
        "每月 1 日、15 日、最后一天 09:00。",
    ),
    (
        "0 9 25-L",
        "At 09:00, on day 25 to the last day of the month.",
        "每月 25 日至最后一天 09:00。",
    ),
    (
        "0 9 20-L/3",
        "At 09:00, on every 3rd day from day 20 to the last day of the month.",
        "每月从 20 日到最后一天每 3 天 09:00。",
    ),
    (
        "0 9 1/5",
        "At 09:00, on every 5th day from day 1 of the month.",
        "每月从 1 日起每 5 天 09:00。",
    ),
    (
        "0 9 W,15",
        "At 09:00, on every work day and day 15 of the month.",
        "每月的每个工作日、15 日 09:00。",
    ),
    (
        "0 9 ? * 1-5",
        "At 09:00, on every Monday to Friday.",
        "每周一至周五 09:00。",
    ),
    (
        "0 9 ? * 1/2",
        "At 09:00, on every 2nd day from Monday to Sunday.",
        "每周从周一到周日每 2 天 09:00。",
    ),
    (
        "0 9 ? * 1-5/2",
        "At 09:00, on every 2nd day from Monday to Friday.",
        "每周从周一到周五每 2 天 09:00。",
    ),
    (
        "0 9 ? * MON,WED-FRI",
        "At 09:00, on every Monday and Wednesday to Friday.",
        "每周一、每周三至周五 09:00。",
    ),
    (
        "0 9 ? * W",
        "At 09:00, on every work day.",
        "每个工作日 09:00。",
    ),
    (
        "0 9 ? * FW",
        "At 09:00, on the first work day of every calendar week.",
        "每个自然周的第一个工作日 09:00。",
    ),
    (
        "0 9 ? * LR",
        "At 09:00, on the last rest day of every calendar week.",
        "每个自然周的最后一个休息日 09:00。",
    ),
    (
        "0 9 ? * F",
        "At 09:00, on the first day of every calendar week.",
        "每个自然周的第一天 09:00。",
    ),
    (
        "0 9 ? * L",
        "At 09:00, on the last day of every calendar week.",
        "每个自然周的最后一天 09:00。",
    ),
    (
        "0 9 ? * #2",
        "At 09:00, on every day of the second week of the month.",
        "每月的第二周的每天 09:00。",
    ),
    (
        "0 9 ? * #L",
        "At 09:00, on every day of the last week of the month.",
        "每月的最后一周的每天 09:00。",
    ),
    (
        "0 9 ? * MON#2",
        "At 09:00, on Monday of the second week of the month.",
        "每月的第二周的周一 09:00。",
    ),
    (
        "0 9 ? * MON-WED+FRI-SUN#2",
        "At 09:00, on Monday to Wednesday plus Friday to Sunday of the second week of the month.",
        "每月的第二周的周一至周三及周五至周日 09:00。",
    ),
    (
        "0 9 ? * W#1",
        "At 09:00, on every work day of the first week of the month.",
        "每月的第一周的每个工作日 09:00。",
    ),
    (
        "0 9 ? * FW#L",
        "At 09:00, on the first work day of the last week of the month.",
        "每月的最后一周的第一个工作日 09:00。",
    ),
    (
        "0 9 ? * F#2",
        "At 09:00, on the first day of the second week of the month.",
        "每月的第二周的第一天 09:00。",
    ),
    (
        "0 9 ? * F1",
        "At 09:00, on the first Monday of the month.",
        "每月的第一个周一 09:00。",
    ),
    (
        "0 9 ? * LFRI",
        "At 09:00, on the last Friday of the month.",
        "每月的最后一个周五 09:00。",
    ),
    (
        "0 9 ? * 2WED",
        "At 09:00, on the second Wednesday of the month.",
        "每月的第二个周三 09:00。",
    ),
    (
        "0 9 ? * 1,3#4",
        "At 09:00, on every Monday and also on Wednesday of the fourth week of the month.",
        "每周一、每月的第四周的周三 09:00。",
    ),
    (
        "0 9 1 JUL",
        "At 09:00, on day 1 of the month, in July.",
        "7 月 1 日 09:00。",
    ),
    (
        "0 9 1 MAR-JUL,12",
        "At 09:00, on day 1 of the month, in March to July and December.",
        "3 至 7、12 月 1 日 09:00。",
    ),
    (
        "0 9 ? 4,6,8 W",
        "At 09:00, on every work day, in April, June and August.",
        "4、6、8 月的每个工作日 09:00。",
    ),
    (
        "0 9 1 1 ? 2026-2028",
        "At 09:00, on day 1 of the month, in January, in 2026 to 2028.",
        "2026 至 2028 年 1 月 1 日 09:00。",
    ),
    (
        "0 9 1 1 ? 2024/4",
        "At 09:00, on day 1 of the month, in January, every 4 years from 2024.",
        "从 2024 年起每 4 年 1 月 1 日 09:00。",
    ),
    (
        "0 9 1 * MON",
        "At 09:00, on day 1 of the month.",
        "每月 1 日 09:00。",
    ),
    (
        "30 0 9 1 1 ? *",
        "At 09:00, on day 1 of the month, in January.",
        "1 月 1 日 09:00。",
    ),
    (
        "0 9 ? 7 2WED 2027",
        "At 09:00, on the second Wednesday of the month, in July, in 2027.",
        "2027 年 7 月的第二个周三 09:00。",
    ),
    (
        "HOUR=2",
        "Every minute of hour 2, every day.",
        "每天，2 点的每分钟。",
    ),
];

fn sentence(text: &str, language: Language) -> String {
    let explanation = plan(text).explain(language);
    explanation.parts.first().expect("a part").sentence.clone()
}

#[test]
fn every_symbol_has_its_words() {
    assert!(SENTENCES.len() >= 40);
    for (text, english, chinese) in SENTENCES {
        assert_eq!(sentence(text, Language::English), *english, "{text}");
        assert_eq!(sentence(text, Language::Chinese), *chinese, "{text}");
    }
}

#[test]
fn different_plans_have_different_sentences() {
    for language in [Language::English, Language::Chinese] {
        let mut seen: HashMap<String, String> = HashMap::new();
        for (text, ..) in SENTENCES {
            let plan = plan(text);
            // Work and rest days are the same days in both fields, and are named alike.
            let canonical = plan.canonical().replace("? * W *", "W * ? *");
            let other = seen.insert(sentence(text, language), canonical.clone());
            assert!(other.is_none_or(|other| other == canonical), "{text}");
        }
    }
}

#[test]
fn what_is_read_otherwise_is_noted() {
    let explain = |text: &str, language| plan(text).explain(language).to_string();
    assert_eq!(
        explain("*/5; 30 0 9 1 * MON *", Language::English),
        "Every 5 minutes from minute 0 of every hour, every day. [0 0/5 * * * ? *] \
         The minute `*/5` is read as `0/5`.\n\
         At 09:00, on day 1 of the month. [0 0 9 1 * ? *] \
         The second is ignored: ticks lie at second 0. \
         The week is ignored because the day is given."
    );
    assert_eq!(
        explain("*/5", Language::Chinese),
        "每天，每小时从第 0 分钟起每 5 分钟。 [0 0/5 * * * ? *] 分钟字段的 `*/5` 按 `0/5` 理解。"
    );
}
