//! What is known of all alerts: columns in immutable segments, and where the bytes lie.
//!
//! Lives here: segments, their dictionaries, counts, the loader that fills them. Not here: filters (`query`).
//! Imports: `base`, `source`, `frame`, `decode`. Promise: lines = alerts + unreadable + blank, always; no tree of JSON
//! values per alert and no byte of a file that can be read again stays in memory.

mod builder;
mod column;
mod dictionary;
mod filling;
mod growing;
pub(crate) mod load;
mod mark;
mod segment;
mod tally;

use std::sync::Arc;

use crate::base::{Clean, Nanos, Notice, RowId};
use crate::decode::{Reason, Scope};
use crate::source::Sources;
pub(crate) use crate::store::column::{Cell, Column, Slot};
pub(crate) use crate::store::segment::{Place, Segment};

/// How many alerts a segment holds at most: row numbers fit 16 bits.
pub(crate) const MAX_ROWS: usize = 1 << 16;

/// A line that is no alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Where it stands.
    pub(crate) place: Place,
    /// Why it is none.
    pub(crate) reason: Reason,
    /// Its first 120 bytes, for the list of such lines; empty for those after the first 10,000.
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
    /// This snapshot without the alerts of its segments before number `before`; those stay in their places, empty, so that
    /// a `RowId` stays true.
    pub(crate) fn without_segments_before(&self, before: usize) -> Self {
        let empty = Arc::new(Segment::default());
        let mut segments = self.segments.as_ref().clone();
        segments.iter_mut().take(before).for_each(|segment| *segment = Arc::clone(&empty));
        Self { segments: Arc::new(segments), sources: Arc::clone(&self.sources) }
    }
    /// The id that no alert has yet, and that those to come have at least.
    pub(crate) fn end(&self) -> RowId {
        let Some(last) = self.segments.len().checked_sub(1) else { return RowId::new(0, 0) };
        let rows = self.segments.last().map_or(0, |segment| segment.len());
        let number = |segment: usize| u16::try_from(segment).unwrap_or(u16::MAX);
        u16::try_from(rows).map_or_else(|_| RowId::new(number(last + 1), 0), |row| RowId::new(number(last), row))
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
    /// The latest time of any alert; `None` when none has one.
    pub(crate) fn newest(&self) -> Option<Nanos> {
        self.segments.iter().filter_map(|segment| segment.newest()).max()
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
    Segment {
        /// Its number.
        index: usize,
        /// The alerts so far.
        segment: Arc<Segment>,
    },
    /// How far it is. Every line that is no alert is counted; of the first 100,000 the place is told.
    Progress {
        /// Lines that are no alerts, since the last time, in order.
        unreadable: Vec<Unreadable>,
        /// The counts so far, of all sources; segments may be behind, never ahead.
        counts: Counts,
        /// Bytes read so far.
        bytes: u64,
        /// All bytes that there are, where that is known.
        total: Option<u64>,
    },
    /// What gives no alert, and why: a file with none in it, a device, one that is not readable. Lines of a file that was
    /// found in a directory are not counted; those of one that the user named are, so that they can be looked at.
    Skipped(Notice),
    /// A source that the user named can't be opened or read, or is a directory without an alert.
    Failed(Notice),
    /// The unreadable line at this place was cut off while it was written; it is read again, and was not counted.
    Retracted(Place),
    /// A stream gives nothing more: its name, and how many alerts came through it.
    Ended(Clean, u64),
    /// Everything that was there was read, and more may come.
    Following,
    /// What became of a source that is watched: it has ended, was rotated away, cut to nothing, or is there again.
    Said(Notice),
    /// The oldest segments, those before this number, were dropped to stay within the bounds; how many alerts in all so far.
    Dropped {
        /// The first segment that is still there.
        before: usize,
        /// Alerts dropped since loading began.
        alerts: u64,
    },
    /// Everything was read, and no more will come.
    Done,
}
