//! Runs one action: prepares its text and arguments, runs the process or the PQL program, captures
//! its log, keeps its deadline, retries and kills it.

mod arguments;
mod error;
mod host;

pub use arguments::{Arguments, arguments, civil_text, environment, parse_arguments};
pub use error::Error;
pub use host::PqlHost;
