//! PQL programs as data: every `tests/pql/**/*.pql` is run by the real `keeper run`.
//!
//! The leading comment lines of a file say what must come out:
//!
//! ```text
//! -- expect: a line of the output; repeat it for each line, no `expect` means no output
//! -- error: a text that the errors must contain, such as KP-3003 or FILE:3:7; may be repeated
//! -- exit: the exit code, when it is neither 0 nor (with an `error`) 1
//! -- args: more arguments for `keeper run`, separated by blanks
//! ```
//!
//! The examples of the manual, the blocks marked `pql` in `docs/pql/**/*.md`, are run in
//! the same way.
//!
//! The comment of a text with code blocks stands in its first block: the line `<%`, then these
//! lines, then `%>`, behind which the text begins.
//!
//! `FILE` stands for the path of the program. A program runs in an empty folder of its own.
//! Choose some of them with `cargo test --test pql -- NAME`.
#![expect(
    clippy::disallowed_methods,
    reason = "runs a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

/// What the leading comment asks for.
#[derive(Default)]
struct Expectation {
    output: String,
    errors: Vec<String>,
    exit: Option<i32>,
    arguments: Vec<String>,
}

fn main() -> std::process::ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let programs = root.join("tests/pql");
    let mut paths = Vec::new();
    collect(&programs, "pql", &mut paths);
    assert!(!paths.is_empty(), "no programs in {}", programs.display());
    let mut trials: Vec<Trial> = paths
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&programs)
                .unwrap_or(&path)
                .with_extension("");
            Trial::test(name.display().to_string(), move || run(&path))
        })
        .collect();
    let mut pages = Vec::new();
    collect(&root.join("docs/pql"), "md", &mut pages);
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page is text");
        let name = page
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let examples = examples(&text);
        let is_statement = page
            .parent()
            .is_some_and(|folder| folder.ends_with("statements"));
        assert!(
            !examples.is_empty() || !is_statement,
            "no example in {}",
            page.display()
        );
        for (index, example) in examples.into_iter().enumerate() {
            let name = format!("docs/{name}/{}", index + 1);
            trials.push(Trial::test(name, move || run_text(&example)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The programs of a page.
fn examples(page: &str) -> Vec<String> {
    let blocks = page.split("\n```pql\n").skip(1);
    let programs = blocks.filter_map(|rest| rest.split("\n```").next());
    programs.map(|program| format!("{program}\n")).collect()
}

fn run_text(text: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("example.pql");
    fs::write(&path, text)?;
    run(&path)
}

fn collect(folder: &Path, ending: &str, programs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("the programs are readable")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, programs);
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            programs.push(path);
        }
    }
    programs.sort();
}

fn run(path: &Path) -> Result<(), Failed> {
    let expectation = read_expectation(&fs::read_to_string(path)?)?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_keeper"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KEEPER_")) {
        command.env_remove(name);
    }
    let outcome = command
        .arg("run")
        .arg(path)
        .args(&expectation.arguments)
        .env("KEEPER_HOME", folder.path())
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        .current_dir(folder.path())
        .output()?;
    let output = String::from_utf8_lossy(&outcome.stdout);
    let errors = String::from_utf8_lossy(&outcome.stderr);

    let mut faults = Vec::new();
    if output != expectation.output {
        faults.push(format!(
            "output\n{output}\ninstead of\n{}",
            expectation.output
        ));
    }
    for wanted in &expectation.errors {
        let wanted = wanted.replace("FILE:", &format!("{}:", path.display()));
        if !errors.contains(&wanted) {
            faults.push(format!("no `{wanted}` in the errors"));
        }
    }
    let exit = expectation
        .exit
        .unwrap_or(i32::from(!expectation.errors.is_empty()));
    if outcome.status.code() != Some(exit) {
        faults.push(format!("{} instead of exit code {exit}", outcome.status));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nerrors\n{errors}", faults.join("\n")).into())
}

fn read_expectation(text: &str) -> Result<Expectation, Failed> {
    let mut expectation = Expectation::default();
    let comment = text.strip_prefix("<%\n").unwrap_or(text);
    for line in comment.lines().map_while(|line| line.strip_prefix("--")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        // Exactly one blank belongs to the comment, the others to the expected line.
        let value = value.strip_prefix(' ').unwrap_or(value);
        match key {
            "expect" => {
                expectation.output.push_str(value);
                expectation.output.push('\n');
            }
            "error" => expectation.errors.push(value.to_owned()),
            "exit" => expectation.exit = Some(value.trim().parse()?),
            "args" => expectation
                .arguments
                .extend(value.split_whitespace().map(str::to_owned)),
            _ => {}
        }
    }
    Ok(expectation)
}
