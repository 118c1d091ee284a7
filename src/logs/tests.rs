//! Writing and reading real files.

use std::sync::Arc;

use super::*;
use crate::clock::{ManualClock, Timestamp, Zone};
use crate::model::{JobId, TaskId};

fn key() -> LogKey {
    LogKey {
        job_id: JobId(3),
        task_id: TaskId(7),
        record_time: "2030-01-02T03:04:05Z".parse().expect("a moment"),
    }
}

fn logs(folder: &std::path::Path) -> TaskLogs {
    let now: Timestamp = "2030-01-02T03:04:05.678Z".parse().expect("a moment");
    let clock = Arc::new(ManualClock::new(now));
    TaskLogs::start(folder.to_owned(), Zone::UTC, clock).expect("a thread")
}

fn entry(log_type: LogType, text: &str) -> Entry<'_> {
    Entry {
        command_id: 1,
        action_id: 2,
        attempt: 1,
        log_type,
        text,
        cont: false,
    }
}

fn texts(page: &LogPage) -> Vec<&str> {
    page.lines
        .iter()
        .map(|line| line.log_text.as_str())
        .collect()
}

#[test]
fn lines_stand_in_the_published_place_and_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = logs(folder.path());
    let log = logs.record(key()).expect("a log");
    log.write(entry(LogType::Info, "h\u{e9}llo \"you\""));
    logs.end(key());
    let path = folder.path().join("20300102/3/7_030405.log");
    let text = std::fs::read_to_string(path).expect("the file");
    insta::assert_snapshot!(text, @r#"{"logTime":"2030-01-02 03:04:05.678","commandId":1,"actionId":2,"attempt":1,"logType":"INFO","logText":"héllo \"you\""}"#);
}

#[test]
fn pages_go_on_where_the_last_one_stopped_and_filters_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = logs(folder.path());
    let log = logs.record(key()).expect("a log");
    for number in 0..250 {
        let log_type = if number % 10 == 0 {
            LogType::Error
        } else {
            LogType::Info
        };
        log.write(entry(log_type, &number.to_string()));
    }
    let mut query = LogQuery {
        is_live: true,
        ..LogQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = logs.read(key(), query).expect("a page");
        assert!(page.lines.len() <= 100);
        if page.lines.is_empty() {
            assert!(!page.end, "more may come");
            break;
        }
        query.cursor = page.cursor.try_into().expect("small");
        seen.extend(page.lines.into_iter().map(|line| line.log_text));
    }
    let all: Vec<String> = (0..250).map(|number| number.to_string()).collect();
    assert_eq!(seen, all);

    logs.end(key());
    let errors = LogQuery {
        mode: Mode::Error,
        ..LogQuery::default()
    };
    let page = logs.read(key(), errors).expect("a page");
    assert_eq!((page.lines.len(), page.end), (25, true));
    let other = LogQuery {
        action_id: 9,
        ..LogQuery::default()
    };
    assert_eq!(texts(&logs.read(key(), other).expect("a page")), [""; 0]);
}

#[test]
fn a_line_without_its_end_waits_while_the_record_is_live() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = logs(folder.path());
    logs.record(key())
        .expect("a log")
        .write(entry(LogType::Info, "one"));
    logs.end(key());
    let path = folder.path().join("20300102/3/7_030405.log");
    let mut text = std::fs::read_to_string(&path).expect("the file");
    let half = text.replace("one", "two");
    text.push_str(half.trim_end());
    std::fs::write(&path, &text).expect("written");
    let live = LogQuery {
        is_live: true,
        ..LogQuery::default()
    };
    let page = logs.read(key(), live).expect("a page");
    assert_eq!((texts(&page), page.end), (vec!["one"], false));
    let page = logs.read(key(), LogQuery::default()).expect("a page");
    assert_eq!((texts(&page), page.end), (vec!["one", "two"], true));

    // A daemon that comes back does not write into the half line.
    logs.record(key())
        .expect("a log")
        .write(entry(LogType::Info, "three"));
    let page = logs.read(key(), live).expect("a page");
    assert_eq!(texts(&page), ["one", "two", "three"]);
}

#[test]
fn a_cursor_inside_a_line_or_at_the_end_or_beyond_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = logs(folder.path());
    let log = logs.record(key()).expect("a log");
    log.write(entry(LogType::Info, "one\ntwo"));
    let at = |cursor| LogQuery {
        cursor,
        ..LogQuery::default()
    };
    assert_eq!(
        texts(&logs.read(key(), at(5)).expect("a page")),
        ["two"],
        "inside a line"
    );
    assert!(logs.read(key(), at(-1)).expect("a page").lines.is_empty());
    assert!(matches!(
        logs.read(key(), at(10_000)),
        Err(Error::Cursor { .. })
    ));
}

#[test]
fn an_absent_log_is_an_empty_one_and_removing_leaves_no_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = logs(folder.path());
    assert_eq!(
        logs.read(key(), LogQuery::default()).expect("a page"),
        LogPage {
            end: true,
            ..LogPage::default()
        }
    );
    logs.record(key())
        .expect("a log")
        .write(entry(LogType::Info, "one"));
    logs.end(key());
    logs.remove(key()).expect("removed");
    logs.remove(key()).expect("again");
    assert!(!folder.path().join("20300102").exists());
    logs.close();
}
