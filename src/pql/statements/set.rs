//! SET (4.12).

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::{Assignment, SetStatement};

/// Assigns after the right side is complete.
pub(crate) fn run(run: &mut Run, statement: &SetStatement) -> Done<()> {
    let value = run.evaluate(&statement.value)?;
    match (statement.assignment, statement.targets.as_slice()) {
        (Assignment::Whole, [target]) => run.write(target, value),
        (_, targets) => run.spread(targets, value),
    }
}
