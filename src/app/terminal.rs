//! The only writer to standard output and standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use super::exit::{Exit, Failure};

/// Writes data to standard output. A reader that went away is not an error of ours.
pub fn data(line: impl std::fmt::Display) {
    let _closed = writeln!(io::stdout().lock(), "{line}");
}

/// Writes text as it is, without a line end.
pub fn text(text: impl std::fmt::Display) {
    let _closed = write!(io::stdout().lock(), "{text}");
}

/// Writes a notice to standard error.
pub fn notice(line: impl std::fmt::Display) {
    let _closed = writeln!(io::stderr().lock(), "{line}");
}

/// Whether notices may be coloured: a person reads them and did not refuse (`NO_COLOR`).
pub fn notices_are_coloured() -> bool {
    let refused = crate::config::Environment::of_process()
        .get("NO_COLOR")
        .is_some();
    io::stderr().is_terminal() && !refused
}

/// Writes a value as one document of JSON, indented only for people.
///
/// # Errors
/// Never in practice: the bodies are plain data.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    let text = text.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    data(text);
    Ok(())
}

/// Writes a value as one line of JSON, for streams.
///
/// # Errors
/// Never in practice: the bodies are plain data.
pub fn json_line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value);
    data(text.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?);
    Ok(())
}

/// Writes rows under headings, each column as wide as its widest cell.
pub fn table(headings: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = headings.iter().map(|text| text.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    data(line(&mut headings.iter().copied()));
    for row in rows {
        data(line(&mut row.iter().map(String::as_str)));
    }
}
