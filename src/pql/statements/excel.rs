//! SAVE AS EXCEL and the PREP and PUT that write to it (4.10).

use std::sync::Arc;

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
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [drop, sheet, name] = words.as_slice()
        && drop.eq_ignore_ascii_case("DROP")
        && sheet.eq_ignore_ascii_case("SHEET")
    {
        let name = name.trim_matches(['\'', '"', '`']);
        let removed = match run.outside.workbook.as_mut() {
            Some(book) => book.remove(name).map_err(Error::from)?,
            None => false,
        };
        run.counters.prep = i64::from(removed);
        return Ok(());
    }
    append(run, &Insert::parse(&text)?, None)?;
    run.counters.prep = 1;
    Ok(())
}

/// One row of the sheet for each row of the buffer.
pub(crate) fn put(run: &mut Run, body: &Template) -> Done<()> {
    let pieces = run.sql_pieces(body, Dialect::Sqlite)?;
    let prepared = Prepared::new(pieces, Dialect::Sqlite, &run.source);
    let table = Arc::clone(run.buffer.table());
    for cells in table.rows() {
        run.step()?;
        let row = RowCells {
            table: &table,
            cells,
        };
        let insert = Insert::parse(&prepared.fill(row)?)?;
        append(run, &insert, Some(row))?;
    }
    put::count(run, table.len() as u64);
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
    fn parse(text: &str) -> Done<Self> {
        Self::read(text).ok_or_else(|| {
            let message = format!(
                "a workbook takes `INSERT INTO sheet [ROW n] (A, B) VALUES (..)` or `DROP SHEET \
                 name`, not `{text}`"
            );
            Halt::new(Code::PQL_STATEMENT, message)
        })
    }

    fn read(text: &str) -> Option<Self> {
        let open = text.find('(')?;
        let (head, rest) = text.split_at(open);
        let words: Vec<&str> = head.split_whitespace().collect();
        let (sheet, row) = match words.as_slice() {
            [insert, into, sheet, rest @ ..]
                if insert.eq_ignore_ascii_case("INSERT") && into.eq_ignore_ascii_case("INTO") =>
            {
                let row = match rest {
                    [] => 1,
                    [word, number] if word.eq_ignore_ascii_case("ROW") => number.parse().ok()?,
                    _ => return None,
                };
                (sheet.trim_matches(['\'', '"', '`']).to_owned(), row)
            }
            _ => return None,
        };
        let close = rest.find(')')?;
        let columns = rest
            .get(1..close)?
            .split(',')
            .map(|name| column(name.trim()));
        let columns: Option<Vec<u16>> = columns.collect();
        let tail = rest.get(close + 1..)?.trim();
        let values = tail
            .get(..6)
            .filter(|word| word.eq_ignore_ascii_case("VALUES"))?;
        let inside = tail.get(values.len()..)?.trim();
        let inside = inside.strip_prefix('(')?.trim_end().strip_suffix(')')?;
        Some(Self {
            sheet,
            row: u32::saturating_sub(row, 1),
            columns: columns?,
            cells: cells(inside),
        })
    }
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

/// The values between the parentheses: quoted texts, numbers, words.
fn cells(inside: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut rest = inside.trim();
    while let Some(first) = rest.chars().next() {
        let length = if matches!(first, '\'' | '"') {
            let (text, length) = quoted(rest, first);
            cells.push(Cell::Value(text.into()));
            length
        } else {
            let length = rest.find(',').unwrap_or(rest.len());
            cells.push(bare(rest.get(..length).unwrap_or_default().trim()));
            length
        };
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
