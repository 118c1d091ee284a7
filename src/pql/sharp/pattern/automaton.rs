//! Matching in steps, for searches that would otherwise be too long to wait for their end.
//!
//! The library matches fast and cannot be stopped. Here its automata are moved byte by byte, and
//! between two bytes stands a look whether anybody still waits.

use std::cell::RefCell;
use std::ops::Range;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::hybrid::{CacheError, LazyStateID};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::{Anchored, Input, MatchError, MatchKind};

use crate::pql::cancel::Lookout;
use crate::pql::sharp::pattern::threads::{self, Groups};

/// What the states of one automaton may occupy until they are made anew.
const STATES_BYTES_MAX: usize = 8 << 20;

/// Slots of the match alone, without its groups.
const WHOLE_SLOTS: usize = 2;

/// Bytes between two looks: a step that makes a state of the largest pattern takes a millisecond.
const STEPS: usize = 64;

/// A pattern whose searches can be stopped.
pub(super) struct Automaton {
    nfa: NFA,
    /// Finds where a match ends, and from there where it begins.
    forward: DFA,
    backward: DFA,
    caches: RefCell<(Cache, Cache)>,
}

/// The states cannot tell whether there is a match.
struct Undecided;

impl Automaton {
    /// Makes the automata of a pattern that the library has compiled.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let compile = |config| NFA::compiler().configure(config).build(pattern).ok();
        let nfa = compile(NFA::config())?;
        let reversed = NFA::config().reverse(true);
        let reversed = compile(reversed.which_captures(WhichCaptures::None))?;
        let determine = |nfa: &NFA, kind| {
            let config = DFA::config()
                .match_kind(kind)
                .unicode_word_boundary(true)
                .cache_capacity(STATES_BYTES_MAX)
                .skip_cache_capacity_check(true);
            DFA::builder()
                .configure(config)
                .build_from_nfa(nfa.clone())
                .ok()
        };
        let forward = determine(&nfa, MatchKind::LeftmostFirst)?;
        let backward = determine(&reversed, MatchKind::All)?;
        let caches = (forward.create_cache(), backward.create_cache());
        Some(Self {
            nfa,
            forward,
            backward,
            caches: RefCell::new(caches),
        })
    }

    /// The first match; none as well when the search was stopped.
    pub(super) fn find(&self, input: &Input<'_>, lookout: &mut Lookout) -> Option<Range<usize>> {
        if input.is_done() {
            return None;
        }
        self.find_by_states(input.clone(), lookout)
            .unwrap_or_else(|Undecided| {
                let groups = threads::search(&self.nfa, WHOLE_SLOTS, input, lookout);
                groups.into_iter().next().flatten()
            })
    }

    /// What the groups of the match that the input bounds took; none as well when the search was
    /// stopped.
    pub(super) fn groups(&self, input: &Input<'_>, lookout: &mut Lookout) -> Groups {
        threads::search(&self.nfa, self.nfa.group_info().slot_len(), input, lookout)
    }

    fn find_by_states(
        &self,
        mut input: Input<'_>,
        lookout: &Lookout,
    ) -> Result<Option<Range<usize>>, Undecided> {
        let caches = &mut *self.caches.borrow_mut();
        loop {
            let Some(end) = self.find_end(&mut caches.0, &input, lookout)? else {
                return Ok(None);
            };
            let Some(start) = self.find_start(&mut caches.1, &input, end, lookout)? else {
                return Ok(None);
            };
            // An empty match inside a character is none.
            let text = input.haystack();
            let inside = text.get(end).is_some_and(|byte| byte & 0xC0 == 0x80);
            if !inside {
                return Ok(Some(start..end));
            }
            input.set_start(end.saturating_add(1));
        }
    }

    fn find_end(
        &self,
        cache: &mut Cache,
        input: &Input<'_>,
        lookout: &Lookout,
    ) -> Result<Option<usize>, Undecided> {
        let state = self.forward.start_state_forward(cache, input)?;
        let (_, after) = input.haystack().split_at(input.end());
        let within = input.haystack().get(input.get_range()).unwrap_or_default();
        let taken = walk(
            (&self.forward, cache, state),
            within.iter(),
            after.first(),
            lookout,
        )?;
        Ok(taken.map(|taken| input.start().saturating_add(taken)))
    }

    fn find_start(
        &self,
        cache: &mut Cache,
        input: &Input<'_>,
        end: usize,
        lookout: &Lookout,
    ) -> Result<Option<usize>, Undecided> {
        let range = input.start()..end;
        let input = Input::new(input.haystack())
            .range(range.clone())
            .anchored(Anchored::Yes);
        let state = self.backward.start_state_reverse(cache, &input)?;
        let (before, _) = input.haystack().split_at(range.start);
        let within = input.haystack().get(range).unwrap_or_default();
        let taken = walk(
            (&self.backward, cache, state),
            within.iter().rev(),
            before.last(),
            lookout,
        )?;
        Ok(taken.map(|taken| end.saturating_sub(taken)))
    }
}

/// Moves an automaton over bytes; answers how many the last match took. The state tells of a match
/// one byte late: the byte behind the last one decides too.
fn walk<'t>(
    (dfa, cache, mut state): (&DFA, &mut Cache, LazyStateID),
    mut bytes: impl Iterator<Item = &'t u8>,
    behind: Option<&u8>,
    lookout: &Lookout,
) -> Result<Option<usize>, Undecided> {
    let mut found = None;
    let mut taken = 0_usize;
    loop {
        let byte = bytes.next();
        state = match byte.or(behind) {
            Some(byte) => dfa.next_state(cache, state, *byte)?,
            None => dfa.next_eoi_state(cache, state)?,
        };
        if state.is_tagged() {
            if state.is_match() {
                found = Some(taken);
            } else if state.is_dead() {
                return Ok(found);
            } else if state.is_quit() {
                return Err(Undecided);
            }
        }
        if byte.is_none() {
            return Ok(found);
        }
        taken = taken.saturating_add(1);
        if taken.is_multiple_of(STEPS) && lookout.look() {
            return Ok(None);
        }
    }
}

impl From<MatchError> for Undecided {
    fn from(_: MatchError) -> Self {
        Self
    }
}

impl From<CacheError> for Undecided {
    fn from(_: CacheError) -> Self {
        Self
    }
}
