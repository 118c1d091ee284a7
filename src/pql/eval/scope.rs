//! The scopes of user variables (3.2).
//!
//! Each name has a number, and each number a small stack of the values that the name has in the
//! scopes that hold it, the innermost last. Reading and assigning therefore look at one place,
//! however deep the scopes are nested.

use crate::pql::syntax::Name;
use crate::pql::syntax::tree::{Slot, Slots};
use crate::value::Value;

/// What opened a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// The program, or the call of a function: what lies further out is hidden but for the root.
    Call,
    /// A branch or a loop.
    Block,
}

/// An open scope besides the root.
#[derive(Debug)]
struct Frame {
    /// The depth of the innermost call around it, itself included.
    call_depth: u32,
    /// What it declared, to be removed with it.
    declared: Vec<Slot>,
}

/// A value and the depth of the scope that holds it; the root has depth 0.
#[derive(Debug)]
struct Binding {
    depth: u32,
    held: Held,
}

/// The value of a variable.
#[derive(Debug)]
enum Held {
    Value(Value),
    /// A text that is being built: it grows in place until it is read.
    Growing(String),
}

/// All scopes of a run.
#[derive(Debug)]
pub(crate) struct Scopes {
    names: Slots,
    bindings: Vec<Vec<Binding>>,
    frames: Vec<Frame>,
    /// Lists of closed scopes, used again so that loops need no memory.
    spare: Vec<Vec<Slot>>,
}

impl Scopes {
    /// Starts with a root that declares the parameter variables.
    pub(crate) fn new(names: &Slots, parameters: &[Name]) -> Self {
        let mut scopes = Self {
            bindings: Vec::new(),
            names: names.clone(),
            frames: Vec::new(),
            spare: Vec::new(),
        };
        scopes.bindings.resize_with(names.len(), Vec::new);
        for name in parameters {
            scopes.declare_name(name, Value::Undefined);
        }
        scopes
    }

    /// The numbers of the names, for the text of EXEC.
    pub(crate) fn names(&self) -> &Slots {
        &self.names
    }

    /// Takes the numbers that the text of EXEC went on with.
    pub(crate) fn extend(&mut self, names: Slots) {
        if names.len() > self.names.len() {
            self.bindings.resize_with(names.len(), Vec::new);
            self.names = names;
        }
    }

    pub(crate) fn push(&mut self, kind: FrameKind) {
        let depth = self.depth().saturating_add(1);
        let call_depth = match kind {
            FrameKind::Call => depth,
            FrameKind::Block => self.call_depth(),
        };
        let declared = self.spare.pop().unwrap_or_default();
        self.frames.push(Frame {
            call_depth,
            declared,
        });
    }

    pub(crate) fn pop(&mut self) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        for slot in frame.declared.drain(..) {
            if let Some(bindings) = self.bindings.get_mut(slot.index()) {
                bindings.pop();
            }
        }
        self.spare.push(frame.declared);
    }

    fn depth(&self) -> u32 {
        u32::try_from(self.frames.len()).unwrap_or(u32::MAX)
    }

    fn call_depth(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.call_depth)
    }

    /// Declares a name that may be in no text of the program.
    pub(crate) fn declare_name(&mut self, name: &Name, value: Value) {
        let slot = self.names.of(name);
        if slot.index() >= self.bindings.len() {
            self.bindings.resize_with(self.names.len(), Vec::new);
        }
        self.declare(slot, value);
    }

    /// Declares in the innermost scope, whatever lies further out.
    pub(crate) fn declare(&mut self, slot: Slot, value: Value) {
        let depth = self.depth();
        let held = Held::Value(value);
        let Some(bindings) = self.bindings.get_mut(slot.index()) else {
            return;
        };
        match bindings.last_mut() {
            Some(binding) if binding.depth == depth => binding.held = held,
            _ => {
                bindings.push(Binding { depth, held });
                if let Some(frame) = self.frames.last_mut() {
                    frame.declared.push(slot);
                }
            }
        }
    }

    /// Assigns a whole number, in place where there is one already.
    pub(crate) fn assign_integer(&mut self, slot: Slot, number: i64) {
        match self.visible(slot) {
            Some(Binding {
                held: Held::Value(Value::Integer(place)),
                ..
            }) => *place = number,
            _ => self.assign(slot, Value::Integer(number)),
        }
    }

    /// Declares a whole number in the innermost scope, in place where there is one already.
    pub(crate) fn declare_integer(&mut self, slot: Slot, number: i64) {
        let depth = self.depth();
        let innermost = self
            .bindings
            .get_mut(slot.index())
            .and_then(|all| all.last_mut());
        match innermost {
            Some(Binding {
                depth: own,
                held: Held::Value(Value::Integer(place)),
            }) if *own == depth => *place = number,
            _ => self.declare(slot, Value::Integer(number)),
        }
    }

    /// Assigns to the nearest scope that holds the name, else creates it in the innermost.
    pub(crate) fn assign(&mut self, slot: Slot, value: Value) {
        match self.visible(slot) {
            Some(binding) => binding.held = Held::Value(value),
            None => self.declare(slot, value),
        }
    }

    /// Reads; `None` when no visible scope holds the name.
    pub(crate) fn find(&mut self, slot: Slot) -> Option<&Value> {
        let binding = self.visible(slot)?;
        if let Held::Growing(text) = &binding.held {
            binding.held = Held::Value(Value::text(text.as_str()));
        }
        match &binding.held {
            Held::Value(value) => Some(value),
            Held::Growing(_) => None,
        }
    }

    /// The whole number that a variable holds; `None` when it holds anything else.
    pub(crate) fn integer(&self, slot: Slot) -> Option<i64> {
        let bindings = self.bindings.get(slot.index())?;
        let last = bindings.last()?;
        let binding = if last.depth >= self.call_depth() {
            last
        } else {
            bindings.first().filter(|binding| binding.depth == 0)?
        };
        match binding.held {
            Held::Value(Value::Integer(number)) => Some(number),
            _ => None,
        }
    }

    /// The text of a variable for appending to it in place; `None` when it holds no text.
    pub(crate) fn growing(&mut self, slot: Slot) -> Option<&mut String> {
        let binding = self.visible(slot)?;
        if let Held::Value(Value::Text(text)) = &binding.held {
            binding.held = Held::Growing(text.as_ref().to_owned());
        }
        match &mut binding.held {
            Held::Growing(text) => Some(text),
            Held::Value(_) => None,
        }
    }

    /// The innermost binding, unless it belongs to a caller; then that of the root.
    fn visible(&mut self, slot: Slot) -> Option<&mut Binding> {
        let call_depth = self.call_depth();
        let bindings = self.bindings.get_mut(slot.index())?;
        if bindings.last()?.depth >= call_depth {
            return bindings.last_mut();
        }
        bindings.first_mut().filter(|binding| binding.depth == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(scopes: &mut Scopes, slot: Slot) -> Option<i64> {
        match scopes.find(slot) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    #[test]
    fn a_call_sees_the_root_but_not_its_caller() {
        let mut names = Slots::default();
        let root = names.of(&Name::new("ROOT"));
        let local = names.of(&Name::new("local"));
        assert_eq!(names.of(&Name::new("root")), root);
        let mut scopes = Scopes::new(&names, &[]);
        scopes.declare(root, Value::Integer(1));
        scopes.push(FrameKind::Block);
        scopes.declare(local, Value::Integer(2));
        scopes.push(FrameKind::Call);
        assert_eq!(integer(&mut scopes, root), Some(1));
        assert_eq!(integer(&mut scopes, local), None);
        scopes.assign(root, Value::Integer(3));
        scopes.assign(local, Value::Integer(4));
        scopes.push(FrameKind::Block);
        assert_eq!(integer(&mut scopes, local), Some(4));
        scopes.pop();
        scopes.pop();
        assert_eq!(integer(&mut scopes, root), Some(3));
        assert_eq!(integer(&mut scopes, local), Some(2));
        scopes.pop();
        assert_eq!(integer(&mut scopes, local), None);
    }

    #[test]
    fn a_growing_text_is_a_text_when_it_is_read() {
        let mut names = Slots::default();
        let text = names.of(&Name::new("text"));
        let mut scopes = Scopes::new(&names, &[]);
        assert!(scopes.growing(text).is_none());
        scopes.declare(text, Value::text("a"));
        for _ in 0..2 {
            scopes.growing(text).unwrap().push('b');
        }
        assert_eq!(scopes.find(text).unwrap().to_string(), "abb");
        scopes.growing(text).unwrap().push('c');
        scopes.assign(text, Value::Integer(1));
        assert!(scopes.growing(text).is_none());
    }
}
