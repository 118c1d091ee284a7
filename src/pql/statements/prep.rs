//! PREP (4.5).

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::Template;

/// Runs one non-query on the destination.
pub(crate) fn run(run: &mut Run, body: &Template) -> Done<()> {
    let connected = run.destination_connection()?;
    let text = run.sql_text(body, connected.dialect())?;
    run.trace(|| format!("{}: {text}", connected.key));
    let done = run.with_session(&connected, |session| session.execute(&text, &[]))?;
    run.counters.prep = i64::try_from(done.affected).unwrap_or(i64::MAX);
    Ok(())
}
