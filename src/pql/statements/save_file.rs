//! SAVE into files (4.2).

use crate::connectors::files::{TableFile, TableFormat};
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{FileFormat, Headers, SaveFile};
use crate::value::Table;

/// The folder of files that are named without one.
const FOLDER: &str = "temp";

/// Writes the rows of the buffer, or those of a producer, into a file that is then complete.
pub(crate) fn run(run: &mut Run, target: &SaveFile) -> Done<()> {
    let name = run.evaluate_file_name(&target.file)?;
    let path = run.file_path(&name, FOLDER);
    let format = match target.format {
        FileFormat::Csv => {
            let bom = run.setting("pql.csv.bom");
            let bom = bom.is_some_and(|text| matches!(text.trim(), "true" | "on" | "1" | "yes"));
            TableFormat::Csv { bom }
        }
        FileFormat::Json => TableFormat::Json,
        FileFormat::Text | FileFormat::Gzip | FileFormat::Excel => {
            let delimiter = match &target.delimiter {
                Some(delimiter) => run.evaluate_text(delimiter)?,
                None => ",".to_owned(),
            };
            TableFormat::Text { delimiter }
        }
    };
    let mut file = TableFile::open(&path, format, target.replaces).map_err(Error::from)?;
    run.drain(&mut |_, table| {
        let headers = headers(table, &target.headers)?;
        Ok(file.write(table, headers.as_deref()).map_err(Error::from)?)
    })?;
    file.close().map_err(Error::from)?;
    run.buffer.consume();
    Ok(())
}

/// The header line: the names of all columns, some with other words.
fn headers(table: &Table, headers: &Headers) -> Done<Option<Vec<String>>> {
    let Headers::Names(listed) = headers else {
        return Ok(None);
    };
    let mut labels: Vec<String> = table.columns().iter().map(ToString::to_string).collect();
    for (name, label) in listed {
        let place = table.column(name).and_then(|index| labels.get_mut(index));
        match (place, label) {
            (Some(place), Some(label)) => *place = label.to_string(),
            (Some(_), None) => {}
            // What has no rows, such as `[]`, need not know its columns.
            (None, _) if table.is_empty() => {}
            (None, _) => {
                let columns = table.columns().join("`, `");
                let message = format!(
                    "WITH HEADERS names `{name}`, which is no column of the rows: these are \
                     `{columns}`"
                );
                return Err(Halt::new(Code::PQL_STATEMENT, message));
            }
        }
    }
    Ok(Some(labels))
}
