//! REQUEST (4.31).

use std::time::Duration;

use crate::connectors::http::{self, Call};
use crate::pql::Error;
use crate::pql::arguments;
use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::Request;
use crate::value::Value;

/// Seconds a call may take when no setting says otherwise.
const TIMEOUT_SECONDS: usize = 60;

/// Performs a call and keeps its answer for PARSE.
pub(crate) fn run(run: &mut Run, request: &Request) -> Done<()> {
    let url = run.evaluate_text(&request.url)?;
    let method = match &request.method {
        Some(method) => run.evaluate_text(method)?,
        None => String::new(),
    };
    let data = match &request.data {
        Some(data) => match run.evaluate(data)? {
            Value::Undefined | Value::Null => None,
            value => Some(run.text_of(&value)?.into_owned()),
        },
        None => None,
    };
    let headers = match &request.headers {
        Some(headers) => arguments::of_value(&run.evaluate(headers)?).map_err(Error::from)?,
        None => Vec::new(),
    };
    let seconds = run
        .setting_number("pql.http.timeout", TIMEOUT_SECONDS)
        .max(1);
    let call = Call {
        method,
        url,
        data,
        headers: headers
            .into_iter()
            .map(|(name, value)| (name.to_string(), value.render().into_owned()))
            .collect(),
        timeout: Duration::from_secs(seconds as u64),
    };
    run.outside.response = None;
    let answer = run.wait(http::call(&call))?;
    run.outside.response = Some(answer);
    Ok(())
}
