//! REDIS and its PREP and PUT (4.33).

use std::sync::Arc;

use crate::connectors::redis::{RedisServer, split_words};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Outside, Prepared, RowCells, Run, TextTarget};
use crate::pql::statements::put;
use crate::pql::syntax::tree::{RedisHost, Template};
use crate::sql::Dialect;
use crate::value::{Table, Value};

const PORT: usize = 6379;

/// Selects the server of REDIS.
pub(crate) fn open(run: &mut Run, host: &RedisHost) -> Done<()> {
    let server = server(run, host)?;
    run.outside.redis_source = Some(server);
    Ok(())
}

/// Selects the server of PREP and PUT.
pub(crate) fn save(run: &mut Run, host: &RedisHost) -> Done<()> {
    let server = server(run, host)?;
    run.outside.redis_destination = Some(server);
    Ok(())
}

/// A name has its settings `redis.name.host` and so on; without them it is `host:port`.
fn server(run: &mut Run, host: &RedisHost) -> Done<RedisServer> {
    let name = run.evaluate_text(&host.name)?;
    let setting = |run: &Run, part: &str| run.setting(&format!("redis.{name}.{part}"));
    let (address, port) = match name.rsplit_once(':') {
        Some((address, port)) => (address, port.parse().unwrap_or(PORT)),
        None => (name.as_str(), PORT),
    };
    let address = setting(run, "host").map_or_else(|| address.to_owned(), |text| text.to_string());
    let port = run.setting_number(&format!("redis.{name}.port"), port);
    let password = setting(run, "password").map(|text| text.to_string());
    let database = if let Some(database) = &host.database {
        run.evaluate_integer(database)?
    } else {
        let number = run.setting_number(&format!("redis.{name}.database"), 0);
        i64::try_from(number).unwrap_or(0)
    };
    let port = u16::try_from(port).map_err(|_| {
        Halt::new(
            Code::CONNECTION_INVALID,
            format!("`{port}` is no port of Redis"),
        )
    })?;
    Ok(RedisServer::new(&address, port, password, database))
}

/// Runs one command on the source.
pub(crate) fn run(run: &mut Run, body: &Template) -> Done<Value> {
    let words = split_words(&run.target_text(body, TextTarget::Words)?);
    let mut replies = exchange(run, End::Source, &[words])?;
    Ok(replies.pop().unwrap_or(Value::Null))
}

/// Runs a command on the source for each row; the values together are one list.
pub(crate) fn for_rows(run: &mut Run, body: &Template) -> Done<Value> {
    let prepared = prepare(run, body)?;
    let table = Arc::clone(run.buffer.table());
    let commands = commands(run, &prepared, &table)?;
    Ok(Value::from_items(exchange(run, End::Source, &commands)?))
}

/// PREP: 1 for `OK`, the number for a number, else 0.
pub(crate) fn prep(run: &mut Run, body: &Template) -> Done<()> {
    let words = split_words(&run.target_text(body, TextTarget::Words)?);
    let replies = exchange(run, End::Destination, &[words])?;
    run.counters.prep = replies.first().map_or(0, counted);
    Ok(())
}

/// PUT: one command for each row of the buffer or of a producer, written together.
pub(crate) fn put(run: &mut Run, body: &Template) -> Done<()> {
    let prepared = prepare(run, body)?;
    let mut affected = 0_i64;
    End::Destination.chosen(&run.outside)?;
    let mut was_run = false;
    run.drain(&mut |run, table| {
        // As every PUT: nothing for no rows, and once when it takes nothing from them.
        if table.is_empty() || (was_run && !prepared.has_placeholders()) {
            return Ok(());
        }
        was_run = true;
        let commands = commands(run, &prepared, table)?;
        for reply in &exchange(run, End::Destination, &commands)? {
            affected = affected.saturating_add(counted(reply));
        }
        Ok(())
    })?;
    put::count(run, u64::try_from(affected).unwrap_or(0));
    Ok(())
}

/// Which of the two servers.
#[derive(Clone, Copy)]
enum End {
    Source,
    /// The one of SAVE TO REDIS, else that of OPEN REDIS.
    Destination,
}

/// Waits for the replies; a run that is stopped leaves the connection.
fn exchange(run: &mut Run, end: End, commands: &[Vec<String>]) -> Done<Vec<Value>> {
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let end = end.chosen(&run.outside)?;
    let mut server = end.slot(&mut run.outside).take().ok_or_else(closed)?;
    let replies = run.wait(server.run(commands));
    *end.slot(&mut run.outside) = Some(server);
    replies
}

impl End {
    /// The server that stands for this one; an error when none was opened.
    fn chosen(self, outside: &Outside) -> Done<Self> {
        let chosen = match (self, &outside.redis_source, &outside.redis_destination) {
            (Self::Destination, _, Some(_)) => Self::Destination,
            (_, Some(_), _) => Self::Source,
            _ => return Err(closed()),
        };
        Ok(chosen)
    }

    fn slot(self, outside: &mut Outside) -> &mut Option<RedisServer> {
        match self {
            Self::Source => &mut outside.redis_source,
            Self::Destination => &mut outside.redis_destination,
        }
    }
}

fn prepare(run: &mut Run, body: &Template) -> Done<Prepared> {
    let pieces = run.pieces(body, TextTarget::Words)?;
    Ok(Prepared::new(pieces, Dialect::Sqlite, &run.source))
}

fn commands(run: &mut Run, prepared: &Prepared, table: &Table) -> Done<Vec<Vec<String>>> {
    if !prepared.has_placeholders() {
        return Ok(vec![split_words(&prepared.text())]);
    }
    let mut commands = Vec::with_capacity(table.len());
    for cells in table.rows() {
        run.step()?;
        commands.push(split_words(&prepared.fill_words(RowCells { table, cells })));
    }
    Ok(commands)
}

fn counted(reply: &Value) -> i64 {
    match reply {
        Value::Integer(number) => *number,
        Value::Text(text) if text == "OK" => 1,
        _ => 0,
    }
}

fn closed() -> Halt {
    Halt::new(
        Code::PQL_NO_CONNECTION,
        "open a Redis server first, with OPEN REDIS",
    )
}
