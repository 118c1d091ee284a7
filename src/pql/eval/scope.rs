//! The scopes of user variables (3.2).
//!
//! Each name has a number, and each number a place with the values that the name has in the scopes
//! that hold it. Reading and assigning therefore look at one place, however deep the scopes are
//! nested.

use crate::pql::syntax::Name;
use crate::pql::syntax::tree::{Slot, Slots};
use crate::value::{Text, Value};

/// What opened a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// The program, or the call of a function: what lies further out is hidden but for the root.
    Call,
    /// A branch or a loop.
    Block,
}

/// The depth of the root, the outermost scope; that of a place without a value is less.
const ROOT: u32 = 1;
const UNBOUND: u32 = 0;

/// An open scope besides the root.
#[derive(Debug)]
struct Frame {
    /// The depth of the innermost call around the scope that it lies in.
    outer_call: u32,
    /// What it declared, to be removed with it.
    declared: Vec<Slot>,
}

/// A value and the depth of the scope that holds it.
#[derive(Debug)]
struct Binding {
    depth: u32,
    held: Held,
}

/// What a name means: its innermost binding, at hand, and those further out, the root's first.
#[derive(Debug)]
struct Place {
    innermost: Binding,
    outer: Vec<Binding>,
}

impl Place {
    fn unbound() -> Self {
        Self {
            innermost: Binding {
                depth: UNBOUND,
                held: Held::Value(Value::Undefined),
            },
            outer: Vec::new(),
        }
    }

    /// The binding that code in the scopes of this call sees: the innermost, unless it belongs to
    /// a caller; then that of the root.
    #[inline]
    fn visible(&self, call_depth: u32) -> Option<&Binding> {
        if self.innermost.depth >= call_depth {
            return Some(&self.innermost);
        }
        let root = self.outer.first().unwrap_or(&self.innermost);
        (root.depth == ROOT).then_some(root)
    }

    #[inline]
    fn visible_mut(&mut self, call_depth: u32) -> Option<&mut Binding> {
        if self.innermost.depth >= call_depth {
            return Some(&mut self.innermost);
        }
        let root = self.outer.first_mut().unwrap_or(&mut self.innermost);
        (root.depth == ROOT).then_some(root)
    }
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
    places: Vec<Place>,
    frames: Vec<Frame>,
    /// The depth of the innermost call, that of the root outside of calls.
    call_depth: u32,
    /// Lists of closed scopes, used again so that loops need no memory.
    spare: Vec<Vec<Slot>>,
}

impl Scopes {
    /// Starts with a root that declares the parameter variables.
    pub(crate) fn new(names: &Slots, parameters: &[Name]) -> Self {
        let mut scopes = Self {
            places: Vec::new(),
            names: names.clone(),
            frames: Vec::new(),
            call_depth: ROOT,
            spare: Vec::new(),
        };
        scopes.places.resize_with(names.len(), Place::unbound);
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
            self.places.resize_with(names.len(), Place::unbound);
            self.names = names;
        }
    }

    pub(crate) fn push(&mut self, kind: FrameKind) {
        let declared = self.spare.pop().unwrap_or_default();
        self.frames.push(Frame {
            outer_call: self.call_depth,
            declared,
        });
        if kind == FrameKind::Call {
            self.call_depth = self.depth();
        }
    }

    pub(crate) fn pop(&mut self) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        self.call_depth = frame.outer_call;
        for slot in frame.declared.drain(..) {
            if let Some(place) = self.places.get_mut(slot.index()) {
                let outer = place.outer.pop();
                place.innermost = outer.unwrap_or_else(|| Place::unbound().innermost);
            }
        }
        self.spare.push(frame.declared);
    }

    fn depth(&self) -> u32 {
        let frames = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
        ROOT.saturating_add(frames)
    }

    /// Declares a name that may be in no text of the program.
    pub(crate) fn declare_name(&mut self, name: &Name, value: Value) {
        let slot = self.names.of(name);
        if slot.index() >= self.places.len() {
            self.places.resize_with(self.names.len(), Place::unbound);
        }
        self.declare(slot, value);
    }

    /// Declares in the innermost scope, whatever lies further out.
    pub(crate) fn declare(&mut self, slot: Slot, value: Value) {
        let depth = self.depth();
        let held = Held::Value(value);
        let Some(place) = self.places.get_mut(slot.index()) else {
            return;
        };
        if place.innermost.depth == depth {
            place.innermost.held = held;
            return;
        }
        let outer = std::mem::replace(&mut place.innermost, Binding { depth, held });
        if outer.depth != UNBOUND {
            place.outer.push(outer);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.declared.push(slot);
        }
    }

    /// Assigns a whole number, in place where there is one already.
    #[inline]
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
        let place = self.places.get_mut(slot.index());
        match place.map(|place| &mut place.innermost) {
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

    /// Takes the text of a variable away until it is given back; nothing may read the variable
    /// meanwhile. `None` when it holds no text.
    #[inline]
    pub(crate) fn lend_text(&mut self, slot: Slot) -> Option<Text> {
        let held = &mut self.visible(slot)?.held;
        match std::mem::replace(held, Held::Value(Value::Undefined)) {
            Held::Value(Value::Text(text)) => Some(text),
            other => {
                *held = other;
                None
            }
        }
    }

    /// Gives a text back that was lent.
    #[inline]
    pub(crate) fn give_back(&mut self, slot: Slot, text: Text) {
        if let Some(binding) = self.visible(slot) {
            binding.held = Held::Value(Value::Text(text));
        }
    }

    /// The whole number that a variable holds; `None` when it holds anything else.
    #[inline]
    pub(crate) fn integer(&self, slot: Slot) -> Option<i64> {
        let place = self.places.get(slot.index())?;
        match place.visible(self.call_depth)?.held {
            Held::Value(Value::Integer(number)) => Some(number),
            _ => None,
        }
    }

    /// The text of a variable for appending to it in place; `None` when it holds no text.
    pub(crate) fn growing(&mut self, slot: Slot) -> Option<&mut String> {
        let binding = self.visible(slot)?;
        if let Held::Value(Value::Text(text)) = &binding.held {
            binding.held = Held::Growing(String::from(text.as_str()));
        }
        match &mut binding.held {
            Held::Growing(text) => Some(text),
            Held::Value(_) => None,
        }
    }

    #[inline]
    fn visible(&mut self, slot: Slot) -> Option<&mut Binding> {
        let place = self.places.get_mut(slot.index())?;
        place.visible_mut(self.call_depth)
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
