//! How deep the calls of the present thread are nested, across the runs of system functions.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// The depth that a run on this thread starts with.
pub(crate) fn get() -> usize {
    DEPTH.get()
}

/// Sets the depth and gives the one before.
pub(crate) fn replace(depth: usize) -> usize {
    DEPTH.replace(depth)
}
