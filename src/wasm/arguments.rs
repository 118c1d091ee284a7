//! From arguments as they were written to one value per parameter.

use crate::registry::{Arguments, Signature};
use crate::value::Value;

use super::convert;

/// Binds arguments to parameters, converts them and fills in defaults.
pub(super) fn bind(signature: &Signature, arguments: &Arguments) -> Result<Vec<Value>, String> {
    let parameters = &signature.parameters;
    let (given, most) = (arguments.positional.len(), parameters.len());
    if given > most {
        return Err(format!("{given} arguments, it takes at most {most}"));
    }
    let mut slots: Vec<Option<Value>> = arguments.positional.iter().cloned().map(Some).collect();
    slots.resize(most, None);
    for (name, value) in &arguments.named {
        let mut pairs = parameters.iter().zip(&mut slots);
        match pairs.find(|(parameter, _)| parameter.name == *name) {
            Some((_, slot @ None)) => *slot = Some(value.clone()),
            Some(_) => return Err(format!("argument `{name}` is given twice")),
            None => return Err(format!("there is no parameter `{name}`")),
        }
    }
    let mut bound = Vec::with_capacity(most);
    for (parameter, slot) in parameters.iter().zip(slots) {
        bound.push(match (slot, &parameter.default) {
            (Some(value), _) => convert::to_declared(value, parameter)?,
            (None, Some(default)) => default.clone(),
            (None, None) => return Err(format!("argument `{}` is missing", parameter.name)),
        });
    }
    Ok(bound)
}
