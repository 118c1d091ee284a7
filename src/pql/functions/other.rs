//! Functions that fit nowhere else.

use crate::pql::eval::Done;
use crate::pql::functions::{Function, Given};
use crate::value::Value;

/// Settings whose names have one of these words are secrets (decision S32).
const SECRET_WORDS: &[&str] = &["PASSWORD", "SECRET", "TOKEN", "KEY", "CREDENTIAL"];

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["IFNULL", "NVL"], "v, w", 2..=2, |given| {
        let chosen = usize::from(given.value(0).is_absent());
        Ok(given.value(chosen).clone())
    })
    .says("w when v is NULL or UNDEFINED, else v.")
    .shows(&[("@NVL(null, 5)", "5"), ("@IFNULL('a', 'b')", "a")]),
    Function::new(&["PROPERTIES"], "key", 1..=1, properties)
        .says("The TEXT of a setting, NULL when there is none; secrets are never given.")
        .shows(&[("@PROPERTIES('no.such.setting')", "null")]),
];

fn properties(given: &mut Given<'_>) -> Done<Value> {
    let name = given.text(0)?.trim().replace('.', "_").to_uppercase();
    if SECRET_WORDS.iter().any(|word| name.contains(word)) {
        return Ok(Value::Null);
    }
    let settings = &given.run.shared.environment.definitions.settings;
    Ok(settings.get(name.as_str()).cloned().into())
}
