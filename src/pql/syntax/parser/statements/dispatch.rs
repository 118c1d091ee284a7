//! From the first word to the parser of the statement (1.7).

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::keywords::{NON_QUERY_VERBS, QUERY_VERBS, STATEMENTS};
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::StatementKind;

impl Parser<'_> {
    /// Parses one statement without its `;`. Definitions of functions give none.
    pub(in crate::pql::syntax::parser) fn statement(&mut self) -> Step<Option<StatementKind>> {
        if matches!(self.kind(), TokenKind::OutputStart) {
            self.advance();
            // OUTPUT may stand alone; a mark for a value without one is a slip of the pen.
            if self.at_statement_end() {
                return self.fail("a value");
            }
            return self.output().map(Some);
        }
        let Some(word) = self.peek_word(0) else {
            return Err(self.unrecognised().into());
        };
        if self.at_query() {
            return self
                .query()
                .map(|query| Some(StatementKind::Evaluate(query)));
        }
        let start = self.span();
        let parse: fn(&mut Self) -> Step<StatementKind> = match word.as_str() {
            "open" => Self::open,
            "save" => Self::save,
            "get" => Self::get,
            "put" => Self::put,
            "prep" => Self::prep,
            "cache" | "temp" => Self::store,
            "set" => Self::set_statement,
            "var" => Self::var,
            "let" => Self::let_statement,
            "print" => Self::print,
            "debug" => Self::debug,
            "output" => Self::prefixed_output,
            "return" => Self::return_statement,
            "if" => Self::if_statement,
            "case" => Self::case,
            "for" => Self::for_statement,
            "while" => Self::while_statement,
            "exit" => Self::exit,
            "continue" => Self::continue_statement,
            "sleep" => Self::sleep,
            "call" => Self::call_statement,
            "load" => Self::load,
            "pass" => Self::pass,
            "trans" => Self::trans,
            "shift" => Self::shift,
            "page" => Self::page,
            "block" => Self::block_range,
            "process" => Self::process,
            "batch" => Self::batch,
            "par" => Self::par,
            "request" => Self::request,
            "show" => Self::show_buffer,
            "echo" => {
                self.advance();
                return Ok(self.echo());
            }
            "function" => {
                self.advance();
                self.function(start)?;
                return Ok(None);
            }
            _ => return Err(self.unrecognised().into()),
        };
        self.advance();
        parse(self).map(Some)
    }

    fn unrecognised(&self) -> Diagnostic {
        let found = self.found();
        let fault = faults::syntax(self.span(), format!("unrecognised statement {found}"))
            .with_label("no statement begins so");
        let words = [STATEMENTS, QUERY_VERBS, NON_QUERY_VERBS].concat();
        let near = self
            .peek_word(0)
            .and_then(|word| faults::nearest(word.as_str(), words));
        let help = match (near, self.kind()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, TokenKind::Word(_)) => {
                "to send it to the database write `SELECT # ..` or `UPDATE # ..`".to_owned()
            }
            (None, TokenKind::Callee(..)) => "to run a function write `CALL` before it".to_owned(),
            (None, TokenKind::Variable(..) | TokenKind::ClosedVariable(..)) => {
                "to assign a variable write `SET` before it".to_owned()
            }
            _ => return fault,
        };
        fault.with_help(help)
    }

    /// The `#` of a prefix statement.
    pub(super) fn expect_hash(&mut self, word: &str) -> Step<()> {
        if self.eat_symbol(Symbol::Hash) {
            return Ok(());
        }
        let title = format!("`{word}` without `#`, found {}", self.found());
        let fault = faults::syntax(self.span(), title).with_label("expected `#`");
        Err(Box::new(fault.with_help(format!("write `{word} # ..`"))))
    }
}
