//! Rows in another order than that of time.
//!
//! Lives here: sorting rows. Not here: how values compare (`key`), the order of time (`order`), groups (`group`).
//! Imports: `base`, `store`. Promise: stable: rows that compare equal stay in the order of time; rows without a value
//! are last in both directions; numbers compare as numbers, priorities by severity.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::base::{Priority, RowId};
use crate::query::bits::Bits;
use crate::query::chain::{Chain, Code, by_segment, from_lines, put, value_of};
use crate::query::family::kind;
use crate::query::key::{Direction, Key};
use crate::query::tree::Kind;
use crate::query::watch::Watch;
use crate::store::Snapshot;

/// What a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The key.
    pub(crate) by: By,
    /// The other way round.
    pub(crate) direction: Direction,
}

/// A key of sorting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The alert's time; of a group, its first.
    Time,
    /// Severity, the worst first; of a group, its worst.
    Priority,
    /// The value of the first of these fields that is there; of a group, of its first alert.
    Fields(Vec<String>),
    /// How many alerts a group has.
    Count,
}

/// The place of a row that has no value: behind all others.
const LAST: u32 = u32::MAX;

/// `rows`, which are in the order of time, in this order; `None` when something newer waits.
pub(crate) fn sorted(
    snapshot: &Snapshot,
    rows: Vec<RowId>,
    order: &Order,
    watch: &mut Watch<'_>,
) -> Option<Vec<RowId>> {
    match &order.by {
        By::Count => Some(rows),
        By::Time => Some(by_time(snapshot, rows, order.direction)),
        By::Priority => {
            let count = Priority::ALL.len();
            let rank = |row: RowId| {
                let priority = snapshot.segment(row).and_then(|segment| segment.priority(row.row()));
                priority.map_or(LAST, |priority| priority as u32)
            };
            Some(placed(&rows, count, order.direction, &rank))
        }
        By::Fields(fields) => {
            let ranks = Ranks::of(snapshot, &rows, fields, watch)?;
            Some(placed(&rows, ranks.count, order.direction, &|row| ranks.rank(row)))
        }
    }
}

fn by_time(snapshot: &Snapshot, mut rows: Vec<RowId>, direction: Direction) -> Vec<RowId> {
    if direction == Direction::Backwards {
        let has_time = |row: &RowId| snapshot.segment(*row).is_some_and(|segment| segment.time(row.row()).is_some());
        let timed = rows.partition_point(has_time);
        rows.get_mut(..timed).unwrap_or_default().reverse();
    }
    rows
}

/// The rows by their rank below `count`; equal ones as they came, those without one last.
fn placed(rows: &[RowId], count: usize, direction: Direction, rank: &dyn Fn(RowId) -> u32) -> Vec<RowId> {
    let place = |row: RowId| match (rank(row), direction) {
        (LAST, _) => count,
        (rank, Direction::Forwards) => rank as usize,
        (rank, Direction::Backwards) => count - 1 - (rank as usize).min(count - 1),
    };
    let places: Vec<u32> = rows.iter().map(|row| u32::try_from(place(*row)).unwrap_or(LAST)).collect();
    let mut next = vec![0_usize; count + 2];
    for place in &places {
        if let Some(slot) = next.get_mut(*place as usize + 1) {
            *slot += 1;
        }
    }
    let mut before = 0;
    for slot in &mut next {
        before += *slot;
        *slot = before;
    }
    let mut sorted = rows.to_vec();
    for (row, place) in rows.iter().zip(places) {
        let Some(at) = next.get_mut(place as usize) else { continue };
        put(&mut sorted, *at, *row);
        *at += 1;
    }
    sorted
}

/// The rank of each row's value among all values.
struct Ranks<'s> {
    parts: Vec<Part<'s>>,
    count: usize,
}

/// The ranks in one segment.
struct Part<'s> {
    chain: Chain<'s>,
    by_code: Vec<u32>,
    by_row: HashMap<usize, u32>,
}

/// Where a key's rank is to be noted.
#[derive(Clone, Copy)]
enum Note {
    Code(usize, u32),
    Row(usize, usize),
}

impl<'s> Ranks<'s> {
    fn of(snapshot: &'s Snapshot, rows: &[RowId], fields: &[String], watch: &mut Watch<'_>) -> Option<Self> {
        // Of several fields the first says what they are.
        let kind = fields.first().map_or(Kind::Plain, |name| kind(name));
        let mut keys: Vec<(Key, Note)> = Vec::new();
        let mut parts = Vec::new();
        for (number, (segment, wanted)) in snapshot.segments().iter().zip(by_segment(snapshot, rows)).enumerate() {
            let chain = Chain::of(segment, fields);
            let mut used = vec![false; chain.codes()];
            let mut in_lines = Bits::none(segment.len());
            for row in wanted.rows() {
                match chain.code(row) {
                    Code::Absent => {}
                    Code::Known(code) => put(&mut used, code as usize, true),
                    Code::InLine => in_lines.set(row),
                }
            }
            watch.spend(segment.len() * 8)?;
            let codes = (0_u32..).zip(&used).filter(|(_, used)| **used);
            keys.extend(codes.filter_map(|(code, _)| {
                Some((chain.read(code, |value| Key::of(kind, value))??, Note::Code(number, code)))
            }));
            let key = &mut |alert: &_| value_of(alert, fields).and_then(|value| Key::of(kind, value));
            let read = from_lines((snapshot, segment), &in_lines, fields.to_vec(), key, watch)?;
            keys.extend(read.into_iter().filter_map(|(row, key)| Some((key?, Note::Row(number, row)))));
            parts.push(Part { by_code: vec![LAST; chain.codes()], chain, by_row: HashMap::new() });
        }
        keys.sort_unstable_by(|a, b| a.0.compare(&b.0));
        let mut ranks = Self { parts, count: 0 };
        for equal in keys.chunk_by(|a, b| a.0.compare(&b.0) == Ordering::Equal) {
            for (_, note) in equal {
                ranks.note(*note);
            }
            ranks.count += 1;
        }
        Some(ranks)
    }

    fn note(&mut self, note: Note) {
        let rank = u32::try_from(self.count).unwrap_or(LAST);
        match note {
            Note::Code(part, code) => {
                if let Some(part) = self.parts.get_mut(part) {
                    put(&mut part.by_code, code as usize, rank);
                }
            }
            Note::Row(part, row) => {
                if let Some(part) = self.parts.get_mut(part) {
                    part.by_row.insert(row, rank);
                }
            }
        }
    }

    fn rank(&self, row: RowId) -> u32 {
        let Some(part) = self.parts.get(row.segment()) else { return LAST };
        match part.chain.code(row.row()) {
            Code::Absent => LAST,
            Code::Known(code) => part.by_code.get(code as usize).copied().unwrap_or(LAST),
            Code::InLine => part.by_row.get(&row.row()).copied().unwrap_or(LAST),
        }
    }
}

#[cfg(test)]
#[path = "sort_tests.rs"]
mod tests;
