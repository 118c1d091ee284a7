//! LOAD.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{Load, LoadFormat, StatementKind};

impl Parser<'_> {
    /// `LOAD format [FROM (NACOS | URL)] place`
    pub(super) fn load(&mut self) -> Step<StatementKind> {
        let format = if self.eat_word("PROPERTIES") {
            LoadFormat::Properties
        } else if self.eat_word("YAML") || self.eat_word("YML") {
            LoadFormat::Yaml
        } else if self.eat_words(&["JSON", "CONFIG"]) {
            LoadFormat::Json
        } else {
            return self.fail("`PROPERTIES`, `YAML` or `JSON CONFIG`");
        };
        if self.at_lone_word("FROM") {
            let span = self.span();
            self.advance();
            let what = format!("LOAD FROM {}", self.quoted(self.span()).to_uppercase());
            return Err(Box::new(faults::not_supported(span, &what)));
        }
        let file = self.phrase_argument("LOAD")?;
        Ok(StatementKind::Load(Load { format, file }))
    }
}
