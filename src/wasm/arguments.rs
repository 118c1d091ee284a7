//! From arguments as they were written to one value per parameter.

use crate::registry::{Arguments, Signature};
use crate::value::Value;

use super::convert;

/// Binds arguments to parameters, converts them, fills in defaults and hands over one value per
/// parameter, in order. This is the hot path: values that fit are lent, not copied.
pub(super) fn bind(
    signature: &Signature,
    arguments: &Arguments,
    mut take: impl FnMut(&Value),
) -> Result<(), String> {
    let parameters = &signature.parameters;
    let (given, most) = (arguments.positional.len(), parameters.len());
    if given > most {
        return Err(format!("{given} arguments, it takes at most {most}"));
    }
    check_names(signature, arguments)?;
    let mut positional = arguments.positional.iter();
    for parameter in parameters {
        let value = positional.next().or_else(|| {
            let mut named = arguments.named.iter();
            named.find(|it| it.0 == parameter.name).map(|it| &it.1)
        });
        match (value, &parameter.default) {
            (Some(value), _) if convert::fits(value, parameter) => take(value),
            (Some(value), _) => take(&convert::to_declared(value.clone(), parameter)?),
            (None, Some(default)) => take(default),
            (None, None) => return Err(format!("argument `{}` is missing", parameter.name)),
        }
    }
    Ok(())
}

/// Each name is that of a parameter which no other argument fills.
fn check_names(signature: &Signature, arguments: &Arguments) -> Result<(), String> {
    for (index, (name, _)) in arguments.named.iter().enumerate() {
        let mut parameters = signature.parameters.iter();
        let Some(place) = parameters.position(|parameter| parameter.name == *name) else {
            return Err(format!("there is no parameter `{name}`"));
        };
        let mut before = arguments.named.iter().take(index);
        if place < arguments.positional.len() || before.any(|it| it.0 == *name) {
            return Err(format!("argument `{name}` is given twice"));
        }
    }
    Ok(())
}
