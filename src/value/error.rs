//! What can go wrong with a value.

use super::Kind;
use crate::fault::Code;

/// A refused conversion, operation or access.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The value has no form of the type that is needed.
    #[error("{from} `{value}` cannot be converted to {to}")]
    Conversion {
        /// The beginning of the value's text.
        value: String,
        /// What it is.
        from: Kind,
        /// What was needed.
        to: Kind,
    },
    /// NULL or UNDEFINED where a value is needed.
    #[error("{kind} cannot be used with `{operator}`; give it a value first")]
    Absent {
        /// `NULL` or `UNDEFINED`.
        kind: Kind,
        /// The operator.
        operator: &'static str,
    },
    /// An operand of a type that the operator does not know.
    #[error("`{operator}` cannot be used with {kind}; numbers are expected")]
    Operand {
        /// The operand's type.
        kind: Kind,
        /// The operator.
        operator: &'static str,
    },
    /// The result is too large for its type.
    #[error("number overflow in `{left} {operator} {right}`")]
    Overflow {
        /// Left operand.
        left: String,
        /// The operator.
        operator: &'static str,
        /// Right operand.
        right: String,
    },
    /// Division or modulo by zero.
    #[error("division by zero in `{left} {operator} 0`")]
    DivisionByZero {
        /// Left operand.
        left: String,
        /// The operator.
        operator: &'static str,
    },
    /// An index outside the collection.
    #[error("index `{index}` is out of range, {kind} has {count} elements counted from 0")]
    Index {
        /// The index asked for.
        index: i64,
        /// The collection's type.
        kind: Kind,
        /// How many elements it has.
        count: usize,
    },
    /// `first` or `last` of nothing.
    #[error("{kind} is empty and has no `{name}`")]
    Empty {
        /// The collection's type.
        kind: Kind,
        /// `first` or `last`.
        name: String,
    },
    /// A property that the type does not have.
    #[error("{kind} has no `{name}`")]
    Property {
        /// The value's type.
        kind: Kind,
        /// The property asked for.
        name: String,
    },
    /// Text that is not JSON.
    #[error("text is not JSON: {0}")]
    Json(String),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Conversion { .. } | Self::Json(_) => Code::PQL_CONVERSION,
            Self::Absent { .. } => Code::PQL_UNDEFINED,
            Self::Operand { .. } | Self::Overflow { .. } | Self::DivisionByZero { .. } => {
                Code::PQL_ARITHMETIC
            }
            Self::Index { .. } | Self::Empty { .. } | Self::Property { .. } => Code::PQL_ACCESS,
        }
    }
}
