//! FILE and DIR.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::phrase::PhraseForm;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{Expression, PathAction, PathKind, PathQuery, Query};

const TO: PhraseForm = PhraseForm::one("TO");
const APPEND: PhraseForm = PhraseForm::one("APPEND");
const WITH: PhraseForm = PhraseForm::one("WITH");
const REPLACE: PhraseForm = PhraseForm::flag("REPLACE EXISTING");

impl Parser<'_> {
    /// `FILE ..` or `DIR ..`; the cursor is on that word.
    pub(in crate::pql::syntax::parser) fn path_query(&mut self) -> Step<Query> {
        let (word, kind) = if self.at_word("FILE") {
            ("FILE", PathKind::File)
        } else {
            ("DIR", PathKind::Directory)
        };
        self.advance();
        let action = self.path_action(word, kind)?;
        if !self.at_phrases_end() {
            return self.fail("the end of the statement");
        }
        Ok(Query::Path(PathQuery { kind, action }))
    }

    fn path_action(&mut self, word: &str, kind: PathKind) -> Step<PathAction> {
        let is_file = kind == PathKind::File;
        if is_file && self.at_lone_word("DOWNLOAD") {
            let fault = faults::not_supported(self.span(), "FILE DOWNLOAD");
            return Err(Box::new(fault));
        }
        let simple: &[(&str, bool, fn(Expression) -> PathAction)] = &[
            ("MAKE", true, PathAction::Make),
            ("DELETE", true, PathAction::Delete),
            ("LENGTH", true, PathAction::Length),
            ("SPACE", !is_file, PathAction::Length),
            ("SIZE", true, PathAction::Size),
            ("CAPACITY", !is_file, PathAction::Size),
            ("LIST", true, PathAction::List),
            ("READ", is_file, PathAction::Read),
        ];
        for (action, is_known, make) in simple {
            if *is_known && self.eat_lone_word(action) {
                return self.phrase_argument(&format!("{word} {action}")).map(make);
            }
        }
        if self.eat_lone_word("RENAME") {
            let path = self.phrase_argument("RENAME")?;
            let mut found = self.phrases(word, &[TO])?;
            let to = self.required(found.take("TO"), "TO")?;
            return Ok(PathAction::Rename { path, to });
        }
        for (action, keeps) in [("MOVE", false), ("COPY", true)] {
            if self.eat_lone_word(action) {
                return self.transfer(action, keeps);
            }
        }
        if is_file && self.eat_lone_word("WRITE") {
            let path = self.phrase_argument("WRITE")?;
            let mut found = self.phrases("FILE WRITE", &[APPEND])?;
            let text = self.required(found.take("APPEND"), "APPEND")?;
            return Ok(PathAction::Append { path, text });
        }
        if is_file && self.eat_lone_word("VOYAGE") {
            let path = self.phrase_argument("VOYAGE")?;
            let mut found = self.phrases("FILE VOYAGE", &[WITH, TO])?;
            return Ok(PathAction::Voyage {
                path,
                data: found.take("WITH"),
                to: self.required(found.take("TO"), "TO")?,
            });
        }
        self.phrase_argument(word).map(PathAction::Describe)
    }

    fn transfer(&mut self, word: &str, keeps: bool) -> Step<PathAction> {
        let path = self.phrase_argument(word)?;
        let mut found = self.phrases(word, &[TO, REPLACE])?;
        Ok(PathAction::Transfer {
            keeps,
            path,
            to: self.required(found.take("TO"), "TO")?,
            replaces: found.has("REPLACE EXISTING"),
        })
    }

    /// The value of a phrase that must be there.
    pub(super) fn required(&self, found: Option<Expression>, phrase: &str) -> Step<Expression> {
        found.map_or_else(|| self.fail(&format!("`{phrase}`")), Ok)
    }
}
