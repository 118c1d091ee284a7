//! PAGE, BLOCK, PROCESS and BATCH.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::phrase::PhraseForm;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::parser::statements::key_marks::key_marks;
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{
    BlockRange, Page, PageMark, Placeholder, Segment, Sql, SqlEffect, StatementKind, Template,
};

impl Parser<'_> {
    /// `PAGE # select`
    pub(super) fn page(&mut self) -> Step<StatementKind> {
        self.expect_hash("PAGE")?;
        if !self.at_word("SELECT") {
            return self.fail("`SELECT`");
        }
        let query = self.marked_statement()?;
        let mark = page_mark(&query.body)?;
        Ok(StatementKind::Page(Page { query, mark }))
    }

    /// `BLOCK FROM a TO b [PER n] # statement`
    pub(super) fn block_range(&mut self) -> Step<StatementKind> {
        const FORMS: &[PhraseForm] = &[
            PhraseForm::one("FROM"),
            PhraseForm::one("TO"),
            PhraseForm::one("PER"),
        ];
        let head = self.span();
        let mut found = self.phrases("BLOCK", FORMS)?;
        let (Some(from), Some(to)) = (found.take("FROM"), found.take("TO")) else {
            let fault = faults::syntax(head, "`BLOCK` needs `FROM` and `TO`");
            return Err(Box::new(
                fault.with_help("write `BLOCK FROM 1 TO $max # ..`"),
            ));
        };
        self.expect_hash("BLOCK FROM .. TO ..")?;
        if !self.at_any_word(&["SELECT", "UPDATE", "DELETE"]) {
            return self.fail("`SELECT`, `UPDATE` or `DELETE`");
        }
        let statement = self.marked_statement()?;
        let marks = key_marks(&statement)?;
        Ok(StatementKind::BlockRange(BlockRange {
            from,
            to,
            per: found.take("PER"),
            statement,
            marks,
        }))
    }

    /// `PROCESS # select`
    pub(super) fn process(&mut self) -> Step<StatementKind> {
        self.expect_hash("PROCESS")?;
        if !self.at_word("SELECT") {
            return self.fail("`SELECT`");
        }
        self.eat_verb_prefix();
        self.row_statement("PROCESS", RawEnd::Statement)
            .map(StatementKind::Process)
    }

    /// `BATCH # nonquery`
    pub(super) fn batch(&mut self) -> Step<StatementKind> {
        self.expect_hash("BATCH")?;
        self.row_statement("BATCH", RawEnd::Statement)
            .map(StatementKind::Batch)
    }

    fn marked_statement(&mut self) -> Step<Sql> {
        let TokenKind::Word(verb) = self.kind() else {
            return self.fail("a statement");
        };
        self.eat_verb_prefix();
        let start = self.span().start;
        let effect = if verb.is("SELECT") {
            SqlEffect::Query
        } else {
            SqlEffect::NonQuery
        };
        let verb = verb.clone();
        let body = self.raw(start, Placeholders::Marks, RawEnd::Statement)?;
        check_marks(&body)?;
        Ok(Sql { effect, verb, body })
    }
}

/// Refuses what looks like a mark and is none: the statement would run once, over everything.
fn check_marks(body: &Template) -> Step<()> {
    let is_left = |segment: &Segment| matches!(segment, Segment::Text(text) if text.contains("@{"));
    if !body.segments.iter().any(is_left) {
        return Ok(());
    }
    let fault = faults::syntax(body.span, "a mark `@{..}` is not recognised")
        .with_label("it stands in quotes, or its name is none");
    let help = "write a mark as `@{offset}` or `@{id}`, without quotes and spaces";
    Err(Box::new(fault.with_help(help)))
}

/// What the marks of a query of PAGE are; all of them get the same number.
fn page_mark(body: &Template) -> Step<PageMark> {
    let mut marks = body.segments.iter().filter_map(|segment| match segment {
        Segment::Placeholder(Placeholder::Mark { name, span }) => Some((name, *span)),
        _ => None,
    });
    let Some((name, _)) = marks.next() else {
        return Ok(PageMark::None);
    };
    if let Some((other, span)) = marks.find(|(other, _)| *other != name) {
        let title = format!("`PAGE` has two marks, `@{{{name}}}` and `@{{{other}}}`");
        let help = "pages follow one another by `@{offset}` or by one column, not by both";
        return Err(Box::new(faults::syntax(span, title).with_help(help)));
    }
    Ok(if name.is("OFFSET") {
        PageMark::Offset
    } else {
        PageMark::Column(name.clone())
    })
}
