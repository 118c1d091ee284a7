//! Values of expressions.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::diagnostics::without_secrets;
use crate::pql::eval::{Done, Flow, Halt, Run};
use crate::pql::syntax::tree::{
    ArithmeticOperator, CaseSubject, CaseTest, Embedded, Expression, ExpressionKind, Link, Literal,
    Segment, ShortCase, ShortIf, Sigil, Sql, SqlEffect, StatementKind, Term,
};
use crate::pql::{sharp, statements};
use crate::registry::Severity;
use crate::sql::Dialect;
use crate::value::{self, Table, Value};

/// What tells that an error comes from a text that EXEC runs.
const IN_EXEC: &str = " (in EXEC of ";

impl Run {
    /// Evaluates an expression; errors get the place of the innermost one that failed.
    pub(crate) fn evaluate(&mut self, expression: &Expression) -> Done<Value> {
        match &expression.kind {
            // What cannot fail is handed on without being looked at again.
            ExpressionKind::Literal(literal) => Ok(constant(literal)),
            ExpressionKind::Variable(variable)
                if variable.sigil == Sigil::User && variable.access.is_empty() =>
            {
                Ok(self.read_slot(variable.slot))
            }
            // Data and links have places of their own.
            ExpressionKind::Chain { data, links } => self.chain(data, links),
            _ => self
                .value_of(expression)
                .map_err(|halt| halt.at(expression.span)),
        }
    }

    fn chain(&mut self, data: &Expression, links: &[Link]) -> Done<Value> {
        let Some((first, links)) = links.split_first() else {
            return self.evaluate(data);
        };
        let mut done = self.first_link(data, first);
        for link in links {
            done = sharp::apply(self, done?, link);
        }
        done
    }

    #[inline]
    fn first_link(&mut self, data: &Expression, link: &Link) -> Done<Value> {
        if let ExpressionKind::Variable(variable) = &data.kind
            && variable.sigil == Sigil::User
            && variable.access.is_empty()
            && let Some(done) = sharp::apply_to_variable(self, variable.slot, link)
        {
            return done;
        }
        let value = self.evaluate(data)?;
        sharp::apply(self, value, link)
    }

    fn value_of(&mut self, expression: &Expression) -> Done<Value> {
        match &expression.kind {
            ExpressionKind::Literal(literal) => Ok(constant(literal)),
            ExpressionKind::Unassigned { text, .. } | ExpressionKind::Word(text) => Ok(text.into()),
            ExpressionKind::Rich(template) => self.rich(template).map(Value::text),
            ExpressionKind::Variable(variable) => self.variable(variable),
            ExpressionKind::Call(call) => self.call(call),
            ExpressionKind::Json(json) => self.json(json),
            ExpressionKind::Negate(operand) => {
                let value = self.operand(operand)?;
                Ok(value.negate().map_err(Error::from)?)
            }
            ExpressionKind::Arithmetic { first, rest, whole } => {
                let number = whole.as_ref().and_then(|whole| self.integer_sum(whole));
                number.map_or_else(
                    || self.arithmetic(first, rest),
                    |sum| Ok(Value::Integer(sum)),
                )
            }
            ExpressionKind::Chain { data, links } => self.chain(data, links),
            ExpressionKind::Test(condition) => self.holds(condition).map(Value::Boolean),
            ExpressionKind::Embedded(Embedded::Value(inner) | Embedded::Query(inner)) => {
                self.evaluate(inner)
            }
            ExpressionKind::Sql(sql) => self.sql(sql),
            ExpressionKind::Query(query) => statements::query(self, query),
            ExpressionKind::Exec(text) => self.exec(text),
            ExpressionKind::If(short) => self.short_if(short),
            ExpressionKind::Case(short) => self.short_case(short),
        }
    }

    /// Evaluates to text, for names, paths and the like.
    pub(crate) fn evaluate_text(&mut self, expression: &Expression) -> Done<String> {
        let value = self.evaluate(expression)?;
        self.expect_text(&value, expression)
    }

    /// Evaluates to the name of a file.
    pub(crate) fn evaluate_file_name(&mut self, expression: &Expression) -> Done<String> {
        let value = self.evaluate(expression)?;
        if value.is_collection() {
            let message = format!(
                "the name of a file is one text, and this is {}",
                value.kind()
            );
            return Err(Halt::new(Code::PQL_STATEMENT, message).at(expression.span));
        }
        self.expect_text(&value, expression)
    }

    fn expect_text(&self, value: &Value, expression: &Expression) -> Done<String> {
        if value.is_absent() {
            let written = self.source.slice(expression.span).to_owned();
            let message = format!("a text is needed here, and `{written}` has no value");
            return Err(Halt::new(Code::PQL_UNDEFINED, message).at(expression.span));
        }
        Ok(self.text_of(value)?.into_owned())
    }

    /// Evaluates what a statement works with; what is undefined is an error (2.8).
    pub(crate) fn evaluate_defined(&mut self, expression: &Expression) -> Done<Value> {
        let value = self.evaluate(expression)?;
        if matches!(value, Value::Undefined) {
            let written = self.source.slice(expression.span);
            let message = format!("`{written}` is undefined and cannot be part of a statement");
            return Err(Halt::new(Code::PQL_UNDEFINED, message).at(expression.span));
        }
        Ok(value)
    }

    /// Evaluates to a number of rows or lines, for the phrase that takes it.
    pub(crate) fn evaluate_count(&mut self, expression: &Expression, word: &str) -> Done<usize> {
        let value = self.evaluate(expression)?;
        let frame = self.shared.frame();
        let count = value.to_integer(frame).ok();
        // A part of a row would be rounded.
        let count = count.filter(|count| value.is_loosely_equal(&Value::Integer(*count), frame));
        count
            .and_then(|count| usize::try_from(count).ok())
            .ok_or_else(|| {
                let message = format!("`{word}` takes a whole number from 0 on, not `{value}`");
                Halt::new(Code::PQL_STATEMENT, message).at(expression.span)
            })
    }

    /// Evaluates to a whole number.
    pub(crate) fn evaluate_integer(&mut self, expression: &Expression) -> Done<i64> {
        let value = self.evaluate(expression)?;
        let number = value.to_integer(self.shared.frame());
        number.map_err(|error| Halt::from(Error::from(error)).at(expression.span))
    }

    fn arithmetic(&mut self, first: &Expression, rest: &[Term]) -> Done<Value> {
        let mut left = self.evaluate(first)?;
        let mut left_place = first;
        for term in rest {
            let right = self.evaluate(&term.operand)?;
            let joins = term.operator == ArithmeticOperator::Add
                && (matches!(left, Value::Text(_)) || matches!(right, Value::Text(_)));
            let done = if joins {
                for (side, place) in [(&left, left_place), (&right, &term.operand)] {
                    if matches!(side, Value::Undefined) {
                        self.warn_undefined(place);
                    }
                }
                self.join(&left, &right)
            } else {
                self.refuse_empty(&left, left_place)?;
                self.refuse_empty(&right, &term.operand)?;
                let done = calculate(term.operator, &left, &right);
                done.map_err(|error| Halt::from(Error::from(error)))
            };
            left = done.map_err(|halt| halt.at(term.operator_span))?;
            left_place = &term.operand;
        }
        Ok(left)
    }

    fn join(&self, left: &Value, right: &Value) -> Done<Value> {
        let mut text = String::new();
        self.write_text(left, &mut text)?;
        self.write_text(right, &mut text)?;
        Ok(text.into())
    }

    fn operand(&mut self, expression: &Expression) -> Done<Value> {
        let value = self.evaluate(expression)?;
        self.refuse_empty(&value, expression)?;
        Ok(value)
    }

    fn refuse_empty(&self, value: &Value, place: &Expression) -> Done<()> {
        let state = match value {
            Value::Undefined => "undefined",
            Value::Null => "null",
            _ => return Ok(()),
        };
        let written = self.source.slice(place.span);
        let message = format!("`{written}` is {state} and cannot be computed with");
        Err(Halt::new(Code::PQL_UNDEFINED, message).at(place.span))
    }

    /// Runs SQL on the source.
    pub(crate) fn sql(&mut self, sql: &Sql) -> Done<Value> {
        if sql.effect == SqlEffect::Query
            && let Some(table) = self.file_query(sql)?
        {
            self.counters.rows = i64::try_from(table.len()).unwrap_or(i64::MAX);
            return Ok(Value::Table(Arc::new(table)));
        }
        let connected = self.source_connection()?;
        let text = self.sql_text(&sql.body, connected.dialect())?;
        self.trace(|| format!("{}: {text}", connected.key));
        match sql.effect {
            SqlEffect::Query => {
                let table = self.query_rows(&connected, &text, &[])?;
                let rows = table.rows().len();
                self.trace_rows(&table);
                self.counters.rows = i64::try_from(rows).unwrap_or(i64::MAX);
                Ok(Value::Table(Arc::new(table)))
            }
            SqlEffect::NonQuery => {
                let done = self.with_session(&connected, |session| session.execute(&text, &[]))?;
                let affected = i64::try_from(done.affected).unwrap_or(i64::MAX);
                self.trace(|| format!("{affected} rows affected"));
                self.counters.affected_rows = affected;
                Ok(Value::Integer(affected))
            }
        }
    }

    /// Tells the first rows of a result while DEBUG is on.
    fn trace_rows(&self, table: &Table) {
        const SHOWN_ROWS: usize = 10;
        self.trace(|| format!("{} rows", table.len()));
        for row in table.iter().take(if self.debug { SHOWN_ROWS } else { 0 }) {
            self.trace(|| Value::from(row).to_json());
        }
    }

    /// A query over a file, if it is one.
    fn file_query(&mut self, sql: &Sql) -> Done<Option<Table>> {
        let names_file = sql.body.segments.iter().any(|segment| match segment {
            Segment::Text(text) if text.contains(':') => {
                let text = text.to_ascii_lowercase();
                let mut after = text.split("from").skip(1);
                after.any(|rest| rest.trim_start().starts_with(':'))
            }
            _ => false,
        });
        if !names_file {
            return Ok(None);
        }
        // File queries quote like SQLite: only the quote itself is doubled.
        let text = self.sql_text(&sql.body, Dialect::Sqlite)?;
        statements::select_from_file(self, &text)
    }

    /// Runs the one statement that a text holds, and gives its value if it has one.
    pub(crate) fn exec(&mut self, text: &Expression) -> Done<Value> {
        let text = self.evaluate_text(text)?;
        let executed = self.exec_text(&text)?;
        self.enter()?;
        let outer = std::mem::replace(&mut self.source, executed.source);
        let value = match &executed.statement.kind {
            StatementKind::Evaluate(expression) => self.evaluate(expression),
            StatementKind::Call(call) => self.call(call),
            other => match statements::run(self, other) {
                Ok(Flow::Return) => Err(Halt::new(
                    Code::PQL_STATEMENT,
                    "EXEC cannot leave what is around it: write `RETURN EXEC` and a value",
                )),
                done => done.map(|_| Value::Null),
            },
        };
        self.source = outer;
        self.leave_call();
        value.map_err(|halt| match halt {
            // Of texts that run each other, the innermost is enough.
            Halt::Fault(error) if error.message().contains(IN_EXEC) => Halt::Fault(error),
            Halt::Fault(error) => {
                let text = without_secrets(&text);
                let message = format!("{}{IN_EXEC}`{text}`)", error.message());
                Halt::new(error.code(), message)
            }
            Halt::Exit => Halt::Exit,
        })
    }

    fn short_if(&mut self, short: &ShortIf) -> Done<Value> {
        for (condition, branch) in &short.branches {
            if self.holds(condition)? {
                return self.evaluate(branch);
            }
        }
        self.evaluate(&short.otherwise)
    }

    fn short_case(&mut self, short: &ShortCase) -> Done<Value> {
        let subject = self.case_subject(&short.subject)?;
        for (test, branch) in &short.branches {
            if self.case_matches(&subject, test)? {
                return self.evaluate(branch);
            }
        }
        self.evaluate(&short.otherwise)
    }

    /// Evaluates what stands behind CASE, once.
    pub(crate) fn case_subject(&mut self, subject: &CaseSubject) -> Done<Value> {
        match subject {
            CaseSubject::FirstTrue => Ok(Value::Boolean(true)),
            CaseSubject::FirstFalse => Ok(Value::Boolean(false)),
            CaseSubject::Value(value) => self.evaluate(value),
        }
    }

    /// Tells whether a WHEN is the one (4.21).
    pub(crate) fn case_matches(&mut self, subject: &Value, test: &CaseTest) -> Done<bool> {
        match test {
            CaseTest::Condition(condition) => {
                let wanted = matches!(subject, Value::Boolean(true));
                Ok(self.holds(condition)? == wanted)
            }
            CaseTest::Value(value) => {
                let value = self.evaluate(value)?;
                Ok(subject.is_identical(&value))
            }
        }
    }

    /// Says on the log that an undefined name was rendered as text.
    pub(crate) fn warn_undefined(&self, expression: &Expression) {
        let written = self.source.slice(expression.span);
        let line = self.source.line(expression.span.start);
        let text = format!("line {line}: `{written}` is undefined");
        self.log(Severity::Warn, &text);
    }
}

fn calculate(operator: ArithmeticOperator, left: &Value, right: &Value) -> value::Result<Value> {
    match operator {
        ArithmeticOperator::Add => left.add(right),
        ArithmeticOperator::Subtract => left.subtract(right),
        ArithmeticOperator::Multiply => left.multiply(right),
        ArithmeticOperator::Divide => left.divide(right),
        ArithmeticOperator::Modulo => left.remainder(right),
    }
}

fn constant(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(flag) => Value::Boolean(*flag),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Decimal(number) => Value::Decimal(*number),
        Literal::Text(text) => text.clone().into(),
    }
}

impl Literal {
    /// The value of a constant.
    pub(crate) fn value(&self) -> Value {
        constant(self)
    }
}
