//! Statements that move rows: PASS, PAGE, BLOCK, BATCH, and the targets of OPEN and SAVE.

use std::sync::Arc;

use crate::pql::syntax::Name;
use crate::pql::syntax::tree::{Expression, Link, Put, Scratch, Sql, Template};

/// `PASS # query -> links`
#[derive(Debug, Clone)]
pub struct PassRows {
    /// Runs on the source for each row of the buffer.
    pub query: RowQuery,
    /// Applied to all results together.
    pub links: Vec<Link>,
}

/// The body of PASS.
#[derive(Debug, Clone)]
pub enum RowQuery {
    /// SELECT
    Sql(Put),
    /// REDIS
    Redis(Template),
}

/// `PAGE # select`
#[derive(Debug, Clone)]
pub struct Page {
    /// The query with its marks `@{..}`.
    pub query: Sql,
    /// What the mark is.
    pub mark: PageMark,
}

/// How the pages follow one another.
#[derive(Debug, Clone)]
pub enum PageMark {
    /// No mark: the query runs once.
    None,
    /// `@{offset}`: row numbers, in steps of the size of a page.
    Offset,
    /// `@{column}`: from the largest value of the page before.
    Column(Name),
}

/// `BLOCK FROM a TO b [PER n] # statement`
#[derive(Debug, Clone)]
pub struct BlockRange {
    /// The first key.
    pub from: Expression,
    /// The last key.
    pub to: Expression,
    /// Keys of one range.
    pub per: Option<Expression>,
    /// SELECT, UPDATE or DELETE with the mark twice.
    pub statement: Sql,
    /// How the two marks are compared; without marks the statement runs once.
    pub marks: Option<KeyMarks>,
}

/// What the two marks of BLOCK get for a range of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyMarks {
    /// Whether the first mark is compared with `>=`: then it gets the first key of the range
    /// and not the one before.
    pub from_is_included: bool,
    /// Whether the second mark is compared with `<`: then it gets the key after the last.
    pub to_is_excluded: bool,
}

/// `OPEN format FILE file ..`: a virtual table, read as `:name`.
#[derive(Debug, Clone)]
pub struct FileTable {
    /// How the file is written.
    pub format: FileFormat,
    /// The file.
    pub file: Expression,
    /// `AS name`; the name of the file when absent.
    pub name: Option<Expression>,
    /// The listed columns with their types.
    pub columns: Vec<FileColumn>,
    /// Whether the first row names the columns.
    pub has_headers: bool,
    /// `BRACKETED BY a,b`
    pub brackets: Option<(Expression, Expression)>,
    /// `DELIMITED BY text`
    pub delimiter: Option<Expression>,
    /// `SKIP n`: lines at the beginning that are not read.
    pub skip: Option<Expression>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated values.
    Csv,
    /// Lines of fields with a delimiter.
    Text,
    /// The same, compressed.
    Gzip,
    /// One JSON object for each line.
    Json,
    /// A workbook.
    Excel,
}

/// `name [type]`
#[derive(Debug, Clone)]
pub struct FileColumn {
    /// Its name as written.
    pub name: Arc<str>,
    /// Its type word; TEXT when absent.
    pub kind: Option<Name>,
}

/// `SAVE TO CSV FILE file ..` and the like.
#[derive(Debug, Clone)]
pub struct SaveFile {
    /// How it is written.
    pub format: FileFormat,
    /// The file.
    pub file: Expression,
    /// Whether an existing file is replaced, not continued.
    pub replaces: bool,
    /// `DELIMITED BY text`
    pub delimiter: Option<Expression>,
    /// The first line.
    pub headers: Headers,
}

/// The first line of a saved file.
#[derive(Debug, Clone)]
pub enum Headers {
    /// The names of the columns; the listed ones may get other words.
    Names(Vec<(Arc<str>, Option<Arc<str>>)>),
    /// `WITHOUT HEADERS`
    None,
}

/// `SAVE AS CACHE TABLE name ..`, `SAVE AS TEMP TABLE name ..`
#[derive(Debug, Clone)]
pub struct SaveTable {
    /// Which database.
    pub place: Scratch,
    /// The table.
    pub name: Expression,
    /// `PRIMARY KEY column`
    pub primary_key: Option<Arc<str>>,
    /// `UNIQUE KEY (columns)`, `KEY (columns)`
    pub keys: Vec<TableKey>,
}

/// An index of a saved table.
#[derive(Debug, Clone)]
pub struct TableKey {
    /// Whether values must not repeat.
    pub is_unique: bool,
    /// Its columns, at least one.
    pub columns: Vec<Arc<str>>,
}

/// `SAVE AS EXCEL file ..`
#[derive(Debug, Clone)]
pub struct SaveExcel {
    /// The workbook.
    pub file: Expression,
    /// Whether an existing file is replaced, not continued.
    pub replaces: bool,
    /// `USE TEMPLATE file`; `Some(None)` is the default one.
    pub template: Option<Option<Expression>>,
}

/// `OPEN REDIS host [SELECT n]`
#[derive(Debug, Clone)]
pub struct RedisHost {
    /// The name of its settings.
    pub name: Expression,
    /// The number of the database.
    pub database: Option<Expression>,
}

/// `REQUEST JSON API url ..`
#[derive(Debug, Clone)]
pub struct Request {
    /// Where.
    pub url: Expression,
    /// `METHOD`; GET when absent.
    pub method: Option<Expression>,
    /// `DATA`
    pub data: Option<Expression>,
    /// `HEADER`
    pub headers: Option<Expression>,
}

/// `LOAD format [FROM place] file`
#[derive(Debug, Clone)]
pub struct Load {
    /// How it is written.
    pub format: LoadFormat,
    /// The file.
    pub file: Expression,
}

/// How a file of settings is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadFormat {
    /// `name=value` lines.
    Properties,
    /// YAML; nested names are joined with dots.
    Yaml,
    /// JSON; nested names are joined with dots.
    Json,
}
