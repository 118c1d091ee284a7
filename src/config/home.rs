//! The home folder: made when missing, proved writable, held by one daemon at a time.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::Error;

/// The file whose lock says who owns the home folder.
const LOCK_FILE: &str = "lock";

/// The file that holds the mark of the home's children.
const ID_FILE: &str = "id";

/// Makes the home folder when it is missing and proves that files can be written there.
///
/// # Errors
/// [`Error::Home`] with what the system said.
pub fn prepare_home(home: &Path) -> Result<(), Error> {
    let refuse = |source| Error::Home {
        path: home.to_path_buf(),
        source,
    };
    std::fs::create_dir_all(home).map_err(refuse)?;
    let probe = home.join(format!(".probe-{}", std::process::id()));
    File::create(&probe)
        .and_then(|mut file| file.write_all(b"keeper"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(refuse)
}

/// The mark by which the children of this home's daemons are known, made on the first call. It
/// moves with the folder.
///
/// # Errors
/// [`Error::Home`] when it can neither be read nor written.
pub fn home_id(home: &Path) -> Result<String, Error> {
    let path = home.join(ID_FILE);
    let refuse = |source| Error::Home {
        path: path.clone(),
        source,
    };
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(refuse(error)),
        _ => {}
    }
    let id = uuid::Uuid::new_v4().simple().to_string();
    std::fs::write(&path, format!("{id}\n")).map_err(refuse)?;
    Ok(id)
}

/// Exclusive ownership of a home folder; the system ends it when the process dies, however it dies.
#[derive(Debug)]
pub struct HomeLock {
    file: File,
    path: PathBuf,
}

impl HomeLock {
    /// Takes the folder without waiting.
    ///
    /// # Errors
    /// [`Error::InUse`] naming the process that has it; [`Error::Home`] when the lock file
    /// cannot be used.
    pub fn acquire(home: &Path) -> Result<Self, Error> {
        let path = home.join(LOCK_FILE);
        let refuse = |source| Error::Home {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refuse)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(Error::InUse {
                    path: home.to_path_buf(),
                    holder: read_holder(&mut file),
                });
            }
            Err(error) => return Err(refuse(error.into())),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(refuse)?;
        Ok(Self { file, path })
    }

    /// The lock file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for HomeLock {
    fn drop(&mut self) {
        // The system also unlocks at the end of the process; unlocking here lets a test go on.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("process {}", text.trim()),
        _ => "another process".to_owned(),
    }
}
