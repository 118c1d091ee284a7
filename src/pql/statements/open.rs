//! OPEN (4.1), and what it shares with SAVE.

use crate::fault::Code;
use crate::pql::eval::{Connected, Done, Halt, Run, find_default};
use crate::pql::syntax::tree::{Connection, DatabaseUrl, Expression};
use crate::sql::Dialect;

/// Selects the source.
pub(crate) fn run(run: &mut Run, connection: &Connection) -> Done<()> {
    let chosen = choose(run, connection)?;
    run.connections.source = Some(chosen);
    Ok(())
}

/// Resolves a connection, names it and switches its database.
pub(crate) fn choose(run: &mut Run, connection: &Connection) -> Done<Connected> {
    let (connected, alias, database) = match connection {
        Connection::Named {
            name,
            alias,
            database,
        } => {
            let name = run.evaluate_text(name)?;
            if alias.is_some() && run.is_alias(&name) {
                let message = format!(
                    "`{name}` is an alias and cannot get another: name the connection itself"
                );
                return Err(Halt::new(Code::PQL_STATEMENT, message));
            }
            (run.connection(&name)?, alias.as_ref(), database.as_ref())
        }
        Connection::Default { alias, database } => {
            let connected = find_default(&run.shared.environment);
            let connected = connected.ok_or_else(|| {
                Halt::new(Code::PQL_NO_CONNECTION, "there is no default connection")
            })?;
            (connected, alias.as_ref(), database.as_ref())
        }
        Connection::Qross { database } => (run.metadata_connection()?, None, database.as_ref()),
        Connection::Scratch(place) => (run.scratch(*place)?, None, None),
        Connection::Database(url) => (by_url(run, url)?, None, url.database.as_ref()),
    };
    if let Some(alias) = alias {
        let alias = run.evaluate_text(alias)?;
        run.alias(&alias, connected.clone())?;
    }
    if let Some(database) = database {
        use_database(run, &connected, database)?;
    }
    Ok(connected)
}

/// The error for a part of the language that comes later.
pub(crate) fn unsupported(what: &str) -> Halt {
    let message = format!("{what} is not supported in this version");
    Halt::new(Code::PQL_NOT_SUPPORTED, message)
}

/// Opens by URL; `name=jdbc:..` names the connection too.
fn by_url(run: &mut Run, url: &DatabaseUrl) -> Done<Connected> {
    let text = run.evaluate_text(&url.url)?;
    let (name, text) = match text.split_once('=') {
        Some((name, rest)) if rest.starts_with("jdbc:") && !name.contains(':') => {
            (Some(name.trim().to_owned()), rest.to_owned())
        }
        _ => (None, text),
    };
    let username = evaluate_optional(run, url.username.as_ref())?;
    let password = evaluate_optional(run, url.password.as_ref())?;
    let login = username.as_deref().map(|user| (user, password.as_deref()));
    let connected = run.url(&text, login)?;
    let alias = evaluate_optional(run, url.alias.as_ref())?;
    for name in [name, alias].into_iter().flatten() {
        run.own_name(&name, connected.clone())?;
    }
    Ok(connected)
}

fn evaluate_optional(run: &mut Run, expression: Option<&Expression>) -> Done<Option<String>> {
    expression
        .map(|expression| run.evaluate_text(expression))
        .transpose()
}

fn use_database(run: &mut Run, connected: &Connected, database: &Expression) -> Done<()> {
    let database = run.evaluate_text(database)?;
    if connected.dialect() != Dialect::MySql {
        return Err(unsupported("USE on this kind of database"));
    }
    let sql = format!("USE `{}`", database.replace('`', "``"));
    let Connected { key, source } = connected;
    Ok(run.shared.choose_database(key, source, sql)?)
}
