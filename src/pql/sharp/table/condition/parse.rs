//! From the text of a condition to its tree.

use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::{fail, too_large, unknown};
use crate::pql::sharp::table::column;
use crate::pql::sharp::table::condition::token::{Token, tokens};
use crate::pql::sharp::table::condition::{Comparison, Condition, Operator, Side};
use crate::value::{Table, Value};

/// Deeper parentheses are refused.
const DEPTH_MAX: usize = 64;

const COMPARISONS: &[(&str, Comparison)] = &[
    ("=", Comparison::Equal),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<>", Comparison::NotEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
];

const SUMS: &[(&str, Operator)] = &[("+", Operator::Add), ("-", Operator::Subtract)];

const PRODUCTS: &[(&str, Operator)] = &[
    ("*", Operator::Multiply),
    ("/", Operator::Divide),
    ("%", Operator::Remainder),
];

impl Condition {
    /// Reads a condition on the columns of a table, and tells which of them it names. `$name` that
    /// is no column is a variable, whose value nobody needs to quote.
    ///
    /// # Errors
    /// A fault in the text, a word that is neither a column nor a variable.
    pub(crate) fn parse(
        text: &str,
        table: &Table,
        variables: &mut dyn FnMut(&str) -> Option<Value>,
    ) -> Done<(Self, Vec<usize>)> {
        let mut parser = Parser {
            text,
            table,
            variables,
            columns: Vec::new(),
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
        };
        let condition = parser.any()?;
        match parser.peek() {
            None => Ok((condition, parser.columns)),
            Some(_) => Err(parser.fault("AND, OR or the end")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    table: &'a Table,
    variables: &'a mut dyn FnMut(&str) -> Option<Value>,
    /// The columns named so far.
    columns: Vec<usize>,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Done<Condition> {
        let mut parts = vec![self.all()?];
        while self.eat_word("OR") {
            parts.push(self.all()?);
        }
        Ok(join(parts, Condition::Any))
    }

    fn all(&mut self) -> Done<Condition> {
        let mut parts = vec![self.negation()?];
        while self.eat_word("AND") {
            parts.push(self.negation()?);
        }
        Ok(join(parts, Condition::All))
    }

    fn negation(&mut self) -> Done<Condition> {
        if self.eat_word("NOT") {
            return Ok(Condition::Not(Box::new(self.nested(Self::negation)?)));
        }
        if self.is_grouped_condition() {
            self.at = self.at.saturating_add(1);
            let inner = self.nested(Self::any)?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.test()
    }

    fn test(&mut self) -> Done<Condition> {
        let left = self.sum()?;
        if let Some(comparison) = self.eat_of(COMPARISONS) {
            return Ok(Condition::Compare(left, comparison, self.sum()?));
        }
        if self.eat_word("IS") {
            let is_not = self.eat_word("NOT");
            if !self.eat_word("NULL") {
                return Err(self.fault("NULL"));
            }
            return Ok(negated(Condition::IsNull(left), is_not));
        }
        let is_not = self.eat_word("NOT");
        if self.eat_word("IN") {
            return Ok(negated(Condition::In(left, self.members()?), is_not));
        }
        if is_not {
            return Err(self.fault("IN"));
        }
        Ok(Condition::Truth(left))
    }

    fn members(&mut self) -> Done<Vec<Side>> {
        self.expect("(")?;
        let mut members = vec![self.sum()?];
        while self.eat(",") {
            members.push(self.sum()?);
        }
        self.expect(")")?;
        Ok(members)
    }

    fn sum(&mut self) -> Done<Side> {
        self.operation(SUMS, Self::product)
    }

    fn product(&mut self) -> Done<Side> {
        self.operation(PRODUCTS, Self::operand)
    }

    fn operation(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Done<Side>,
    ) -> Done<Side> {
        let mut left = operand(self)?;
        let mut count = 0_usize;
        while let Some(operator) = self.eat_of(operators) {
            // A long sum nests as deep as it is long.
            count = count.saturating_add(1);
            check_depth(count)?;
            let right = operand(self)?;
            left = Side::Arithmetic(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Done<Side> {
        if self.eat("(") {
            let inner = self.nested(Self::sum)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.eat("-") {
            let zero = Box::new(Side::Constant(Value::Integer(0)));
            let inner = Box::new(self.nested(Self::operand)?);
            return Ok(Side::Arithmetic(zero, Operator::Subtract, inner));
        }
        let Some(token) = self.peek().cloned() else {
            return Err(self.fault("a column or a value"));
        };
        let side = match token {
            Token::Text(text) => Side::Constant(text.into()),
            Token::Number(digits) => Side::Constant(number(&digits)),
            Token::Name(name) => self.column(&name)?,
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "TRUE" => Side::Constant(true.into()),
                "FALSE" => Side::Constant(false.into()),
                "NULL" => Side::Constant(Value::Null),
                _ => match word.strip_prefix('$') {
                    Some(name) if self.table.column(&word).is_none() => {
                        let value = (self.variables)(name);
                        Side::Constant(value.ok_or_else(|| unknown("variable", &word))?)
                    }
                    _ => self.column(&word)?,
                },
            },
            Token::Sign(_) => return Err(self.fault("a column or a value")),
        };
        self.at = self.at.saturating_add(1);
        Ok(side)
    }

    fn column(&mut self, name: &str) -> Done<Side> {
        let column = column(self.table, name)?;
        let known = self.columns.iter().position(|own| *own == column);
        Ok(Side::Column(known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len().saturating_sub(1)
        })))
    }

    /// Tells whether the parenthesis here holds a condition and not arithmetic: a test, AND, OR or
    /// NOT stands in it, or another such parenthesis.
    fn is_grouped_condition(&self) -> bool {
        if self.peek() != Some(&Token::Sign("(")) {
            return false;
        }
        let mut depth = 0_usize;
        for token in self.tokens.iter().skip(self.at) {
            match token {
                Token::Sign("(") => depth = depth.saturating_add(1),
                Token::Sign(")") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return false;
                    }
                }
                Token::Sign(sign) if COMPARISONS.iter().any(|(other, _)| other == sign) => {
                    return true;
                }
                Token::Word(word)
                    if ["AND", "OR", "NOT", "IS", "IN"]
                        .iter()
                        .any(|keyword| keyword.eq_ignore_ascii_case(word)) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn nested<T>(&mut self, parse: fn(&mut Self) -> Done<T>) -> Done<T> {
        self.depth = self.depth.saturating_add(1);
        check_depth(self.depth)?;
        let parsed = parse(self);
        self.depth = self.depth.saturating_sub(1);
        parsed
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(own)) if *own == sign);
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(own)) if own.eq_ignore_ascii_case(word));
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn eat_of<T: Copy>(&mut self, signs: &[(&str, T)]) -> Option<T> {
        let found = signs.iter().find(|(sign, _)| self.eat(sign));
        found.map(|(_, meaning)| *meaning)
    }

    fn expect(&mut self, sign: &str) -> Done<()> {
        if self.eat(sign) {
            return Ok(());
        }
        Err(self.fault(&format!("`{sign}`")))
    }

    fn fault(&self, expected: &str) -> Halt {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Token::Word(text) | Token::Name(text) | Token::Number(text)) => {
                format!("`{text}`")
            }
            Some(Token::Text(text)) => format!("the text `{text}`"),
            Some(Token::Sign(sign)) => format!("`{sign}`"),
        };
        fail(&format!(
            "condition `{}`: found {found}, expected {expected}",
            Value::from(self.text).excerpt()
        ))
    }
}

fn check_depth(depth: usize) -> Done<()> {
    if depth > DEPTH_MAX {
        let message = format!("the condition is nested deeper than {DEPTH_MAX}");
        return Err(too_large(message));
    }
    Ok(())
}

fn negated(condition: Condition, is_not: bool) -> Condition {
    if is_not {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

fn join(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn number(digits: &str) -> Value {
    match digits.parse() {
        Ok(whole) => Value::Integer(whole),
        Err(_) => digits.parse().map_or(Value::Null, Value::Decimal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Frame;
    use proptest::prelude::*;
    use rstest::rstest;

    fn table() -> Table {
        let rows = Value::from_json(
            r#"[{"n":1,"s":"a","x":null,"名":"数"},
                {"n":2,"s":"B","x":0,"名":"据"},
                {"n":30,"s":"10","x":"","名":"库"}]"#,
        );
        Table::clone(&rows.unwrap().to_table())
    }

    /// The numbers of the rows that pass, or `error`.
    fn passing(text: &str) -> String {
        let table = table();
        let Ok((condition, columns)) = Condition::parse(text, &table, &mut |_| None) else {
            return "error".to_owned();
        };
        let columns = columns
            .iter()
            .filter_map(|column| table.column_cells(*column));
        let columns: Vec<&[Value]> = columns.map(|cells| cells.as_slice()).collect();
        let mut places = vec![0, 1, 2];
        match condition.keep(&mut places, &columns, Frame::utc()) {
            Ok(()) => places.iter().map(|place| (place + 1).to_string()).collect(),
            Err(_) => "error".to_owned(),
        }
    }

    #[rstest]
    #[case("n > 1", "23")]
    #[case("N >= 2 and s <> 'B'", "3")]
    #[case("n = 1 OR n = 2 AND s = 'a'", "1")]
    #[case("(n = 1 OR n = 2) AND s = 'B'", "2")]
    #[case("NOT n = 1 AND NOT (n = 2)", "3")]
    #[case("n IN (1, 1 + 1)", "12")]
    #[case("n NOT IN (1)", "23")]
    #[case("s IN ('a', 'b')", "1")]
    #[case("x IS NULL", "1")]
    #[case("x IS NOT NULL", "23")]
    #[case("x = null", "1")]
    #[case("x <> 5", "123")]
    #[case("x < 5", "23")]
    #[case("x + 1 > 0", "23")]
    #[case("(n + 1) * 2 = 6", "2")]
    #[case("-n < -1", "23")]
    #[case("n % 2 == 0", "23")]
    #[case("s > 9", "123")]
    #[case("s = '10'", "3")]
    #[case("s = 10", "3")]
    #[case("`n` = 1 and \"a\" = s", "1")]
    #[case("名 = '数'", "1")]
    #[case("true", "123")]
    #[case("n > 1.5e0", "23")]
    #[case("((((n)))) = 1", "1")]
    #[case("m = 1", "error")]
    #[case("n =", "error")]
    #[case("n = 1 2", "error")]
    #[case("n = 'open", "error")]
    #[case("(n = 1", "error")]
    #[case("n ~ 1", "error")]
    #[case("", "error")]
    #[case("n / 0 = 1", "error")]
    #[case("n IS 1", "error")]
    #[case("n IN ()", "error")]
    fn rows_pass(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(passing(text), expected, "{text}");
    }

    #[test]
    fn deep_conditions_are_refused() {
        assert_eq!(
            passing(&format!("{}n{} = 1", "(".repeat(60), ")".repeat(60))),
            "1"
        );
        assert_eq!(passing(&format!("{}n = 1", "NOT ".repeat(100))), "error");
        assert_eq!(passing(&format!("{}n = 1", "-".repeat(100_000))), "error");
        assert_eq!(passing(&format!("{}n = 1", "(".repeat(100_000))), "error");
        assert_eq!(
            passing(&format!("n {} = 1", "+ 1".repeat(100_000))),
            "error"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ns x=<>!()'0-9,+ANDORINOTULLIS-]{0,30}") {
            drop(passing(&text));
        }
    }
}
