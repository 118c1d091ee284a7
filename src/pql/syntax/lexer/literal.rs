//! The content of literals and of character codes.

/// The character of a code `~uXXXX` at the beginning of a text. The six bytes of a code that is
/// no character, such as half of a surrogate pair, stay as they are.
fn code_at(text: &str) -> Option<char> {
    let digits = text.strip_prefix("~u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// Length in bytes of a character code.
pub(crate) const CODE_LENGTH: usize = 6;

/// Tells whether a text begins with a character code.
pub(crate) fn is_code(text: &str) -> bool {
    code_at(text).is_some()
}

/// Replaces all character codes of a text.
pub(crate) fn replace_character_codes(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices("~u") {
        let Some(character) = text.get(at..).and_then(code_at) else {
            continue;
        };
        output.push_str(text.get(copied..at).unwrap_or_default());
        output.push(character);
        copied = at + CODE_LENGTH;
    }
    output.push_str(text.get(copied..).unwrap_or_default());
    output
}

/// Gives the value of a literal that is written with its quotes: escapes, doubled quotes and
/// character codes are replaced. An unknown escape keeps its backslash.
pub(crate) fn decode_literal(written: &str) -> String {
    let Some(quote) = written.chars().next() else {
        return String::new();
    };
    let inside = written.strip_prefix(quote).unwrap_or(written);
    let inside = inside.strip_suffix(quote).unwrap_or(inside);
    let mut output = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find(['\\', '~', quote]) {
        let (before, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        output.push_str(before);
        let (piece, length) = decode_special(special, quote);
        output.extend(piece);
        rest = special.get(length..).unwrap_or_default();
    }
    output.push_str(rest);
    output
}

/// The characters that a special sign stands for, and the length of what was written.
fn decode_special(text: &str, quote: char) -> (Vec<char>, usize) {
    if let Some(character) = code_at(text) {
        return (vec![character], CODE_LENGTH);
    }
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return (Vec::new(), 0);
    };
    if first == quote {
        // A doubled quote stands for one; the second half is part of the text.
        let length = if characters.next() == Some(quote) {
            2 * quote.len_utf8()
        } else {
            1
        };
        return (vec![quote], length);
    }
    if first != '\\' {
        return (vec![first], first.len_utf8());
    }
    let Some(second) = characters.next() else {
        return (vec!['\\'], 1);
    };
    let simple = match second {
        '\'' | '"' | '\\' | '/' => Some(second),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        _ => None,
    };
    if let Some(character) = simple {
        return (vec![character], 2);
    }
    if second == 'u'
        && let Some(decoded) = decode_unicode(text)
    {
        return decoded;
    }
    (vec!['\\', second], 1 + second.len_utf8())
}

/// `\uXXXX`, or two of them that are a surrogate pair.
fn decode_unicode(text: &str) -> Option<(Vec<char>, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hexadecimal {
            u16::from_str_radix(digits, 16).ok()
        } else {
            None
        }
    };
    let first = unit(text)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some((vec![character], 6));
    }
    let second = text.get(6..).and_then(unit)?;
    let mut decoded = char::decode_utf16([first, second]);
    Some((vec![decoded.next()?.ok()?], 12))
}
