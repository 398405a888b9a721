//! What is known of all alerts: columns in immutable segments, and where the bytes lie.
//!
//! Lives here: segments, their dictionaries, counts, the loader that fills them. Not here: filters (`query`).
//! Imports: `base`, `source`, `frame`, `decode`. Promise: lines = alerts + unreadable + blank, always; no tree of JSON
//! values per alert and no byte of a file that can be read again stays in memory.

pub(crate) mod load;

use std::sync::Arc;

use crate::base::{Clean, Nanos, Notice, Priority, RowId};
use crate::decode::{Reason, Scope, Value};
use crate::source::{ByteSpan, SourceId, Sources};

/// At most 65,536 alerts in columns; never changed once it is shared.
#[derive(Debug, Default)]
pub(crate) struct Segment {}

/// The values of one name in one segment: a dictionary of the distinct ones, and which of them each row has.
///
/// A condition is tested once for each entry, then rows are compared by entry number.
#[derive(Debug)]
pub(crate) struct Column {}

/// What a column knows of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The alert does not have the name, or it is null.
    Absent,
    /// The number of its entry in the column.
    Entry(u32),
    /// The alert has it; the value is only in the line: `output`, `message`, and columns of many distinct long values.
    InLine,
}

/// What a column holds for one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// The whole value.
    Whole(Value<'a>),
    /// Only the value's beginning (the value is long): the rest lies in the line.
    Start(&'a [u8]),
    /// The value is only in the line.
    InLine,
}

/// Where an alert came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The bytes of its line.
    pub(crate) span: ByteSpan,
    /// Number of the line in its source, from 1.
    pub(crate) line: u64,
}

impl Column {
    /// Where the name stands.
    pub(crate) fn scope(&self) -> Scope {
        Scope::Field
    }
    /// The name.
    pub(crate) fn name(&self) -> &[u8] {
        &[]
    }
    /// How many entries there are; entry numbers are below it. 0 where every value is only in the line.
    pub(crate) fn entries(&self) -> usize {
        0
    }
    /// Entry `entry`; `None` when there is no such entry.
    pub(crate) fn entry(&self, _entry: u32) -> Option<Cell<'_>> {
        None
    }
    /// What row `row` has.
    pub(crate) fn slot(&self, _row: usize) -> Slot {
        Slot::Absent
    }
    /// In how many rows the name is there and not null.
    pub(crate) fn present(&self) -> usize {
        0
    }
}

impl Segment {
    /// How many alerts it holds.
    pub(crate) fn len(&self) -> usize {
        0
    }
    /// Every column.
    pub(crate) fn columns(&self) -> &[Column] {
        &[]
    }
    /// The column of `name`; `None` when no row has it.
    pub(crate) fn column(&self, scope: Scope, name: &[u8]) -> Option<&Column> {
        self.columns().iter().find(|c| c.scope() == scope && c.name() == name)
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
    pub(crate) fn time(&self, _row: usize) -> Option<Nanos> {
        None
    }
    /// The alert's priority; `None` when it has none or an unknown word.
    pub(crate) fn priority(&self, _row: usize) -> Option<Priority> {
        None
    }
    /// Where the alert came from.
    pub(crate) fn place(&self, _row: usize) -> Option<Place> {
        None
    }
}

/// A line that is no alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Where it stands.
    pub(crate) place: Place,
    /// Why it is none.
    pub(crate) reason: Reason,
    /// Its first bytes (at most 200), for the list of such lines.
    pub(crate) start: Clean,
}

/// Lines read and what became of them. `lines = alerts + unreadable + blank`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Lines read.
    pub(crate) lines: u64,
    /// Lines that are alerts.
    pub(crate) alerts: u64,
    /// Lines that are none.
    pub(crate) unreadable: u64,
    /// Lines of nothing but blanks.
    pub(crate) blank: u64,
}

/// A frozen view of everything loaded so far; cheap to clone, safe to hand to a worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    segments: Arc<Vec<Arc<Segment>>>,
    sources: Arc<Sources>,
}

impl Snapshot {
    /// Nothing loaded yet, from `sources`.
    pub(crate) fn new(sources: Arc<Sources>) -> Self {
        Self { segments: Arc::default(), sources }
    }
    /// This snapshot with `segment` as its segment number `index`, in place of an earlier, shorter one.
    pub(crate) fn with_segment(&self, index: usize, segment: Arc<Segment>) -> Self {
        let mut segments = self.segments.as_ref().clone();
        match segments.get_mut(index) {
            Some(slot) => *slot = segment,
            None => segments.push(segment),
        }
        Self { segments: Arc::new(segments), sources: Arc::clone(&self.sources) }
    }
    /// How many alerts there are.
    pub(crate) fn alerts(&self) -> usize {
        self.segments.iter().map(|s| s.len()).sum()
    }
    /// The segments; a `RowId`'s `segment()` is the index.
    pub(crate) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }
    /// Where single lines are read again.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }
    /// The segment that holds `row`.
    pub(crate) fn segment(&self, row: RowId) -> Option<&Segment> {
        self.segments.get(row.segment()).map(Arc::as_ref)
    }
    /// See [`Segment::cell`].
    pub(crate) fn cell(&self, row: RowId, scope: Scope, name: &str) -> Option<Cell<'_>> {
        self.segment(row)?.cell(row.row(), scope, name.as_bytes())
    }
}

/// What the loader tells while it works.
#[derive(Debug)]
pub(crate) enum LoadEvent {
    /// A segment is ready; it takes the place of an earlier, shorter one of the same number.
    Segment { index: usize, segment: Arc<Segment> },
    /// Lines that are no alerts, in order, and the counts and bytes so far (`total` where the size is known).
    Progress { unreadable: Vec<Unreadable>, counts: Counts, bytes: u64, total: Option<u64> },
    /// A file that is left out, and why: no alert in it, a device, not readable. Its lines are not counted.
    Skipped(Notice),
    /// A source that the user named can't be opened or read.
    Failed { source: Option<SourceId>, notice: Notice },
    /// Everything was read.
    Done,
}
