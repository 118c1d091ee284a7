//! VAR and LET (4.13, 4.14).

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp;
use crate::pql::syntax::tree::{Link, Target, VarItem};
use crate::value::Value;

/// Assigns item by item; later ones see earlier ones.
pub(crate) fn run(run: &mut Run, items: &[VarItem]) -> Done<()> {
    for item in items {
        let value = match &item.value {
            Some(value) => run.evaluate(value)?,
            None => Value::Null,
        };
        run.write(&item.target, value)?;
    }
    Ok(())
}

/// Edits the collection in a variable.
pub(crate) fn run_let(run: &mut Run, target: &Target, links: &[Link]) -> Done<()> {
    let mut value = run.read_slot(target.slot);
    if !value.is_collection() {
        let message = format!(
            "LET edits collections, and `${}` is {}",
            target.name,
            value.kind().word()
        );
        return Err(Halt::new(Code::PQL_STATEMENT, message).at(target.span));
    }
    if let [link] = links {
        drop(value);
        value = sharp::edit(run, target.slot, link)?;
    } else {
        // The arguments of all of them see the value as it was.
        for link in links {
            value = sharp::apply(run, value, link)?;
        }
    }
    run.write(target, value)
}
