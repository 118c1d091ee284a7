//! Files of settings: `name=value` lines, YAML and JSON, with the connections they describe.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use crate::connectors::Error;

/// What is said of a connection besides its name (5.1).
const PROPERTIES: [&str; 6] = ["url", "username", "password", "driver", "retry", "overtime"];

/// How a URL begins without a word for what it is.
const SCHEMES: [&str; 6] = [
    "jdbc:",
    "mysql://",
    "mariadb://",
    "postgresql://",
    "postgres://",
    "sqlite:",
];

/// How a file of settings is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `name=value` lines; `#` and `!` begin a comment.
    Properties,
    /// YAML; nested names are joined with dots.
    Yaml,
    /// JSON; nested names are joined with dots.
    Json,
}

/// The connection that some settings describe (`pql-core.md` 5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    /// Where it leads.
    pub url: String,
    /// Login name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// Further attempts when the server cannot be reached; 0 leaves it to who connects.
    pub retry_count: u32,
    /// Milliseconds without work after which a session is made anew; 0 keeps it.
    pub idle_ms: u32,
}

/// Reads a file of settings as names with values, in order.
///
/// # Errors
/// [`Error::File`] when it is missing or not of the format.
pub fn read(path: &Path, format: Format) -> Result<Vec<(String, String)>, Error> {
    let fault = |fault: &dyn std::fmt::Display| Error::file(path, fault);
    let text = std::fs::read_to_string(path).map_err(|error| fault(&error))?;
    let tree: Json = match format {
        Format::Properties => return Ok(lines(&text)),
        Format::Yaml => serde_saphyr::from_str(&text).map_err(|error| fault(&error))?,
        Format::Json => serde_json::from_str(&text).map_err(|error| fault(&error))?,
    };
    let mut pairs = Vec::new();
    flatten(&tree, String::new(), &mut pairs);
    Ok(pairs)
}

/// The format that the ending of a file name tells.
pub fn format_of(path: &Path) -> Format {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("yaml" | "yml") => Format::Yaml,
        Some("json") => Format::Json,
        _ => Format::Properties,
    }
}

/// Connections by name, and settings as names with values.
pub type Parts = (BTreeMap<String, Described>, Vec<(String, String)>);

/// Tells connections from settings: what describes a connection, which may be a password, is no
/// setting.
///
/// # Errors
/// [`Error::Setting`] for a `retry` or `overtime` that is not a number.
pub fn parts(mut pairs: Vec<(String, String)>) -> Result<Parts, Error> {
    let found = connections(&pairs)?;
    pairs.retain(|(name, value)| {
        let is_url = found
            .get(name)
            .is_some_and(|described| described.url == *value);
        let is_property = name.rsplit_once('.').is_some_and(|(owner, property)| {
            found.contains_key(owner) && PROPERTIES.contains(&property)
        });
        !is_url && !is_property
    });
    Ok((found, pairs))
}

/// The connections that the settings describe, by name: `name=jdbc:..` or `name.url=..` with
/// `name.username`, `name.password`, `name.retry` and `name.overtime`.
fn connections(pairs: &[(String, String)]) -> Result<BTreeMap<String, Described>, Error> {
    let mut found: BTreeMap<String, Described> = BTreeMap::new();
    for (name, value) in pairs {
        let is_url = SCHEMES.iter().any(|scheme| value.starts_with(scheme));
        let has_login = |owner: &&str| {
            let login = ["username", "password", "driver"].map(|word| format!("{owner}.{word}"));
            pairs.iter().any(|(name, _)| login.contains(name))
        };
        if let Some(owner) = name
            .strip_suffix(".url")
            .filter(|owner| is_url || has_login(owner))
        {
            value.clone_into(&mut found.entry(owner.to_owned()).or_default().url);
        } else if is_url {
            value.clone_into(&mut found.entry(name.clone()).or_default().url);
        }
    }
    for (name, value) in pairs {
        let Some((owner, property)) = name.rsplit_once('.') else {
            continue;
        };
        let Some(described) = found.get_mut(owner) else {
            continue;
        };
        match property {
            "username" => described.username = Some(value.clone()),
            "password" => described.password = Some(value.clone()),
            "retry" => described.retry_count = number(name, value)?,
            "overtime" => described.idle_ms = number(name, value)?,
            _ => {}
        }
    }
    Ok(found)
}

fn number(name: &str, value: &str) -> Result<u32, Error> {
    value.trim().parse().map_err(|_| Error::Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        expected: format!("a whole number from 0 to {}", u32::MAX),
    })
}

fn lines(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
    let pair = |line: &str| {
        let at = line.find(['=', ':'])?;
        let (name, value) = line.split_at(at);
        Some((name.trim().to_owned(), value.get(1..)?.trim().to_owned()))
    };
    lines.filter_map(pair).collect()
}

fn flatten(tree: &Json, name: String, pairs: &mut Vec<(String, String)>) {
    match tree {
        Json::Object(fields) => {
            for (key, field) in fields {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                flatten(field, name, pairs);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, format!("{name}.{index}"), pairs);
            }
        }
        Json::Null => {}
        Json::String(text) => pairs.push((name, text.clone())),
        other => pairs.push((name, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_described_by_one_line_or_by_several() {
        let pairs = lines(
            "# comment\nmysql.a = jdbc:mysql://h/a?user=x\nb.url=jdbc:sqlite:b.db\n\
             b.username=u\nb.password=p\\\n w\nb.retry=7\nb.overtime = 1500\nother.url=none\n\
             other.retry=none\n",
        );
        let found = connections(&pairs).expect("well formed");
        assert_eq!(found.len(), 2);
        assert_eq!(found["mysql.a"].url, "jdbc:mysql://h/a?user=x");
        assert_eq!(found["b"].username.as_deref(), Some("u"));
        assert_eq!(found["b"].password.as_deref(), Some("p w"));
        assert_eq!((found["b"].retry_count, found["b"].idle_ms), (7, 1500));
        assert_eq!(found["mysql.a"].retry_count, 0);
    }

    #[test]
    fn what_describes_a_connection_is_no_setting() {
        let pairs = lines(
            "a=mysql://u:secret@h/b\na.password=secret\na.driver=x\na.note=kept\nb=1\n\
             api.password=kept\n",
        );
        let (found, settings) = parts(pairs).expect("well formed");
        assert_eq!(found["a"].url, "mysql://u:secret@h/b");
        let names: Vec<&str> = settings.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.note", "b", "api.password"]);
    }

    #[test]
    fn a_retry_that_is_no_number_is_named() {
        let pairs = lines("b=jdbc:mysql://h/b\nb.retry=often\n");
        let fault = connections(&pairs).expect_err("not a number");
        let expected = "setting `b.retry` is `often`, and should be a whole number from 0 to \
                        4294967295";
        assert_eq!(fault.to_string(), expected);
    }

    #[test]
    fn nested_names_are_joined_with_dots() {
        let mut pairs = Vec::new();
        let tree = serde_json::json!({ "a": { "b": 1, "c": ["x"] }, "d": null });
        flatten(&tree, String::new(), &mut pairs);
        let pairs: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(pairs, ["a.b=1", "a.c.0=x"]);
    }
}
