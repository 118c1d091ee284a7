//! Matching by threads that read the text side by side, as Pike's machine does (Cox, "Regular
//! Expression Matching: the Virtual Machine Approach", 2009): complete, and slow.

use std::mem;
use std::ops::Range;

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

use crate::pql::cancel::Lookout;

/// Where the whole match stands and what its groups took, in the order of their brackets.
pub(crate) type Groups = Vec<Option<Range<usize>>>;

/// Places in the text where groups begin and end, two for a group.
type Slots = Vec<Option<usize>>;

/// The first match with as many groups as there are slots for; none as well when the search was
/// stopped.
pub(super) fn search(nfa: &NFA, slots: usize, input: &Input<'_>, lookout: &mut Lookout) -> Groups {
    let is_anchored = input.get_anchored() != Anchored::No;
    let mut now = Threads::new(nfa, slots);
    let mut next = Threads::new(nfa, slots);
    let mut own = Slots::new();
    let mut found = None;
    for at in input.start()..=input.end() {
        if found.is_none() && (at == input.start() || !is_anchored) && is_boundary(input, at) {
            own.clear();
            own.resize(slots, None);
            now.enter(nfa.start_anchored(), input, at, &mut own);
        }
        if now.order.is_empty() && (found.is_some() || is_anchored) {
            break;
        }
        for place in 0..now.order.len() {
            let Some((state, slots)) = now.thread(place) else {
                break;
            };
            if lookout.is_stopped() {
                return Groups::new();
            }
            if let State::Match { .. } = nfa.state(state) {
                // The threads behind this one would match less gladly.
                found = Some(slots.to_vec());
                break;
            }
            if let Some(to) = read(nfa, state, input, at) {
                own.clear();
                own.extend_from_slice(slots);
                next.enter(to, input, at.saturating_add(1), &mut own);
            }
        }
        mem::swap(&mut now, &mut next);
        next.clear();
    }
    let found: Slots = found.unwrap_or_default();
    found.chunks_exact(2).map(group).collect()
}

/// The state behind the byte, when there is one that the state reads.
fn read(nfa: &NFA, state: StateID, input: &Input<'_>, at: usize) -> Option<StateID> {
    if at >= input.end() {
        return None;
    }
    let byte = *input.haystack().get(at)?;
    match nfa.state(state) {
        State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        State::Sparse(all) => all.matches_byte(byte),
        State::Dense(all) => all.matches_byte(byte),
        _ => None,
    }
}

/// Tells whether a character begins here.
fn is_boundary(input: &Input<'_>, at: usize) -> bool {
    let byte = input.haystack().get(at);
    byte.is_none_or(|byte| byte & 0xC0 != 0x80)
}

fn group(slots: &[Option<usize>]) -> Option<Range<usize>> {
    match slots {
        [Some(start), Some(end)] => Some(*start..*end),
        _ => None,
    }
}

/// The threads at one place of the text: at most one in a state, the most wanted first.
struct Threads<'n> {
    nfa: &'n NFA,
    order: Vec<StateID>,
    has: Vec<bool>,
    /// Those of all states, one row after another.
    slots: Slots,
    width: usize,
    /// What is left to enter, the nearest last.
    left: Vec<Left>,
}

enum Left {
    Enter(StateID),
    /// The value of a slot from before a group was entered.
    Restore(usize, Option<usize>),
}

impl<'n> Threads<'n> {
    fn new(nfa: &'n NFA, width: usize) -> Self {
        let states = nfa.states().len();
        Self {
            nfa,
            order: Vec::new(),
            has: vec![false; states],
            slots: vec![None; states.saturating_mul(width)],
            width,
            left: Vec::new(),
        }
    }

    fn clear(&mut self) {
        for state in self.order.drain(..) {
            if let Some(has) = self.has.get_mut(state.as_usize()) {
                *has = false;
            }
        }
    }

    fn thread(&self, place: usize) -> Option<(StateID, &[Option<usize>])> {
        let state = *self.order.get(place)?;
        let start = state.as_usize().checked_mul(self.width)?;
        let slots = self.slots.get(start..)?.get(..self.width)?;
        Some((state, slots))
    }

    /// Puts threads into every state that is reached from this one without reading.
    fn enter(&mut self, state: StateID, input: &Input<'_>, at: usize, slots: &mut Slots) {
        self.left.push(Left::Enter(state));
        while let Some(left) = self.left.pop() {
            match left {
                Left::Enter(state) => self.enter_one(state, input, at, slots),
                Left::Restore(slot, old) => {
                    if let Some(slot) = slots.get_mut(slot) {
                        *slot = old;
                    }
                }
            }
        }
    }

    fn enter_one(&mut self, state: StateID, input: &Input<'_>, at: usize, slots: &mut Slots) {
        let place = state.as_usize();
        let Some(has) = self.has.get_mut(place) else {
            return;
        };
        if mem::replace(has, true) {
            return;
        }
        self.order.push(state);
        match self.nfa.state(state) {
            State::Look { look, next } => {
                if self.nfa.look_matcher().matches(*look, input.haystack(), at) {
                    self.left.push(Left::Enter(*next));
                }
            }
            State::Union { alternates } => {
                let alternates = alternates.iter().rev();
                self.left.extend(alternates.map(|to| Left::Enter(*to)));
            }
            State::BinaryUnion { alt1, alt2 } => {
                self.left.extend([Left::Enter(*alt2), Left::Enter(*alt1)]);
            }
            State::Capture { next, slot, .. } => {
                if let Some(value) = slots.get_mut(slot.as_usize()) {
                    let old = value.replace(at);
                    self.left.push(Left::Restore(slot.as_usize(), old));
                }
                self.left.push(Left::Enter(*next));
            }
            _ => {
                let start = place.saturating_mul(self.width);
                let row = self.slots.get_mut(start..).unwrap_or_default();
                for (own, slot) in row.iter_mut().zip(slots) {
                    *own = *slot;
                }
            }
        }
    }
}
