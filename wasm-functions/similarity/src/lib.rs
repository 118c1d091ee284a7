//! How alike texts are.

use keeper_sdk as pql;

/// The number of letters to insert, delete or replace to make one text of the other.
#[pql::function(batch)]
fn edit_distance(left: &str, right: &str) -> i64 {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<i64> = (0..).take(right.len() + 1).collect();
    for (letter, above) in left.chars().zip(1..) {
        let mut diagonal = above - 1;
        let mut last = above;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = above;
        }
        for (cell, other) in cells.zip(&right) {
            let replaced = diagonal + i64::from(letter != *other);
            diagonal = *cell;
            last = replaced.min(last + 1).min(diagonal + 1);
            *cell = last;
        }
    }
    row.last().copied().unwrap_or(0)
}

pql::export!(edit_distance);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_distances() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
        assert_eq!(edit_distance("flaw", "lawn"), 2);
        assert_eq!(edit_distance("größe", "grösse"), 2);
        assert_eq!(edit_distance("", ""), 0);
    }
}
