//! Commands of Redis.

use std::time::Duration;

use redis::Value as Reply;

use crate::connectors::Error;
use crate::value::{Row, Table, Value};

/// How long connecting and one command may take.
const WAIT: Duration = Duration::from_secs(30);

/// A server, contacted on the first command.
pub struct RedisServer {
    host: String,
    port: u16,
    password: Option<String>,
    database: i64,
    connection: Option<redis::Connection>,
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

    /// Runs commands one after the other over one connection, written together.
    ///
    /// # Errors
    /// [`Error::Redis`] when the server cannot be reached or refuses one of them.
    pub fn run(&mut self, commands: &[Vec<String>]) -> Result<Vec<Value>, Error> {
        let fault = |error: redis::RedisError| Error::Redis {
            message: format!("redis `{}:{}`: {error}", self.host, self.port),
        };
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().map_err(fault)?,
        };
        let mut pipeline = redis::pipe();
        for words in commands {
            let mut words = words.iter();
            let mut command = redis::cmd(words.next().map_or("", String::as_str));
            for word in words {
                command.arg(word);
            }
            pipeline.add_command(command);
        }
        let replies: Vec<Reply> = pipeline.query(&mut connection).map_err(fault)?;
        self.connection = Some(connection);
        let values = commands.iter().zip(replies);
        let values = values.map(|(words, reply)| shaped(words, reply));
        Ok(values.collect())
    }

    fn connect(&self) -> redis::RedisResult<redis::Connection> {
        let mut settings = redis::RedisConnectionInfo::default().set_db(self.database);
        if let Some(password) = &self.password {
            settings = settings.set_password(password.as_str());
        }
        let address = redis::ConnectionAddr::Tcp(self.host.clone(), self.port);
        let info = redis::IntoConnectionInfo::into_connection_info(address)?;
        let client = redis::Client::open(info.set_redis_settings(settings))?;
        let connection = client.get_connection_with_timeout(WAIT)?;
        connection.set_read_timeout(Some(WAIT))?;
        connection.set_write_timeout(Some(WAIT))?;
        Ok(connection)
    }
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
            geo_table(&command, &items)
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

fn geo_table(command: &str, items: &[Value]) -> Value {
    let names: &[&str] = match command {
        "GEOPOS" => &["longitude", "latitude"],
        "GEOHASH" => &["hash"],
        _ => &["member", "distance", "longitude", "latitude"],
    };
    let mut table = Table::new(names.iter().map(|name| (*name).into()).collect());
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
