//! Files as they lie in folders, and files as tables.

mod folder;
mod read;
mod replace;
mod write;

pub use folder::{
    Entry, Transfer, copy, describe, exists_as, is_same_place, length, list, make, remove, rename,
    size_text, transfer,
};
pub use read::{Column, FileSource, Format};
pub(crate) use replace::Replacement;
pub use write::{TableFile, TableFormat};
