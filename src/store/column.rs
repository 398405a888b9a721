//! One name's values in one segment, sealed: read-only, narrow.
//!
//! Lives here: the forms in which values are kept, and reading them. Not here: how they come to be (`builder`).
//! Imports: `decode`. Promise: entry numbers are below `entries`; what a cell says is what stands in the line, to the byte.

use crate::decode::{Scope, Value};

/// What a column knows of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The alert does not have the name, or it is null.
    Absent,
    /// The number of its entry in the column.
    Entry(u32),
    /// The alert has it; the value is only in the line: `output`, `message`, `time`, and columns of distinct long values.
    InLine,
}

/// What a column holds for one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// The whole value.
    Whole(Value<'a>),
    /// A whole number that the column holds by value; it stands in the line in the usual spelling, so it reads as
    /// [`Value::Number`] of its decimal digits. [`Cell::read`] makes no difference between the two. Columns of these have
    /// one entry a row (the entry's number is the row's), so the same number may be in many entries.
    Integer(i128),
    /// Only the value's beginning (the value is long): the rest lies in the line. Two rows of one such entry have the same
    /// beginning, not always the same value. What kind of value it is the column does not know.
    Start(&'a [u8]),
    /// The value is only in the line.
    InLine,
}

impl Cell<'_> {
    /// Hands the whole value to `with`; `None` where the column holds less than that.
    pub(crate) fn read<T>(self, with: impl FnOnce(Value<'_>) -> T) -> Option<T> {
        match self {
            Self::Whole(value) => Some(with(value)),
            Self::Integer(number) => Some(with(Value::Number(&number.to_string()))),
            Self::Start(_) | Self::InLine => None,
        }
    }
}

/// The values of one name in one segment: a dictionary of the distinct ones, and which of them each row has.
///
/// A condition is tested once for each entry, then rows are compared by entry number. An entry may be of no row.
#[derive(Debug)]
pub(crate) struct Column {
    pub(super) scope: Scope,
    pub(super) name: Box<[u8]>,
    pub(super) rows: Rows,
    pub(super) values: Values,
}

/// Which rows have the name.
#[derive(Debug)]
pub(super) enum Rows {
    /// All, this many.
    All(u32),
    /// Those whose bit is set.
    Some(Bits),
    /// These, in order.
    Few(Box<[u16]>),
}

/// A bit a row, and how many are set before each word.
#[derive(Debug)]
pub(super) struct Bits {
    pub(super) words: Box<[(u64, u32)]>,
    set: u32,
}

/// What the rows that have the name have. The n-th value is that of the n-th such row.
#[derive(Debug)]
pub(super) enum Values {
    /// Entries of a dictionary.
    Entries(Ids, Dictionary),
    /// Whole numbers by value.
    Integers(Integers),
    /// The instant in the alert's `time`, in nanoseconds since 1970; kept there.
    Times(std::sync::Arc<[i64]>),
    /// Only in the line.
    InLine,
}

/// Entry numbers, as narrow as they can be.
#[derive(Debug)]
pub(super) enum Ids {
    /// Every row has entry 0.
    Zero,
    /// Fewer than 257 entries.
    Bytes(Box<[u8]>),
    /// More.
    Shorts(Box<[u16]>),
}

/// Whole numbers as distances from the smallest.
#[derive(Debug)]
pub(super) struct Integers {
    pub(super) base: i128,
    pub(super) distances: Distances,
}

/// Distances, as narrow as the widest allows.
#[derive(Debug)]
pub(super) enum Distances {
    Shorts(Box<[u16]>),
    Threes(Box<[[u8; 3]]>),
    Words(Box<[u32]>),
    Longs(Box<[u64]>),
}

/// Distinct values, their bytes one after the other.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    pub(super) bytes: Box<[u8]>,
    pub(super) ends: Box<[(u32, Kind)]>,
}

/// What the bytes of an entry are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    List,
    Object,
    /// The first bytes of a longer value of any kind.
    Start,
}

impl Column {
    /// Where the name stands.
    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }
    /// The name.
    pub(crate) fn name(&self) -> &[u8] {
        &self.name
    }
    /// How many entries there are; entry numbers are below it. 0 where every value is only in the line.
    pub(crate) fn entries(&self) -> usize {
        match &self.values {
            Values::Entries(_, dictionary) => dictionary.ends.len(),
            Values::Integers(_) | Values::Times(_) => self.rows.span(),
            Values::InLine => 0,
        }
    }
    /// Entry `entry`; `None` when there is no such entry, or no row has it.
    pub(crate) fn entry(&self, entry: u32) -> Option<Cell<'_>> {
        match &self.values {
            Values::Entries(_, dictionary) => dictionary.cell(entry),
            Values::Integers(integers) => Some(Cell::Integer(integers.value(self.rows.rank(entry as usize)?)?)),
            Values::Times(times) => {
                self.rows.rank(entry as usize)?;
                Some(Cell::Integer(i128::from(*times.get(entry as usize)?)))
            }
            Values::InLine => None,
        }
    }
    /// What row `row` has.
    pub(crate) fn slot(&self, row: usize) -> Slot {
        let Some(rank) = self.rows.rank(row) else {
            return Slot::Absent;
        };
        match &self.values {
            Values::Entries(ids, _) => ids.id(rank).map_or(Slot::Absent, Slot::Entry),
            Values::Integers(_) | Values::Times(_) => u32::try_from(row).map_or(Slot::Absent, Slot::Entry),
            Values::InLine => Slot::InLine,
        }
    }
    /// The bytes of all entries of its dictionary one after the other, if every entry is a whole text, number, `true` or
    /// `false`: what is found in an entry's bytes is found in its value. [`Column::entry_at`] tells whose they are.
    pub(crate) fn plain_bytes(&self) -> Option<&[u8]> {
        let Values::Entries(_, dictionary) = &self.values else { return None };
        let is_plain = |(_, kind): &(u32, Kind)| matches!(kind, Kind::Text | Kind::Number | Kind::Bool);
        dictionary.ends.iter().all(is_plain).then_some(&*dictionary.bytes)
    }
    /// The entry that has byte `offset` of the dictionary's bytes, and where its bytes end.
    pub(crate) fn entry_at(&self, offset: usize) -> Option<(usize, usize)> {
        let Values::Entries(_, dictionary) = &self.values else { return None };
        let entry = dictionary.ends.partition_point(|(end, _)| *end as usize <= offset);
        dictionary.ends.get(entry).map(|(end, _)| (entry, *end as usize))
    }
    /// In how many rows the name is there and not null.
    pub(crate) fn present(&self) -> usize {
        self.rows.present()
    }
    /// How its values are kept, for measurements.
    #[cfg(test)]
    pub(crate) fn form(&self) -> &'static str {
        match &self.values {
            Values::Entries(..) => "entries",
            Values::Integers(_) => "integers",
            Values::Times(_) => "times",
            Values::InLine => "in line",
        }
    }
    /// Bytes of memory that it takes, without its own few words.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.name.len() + self.rows.heap_bytes() + self.values.heap_bytes()
    }
}

impl Rows {
    /// Which of the rows that have the name `row` is; `None` when it has not.
    fn rank(&self, row: usize) -> Option<usize> {
        match self {
            Self::All(count) => (row < *count as usize).then_some(row),
            Self::Some(bits) => bits.rank(row),
            Self::Few(rows) => rows.binary_search(&u16::try_from(row).ok()?).ok(),
        }
    }
    fn present(&self) -> usize {
        match self {
            Self::All(count) => *count as usize,
            Self::Some(bits) => bits.set as usize,
            Self::Few(rows) => rows.len(),
        }
    }
    /// One more than the last row that has the name may be.
    fn span(&self) -> usize {
        match self {
            Self::All(count) => *count as usize,
            Self::Some(bits) => bits.words.len() * 64,
            Self::Few(rows) => rows.last().map_or(0, |&row| usize::from(row) + 1),
        }
    }
    fn heap_bytes(&self) -> usize {
        match self {
            Self::All(_) => 0,
            Self::Some(bits) => size_of_val(&*bits.words),
            Self::Few(rows) => size_of_val(&**rows),
        }
    }
    /// Of `rows` in order, out of `all`, in the form that takes least and is fast.
    pub(super) fn of(rows: &[u16], all: usize) -> Self {
        if rows.len() == all {
            Self::All(u32::try_from(all).unwrap_or(u32::MAX))
        } else if rows.len() * 16 < all {
            Self::Few(rows.into())
        } else {
            Self::Some(Bits::of(rows))
        }
    }
}

impl Bits {
    fn of(rows: &[u16]) -> Self {
        let words = rows.last().map_or(0, |&last| usize::from(last) / 64 + 1);
        let mut words = vec![(0_u64, 0_u32); words];
        for &row in rows {
            if let Some((word, _)) = words.get_mut(usize::from(row) / 64) {
                *word |= 1 << (row % 64);
            }
        }
        let mut set = 0;
        for (word, before) in &mut words {
            *before = set;
            set += word.count_ones();
        }
        Self { words: words.into(), set }
    }
    fn rank(&self, row: usize) -> Option<usize> {
        let &(word, before) = self.words.get(row / 64)?;
        let bit = 1_u64 << (row % 64);
        (word & bit != 0).then(|| before as usize + (word & (bit - 1)).count_ones() as usize)
    }
}

impl Values {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Entries(ids, dictionary) => ids.heap_bytes() + dictionary.heap_bytes(),
            Self::Integers(integers) => integers.heap_bytes(),
            Self::Times(_) | Self::InLine => 0,
        }
    }
}

impl Ids {
    /// Of entry numbers below `entries`.
    pub(super) fn of(ids: &[u16], entries: usize) -> Self {
        if entries <= 1 {
            Self::Zero
        } else if entries <= 256 {
            Self::Bytes(ids.iter().map(|&id| u8::try_from(id).unwrap_or(u8::MAX)).collect())
        } else {
            Self::Shorts(ids.into())
        }
    }
    fn id(&self, rank: usize) -> Option<u32> {
        match self {
            Self::Zero => Some(0),
            Self::Bytes(ids) => ids.get(rank).map(|&id| u32::from(id)),
            Self::Shorts(ids) => ids.get(rank).map(|&id| u32::from(id)),
        }
    }
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Zero => 0,
            Self::Bytes(ids) => ids.len(),
            Self::Shorts(ids) => ids.len() * 2,
        }
    }
}

impl Integers {
    /// `None` when the numbers lie further apart than a u64 reaches.
    pub(super) fn of(numbers: &[i128]) -> Option<Self> {
        let base = numbers.iter().copied().min().unwrap_or(0);
        let distances: Option<Vec<u64>> = numbers.iter().map(|n| u64::try_from(n - base).ok()).collect();
        Some(Self { base, distances: Distances::of(&distances?) })
    }
    fn value(&self, rank: usize) -> Option<i128> {
        let distance = match &self.distances {
            Distances::Shorts(all) => u64::from(*all.get(rank)?),
            Distances::Threes(all) => {
                let [a, b, c] = *all.get(rank)?;
                u64::from(u32::from_le_bytes([a, b, c, 0]))
            }
            Distances::Words(all) => u64::from(*all.get(rank)?),
            Distances::Longs(all) => *all.get(rank)?,
        };
        Some(self.base + i128::from(distance))
    }
    fn heap_bytes(&self) -> usize {
        match &self.distances {
            Distances::Shorts(all) => all.len() * 2,
            Distances::Threes(all) => all.len() * 3,
            Distances::Words(all) => all.len() * 4,
            Distances::Longs(all) => all.len() * 8,
        }
    }
}

impl Distances {
    fn of(all: &[u64]) -> Self {
        let widest = all.iter().copied().max().unwrap_or(0);
        if u16::try_from(widest).is_ok() {
            Self::Shorts(all.iter().map(|&d| u16::try_from(d).unwrap_or(u16::MAX)).collect())
        } else if widest < 1 << 24 {
            Self::Threes(all.iter().map(|d| low_three(*d)).collect())
        } else if u32::try_from(widest).is_ok() {
            Self::Words(all.iter().map(|&d| u32::try_from(d).unwrap_or(u32::MAX)).collect())
        } else {
            Self::Longs(all.into())
        }
    }
}

fn low_three(distance: u64) -> [u8; 3] {
    let [a, b, c, ..] = distance.to_le_bytes();
    [a, b, c]
}

impl Dictionary {
    fn cell(&self, entry: u32) -> Option<Cell<'_>> {
        let at = entry as usize;
        let &(end, kind) = self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&(end, _)| end);
        let bytes = self.bytes.get(start as usize..end as usize)?;
        Some(match kind {
            Kind::Text => Cell::Whole(Value::Text(bytes)),
            // Numbers came as text; the check costs a few bytes' look.
            Kind::Number => Cell::Whole(Value::Number(std::str::from_utf8(bytes).unwrap_or_default())),
            Kind::Bool => Cell::Whole(Value::Bool(bytes == b"true")),
            Kind::List => Cell::Whole(Value::List(bytes)),
            Kind::Object => Cell::Whole(Value::Object(bytes)),
            Kind::Start => Cell::Start(bytes),
        })
    }
    fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends)
    }
}
