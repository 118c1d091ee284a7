//! SET, VAR and LET.

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::parser::chain::Arrow;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{
    ArithmeticOperator, Assignment, Expression, ExpressionKind, Segment, SetStatement, Sigil,
    StatementKind, Target, Term, VarItem, Variable,
};

impl Parser<'_> {
    /// `SET target , target := value`
    pub(super) fn set_statement(&mut self) -> Step<StatementKind> {
        let mut targets = vec![self.target()?];
        while self.eat_symbol(Symbol::Comma) {
            targets.push(self.target()?);
        }
        let sign = self.span();
        let assignment = if self.eat_symbol(Symbol::AssignWhole) {
            Assignment::Whole
        } else if self.eat_symbol(Symbol::Assign) || self.eat_loose_assign("SET") {
            Assignment::Spread
        } else {
            return self.fail("`:=` or `=:`");
        };
        if assignment == Assignment::Whole && targets.len() > 1 {
            let title = "`=:` assigns to one variable";
            let help = "use `:=` to take a value apart";
            return Err(Box::new(faults::syntax(sign, title).with_help(help)));
        }
        let value = self.assigned_value("SET")?;
        let grows = grows(&targets, &value);
        Ok(StatementKind::Set(SetStatement {
            targets,
            assignment,
            value,
            grows,
        }))
    }

    /// `=` in place of `:=`, which earns a warning.
    fn eat_loose_assign(&mut self, word: &str) -> bool {
        let span = self.span();
        let found = self.eat_symbol(Symbol::Equal);
        if found {
            let title = format!("`=` in `{word}` is read as `:=`");
            let warning = Diagnostic::warning(Code::PQL_SYNTAX, span, title);
            self.report(warning.with_label("write `:=`"));
        }
        found
    }

    fn assigned_value(&mut self, word: &str) -> Step<Expression> {
        if self.at_statement_end() {
            let title = format!(
                "`{word}` without a value: value expected, found {}",
                self.found()
            );
            let fault = faults::syntax(self.span(), title).with_label("expected a value");
            return Err(Box::new(fault));
        }
        self.value_or_query()
    }

    /// `VAR $a := value, $b`
    pub(super) fn var(&mut self) -> Step<StatementKind> {
        let outer = self.context;
        self.context = Context {
            in_var: true,
            ..outer
        };
        let items = self.var_items();
        self.context = outer;
        items.map(StatementKind::Var)
    }

    fn var_items(&mut self) -> Step<Vec<VarItem>> {
        let mut items = Vec::new();
        loop {
            let target = self.target()?;
            if target.sigil == Sigil::Global {
                let title = format!(
                    "`VAR` cannot declare the global variable `@{}`",
                    target.name
                );
                let help = format!("write `SET @{} := ..`", target.name);
                return Err(Box::new(faults::syntax(target.span, title).with_help(help)));
            }
            let is_assigned = self.eat_symbol(Symbol::Assign) || self.eat_loose_assign("VAR");
            let value = if is_assigned {
                Some(self.assigned_value("VAR")?)
            } else {
                None
            };
            items.push(VarItem { target, value });
            if !self.eat_symbol(Symbol::Comma) {
                return Ok(items);
            }
        }
    }

    /// `LET $x links`
    pub(super) fn let_statement(&mut self) -> Step<StatementKind> {
        let span = self.span();
        let is_user = matches!(
            self.kind(),
            TokenKind::Variable(Sigil::User, _) | TokenKind::ClosedVariable(Sigil::User, _)
        );
        if !is_user {
            let title = format!("`LET` edits a user variable, found {}", self.found());
            let fault = faults::syntax(span, title).with_label("expected a variable with `$`");
            return Err(Box::new(fault));
        }
        let assigned_before = self.names.assigned.clone();
        let target = self.target()?;
        // Its collection is read, so the name alone does not make it a local one.
        self.names.assigned = assigned_before;
        self.names.read.insert(target.name.clone());
        let links = self.link_list(Arrow::Optional)?;
        if links.is_empty() {
            let is_missing = self.at_statement_end();
            let fault = if is_missing {
                self.expected("a link such as `ADD`")
            } else {
                self.unknown_link()
            };
            return Err(fault.into());
        }
        Ok(StatementKind::Let { target, links })
    }
}

/// Tells whether `$x := ..` appends to `$x`: a sum that begins with `$x` and whose other operands
/// are constants, other variables, or rich strings of both.
fn grows(targets: &[Target], value: &Expression) -> bool {
    let ([target], ExpressionKind::Arithmetic { first, rest, .. }) = (targets, &value.kind) else {
        return false;
    };
    let is_user = |variable: &Variable| variable.sigil == Sigil::User && variable.access.is_empty();
    let is_target = match &first.kind {
        ExpressionKind::Variable(variable) => is_user(variable) && variable.slot == target.slot,
        _ => false,
    };
    let is_other = |expression: &Expression| match &expression.kind {
        ExpressionKind::Variable(variable) => is_user(variable) && variable.slot != target.slot,
        ExpressionKind::Literal(_) => true,
        _ => false,
    };
    let is_simple = |expression: &Expression| match &expression.kind {
        ExpressionKind::Rich(template) => template.segments.iter().all(|segment| match segment {
            Segment::Item(item) => is_other(&item.expression),
            Segment::Text(_) => true,
            _ => false,
        }),
        _ => is_other(expression),
    };
    let adds = |term: &Term| term.operator == ArithmeticOperator::Add && is_simple(&term.operand);
    target.sigil == Sigil::User && is_target && rest.iter().all(adds)
}
