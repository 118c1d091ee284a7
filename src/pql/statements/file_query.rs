//! The text of `SELECT .. FROM :name` (4.15).

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::value::Value;

/// A query over a file.
pub(super) struct FileQuery {
    /// The name behind the colon.
    pub(super) file: String,
    pub(super) outputs: Vec<Output>,
    /// The alternatives of WHERE, each a list of tests that must all hold.
    pub(super) condition: Vec<Vec<Test>>,
    /// Rows that are left out.
    pub(super) skip: usize,
    pub(super) limit: usize,
}

/// One column of the result; without operand all of the file.
pub(super) struct Output {
    pub(super) label: Arc<str>,
    pub(super) operand: Option<Operand>,
}

pub(super) enum Operand {
    Column(String),
    Constant(Value),
}

pub(super) struct Test {
    pub(super) left: Operand,
    pub(super) sign: String,
    pub(super) right: Operand,
}

impl FileQuery {
    /// Reads a query; `None` when it names no file table.
    pub(super) fn read(sql: &str) -> Done<Option<Self>> {
        let tokens = tokens(sql);
        let Some(at) = tokens.windows(3).position(|three| {
            matches!(three, [Token::Word(from), Token::Sign(colon), Token::Word(_)]
            if from.eq_ignore_ascii_case("from") && colon == ":")
        }) else {
            return Ok(None);
        };
        let mut reader = Reader {
            tokens: &tokens,
            at: 1,
        };
        let outputs = reader.outputs()?;
        if reader.at != at {
            return Err(reader.wrong("a column, a constant or `FROM`"));
        }
        reader.at = at.saturating_add(2);
        let file = reader.word().unwrap_or_default();
        let condition = reader.condition()?;
        let (skip, limit) = reader.limit()?;
        if reader.at < tokens.len() {
            return Err(reader.wrong("`WHERE`, `LIMIT` or the end"));
        }
        Ok(Some(Self {
            file,
            outputs,
            condition,
            skip,
            limit,
        }))
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(String),
    Sign(String),
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = |is_part: &dyn Fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let length = match first {
            '\'' | '"' | '`' => {
                let (text, length) = quoted(rest, first);
                let is_name = first == '`';
                tokens.push(if is_name {
                    Token::Word(text)
                } else {
                    Token::Text(text)
                });
                length
            }
            c if c.is_ascii_digit() => {
                let length = end(&|c| c.is_ascii_digit() || c == '.');
                tokens.push(Token::Number(
                    rest.get(..length).unwrap_or_default().to_owned(),
                ));
                length
            }
            c if is_word(c) => {
                let length = end(&is_word);
                tokens.push(Token::Word(
                    rest.get(..length).unwrap_or_default().to_owned(),
                ));
                length
            }
            c => {
                let pairs = ["<>", "<=", ">=", "!=", "=="];
                let pair = pairs.iter().find(|pair| rest.starts_with(**pair));
                let sign = pair.map_or_else(|| c.to_string(), |pair| (*pair).to_owned());
                let length = sign.len();
                tokens.push(Token::Sign(sign));
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    tokens
}

/// A quoted text at the beginning, in which a doubled quote is one, and its length as written.
pub(super) fn quoted(rest: &str, quote: char) -> (String, usize) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != quote {
            text.push(c);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (text, at + c.len_utf8());
        }
    }
    (text, rest.len())
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn word(&mut self) -> Option<String> {
        let Some(Token::Word(word)) = self.peek() else {
            return None;
        };
        let word = word.clone();
        self.at = self.at.saturating_add(1);
        Some(word)
    }

    fn eat_word(&mut self, wanted: &str) -> bool {
        let found =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn eat_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(sign)) if sign == wanted);
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn wrong(&self, wanted: &str) -> Halt {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(
                Token::Word(text) | Token::Text(text) | Token::Number(text) | Token::Sign(text),
            ) => {
                format!("`{text}`")
            }
        };
        let message = format!(
            "a query over a file is `SELECT columns FROM :name [WHERE ..] [LIMIT n]`: expected \
             {wanted}, found {found}"
        );
        Halt::new(Code::PQL_STATEMENT, message)
    }

    fn outputs(&mut self) -> Done<Vec<Output>> {
        let mut outputs = Vec::new();
        loop {
            if self.eat_sign("*") {
                let label = "*".into();
                outputs.push(Output {
                    label,
                    operand: None,
                });
            } else {
                let operand = self.operand()?;
                let mut label = match &operand {
                    Operand::Column(name) => name.clone(),
                    Operand::Constant(value) => value.to_string(),
                };
                if self.eat_word("AS") {
                    label = self.label()?;
                }
                outputs.push(Output {
                    label: label.into(),
                    operand: Some(operand),
                });
            }
            if !self.eat_sign(",") {
                return Ok(outputs);
            }
        }
    }

    fn label(&mut self) -> Done<String> {
        if let Some(Token::Text(text)) = self.peek() {
            let text = text.clone();
            self.at = self.at.saturating_add(1);
            return Ok(text);
        }
        self.word().ok_or_else(|| self.wrong("a name"))
    }

    fn operand(&mut self) -> Done<Operand> {
        let negative = self.eat_sign("-");
        let operand = match self.peek() {
            Some(Token::Text(text)) if !negative => Operand::Constant(Value::text(text.as_str())),
            Some(Token::Number(text)) => {
                let text = if negative {
                    format!("-{text}")
                } else {
                    text.clone()
                };
                let whole = text.parse().map(Value::Integer);
                let number = whole.or_else(|_| text.parse().map(Value::Decimal));
                Operand::Constant(number.map_err(|_| self.wrong("a number"))?)
            }
            Some(Token::Word(word)) if !negative => match word.to_ascii_lowercase().as_str() {
                "null" => Operand::Constant(Value::Null),
                "true" => Operand::Constant(Value::Boolean(true)),
                "false" => Operand::Constant(Value::Boolean(false)),
                _ => Operand::Column(word.clone()),
            },
            _ => return Err(self.wrong("a column or a constant")),
        };
        self.at = self.at.saturating_add(1);
        Ok(operand)
    }

    /// The alternatives of WHERE, each a list of tests that must all hold.
    fn condition(&mut self) -> Done<Vec<Vec<Test>>> {
        let mut alternatives = Vec::new();
        if !self.eat_word("WHERE") {
            return Ok(alternatives);
        }
        loop {
            let mut tests = vec![self.test()?];
            while self.eat_word("AND") {
                tests.push(self.test()?);
            }
            alternatives.push(tests);
            if !self.eat_word("OR") {
                return Ok(alternatives);
            }
        }
    }

    fn test(&mut self) -> Done<Test> {
        const SIGNS: &[&str] = &["=", "==", "<>", "!=", ">", ">=", "<", "<="];
        let left = self.operand()?;
        let sign = match self.peek() {
            Some(Token::Sign(sign)) if SIGNS.contains(&sign.as_str()) => sign.clone(),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => "LIKE".to_owned(),
            _ => return Err(self.wrong("a comparison")),
        };
        self.at = self.at.saturating_add(1);
        let right = self.operand()?;
        Ok(Test { left, sign, right })
    }

    /// Rows to leave out, and the largest number of rows.
    fn limit(&mut self) -> Done<(usize, usize)> {
        if !self.eat_word("LIMIT") {
            return Ok((0, usize::MAX));
        }
        let first = self.count()?;
        if self.eat_sign(",") {
            return Ok((first, self.count()?));
        }
        Ok((0, first))
    }

    fn count(&mut self) -> Done<usize> {
        let number = match self.peek() {
            Some(Token::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| self.wrong("a number"))?;
        self.at = self.at.saturating_add(1);
        Ok(number)
    }
}
