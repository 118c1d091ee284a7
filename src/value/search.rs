//! Looking for a text in another.

use std::borrow::Cow;

/// Places that are tried before a search is prepared, which costs as much as some of them.
const TRIED: usize = 3;

/// The longest text that is short, in bytes.
const SHORT: usize = 128;

/// The byte at which a text first stands in another.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, rest)) = part.split_first() else {
        return Some(0);
    };
    let mut start = 0_usize;
    for _ in 0..TRIED {
        let at = memchr::memchr(*first, text.get(start..)?)?.checked_add(start)?;
        start = at.checked_add(1)?;
        if text.get(start..)?.starts_with(rest) {
            return Some(at);
        }
    }
    let found = memchr::memmem::find(text.get(start..)?, part)?;
    found.checked_add(start)
}

/// Tells whether a text contains another, whatever the case of their letters.
pub(crate) fn contains_any_case(text: &str, part: &str) -> bool {
    if text.len() <= SHORT && text.is_ascii() && part.is_ascii() {
        return stands_in(text.as_bytes(), part.as_bytes());
    }
    lower(text).contains(&*lower(part))
}

/// Tells whether a text begins with another, whatever the case of their letters.
pub(crate) fn starts_with_any_case(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        let front = text.get(..part.len());
        return front.is_some_and(|front| front.eq_ignore_ascii_case(part));
    }
    lower(text).starts_with(&*lower(part))
}

/// Tells whether a text ends with another, whatever the case of their letters.
pub(crate) fn ends_with_any_case(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        let start = text.len().checked_sub(part.len());
        let back = start.and_then(|start| text.get(start..));
        return back.is_some_and(|back| back.eq_ignore_ascii_case(part));
    }
    lower(text).ends_with(&*lower(part))
}

/// A text in lower case; one of ASCII without capitals is that already.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    // Without a way out early this is done many bytes at once.
    let is_lower = text.bytes().fold(true, |lower, byte| {
        lower & byte.is_ascii() & !byte.is_ascii_uppercase()
    });
    if is_lower {
        return text.into();
    }
    text.to_lowercase().into()
}

/// The same for ASCII, without memory of its own: worth it where little has to be tried.
fn stands_in(text: &[u8], part: &[u8]) -> bool {
    let Some((last, front)) = part.split_last() else {
        return true;
    };
    let cases = [last.to_ascii_lowercase(), last.to_ascii_uppercase()];
    let mut start = front.len();
    while let Some(rest) = text.get(start..) {
        let Some(at) = memchr::memchr2(cases[0], cases[1], rest) else {
            return false;
        };
        let end = start.saturating_add(at);
        let own = text.get(end.saturating_sub(front.len())..end);
        if own.is_some_and(|own| own.eq_ignore_ascii_case(front)) {
            return true;
        }
        start = end.saturating_add(1);
    }
    false
}

/// What stands before and behind the first place of a text in another.
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at.checked_add(part.len())?..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_do_what_the_standard_library_does(text in "[ab中é]{0,24}", part in "[ab中é]{1,3}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(split_once(&text, &part), text.split_once(&part));
            prop_assert_eq!(find(&text, ""), Some(0));
        }

        #[test]
        fn case_is_left_out(text in "[aAbBéÉ]{0,20}|[aAbB.]{0,160}", part in "[aAbé]{0,3}") {
            let (lower, wanted) = (text.to_lowercase(), part.to_lowercase());
            prop_assert_eq!(contains_any_case(&text, &part), lower.contains(&wanted));
            prop_assert_eq!(starts_with_any_case(&text, &part), lower.starts_with(&wanted));
            prop_assert_eq!(ends_with_any_case(&text, &part), lower.ends_with(&wanted));
        }
    }
}
