//! The generated pages `docs/pql/links.md` and `docs/pql/functions.md`.

use std::fmt::Write;

use crate::pql::manual::{Topic, built_in_functions, links};

const NOTE: &str = "This page is generated: `UPDATE_DOCS=1 cargo test --lib pql::manual` writes it \
                    from the code.\n";

/// The page of all links, by the data they work on.
pub fn links_page() -> String {
    let mut page = String::from("# Links\n\n");
    page.push_str(NOTE);
    page.push_str(
        "\nA chain is data followed by links, each of which works on what the one before it gave: \
         `'hello' TAKE 2 -> TO UPPER` is `HE`. The arrow may be left out where the words cannot be \
         misread. Data is never changed: a link gives a new value, and `LET $x ..` stores it.\n\n\
         A link that works on TEXT takes any value by its text, one that works on TABLE takes a \
         row or an array too, and a HASHSET is an ARRAY to all links. NULL is an error for all but \
         the `IF` links and EQUALS.\n\n\
         How to read a heading: `[v]` may be left out, `|` stands between forms of which one is \
         written, `..` is more of the same; capitals are written as they are, in any case. Below \
         each example stands what it prints. `keeper pql help NAME` shows the same in a \
         terminal.\n",
    );
    let topics = links();
    let mut headings: Vec<&str> = topics.iter().map(Topic::heading).collect();
    headings.sort_unstable();
    headings.dedup();
    for heading in &headings {
        let on = topics.iter().filter(|topic| topic.heading() == *heading);
        let names = on.flat_map(|topic| topic.names.iter().map(String::as_str));
        let _ = write!(
            page,
            "\n- On {heading}: {}",
            names.collect::<Vec<_>>().join(", ")
        );
    }
    page.push('\n');
    for heading in headings {
        // Writing into a String cannot fail.
        let _ = write!(page, "\n## On {heading}\n");
        for topic in topics.iter().filter(|topic| topic.heading() == heading) {
            write_topic(topic, &mut page);
        }
    }
    page
}

/// The page of all built-in functions.
pub fn functions_page() -> String {
    let mut page = String::from("# Functions\n\n");
    page.push_str(NOTE);
    page.push_str(
        "\nFunctions that every program has: `@LEFT('hello', 2)` is `he`. They may stand wherever \
         a value may, also inside texts with `${ }`, and change nothing. Names ignore case. A \
         function of the same name that an administrator defines wins.\n\n\
         How to read a heading: `[x]` may be left out, `..` is more of the same. Below each \
         example stands what it prints. `keeper pql help @NAME` shows the same in a \
         terminal.\n\n",
    );
    let topics = built_in_functions();
    let mut names: Vec<&str> = topics
        .iter()
        .flat_map(|topic| &topic.names)
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    let _ = writeln!(page, "All of them: {}", names.join(", "));
    for topic in &topics {
        write_topic(topic, &mut page);
    }
    page
}

fn write_topic(topic: &Topic, page: &mut String) {
    let _ = write!(page, "\n### `{}`\n\n{}", topic.signature, topic.text);
    if let [_, others @ ..] = topic.names.as_slice()
        && !others.is_empty()
    {
        let names: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(page, " Also {}.", names.join(", "));
    }
    page.push_str("\n\n```text\n");
    for (expression, printed) in topic.examples {
        let _ = writeln!(page, "{expression}\n  {printed}");
    }
    page.push_str("```\n");
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Compares a page with the file, or writes the file when `UPDATE_DOCS` is set.
    fn check(name: &str, page: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs/pql")
            .join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, page).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == page,
            "docs/pql/{name} has drifted: run UPDATE_DOCS=1 cargo test --lib pql::manual"
        );
    }

    #[test]
    fn the_page_of_links_is_up_to_date() {
        check("links.md", &links_page());
    }

    #[test]
    fn the_page_of_functions_is_up_to_date() {
        check("functions.md", &functions_page());
    }

    #[test]
    fn names_are_found_in_any_case_and_near_misses_are_told() {
        use crate::pql::manual::{beginning_with, find, working_on};

        let found = find("take  left").unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].render().contains("'hello' TAKE 2\n        he"));
        assert_eq!(find("@left").unwrap().len(), 1);
        // A link on numbers, one on arrays, one on tables, and a function.
        assert_eq!(find("max").unwrap().len(), 4);
        assert_eq!(find("TO UPER").unwrap_err().as_deref(), Some("TO UPPER"));
        assert_eq!(
            find("@CHARINDX").unwrap_err().as_deref(),
            Some("@CHARINDEX")
        );
        assert!(find("xyzzy plugh").unwrap_err().is_none());

        let names = |topics: Vec<Topic>| -> Vec<String> {
            let names = topics.into_iter().map(|topic| topic.names[0].clone());
            names.collect()
        };
        let family = names(beginning_with("to epo"));
        assert_eq!(family, ["TO EPOCH", "TO EPOCH MILLI"]);
        assert_eq!(
            names(beginning_with("current_da")),
            ["@CURRENT_DATE", "@NOW"]
        );
        assert!(beginning_with("xyzzy").is_empty());

        assert_eq!(names(working_on("hashset").unwrap()), ["ADD"]);
        assert!(names(working_on("int").unwrap()).contains(&"SQRT".to_owned()));
        assert!(names(working_on("functions").unwrap()).contains(&"@LEFT".to_owned()));
        assert!(working_on("colour").unwrap_err().contains(&"TABLE"));
    }
}
