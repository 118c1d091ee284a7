//! Turns a program into a command line, with a script file where its text needs one.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Error, Program};

/// The shell of one-line commands and of scripts without `#!`.
const SHELL: &str = "/bin/sh";

/// A command line; the script file lives as long as this does.
#[derive(Debug)]
pub(super) struct Prepared {
    pub program: OsString,
    pub arguments: Vec<OsString>,
    script: Option<ScriptFile>,
}

impl Prepared {
    /// Gives the file away, to be kept until the run has ended.
    pub(super) fn take_script(&mut self) -> Option<ScriptFile> {
        self.script.take()
    }
}

/// A script that is deleted when dropped.
#[derive(Debug)]
pub(super) struct ScriptFile(PathBuf);

impl Drop for ScriptFile {
    fn drop(&mut self) {
        // Gone already is as good; the start sweeps what a crash left.
        let _ = fs::remove_file(&self.0);
    }
}

/// Whether [`prepare`] will write a file.
pub(super) fn needs_file(program: &Program) -> bool {
    match program {
        Program::Shell(text) => text.trim().contains('\n'),
        Program::Python(_) => true,
        Program::Command { .. } => false,
    }
}

/// Makes the command line of a program, in `folder` if it needs a script.
pub(super) fn prepare(program: Program, folder: &Path, python: &Path) -> Result<Prepared, Error> {
    let is_script = needs_file(&program);
    let (program, arguments, script) = match program {
        Program::Command { program, arguments } => (program, arguments, None),
        Program::Shell(text) if !is_script => {
            let arguments = vec!["-c".into(), text.trim().into()];
            (SHELL.into(), arguments, None)
        }
        Program::Shell(text) => {
            let text = text.trim_start();
            let file = write(folder, "sh", text)?;
            let (interpreter, mut arguments) = interpreter(text);
            arguments.push(file.0.clone().into());
            (interpreter, arguments, Some(file))
        }
        Program::Python(text) => {
            let file = write(folder, "py", &text)?;
            (python.into(), vec![file.0.clone().into()], Some(file))
        }
    };
    Ok(Prepared {
        program,
        arguments,
        script,
    })
}

/// Reads `#!` as the kernel does: a path and at most one argument, which may hold blanks. The file
/// itself is not executed, so another thread's fork that still holds it open for writing does no
/// harm ("text file busy"), nor does a folder mounted `noexec`.
fn interpreter(text: &str) -> (OsString, Vec<OsString>) {
    let first = text.lines().next().unwrap_or_default();
    let written = first.strip_prefix("#!").map(str::trim).unwrap_or_default();
    if written.is_empty() {
        return (SHELL.into(), Vec::new());
    }
    match written.split_once([' ', '\t']) {
        Some((path, argument)) => (path.into(), vec![argument.trim().into()]),
        None => (written.into(), Vec::new()),
    }
}

fn write(folder: &Path, ending: &str, text: &str) -> Result<ScriptFile, Error> {
    let path = folder.join(format!("{}.{ending}", uuid::Uuid::new_v4().simple()));
    let fault = |source: std::io::Error| Error::Script {
        path: path.clone(),
        source: Arc::new(source),
    };
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o700)
        .open(&path)
        .map_err(fault)?;
    let script = ScriptFile(path.clone());
    file.write_all(text.as_bytes()).map_err(fault)?;
    Ok(script)
}

/// Makes the folder of scripts, or checks that nobody else may look into it, and empties it of what
/// a crash left behind.
pub(super) fn open_folder(path: &Path) -> Result<(), Error> {
    let fault = |fault, source| Error::Folder {
        path: path.to_owned(),
        fault,
        source,
    };
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(|source| fault("could not be made", Some(source.into())))?;
    let unreadable = |source: std::io::Error| fault("could not be read", Some(source.into()));
    let facts = fs::symlink_metadata(path).map_err(unreadable)?;
    if !facts.is_dir() || facts.permissions().mode() & 0o077 != 0 {
        return Err(fault(
            "is open to others: make it a folder of mode 0700, or delete it",
            None,
        ));
    }
    for entry in fs::read_dir(path).map_err(unreadable)?.flatten() {
        let name = entry.path();
        if name
            .extension()
            .is_some_and(|end| end == "sh" || end == "py")
        {
            let _ = fs::remove_file(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_names_the_interpreter() {
        let list = |text| {
            let (program, arguments) = interpreter(text);
            let mut words = vec![program];
            words.extend(arguments);
            words
        };
        assert_eq!(list("echo 1\necho 2"), ["/bin/sh"]);
        assert_eq!(list("#! /bin/bash\necho"), ["/bin/bash"]);
        assert_eq!(list("#!/usr/bin/env -S a b\n"), ["/usr/bin/env", "-S a b"]);
        assert_eq!(list("#!\n"), ["/bin/sh"]);
    }

    #[test]
    fn scripts_are_private_and_vanish() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("run");
        open_folder(&folder).expect("a new folder");
        let text = Program::Shell("echo 1\necho 2\n".to_owned());
        let prepared = prepare(text, &folder, Path::new("python3")).expect("a script");
        let path = PathBuf::from(prepared.arguments.last().expect("its path"));
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o700));
        drop(prepared);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_open_to_others_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("mine");
        let error = open_folder(home.path()).expect_err("refused");
        assert!(error.to_string().contains("0700"), "{error}");
    }
}
