//! Names that ignore case.

use std::fmt;
use std::sync::Arc;

/// A name folded to lower case (ASCII), so that comparison and hashing ignore case.
///
/// Cloning shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Folds a text into a name.
    pub fn new(text: &str) -> Self {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Self(text.to_ascii_lowercase().into())
        } else {
            Self(text.into())
        }
    }

    /// Gives the folded text, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether this is the given word, in any case.
    pub fn is(&self, word: &str) -> bool {
        self.0.eq_ignore_ascii_case(word)
    }

    /// Gives the name in upper case, as keywords are shown in messages.
    pub fn to_upper(&self) -> String {
        self.0.to_ascii_uppercase()
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
