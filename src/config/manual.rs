//! The manual page of the settings, written from their table.

use std::fmt::Write;

use super::table::SETTINGS;

/// The text of `docs/settings.md`.
pub fn manual() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         A setting is taken from its flag, else its environment variable, else `keeper.toml` in\n\
         the home folder (or the file named by `--config`), else its default.\n\
         `keeper config show --origin` says where each value came from. Secrets have no flag.\n\n\
         | key in `keeper.toml` | environment | default | meaning |\n\
         |---|---|---|---|\n",
    );
    for setting in SETTINGS {
        // Writing to a String does not fail.
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {} | {} |",
            setting.key, setting.variable, setting.default, setting.meaning
        );
    }
    page.push_str(
        "\n## Connections\n\n\
         The file may also define data connections; one of the same name in the store wins.\n\n\
         ```toml\n\
         [connections.\"mysql.sales\"]\n\
         url = \"mysql://report@db.example.com:3306/sales\"\n\
         password = \"env:SALES_PASSWORD\"\n\
         ```\n\n\
         Keys are `url`, `username`, `password` (the text itself, `env:NAME` or `file:PATH`),\n\
         `enabled`, and `retry` and `overtime` as in\n\
         [running programs](pql/running.md#servers-that-do-not-answer).\n",
    );
    page
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_manual_page_is_what_the_table_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
        let expected = super::manual();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(path.parent().expect("has a folder")).expect("folder");
            std::fs::write(&path, &expected).expect("docs are writable");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == expected,
            "docs/settings.md is stale: run the test again with UPDATE_DOCS=1"
        );
    }
}
