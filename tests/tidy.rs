//! The rules of the house that a compiler does not know: which room may see which, what stays
//! pure, how long a file may be, and which pages must exist. The tables here are the rules;
//! ARCHITECTURE.md explains them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use keeper::fault::Code;

/// What a room may import besides itself and [`OPEN`].
enum Sees {
    /// These rooms by name.
    Only(&'static [&'static str]),
    /// Every room of a lower level.
    AllBelow,
}

use Sees::{AllBelow, Only};

/// Open to all: the time and the error codes.
const OPEN: &[&str] = &["clock", "fault"];

/// Open to all rooms but the pure ones: the names of metrics.
const MEASURES: &str = "telemetry";

/// Every room with its level, the ground floor first.
const ROOMS: &[(u8, &str, Sees)] = &[
    (0, "clock", Only(&[])),
    (0, "fault", Only(&[])),
    (0, "telemetry", Only(&[])),
    (1, "value", Only(&[])),
    (1, "cron", Only(&[])),
    (1, "model", Only(&["cron"])),
    (2, "config", Only(&["model"])),
    (2, "sql", Only(&["value"])),
    (2, "connectors", Only(&["value", "config"])),
    (2, "process", Only(&[])),
    (2, "logs", Only(&["model", "value"])),
    (3, "store", Only(&["model", "value", "sql"])),
    (4, "registry", AllBelow),
    (5, "wasm", Only(&["value", "model", "registry"])),
    (
        5,
        "pql",
        Only(&["value", "model", "cron", "sql", "connectors", "registry"]),
    ),
    (6, "runner", AllBelow),
    (
        6,
        "cluster",
        Only(&["model", "config", "store", "connectors"]),
    ),
    (7, "scheduler", AllBelow),
    (8, "ops", AllBelow),
    (9, "http", Only(&["model", "value", "config", "ops"])),
    (10, "console", Only(&["model", "value", "ops", "http"])),
    (11, "app", AllBelow),
];

/// Modules of the library that are tools of its tests, not rooms.
const TEST_TOOLS: &[&str] = &["mariadb", "postgres", "redis_server"];

/// Computing only: the same input gives the same output, and nothing outside is touched.
const PURE: &[&str] = &["model", "value", "cron", "pql/syntax"];
const IMPURE: &[&str] = &["tokio", "std::fs", "std::net", "std::env", "std::process"];

/// A library that shapes what it touches is named only by the rooms that own it.
const OWNED_LIBRARIES: &[(&str, &[&str])] = &[
    ("jiff::", &["clock", "sql"]),
    ("arc_swap::", &["registry"]),
    ("wasmtime::", &["wasm"]),
    ("rusqlite::", &["sql"]),
    ("mysql_async::", &["sql"]),
    ("tokio_postgres::", &["sql"]),
    ("reqwest::", &["connectors", "app"]),
    ("axum::", &["http", "console", "app"]),
    ("anyhow::", &["app"]),
    ("figment::", &["config"]),
    ("prometheus_client::", &["telemetry"]),
];

/// Lines of a file without its tests.
const FILE_LINES_MAX: usize = 500;
const COLUMNS_MAX: usize = 100;
const README_LINES_MAX: usize = 120;

#[test]
fn rooms_import_only_what_lies_below() {
    let mut faults = Vec::new();
    for (level, room, sees) in ROOMS {
        let below: Vec<&str> = ROOMS
            .iter()
            .filter(|(l, ..)| l < level)
            .map(|(_, name, _)| *name)
            .collect();
        let allowed = match sees {
            Only(rooms) => rooms,
            AllBelow => below.as_slice(),
        };
        for (place, code) in code_lines(&Path::new("src").join(room)) {
            for rest in code.split("crate::").skip(1) {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_free = OPEN.contains(&name.as_str())
                    || (is_test(&place) && below.contains(&name.as_str()))
                    || TEST_TOOLS.contains(&name.as_str())
                    || (name == MEASURES && *level > 1);
                if name.is_empty() {
                    faults.push(format!(
                        "{place}: one `use crate::room::...` line for each room"
                    ));
                } else if name != *room && !is_free && !allowed.contains(&name.as_str()) {
                    faults.push(format!("{place}: `{room}` may not import `{name}`"));
                }
            }
        }
    }
    report(&faults);
}

#[test]
fn the_table_is_sound() {
    let mut faults = Vec::new();
    for (index, (_, room, sees)) in ROOMS.iter().enumerate() {
        let Only(allowed) = sees else { continue };
        for name in *allowed {
            if !ROOMS.iter().take(index).any(|(_, other, _)| other == name) {
                faults.push(format!("`{name}` does not come before `{room}`"));
            }
        }
    }
    report(&faults);
}

#[test]
fn every_folder_of_src_is_a_room() {
    let mut faults = Vec::new();
    for entry in fs::read_dir("src").expect("src is readable").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_known = ROOMS.iter().any(|(_, room, _)| *room == name);
        if !is_known && name != "lib.rs" && name != "main.rs" {
            faults.push(format!(
                "src/{name} is not a room: see the table in tests/tidy.rs"
            ));
        }
    }
    report(&faults);
}

#[test]
fn no_path_climbs_two_floors() {
    let faults: Vec<String> = code_lines(Path::new("src"))
        .filter(|(_, code)| code.contains("super::super"))
        .map(|(place, _)| format!("{place}: name the room instead of `super::super`"))
        .collect();
    report(&faults);
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    let mut faults = Vec::new();
    for folder in PURE {
        for (place, code) in code_lines(&Path::new("src").join(folder)) {
            for name in IMPURE
                .iter()
                .filter(|name| code.contains(**name) && !is_test(&place))
            {
                faults.push(format!("{place}: `{folder}` is pure, no `{name}`"));
            }
        }
    }
    report(&faults);
}

#[test]
fn libraries_stay_in_the_rooms_that_own_them() {
    let mut faults = Vec::new();
    for (_, room, _) in ROOMS {
        for (place, code) in code_lines(&Path::new("src").join(room)) {
            for (library, owners) in OWNED_LIBRARIES {
                let is_named = code
                    .split(|c: char| !c.is_alphanumeric() && !"_:".contains(c))
                    .any(|path| path.starts_with(library));
                if is_named && !owners.contains(room) && !is_test(&place) {
                    faults.push(format!("{place}: only {owners:?} may name `{library}`"));
                }
            }
        }
    }
    report(&faults);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//!") {
            faults.push(format!("{}: does not open with `//!`", path.display()));
        }
    }
    report(&faults);
}

#[test]
fn files_and_lines_keep_their_size() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            // Tests quote whole programs and messages, which cannot be broken.
            let quotes = is_test(&format!("{}:", path.display()));
            if columns > COLUMNS_MAX && !quotes {
                faults.push(format!(
                    "{}:{}: {columns} columns",
                    path.display(),
                    index + 1
                ));
            }
        }
        let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
        let lines = text
            .lines()
            .take_while(|line| *line != "mod tests {")
            .count();
        if lines > FILE_LINES_MAX && !is_test {
            faults.push(format!(
                "{}: {lines} lines, split it by noun",
                path.display()
            ));
        }
    }
    report(&faults);
}

#[test]
fn every_error_code_has_its_page() {
    let mut faults = Vec::new();
    for (code, name, meaning) in Code::ALL {
        let path = format!("docs/errors/{code}.md");
        let Ok(page) = fs::read_to_string(&path) else {
            faults.push(format!("{path} is missing: {name}, {}", meaning.trim()));
            continue;
        };
        // The name in the title freezes the meaning of the number: reuse shows as a mismatch.
        if !page.starts_with(&format!("# {code} {name}\n")) {
            faults.push(format!("{path}: the title must be `# {code} {name}`"));
        }
        for part in ["## Cause", "## Example", "## Cure"] {
            if !page.contains(&format!("\n{part}\n")) {
                faults.push(format!("{path}: no `{part}`"));
            }
        }
    }
    report(&faults);
}

#[test]
fn a_page_without_its_code_is_marked_retired() {
    let known: BTreeSet<String> = Code::ALL
        .iter()
        .map(|(code, ..)| format!("{code}.md"))
        .chain(["README.md".into()])
        .collect();
    let mut faults = Vec::new();
    for entry in fs::read_dir("docs/errors")
        .expect("docs/errors is readable")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let page = fs::read_to_string(entry.path()).expect("a page is text");
        if !known.contains(&name) && !page.contains("\nRetired in ") {
            faults.push(format!(
                "docs/errors/{name} belongs to no code; say `Retired in VERSION`"
            ));
        }
    }
    report(&faults);
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string("README.md")
        .expect("README.md is readable")
        .lines()
        .count();
    assert!(
        lines < README_LINES_MAX,
        "README.md has {lines} lines of {README_LINES_MAX}"
    );
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut faults = Vec::new();
    let mut pages = files(Path::new("docs"), "md");
    pages.extend(["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(PathBuf::from));
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page is text");
        let folder = page.parent().expect("a page lies in a folder");
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                faults.push(format!("{}: no such file: {target}", page.display()));
            }
        }
    }
    report(&faults);
}

fn report(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults\n{}\n",
        faults.len(),
        faults.join("\n")
    );
}

/// Every line of code below a folder, without comments, with its place as `file:line`.
fn code_lines(folder: &Path) -> impl Iterator<Item = (String, String)> {
    files(folder, "rs").into_iter().flat_map(|path| {
        let text = fs::read_to_string(&path).expect("source is readable");
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(index, line)| {
                let code = line.split("//").next().unwrap_or_default();
                (format!("{}:{}", path.display(), index + 1), code.to_owned())
            })
            .collect();
        lines
    })
}

/// Tests in files of their own may build what lies below their room, to have something to test.
fn is_test(place: &str) -> bool {
    place.contains("/tests.rs:") || place.contains("/tests/")
}

/// Every Rust file that we write, with its text.
fn sources() -> impl Iterator<Item = (PathBuf, String)> {
    let folders = ["src", "tests", "benches", "sdk", "wasm-functions"];
    folders
        .into_iter()
        .flat_map(|folder| files(Path::new(folder), "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("source is readable");
            (path, text)
        })
}

/// Files of one kind below a folder, in order; build folders are left out.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.ends_with("target") {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
