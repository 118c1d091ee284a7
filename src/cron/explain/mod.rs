//! Plans in plain words, derived from the fields as written.

mod chinese;
mod english;
mod explanation;

pub use explanation::{Explanation, Language, PartExplanation};
