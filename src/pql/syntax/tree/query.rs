//! Statements that have a value and work on the outside: PARSE, FILE, DIR, RUN, SEND, REDIS.

use crate::pql::syntax::Span;
use crate::pql::syntax::tree::{Expression, PathKind, Template};

/// A query that is no SQL (2.7).
#[derive(Debug, Clone)]
pub enum Query {
    /// 4.32: a part of the last response.
    Parse(ParseQuery),
    /// 4.35, 4.36: a file or directory.
    Path(PathQuery),
    /// 4.38: a shell command or another program.
    Run(RunQuery),
    /// 4.34: a mail.
    Mail(Box<Mail>),
    /// 4.33: a command of Redis.
    Redis(Template),
    /// 4.39: recognised and refused when it runs.
    Invoke,
}

/// `PARSE path [AS form]`
#[derive(Debug, Clone)]
pub struct ParseQuery {
    /// Keys and indexes separated by `/`.
    pub path: Expression,
    /// What the found node becomes.
    pub form: ParseForm,
}

/// The forms of PARSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseForm {
    /// `TABLE`, also when none is written.
    Table,
    /// `ROW`, `OBJECT`
    Row,
    /// `ARRAY`, `LIST`
    Array,
    /// `VALUE`
    Value,
}

/// `FILE ..` or `DIR ..`
#[derive(Debug, Clone)]
pub struct PathQuery {
    /// What it works on.
    pub kind: PathKind,
    /// What it does.
    pub action: PathAction,
}

/// What FILE and DIR do.
#[derive(Debug, Clone)]
pub enum PathAction {
    /// No word: what is known about it; for a directory what is in it.
    Describe(Expression),
    /// `MAKE p`
    Make(Expression),
    /// `DELETE p`
    Delete(Expression),
    /// `RENAME p TO new`
    Rename {
        /// What is renamed.
        path: Expression,
        /// Its new name.
        to: Expression,
    },
    /// `MOVE p TO q`, `COPY p TO q`
    Transfer {
        /// Whether the original stays.
        keeps: bool,
        /// What is moved or copied.
        path: Expression,
        /// The new place, which may be a directory.
        to: Expression,
        /// `REPLACE EXISTING`
        replaces: bool,
    },
    /// `LENGTH p`, `SPACE p`: bytes.
    Length(Expression),
    /// `SIZE p`, `CAPACITY p`: text such as `2.41K`.
    Size(Expression),
    /// `LIST p`
    List(Expression),
    /// `READ p`
    Read(Expression),
    /// `WRITE p APPEND text`
    Append {
        /// The file.
        path: Expression,
        /// What is added at its end.
        text: Expression,
    },
    /// `VOYAGE p WITH data TO q`
    Voyage {
        /// Embedded text.
        path: Expression,
        /// Its arguments.
        data: Option<Expression>,
        /// The file to write.
        to: Expression,
    },
}

/// `RUN SHELL text`, `RUN PQL file`
#[derive(Debug, Clone)]
pub enum RunQuery {
    /// One quoted text: embedded values are part of it as they are.
    Text(Expression),
    /// Bare text: embedded values are quoted for the shell.
    Shell(Template),
    /// A program file, possibly with `?name=value&..`.
    Pql(Expression),
}

/// `SEND MAIL title ..`
#[derive(Debug, Clone)]
pub struct Mail {
    /// The subject.
    pub title: Expression,
    /// `SMTP HOST`
    pub host: Option<Expression>,
    /// `PORT`
    pub port: Option<Expression>,
    /// `FROM`
    pub from: Option<Expression>,
    /// `PERSONAL`
    pub personal: Option<Expression>,
    /// `PASSWORD`
    pub password: Option<Expression>,
    /// `CONTENT`
    pub content: Option<Expression>,
    /// `TEMPLATE file` or `DEFAULT TEMPLATE`
    pub template: Option<MailPart>,
    /// `SIGNATURE file` or `DEFAULT SIGNATURE`
    pub signature: Option<MailPart>,
    /// `DATA`
    pub data: Option<Expression>,
    /// `ATTACH`
    pub attachments: Vec<Expression>,
    /// `TO`
    pub to: Vec<Expression>,
    /// `CC`
    pub cc: Vec<Expression>,
    /// `BCC`
    pub bcc: Vec<Expression>,
    /// The whole statement.
    pub span: Span,
}

/// A template or signature of a mail.
#[derive(Debug, Clone)]
pub enum MailPart {
    /// `default.html` of its folder.
    Default,
    /// A file.
    File(Expression),
}
