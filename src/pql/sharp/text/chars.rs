//! Places in a text, counted in characters.

/// The number of characters.
pub(crate) fn count(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// The text before and from a character on, counted from 0; behind the end the rest is empty.
pub(crate) fn split(text: &str, place: usize) -> (&str, &str) {
    // Where all letters in front are of one byte, the place is known without counting them.
    let front = text.as_bytes().get(..place);
    if front.is_some_and(<[u8]>::is_ascii) {
        return text.split_at(place);
    }
    match text.char_indices().nth(place) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    }
}

/// The text before a character, counted from 0; numbers below 0 count as 0.
pub(crate) fn head(text: &str, length: i64) -> &str {
    split(text, length_of(length)).0
}

/// The text from a character on, counted from 0; numbers below 0 count as 0.
pub(crate) fn tail(text: &str, place: i64) -> &str {
    split(text, length_of(place)).1
}

/// The first characters, at most all of them.
pub(crate) fn keep_left(text: &str, length: i64) -> &str {
    head(text, length)
}

/// The last characters, at most all of them.
pub(crate) fn keep_right(text: &str, length: i64) -> &str {
    split_right(text, length_of(length)).1
}

/// The text without its last characters.
pub(crate) fn drop_right(text: &str, length: i64) -> &str {
    split_right(text, length_of(length)).0
}

/// The text before and from a character on, counted from 1 at the end: what stands in front of the
/// last characters is not looked at.
fn split_right(text: &str, length: usize) -> (&str, &str) {
    let Some(index) = length.checked_sub(1) else {
        return (text, "");
    };
    match text.char_indices().nth_back(index) {
        Some((at, _)) => text.split_at(at),
        None => ("", text),
    }
}

/// A length that a program has given; below 0 is 0.
pub(crate) fn length_of(length: i64) -> usize {
    usize::try_from(length.max(0)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_kept_and_what_is_dropped_make_the_text(text in ".*", n in -3_i64..40) {
            prop_assert_eq!(format!("{}{}", head(&text, n), tail(&text, n)), text.clone());
            prop_assert_eq!(
                format!("{}{}", drop_right(&text, n), keep_right(&text, n)),
                text.clone()
            );
            prop_assert!(count(keep_left(&text, n)) <= length_of(n));
        }
    }
}
