//! Stable error codes: one list, one page of the manual for each.
//!
//! A code, once published, keeps its meaning for ever and is never given to another fault.
//! Rooms keep their own error enums; each answers `code()` with one of these.

mod codes;

pub use codes::Code;
