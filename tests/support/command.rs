//! The program as people start it, run to its end.

use std::time::Duration;

use assert_cmd::Command;

/// What a command wrote and how it ended.
pub struct Ended {
    /// The exit code.
    pub code: i32,
    /// Standard output, without the line end behind it.
    pub out: String,
    /// Standard error.
    pub errors: String,
}

/// The program, without colours and at home in UTC.
pub fn keeper() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keeper"));
    command
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        .timeout(Duration::from_mins(1));
    command
}

/// Waits for the end.
pub fn end(command: &mut Command) -> Ended {
    let output = command.output().expect("the program starts");
    Ended {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
