//! The rows whose value passes, as bits, 64 rows a step.
//!
//! Lives here: entry numbers, whole numbers and times compared in bulk. Not here: what passes (`query`). Imports: `base`.
//! Promise: bit n of word k is row 64 k + n; bits are only added, and none of a row that lacks the name.

use std::ops::RangeInclusive;

use crate::base::Nanos;
use crate::store::Segment;
use crate::store::column::{Column, Distances, Ids, Rows, Values};
use crate::store::segment::NO_TIME;

impl Column {
    /// Adds every row that has the name.
    pub(crate) fn mark_present(&self, rows: &mut [u64]) {
        match &self.rows {
            Rows::All(count) => mark_first(*count as usize, rows),
            Rows::Some(bits) => rows.iter_mut().zip(&bits.words).for_each(|(word, (set, _))| *word |= set),
            Rows::Few(list) => list.iter().for_each(|row| set(*row, rows)),
        }
    }
    /// Adds every row whose entry `passes`, by the entries' numbers. A column without a dictionary adds none.
    pub(crate) fn mark_entries(&self, passes: &[bool], rows: &mut [u64]) {
        let Values::Entries(ids, _) = &self.values else { return };
        let mut passing = (0_u32..).zip(passes).filter(|(_, passes)| **passes).map(|(entry, _)| entry);
        let (Some(entry), others) = (passing.next(), passing.next().is_some()) else { return };
        match ids {
            Ids::Zero => self.mark_present(rows),
            Ids::Bytes(ids) if others => {
                let mut table = [false; 256];
                table.iter_mut().zip(passes).for_each(|(slot, passes)| *slot = *passes);
                self.rows.mark(ids, |id| table.get(usize::from(id)).copied().unwrap_or_default(), rows);
            }
            Ids::Bytes(ids) => self.rows.mark(ids, |id| u32::from(id) == entry, rows),
            Ids::Shorts(ids) if others => {
                self.rows.mark(ids, |id| passes.get(usize::from(id)).copied().unwrap_or_default(), rows);
            }
            Ids::Shorts(ids) => self.rows.mark(ids, |id| u32::from(id) == entry, rows),
        }
    }
    /// For each of `len` rows what `table` has for the row's entry; 0 where there is no entry.
    pub(crate) fn spread(&self, table: &[u32], len: usize) -> Vec<u32> {
        let mut spread = vec![0; len];
        let of = |entry: usize| table.get(entry).copied().unwrap_or(0);
        match &self.values {
            Values::Entries(Ids::Zero, _) => self.rows.each(|row, _| put(&mut spread, row, of(0))),
            Values::Entries(Ids::Bytes(ids), _) => {
                let ids = |rank: usize| ids.get(rank).map_or(0, |id| of(usize::from(*id)));
                self.rows.each(|row, rank| put(&mut spread, row, ids(rank)));
            }
            Values::Entries(Ids::Shorts(ids), _) => {
                let ids = |rank: usize| ids.get(rank).map_or(0, |id| of(usize::from(*id)));
                self.rows.each(|row, rank| put(&mut spread, row, ids(rank)));
            }
            // Such columns have an entry a row.
            Values::Integers(_) | Values::Times(_) => self.rows.each(|row, _| put(&mut spread, row, of(row))),
            Values::InLine => {}
        }
        spread
    }
    /// Whether its values are whole numbers that are kept as such, not in a dictionary.
    pub(crate) fn holds_numbers(&self) -> bool {
        matches!(self.values, Values::Integers(_) | Values::Times(_))
    }
    /// Adds every row whose whole number lies in `range`. A column that holds none as such adds none.
    pub(crate) fn mark_numbers(&self, range: &RangeInclusive<i128>, rows: &mut [u64]) {
        match &self.values {
            Values::Integers(integers) => {
                let first = u64::try_from(range.start().saturating_sub(integers.base).max(0));
                let last = range.end().saturating_sub(integers.base);
                if let (Ok(first), 0..) = (first, last) {
                    self.mark_distances(&integers.distances, first, u64::try_from(last).unwrap_or(u64::MAX), rows);
                }
            }
            Values::Times(times) => self.mark_instants(times, range, rows),
            Values::Entries(..) | Values::InLine => {}
        }
    }
    fn mark_distances(&self, distances: &Distances, first: u64, last: u64, rows: &mut [u64]) {
        let Some(width) = last.checked_sub(first) else { return };
        let passes = |distance: u64| distance.wrapping_sub(first) <= width;
        match distances {
            Distances::Shorts(all) => self.rows.mark(all, |d| passes(u64::from(d)), rows),
            Distances::Threes(all) => {
                self.rows.mark(all, |[a, b, c]| passes(u64::from(u32::from_le_bytes([a, b, c, 0]))), rows);
            }
            Distances::Words(all) => self.rows.mark(all, |d| passes(u64::from(d)), rows),
            Distances::Longs(all) => self.rows.mark(all, passes, rows),
        }
    }
    /// The instants lie by row, not by rank: rows without the name are taken out again.
    fn mark_instants(&self, times: &[i64], range: &RangeInclusive<i128>, rows: &mut [u64]) {
        let (mut within, mut present) = (vec![0; rows.len()], vec![0; rows.len()]);
        mark_all(times, |time| range.contains(&i128::from(time)), &mut within);
        self.mark_present(&mut present);
        rows.iter_mut().zip(within.iter().zip(&present)).for_each(|(word, (a, b))| *word |= a & b);
    }
}

impl Segment {
    /// Adds every row whose time lies in `range`. When the whole segment lies outside, no row is looked at.
    pub(crate) fn mark_times(&self, range: &RangeInclusive<Nanos>, rows: &mut [u64]) {
        let Some((earliest, latest)) = self.span else { return };
        let (first, last) = (range.start().0.max(NO_TIME + 1), range.end().0);
        if first > latest || last < earliest {
            return;
        }
        if first <= earliest && last >= latest && self.is_timed {
            mark_first(self.len(), rows);
        } else {
            mark_all(&self.times, |time| first <= time && time <= last, rows);
        }
    }
}

fn put(all: &mut [u32], at: usize, value: u32) {
    if let Some(slot) = all.get_mut(at) {
        *slot = value;
    }
}

impl Rows {
    /// Shows every row that has the name, and which of them it is.
    fn each(&self, mut see: impl FnMut(usize, usize)) {
        match self {
            Self::All(count) => (0..*count as usize).for_each(|row| see(row, row)),
            Self::Few(rows) => rows.iter().enumerate().for_each(|(rank, row)| see(usize::from(*row), rank)),
            Self::Some(bits) => {
                for (at, (word, before)) in bits.words.iter().enumerate() {
                    let (mut left, mut rank) = (*word, *before as usize);
                    while left != 0 {
                        see(at * 64 + left.trailing_zeros() as usize, rank);
                        left &= left - 1;
                        rank += 1;
                    }
                }
            }
        }
    }
    /// Adds the rows whose value passes; the n-th value is that of the n-th row that has the name.
    fn mark<T: Copy>(&self, values: &[T], passes: impl Fn(T) -> bool, rows: &mut [u64]) {
        match self {
            Self::All(_) => mark_all(values, passes, rows),
            Self::Some(bits) => {
                let mut rest = values;
                for (word, (set, _)) in rows.iter_mut().zip(&bits.words) {
                    let (own, behind) = rest.split_at_checked(set.count_ones() as usize).unwrap_or((rest, &[]));
                    rest = behind;
                    *word |= spread(packed(own, &passes), *set);
                }
            }
            Self::Few(list) => {
                for (row, _) in list.iter().zip(values).filter(|(_, value)| passes(**value)) {
                    set(*row, rows);
                }
            }
        }
    }
}

fn mark_all<T: Copy>(values: &[T], passes: impl Fn(T) -> bool, rows: &mut [u64]) {
    for (word, values) in rows.iter_mut().zip(values.chunks(64)) {
        *word |= packed(values, &passes);
    }
}

/// Adds the first `count` rows.
fn mark_first(count: usize, rows: &mut [u64]) {
    rows.iter_mut().take(count / 64).for_each(|word| *word = u64::MAX);
    if let Some(word) = rows.get_mut(count / 64) {
        *word |= (1 << (count % 64)) - 1;
    }
}

fn set(row: u16, rows: &mut [u64]) {
    if let Some(word) = rows.get_mut(usize::from(row / 64)) {
        *word |= 1 << (row % 64);
    }
}

/// A bit for each of at most 64 values.
fn packed<T: Copy>(values: &[T], passes: &impl Fn(T) -> bool) -> u64 {
    values.iter().enumerate().fold(0, |word, (at, value)| word | u64::from(passes(*value)) << at)
}

/// Gives the n-th bit of `dense` to the n-th set bit of `set`.
fn spread(mut dense: u64, mut set: u64) -> u64 {
    let mut spread = 0;
    while dense != 0 && set != 0 {
        let lowest = set & set.wrapping_neg();
        if dense & 1 == 1 {
            spread |= lowest;
        }
        dense >>= 1;
        set ^= lowest;
    }
    spread
}

#[cfg(test)]
#[path = "mark_tests.rs"]
mod tests;
