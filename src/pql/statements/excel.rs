//! SAVE AS EXCEL and the PREP and PUT that write to it (4.10).

use crate::connectors::excel::Workbook;
use crate::pql::Error;
use crate::pql::eval::{Done, Prepared, RowCells, Run};
use crate::pql::statements::excel_insert::{Cell, Cells, Insert, after_word, name};
use crate::pql::statements::put;
use crate::pql::syntax::tree::{SaveExcel, Template};
use crate::sql::Dialect;
use crate::value::Value;

const FOLDER: &str = "temp";
const TEMPLATES: &str = "templates/excel";

/// Selects a workbook as destination; the one before is written.
pub(crate) fn save(run: &mut Run, target: &SaveExcel) -> Done<()> {
    close(run)?;
    let name = run.evaluate_file_name(&target.file)?;
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
            prepared.fill_cells(row, &mut text, |at, cell| {
                cells.insert(at, cell);
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

/// The sheet of `DROP SHEET name`.
fn dropped(text: &str) -> Option<String> {
    let (name, rest) = name(after_word(after_word(text, "DROP")?, "SHEET")?)?;
    rest.trim().is_empty().then_some(name)
}
