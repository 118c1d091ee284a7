//! The layers that settings come from, and which of them wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::table::{SETTINGS, find};
use super::{Error, TOKEN_FILE};

/// The file in the home folder that is read when no other is named.
const FILE_NAME: &str = "keeper.toml";

/// What was given as flags; an absent flag decides nothing.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config FILE`
    pub file: Option<PathBuf>,
    /// Values by key of the table of settings, as text; never secrets.
    pub values: BTreeMap<&'static str, String>,
}

impl Overrides {
    /// Adds a value when there is one.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.values.insert(key, value.to_string());
        }
        self
    }
}

/// The environment's variables; a test makes its own instead of changing the process.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl std::fmt::Debug for Environment {
    /// Names only: a value may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The variables of this process; those that are not Unicode are left out.
    pub fn of_process() -> Self {
        Self::from_pairs(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    /// Exactly these variables.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// One variable; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }
}

/// The merged layers of one start.
pub(super) struct Layers {
    figment: Figment,
}

/// One named layer of plain texts.
struct Texts {
    origin: &'static str,
    values: Dict,
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin)
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

impl Layers {
    /// Reads the layers for a home folder: flags over environment over file over the token file.
    ///
    /// # Errors
    /// [`Error::File`], and [`Error::Invalid`] for a key that is not a setting.
    pub(super) fn read(
        home: &Path,
        overrides: &Overrides,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let file = Self::file(home, overrides.file.as_deref())?;
        let mut figment = Figment::new().merge(Texts {
            origin: "the token file",
            values: token_layer(home),
        });
        if let Some(path) = file {
            figment = figment.merge(Toml::file_exact(&path));
            check_keys(&figment, &path)?;
        }
        let variables = SETTINGS.iter().filter_map(|setting| {
            let text = environment.get(setting.variable)?;
            Some((setting.key.to_owned(), Value::from(text.to_owned())))
        });
        let flags = overrides
            .values
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Value::from(text.clone())));
        Ok(Self {
            figment: figment
                .merge(Texts {
                    origin: "environment",
                    values: variables.collect(),
                })
                .merge(Texts {
                    origin: "flag",
                    values: flags.collect(),
                }),
        })
    }

    fn file(home: &Path, named: Option<&Path>) -> Result<Option<PathBuf>, Error> {
        let path = named.map_or_else(|| home.join(FILE_NAME), Path::to_path_buf);
        match std::fs::metadata(&path) {
            Ok(_) => Ok(Some(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
                Ok(None)
            }
            Err(error) => Err(Error::File {
                path,
                problem: error.to_string(),
            }),
        }
    }

    /// The text of a setting and where it came from; `None` when no layer has it.
    pub(super) fn text(&self, key: &str) -> Option<(String, String)> {
        let value = self.figment.find_value(key).ok()?;
        let text = match &value {
            Value::String(_, text) => text.clone(),
            Value::Bool(_, flag) => flag.to_string(),
            Value::Num(_, number) => number
                .to_i128()
                .map(|whole| whole.to_string())
                .or_else(|| number.to_f64().map(|number| number.to_string()))?,
            other => format!("{other:?}"),
        };
        Some((text, self.origin(key, value.tag())))
    }

    /// The tables under `[connections.NAME]`, by name.
    pub(super) fn connections(&self) -> Result<Dict, Error> {
        match self.figment.find_value("connections") {
            Err(_) => Ok(Dict::new()),
            Ok(Value::Dict(_, tables)) => Ok(tables),
            Ok(other) => Err(Error::Invalid {
                name: "connections".to_owned(),
                origin: self.origin("connections", other.tag()),
                problem: "not a table".to_owned(),
                cure: "write one table `[connections.NAME]` with `url = \"…\"` each".to_owned(),
            }),
        }
    }

    /// Where a value came from, for people.
    pub(super) fn origin(&self, key: &str, tag: Tag) -> String {
        let Some(metadata) = self.figment.get_metadata(tag) else {
            return "an unknown place".to_owned();
        };
        if let Some(path) = metadata
            .source
            .as_ref()
            .and_then(|source| source.file_path())
        {
            return format!("file `{}`", path.display());
        }
        match (metadata.name.as_ref(), find(key)) {
            ("environment", Some(setting)) => format!("environment `{}`", setting.variable),
            ("flag", _) => format!("flag `--{}`", key.replace('_', "-")),
            (name, _) => name.to_owned(),
        }
    }
}

fn token_layer(home: &Path) -> Dict {
    let mut layer = Dict::new();
    if let Ok(text) = std::fs::read_to_string(home.join(TOKEN_FILE)) {
        layer.insert("token".to_owned(), Value::from(text.trim().to_owned()));
    }
    layer
}

fn check_keys(figment: &Figment, path: &Path) -> Result<(), Error> {
    let whole: Dict = figment.extract().map_err(|error| Error::File {
        path: path.to_path_buf(),
        problem: error.to_string(),
    })?;
    let known = |key: &str| key == "connections" || (key != "home" && find(key).is_some());
    let Some(key) = whole.keys().find(|key| !known(key)) else {
        return Ok(());
    };
    let keys: Vec<&str> = SETTINGS
        .iter()
        .map(|setting| setting.key)
        .filter(|key| *key != "home")
        .collect();
    Err(Error::Invalid {
        name: key.clone(),
        origin: format!("file `{}`", path.display()),
        problem: "there is no such setting in the file".to_owned(),
        cure: format!(
            "the file may set {} and `[connections.NAME]`",
            keys.join(", ")
        ),
    })
}
