//! The arguments of one action: predefined values and the command's own (`keeper.md` 7.3, 7.5).

use serde_json::{Map, Value as Json};

use super::Error;
use crate::clock::{Timestamp, Zone};
use crate::model::{Action, Record, Task};

/// How times are written in arguments, logs and the published answers.
const TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Everything a command is given by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    /// Name and value in order: predefined ones first.
    pub values: Map<String, Json>,
    /// Names that the command tried to override; they keep their predefined value.
    pub refused: Vec<String>,
}

/// Builds the arguments of an action.
///
/// # Errors
/// [`Error::Arguments`] when the command's text is neither a query string nor a JSON object.
pub fn arguments(task: &Task, action: &Action, zone: &Zone) -> Result<Arguments, Error> {
    let mut values = predefined(task, action, zone);
    let mut refused = Vec::new();
    for (name, value) in parse_arguments(&action.source_args)? {
        if is_reserved(&name) {
            refused.push(name);
        } else {
            values.insert(name, value);
        }
    }
    Ok(Arguments { values, refused })
}

/// The same values as environment variables of a child process.
pub fn environment(task: &Task, action: &Action, zone: &Zone) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, value) in predefined(task, action, zone) {
        if name == "title" {
            continue;
        }
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        variables.push((format!("KEEPER_{}", name.to_ascii_uppercase()), text));
    }
    variables
}

/// Reads `a=1&b=x%20y` (values are text) or a JSON object (values keep their type).
///
/// # Errors
/// [`Error::Arguments`] for anything else.
pub fn parse_arguments(text: &str) -> Result<Map<String, Json>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Map::new());
    }
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|error| Error::Arguments(error.to_string()));
    }
    let mut values = Map::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        if name.is_empty() || !text.contains('=') {
            let message = format!("`{text}` is neither `a=1&b=2` nor a JSON object");
            return Err(Error::Arguments(message));
        }
        values.insert(name.into_owned(), Json::String(value.into_owned()));
    }
    Ok(values)
}

/// A moment as civil time in `zone`, to the second.
pub fn civil_text(moment: Timestamp, zone: &Zone) -> String {
    moment
        .to_zoned(zone.clone())
        .strftime(TIME_FORMAT)
        .to_string()
}

const RESERVED: &[&str] = &[
    "job_id",
    "task_id",
    "command_id",
    "action_id",
    "task_time",
    "record_time",
    "start_mode",
    "title",
];

fn is_reserved(name: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(name))
}

fn predefined(task: &Task, action: &Action, zone: &Zone) -> Map<String, Json> {
    let record: &Record = &task.record;
    let values: [Json; 8] = [
        task.job_id.0.into(),
        task.id.0.into(),
        action.command_id.0.into(),
        action.id.0.into(),
        civil_text(task.task_time, zone).into(),
        civil_text(record.record_time, zone).into(),
        record.start_mode.as_str().into(),
        task.job_title.as_ref().into(),
    ];
    RESERVED
        .iter()
        .map(|name| (*name).to_owned())
        .zip(values)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_gives_texts_and_an_object_keeps_types() {
        let query = parse_arguments("a=1&b=x%20y").expect("a query string");
        assert_eq!(Json::from(query).to_string(), r#"{"a":"1","b":"x y"}"#);
        let object = parse_arguments(r#"{"a":1,"b":[true]}"#).expect("an object");
        assert_eq!(Json::from(object).to_string(), r#"{"a":1,"b":[true]}"#);
        assert!(parse_arguments("  ").expect("nothing").is_empty());
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["[1]", "{\"a\":", "hello", "=1"] {
            assert!(parse_arguments(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reserved_names_ignore_case() {
        assert!(is_reserved("Task_ID"));
        assert!(!is_reserved("day"));
    }
}
