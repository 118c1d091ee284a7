//! Regular expressions: compiled once per thread, matched in time linear in the text.
//!
//! Look-around and back-references are refused (decision S4): without them no pattern can be slow,
//! so that no step limit is needed. Linear is long enough when a large pattern meets a large text:
//! such searches go step by step ([`automaton`]), so that they can be stopped.

mod automaton;
mod replace;
mod threads;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use regex_automata::meta::{BuildError, Regex};
use regex_automata::util::iter::Searcher;
use regex_automata::{Anchored, Input, Match, PatternID};

use crate::fault::Code;
use crate::pql::cancel::{Cancel, Lookout};
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::too_large;
use crate::pql::sharp::pattern::automaton::Automaton;
use crate::value::Value;

pub(crate) use replace::{check_size, replace_all, replace_first};
pub(crate) use threads::Groups;

/// Longer patterns are refused.
const PATTERN_CHARS_MAX: usize = 10_000;

/// What one compiled pattern may occupy.
const COMPILED_BYTES_MAX: usize = 10 << 20;

/// Bytes of a compiled pattern times its groups: a search may have to note for each of its states
/// where each group is.
const GROUPED_BYTES_MAX: usize = 128 << 20;

/// How many compiled patterns a thread keeps; when full, it begins anew.
const KEPT_MAX: usize = 64;

/// Bytes of text times bytes of pattern that the library searches in one go: 90 milliseconds
/// where it is slowest, on one core of 2024.
const ONE_GO: usize = 1 << 30;

thread_local! {
    /// A link in a loop has the same pattern every time.
    static COMPILED: RefCell<HashMap<String, Rc<Pattern>>> = RefCell::default();
}

/// Compiles a pattern.
pub(crate) fn compile(pattern: &str) -> Done<Rc<Pattern>> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            return Ok(Rc::clone(known));
        }
        let new = Rc::new(Pattern::new(pattern)?);
        if compiled.len() >= KEPT_MAX {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), Rc::clone(&new));
        Ok(new)
    })
}

/// Tells whether a pattern matches itself and nothing else.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains([
        '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
    ])
}

/// A compiled pattern. Its searches end early, without a match, when the run is stopped: the caller
/// looks again.
pub(crate) struct Pattern {
    regex: Regex,
    written: String,
    /// Made for the first long search.
    automaton: OnceCell<Option<Automaton>>,
}

impl Pattern {
    fn new(pattern: &str) -> Done<Self> {
        if pattern.chars().count() > PATTERN_CHARS_MAX {
            return Err(too_large(format!(
                "the pattern is longer than {PATTERN_CHARS_MAX} characters"
            )));
        }
        let config = Regex::config().nfa_size_limit(Some(COMPILED_BYTES_MAX));
        let regex = Regex::builder()
            .configure(config)
            .build(pattern)
            .map_err(|error| refused(pattern, &error))?;
        if regex.memory_usage().saturating_mul(regex.captures_len()) > GROUPED_BYTES_MAX {
            return Err(too_large(
                "the pattern has too many groups for its size".to_owned(),
            ));
        }
        Ok(Self {
            regex,
            written: pattern.to_owned(),
            automaton: OnceCell::new(),
        })
    }

    /// Tells whether it matches anywhere in a text.
    pub(crate) fn is_match(&self, cancel: &Cancel, text: &str) -> bool {
        match self.automaton_for(text.len()) {
            Some(_) => self.find(cancel, text).is_some(),
            None => self.regex.is_match(text),
        }
    }

    /// The first match.
    pub(crate) fn find(&self, cancel: &Cancel, text: &str) -> Option<Range<usize>> {
        self.matches(cancel, text).next()
    }

    /// All matches, from left to right.
    pub(crate) fn matches<'a>(&'a self, cancel: &Cancel, text: &'a str) -> Matches<'a> {
        Matches {
            pattern: self,
            searcher: Searcher::new(Input::new(text)),
            lookout: Lookout::new(cancel),
        }
    }

    /// A match that was found, and what its groups took.
    pub(crate) fn groups(&self, cancel: &Cancel, text: &str, found: &Range<usize>) -> Groups {
        let input = Input::new(text)
            .range(found.clone())
            .anchored(Anchored::Yes);
        if let Some(automaton) = self.automaton_for(found.len()) {
            return automaton.groups(&input, &mut Lookout::new(cancel));
        }
        let mut captures = self.regex.create_captures();
        self.regex.search_captures(&input, &mut captures);
        let groups = captures.iter();
        groups.map(|group| Some(group?.range())).collect()
    }

    /// The names of the groups, where they have one; the whole match is the first.
    fn group_names(&self) -> impl Iterator<Item = Option<&str>> {
        self.regex.group_info().pattern_names(PatternID::ZERO)
    }

    fn search(&self, input: &Input<'_>, lookout: &mut Lookout) -> Option<Match> {
        match self.automaton_for(input.get_span().len()) {
            Some(automaton) => {
                let found = automaton.find(input, lookout)?;
                Some(Match::new(PatternID::ZERO, found))
            }
            None => self.regex.search(input),
        }
    }

    /// What searches so many bytes, when the library is not to do it.
    fn automaton_for(&self, bytes: usize) -> Option<&Automaton> {
        if bytes.saturating_mul(self.regex.memory_usage()) <= ONE_GO {
            return None;
        }
        let automaton = self.automaton.get_or_init(|| Automaton::new(&self.written));
        automaton.as_ref()
    }
}

fn refused(pattern: &str, error: &BuildError) -> Halt {
    if error.size_limit().is_some() {
        let message = format!("the pattern becomes larger than {COMPILED_BYTES_MAX} bytes");
        return too_large(message);
    }
    // The last line says why; those before show the pattern again.
    let why = match error.syntax_error() {
        Some(error) => error.to_string(),
        None => error.to_string(),
    };
    let why = why.lines().last().unwrap_or_default();
    let start = Value::from(pattern).excerpt();
    let why = why.trim_start_matches("error: ");
    Halt::new(
        Code::PQL_CONVERSION,
        format!("`{start}` is no pattern: {why}"),
    )
}

/// The matches of a pattern in a text.
pub(crate) struct Matches<'a> {
    pattern: &'a Pattern,
    searcher: Searcher<'a>,
    lookout: Lookout,
}

impl Iterator for Matches<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.lookout.is_stopped() {
            return None;
        }
        let (pattern, lookout) = (self.pattern, &mut self.lookout);
        let found = self
            .searcher
            .advance(|input| Ok(pattern.search(input, lookout)))?;
        Some(found.range())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("(?=a)")]
    #[case(r"(a)\1")]
    #[case("(")]
    #[case("a{1000}{1000}{1000}")]
    fn slow_and_broken_patterns_are_refused(#[case] pattern: &str) {
        assert!(compile(pattern).is_err());
    }

    #[test]
    fn long_patterns_are_refused() {
        assert!(compile(&"a".repeat(10_000)).is_ok());
        assert!(compile(&"a".repeat(10_001)).is_err());
        assert!(compile(&"(a*)".repeat(100)).is_ok());
        assert!(compile(&"(a*)".repeat(2000)).is_err());
    }

    /// All matches and their groups, as the library finds them.
    fn by_library(pattern: &Pattern, text: &str) -> Vec<Groups> {
        pattern
            .regex
            .captures_iter(text)
            .map(|captures| captures.iter().map(|group| Some(group?.range())).collect())
            .collect()
    }

    /// The same in steps.
    fn by_steps(pattern: &Pattern, text: &str) -> Vec<Groups> {
        let automaton = Automaton::new(&pattern.written).unwrap();
        let mut lookout = Lookout::new(&Cancel::new());
        let mut searcher = Searcher::new(Input::new(text));
        std::iter::from_fn(|| {
            searcher.advance(|input| {
                let found = automaton.find(input, &mut lookout);
                Ok(found.map(|found| Match::new(PatternID::ZERO, found)))
            })
        })
        .map(|found| {
            let input = Input::new(text)
                .range(found.range())
                .anchored(Anchored::Yes);
            automaton.groups(&input, &mut Lookout::new(&Cancel::new()))
        })
        .collect()
    }

    /// Patterns of all the signs there are.
    fn patterns() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "a",
            "b",
            "é",
            "中",
            ".",
            r"\b",
            r"\B",
            "^",
            "$",
            "(?m:^)",
            "(?m:$)",
            "",
            r"\w",
            r"\W",
            r"(?-u:\b)",
            "[^a]",
            "[a-é]",
            "(?i:A)",
            r"\s",
        ])
        .prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join("|")),
                inner.clone().prop_map(|part| format!("({part})")),
                (
                    inner,
                    prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}"])
                )
                    .prop_map(|(part, times)| format!("(?:{part}){times}")),
            ]
        })
    }

    proptest! {
        #[test]
        fn steps_find_what_the_library_finds(
            pattern in patterns(),
            text in "[ab é中\n-]{0,12}",
        ) {
            let pattern = Pattern::new(&pattern).unwrap();
            prop_assert_eq!(by_steps(&pattern, &text), by_library(&pattern, &text));
        }
    }

    #[rstest]
    #[case(r"\bé+\b", "a é éé")]
    #[case("(a+)*b|c", "aaaaab c aac")]
    #[case("", "é中a")]
    fn steps_find_words_and_emptiness(#[case] pattern: &str, #[case] text: &str) {
        let pattern = Pattern::new(pattern).unwrap();
        assert_eq!(by_steps(&pattern, text), by_library(&pattern, text));
    }

    #[test]
    fn a_large_pattern_leaves_a_large_text_to_the_steps() {
        let pattern = compile(r"(\w{20}){3}|中(b)").unwrap();
        let text = "ab ".repeat(20_000) + "é中b";
        assert!(pattern.automaton_for(text.len()).is_some());
        assert!(pattern.automaton_for(10).is_none());
        let found = pattern.find(&Cancel::new(), &text);
        assert_eq!(found, Some(60_002..60_006));
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(pattern.matches(&cancel, &text).count(), 0);
    }
}
