//! OUTPUT and RETURN (4.16, 4.17).

use crate::pql::eval::{Done, Flow, Run};
use crate::pql::syntax::tree::Expression;
use crate::value::Value;

/// Appends to the explicit results.
pub(crate) fn run(run: &mut Run, value: Option<&Expression>) -> Done<()> {
    if let Some(value) = value {
        let value = run.evaluate(value)?;
        run.output(value);
    }
    Ok(())
}

/// Leaves the function or program with a value, NULL when none is written.
pub(crate) fn run_return(run: &mut Run, value: Option<&Expression>) -> Done<Flow> {
    let value = value.map_or(Ok(Value::Null), |value| run.evaluate(value))?;
    Ok(run.return_with(match value {
        Value::Undefined => Value::Null,
        value => value,
    }))
}
