//! What is wrong with the settings or the home folder.

use std::path::PathBuf;

use crate::fault::Code;

/// Why the daemon cannot start with what it was given.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting has a value that it cannot have.
    #[error("setting `{name}` from {origin} is not valid: {problem}; {cure}")]
    Invalid {
        /// The setting.
        name: String,
        /// Where the value came from.
        origin: String,
        /// What is wrong with the value.
        problem: String,
        /// How to mend it.
        cure: String,
    },
    /// The settings file cannot be read or is not TOML.
    #[error(
        "settings file `{}` cannot be used: {problem}; mend the file or name another with \
         `--config`",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The home folder cannot be used.
    #[error(
        "home folder `{}` cannot be used; choose another with `--home` or `KEEPER_HOME`, or give \
         this user the right to write there",
        path.display()
    )]
    Home {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Another daemon holds the home folder.
    #[error(
        "home folder `{}` is in use by {holder}; stop it or choose another folder with `--home`",
        path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process that holds it, as `process 123`.
        holder: String,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid { .. } | Self::File { .. } => Code::SETTING_INVALID,
            Self::Home { .. } => Code::HOME_UNUSABLE,
            Self::InUse { .. } => Code::HOME_IN_USE,
        }
    }
}
