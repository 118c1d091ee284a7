//! Whether callers of an old version can call a new one.

use crate::registry::Signature;

/// Why a new signature would break callers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; deploy with force to break callers on purpose")]
pub struct Incompatible(String);

/// Compares the running signature with a new one: optional parameters may be added at the end;
/// removed, reordered, retyped and newly required ones and another result type are refused.
///
/// # Errors
/// The first difference that breaks callers.
pub fn compare(old: &Signature, new: &Signature) -> Result<(), Incompatible> {
    let refuse = |message: String| Err(Incompatible(message));
    for (index, old) in old.parameters.iter().enumerate() {
        let name = &old.name;
        let Some(new) = new.parameters.get(index) else {
            return refuse(format!("parameter `{name}` is removed"));
        };
        if new.name != *name {
            let found = &new.name;
            return refuse(format!("parameter `{found}` stands where `{name}` was"));
        }
        if new.kind.is_some() && new.kind != old.kind {
            return refuse(format!("parameter `{name}` has another type"));
        }
        if old.default.is_some() && new.default.is_none() {
            return refuse(format!("parameter `{name}` is no longer optional"));
        }
    }
    for added in new.parameters.iter().skip(old.parameters.len()) {
        if added.default.is_none() {
            return refuse(format!("new parameter `{}` is required", added.name));
        }
    }
    if old.returns != new.returns {
        return refuse("the result has another type".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Parameter, Volatility};
    use crate::value::{Kind, Value};

    fn signature(parameters: &[(&str, Kind, bool)]) -> Signature {
        let parameter = |it: &(&str, Kind, bool)| Parameter {
            name: it.0.into(),
            kind: Some(it.1),
            default: it.2.then_some(Value::Null),
            description: "".into(),
        };
        Signature {
            description: "".into(),
            parameters: parameters.iter().map(parameter).collect(),
            returns: Some(Kind::Text),
            volatility: Volatility::Pure,
            takes_batches: false,
        }
    }

    #[test]
    fn only_added_optional_parameters_are_fine() {
        let old = signature(&[("A", Kind::Text, false), ("B", Kind::Integer, true)]);
        let a = ("A", Kind::Text, false);
        let b = ("B", Kind::Integer, true);
        assert_eq!(compare(&old, &old), Ok(()));
        assert_eq!(
            compare(&old, &signature(&[a, b, ("C", Kind::Row, true)])),
            Ok(())
        );
        for broken in [
            signature(&[a]),
            signature(&[b, a]),
            signature(&[a, ("B", Kind::Text, true)]),
            signature(&[a, ("B", Kind::Integer, false)]),
            signature(&[a, b, ("C", Kind::Row, false)]),
        ] {
            assert!(compare(&old, &broken).is_err(), "{broken:?}");
        }
    }
}
