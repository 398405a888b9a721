//! At most 65,536 alerts in columns, sealed.
//!
//! Lives here: the segment, where its alerts lie, their times. Not here: one column (`column`), filling (`builder`).
//! Imports: `base`, `source`, `decode`. Promise: it never changes; a longer one that takes its place has the same rows
//! first, so that a `RowId` stays true.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::base::{Nanos, Priority};
use crate::decode::Scope;
use crate::source::{ByteSpan, SourceId};
use crate::store::column::{Cell, Column, Slot};

/// At most 65,536 alerts in columns; never changed once it is shared.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    pub(super) columns: Box<[Column]>,
    /// Finds a name's column.
    pub(super) names: Names,
    pub(super) places: Places,
    /// Nanoseconds since 1970, [`NO_TIME`] where there is none.
    pub(super) times: Arc<[i64]>,
    /// The earliest and the latest of them.
    pub(super) span: Option<(i64, i64)>,
    /// Every alert has a time.
    pub(super) is_timed: bool,
    /// The priority of each entry of the column `priority`.
    pub(super) priorities: Box<[Option<Priority>]>,
    pub(super) priority_column: Option<u32>,
    pub(super) leaves_names_out: bool,
}

/// In `times`: no time. No alert is of the year 1677.
pub(super) const NO_TIME: i64 = i64::MIN;

/// Where an alert came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The bytes of its line.
    pub(crate) span: ByteSpan,
    /// Number of the line in its source, from 1.
    pub(crate) line: u64,
}

impl Segment {
    /// How many alerts it holds.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }
    /// Every column.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }
    /// The column of `name`; `None` when no row has it.
    pub(crate) fn column(&self, scope: Scope, name: &[u8]) -> Option<&Column> {
        self.columns.get(self.index_of(scope, name)? as usize)
    }
    pub(super) fn index_of(&self, scope: Scope, name: &[u8]) -> Option<u32> {
        self.names.find(&self.columns, scope, name)
    }
    /// Whether alerts have names that have no column, because there are too many of them.
    pub(crate) fn leaves_names_out(&self) -> bool {
        self.leaves_names_out
    }
    /// The value of `name` in row `row`; `None` when the alert does not have it or it is null.
    pub(crate) fn cell(&self, row: usize, scope: Scope, name: &[u8]) -> Option<Cell<'_>> {
        let column = self.column(scope, name)?;
        match column.slot(row) {
            Slot::Absent => None,
            Slot::Entry(entry) => column.entry(entry),
            Slot::InLine => Some(Cell::InLine),
        }
    }
    /// The alert's time; `None` when it has none or one that is no RFC 3339.
    pub(crate) fn time(&self, row: usize) -> Option<Nanos> {
        self.times.get(row).filter(|&&time| time != NO_TIME).map(|&time| Nanos(time))
    }
    /// The latest time of any alert; `None` when none has one.
    pub(crate) fn newest(&self) -> Option<Nanos> {
        self.times.iter().copied().filter(|time| *time != NO_TIME).max().map(Nanos)
    }
    /// The alert's priority; `None` when it has none or an unknown word.
    pub(crate) fn priority(&self, row: usize) -> Option<Priority> {
        let column = self.columns.get(self.priority_column? as usize)?;
        match column.slot(row) {
            Slot::Entry(entry) => self.priorities.get(entry as usize).copied().flatten(),
            Slot::Absent | Slot::InLine => None,
        }
    }
    /// The priority of every row.
    pub(crate) fn each_priority(&self) -> Vec<Option<Priority>> {
        let column = self.priority_column.and_then(|at| self.columns.get(at as usize));
        // 0 is none, so that a priority is one more than its number.
        let table: Vec<u32> = self.priorities.iter().map(|known| known.map_or(0, |known| known as u32 + 1)).collect();
        let numbers = column.map_or_else(|| vec![0; self.len()], |column| column.spread(&table, self.len()));
        let of = |number: u32| Priority::ALL.get((number as usize).checked_sub(1)?).copied();
        numbers.into_iter().map(of).collect()
    }
    /// Where the alert came from.
    pub(crate) fn place(&self, row: usize) -> Option<Place> {
        self.places.place(row)
    }
    /// Bytes of memory that it takes.
    pub(crate) fn heap_bytes(&self) -> usize {
        let columns: usize = self.columns.iter().map(|c| size_of::<Column>() + c.heap_bytes()).sum();
        columns
            + self.names.places.capacity() * 8
            + self.places.heap_bytes()
            + size_of_val(&*self.times)
            + self.priorities.len()
    }
}

/// Places in a segment's columns, by scope and name; alerts may have thousands of names.
#[derive(Debug, Default)]
pub(super) struct Names {
    places: HashTable<u32>,
    hasher: RandomState,
}

impl Names {
    /// Of `columns`, each of which has a name of its own.
    pub(super) fn of(columns: &[Column]) -> Self {
        let hasher = RandomState::default();
        let mut places = HashTable::with_capacity(columns.len());
        for (column, at) in columns.iter().zip(0..) {
            places.insert_unique(hasher.hash_one((column.scope(), column.name())), at, |_| 0);
        }
        Self { places, hasher }
    }
    fn find(&self, columns: &[Column], scope: Scope, name: &[u8]) -> Option<u32> {
        let is_it = |&at: &u32| columns.get(at as usize).is_some_and(|c| c.scope() == scope && c.name() == name);
        self.places.find(self.hasher.hash_one((scope, name)), is_it).copied()
    }
}

/// Where the alerts lie. Lines that follow each other without a gap share a run, and cost four bytes each.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    runs: Vec<Run>,
    /// Offset of each alert's line from the start of its run.
    offsets: Vec<u32>,
}

/// Alerts on consecutive lines of one source whose ends are equally long.
#[derive(Clone, Copy, Debug)]
struct Run {
    first_row: u32,
    source: SourceId,
    start: u64,
    /// Number of its first line.
    line: u64,
    /// Where its last line ends, the end included.
    end: u64,
    end_len: u8,
}

impl Places {
    /// Adds the next alert's line and the length of its end.
    pub(super) fn push(&mut self, place: Place, end_len: u8) {
        let end = place.span.start + u64::from(place.span.len) + u64::from(end_len);
        if let Some(offset) = self.runs.last().and_then(|run| run.offset_of(place, end_len, self.offsets.len())) {
            self.offsets.push(offset);
            if let Some(run) = self.runs.last_mut() {
                run.end = end;
            }
            return;
        }
        self.runs.push(Run {
            first_row: u32::try_from(self.offsets.len()).unwrap_or(u32::MAX),
            source: place.span.source,
            start: place.span.start,
            line: place.line,
            end,
            end_len,
        });
        self.offsets.push(0);
    }
    fn place(&self, row: usize) -> Option<Place> {
        let offset = *self.offsets.get(row)?;
        let after = self.runs.partition_point(|run| run.first_row as usize <= row);
        let run = self.runs.get(after.checked_sub(1)?)?;
        let is_last = self.runs.get(after).map_or(self.offsets.len(), |next| next.first_row as usize) == row + 1;
        let end = if is_last { run.end } else { run.start + u64::from(*self.offsets.get(row + 1)?) };
        let start = run.start + u64::from(offset);
        let len = u32::try_from(end - start - u64::from(run.end_len)).unwrap_or(u32::MAX);
        let line = run.line + (row as u64 - u64::from(run.first_row));
        Some(Place { span: ByteSpan { source: run.source, start, len }, line })
    }
    fn heap_bytes(&self) -> usize {
        size_of_val(&*self.offsets) + size_of_val(&*self.runs)
    }
    pub(super) fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        self.runs.shrink_to_fit();
    }
}

impl Run {
    /// The offset of `place` in this run, if it goes on with it as row `row`.
    fn offset_of(&self, place: Place, end_len: u8, row: usize) -> Option<u32> {
        let next_line = self.line + (row as u64 - u64::from(self.first_row));
        let goes_on = self.source == place.span.source
            && self.end == place.span.start
            && next_line == place.line
            && self.end_len == end_len;
        if goes_on { u32::try_from(place.span.start - self.start).ok() } else { None }
    }
}
