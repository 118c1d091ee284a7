//! PRINT (4.18).

use crate::pql::Form;
use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::Print;
use crate::registry::Severity;
use crate::value::{DateTime, Value, write_json_text};

/// Writes one line.
pub(crate) fn run(run: &mut Run, statement: &Print) -> Done<()> {
    let mut values = Vec::with_capacity(statement.values.len());
    for expression in &statement.values {
        let value = run.evaluate(expression)?;
        if matches!(value, Value::Undefined) {
            run.warn_undefined(expression);
        }
        values.push(value);
    }
    let text = match values.as_slice() {
        [] => String::new(),
        [only] => run.text_of(only)?.into_owned(),
        several => list(run, several)?,
    };
    let output = std::sync::Arc::clone(&run.shared.environment.output);
    match &statement.label {
        Some(label) => {
            let now = Value::from(DateTime::full(run.shared.civil_now()));
            let line = if run.html {
                marked_up(&now.to_string(), &label.text, &text)
            } else {
                format!("{now} [{}] {text}", label.text)
            };
            if label.text.as_ref() == "ERROR" {
                output.log(Severity::Error, &line);
            } else {
                print(run, &line);
            }
        }
        None => print(run, &text),
    }
    Ok(())
}

/// Embedded text must not be mixed with what its code prints.
fn print(run: &Run, line: &str) {
    match run.form {
        Form::Program => run.shared.environment.output.print(line),
        Form::Embedded => run.log(Severity::Info, line),
    }
}

fn list(run: &Run, values: &[Value]) -> Done<String> {
    let mut text = String::from("(");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        match value {
            Value::Text(inner) => write_json_text(inner, &mut text),
            other => run.write_text(other, &mut text)?,
        }
    }
    text.push(')');
    Ok(text)
}

/// A labelled line for a page: the label is also the class of the line.
fn marked_up(now: &str, label: &str, text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let class = label.to_lowercase();
    format!("<div class=\"{class}\">{now} [{label}] {text}</div>")
}
