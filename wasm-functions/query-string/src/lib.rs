//! Query strings of URLs.

use keeper_sdk as pql;

/// Reads `a=1&b=two` into a row of texts, decoding `%XX` and `+`. A repeated name keeps its last
/// value; what precedes a `?` and follows a `#` is left out.
#[pql::function]
fn parse_query(text: &str) -> Result<pql::Row, String> {
    let text = text.split_once('?').map_or(text, |parts| parts.1);
    let text = text.split_once('#').map_or(text, |parts| parts.0);
    let mut row = pql::Row::default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        row.set(&decode(name)?, pql::Value::Text(decode(value)?));
    }
    Ok(row)
}

fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |it: Option<u8>| it.and_then(|it| char::from(it).to_digit(16));
                match (digit(rest.next()), digit(rest.next())) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err(["bad % escape in `", text, "`"].concat()),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| ["escapes in `", text, "` are not UTF-8"].concat())
}

pql::export!(parse_query);

#[cfg(test)]
mod tests {
    use super::*;

    fn text(row: &pql::Row, name: &str) -> Option<String> {
        match row.get(name) {
            Some(pql::Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    #[test]
    fn names_values_and_escapes() {
        let row = parse_query("https://x.org/p?a=1&B=%E4%BD%A0+x&&c&a=2#end").unwrap();
        assert_eq!(text(&row, "a").as_deref(), Some("2"));
        assert_eq!(text(&row, "b").as_deref(), Some("你 x"));
        assert_eq!(text(&row, "c").as_deref(), Some(""));
        assert_eq!(row.0.len(), 3);
    }

    #[test]
    fn faulty_escapes_are_errors() {
        assert!(parse_query("a=%4").is_err());
        assert!(parse_query("a=%zz").is_err());
        assert!(parse_query("a=%ff").is_err());
    }
}
