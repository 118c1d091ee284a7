//! SAVE TO a database (4.2).

use crate::pql::eval::{Done, Run};
use crate::pql::statements::{excel, open};
use crate::pql::syntax::tree::Destination;

/// Selects the destination.
pub(crate) fn run(run: &mut Run, destination: &Destination) -> Done<()> {
    excel::close(run)?;
    let chosen = open::choose(run, destination)?;
    run.connections.destination = Some(chosen);
    Ok(())
}
