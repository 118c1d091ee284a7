//! FILE and DIR (4.35, 4.36).

use std::path::{Path, PathBuf};

use crate::clock::Timestamp;
use crate::connectors::files::{self, Entry, Transfer};
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::arguments;
use crate::pql::eval::{Done, Halt, Run, file_fault, read_text};
use crate::pql::syntax::tree::{Expression, PathAction, PathKind, PathQuery};
use crate::value::{DateTime, Row, Table, Value};

/// The folder of files that are named without one.
const FOLDER: &str = "temp";

/// What `extension` is for directories.
const DIRECTORY: &str = "<DIR>";

/// Does what is asked of a file or directory.
pub(crate) fn run(run: &mut Run, query: &PathQuery) -> Done<Value> {
    let is_directory = query.kind == PathKind::Directory;
    match &query.action {
        PathAction::Describe(path) => {
            let path = evaluate(run, path)?;
            if is_directory {
                let entries = files::list(&path).map_err(Error::from)?;
                return Ok(table(run, &entries));
            }
            describe(run, &path)
        }
        PathAction::Make(path) => {
            let path = evaluate(run, path)?;
            Ok(files::make(&path, is_directory)
                .map_err(Error::from)?
                .into())
        }
        PathAction::Delete(path) => {
            let path = evaluate_named(run, path)?;
            Ok(files::remove(&path, is_directory)
                .map_err(Error::from)?
                .into())
        }
        PathAction::Rename { path, to } => rename(run, path, to, is_directory),
        PathAction::Transfer {
            keeps,
            path,
            to,
            replaces,
        } => {
            let path = if *keeps {
                evaluate(run, path)?
            } else {
                evaluate_named(run, path)?
            };
            let to = evaluate(run, to)?;
            let how = Transfer {
                keeps: *keeps,
                replaces: *replaces,
            };
            let done = files::exists_as(&path, is_directory)
                && files::transfer(&path, &to, how).map_err(Error::from)?;
            Ok(done.into())
        }
        PathAction::Length(path) => {
            let path = evaluate(run, path)?;
            let length = files::length(&path).map_err(Error::from)?;
            Ok(Value::Integer(i64::try_from(length).unwrap_or(i64::MAX)))
        }
        PathAction::Size(path) => {
            let path = evaluate(run, path)?;
            let length = files::length(&path).map_err(Error::from)?;
            Ok(files::size_text(length).into())
        }
        PathAction::List(path) => {
            let path = evaluate(run, path)?;
            let mut entries = files::list(&path).map_err(Error::from)?;
            entries.retain(|entry| entry.is_directory == is_directory);
            Ok(table(run, &entries))
        }
        PathAction::Read(path) => {
            let path = evaluate(run, path)?;
            read_text(&path).map(Value::text)
        }
        PathAction::Append { path, text } => append(run, path, text),
        PathAction::Voyage { path, data, to } => voyage(run, path, data.as_ref(), to),
    }
}

fn evaluate(run: &mut Run, path: &Expression) -> Done<PathBuf> {
    let name = run.evaluate_text(path)?;
    Ok(run.file_path(&name, FOLDER))
}

/// The path of what goes away from its place, which must be named: an empty variable would mean
/// the folder itself.
fn evaluate_named(run: &mut Run, path: &Expression) -> Done<PathBuf> {
    let name = run.evaluate_text(path)?;
    let mut parts = name.trim().split(['/', '\\']).rev();
    if let None | Some("." | "..") = parts.find(|part| !part.is_empty()) {
        let message = format!("`{name}` names no file or directory that may be moved or deleted");
        return Err(Halt::new(Code::PQL_FILE, message).at(path.span));
    }
    Ok(run.file_path(&name, FOLDER))
}

/// A new name without a folder stays in the folder of the old one.
fn rename(run: &mut Run, path: &Expression, to: &Expression, is_directory: bool) -> Done<Value> {
    let path = evaluate_named(run, path)?;
    let name = run.evaluate_text(to)?;
    let to = if name.contains(['/', '\\']) {
        run.file_path(&name, FOLDER)
    } else {
        path.with_file_name(name)
    };
    let is_kind = files::exists_as(&path, is_directory);
    Ok((is_kind && files::rename(&path, &to).map_err(Error::from)?).into())
}

fn describe(run: &Run, path: &Path) -> Done<Value> {
    if let Some(entry) = files::describe(path).map_err(Error::from)? {
        return Ok(row(run, &entry).into());
    }
    let mut row = Row::new();
    row.insert("path", path.to_string_lossy().into_owned());
    row.insert("exists", false);
    Ok(row.into())
}

fn table(run: &Run, entries: &[Entry]) -> Value {
    if entries.is_empty() {
        let blank = Entry {
            path: PathBuf::new(),
            name: String::new(),
            is_directory: false,
            length: 0,
            modified_ms: 0,
        };
        let columns = row(run, &blank).names().cloned().collect();
        return Table::new(columns).into();
    }
    Table::from_rows(entries.iter().map(|entry| row(run, entry))).into()
}

fn row(run: &Run, entry: &Entry) -> Row {
    let extension = if entry.is_directory {
        DIRECTORY.to_owned()
    } else {
        let extension = entry
            .path
            .extension()
            .map(|text| text.to_string_lossy().to_lowercase());
        extension.unwrap_or_default()
    };
    let modified = Timestamp::from_millisecond(entry.modified_ms).unwrap_or_default();
    let modified = run.shared.environment.zone.to_datetime(modified);
    let parent = entry.path.parent().unwrap_or(Path::new(""));
    let mut row = Row::new();
    row.insert("path", entry.path.to_string_lossy().into_owned());
    row.insert("exists", true);
    row.insert("name", entry.name.clone());
    row.insert("extension", extension);
    row.insert("last_modified", DateTime::full(modified));
    row.insert("length", i64::try_from(entry.length).unwrap_or(i64::MAX));
    row.insert("size", files::size_text(entry.length));
    row.insert("parent", parent.to_string_lossy().into_owned());
    row
}

fn append(run: &mut Run, path: &Expression, text: &Expression) -> Done<Value> {
    let path = evaluate(run, path)?;
    let text = run.evaluate_defined(text)?;
    let text = run.text_of(&text)?;
    write(&path, &text, true)?;
    Ok(true.into())
}

fn write(path: &Path, text: &str, appends: bool) -> Done<()> {
    use std::io::Write;
    files::make(path, false).map_err(Error::from)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).append(appends).truncate(!appends);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| file_fault(path, &error))
}

fn voyage(
    run: &mut Run,
    path: &Expression,
    data: Option<&Expression>,
    to: &Expression,
) -> Done<Value> {
    let path = evaluate(run, path)?;
    let arguments = match data {
        Some(data) => arguments::of_value(&run.evaluate(data)?).map_err(Error::from)?,
        None => Vec::new(),
    };
    let to = evaluate(run, to)?;
    if files::is_same_place(&path, &to) {
        let message = "FILE VOYAGE cannot write the file that it reads";
        return Err(Halt::new(Code::PQL_FILE, message));
    }
    let text = read_text(&path)?;
    let text = run.render_embedded(&path.to_string_lossy(), &text, arguments)?;
    write(&to, &text, false)?;
    Ok(to.to_string_lossy().into_owned().into())
}
