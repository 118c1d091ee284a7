//! Native code kept on disk between starts of the daemon.
//!
//! # Why loading it is sound
//!
//! `Component::deserialize` runs what it is given as machine code, so it must only be given what
//! this engine wrote. That holds because of four things together:
//!
//! 1. The folder belongs to the user of the daemon and is closed to everybody else (mode 0700,
//!    made so at every start). A file is opened without following links, and it must be a regular
//!    file of that user which nobody else may read or write.
//! 2. A file carries a keyed hash over its name and all of its bytes. The key is random and lies in
//!    the same folder, which it never leaves. So damaged files, half-written ones, files under
//!    another name and files that were carried over from another home are not loaded.
//! 3. The name is a hash over the component, the engine's own description of everything that
//!    decides whether code fits (version, processor, compiler settings) and the format of this
//!    file. The engine compares the same description once more when it loads.
//! 4. What is checked is what is loaded: the bytes are read once into memory, checked there and
//!    loaded from there, so changing the file in between changes nothing.
//!
//! Who can forge a file nevertheless is the user of the daemon, who could as well replace the
//! daemon itself, its store or its token.
//!
//! A file that fails a check is thrown away, and the component is compiled again.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Changes when the form of the files does.
const FORMAT: &[u8] = b"keeper native code 1";
/// How files with code end; everything else but the key is left over from a crash.
const EXTENSION: &str = "native";
const KEY_FILE: &str = "key";
const KEY_BYTES: usize = 32;
const SEAL_BYTES: usize = 32;
/// The most that all files together may take; the ones not used for longest go first.
const SIZE_MAX: u64 = 1 << 30;

/// A folder of native code.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
    engine: Engine,
    size_max: u64,
}

impl Cache {
    /// Opens the folder, which is made when it is missing; removes what a crash left behind.
    ///
    /// # Errors
    /// The folder or its key cannot be made, read or closed to others.
    pub(super) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let found = fs::symlink_metadata(folder)?;
        if !found.is_dir() || found.uid() != own_user() {
            return Err(io::Error::other("it is not a folder of the daemon's user"));
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        let cache = Self {
            folder: folder.to_path_buf(),
            key: read_or_make_key(&folder.join(KEY_FILE))?,
            engine: engine.clone(),
            size_max: SIZE_MAX,
        };
        cache.sweep()?;
        Ok(cache)
    }

    /// The component made of these bytes, when its code is at hand and sound.
    #[expect(
        unsafe_code,
        reason = "the engine cannot know who wrote the code; the argument opens this file"
    )]
    pub(super) fn load(&self, component: &[u8]) -> Option<Component> {
        let path = self.path_of(component);
        let code = match self.read(&path) {
            Ok(code) => code,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return discard(&path, &error),
        };
        // SAFETY: these bytes were written by this engine's `serialize` in this home: they carry
        // the keyed hash that only `store` makes, and nobody else can change them in our memory.
        match unsafe { Component::deserialize(&self.engine, &code) } {
            Ok(component) => Some(component),
            Err(error) => discard(&path, &error),
        }
    }

    /// Keeps the native code of a component. That it cannot be kept is no reason to fail.
    pub(super) fn store(&self, component: &[u8], compiled: &Component) {
        let path = self.path_of(component);
        let kept = compiled
            .serialize()
            .map_err(io::Error::other)
            .and_then(|code| {
                let seal = self.seal(&path, &code);
                write_whole(&path, &[&seal, &code])
            })
            .and_then(|()| self.shrink());
        if let Err(error) = kept {
            tracing::warn!(file = %path.display(), %error, "native code could not be kept");
        }
    }

    fn path_of(&self, component: &[u8]) -> PathBuf {
        let mut description = Described(Sha256::new());
        self.engine
            .precompile_compatibility_hash()
            .hash(&mut description);
        let mut name = Sha256::new();
        name.update(FORMAT);
        name.update(description.0.finalize());
        name.update(Sha256::digest(component));
        let name = super::component::hex(&name.finalize());
        self.folder.join(name).with_extension(EXTENSION)
    }

    /// Reads a file that nobody else could have written and checks its seal.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = open_own(path)?;
        let mut seal = [0; SEAL_BYTES];
        file.read_exact(&mut seal)?;
        let mut code = Vec::new();
        file.read_to_end(&mut code)?;
        if !bool::from(self.seal(path, &code).ct_eq(&seal)) {
            return Err(io::Error::other(
                "the file was changed or is not of this home",
            ));
        }
        // The time of last use decides what goes when the folder is full.
        let now = |nanoseconds| Timespec {
            tv_sec: 0,
            tv_nsec: nanoseconds,
        };
        let used = Timestamps {
            last_access: now(UTIME_OMIT),
            last_modification: now(UTIME_NOW),
        };
        futimens(&file, &used)?;
        Ok(code)
    }

    /// A keyed hash: the inner one makes the length of what is hashed with the key fixed, so that
    /// nothing can be appended to a sealed file.
    fn seal(&self, path: &Path, code: &[u8]) -> [u8; SEAL_BYTES] {
        let mut outer = Sha256::new();
        outer.update(self.key);
        outer.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        outer.update(Sha256::digest(code));
        outer.finalize().into()
    }

    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_known = path.ends_with(KEY_FILE)
                || path.extension().is_some_and(|found| found == EXTENSION);
            if !is_known {
                let _gone = fs::remove_file(path);
            }
        }
        Ok(())
    }

    /// Removes the files not used for longest until the rest fits.
    fn shrink(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let path = entry.path();
            if path.extension().is_some_and(|found| found == EXTENSION) {
                let found = entry.metadata()?;
                files.push((found.modified()?, found.len(), path));
            }
        }
        files.sort();
        let mut size: u64 = files.iter().map(|file| file.1).sum();
        for (_, bytes, path) in files {
            if size <= self.size_max {
                break;
            }
            fs::remove_file(path)?;
            size = size.saturating_sub(bytes);
        }
        Ok(())
    }
}

fn discard<T>(path: &Path, error: &dyn std::fmt::Display) -> Option<T> {
    tracing::warn!(file = %path.display(), %error, "native code is thrown away");
    // When it cannot be removed, the new code takes its place.
    let _gone = fs::remove_file(path);
    None
}

/// Feeds what the engine says of itself into a hash that stays the same between builds of Rust.
struct Described(Sha256);

impl Hasher for Described {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks: the whole hash is taken.
    fn finish(&self) -> u64 {
        0
    }
}

fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Opens a regular file of this user that is closed to everybody else; links are not followed.
fn open_own(path: &Path) -> io::Result<File> {
    let no_links = i32::try_from(OFlags::NOFOLLOW.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(no_links)
        .open(path)?;
    let found = file.metadata()?;
    let for_others = found.mode() & 0o077;
    let is_own = found.is_file() && found.uid() == own_user() && for_others == 0;
    if is_own {
        Ok(file)
    } else {
        Err(io::Error::other("others than the daemon's user may use it"))
    }
}

fn read_or_make_key(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    let read = open_own(path).and_then(|mut file| file.read_exact(&mut key));
    if read.is_ok() {
        return Ok(key);
    }
    // Without the key no file can be checked, so a new one starts an empty cache.
    let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    for (place, byte) in key
        .iter_mut()
        .zip(random.iter().flat_map(uuid::Uuid::as_bytes))
    {
        *place = *byte;
    }
    write_whole(path, &[&key])?;
    Ok(key)
}

/// Writes beside and renames, so that a reader finds the whole file or none.
fn write_whole(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let fresh = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)?;
        parts.iter().try_for_each(|part| file.write_all(part))?;
        fs::rename(&fresh, path)
    };
    let written = write();
    if written.is_err() {
        let _gone = fs::remove_file(&fresh);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const COMPONENT: &str = "(component)";

    struct Fixture {
        folder: tempfile::TempDir,
        engine: Engine,
        component: Vec<u8>,
    }

    impl Fixture {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
                engine: Engine::default(),
                component: wat::parse_str(COMPONENT).unwrap(),
            }
        }

        fn cache(&self) -> Cache {
            Cache::open(&self.folder.path().join("cache/wasm"), &self.engine).unwrap()
        }

        /// A cache that holds the component.
        fn filled(&self) -> (Cache, PathBuf) {
            let cache = self.cache();
            assert!(cache.load(&self.component).is_none());
            let compiled = Component::from_binary(&self.engine, &self.component).unwrap();
            cache.store(&self.component, &compiled);
            let path = cache.path_of(&self.component);
            assert!(path.exists());
            (cache, path)
        }
    }

    #[test]
    fn code_survives_a_restart() {
        let fixture = Fixture::new();
        drop(fixture.filled());
        assert!(fixture.cache().load(&fixture.component).is_some());
        assert!(fixture.cache().load(b"another").is_none());
    }

    #[test]
    fn the_folder_and_its_files_are_closed_to_others() {
        let fixture = Fixture::new();
        let (cache, path) = fixture.filled();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(mode(&cache.folder), 0o700);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&cache.folder.join(KEY_FILE)), 0o600);
    }

    #[test]
    fn a_changed_file_is_thrown_away() {
        let fixture = Fixture::new();
        for place in [0, SEAL_BYTES, 200] {
            let (cache, path) = fixture.filled();
            let mut bytes = fs::read(&path).unwrap();
            bytes[place] ^= 1;
            fs::write(&path, bytes).unwrap();
            assert!(cache.load(&fixture.component).is_none(), "byte {place}");
            assert!(!path.exists(), "byte {place}");
        }
        let (cache, path) = fixture.filled();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(cache.load(&fixture.component).is_none());
    }

    #[test]
    fn a_file_of_another_home_is_thrown_away() {
        let (own, foreign) = (Fixture::new(), Fixture::new());
        let (cache, path) = own.filled();
        let (_, theirs) = foreign.filled();
        fs::copy(theirs, &path).unwrap();
        assert!(cache.load(&own.component).is_none());
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_others_may_write_is_thrown_away() {
        let fixture = Fixture::new();
        let (cache, path) = fixture.filled();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o620)).unwrap();
        assert!(cache.load(&fixture.component).is_none());
    }

    #[test]
    fn a_link_is_not_followed() {
        let fixture = Fixture::new();
        let (cache, path) = fixture.filled();
        let elsewhere = fixture.folder.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert!(cache.load(&fixture.component).is_none());
        assert!(elsewhere.exists());
    }

    #[test]
    fn what_a_crash_left_is_swept_away() {
        let fixture = Fixture::new();
        let (cache, path) = fixture.filled();
        let left = cache.folder.join("left.over");
        fs::write(&left, "half").unwrap();
        fixture.cache();
        assert!(!left.exists() && path.exists());
    }

    #[test]
    fn a_full_folder_lets_go_of_what_was_not_used_for_longest() {
        let fixture = Fixture::new();
        let (mut cache, old) = fixture.filled();
        let other = wat::parse_str("(component (component))").unwrap();
        let compiled = Component::from_binary(&fixture.engine, &other).unwrap();
        cache.size_max = fs::metadata(&old).unwrap().len() * 3 / 2;
        cache.store(&other, &compiled);
        assert!(!old.exists());
        assert!(cache.load(&other).is_some());
    }
}
