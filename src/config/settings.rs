//! The settings as the daemon uses them: typed, checked, with their origins.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use figment::value::{Dict, Value};

use super::layers::Layers;
use super::table::SETTINGS;
use super::{Environment, Error, Overrides};
use crate::clock::Zone;
use crate::model::{ConnectionDefinition, ConnectionName, NodeAddress, Secret};

/// The shortest token that may be set.
const TOKEN_MIN_CHARS: usize = 16;
const MIB: u64 = 1 << 20;

/// Everything the operator chose, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the store, the token, logs and caches.
    pub home: PathBuf,
    /// Address to listen on.
    pub bind: IpAddr,
    /// Port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Host by which others reach this node, without the port.
    pub host: String,
    /// URL of the store.
    pub store: Secret,
    /// The token, when one is set or was made by an earlier start.
    pub token: Option<Secret>,
    /// How many actions may run at once on this node.
    pub executors: usize,
    /// The zone that schedules are read in.
    pub zone: Zone,
    /// How long running actions may finish when the daemon stops.
    pub drain: Duration,
    /// How long this node owns its work without a sign of life.
    pub lease: Duration,
    /// What no function may exceed, whatever its row says.
    pub wasm: WasmCeilings,
    /// What no run of a PQL program may exceed.
    pub pql: PqlCeilings,
    /// The daemon's own log.
    pub log: LogSettings,
    /// Connections of the file; those of the store win over them.
    pub connections: Vec<ConnectionDefinition>,
    /// Every setting with its value for people and its origin, in the order of the manual.
    pub effective: Vec<Effective>,
}

/// One setting as `config show --origin` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Its key.
    pub key: &'static str,
    /// Its value; secrets are hidden.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

/// What no function may exceed on this node (`wasm.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WasmCeilings {
    /// Memory of one instance.
    pub memory_bytes: u64,
    /// Time of one call.
    pub call_time: Duration,
    /// Size of arguments or result.
    pub value_bytes: u64,
    /// Size of a module at upload.
    pub module_bytes: u64,
}

/// What no run of a PQL program may exceed on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PqlCeilings {
    /// Calls that wait for each other.
    pub call_depth: usize,
    /// Brackets and blocks inside each other.
    pub nesting: usize,
    /// Rows of a result or of the buffer.
    pub rows: usize,
    /// Statements and loop turns; `None` lets a run go on.
    pub steps: Option<u64>,
    /// Statements and loop turns between two looks for a kill.
    pub cancel_steps: u64,
    /// Size of one text.
    pub text_bytes: usize,
    /// Further attempts to reach a server, where its connection does not say.
    pub connect_retries: u32,
}

/// How the daemon's own log looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// Its form.
    pub format: LogFormat,
    /// A level or a filter in the syntax of `tracing`.
    pub filter: String,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Human,
    /// One JSON object per line.
    Json,
}

impl Settings {
    /// Reads and checks the settings. Creates nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] and [`Error::File`], naming setting, origin and cure.
    pub fn load(overrides: &Overrides, environment: &Environment) -> Result<Self, Error> {
        let (home, home_origin) = find_home(overrides, environment)?;
        let layers = Layers::read(&home, overrides, environment)?;
        let mut reader = Reader {
            layers: &layers,
            effective: vec![Effective {
                key: "home",
                value: home.display().to_string(),
                origin: home_origin,
            }],
        };
        let bind: IpAddr = reader.parse("bind", "127.0.0.1", "an IP address")?;
        let port = reader.number("port", 7700, 0..=65535)?;
        let host = reader.text("address", &bind.to_string()).0;
        let token = reader.token(bind)?;
        let default_store = format!("sqlite:{}", home.join("keeper.db").display());
        let store = Secret::new(reader.text("store", &default_store).0);
        let per_core = reader.number("concurrent_by_cpu_cores", 4, 1..=64)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            bind,
            port: u16::try_from(port).unwrap_or(7700),
            host,
            token,
            store,
            executors: usize::try_from(per_core).unwrap_or(4).saturating_mul(cores),
            zone: reader.zone()?,
            drain: Duration::from_secs(reader.number("drain_seconds", 30, 0..=86_400)?),
            lease: Duration::from_secs(reader.number("lease_seconds", 30, 5..=3600)?),
            wasm: reader.wasm()?,
            pql: reader.pql()?,
            log: reader.log()?,
            connections: read_connections(&layers)?,
            effective: reader.effective,
            home,
        })
    }

    /// How others reach this node when it listens on `port`.
    pub fn node_address(&self, port: u16) -> NodeAddress {
        if self.host.contains(':') && !self.host.starts_with('[') {
            NodeAddress(format!("[{}]:{port}", self.host).into())
        } else {
            NodeAddress(format!("{}:{port}", self.host).into())
        }
    }
}

fn find_home(overrides: &Overrides, environment: &Environment) -> Result<(PathBuf, String), Error> {
    let variable = |name: &str| {
        let text = environment.get(name)?;
        Some((text.to_owned(), format!("environment `{name}`")))
    };
    let given = overrides
        .values
        .get("home")
        .map(|text| (text.clone(), "flag `--home`".to_owned()))
        .or_else(|| variable("KEEPER_HOME"))
        .or_else(|| variable("QROSS_HOME"))
        .unwrap_or_else(|| (".".to_owned(), "default".to_owned()));
    let (text, origin) = given;
    let text = match environment.get("HOME") {
        Some(user_home) => text.replace("%USER_HOME", user_home),
        None => text,
    };
    match std::path::absolute(Path::new(&text)) {
        Ok(home) => Ok((home, origin)),
        Err(error) => Err(Error::Invalid {
            name: "home".to_owned(),
            origin,
            problem: format!("`{text}` is not a path ({error})"),
            cure: "name a folder".to_owned(),
        }),
    }
}

/// Reads setting after setting and notes where each came from.
struct Reader<'a> {
    layers: &'a Layers,
    effective: Vec<Effective>,
}

impl Reader<'_> {
    fn text(&mut self, key: &'static str, default: &str) -> (String, String) {
        let found = self.layers.text(key);
        let (text, origin) = found.unwrap_or_else(|| (default.to_owned(), "default".to_owned()));
        let secret = SETTINGS.iter().any(|s| s.key == key && s.secret);
        self.effective.push(Effective {
            key,
            value: match (secret, text.is_empty()) {
                (_, true) => "(none)".to_owned(),
                (true, false) => "(hidden)".to_owned(),
                (false, false) => text.clone(),
            },
            origin: origin.clone(),
        });
        (text, origin)
    }

    fn parse<T: FromStr>(
        &mut self,
        key: &'static str,
        default: &str,
        expected: &str,
    ) -> Result<T, Error> {
        let (text, origin) = self.text(key, default);
        text.trim()
            .parse()
            .map_err(|_| invalid(key, origin, &text, expected))
    }

    fn number(
        &mut self,
        key: &'static str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<u64, Error> {
        let (text, origin) = self.text(key, &default.to_string());
        match text.trim().parse() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => {
                let expected = format!("a whole number from {} to {}", range.start(), range.end());
                Err(invalid(key, origin, &text, &expected))
            }
        }
    }

    fn token(&mut self, bind: IpAddr) -> Result<Option<Secret>, Error> {
        let (text, origin) = self.text("token", "");
        let refuse = |problem: String, cure: &str| {
            Err(Error::Invalid {
                name: "token".to_owned(),
                origin: origin.clone(),
                problem,
                cure: cure.to_owned(),
            })
        };
        let explicit = !text.is_empty() && origin != "the token file";
        if !bind.is_loopback() && !explicit {
            return refuse(
                format!("listening on `{bind}` needs a token that was set on purpose"),
                "set `KEEPER_HTTP_TOKEN`, or bind to `127.0.0.1`",
            );
        }
        if text.is_empty() {
            return Ok(None);
        }
        let printable = text.chars().all(|c| c.is_ascii_graphic());
        if text.len() < TOKEN_MIN_CHARS || !printable {
            return refuse(
                "the value is too short or has characters other than visible ASCII".to_owned(),
                "use at least 16 letters, digits and signs, without spaces",
            );
        }
        Ok(Some(Secret::new(text)))
    }

    fn zone(&mut self) -> Result<Zone, Error> {
        if self.layers.text("time_zone").is_none() {
            let zone = Zone::system();
            let name = zone.iana_name().unwrap_or("the system's").to_owned();
            self.text("time_zone", &name);
            return Ok(zone);
        }
        let (text, origin) = self.text("time_zone", "");
        Zone::get(text.trim()).map_err(|_| {
            invalid(
                "time_zone",
                origin,
                &text,
                "an IANA name such as `Europe/Rome`",
            )
        })
    }

    fn wasm(&mut self) -> Result<WasmCeilings, Error> {
        Ok(WasmCeilings {
            memory_bytes: self.number("wasm_memory_mib", 1024, 1..=4096)? * MIB,
            call_time: Duration::from_secs(self.number("wasm_call_seconds", 60, 1..=3600)?),
            value_bytes: self.number("wasm_value_mib", 256, 1..=1024)? * MIB,
            module_bytes: self.number("wasm_module_mib", 32, 1..=256)? * MIB,
        })
    }

    fn pql(&mut self) -> Result<PqlCeilings, Error> {
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let call_depth = size(self.number("pql_call_depth", 256, 1..=1024)?);
        let nesting = size(self.number("pql_nesting", 64, 8..=64)?);
        let rows = size(self.number("pql_rows", 10_000_000, 1..=1_000_000_000)?);
        let steps = self.number("pql_steps", 0, 0..=1_000_000_000_000_000)?;
        Ok(PqlCeilings {
            call_depth,
            nesting,
            rows,
            steps: Some(steps).filter(|steps| *steps > 0),
            cancel_steps: self.number("pql_cancel_steps", 16, 1..=1000)?,
            text_bytes: size(self.number("pql_text_mib", 64, 1..=2048)? * MIB),
            connect_retries: u32::try_from(self.number("pql_connect_retries", 100, 0..=10_000)?)
                .unwrap_or(u32::MAX),
        })
    }

    fn log(&mut self) -> Result<LogSettings, Error> {
        let (word, origin) = self.text("log_format", "human");
        let format = match word.trim() {
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            _ => return Err(invalid("log_format", origin, &word, "`human` or `json`")),
        };
        let filter = self.text("log_level", "info").0;
        Ok(LogSettings { format, filter })
    }
}

fn invalid(key: &str, origin: String, text: &str, expected: &str) -> Error {
    Error::Invalid {
        name: key.to_owned(),
        origin,
        problem: format!("`{text}` is not {expected}"),
        cure: format!("give {expected}"),
    }
}

fn read_connections(layers: &Layers) -> Result<Vec<ConnectionDefinition>, Error> {
    let tables = layers.connections()?;
    let mut connections = Vec::with_capacity(tables.len());
    for (name, value) in &tables {
        let origin = || layers.origin("connections", value.tag());
        let refuse = |problem: String| Error::Invalid {
            name: format!("connections.{name}"),
            origin: origin(),
            problem,
            cure: "write `url = \"mysql://user@host/base\"`, and `username` and `password` when \
                   they are not in the url"
                .to_owned(),
        };
        let Value::Dict(_, table) = value else {
            return Err(refuse("not a table".to_owned()));
        };
        let parsed = ConnectionName::parse(name).map_err(|error| refuse(error.to_string()))?;
        connections.push(read_connection(parsed, table).map_err(refuse)?);
    }
    Ok(connections)
}

fn read_connection(name: ConnectionName, table: &Dict) -> Result<ConnectionDefinition, String> {
    const KEYS: &[&str] = &[
        "url", "username", "password", "retry", "overtime", "enabled",
    ];
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("there is no key `{key}`"));
    }
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(Value::String(_, text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("key `{key}` is not text")),
    };
    let enabled = match table.get("enabled") {
        None => true,
        Some(Value::Bool(_, enabled)) => *enabled,
        Some(_) => return Err("key `enabled` is not true or false".to_owned()),
    };
    let number = |key: &str| match table.get(key) {
        None => Ok(0),
        Some(value) => value
            .deserialize()
            .map_err(|_| format!("key `{key}` is not a whole number from 0 to {}", u32::MAX)),
    };
    Ok(ConnectionDefinition {
        id: None,
        name,
        url: Secret::new(text("url")?.ok_or("key `url` is missing")?),
        username: text("username")?,
        password: text("password")?.map(Secret::new),
        retry_count: number("retry")?,
        idle_ms: number("overtime")?,
        enabled,
    })
}
