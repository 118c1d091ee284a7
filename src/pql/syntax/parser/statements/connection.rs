//! OPEN and SAVE with connections.

use crate::pql::syntax::parser::phrase::PhraseForm;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{Connection, DatabaseUrl, RedisHost, Scratch, StatementKind};

const AS: PhraseForm = PhraseForm::one("AS");
const USE: PhraseForm = PhraseForm::one("USE");

impl Parser<'_> {
    pub(super) fn open(&mut self) -> Step<StatementKind> {
        if let Some(file) = self.file_table()? {
            return Ok(StatementKind::OpenFile(file));
        }
        if self.eat_lone_word("REDIS") {
            return self.redis_host("OPEN REDIS").map(StatementKind::OpenRedis);
        }
        self.connection("OPEN", &[AS, USE]).map(StatementKind::Open)
    }

    pub(super) fn save(&mut self) -> Step<StatementKind> {
        let replaces = self.at_word("AS");
        if !self.eat_word("TO") && !self.eat_word("AS") {
            return self.fail("`TO` or `AS`");
        }
        let statement = if replaces { "SAVE AS" } else { "SAVE TO" };
        if let Some(target) = self.save_target(replaces)? {
            return Ok(target);
        }
        if self.eat_lone_word("REDIS") {
            return self
                .redis_host("SAVE TO REDIS")
                .map(StatementKind::SaveRedis);
        }
        self.connection(statement, &[USE]).map(StatementKind::Save)
    }

    /// `host [SELECT n]`
    fn redis_host(&mut self, statement: &str) -> Step<RedisHost> {
        const FORMS: &[PhraseForm] = &[PhraseForm::one("SELECT")];
        let name = self.phrase_argument(statement)?;
        let mut found = self.phrases(statement, FORMS)?;
        Ok(RedisHost {
            name,
            database: found.take("SELECT"),
        })
    }

    fn connection(&mut self, statement: &str, phrases: &'static [PhraseForm]) -> Step<Connection> {
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
            let mut found = self.phrases(statement, &[USE])?;
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
        const FORMS: &[PhraseForm] = &[
            PhraseForm::one("DRIVER"),
            PhraseForm::one("USERNAME"),
            PhraseForm::one("PASSWORD"),
            AS,
            USE,
        ];
        let url = self.phrase_argument("DATABASE")?;
        let mut found = self.phrases(statement, FORMS)?;
        Ok(Connection::Database(Box::new(DatabaseUrl {
            url,
            driver: found.take("DRIVER"),
            username: found.take("USERNAME"),
            password: found.take("PASSWORD"),
            alias: found.take("AS"),
            database: found.take("USE"),
        })))
    }
}
