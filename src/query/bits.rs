//! A bit for each row of a segment.
//!
//! Imports: nothing. Promise: sets of one segment have one length, and no bit beyond it is ever set.

use std::ops::Range;

/// A set of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No row of `len`.
    pub(crate) fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every row of `len`.
    pub(crate) fn all(len: usize) -> Self {
        Self::none(len).inverted()
    }

    /// The rows from `first` on.
    pub(crate) fn from(first: usize, len: usize) -> Self {
        let mut bits = Self::all(len);
        let whole = (first / 64).min(bits.words.len());
        bits.words.iter_mut().take(whole).for_each(|word| *word = 0);
        if let Some(word) = bits.words.get_mut(whole) {
            *word &= u64::MAX << (first % 64);
        }
        bits
    }

    /// The same rows among `len`, which is no less than before.
    pub(crate) fn grown(mut self, len: usize) -> Self {
        self.words.resize(len.div_ceil(64), 0);
        Self { words: self.words, len }
    }

    /// The bits, 64 rows a word, for filling many at once; none beyond the last row may be set.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The bits, 64 rows a word.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many rows the segment has.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether `row` is in.
    pub(crate) fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts `row` in.
    pub(crate) fn set(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// Takes `row` out.
    pub(crate) fn clear(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    /// Whether no row is in.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many rows are in.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }

    /// The rows of `range` that are in, in order.
    pub(crate) fn rows_within(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        range.filter(|row| self.has(*row))
    }

    /// Rows that are in both.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
        self
    }

    /// Rows that are in either.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
        self
    }

    /// Rows that are not in `other`.
    pub(crate) fn without(mut self, other: &Self) -> Self {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
        self
    }

    /// Rows that are not in.
    pub(crate) fn inverted(mut self) -> Self {
        self.words.iter_mut().for_each(|word| *word = !*word);
        if let (Some(last), 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << (self.len % 64)) - 1;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_rows_are_sets() {
        for len in [0, 1, 63, 64, 65, 200] {
            assert_eq!(Bits::all(len).count(), len);
            assert_eq!(Bits::all(len).inverted(), Bits::none(len));
            for first in [0, 1, 63, 64, 65, 199, 200, 300] {
                let want: Vec<usize> = (first.min(len)..len).collect();
                assert_eq!(Bits::from(first, len).rows().collect::<Vec<_>>(), want, "{first} {len}");
            }
        }
        let mut bits = Bits::none(70);
        bits.set(3);
        bits.set(69);
        bits.set(64);
        bits.clear(64);
        assert_eq!(bits.rows().collect::<Vec<_>>(), [3, 69]);
        assert_eq!(bits.clone().grown(100).or(&Bits::from(99, 100)).count(), 3);
        assert_eq!(bits.clone().and(&Bits::from(4, 70)).rows().collect::<Vec<_>>(), [69]);
        assert_eq!(bits.clone().without(&Bits::from(4, 70)).rows().collect::<Vec<_>>(), [3]);
    }
}
