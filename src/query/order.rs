//! Rows in the order of the list: by time, those of one instant in input order, those without a time last.
//!
//! Lives here: the order of everything loaded, learnt once and kept, and what of it a filter leaves. Imports: `base`,
//! `store`. Promise: a row is put in its place once, however many questions follow; the order is the same whatever came
//! first.

use std::sync::Arc;

use crate::base::{ListPos, Nanos, RowId};
use crate::query::Fresh;
use crate::query::bits::Bits;
use crate::store::Snapshot;

/// Every loaded row, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    rows: Arc<Vec<RowId>>,
    /// How many rows of each segment are among them.
    known: Vec<usize>,
}

/// What a row is sorted by: rows without a time come last.
pub(crate) type Key = (bool, Option<Nanos>, RowId);

/// That of a row: by time, then as they came.
pub(crate) fn key(snapshot: &Snapshot, row: RowId) -> Key {
    let time = snapshot.segment(row).and_then(|segment| segment.time(row.row()));
    (time.is_none(), time, row)
}

/// The row `row` of segment number `segment`.
pub(crate) fn id(segment: usize, row: usize) -> RowId {
    RowId::new(u16::try_from(segment).unwrap_or(u16::MAX), u16::try_from(row).unwrap_or(u16::MAX))
}

impl Order {
    /// Forgets the rows of segments that are empty now; the others stay in their places. Whether there were any.
    pub(crate) fn forget(&mut self, snapshot: &Snapshot) -> bool {
        let mut gone = vec![false; self.known.len()];
        for ((segment, known), gone) in snapshot.segments().iter().zip(&mut self.known).zip(&mut gone) {
            *gone = segment.len() == 0 && std::mem::take(known) > 0;
        }
        if !gone.contains(&true) {
            return false;
        }
        let is_here = |row: &RowId| gone.get(row.segment()).is_none_or(|gone| !gone);
        self.rows = Arc::new(self.rows.iter().copied().filter(is_here).collect());
        true
    }

    /// Puts the rows that came since in their places.
    pub(crate) fn learn(&mut self, snapshot: &Snapshot) {
        let mut fresh: Vec<Key> = Vec::new();
        self.known.resize(snapshot.segments().len().max(self.known.len()), 0);
        for (index, (segment, known)) in snapshot.segments().iter().zip(&mut self.known).enumerate() {
            fresh.extend((*known..segment.len()).map(|row| key(snapshot, id(index, row))));
            *known = segment.len().max(*known);
        }
        if fresh.is_empty() {
            return;
        }
        if !fresh.is_sorted() {
            fresh.sort();
        }
        merge(Arc::make_mut(&mut self.rows), &fresh, snapshot);
    }

    /// The rows that are in `hits`, which has a set for each segment.
    pub(crate) fn pick(&self, snapshot: &Snapshot, hits: &[Bits]) -> Arc<Vec<RowId>> {
        let count = hits.iter().map(Bits::count).sum();
        if count == self.rows.len() {
            Arc::clone(&self.rows)
        } else if count < self.rows.len() / FEW {
            Arc::new(sorted(snapshot, hits, count))
        } else {
            Arc::new(self.kept(hits, count))
        }
    }

    /// Goes through the order and keeps what is in `hits`.
    fn kept(&self, hits: &[Bits], count: usize) -> Vec<RowId> {
        // One list of words for all segments, so that an id finds its bit by itself.
        // Segments that were dropped stand before all others, and have none.
        let dropped = hits.iter().take_while(|hits| hits.is_empty()).count();
        let mut words = vec![0_u64; (hits.len() - dropped) * WORDS];
        for (words, hits) in words.chunks_mut(WORDS).zip(hits.iter().skip(dropped)) {
            words.iter_mut().zip(hits.words()).for_each(|(word, of_segment)| *word = *of_segment);
        }
        let is_hit = |row: &RowId| {
            let at = row.segment().checked_sub(dropped).map(|segment| segment * WORDS + row.row() / 64);
            at.and_then(|at| words.get(at)).is_some_and(|word| word >> (row.row() % 64) & 1 == 1)
        };
        let mut kept = Vec::with_capacity(count);
        kept.extend(self.rows.iter().copied().filter(is_hit));
        kept
    }
}

/// Where fewer than one in so many rows is wanted, sorting those costs less than going through all.
const FEW: usize = 32;

/// How many words of bits a full segment has.
const WORDS: usize = crate::store::MAX_ROWS / 64;

fn sorted(snapshot: &Snapshot, hits: &[Bits], count: usize) -> Vec<RowId> {
    let mut rows = Vec::with_capacity(count);
    for (index, hits) in hits.iter().enumerate() {
        rows.extend(hits.rows().map(|row| key(snapshot, id(index, row))));
    }
    rows.sort();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

/// Where `row` stands in `rows`, or the first row behind its place, or the last of all; `None` when there are no rows.
pub(crate) fn place(rows: &[RowId], snapshot: &Snapshot, row: RowId) -> Option<ListPos> {
    let wanted = key(snapshot, row);
    let place = rows.partition_point(|other| key(snapshot, *other) < wanted);
    Some(ListPos(place.min(rows.len().checked_sub(1)?)))
}

/// Puts `more`, which is in order, into `rows`, which are too; only the rows behind the first of `more` are moved.
fn merge(rows: &mut Vec<RowId>, more: &[Key], snapshot: &Snapshot) {
    let Some(first) = more.first() else { return };
    let at = rows.partition_point(|row| key(snapshot, *row) < *first);
    let tail = rows.split_off(at);
    rows.reserve(tail.len() + more.len());
    let mut tail = tail.into_iter().map(|row| key(snapshot, row)).peekable();
    let mut more = more.iter().copied().peekable();
    while let (Some(left), Some(right)) = (tail.peek(), more.peek()) {
        let next = if left < right { tail.next() } else { more.next() };
        rows.extend(next.map(|(_, _, row)| row));
    }
    rows.extend(tail.chain(more).map(|(_, _, row)| row));
}

/// Those of the rows that are in `hits` from `since` on, in the order of time.
pub(crate) fn fresh(snapshot: &Snapshot, hits: &[Bits], since: RowId) -> Vec<Fresh> {
    let mut rows = Vec::new();
    for (index, hits) in hits.iter().enumerate().skip(since.segment()) {
        let first = if index == since.segment() { since.row() } else { 0 };
        let Some(segment) = snapshot.segments().get(index) else { break };
        let found = hits.rows_within(first..hits.len()).map(|row| (row, segment.priority(row)));
        rows.extend(found.map(|(row, priority)| Fresh { row: id(index, row), priority }));
    }
    let in_order = |fresh: &Fresh| key(snapshot, fresh.row);
    if !rows.is_sorted_by_key(in_order) {
        rows.sort_by_cached_key(in_order);
    }
    rows
}

/// When the first and the last of `rows`, which are in order, came, of those with a time.
pub(crate) fn span(snapshot: &Snapshot, rows: &[RowId]) -> Option<(Nanos, Nanos)> {
    let time = |row: &RowId| snapshot.segment(*row)?.time(row.row());
    let timed = rows.partition_point(|row| time(row).is_some());
    Some((time(rows.first()?)?, time(rows.get(timed.checked_sub(1)?)?)?))
}
