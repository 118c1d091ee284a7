//! The tables that are named in a sheet: they grow with the rows below them, as they do when a
//! person writes there.

use std::ops::RangeInclusive;

use super::package::Package;
use super::parts::{relations, relations_of};
use super::sheet::{Rows, column_name, column_of};
use super::xml::{Edit, Result, attribute, edit, local, number, with_attributes};

/// Where a table is: its columns and rows, from 0, with the row of its heads.
struct Area {
    columns: RangeInclusive<u16>,
    rows: RangeInclusive<u32>,
}

impl Area {
    /// Reads `A1:D9`.
    fn parse(written: &str) -> Option<Self> {
        let (first, last) = written.split_once(':')?;
        let row = |cell: &str| {
            let digits = cell.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            digits.parse::<u32>().ok()?.checked_sub(1)
        };
        Some(Self {
            columns: column_of(first)?..=column_of(last)?,
            rows: row(first)?..=row(last)?,
        })
    }

    /// The same with the new rows that follow it without a gap.
    fn with(&self, rows: &Rows) -> Self {
        let mut last = *self.rows.end();
        for (row, cells) in rows.range(last.saturating_add(1)..) {
            let is_next = last.checked_add(1) == Some(*row);
            if !is_next || cells.range(self.columns.clone()).next().is_none() {
                break;
            }
            last = *row;
        }
        Self {
            columns: self.columns.clone(),
            rows: *self.rows.start()..=last,
        }
    }

    /// Tells whether any new row is in it.
    fn has_any(&self, rows: &Rows) -> bool {
        rows.range(self.rows.clone()).next().is_some()
    }

    fn written(&self) -> String {
        let cell = |column, row: u32| format!("{}{}", column_name(column), row.saturating_add(1));
        let first = cell(*self.columns.start(), *self.rows.start());
        let last = cell(*self.columns.end(), *self.rows.end());
        format!("{first}:{last}")
    }
}

/// Lets the tables of a sheet take the new rows below them in.
pub(super) fn grow(package: &mut Package, sheet: &str, rows: &Rows) -> Result<()> {
    let Some(text) = package.find(&relations_of(sheet))? else {
        return Ok(());
    };
    for relation in relations(&text, sheet)? {
        if relation.kind == "table" {
            let text = package.text(&relation.part)?;
            package.set(&relation.part, grown(&text, rows)?);
        }
    }
    Ok(())
}

fn grown(text: &str, rows: &Rows) -> Result<String> {
    let mut has_totals = false;
    edit(
        text,
        |tag| {
            let name = local(tag);
            if name == "table" {
                has_totals = number(tag, "totalsRowCount").is_some_and(|count| count > 0);
            }
            // What is below the totals is not part of the table.
            if has_totals || !matches!(name, "table" | "autoFilter") {
                return Edit::Keep;
            }
            let area = attribute(tag, "ref").and_then(|written| Area::parse(&written));
            area.map_or(Edit::Keep, |area| {
                let area = area.with(rows);
                let written = area.written();
                let mut changes = vec![("ref", Some(written.as_str()))];
                // Its only row is no longer one that waits for something.
                if area.has_any(rows) {
                    changes.push(("insertRow", None));
                }
                Edit::Change(with_attributes(tag, &changes))
            })
        },
        ("", ""),
    )
}
