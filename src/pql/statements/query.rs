//! Statements that have a value, from their kind to their file.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::statements::{excel, mail, parse, path, redis, shell};
use crate::pql::syntax::tree::Query;
use crate::value::Value;

/// Evaluates one.
pub(crate) fn query(run: &mut Run, query: &Query) -> Done<Value> {
    if matches!(query, Query::Path(_) | Query::Run(_) | Query::Mail(_)) {
        // What happens outside cannot be taken back.
        run.look()?;
        excel::flush(run)?;
    }
    match query {
        Query::Parse(query) => parse::run(run, query),
        Query::Path(query) => path::run(run, query),
        Query::Run(query) => shell::run(run, query),
        Query::Mail(mail) => mail::run(run, mail),
        Query::Redis(body) => redis::run(run, body),
        Query::Invoke => {
            let message = "INVOKE is not supported; use a system function";
            Err(Halt::new(Code::PQL_NOT_SUPPORTED, message))
        }
    }
}
