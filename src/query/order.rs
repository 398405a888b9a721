//! Rows in the order of the list: by time, those of one instant in input order, those without a time last.
//!
//! Imports: `base`, `store`. Promise: rows that come in about in the order of time are put in at the end; nothing is
//! sorted twice.

use crate::base::{ListPos, Nanos, RowId};
use crate::store::Snapshot;

/// Rows, kept in order while more come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ordered {
    timed: Vec<RowId>,
    untimed: Vec<RowId>,
    /// Not put in yet.
    waiting: Vec<(Option<Nanos>, RowId)>,
}

fn time_of(snapshot: &Snapshot, row: RowId) -> Option<Nanos> {
    snapshot.segment(row)?.time(row.row())
}

impl Ordered {
    /// Takes a row; it is put in its place by [`Ordered::settle`].
    pub(crate) fn push(&mut self, time: Option<Nanos>, row: RowId) {
        self.waiting.push((time, row));
    }

    /// Puts every row that waits in its place.
    pub(crate) fn settle(&mut self, snapshot: &Snapshot) {
        let mut waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_sorted() {
            waiting.sort();
        }
        // `None` sorts before every time.
        let timed_at = waiting.partition_point(|(time, _)| time.is_none());
        let timed = waiting.split_off(timed_at);
        merge(&mut self.untimed, waiting.into_iter().map(|(_, row)| row).collect(), &|row| row);
        merge(&mut self.timed, timed.into_iter().map(|(_, row)| row).collect(), &|row| (time_of(snapshot, row), row));
    }

    /// When the first and the last row with a time came.
    pub(crate) fn span(&self, snapshot: &Snapshot) -> Option<(Nanos, Nanos)> {
        Some((time_of(snapshot, *self.timed.first()?)?, time_of(snapshot, *self.timed.last()?)?))
    }

    /// The rows in order.
    pub(crate) fn rows(&self) -> Vec<RowId> {
        let mut rows = Vec::with_capacity(self.timed.len() + self.untimed.len());
        rows.extend_from_slice(&self.timed);
        rows.extend_from_slice(&self.untimed);
        rows
    }

    /// Where `row` stands, or the first row behind its place, or the last of all; `None` when there are no rows.
    pub(crate) fn place(&self, snapshot: &Snapshot, row: RowId) -> Option<ListPos> {
        let place = match time_of(snapshot, row) {
            Some(time) => self.timed.partition_point(|other| (time_of(snapshot, *other), *other) < (Some(time), row)),
            None => self.timed.len() + self.untimed.partition_point(|other| *other < row),
        };
        let last = (self.timed.len() + self.untimed.len()).checked_sub(1)?;
        Some(ListPos(place.min(last)))
    }
}

/// Puts `more`, which is in order, into `rows`, which are too; only the rows behind the first of `more` are moved.
fn merge<K: Ord>(rows: &mut Vec<RowId>, more: Vec<RowId>, key: &dyn Fn(RowId) -> K) {
    let Some(first) = more.first().map(|row| key(*row)) else { return };
    if rows.last().is_none_or(|last| key(*last) < first) {
        rows.extend(more);
        return;
    }
    let at = rows.partition_point(|row| key(*row) < first);
    let tail = rows.split_off(at);
    rows.reserve(tail.len() + more.len());
    let mut tail = tail.into_iter().map(|row| (key(row), row)).peekable();
    let mut more = more.into_iter().map(|row| (key(row), row)).peekable();
    while let (Some((left, _)), Some((right, _))) = (tail.peek(), more.peek()) {
        let next = if left < right { tail.next() } else { more.next() };
        rows.extend(next.map(|(_, row)| row));
    }
    rows.extend(tail.chain(more).map(|(_, row)| row));
}
