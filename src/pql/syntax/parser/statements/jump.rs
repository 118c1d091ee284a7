//! EXIT, CONTINUE, EXIT CODE and SLEEP.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{Condition, SleepTime, SleepUnit, StatementKind};

/// The units of SLEEP.
const UNITS: &[(&str, SleepUnit)] = &[
    ("MILLI", SleepUnit::Milliseconds),
    ("MILLIS", SleepUnit::Milliseconds),
    ("SECOND", SleepUnit::Seconds),
    ("SECONDS", SleepUnit::Seconds),
    ("MINUTE", SleepUnit::Minutes),
    ("MINUTES", SleepUnit::Minutes),
];

impl Parser<'_> {
    /// `EXIT [WHEN cond]` or `EXIT CODE [expr]`
    pub(super) fn exit(&mut self) -> Step<StatementKind> {
        if !self.eat_word("CODE") && !self.eat_word("PROCEDURE") {
            return self.jump("EXIT").map(StatementKind::Exit);
        }
        let status = if self.at_statement_end() {
            None
        } else {
            Some(self.value()?)
        };
        Ok(StatementKind::ExitCode(status))
    }

    pub(super) fn continue_statement(&mut self) -> Step<StatementKind> {
        self.jump("CONTINUE").map(StatementKind::Continue)
    }

    fn jump(&mut self, word: &str) -> Step<Option<Condition>> {
        if self.loops == 0 {
            let fault = faults::syntax(self.word_before(), format!("`{word}` outside a loop"));
            let help = "to end the program write `RETURN` or `EXIT CODE`";
            return Err(Box::new(
                fault.with_label("no loop around it").with_help(help),
            ));
        }
        if self.eat_word("WHEN") {
            self.condition().map(Some)
        } else {
            Ok(None)
        }
    }

    /// `SLEEP amount [unit]` or `SLEEP TO NEXT unit`
    pub(super) fn sleep(&mut self) -> Step<StatementKind> {
        if self.eat_words(&["TO", "NEXT"]) {
            return match self.unit() {
                Some(unit @ (SleepUnit::Seconds | SleepUnit::Minutes)) => {
                    Ok(StatementKind::Sleep(SleepTime::ToNext(unit)))
                }
                _ => self.fail("`SECOND` or `MINUTE`"),
            };
        }
        let amount = self.sum()?;
        let unit = self.unit();
        if unit.is_none() && self.peek_word(0).is_some() {
            return self.fail("`MILLIS`, `SECONDS`, `MINUTES` or `;`");
        }
        let unit = unit.unwrap_or(SleepUnit::Milliseconds);
        Ok(StatementKind::Sleep(SleepTime::Amount { amount, unit }))
    }

    fn unit(&mut self) -> Option<SleepUnit> {
        let (_, unit) = UNITS.iter().find(|(word, _)| self.at_word(word))?;
        self.advance();
        Some(*unit)
    }
}
