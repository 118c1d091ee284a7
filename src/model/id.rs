//! Ids and names: each kind is its own type, so that mixing them does not compile.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Error;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident($number:ty, $noun:literal);)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $number);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                text.parse().map(Self).map_err(|_| Error::Id { noun: $noun, text: text.to_owned() })
            }
        }
    )+};
}

ids! {
    /// Identifies a job.
    JobId(u32, "job");
    /// Identifies a command of a job's DAG.
    CommandId(u32, "command");
    /// Identifies a task.
    TaskId(u64, "task");
    /// Identifies one record (attempt) of a task.
    RecordId(u64, "record");
    /// Identifies an action.
    ActionId(u64, "action");
    /// Identifies a node's row.
    NodeId(u32, "node");
    /// Identifies a data connection's row.
    ConnectionId(u32, "connection");
}

/// `host:port`, by which other nodes and people reach a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAddress(pub Arc<str>);

impl fmt::Display for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest name of a function, variable or connection, in bytes.
const NAME_MAX: usize = 64;

fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.len() <= NAME_MAX
}

macro_rules! upper_names {
    ($($(#[doc = $doc:literal])+ $name:ident($noun:literal);)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads a name, with or without its leading `@`, and folds it to upper case.
            ///
            /// # Errors
            /// [`Error::Name`] when it is not a letter or `_` followed by letters, digits and `_`.
            pub fn parse(text: &str) -> Result<Self, Error> {
                let bare = text.strip_prefix('@').unwrap_or(text);
                if is_identifier(bare) {
                    Ok(Self(bare.to_ascii_uppercase().into()))
                } else {
                    Err(Error::Name { noun: $noun, text: text.to_owned() })
                }
            }

            /// The name in upper case, without `@`.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

upper_names! {
    /// Names a system function, `@NAME(...)` in PQL.
    FunctionName("function");
    /// Names a global variable, `@NAME` in PQL.
    VariableName("variable");
}

/// Names a data connection, such as `mysql.sales`; names ignore case (`keeper.md` 11.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionName(Arc<str>);

impl ConnectionName {
    /// Reads a name and folds it to lower case.
    ///
    /// # Errors
    /// [`Error::Name`] unless it starts with a letter, ends with a letter or digit and has only
    /// letters, digits, `-`, `_` and `.` between.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let inside = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
        let last = text
            .chars()
            .last()
            .is_some_and(|c| c.is_ascii_alphanumeric());
        if inside && first && last && text.len() <= NAME_MAX {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(Error::Name {
                noun: "connection",
                text: text.to_owned(),
            })
        }
    }

    /// The name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_checked() {
        assert_eq!(
            FunctionName::parse("@mask_phone").expect("legal").as_str(),
            "MASK_PHONE"
        );
        assert_eq!(
            ConnectionName::parse("MySQL.Sales")
                .expect("legal")
                .as_str(),
            "mysql.sales"
        );
        for wrong in ["", "@", "1ST", "A-B", "A B"] {
            assert!(FunctionName::parse(wrong).is_err(), "{wrong:?}");
        }
        for wrong in ["", ".a", "a.", "a b"] {
            assert!(ConnectionName::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
