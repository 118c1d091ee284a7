//! Lists that come page by page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; absent on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of at most `limit` rows; a full one is followed by another.
    pub fn new(items: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let is_full = items.len() >= limit;
        let next = items.last().filter(|_| is_full).map(key);
        Self { items, next }
    }
}
