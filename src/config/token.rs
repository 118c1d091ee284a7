//! The token that requests must present.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{Error, Settings};
use crate::model::Secret;

/// The file in the home folder that keeps a token made by Keeper.
pub const TOKEN_FILE: &str = "token";

/// Where the token of this start came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenState {
    /// It was set, or made by an earlier start.
    Known,
    /// It was made now and is kept in this file, which only its owner may read.
    Created(PathBuf),
}

/// Answers the token, and makes one of 32 characters on the first start.
///
/// # Errors
/// [`Error::Home`] when the file cannot be written.
pub fn ensure_token(settings: &mut Settings) -> Result<(Secret, TokenState), Error> {
    if let Some(token) = &settings.token {
        return Ok((token.clone(), TokenState::Known));
    }
    let text = uuid::Uuid::new_v4().simple().to_string();
    let path = settings.home.join(TOKEN_FILE);
    write_private(&path, &text).map_err(|source| Error::Home {
        path: path.clone(),
        source,
    })?;
    let token = Secret::new(text);
    settings.token = Some(token.clone());
    Ok((token, TokenState::Created(path)))
}

/// Writes through a new file and a rename, so that nobody ever reads half a token.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}
