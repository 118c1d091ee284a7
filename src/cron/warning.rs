//! What is odd about a valid plan.

use std::fmt;

/// Something the author probably did not mean; the plan is valid all the same. Parts count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Warning {
    /// The second field is not `0`; ticks lie at second 0 whatever it says.
    SecondIgnored {
        /// Number of the part.
        part: usize,
    },
    /// Day and week are both restricted; the day decides.
    WeekIgnored {
        /// Number of the part.
        part: usize,
    },
    /// The part has no tick from the asked moment to the end of 2100.
    NeverFires {
        /// Number of the part.
        part: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecondIgnored { part } => {
                write!(
                    f,
                    "part {part}: the second is ignored, ticks lie at second 0"
                )
            }
            Self::WeekIgnored { part } => {
                write!(
                    f,
                    "part {part}: the week is ignored because the day is given"
                )
            }
            Self::NeverFires { part } => write!(f, "part {part}: never fires"),
        }
    }
}
