//! The list. Ranges: 1xxx settings and store, 2xxx PQL syntax, 3xxx PQL run time, 4xxx functions
//! and Wasm, 5xxx data connections, 6xxx scheduling, 7xxx HTTP, 8xxx cluster.

use std::fmt;

/// A stable code such as `KP-4003`, with a page in `docs/errors/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl Code {
    /// The four digits.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KP-{:04}", self.0)
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal;)+) => {
        impl Code {
            $($(#[doc = $doc])+ pub const $name: Self = Self($number);)+

            /// Every code with its name and meaning, in ascending order.
            pub const ALL: &[(Self, &str, &str)] = &[
                $((Self($number), stringify!($name), concat!($($doc),+)),)+
            ];
        }
    };
}

codes! {
    /// A setting has a value it cannot have.
    SETTING_INVALID = 1001;
    /// The home folder cannot be used.
    HOME_UNUSABLE = 1002;
    /// Another daemon already uses this home folder.
    HOME_IN_USE = 1003;
    /// The listen address or port cannot be bound.
    ADDRESS_UNAVAILABLE = 1004;
    /// The store cannot be reached.
    STORE_UNAVAILABLE = 1101;
    /// The store was written by a newer Keeper.
    STORE_TOO_NEW = 1102;
    /// A schema migration was interrupted or its file was changed.
    MIGRATION_BROKEN = 1103;
    /// A stored row does not fit the model.
    STORE_INCONSISTENT = 1104;

    /// The program text cannot be split into tokens.
    PQL_LEXICAL = 2001;
    /// The program text is not a PQL program.
    PQL_SYNTAX = 2002;
    /// A construct of a later version of the language.
    PQL_NOT_SUPPORTED = 2003;

    /// A name has no value.
    PQL_UNDEFINED = 3001;
    /// A value cannot be converted to the type that is needed.
    PQL_CONVERSION = 3002;
    /// Arithmetic has no result: division by zero, overflow.
    PQL_ARITHMETIC = 3003;
    /// An index, field or element that is not there.
    PQL_ACCESS = 3004;
    /// No such function, or wrong arguments.
    PQL_FUNCTION = 3005;
    /// The name may not be written.
    PQL_READ_ONLY = 3006;
    /// A limit of the language was reached.
    PQL_LIMIT = 3007;
    /// The run was cancelled.
    PQL_CANCELLED = 3008;
    /// No source or destination has been opened.
    PQL_NO_CONNECTION = 3009;
    /// A file could not be read or written.
    PQL_FILE = 3010;
    /// The statement cannot do what was asked.
    PQL_STATEMENT = 3011;

    /// No function of that name.
    FUNCTION_NOT_FOUND = 4001;
    /// The bytes are not a usable WebAssembly module.
    MODULE_INVALID = 4002;
    /// The module asks for an import it was not granted.
    IMPORT_NOT_GRANTED = 4003;
    /// The module's description of itself is not acceptable.
    SIGNATURE_INVALID = 4004;
    /// The new signature would break callers of the old one.
    SIGNATURE_INCOMPATIBLE = 4005;
    /// The call ran longer than its limit.
    CALL_TIMEOUT = 4101;
    /// The call wanted more memory than its limit.
    CALL_MEMORY = 4102;
    /// The call recursed deeper than its stack.
    CALL_STACK = 4103;
    /// The function stopped with a trap or a panic.
    CALL_TRAP = 4104;
    /// The result is too large or not what was declared.
    CALL_RESULT = 4105;
    /// An argument does not fit the declared parameter.
    CALL_ARGUMENT = 4106;
    /// The function answered with an error of its own.
    CALL_FAILED = 4107;
    /// The host refused something the function asked for.
    CALL_DENIED = 4108;

    /// No connection of that name.
    CONNECTION_NOT_FOUND = 5001;
    /// The connection is not described correctly.
    CONNECTION_INVALID = 5002;
    /// The server cannot be reached or refused the login.
    CONNECTION_FAILED = 5003;
    /// The database refused a statement.
    DATABASE_ERROR = 5004;
    /// No variable of that name.
    VARIABLE_NOT_FOUND = 5101;

    /// The schedule expression is not valid.
    SCHEDULE_INVALID = 6001;
    /// The job definition is not valid.
    JOB_INVALID = 6002;
    /// No job of that id.
    JOB_NOT_FOUND = 6003;
    /// No task of that id.
    TASK_NOT_FOUND = 6004;
    /// No action of that id.
    ACTION_NOT_FOUND = 6005;
    /// The present state does not allow the operation.
    STATE_CONFLICT = 6006;
    /// The job has no enabled command.
    NO_COMMANDS = 6007;
    /// The command could not be prepared.
    COMMAND_UNPREPARED = 6008;
    /// The process could not be started.
    PROCESS_FAILED = 6009;

    /// The token is missing or wrong.
    UNAUTHORIZED = 7001;
    /// A parameter is missing or malformed.
    BAD_PARAMETER = 7002;
    /// No such path.
    NO_SUCH_ENDPOINT = 7003;
    /// The method is not offered by this path.
    METHOD_NOT_ALLOWED = 7004;
    /// The body is too large.
    BODY_TOO_LARGE = 7005;
    /// The node is shutting down.
    SHUTTING_DOWN = 7006;
    /// Something that should not happen happened.
    INTERNAL = 7007;

    /// The node that owns the work cannot be reached.
    NODE_UNREACHABLE = 8001;
    /// The lease was lost to another node.
    LEASE_LOST = 8002;
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_unique_and_ascending() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
