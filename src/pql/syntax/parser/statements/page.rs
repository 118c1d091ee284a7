//! PAGE, BLOCK, PROCESS and BATCH.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::phrase::PhraseForm;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{
    BlockRange, Page, PageMark, Placeholder, Segment, Sql, SqlEffect, StatementKind, Template,
};

/// Rows of a page when no number follows the mark.
const PAGE_ROWS: u64 = 10_000;

impl Parser<'_> {
    /// `PAGE # select`
    pub(super) fn page(&mut self) -> Step<StatementKind> {
        self.expect_hash("PAGE")?;
        if !self.at_word("SELECT") {
            return self.fail("`SELECT`");
        }
        let query = self.marked_statement()?;
        let mark = page_mark(&query.body);
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
        let signs = signs_before_marks(&statement.body);
        let sign = |index: usize| signs.get(index).map_or("", String::as_str);
        if signs.len() != 2 {
            let title = format!(
                "`BLOCK` needs the mark `@{{..}}` twice, found {}",
                signs.len()
            );
            let help = "write `id > @{id} AND id <= @{id}`";
            let span = statement.body.span;
            return Err(Box::new(faults::syntax(span, title).with_help(help)));
        }
        let from_is_included = sign(0).ends_with(">=");
        let to_is_excluded = sign(1).ends_with('<');
        Ok(StatementKind::BlockRange(BlockRange {
            from,
            to,
            per: found.take("PER"),
            statement,
            from_is_included,
            to_is_excluded,
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
        Ok(Sql {
            effect,
            verb: verb.clone(),
            body: self.raw(start, Placeholders::Marks, RawEnd::Statement)?,
        })
    }
}

fn page_mark(body: &Template) -> PageMark {
    let mut segments = body.segments.iter();
    let mut before = "";
    let mark = segments.find_map(|segment| match segment {
        Segment::Placeholder(Placeholder::Mark { name, .. }) => Some(name),
        Segment::Text(text) => {
            before = text;
            None
        }
        _ => None,
    });
    match mark {
        None => PageMark::None,
        Some(name) if name.is("OFFSET") => {
            let after = match segments.next() {
                Some(Segment::Text(text)) => first_number(text),
                _ => None,
            };
            let size = after.or_else(|| limit_before(before));
            PageMark::Offset(size.unwrap_or(PAGE_ROWS))
        }
        Some(name) => PageMark::Column(name.clone()),
    }
}

/// The first whole number of a text that is not 0.
fn first_number(text: &str) -> Option<u64> {
    let mut numbers = text.split(|character: char| !character.is_ascii_digit());
    numbers
        .find_map(|digits| digits.parse().ok())
        .filter(|number| *number > 0)
}

/// The number of `LIMIT n OFFSET`, when that is how a text ends: pages of any other size would
/// leave rows out.
fn limit_before(text: &str) -> Option<u64> {
    let mut words = text.split_whitespace().rev();
    let offset = words.next()?;
    let number = words.next()?;
    let limit = words.next()?;
    let is_limit = offset.eq_ignore_ascii_case("OFFSET") && limit.eq_ignore_ascii_case("LIMIT");
    let number = number.parse().ok().filter(|number| *number > 0);
    number.filter(|_| is_limit)
}

/// What stands before each mark, without blanks at its end.
fn signs_before_marks(body: &Template) -> Vec<String> {
    let mut before = String::new();
    let mut signs = Vec::new();
    for segment in &body.segments {
        match segment {
            Segment::Text(text) => text.trim_end().clone_into(&mut before),
            Segment::Placeholder(Placeholder::Mark { .. }) => {
                signs.push(std::mem::take(&mut before));
            }
            _ => before.clear(),
        }
    }
    signs
}
