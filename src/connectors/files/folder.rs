//! What can be asked of a file or directory, and done with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::connectors::Error;

/// Units of sizes, each 1024 of the one before.
const UNITS: &[&str] = &["B", "K", "M", "G", "T", "P"];

/// What is known about a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path.
    pub path: PathBuf,
    /// Its last part.
    pub name: String,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// Bytes; for a directory those of all files below it.
    pub length: u64,
    /// Milliseconds since the epoch.
    pub modified_ms: i64,
}

/// How a file or directory gets to another place.
#[derive(Debug, Clone, Copy)]
pub struct Transfer {
    /// Whether the original stays: a copy.
    pub keeps: bool,
    /// Whether something that is there is replaced.
    pub replaces: bool,
}

/// Describes what is there.
///
/// # Errors
/// [`Error::File`] when it cannot be read; absence is `Ok(None)`.
pub fn describe(path: &Path) -> Result<Option<Entry>, Error> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file(path, &error)),
    };
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(Some(Entry {
        path: path.to_owned(),
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        is_directory: metadata.is_dir(),
        length: if metadata.is_dir() {
            length(path)?
        } else {
            metadata.len()
        },
        modified_ms: since.map_or(0, |time| {
            i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
        }),
    }))
}

/// Lists what is in a directory, sorted by name.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Entry>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::file(folder, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Error::file(folder, &error))?;
        // A file that went away meanwhile is not listed.
        found.extend(describe(&entry.path())?);
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

/// Tells whether a file or, as asked, a directory is there.
pub fn exists_as(path: &Path, directory: bool) -> bool {
    if directory {
        path.is_dir()
    } else {
        path.is_file()
    }
}

/// Bytes of a file, or of all files below a directory.
///
/// # Errors
/// [`Error::File`] when it cannot be read.
pub fn length(path: &Path) -> Result<u64, Error> {
    let metadata = fs::symlink_metadata(path).map_err(|error| Error::file(path, &error))?;
    if !metadata.is_dir() {
        return Ok(fs::metadata(path).map_or(metadata.len(), |target| target.len()));
    }
    let entries = fs::read_dir(path).map_err(|error| Error::file(path, &error))?;
    let mut sum = 0_u64;
    for entry in entries.flatten() {
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        // A link may lead round in a circle; what is gone or closed to us counts nothing.
        if !is_link {
            sum = sum.saturating_add(length(&entry.path()).unwrap_or(0));
        }
    }
    Ok(sum)
}

/// A length for people: divided by 1024 while it is larger, with two decimals.
#[expect(
    clippy::cast_precision_loss,
    reason = "two decimals are shown, and no file has 2^53 bytes"
)]
pub fn size_text(length: u64) -> String {
    let mut number = length as f64;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while number > 1024.0 {
        let Some(larger) = units.next() else { break };
        unit = larger;
        number /= 1024.0;
    }
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{unit}")
}

/// Makes a file or directory with the folders above it; false when it is there already.
///
/// # Errors
/// [`Error::File`] when it cannot be made.
pub fn make(path: &Path, directory: bool) -> Result<bool, Error> {
    if path.exists() {
        return Ok(false);
    }
    let fault = |error: std::io::Error| Error::file(path, &error);
    if directory {
        fs::create_dir_all(path).map_err(fault)?;
    } else {
        make_folders_above(path)?;
        fs::File::create_new(path).map_err(fault)?;
    }
    Ok(true)
}

/// Makes the folders above a file.
pub(crate) fn make_folders_above(path: &Path) -> Result<(), Error> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, &error))
}

/// Removes a file, or a directory with everything in it; false when it is not there.
///
/// # Errors
/// [`Error::File`] when it cannot be removed.
pub fn remove(path: &Path, directory: bool) -> Result<bool, Error> {
    if !exists_as(path, directory) {
        return Ok(false);
    }
    let removed = if directory {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    removed
        .map(|()| true)
        .map_err(|error| Error::file(path, &error))
}

/// Gives another name; false when the source is missing or the target is there.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn rename(path: &Path, to: &Path) -> Result<bool, Error> {
    if !path.exists() || to.exists() {
        return Ok(false);
    }
    fs::rename(path, to)
        .map(|()| true)
        .map_err(|error| Error::file(path, &error))
}

/// Moves or copies to a place, or into it when it is a directory; false when the source is
/// missing, or the target is there and must stay: always when it is the source itself, or a file
/// where a directory would come, or the other way round. What is replaced stays until the new is
/// whole.
///
/// # Errors
/// [`Error::File`] when the system refuses, and when one of both is inside the other.
pub fn transfer(path: &Path, to: &Path, how: Transfer) -> Result<bool, Error> {
    let Ok(source) = path.canonicalize() else {
        return Ok(false);
    };
    let is_into = to.is_dir() || to.as_os_str().to_string_lossy().ends_with('/');
    let to = match path.file_name() {
        Some(name) if is_into => to.join(name),
        _ => to.to_owned(),
    };
    let target = place_of(&to);
    if to.exists() && (!how.replaces || to.is_dir() != path.is_dir()) || target == source {
        return Ok(false);
    }
    if target.starts_with(&source) || source.starts_with(&target) {
        let reason = std::io::Error::other("it cannot come into itself, nor replace what it is in");
        return Err(Error::file(path, &reason));
    }
    make_folders_above(&to)?;
    let is_moved = if to.is_dir() {
        replace_directory(path, &to, how)?
    } else if !how.keeps && fs::rename(path, &to).is_ok() {
        true
    } else {
        let new = beside(&to);
        let done = copy(path, &new).and_then(|()| give_name(&new, &to));
        if done.is_err() {
            discard(&new);
        }
        done?;
        false
    };
    if !how.keeps && !is_moved {
        remove(path, path.is_dir())?;
    }
    Ok(true)
}

/// Brings a directory to the place of another; tells whether it was moved there.
fn replace_directory(path: &Path, to: &Path, how: Transfer) -> Result<bool, Error> {
    let old = beside(to);
    give_name(to, &old)?;
    let is_moved = !how.keeps && fs::rename(path, to).is_ok();
    if !is_moved && let Err(error) = copy(path, to) {
        discard(to);
        give_name(&old, to)?;
        return Err(error);
    }
    remove(&old, true)?;
    Ok(is_moved)
}

/// Tells whether two paths lead to the same place.
pub fn is_same_place(path: &Path, other: &Path) -> bool {
    place_of(path) == place_of(other)
}

/// The path without links, also of what is not there yet.
fn place_of(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(place), _, _) => place,
        (Err(_), Some(folder), Some(name)) => place_of(folder).join(name),
        _ => path.to_owned(),
    }
}

/// A name in the same folder that nobody uses.
pub(super) fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".{}.new", uuid::Uuid::new_v4().simple()))
}

fn give_name(path: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(path, to).map_err(|error| Error::file(to, &error))
}

/// Removes what was begun; what stays is told by the error that led here.
fn discard(path: &Path) {
    drop(remove(path, path.is_dir()));
}

/// Copies a file, or a directory with everything in it.
///
/// # Errors
/// [`Error::File`] when the system refuses.
pub fn copy(path: &Path, to: &Path) -> Result<(), Error> {
    let fault = |error: std::io::Error| Error::file(path, &error);
    if !path.is_dir() {
        return fs::copy(path, to).map(drop).map_err(fault);
    }
    // What is below is listed first, so that a copy into itself ends.
    let entries: Vec<_> = fs::read_dir(path).map_err(fault)?.flatten().collect();
    fs::create_dir_all(to).map_err(|error| Error::file(to, &error))?;
    for entry in entries {
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in a folder, by paths.
    fn all(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            if path.is_dir() {
                found.extend(
                    all(&path)
                        .into_iter()
                        .map(|below| format!("{name}/{below}")),
                );
                found.push(format!("{name}/"));
            } else {
                found.push(format!("{name}={}", fs::read_to_string(&path).unwrap()));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn nothing_is_lost_when_one_place_is_in_the_other() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        fs::create_dir_all(at("a/a/b")).unwrap();
        fs::write(at("a/a/f"), "precious").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        let before = all(home.path());
        for keeps in [true, false] {
            let how = Transfer {
                keeps,
                replaces: true,
            };
            for (path, to) in [
                ("a", "a"),
                ("a", "a/new"),
                ("a", "a/a"),
                ("a/a", ""),
                ("a/a", "a/../a/a"),
                ("a/a/f", "a/a/f"),
                ("a/a/f", "link/a/f"),
                ("a/a/f", "a/a"),
                ("link/a/f", "a/../a/a/f"),
            ] {
                let done = transfer(&at(path), &at(to), how);
                assert!(!matches!(done, Ok(true)), "{path} to {to}");
                assert_eq!(all(home.path()), before, "{path} to {to}");
            }
        }
    }

    #[test]
    fn a_thing_replaces_only_its_kind_and_as_a_whole() {
        for keeps in [true, false] {
            let home = tempfile::tempdir().unwrap();
            let at = |path: &str| home.path().join(path);
            let how = |replaces| Transfer { keeps, replaces };
            fs::create_dir_all(at("to/d/old")).unwrap();
            fs::create_dir(at("to/f")).unwrap();
            fs::create_dir(at("d")).unwrap();
            fs::write(at("d/new"), "1").unwrap();
            fs::write(at("f"), "2").unwrap();
            fs::write(at("g"), "3").unwrap();
            fs::write(at("to/g"), "old").unwrap();
            assert!(!transfer(&at("f"), &at("to"), how(true)).unwrap());
            assert!(!transfer(&at("d"), &at("to/g"), how(true)).unwrap());
            assert!(!transfer(&at("d"), &at("to"), how(false)).unwrap());
            assert!(transfer(&at("d"), &at("to"), how(true)).unwrap());
            assert!(transfer(&at("g"), &at("to"), how(true)).unwrap());
            let now = all(&at("to"));
            assert_eq!(now, ["d/", "d/new=1", "f/", "g=3"]);
            assert_eq!((at("d").exists(), at("g").exists()), (keeps, keeps));
        }
    }

    #[test]
    fn sizes_have_two_decimals_at_most() {
        let table = [
            (0, "0B"),
            (1024, "1024B"),
            (1025, "1K"),
            (2468, "2.41K"),
            (5 << 20, "5M"),
            (u64::MAX, "16384P"),
        ];
        for (length, expected) in table {
            assert_eq!(size_text(length), expected);
        }
    }
}
