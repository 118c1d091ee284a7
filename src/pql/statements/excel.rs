//! SAVE AS EXCEL and the PREP and PUT that write to it (4.10).

use std::collections::BTreeMap;

use crate::connectors::excel::Workbook;
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Prepared, RowCells, Run};
use crate::pql::statements::file_select::quoted;
use crate::pql::statements::put;
use crate::pql::syntax::tree::{SaveExcel, Template};
use crate::sql::Dialect;
use crate::value::Value;

const FOLDER: &str = "temp";
const TEMPLATES: &str = "templates/excel";

/// Selects a workbook as destination; the one before is written.
pub(crate) fn save(run: &mut Run, target: &SaveExcel) -> Done<()> {
    close(run)?;
    let name = run.evaluate_text(&target.file)?;
    let path = run.file_path(&name, FOLDER);
    let template = match &target.template {
        None => None,
        Some(None) => Some("default.xlsx".to_owned()),
        Some(Some(file)) => Some(run.evaluate_text(file)?),
    };
    let template = template.map(|name| run.file_path(&name, TEMPLATES));
    let book = Workbook::open(&path, target.replaces, template.as_deref());
    run.outside.workbook = Some(book.map_err(Error::from)?);
    Ok(())
}

/// Writes the workbook, when there is one.
pub(crate) fn close(run: &mut Run) -> Done<()> {
    match run.outside.workbook.take() {
        Some(mut book) => Ok(book.write().map_err(Error::from)?),
        None => Ok(()),
    }
}

/// Writes the workbook as far as it is, for a statement that reads files.
pub(crate) fn flush(run: &mut Run) -> Done<()> {
    match &mut run.outside.workbook {
        Some(book) => Ok(book.write().map_err(Error::from)?),
        None => Ok(()),
    }
}

/// `PREP # INSERT INTO sheet ..` and `PREP # DROP SHEET name`.
pub(crate) fn prep(run: &mut Run, body: &Template) -> Done<()> {
    let text = run.sql_text(body, Dialect::Sqlite)?;
    if let Some(name) = dropped(&text) {
        let removed = match run.outside.workbook.as_mut() {
            Some(book) => book.remove(&name).map_err(Error::from)?,
            None => false,
        };
        run.counters.prep = i64::from(removed);
        return Ok(());
    }
    append(run, &Insert::parse(&text, &Cells::new())?, None)?;
    run.counters.prep = 1;
    Ok(())
}

/// One row of the sheet for each row of the buffer or of a producer.
pub(crate) fn put(run: &mut Run, body: &Template) -> Done<()> {
    let pieces = run.sql_pieces(body, Dialect::Sqlite)?;
    let prepared = Prepared::new(pieces, Dialect::Sqlite, &run.source);
    let mut written = 0_u64;
    let mut text = String::new();
    run.drain(&mut |run, table| {
        for cells in table.rows() {
            run.step()?;
            let row = RowCells { table, cells };
            text.clear();
            let mut cells = Cells::new();
            prepared.fill_into(row, &mut text, |at, cell| {
                cells.insert(at, cell.clone());
            })?;
            append(run, &Insert::parse(&text, &cells)?, Some(row))?;
            written = written.saturating_add(1);
        }
        Ok(())
    })?;
    put::count(run, written);
    Ok(())
}

fn append(run: &mut Run, insert: &Insert, row: Option<RowCells<'_>>) -> Done<()> {
    let value = |written: &Cell| match written {
        Cell::Value(value) => value.clone(),
        Cell::Word(word) => {
            let cell = row.and_then(|row| row.find(word).cloned());
            cell.unwrap_or_else(|| Value::text(word.as_str()))
        }
    };
    let cells: Vec<(u16, Value)> = insert
        .columns
        .iter()
        .copied()
        .zip(insert.cells.iter().map(value))
        .collect();
    let Some(book) = run.outside.workbook.as_mut() else {
        return Ok(());
    };
    Ok(book
        .append(&insert.sheet, insert.row, cells)
        .map_err(Error::from)?)
}

/// The cells that were written into a statement, by the byte at which each begins.
type Cells = BTreeMap<usize, Value>;

/// `INSERT INTO sheet [ROW n] (A, B) VALUES (v, v)`
struct Insert {
    sheet: String,
    /// Counted from 0.
    row: u32,
    columns: Vec<u16>,
    cells: Vec<Cell>,
}

enum Cell {
    Value(Value),
    /// A bare word: the column of that name.
    Word(String),
}

impl Insert {
    fn parse(text: &str, written: &Cells) -> Done<Self> {
        Self::read(text, written).ok_or_else(|| {
            let message = format!(
                "a workbook takes `INSERT INTO sheet [ROW n] (A, B) VALUES (..)` or `DROP SHEET \
                 name`, not `{text}`"
            );
            Halt::new(Code::PQL_STATEMENT, message)
        })
    }

    fn read(text: &str, written: &Cells) -> Option<Self> {
        let rest = after_word(after_word(text, "INSERT")?, "INTO")?;
        let (sheet, rest) = name(rest)?;
        let (row, rest) = match after_word(rest, "ROW") {
            None => (1, rest),
            Some(rest) => {
                let (number, rest) = rest.split_at(rest.find('(')?);
                (number.trim().parse().ok()?, rest)
            }
        };
        let (columns, rest) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
        let columns = columns.split(',').map(|name| column(name.trim()));
        let rest = after_word(rest, "VALUES")?;
        let rest = rest.trim_start().strip_prefix('(')?;
        let begin = text.len().checked_sub(rest.len())?;
        Some(Self {
            sheet,
            row: u32::saturating_sub(row, 1),
            columns: columns.collect::<Option<_>>()?,
            cells: cells(rest.trim_end().strip_suffix(')')?, begin, written),
        })
    }
}

/// The sheet of `DROP SHEET name`.
fn dropped(text: &str) -> Option<String> {
    let (name, rest) = name(after_word(after_word(text, "DROP")?, "SHEET")?)?;
    rest.trim().is_empty().then_some(name)
}

/// What follows a word, when the text begins with it.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let (first, rest) = text.split_at_checked(word.len())?;
    let is_whole = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    (first.eq_ignore_ascii_case(word) && is_whole).then_some(rest)
}

/// A bare or quoted name, and what follows it.
fn name(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    if matches!(first, '\'' | '"' | '`') {
        let (name, length) = quoted(text, first);
        return Some((name, text.get(length..)?));
    }
    let end = text.find(|next: char| next.is_whitespace() || next == '(');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

/// A letter or a number from 1.
fn column(name: &str) -> Option<u16> {
    let name = name.trim_matches(['\'', '"', '`']);
    if let Ok(number) = name.parse::<u16>() {
        return number.checked_sub(1);
    }
    let mut index = 0_u16;
    for letter in name.chars() {
        let digit = letter.to_ascii_uppercase().to_digit(36)?.checked_sub(9)?;
        index = index
            .checked_mul(26)?
            .checked_add(u16::try_from(digit).ok()?)?;
    }
    index.checked_sub(1)
}

/// The values between the parentheses, which begin at a byte of the statement: cells that were
/// written there, quoted texts, numbers, words.
fn cells(inside: &str, begin: usize, written: &Cells) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut rest = inside.trim_start();
    while let Some(first) = rest.chars().next() {
        let at = begin.saturating_add(inside.len().saturating_sub(rest.len()));
        let (cell, length) = if matches!(first, '\'' | '"') {
            let (text, length) = quoted(rest, first);
            (Cell::Value(text.into()), length)
        } else {
            let length = rest.find(',').unwrap_or(rest.len());
            (bare(rest.get(..length).unwrap_or_default().trim()), length)
        };
        cells.push(match written.get(&at) {
            Some(value) => Cell::Value(value.clone()),
            None => cell,
        });
        rest = rest.get(length..).unwrap_or_default().trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    cells
}

fn bare(word: &str) -> Cell {
    if word.eq_ignore_ascii_case("null") || word.is_empty() {
        return Cell::Value(Value::Null);
    }
    if let Ok(number) = word.parse() {
        return Cell::Value(Value::Integer(number));
    }
    match word.parse::<f64>() {
        Ok(number) if number.is_finite() => Cell::Value(Value::Decimal(number)),
        _ => Cell::Word(word.to_owned()),
    }
}
