//! Steps of access chains.

use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::Access;
use crate::value::Value;

impl Run {
    /// Takes one step into a value.
    pub(crate) fn access(&mut self, value: &Value, access: &Access) -> Done<Value> {
        let found = match access {
            Access::Field { name, .. } => value.property(name.as_str()),
            Access::Index { index, .. } => {
                let key = self.evaluate(index)?;
                value.access(&key)
            }
        };
        found.map_err(|error| Halt::from(Error::from(error)).at(access.span()))
    }
}
