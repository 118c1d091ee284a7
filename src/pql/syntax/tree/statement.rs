//! The kinds of statement. Section numbers are those of the language specification.

use std::sync::Arc;

use crate::pql::syntax::Span;
use crate::pql::syntax::tree::{
    Block, BlockRange, Call, CaseSubject, CaseTest, Condition, Expression, FileTable, Json, Link,
    Load, Page, PassRows, RedisHost, Request, RunQuery, SaveExcel, SaveFile, SaveTable, Target,
    Template,
};

/// What a statement does. A later statement of the language is one more variant here and one
/// more file in `parser/statements/`.
#[derive(Debug, Clone)]
pub enum StatementKind {
    /// 4.1: selects the source of queries.
    Open(Connection),
    /// 4.2: selects the destination of PREP and PUT.
    Save(Destination),
    /// 4.4: appends the table of a value to the buffer.
    Get(Expression),
    /// 4.1: declares a file as a virtual table.
    OpenFile(FileTable),
    /// 4.1: selects the Redis server of REDIS.
    OpenRedis(RedisHost),
    /// 4.2: writes the buffer into a table of CACHE or TEMP.
    SaveTable(SaveTable),
    /// 4.2: writes the buffer into a file.
    SaveFile(SaveFile),
    /// 4.10: selects a workbook as the destination of PREP and PUT.
    SaveExcel(SaveExcel),
    /// 4.2: selects the Redis server of PREP and PUT.
    SaveRedis(RedisHost),
    /// 4.3: adds settings and connections.
    Load(Load),
    /// 4.5: runs one non-query on the destination.
    Prep(Template),
    /// 4.6: runs a non-query for the rows of the buffer.
    Put(Put),
    /// 4.5: one command of Redis.
    PrepRedis(Template),
    /// 4.6: a command of Redis for each row of the buffer.
    PutRedis(Template),
    /// 4.7: runs a query for the rows of the buffer and replaces them.
    Pass(PassRows),
    /// 4.8: makes the rows of the buffer anew from a JSON template.
    Trans(Json),
    /// 4.8: applies links to the buffer.
    Shift(Vec<Link>),
    /// 4.11: registers a producer of pages.
    Page(Page),
    /// 4.11: registers a producer of key ranges, or changes them at once.
    BlockRange(BlockRange),
    /// 4.11: asks the source again for each produced row.
    Process(Put),
    /// 4.11: PUT with parallel writers.
    Batch(Put),
    /// 4.37: runs something for each row of the buffer, in parallel.
    Par(RunQuery),
    /// 4.15: prints the first rows of the buffer.
    ShowBuffer(Option<Expression>),
    /// 4.31: performs an HTTP call.
    Request(Request),
    /// 4.9: stores the table of a value in the run's own CACHE or TEMP database.
    Store(Store),
    /// 4.12: assigns, with or without taking the value apart.
    Set(SetStatement),
    /// 4.13: assigns item by item, in order.
    Var(Vec<VarItem>),
    /// 4.14: edits the collection in a user variable in place; the links are never empty.
    Let {
        /// Always a user variable.
        target: Target,
        /// Applied from left to right; the result is stored back.
        links: Vec<Link>,
    },
    /// 4.15, 4.28: raw SQL or EXEC standing alone; its value joins the implicit results. The
    /// expression is `Sql` or `Exec`, possibly inside a `Chain`.
    Evaluate(Expression),
    /// 4.16: appends to the explicit results; `OUTPUT;` does nothing.
    Output(Option<Expression>),
    /// 4.17
    Return(Option<Expression>),
    /// 4.18: writes one line.
    Print(Print),
    /// 4.19 and the text pieces of embedded PQL: appends this text to the explicit results.
    /// Parameters and character codes are already replaced; nothing else is.
    Echo(Arc<str>),
    /// 4.20
    Debug(DebugMode),
    /// 4.21
    If(If),
    /// 4.21
    Case(Case),
    /// 4.24
    For(For),
    /// 4.25
    While(While),
    /// 4.26: leaves the innermost loop, always or when the condition holds.
    Exit(Option<Condition>),
    /// 4.26: goes on with the next turn of the innermost loop.
    Continue(Option<Condition>),
    /// 4.27: ends the program with this status, default 0.
    ExitCode(Option<Expression>),
    /// 4.29
    Sleep(SleepTime),
    /// 4.30: runs a function; a returned value joins the implicit results.
    Call(Call),
}

/// What OPEN selects.
#[derive(Debug, Clone)]
pub enum Connection {
    /// `OPEN conn [AS alias] [USE database]`
    Named {
        /// The name, as text or from a variable.
        name: Expression,
        /// A further name for later OPEN and SAVE of this program.
        alias: Option<Expression>,
        /// The database to switch to.
        database: Option<Expression>,
    },
    /// `OPEN DEFAULT [AS alias] [USE database]`
    Default {
        /// A further name for later OPEN and SAVE of this program.
        alias: Option<Expression>,
        /// The database to switch to.
        database: Option<Expression>,
    },
    /// `OPEN QROSS [USE database]`: the metadata database.
    Qross {
        /// The database to switch to.
        database: Option<Expression>,
    },
    /// `OPEN CACHE` or `OPEN TEMP`
    Scratch(Scratch),
    /// `OPEN DATABASE url ..`
    Database(Box<DatabaseUrl>),
}

/// What SAVE selects. TO and AS mean the same here; the forms are those of OPEN.
pub type Destination = Connection;

/// `DATABASE url [DRIVER d] [USERNAME u] [PASSWORD p] [AS alias] [USE database]`
#[derive(Debug, Clone)]
pub struct DatabaseUrl {
    /// `jdbc:..` or `name=jdbc:..`
    pub url: Expression,
    /// Accepted and ignored when the scheme of the URL is known.
    pub driver: Option<Expression>,
    /// Login name.
    pub username: Option<Expression>,
    /// Password.
    pub password: Option<Expression>,
    /// Name for later OPEN and SAVE.
    pub alias: Option<Expression>,
    /// The database to switch to.
    pub database: Option<Expression>,
}

/// The databases that belong to one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scratch {
    /// In memory.
    Cache,
    /// In a file that is deleted when the run ends.
    Temp,
}

/// `CACHE name # body` or `TEMP name # body`
#[derive(Debug, Clone)]
pub struct Store {
    /// Which database.
    pub place: Scratch,
    /// The table; its value is text.
    pub name: Expression,
    /// What is converted to a table and inserted.
    pub body: Expression,
}

/// `PUT # body`
#[derive(Debug, Clone)]
pub struct Put {
    /// How the rows of the buffer are applied, known from the text.
    pub mode: PutMode,
    /// The non-query; `Segment::Placeholder` marks the placeholders of this mode.
    pub body: Template,
}

/// The table of 4.6.1: the first matching line wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutMode {
    /// `?` outside literals: prepared statement, values by position. Named ones stay text.
    Positional,
    /// `#name` or `&name`: text per row.
    Named,
    /// INSERT or REPLACE without VALUES: one statement with all rows.
    ShortInsert,
    /// Executed once.
    Once,
}

/// `SET targets := value`
#[derive(Debug, Clone)]
pub struct SetStatement {
    /// At least one.
    pub targets: Vec<Target>,
    /// Taking apart or whole; whole has exactly one target.
    pub assignment: Assignment,
    /// The right side.
    pub value: Expression,
    /// Whether it is `SET $x := $x + a + b` with operands that cannot change `$x` themselves.
    pub grows: bool,
}

/// The two assignment signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// `:=` takes collections apart.
    Spread,
    /// `=:` stores the value whole.
    Whole,
}

/// `$x [:= value]` of VAR; the target is `$` or `%`, never `@`.
#[derive(Debug, Clone)]
pub struct VarItem {
    /// What is assigned.
    pub target: Target,
    /// NULL when absent; never taken apart.
    pub value: Option<Expression>,
}

/// PRINT and its operands.
#[derive(Debug, Clone)]
pub struct Print {
    /// `INFO` of `PRINT INFO 'x'`
    pub label: Option<PrintLabel>,
    /// Empty: an empty line. One: its text. More: `(a, b)`.
    pub values: Vec<Expression>,
}

/// The label of a PRINT line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintLabel {
    /// In upper case; `ERROR` goes to standard error.
    pub text: Arc<str>,
    /// The word.
    pub span: Span,
}

/// DEBUG and its operand.
#[derive(Debug, Clone)]
pub enum DebugMode {
    /// `DEBUG ON`
    On,
    /// `DEBUG OFF`
    Off,
    /// On when the value is true.
    Value(Expression),
}

/// IF with all its branches.
#[derive(Debug, Clone)]
pub struct If {
    /// IF and every ELSIF, at least one.
    pub branches: Vec<IfBranch>,
    /// ELSE
    pub otherwise: Option<Block>,
}

/// `cond THEN body`
#[derive(Debug, Clone)]
pub struct IfBranch {
    /// When it runs.
    pub condition: Condition,
    /// Runs in a scope of its own.
    pub body: Block,
}

/// CASE as a statement.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the branches are tested against.
    pub subject: CaseSubject,
    /// Every WHEN, at least one.
    pub branches: Vec<CaseBranch>,
    /// ELSE
    pub otherwise: Option<Block>,
}

/// `WHEN test THEN body`
#[derive(Debug, Clone)]
pub struct CaseBranch {
    /// A condition, or a value when the subject is one.
    pub test: CaseTest,
    /// Runs in a scope of its own.
    pub body: Block,
}

/// FOR
#[derive(Debug, Clone)]
pub struct For {
    /// User variables, at least one; exactly one with OF.
    pub targets: Vec<Target>,
    /// IN or OF.
    pub mode: ForMode,
    /// Evaluated once.
    pub collection: Expression,
    /// Runs in the scope of the loop.
    pub body: Block,
}

/// How FOR takes rows and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForMode {
    /// Cells go to the variables.
    In,
    /// The one variable is the row.
    Of,
}

/// WHILE
#[derive(Debug, Clone)]
pub struct While {
    /// Tested before each turn.
    pub condition: Condition,
    /// Runs in the scope of the loop.
    pub body: Block,
}

/// SLEEP and its operand.
#[derive(Debug, Clone)]
pub enum SleepTime {
    /// `SLEEP amount [unit]`
    Amount {
        /// A number of units.
        amount: Expression,
        /// Milliseconds when none is written.
        unit: SleepUnit,
    },
    /// `SLEEP TO NEXT unit`: SECOND or MINUTE.
    ToNext(SleepUnit),
}

/// The units of SLEEP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SleepUnit {
    /// `MILLI`, `MILLIS` or none.
    Milliseconds,
    /// `SECOND`, `SECONDS`
    Seconds,
    /// `MINUTE`, `MINUTES`
    Minutes,
}
