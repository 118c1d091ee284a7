//! Parameters of a request and their published synonyms.

use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::failure::Failure;

/// The query-string parameters, percent-decoded, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Parameters {
    fn parse(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// The value of the parameter with these spellings; a blank one counts as absent.
    ///
    /// # Errors
    /// Two of the spellings are there and differ.
    pub(super) fn optional(&self, spellings: &[&str]) -> Result<Option<&str>, Failure> {
        let mut found: Option<(&str, &str)> = None;
        for (name, value) in &self.0 {
            if !spellings.contains(&name.as_str()) || value.trim().is_empty() {
                continue;
            }
            match found {
                Some((_, first)) if first != value.trim() => {
                    return Err(Failure::bad_parameter(name, "is given twice and differs"));
                }
                _ => found = Some((name, value.trim())),
            }
        }
        Ok(found.map(|(_, value)| value))
    }

    /// The same, which must be there.
    ///
    /// # Errors
    /// It is missing, blank, or given twice with different values.
    pub(super) fn required(&self, spellings: &[&str]) -> Result<&str, Failure> {
        let name = spellings.first().copied().unwrap_or_default();
        let found = self.optional(spellings)?;
        found.ok_or_else(|| Failure::bad_parameter(name, "is required"))
    }

    /// A number, nothing when absent.
    ///
    /// # Errors
    /// It is not a number of the right kind.
    pub(super) fn number<T: FromStr<Err: Display>>(
        &self,
        spellings: &[&str],
    ) -> Result<Option<T>, Failure> {
        let name = spellings.first().copied().unwrap_or_default();
        let found = self.optional(spellings)?;
        found.map(|text| parse_id(name, text)).transpose()
    }

    /// Which lines of a log, all when absent.
    ///
    /// # Errors
    /// Any other word than `all`, `debug` and `error`.
    pub(super) fn mode<T: FromStr<Err: Display> + Default>(&self) -> Result<T, Failure> {
        let word = self.optional(&["mode"])?;
        let mode = word.map(|word| {
            let read = word.parse();
            read.map_err(|problem| Failure::bad_parameter("mode", problem))
        });
        Ok(mode.transpose()?.unwrap_or_default())
    }

    /// Every value of a parameter that may be repeated or hold several, separated by commas.
    pub(super) fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        let own = self.0.iter().filter(move |pair| pair.0 == name);
        own.flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// A `yes` or `no`, `no` when absent.
    ///
    /// # Errors
    /// Any other word.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Failure> {
        match self.optional(&[name])? {
            None => Ok(false),
            Some(word) if word.eq_ignore_ascii_case("yes") => Ok(true),
            Some(word) if word.eq_ignore_ascii_case("no") => Ok(false),
            Some(word) => {
                let problem = format!("is `{word}`, expected `yes` or `no`");
                Err(Failure::bad_parameter(name, problem))
            }
        }
    }
}

/// Reads the id in a path.
///
/// # Errors
/// It is not a whole number.
pub(super) fn parse_id<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, Failure> {
    text.parse()
        .map_err(|error| Failure::bad_parameter(name, format!("is not valid: {error}")))
}
