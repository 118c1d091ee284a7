//! What is checked when the whole text is known, and the names of the root scope.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::Name;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::Parser;
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{Block, Function, Print, Slots, Statement, StatementKind};

/// Which checks of the whole text are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checks {
    /// Those of a program.
    Program,
    /// Those of the text of EXEC: one statement; its functions are defined elsewhere.
    OneStatement,
}

/// All parts of the result.
pub(crate) struct Finished {
    pub(crate) body: Block,
    pub(crate) functions: IndexMap<Name, Arc<Function>>,
    pub(crate) parameters: Vec<Name>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) slots: Slots,
}

impl Parser<'_> {
    /// Parses the whole text as a program.
    pub(crate) fn run(mut self, checks: Checks) -> Finished {
        let body = self.program();
        match checks {
            Checks::Program => self.check_calls(),
            Checks::OneStatement => self.check_one_statement(&body),
        }
        self.finish(body)
    }

    /// Parses the whole text as one value that is printed.
    pub(crate) fn run_value(mut self) -> Finished {
        let start = self.span().start;
        let mut body = Block::new();
        match self.value_or_query() {
            Ok(value) => {
                while matches!(self.kind(), TokenKind::Semicolon) {
                    self.advance();
                }
                if !matches!(self.kind(), TokenKind::End) {
                    let fault = self.leftover("the end of the expression");
                    self.report(fault);
                }
                let span = self.span_from(start);
                let print = Print {
                    label: None,
                    values: vec![value],
                };
                body.push(Statement {
                    kind: StatementKind::Print(print),
                    span,
                });
            }
            Err(fault) => self.report(*fault),
        }
        self.finish(body)
    }

    fn finish(mut self, body: Block) -> Finished {
        self.diagnostics.extend(self.lexed.faults.iter().cloned());
        self.diagnostics.sort_by_key(|fault| fault.span);
        let mut names: BTreeSet<Name> = self.source.passed.iter().cloned().collect();
        names.extend(self.source.used.iter().cloned());
        names.extend(self.names.tested.iter().cloned());
        names.extend(self.names.read.difference(&self.names.assigned).cloned());
        Finished {
            body,
            functions: self.functions,
            parameters: names.into_iter().collect(),
            diagnostics: self.diagnostics,
            slots: self.slots,
        }
    }

    fn check_calls(&mut self) {
        for (name, span) in std::mem::take(&mut self.calls) {
            if self.functions.contains_key(&name) {
                continue;
            }
            if self.is_full() {
                return;
            }
            let fault = Diagnostic::error(
                Code::PQL_FUNCTION,
                span,
                format!("unknown function `${name}`"),
            );
            let known = self.functions.keys().map(Name::as_str);
            let near = faults::nearest(name.as_str(), known).map(str::to_owned);
            let fault = fault.with_label("no `FUNCTION` defines it");
            self.push_fault(match near {
                Some(near) => fault.with_help(format!("did you mean `${near}`?")),
                None => fault,
            });
        }
    }

    fn check_one_statement(&mut self, body: &Block) {
        let surplus = body.get(1).map(|statement| statement.span);
        let definition = self.functions.values().next().map(|function| function.span);
        let fault = match (surplus, definition) {
            (Some(span), _) => faults::syntax(span, "`EXEC` takes one statement, found another"),
            (None, Some(span)) => faults::syntax(span, "`EXEC` cannot define a function"),
            (None, None) if body.is_empty() && self.diagnostics.is_empty() => {
                faults::syntax(self.span(), "`EXEC` takes one statement, found none")
            }
            _ => return,
        };
        self.push_fault(fault);
    }
}
