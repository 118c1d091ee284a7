//! IF and CASE (4.21).

use crate::pql::eval::{Done, Flow, FrameKind, Run};
use crate::pql::syntax::tree::{Case, If};

/// Runs the first branch whose condition holds.
pub(crate) fn run_if(run: &mut Run, statement: &If) -> Done<Flow> {
    for branch in &statement.branches {
        let holds = run.holds(&branch.condition)?;
        run.trace(|| format!("condition is {holds}"));
        if holds {
            return run.scoped(&branch.body);
        }
    }
    match &statement.otherwise {
        Some(body) => run.scoped(body),
        None => Ok(Flow::Next),
    }
}

/// Runs the first branch that matches; the whole has a scope of its own.
pub(crate) fn run_case(run: &mut Run, statement: &Case) -> Done<Flow> {
    run.scopes.push(FrameKind::Block);
    let flow = branches(run, statement);
    run.scopes.pop();
    flow
}

fn branches(run: &mut Run, statement: &Case) -> Done<Flow> {
    let subject = run.case_subject(&statement.subject)?;
    for branch in &statement.branches {
        if run.case_matches(&subject, &branch.test)? {
            return run.scoped(&branch.body);
        }
    }
    match &statement.otherwise {
        Some(body) => run.scoped(body),
        None => Ok(Flow::Next),
    }
}
