//! Names of columns that come from outside.

use std::collections::HashSet;
use std::sync::Arc;

use super::row::fold;

/// Column names that are unique ignoring case: a repeated one gets its position appended.
pub(crate) fn labels<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Vec<Arc<str>> {
    let mut seen = HashSet::new();
    let mut labels: Vec<Arc<str>> = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let mut label = name.as_ref().to_owned();
        while !seen.insert(fold(&label)) {
            label.push_str(&index.to_string());
        }
        labels.push(label.into());
    }
    labels
}
