//! Sets of small numbers as bits.

/// Enough for the 131 years of the dialect.
const WORDS: usize = 3;

/// A set of numbers from a base upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberSet {
    base: u32,
    words: [u64; WORDS],
}

impl NumberSet {
    pub(super) const fn empty(base: u32) -> Self {
        Self {
            base,
            words: [0; WORDS],
        }
    }

    /// Adds a number, which is not below the base.
    pub(super) fn insert(&mut self, number: u32) {
        let (word, bit) = self.place(number);
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        let (word, bit) = self.place(number);
        number >= self.base
            && self
                .words
                .get(word)
                .is_some_and(|word| word >> bit & 1 == 1)
    }

    /// The smallest member at or above `from`.
    pub(super) fn next(&self, from: u32) -> Option<u32> {
        let (first, bit) = self.place(from);
        let mut mask = u64::MAX << bit;
        for (index, word) in (0_u32..).zip(self.words).skip(first) {
            let rest = word & mask;
            if rest != 0 {
                return Some(self.base + index * u64::BITS + rest.trailing_zeros());
            }
            mask = u64::MAX;
        }
        None
    }

    /// The smallest member.
    pub(super) fn first(&self) -> Option<u32> {
        self.next(self.base)
    }

    fn place(&self, number: u32) -> (usize, u32) {
        let offset = number.saturating_sub(self.base);
        let word = usize::try_from(offset / u64::BITS).unwrap_or(WORDS);
        (word, offset % u64::BITS)
    }
}
