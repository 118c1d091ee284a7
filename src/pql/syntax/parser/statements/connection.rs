//! OPEN and SAVE with connections.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{Connection, DatabaseUrl, Expression, Scratch, StatementKind};

/// First words of the forms that belong to a later version.
const LATER_FORMS: &[&str] = &[
    "REDIS", "EXCEL", "JSON", "CSV", "TXT", "GZ", "NEW", "STREAM",
];

/// The phrases that may follow a connection, and what was found for each.
struct Phrases {
    words: &'static [&'static str],
    found: Vec<Option<Expression>>,
}

impl Phrases {
    fn take(&mut self, word: &str) -> Option<Expression> {
        let index = self.words.iter().position(|known| *known == word)?;
        self.found.get_mut(index)?.take()
    }
}

impl Parser<'_> {
    pub(super) fn open(&mut self) -> Step<StatementKind> {
        self.connection("OPEN", &["AS", "USE"])
            .map(StatementKind::Open)
    }

    pub(super) fn save(&mut self) -> Step<StatementKind> {
        let statement = if self.eat_word("TO") {
            "SAVE TO"
        } else if self.eat_word("AS") {
            "SAVE AS"
        } else {
            return self.fail("`TO` or `AS`");
        };
        let is_table = |word: &str| self.at_words(&[word, "TABLE"]);
        if is_table("CACHE") || is_table("TEMP") {
            let what = format!("SAVE AS {} TABLE", self.quoted(self.span()).to_uppercase());
            return Err(Box::new(faults::not_supported(self.span(), &what)));
        }
        self.connection(statement, &["USE"])
            .map(StatementKind::Save)
    }

    fn connection(
        &mut self,
        statement: &str,
        phrases: &'static [&'static str],
    ) -> Step<Connection> {
        self.refuse_later_form(statement)?;
        if self.eat_lone_word("CACHE") {
            return Ok(Connection::Scratch(Scratch::Cache));
        }
        if self.eat_lone_word("TEMP") {
            return Ok(Connection::Scratch(Scratch::Temp));
        }
        if self.eat_lone_word("DATABASE") {
            return self.database(statement);
        }
        if self.eat_lone_word("QROSS") {
            let mut found = self.phrases(statement, &["USE"])?;
            return Ok(Connection::Qross {
                database: found.take("USE"),
            });
        }
        if self.eat_lone_word("DEFAULT") {
            let mut found = self.phrases(statement, phrases)?;
            return Ok(Connection::Default {
                alias: found.take("AS"),
                database: found.take("USE"),
            });
        }
        let name = self.phrase_argument(statement)?;
        let mut found = self.phrases(statement, phrases)?;
        Ok(Connection::Named {
            name,
            alias: found.take("AS"),
            database: found.take("USE"),
        })
    }

    fn database(&mut self, statement: &str) -> Step<Connection> {
        const WORDS: &[&str] = &["DRIVER", "USERNAME", "PASSWORD", "AS", "USE"];
        let url = self.phrase_argument("DATABASE")?;
        let mut found = self.phrases(statement, WORDS)?;
        Ok(Connection::Database(Box::new(DatabaseUrl {
            url,
            driver: found.take("DRIVER"),
            username: found.take("USERNAME"),
            password: found.take("PASSWORD"),
            alias: found.take("AS"),
            database: found.take("USE"),
        })))
    }

    /// Option phrases in any order, each at most once.
    fn phrases(&mut self, statement: &str, words: &'static [&'static str]) -> Step<Phrases> {
        let mut phrases = Phrases {
            words,
            found: vec![None; words.len()],
        };
        while !self.at_statement_end() {
            let span = self.span();
            let known = words.iter().position(|word| self.at_word(word));
            let Some((word, slot)) =
                known.and_then(|index| Some((words.get(index)?, phrases.found.get_mut(index)?)))
            else {
                let title = format!("unknown phrase {} in `{statement}`", self.found());
                let wanted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                let help = format!("what may follow: {}", wanted.join(", "));
                return Err(Box::new(faults::syntax(span, title).with_help(help)));
            };
            if slot.is_some() {
                let title = format!("`{word}` stands twice in `{statement}`");
                return Err(Box::new(faults::syntax(span, title)));
            }
            self.advance();
            *slot = Some(self.phrase_argument(word)?);
        }
        Ok(phrases)
    }

    fn refuse_later_form(&self, statement: &str) -> Step<()> {
        let found = LATER_FORMS.iter().find(|word| self.at_lone_word(word));
        let Some(word) = found.filter(|_| !self.is_last_token()) else {
            return Ok(());
        };
        let what = format!("{statement} {word}");
        Err(Box::new(faults::not_supported(self.span(), &what)))
    }

    /// Tells whether the token under the cursor is the last one of the statement, so that it is
    /// the name of a connection.
    fn is_last_token(&self) -> bool {
        matches!(self.peek(1).kind, TokenKind::Semicolon | TokenKind::End)
    }
}
