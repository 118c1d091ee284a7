//! Base64, MD5 and the encoding of forms.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::fail;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TO BASE64"], "[salt]", Takes::TEXT, Rule::Text(to_base64))
        .says("The Base64 text of salt and text in UTF-8.")
        .shows(&[
            ("'b' TO BASE64 'a'", "YWI="),
            ("'123456' TO BASE64", "MTIzNDU2"),
        ]),
    Entry::new(
        &["DECODE BASE64"],
        "[salt]",
        Takes::TEXT,
        Rule::Text(from_base64),
    )
    .says("The decoded text, without the salt in front if it is there.")
    .shows(&[("'YWI=' DECODE BASE64 'a'", "b")]),
    Entry::new(&["TO MD5"], "[salt]", Takes::TEXT, Rule::Text(to_md5))
        .says("The MD5 of text and salt in lower-case hexadecimal digits; it is no protection.")
        .shows(&[("'123456' TO MD5", "e10adc3949ba59abbe56e057f20f883e")]),
    Entry::new(
        &["URL ENCODE"],
        "[charset]",
        Takes::TEXT,
        Rule::Text(url_encode),
    )
    .says("The text in the encoding of web forms, a blank as `+`; the only charset is UTF-8.")
    .shows(&[
        ("'a b&c' URL ENCODE", "a+b%26c"),
        ("'数' URL ENCODE", "%E6%95%B0"),
    ]),
    Entry::new(
        &["URL DECODE"],
        "[charset]",
        Takes::TEXT,
        Rule::Text(url_decode),
    )
    .says("The text out of the encoding of web forms; the only charset is UTF-8.")
    .shows(&[("'a+b%26c' URL DECODE", "a b&c")]),
];

fn to_base64(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let salt = call.optional_text()?.unwrap_or_default();
    Ok(encode_base64(text, &salt).into())
}

fn from_base64(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let salt = call.optional_text()?.unwrap_or_default();
    Ok(decode_base64(text, &salt)?.into())
}

fn to_md5(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let salt = call.optional_text()?.unwrap_or_default();
    let digest = Md5::new()
        .chain_update(text)
        .chain_update(&*salt)
        .finalize();
    let bytes: Vec<u8> = digest.to_vec();
    // The canonical text of bytes is what is asked for.
    Ok(Value::from(bytes).render().into_owned().into())
}

fn url_encode(call: &mut Call<'_>, text: &str) -> Done<Value> {
    refuse_charset(call)?;
    Ok(form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .into())
}

fn url_decode(call: &mut Call<'_>, text: &str) -> Done<Value> {
    refuse_charset(call)?;
    Ok(decode_form(text)?.into())
}

fn decode_form(text: &str) -> Done<String> {
    let is_hex = |part: &str| {
        let digits = part.get(..2);
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let blanks = text.replace('+', " ");
    let decoded = percent_decode_str(&blanks).decode_utf8().ok();
    let decoded = decoded.filter(|_| text.split('%').skip(1).all(is_hex));
    decoded.map(Cow::into_owned).ok_or_else(|| {
        let message = format!("TEXT `{}` encodes no text", Value::from(text).excerpt());
        Halt::new(Code::PQL_CONVERSION, message)
    })
}

fn refuse_charset(call: &mut Call<'_>) -> Done<()> {
    match call.optional_text()? {
        Some(charset) if !["utf-8", "utf8"].contains(&&*charset.to_lowercase()) => Err(fail(
            &format!("charset `{charset}` is not known; the only one is `utf-8`"),
        )),
        _ => Ok(()),
    }
}

/// Base64 of salt and text.
pub(crate) fn encode_base64(text: &str, salt: &str) -> String {
    STANDARD.encode([salt, text].concat())
}

/// The text in a Base64 text, without the salt.
pub(crate) fn decode_base64(text: &str, salt: &str) -> Done<String> {
    let refused = |why: String| {
        let start = Value::from(text).excerpt();
        Halt::new(
            Code::PQL_CONVERSION,
            format!("`{start}` is not Base64 of a text: {why}"),
        )
    };
    let bytes = STANDARD
        .decode(text.trim())
        .map_err(|error| refused(error.to_string()))?;
    let decoded = String::from_utf8(bytes).map_err(|error| refused(error.to_string()))?;
    Ok(match decoded.strip_prefix(salt) {
        Some(rest) => rest.to_owned(),
        None => decoded,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in ".*", salt in ".{0,4}") {
            let encoded = encode_base64(&text, &salt);
            let decoded = decode_base64(&encoded, &salt).unwrap();
            prop_assert_eq!(&decoded, &text);
            let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            prop_assert_eq!(decode_form(&form).unwrap(), text);
        }
    }
}
