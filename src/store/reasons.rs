//! Reasons as JSON, the form in which they stand in a record's row.

use serde_json::{Map, Value as Json, json};

use super::cells::time_text;
use crate::clock::{Civil, Timestamp, Zone};
use crate::model::Reason;

/// The stored form.
pub(super) fn write(reason: &Reason) -> String {
    tree(reason).to_string()
}

fn tree(reason: &Reason) -> Json {
    json!({
        "wait": reason.wait.as_str(),
        "text": reason.text,
        "because": reason.because.iter().map(tree).collect::<Vec<_>>(),
        "decided_at": time_text(reason.decided_at),
        "next_check_at": reason.next_check_at.map(time_text),
    })
}

/// The reason of a stored form, `None` when it is not one.
pub(super) fn read(text: &str) -> Option<Reason> {
    parse(&serde_json::from_str(text).ok()?)
}

fn parse(json: &Json) -> Option<Reason> {
    let fields = json.as_object()?;
    let because = fields.get("because")?.as_array()?;
    Some(Reason {
        wait: fields.get("wait")?.as_str()?.parse().ok()?,
        text: fields.get("text")?.as_str()?.to_owned(),
        because: because.iter().map(parse).collect::<Option<_>>()?,
        decided_at: time(fields, "decided_at")?,
        next_check_at: time(fields, "next_check_at"),
    })
}

fn time(fields: &Map<String, Json>, name: &str) -> Option<Timestamp> {
    let civil: Civil = fields.get(name)?.as_str()?.parse().ok()?;
    Some(civil.to_zoned(Zone::UTC).ok()?.timestamp())
}
