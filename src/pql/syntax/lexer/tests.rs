//! Tables of texts and their tokens.

use crate::pql::syntax::lexer::{
    Lexed, decode_literal, replace_character_codes, tokenise, tokenise_embedded,
};
use crate::pql::syntax::token::TokenKind;

/// The tokens as written, each with a letter for its kind.
fn tokens(text: &str, lexed: &Lexed) -> String {
    let shown = lexed
        .tokens
        .iter()
        .filter(|token| token.kind != TokenKind::End)
        .map(|token| {
            let letter = match &token.kind {
                TokenKind::Word(_) => "w",
                TokenKind::Number => "n",
                TokenKind::Text => "t",
                TokenKind::RichStart | TokenKind::RichText | TokenKind::RichEnd => "r",
                TokenKind::Variable(..) => "v",
                TokenKind::ClosedVariable(..) => "c",
                TokenKind::Callee(..) => "f",
                TokenKind::EmbedValue | TokenKind::EmbedQuery => "e",
                TokenKind::Parameter(_) => "p",
                TokenKind::CharacterCode => "u",
                TokenKind::TextPiece => "x",
                TokenKind::OutputStart => "o",
                TokenKind::Other => "?",
                _ => "",
            };
            format!("{letter}‹{}›", text.get(token.span.range()).unwrap())
        });
    shown.collect::<Vec<_>>().join(" ")
}

fn code(text: &str) -> String {
    tokens(text, &tokenise(text, &[]))
}

#[test]
fn code_is_cut_into_tokens() {
    let table = [
        ("a1 _b é", "w‹a1› w‹_b› w‹é›"),
        (
            "1 1.25 1e3 1.x 2e",
            "n‹1› n‹1.25› n‹1e3› n‹1› ‹.› w‹x› n‹2› w‹e›",
        ),
        (
            "'it''s' \"a\\\"b\" '\\\\'",
            "t‹'it''s'› t‹\"a\\\"b\"› t‹'\\\\'›",
        ),
        (
            "$x $(x) $1 $ x @y",
            "v‹$x› c‹$(x)› ?‹$› n‹1› ?‹$› w‹x› v‹@y›",
        ),
        (
            "$f(1) @F() $f (1)",
            "f‹$f› ‹(› n‹1› ‹)› f‹@F› ‹(› ‹)› v‹$f› ‹(› n‹1› ‹)›",
        ),
        ("$x.a[1]!", "v‹$x› ‹.› w‹a› ‹[› n‹1› ‹]› ‹!›"),
        ("5 %x, %x 5", "n‹5› ‹%› w‹x› ‹,› v‹%x› n‹5›"),
        (
            "a=:b c:=d e===f g<>h",
            "w‹a› ‹=:› w‹b› w‹c› ‹:=› w‹d› w‹e› ‹===› w‹f› w‹g› ‹<>› w‹h›",
        ),
        ("a -- b ; c\nd /* ; */ e", "w‹a› w‹d› w‹e›"),
        ("<!-- a", "?‹<!--› w‹a›"),
        ("a ->b - >c", "w‹a› ‹->› w‹b› ‹-› ‹>› w‹c›"),
        (
            "#{x} #{'x'} #x #{1}",
            "p‹#{x}› p‹#{'x'}› ‹#› w‹x› ‹#› ‹{› n‹1› ‹}›",
        ),
        ("'a #{'x'} b' c", "t‹'a #{'x'} b'› w‹c›"),
        ("~u003b ~u00 ~", "u‹~u003b› ?‹~› w‹u00› ?‹~›"),
        ("@@version @{id}", "?‹@@version› ?‹@› ‹{› w‹id› ‹}›"),
        ("a\u{a0}b", "w‹a› w‹b›"),
        ("\u{feff}a", "w‹a›"),
    ];
    for (text, expected) in table {
        assert_eq!(code(text), expected, "{text}");
        assert!(tokenise(text, &[]).faults.is_empty(), "{text}");
    }
}

#[test]
fn rich_strings_are_cut_into_text_and_items() {
    let table = [
        ("'''a'''", "r‹'''› r‹a› r‹'''›"),
        ("''''''", "r‹'''› r‹'''›"),
        ("'''a''''", "r‹'''› r‹a'› r‹'''›"),
        ("''''", "t‹''''›"),
        (
            "'''$n. $(l).x'''",
            "r‹'''› v‹$n› r‹. › c‹$(l)› r‹.x› r‹'''›",
        ),
        ("'''$n (1)'''", "r‹'''› v‹$n› r‹ (1)› r‹'''›"),
        ("'''$n!!'''", "r‹'''› v‹$n› ‹!› r‹!› r‹'''›"),
        (
            "'''${ 'a;' + 1 };'''",
            "r‹'''› e‹${› t‹'a;'› ‹+› n‹1› ‹}› r‹;› r‹'''›",
        ),
        (
            "'''$t[$i].a$f($x)'''",
            "r‹'''› v‹$t› ‹[› v‹$i› ‹]› ‹.› w‹a› f‹$f› ‹(› v‹$x› ‹)› r‹'''›",
        ),
        (
            "\"\"\"-- 5% /* \\n\"\"\"",
            "r‹\"\"\"› r‹-- 5% /* \\n› r‹\"\"\"›",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(code(text), expected, "{text}");
        assert!(tokenise(text, &[]).faults.is_empty(), "{text}");
    }
}

#[test]
fn embedded_text_is_cut_into_pieces_and_code() {
    let table = [
        ("a $x; 'b", "x‹a $x; 'b›"),
        (
            "a<% PRINT 1 %>\n<%= $x %>",
            "x‹a› w‹PRINT› n‹1› ‹› x‹\n› o‹› v‹$x› ‹›",
        ),
        ("a<%! b %>c<% d -- e %>f", "w‹b› ‹› x‹a› x‹c› w‹d› ‹› x‹f›"),
        ("<%=%>", "o‹› ‹›"),
    ];
    for (text, expected) in table {
        let lexed = tokenise_embedded(text, &[]);
        assert_eq!(tokens(text, &lexed), expected, "{text}");
        assert!(lexed.faults.is_empty(), "{text}");
    }
}

#[test]
fn literals_are_decoded() {
    let table = [
        ("'a''b'", "a'b"),
        ("\"a\"\"b''c\"", "a\"b''c"),
        (r"'\'\n\r\t\b\f\/\\'", "'\n\r\t\u{8}\u{c}/\\"),
        (r"'\d+\.'", r"\d+\."),
        (r"'\u00e9\ud83d\ude00'", "é😀"),
        (r"'\ud83d \u12 \'", r"\ud83d \u12 \"),
        ("'~u003b~uD800~u12'", ";~uD800~u12"),
        ("'", ""),
        ("", ""),
    ];
    for (written, expected) in table {
        assert_eq!(decode_literal(written), expected, "{written}");
    }
    assert_eq!(
        replace_character_codes("é~u002f*+ a *~u002F~u"),
        "é/*+ a */~u"
    );
}
