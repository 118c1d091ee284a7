//! The scopes of user variables (3.2).

use std::collections::HashMap;

use crate::pql::syntax::Name;
use crate::value::Value;

/// What opened a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// The program, or the call of a function: what lies further out is hidden but for the root.
    Call,
    /// A branch or a loop.
    Block,
}

#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    variables: HashMap<Name, Value>,
}

/// All scopes of a run, the root first.
#[derive(Debug)]
pub(crate) struct Scopes {
    root: HashMap<Name, Value>,
    inner: Vec<Frame>,
}

impl Scopes {
    /// Starts with a root that declares the parameter variables.
    pub(crate) fn new(parameters: &[Name]) -> Self {
        let declared = parameters
            .iter()
            .map(|name| (name.clone(), Value::Undefined));
        Self {
            root: declared.collect(),
            inner: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, kind: FrameKind) {
        let variables = HashMap::new();
        self.inner.push(Frame { kind, variables });
    }

    pub(crate) fn pop(&mut self) {
        self.inner.pop();
    }

    /// Declares in the innermost scope, whatever lies further out.
    pub(crate) fn declare(&mut self, name: Name, value: Value) {
        let innermost = self.inner.last_mut();
        innermost
            .map_or(&mut self.root, |frame| &mut frame.variables)
            .insert(name, value);
    }

    /// Assigns to the nearest scope that holds the name, else creates it in the innermost.
    pub(crate) fn assign(&mut self, name: &Name, value: Value) {
        match self.find_mut(name) {
            Some(place) => *place = value,
            None => self.declare(name.clone(), value),
        }
    }

    /// Reads; `None` when no visible scope holds the name.
    pub(crate) fn find(&self, name: &Name) -> Option<&Value> {
        for frame in self.inner.iter().rev() {
            if let Some(value) = frame.variables.get(name) {
                return Some(value);
            }
            if frame.kind == FrameKind::Call {
                break;
            }
        }
        self.root.get(name)
    }

    fn find_mut(&mut self, name: &Name) -> Option<&mut Value> {
        for frame in self.inner.iter_mut().rev() {
            if frame.variables.contains_key(name) {
                return frame.variables.get_mut(name);
            }
            if frame.kind == FrameKind::Call {
                break;
            }
        }
        self.root.get_mut(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(scopes: &Scopes, name: &str) -> Option<i64> {
        match scopes.find(&Name::new(name)) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    #[test]
    fn a_call_sees_the_root_but_not_its_caller() {
        let mut scopes = Scopes::new(&[]);
        scopes.declare(Name::new("root"), Value::Integer(1));
        scopes.push(FrameKind::Block);
        scopes.declare(Name::new("local"), Value::Integer(2));
        scopes.push(FrameKind::Call);
        assert_eq!(integer(&scopes, "root"), Some(1));
        assert_eq!(integer(&scopes, "local"), None);
        scopes.assign(&Name::new("ROOT"), Value::Integer(3));
        scopes.assign(&Name::new("local"), Value::Integer(4));
        scopes.pop();
        assert_eq!(integer(&scopes, "root"), Some(3));
        assert_eq!(integer(&scopes, "local"), Some(2));
    }
}
