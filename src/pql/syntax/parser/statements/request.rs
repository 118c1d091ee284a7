//! REQUEST and PARSE.

use crate::pql::syntax::parser::phrase::PhraseForm;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{ParseForm, ParseQuery, Query, Request, StatementKind};

/// The words behind AS.
const FORMS: &[(&str, ParseForm)] = &[
    ("TABLE", ParseForm::Table),
    ("ROW", ParseForm::Row),
    ("OBJECT", ParseForm::Row),
    ("ARRAY", ParseForm::Array),
    ("LIST", ParseForm::Array),
    ("VALUE", ParseForm::Value),
];

impl Parser<'_> {
    /// `REQUEST JSON API url ..`
    pub(super) fn request(&mut self) -> Step<StatementKind> {
        const PHRASES: &[PhraseForm] = &[
            PhraseForm::one("[USE] METHOD"),
            PhraseForm::one("[SEND] DATA"),
            PhraseForm::one("[SET] HEADER"),
        ];
        if !self.eat_words(&["JSON", "API"]) {
            return self.fail("`JSON API`");
        }
        let url = self.phrase_argument("REQUEST JSON API")?;
        let mut found = self.phrases("REQUEST", PHRASES)?;
        Ok(StatementKind::Request(Request {
            url,
            method: found.take("METHOD"),
            data: found.take("DATA"),
            headers: found.take("HEADER"),
        }))
    }

    /// `PARSE path [AS form]`; the cursor is behind PARSE.
    pub(in crate::pql::syntax::parser) fn parse_query(&mut self) -> Step<Query> {
        let path = self.phrase_argument("PARSE")?;
        let mut form = ParseForm::Table;
        if self.eat_word("AS") {
            let Some((_, found)) = FORMS.iter().find(|(word, _)| self.at_word(word)) else {
                return self.fail("`TABLE`, `ROW`, `ARRAY` or `VALUE`");
            };
            form = *found;
            self.advance();
        }
        Ok(Query::Parse(ParseQuery { path, form }))
    }
}
