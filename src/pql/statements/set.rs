//! SET (4.12).

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::{Assignment, ExpressionKind, SetStatement, Sigil};

/// Assigns a sum or product of whole numbers to a user variable; false when it is anything else.
#[inline]
pub(crate) fn set_integer(run: &mut Run, statement: &SetStatement) -> bool {
    if let [target] = statement.targets.as_slice()
        && target.sigil == Sigil::User
        && let Some(number) = run.integer_of(&statement.value)
    {
        run.scopes.assign_integer(target.slot, number);
        return true;
    }
    false
}

/// Assigns after the right side is complete.
pub(crate) fn run(run: &mut Run, statement: &SetStatement) -> Done<()> {
    if statement.grows && grow(run, statement)? {
        return Ok(());
    }
    let value = run.evaluate(&statement.value)?;
    match (statement.assignment, statement.targets.as_slice()) {
        (Assignment::Whole, [target]) => run.write(target, value),
        (_, [target]) if !value.is_collection() => run.write(target, value),
        (_, targets) => run.spread(targets, value),
    }
}

/// `SET $x := $x + ..` with a text in `$x`: it is appended to in place, so that building a text
/// costs what is added and not what is there already.
fn grow(run: &mut Run, statement: &SetStatement) -> Done<bool> {
    let ([target], ExpressionKind::Arithmetic { rest, .. }) =
        (statement.targets.as_slice(), &statement.value.kind)
    else {
        return Ok(false);
    };
    if run.scopes.growing(target.slot).is_none() {
        return Ok(false);
    }
    for term in rest {
        let more = run.evaluate(&term.operand)?;
        let more = run.text_of(&more)?;
        let Some(text) = run.scopes.growing(target.slot) else {
            return Ok(false);
        };
        text.push_str(&more);
        let bytes = text.len();
        run.check_text(bytes)?;
    }
    Ok(true)
}
