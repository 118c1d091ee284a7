//! DEBUG (4.20).

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::DebugMode;

/// Switches extra logging for the rest of the run.
pub(crate) fn run(run: &mut Run, mode: &DebugMode) -> Done<()> {
    run.debug = match mode {
        DebugMode::On => true,
        DebugMode::Off => false,
        DebugMode::Value(value) => run.evaluate(value)?.is_true(),
    };
    Ok(())
}
