//! Replacing a file at once.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{beside, make_folders_above};
use crate::connectors::Error;

/// A file that is written beside another and takes its place when it is complete; until then
/// the other stays as it is. What is dropped before leaves nothing behind.
pub(crate) struct Replacement {
    path: PathBuf,
    place: PathBuf,
}

impl Replacement {
    /// Chooses a name beside the file, and makes the folders above it.
    ///
    /// # Errors
    /// [`Error::File`] when the file may only be read.
    pub(crate) fn begin(path: &Path) -> Result<Self, Error> {
        make_folders_above(path)?;
        // A link stays, and leads to the new file.
        let place = fs::canonicalize(path)
            .or_else(|_| fs::read_link(path).map(|led| path.with_file_name(led)))
            .unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&place).is_ok_and(|old| old.permissions().readonly()) {
            let reason = "it may not be changed: its permissions are read-only";
            return Err(Error::file(path, &reason));
        }
        Ok(Self {
            path: beside(&place),
            place,
        })
    }

    /// Where the new file is written.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the new file in its place, with the permissions of the old one.
    ///
    /// # Errors
    /// [`Error::File`] when the system refuses.
    pub(crate) fn complete(self) -> Result<(), Error> {
        let placed = match fs::metadata(&self.place) {
            Ok(old) => fs::set_permissions(&self.path, old.permissions()),
            Err(_) => Ok(()),
        };
        let placed = placed.and_then(|()| fs::rename(&self.path, &self.place));
        placed.map_err(|error| Error::file(&self.place, &error))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // In its place it has this name no longer; that half a file cannot be removed is no news.
        let _ = fs::remove_file(&self.path);
    }
}
