//! Commands of Redis.

use std::sync::Arc;
use std::time::Duration;

use redis::Value as Reply;
use redis::aio::MultiplexedConnection;

use crate::connectors::Error;
use crate::value::{Row, Table, Value};

/// How long connecting may take, and a command that does not wait by itself.
const WAIT: Duration = Duration::from_secs(30);

/// Commands written before their replies are read; more would only wait in memory.
const PIPELINE_MAX: usize = 1000;

/// A server, contacted on the first command.
pub struct RedisServer {
    host: String,
    port: u16,
    password: Option<String>,
    database: i64,
    connection: Option<MultiplexedConnection>,
}

impl RedisServer {
    /// Names a server.
    pub fn new(host: &str, port: u16, password: Option<String>, database: i64) -> Self {
        Self {
            host: host.to_owned(),
            port,
            password,
            database,
            connection: None,
        }
    }

    /// Runs commands one after the other over one connection, written in groups. Dropping the
    /// future ends the connection and with it a command that still waits; the next call makes
    /// a new one.
    ///
    /// # Errors
    /// [`Error::Redis`] when the server cannot be reached, does not answer or refuses one of them.
    pub async fn run(&mut self, commands: &[Vec<String>]) -> Result<Vec<Value>, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await.map_err(|error| self.fault(&error))?,
        };
        let mut values = Vec::with_capacity(commands.len());
        for group in commands.chunks(PIPELINE_MAX) {
            let replies = match exchange(&mut connection, group).await {
                Ok(replies) => replies,
                Err(error) => {
                    // A refusal leaves the connection as it was, with all that was set on it.
                    if !error.is_unrecoverable_error() && !error.is_timeout() {
                        self.connection = Some(connection);
                    }
                    return Err(self.fault(&error));
                }
            };
            let shapes = group.iter().zip(replies);
            values.extend(shapes.map(|(words, reply)| shaped(words, reply)));
        }
        self.connection = Some(connection);
        Ok(values)
    }

    fn fault(&self, error: &redis::RedisError) -> Error {
        Error::Redis {
            message: format!("redis `{}:{}`: {error}", self.host, self.port),
        }
    }

    async fn connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        let mut settings = redis::RedisConnectionInfo::default().set_db(self.database);
        if let Some(password) = &self.password {
            settings = settings.set_password(password.as_str());
        }
        let address = redis::ConnectionAddr::Tcp(self.host.clone(), self.port);
        let info = redis::IntoConnectionInfo::into_connection_info(address)?;
        let client = redis::Client::open(info.set_redis_settings(settings))?;
        let limits = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(Some(WAIT))
            .set_response_timeout(None);
        client
            .get_multiplexed_async_connection_with_config(&limits)
            .await
    }
}

async fn exchange(
    connection: &mut MultiplexedConnection,
    commands: &[Vec<String>],
) -> redis::RedisResult<Vec<Reply>> {
    let mut pipeline = redis::pipe();
    for words in commands {
        let mut words = words.iter();
        let mut command = redis::cmd(words.next().map_or("", String::as_str));
        for word in words {
            command.arg(word);
        }
        pipeline.add_command(command);
    }
    let replies = pipeline.query_async(connection);
    if commands.iter().any(|words| waits_by_itself(words)) {
        return replies.await;
    }
    let timely = tokio::time::timeout(WAIT, replies).await;
    timely.unwrap_or_else(|_| {
        let reason = format!("no answer within {} s", WAIT.as_secs());
        Err(std::io::Error::new(std::io::ErrorKind::TimedOut, reason).into())
    })
}

/// Commands that wait for others, for as long as they say themselves.
fn waits_by_itself(words: &[String]) -> bool {
    const WAITING: &[&str] = &[
        "BLPOP",
        "BRPOP",
        "BRPOPLPUSH",
        "BLMOVE",
        "BLMPOP",
        "BZPOPMIN",
        "BZPOPMAX",
        "BZMPOP",
        "WAIT",
        "WAITAOF",
        "XREAD",
        "XREADGROUP",
    ];
    let first = words.first();
    first.is_some_and(|first| WAITING.iter().any(|word| word.eq_ignore_ascii_case(first)))
}

/// Splits a command at blanks; quotes group, and inside double quotes a backslash escapes.
pub fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some('"'), '\\') => {
                word.get_or_insert_default().extend(characters.next());
            }
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A reply in the shape that its command promises.
fn shaped(words: &[String], reply: Reply) -> Value {
    let command = words
        .first()
        .map(|word| word.to_uppercase())
        .unwrap_or_default();
    let has_scores = words
        .iter()
        .any(|word| word.eq_ignore_ascii_case("WITHSCORES"));
    let value = plain(reply);
    let is_pairs = command == "HGETALL" || (has_scores && command.starts_with('Z'));
    match value {
        Value::Array(items) if is_pairs => {
            let items = flatten(&items);
            let pairs = items.chunks(2).filter_map(|pair| match pair {
                [name, value] => Some((name.render().into_owned().into(), value.clone())),
                _ => None,
            });
            pairs.collect::<Row>().into()
        }
        Value::Array(items) if command.starts_with("GEO") && command != "GEODIST" => {
            geo_table(words, &items)
        }
        other => other,
    }
}

/// Newer servers give pairs as lists of two.
fn flatten(items: &[Value]) -> Vec<Value> {
    let mut flat = Vec::new();
    for item in items {
        match item {
            Value::Array(pair) => flat.extend(pair.iter().cloned()),
            other => flat.push(other.clone()),
        }
    }
    flat
}

/// What was asked for decides the columns: each place comes with its distance, its hash and its
/// coordinates, in this order.
fn geo_table(words: &[String], items: &[Value]) -> Value {
    let command = words.first().map_or("", String::as_str);
    let has = |option: &str| words.iter().any(|word| word.eq_ignore_ascii_case(option));
    let mut names: Vec<Arc<str>> = Vec::new();
    if command.eq_ignore_ascii_case("GEOPOS") {
        names.extend(["longitude".into(), "latitude".into()]);
    } else if command.eq_ignore_ascii_case("GEOHASH") {
        names.push("hash".into());
    } else {
        names.push("member".into());
        if has("WITHDIST") {
            names.push("distance".into());
        }
        if has("WITHHASH") {
            names.push("hash".into());
        }
        if has("WITHCOORD") {
            names.extend(["longitude".into(), "latitude".into()]);
        }
    }
    let mut table = Table::new(names);
    for item in items {
        let cells = match item {
            Value::Array(cells) => flatten(cells),
            other => vec![other.clone()],
        };
        table.push_row(cells);
    }
    table.into()
}

fn plain(reply: Reply) -> Value {
    match reply {
        Reply::Int(number) => Value::Integer(number),
        Reply::BulkString(bytes) => Value::text(String::from_utf8_lossy(&bytes).into_owned()),
        Reply::SimpleString(text) | Reply::VerbatimString { text, .. } => Value::text(text),
        Reply::Okay => Value::text("OK"),
        Reply::Double(number) => Value::Decimal(number),
        Reply::Boolean(value) => Value::Boolean(value),
        Reply::Array(items) | Reply::Set(items) => {
            items.into_iter().map(plain).collect::<Vec<_>>().into()
        }
        Reply::Map(pairs) => {
            let pairs = pairs
                .into_iter()
                .flat_map(|(key, value)| [plain(key), plain(value)]);
            pairs.collect::<Vec<_>>().into()
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn quotes_group_words() {
        let table: &[(&str, &[&str])] = &[
            ("set a 1", &["set", "a", "1"]),
            (" set 'a b'  \"c \\\" d\" ", &["set", "a b", "c \" d"]),
            ("set '' x", &["set", "", "x"]),
            ("set a'b'c 'd\\'", &["set", "abc", "d\\"]),
        ];
        for (text, expected) in table {
            assert_eq!(split_words(text), *expected, "{text}");
        }
    }
}
