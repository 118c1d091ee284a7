//! The words and signs of a condition on rows.

use crate::pql::eval::Done;
use crate::pql::sharp::call::fail;

/// A word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword, as written.
    Word(String),
    /// A name in backquotes, never a keyword.
    Name(String),
    Number(String),
    Text(String),
    Sign(&'static str),
}

/// The signs; of two that begin alike the longer stands first.
const SIGNS: &[&str] = &[
    "==", "!=", "<>", ">=", "<=", "=", ">", "<", "(", ")", ",", "+", "-", "*", "/", "%",
];

/// Cuts a text into its tokens.
pub(super) fn tokens(text: &str) -> Done<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '\'' | '"' | '`' => {
                let (content, after) = quoted(rest, first)?;
                let token = if first == '`' {
                    Token::Name(content)
                } else {
                    Token::Text(content)
                };
                (token, after)
            }
            _ if first.is_ascii_digit() => {
                let (number, after) = rest.split_at(number_length(rest));
                (Token::Number(number.to_owned()), after)
            }
            _ if is_name(first) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (Token::Word(word.to_owned()), after)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| fail(&format!("`{first}` has no meaning here")))?;
                (
                    Token::Sign(sign),
                    rest.strip_prefix(sign).unwrap_or_default(),
                )
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Digits, a fraction and an exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.iter().skip(from);
        from.saturating_add(rest.take_while(|byte| byte.is_ascii_digit()).count())
    };
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let mut end = digits(0);
    if byte(end) == b'.' {
        end = digits(end.saturating_add(1));
    }
    if byte(end).eq_ignore_ascii_case(&b'e') {
        let sign = usize::from(matches!(byte(end.saturating_add(1)), b'+' | b'-'));
        let from = end.saturating_add(1).saturating_add(sign);
        if byte(from).is_ascii_digit() {
            end = digits(from);
        }
    }
    end
}

/// The content of a literal and what follows it; a doubled quote or one behind `\` is a quote.
fn quoted(text: &str, quote: char) -> Done<(String, &str)> {
    let mut content = String::new();
    let mut chars = text.chars();
    chars.next();
    while let Some(c) = chars.next() {
        let rest = chars.as_str();
        if c == '\\' && rest.starts_with([quote, '\\']) {
            content.extend(chars.next());
        } else if c != quote {
            content.push(c);
        } else if let Some(after) = rest.strip_prefix(quote) {
            content.push(quote);
            chars = after.chars();
        } else {
            return Ok((content, rest));
        }
    }
    Err(fail(&format!("`{text}` has no end")))
}
