//! OPEN of files (4.1): virtual tables.

use std::path::Path;
use std::sync::Arc;

use crate::connectors::files::{Column, FileSource, Format};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::statements::excel;
use crate::pql::syntax::Name;
use crate::pql::syntax::tree::{Expression, FileColumn, FileFormat, FileTable};
use crate::value::{Frame, Kind, Value};

const FOLDER: &str = "temp";

/// Declares a file as a table; it is not opened before it is read.
pub(crate) fn run(run: &mut Run, table: &FileTable) -> Done<()> {
    excel::flush(run)?;
    let file = run.evaluate_file_name(&table.file)?;
    let path = run.file_path(&file, FOLDER);
    if !path.is_file() {
        let message = format!("file `{}` is not there", path.display());
        return Err(Halt::new(Code::PQL_FILE, message).at(table.file.span));
    }
    let name = match &table.name {
        Some(name) => run.evaluate_text(name)?,
        None => stem(&path),
    };
    let format = match table.format {
        FileFormat::Csv => Format::Csv,
        FileFormat::Json => Format::Json,
        FileFormat::Excel => Format::Excel,
        FileFormat::Text | FileFormat::Gzip => Format::Text {
            delimiter: optional(run, table.delimiter.as_ref())?.unwrap_or_else(|| ",".to_owned()),
            brackets: brackets(run, table)?,
            is_gzip: table.format == FileFormat::Gzip,
        },
    };
    let skip = match &table.skip {
        Some(skip) => run.evaluate_count(skip, "SKIP")?,
        None => 0,
    };
    let source = FileSource {
        path,
        format,
        columns: columns(table)?,
        has_headers: table.has_headers,
        skip,
    };
    run.outside.file_tables.insert(Name::new(&name), source);
    Ok(())
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn optional(run: &mut Run, value: Option<&Expression>) -> Done<Option<String>> {
    value.map(|value| run.evaluate_text(value)).transpose()
}

/// Two signs, or one text with a comma between them.
fn brackets(run: &mut Run, table: &FileTable) -> Done<Option<(String, String)>> {
    let Some((left, right)) = &table.brackets else {
        return Ok(None);
    };
    let (left, right) = (run.evaluate_text(left)?, run.evaluate_text(right)?);
    if left == right
        && let Some((left, right)) = left.split_once(',')
    {
        return Ok(Some((left.to_owned(), right.to_owned())));
    }
    Ok(Some((left, right)))
}

fn columns(table: &FileTable) -> Done<Vec<Column>> {
    let column = |column: &FileColumn| {
        let convert = match &column.kind {
            None => conversion(Kind::Text),
            // The cells of a workbook have kinds of their own.
            Some(_) if table.format == FileFormat::Excel => None,
            Some(word) => Kind::from_word(word.as_str()).and_then(conversion),
        };
        let convert = convert.ok_or_else(|| {
            let wrong = column.kind.as_ref().map(Name::to_upper).unwrap_or_default();
            let message = match table.format {
                FileFormat::Excel => format!(
                    "a column of a workbook has the kinds of its cells: write `{}` without \
                     `{wrong}`",
                    column.name
                ),
                _ => format!(
                    "`{wrong}` is no type of a column: it may be TEXT, INTEGER, DECIMAL, BOOLEAN \
                     or DATETIME"
                ),
            };
            Halt::new(Code::PQL_STATEMENT, message)
        })?;
        Ok(Column {
            name: Arc::clone(&column.name),
            convert,
        })
    };
    table.columns.iter().map(column).collect()
}

/// Makes the values of a column. What cannot be converted stays a text, but an empty one is NULL.
fn conversion(kind: Kind) -> Option<fn(&str, Frame<'_>) -> Value> {
    Some(match kind {
        Kind::Text => |text, _| Value::text(text),
        Kind::Integer => |text, _| {
            let number = text.trim().parse().map(Value::Integer);
            number.unwrap_or_else(|_| leftover(text))
        },
        Kind::Decimal => |text, _| {
            let number = text.trim().parse::<f64>().ok();
            let number = number.filter(|number| number.is_finite());
            number.map_or_else(|| leftover(text), Value::Decimal)
        },
        Kind::Boolean => |text, _| {
            let truth = Value::text(text).to_boolean();
            truth.map_or_else(|_| leftover(text), Value::Boolean)
        },
        Kind::DateTime => |text, frame| {
            let moment = Value::text(text).to_datetime(frame);
            moment.map_or_else(|_| leftover(text), Value::DateTime)
        },
        _ => return None,
    })
}

fn leftover(text: &str) -> Value {
    if text.trim().is_empty() {
        Value::Null
    } else {
        Value::text(text)
    }
}
