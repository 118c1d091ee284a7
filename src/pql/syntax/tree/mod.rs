//! The tree of a program: immutable, shared, with a span in every node.
//!
//! One [`Expression`] type serves every place where a value may stand: arithmetic, JSON, chains
//! of links, queries, short IF and CASE. Texts with embedded items (raw SQL, rich strings, ECHO)
//! are [`Template`]s: split once into segments here, so that nothing is parsed while running
//! but the argument of EXEC.

mod condition;
mod expression;
mod flow;
mod link;
mod program;
mod query;
mod statement;
mod template;
mod whole;

pub use condition::{Comparison, Condition, ConditionKind, PathKind, Set, State};
pub use expression::{
    Access, Argument, ArithmeticOperator, Call, CaseSubject, CaseTest, Embedded, Expression,
    ExpressionKind, Json, JsonKind, Literal, ShortCase, ShortIf, Sigil, Term, Variable,
};
pub use flow::{
    BlockRange, FileColumn, FileFormat, FileTable, Headers, KeyMarks, Load, LoadFormat, Page,
    PageMark, PassRows, RedisHost, Request, RowQuery, SaveExcel, SaveFile, SaveTable, TableKey,
};
pub use link::{Column, ColumnSource, Link, LinkArgument, LinkTail};
pub use program::{Block, Function, Parameter, Program, Slot, Slots, Statement, Target};
pub use query::{Mail, MailPart, ParseForm, ParseQuery, PathAction, PathQuery, Query, RunQuery};
pub use statement::{
    Assignment, Case, CaseBranch, Connection, DatabaseUrl, DebugMode, Destination, For, ForMode,
    If, IfBranch, Print, PrintLabel, Put, PutMode, Scratch, SetStatement, SleepTime, SleepUnit,
    StatementKind, Store, VarItem, While,
};
pub use template::{Item, Pass, Placeholder, Quoting, Segment, Sql, SqlEffect, Template};
pub use whole::{WholeOperand, WholeSum};
