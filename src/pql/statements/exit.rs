//! EXIT, CONTINUE and EXIT CODE (4.26, 4.27).

use crate::fault::Code;
use crate::pql::eval::{Done, Flow, Halt, Run};
use crate::pql::syntax::tree::{Condition, Expression};

/// Leaves the innermost loop.
pub(crate) fn run_exit(run: &mut Run, when: Option<&Condition>) -> Done<Flow> {
    Ok(if holds(run, when)? {
        Flow::Exit
    } else {
        Flow::Next
    })
}

/// Goes on with the next turn of the innermost loop.
pub(crate) fn run_continue(run: &mut Run, when: Option<&Condition>) -> Done<Flow> {
    Ok(if holds(run, when)? {
        Flow::Continue
    } else {
        Flow::Next
    })
}

/// Ends the program.
pub(crate) fn run_exit_code(run: &mut Run, code: Option<&Expression>) -> Done<Flow> {
    let code = code.map_or(Ok(0), |code| run.evaluate_integer(code))?;
    let code = i32::try_from(code).map_err(|_| {
        let message = format!("exit code `{code}` does not fit 32 bits");
        Halt::new(Code::PQL_CONVERSION, message)
    })?;
    Err(run.exit_with(code))
}

fn holds(run: &mut Run, when: Option<&Condition>) -> Done<bool> {
    when.map_or(Ok(true), |condition| run.holds(condition))
}
