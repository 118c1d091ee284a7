//! The ways into the parser.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::{Lexed, tokenise, tokenise_embedded};
use crate::pql::syntax::parameters::TEXT_MAX_BYTES;
use crate::pql::syntax::parser::{Checks, Finished, Parser};
use crate::pql::syntax::tree::{Program, Slots};
use crate::pql::syntax::{LinkNames, Source, Span};

/// What parsing gives.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree of everything that could be understood.
    pub program: Program,
    /// Errors and warnings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Tells whether the program may run: warnings do not hinder it.
    pub fn is_runnable(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a program with the standard links.
pub fn parse(source: &Source) -> Parsed {
    parse_with_links(source, LinkNames::standard())
}

/// Parses a program with a given table of links.
pub fn parse_with_links(source: &Source, links: &LinkNames) -> Parsed {
    parse_tokens(source, tokenise, |lexed| {
        Parser::new(source, lexed, links).run(Checks::Program)
    })
}

/// Parses text with code blocks `<% %>` (4.43). Text pieces become `Echo` statements and
/// `<%= x %>` becomes `Output`.
pub fn parse_embedded(source: &Source) -> Parsed {
    let links = LinkNames::standard();
    parse_tokens(source, tokenise_embedded, |lexed| {
        Parser::new(source, lexed, links).run(Checks::Program)
    })
}

/// Parses an expression or query, with links, into a program that prints it: the text `x` has
/// the meaning of `PRINT ${ x };`.
pub fn parse_expression(source: &Source) -> Parsed {
    parse_expression_within(source, &Slots::default())
}

/// As [`parse_expression`], for text that belongs to an outer program, whose numbers of variables
/// are gone on with.
pub fn parse_expression_within(source: &Source, slots: &Slots) -> Parsed {
    let links = LinkNames::standard();
    parse_tokens(source, tokenise, |lexed| {
        let parser = Parser::new(source, lexed, links).with_slots(slots.clone());
        parser.run_value()
    })
}

/// Parses the text of EXEC: exactly one statement, and no definition of a function. Functions
/// called in it are not checked, they belong to the outer program, whose numbers of variables
/// are gone on with.
pub fn parse_statement(source: &Source, slots: &Slots) -> Parsed {
    let links = LinkNames::standard();
    parse_tokens(source, tokenise, |lexed| {
        let parser = Parser::new(source, lexed, links).with_slots(slots.clone());
        parser.run(Checks::OneStatement)
    })
}

fn parse_tokens(
    source: &Source,
    tokenise: fn(&str, &[u32]) -> Lexed,
    parse: impl FnOnce(&Lexed) -> Finished,
) -> Parsed {
    let is_too_long = source.text().len().max(source.original().len()) > TEXT_MAX_BYTES;
    let lexed = tokenise(
        if is_too_long { "" } else { source.text() },
        source.quoted(),
    );
    let mut finished = parse(&lexed);
    if is_too_long {
        let title = format!(
            "the text is longer than {} MiB",
            TEXT_MAX_BYTES / (1024 * 1024)
        );
        finished
            .diagnostics
            .push(Diagnostic::error(Code::PQL_LIMIT, Span::at(0), title));
    }
    let program = Program {
        source: Arc::new(source.clone()),
        body: finished.body,
        functions: finished.functions,
        parameters: finished.parameters,
        slots: finished.slots,
    };
    Parsed {
        program,
        diagnostics: finished.diagnostics,
    }
}
