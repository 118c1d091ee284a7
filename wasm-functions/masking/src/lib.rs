//! Hiding personal data.

use keeper_sdk as pql;

/// Hides the middle of a phone number: the last `keep` digits and as many of the first as leave
/// four hidden stay readable; separators are kept.
#[pql::function(batch)]
fn mask_phone(phone: &str, #[default(4)] keep: i64) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let tail = usize::try_from(keep).unwrap_or(0).min(digits);
    let head = (digits - tail).saturating_sub(4);
    let mut seen = 0;
    phone
        .chars()
        .map(|letter| {
            if !letter.is_ascii_digit() {
                return letter;
            }
            seen += 1;
            if seen <= head || seen > digits - tail {
                letter
            } else {
                '*'
            }
        })
        .collect()
}

/// Hides every digit of a phone number but the last `keep`; separators are kept.
#[pql::function(batch)]
fn hide_phone(phone: &str, #[default(0)] keep: i64) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let hidden = digits.saturating_sub(usize::try_from(keep).unwrap_or(0));
    let mut seen = 0;
    phone
        .chars()
        .map(|letter| {
            seen += usize::from(letter.is_ascii_digit());
            if letter.is_ascii_digit() && seen <= hidden {
                '*'
            } else {
                letter
            }
        })
        .collect()
}

/// Hides the local part of an e-mail address but for its first letter; text without an `@` is
/// hidden whole.
#[pql::function(batch)]
fn mask_email(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return "*".repeat(address.chars().count());
    };
    let mut letters = local.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    [&first, "***@", domain].concat()
}

pql::export!(mask_phone, hide_phone, mask_email);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_keep_both_ends_and_separators() {
        assert_eq!(mask_phone("13912345678", 4), "139****5678");
        assert_eq!(mask_phone("+49 (30) 1234-567", 2), "+49 (30) 1***-*67");
        assert_eq!(mask_phone("1234", 4), "1234");
        assert_eq!(mask_phone("1234", -1), "****");
        assert_eq!(mask_phone("", 4), "");
    }

    #[test]
    fn hidden_phones_keep_separators() {
        assert_eq!(hide_phone("13912345678", 0), "***********");
        assert_eq!(hide_phone("+49 (30) 12-34", 2), "+** (**) **-34");
        assert_eq!(hide_phone("12", 9), "12");
    }

    #[test]
    fn addresses_keep_the_domain() {
        assert_eq!(mask_email("ann.lee@example.com"), "a***@example.com");
        assert_eq!(mask_email("é@x"), "é***@x");
        assert_eq!(mask_email("nobody"), "******");
    }

    #[test]
    fn the_description_follows_the_source() {
        let signature = (FUNCTIONS[0].signature)();
        assert_eq!(signature.name, "MASK_PHONE");
        assert_eq!(
            signature.parameters[1].default,
            Some(pql::Value::Integer(4))
        );
        assert!(signature.doc.starts_with("Hides the middle"));
    }

    #[test]
    fn an_omitted_argument_takes_its_default() {
        let values = [pql::Value::Text("13912345678".into())];
        let answer = (FUNCTIONS[0].call)(&pql::Arguments::of_call(&values));
        assert_eq!(answer, Ok(pql::Value::Text("139****5678".into())));
    }
}
