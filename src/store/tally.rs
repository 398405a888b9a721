//! Counting lines, and the list of those that are no alerts.
//!
//! Imports: `base`, `source`, `frame`, `decode`. Promise: lines = alerts + unreadable + blank, also while a file that may
//! turn out to hold no alert is being read, and the list stays small however many lines are none.

use crate::base::Clean;
use crate::decode::Reason;
use crate::decode::join::Rest;
use crate::frame::{Line, MAX_LINE_BYTES};
use crate::source::{ByteSpan, SourceId};
use crate::store::{Counts, Place, Unreadable};

/// Of so many lines that are no alerts the place is kept.
const LISTED: u64 = 100_000;
/// Of so many the beginning as well.
const LISTED_WITH_START: u64 = 10_000;
/// How long that is.
const START_BYTES: usize = 120;

/// What was counted, in all and in the source that is being read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Counts,
    /// Of the source that is being read, not yet in `counts` while `is_held_back`.
    of_source: Counts,
    /// The source was found in a directory and has shown no alert yet: its lines may have to be left out.
    is_held_back: bool,
    unreadable: Vec<Unreadable>,
    /// How many were listed before those in `unreadable`.
    listed: u64,
}

impl Tally {
    /// Begins a source; `is_inside`: one that was found in a directory.
    pub(super) fn begin_source(&mut self, is_inside: bool) {
        self.of_source = Counts::default();
        self.is_held_back = is_inside;
    }
    /// Ends a source; the counts of one without an alert.
    pub(super) fn end_source(&mut self) -> Option<Counts> {
        let counts = self.of_source;
        if self.is_held_back {
            self.unreadable.clear();
            self.is_held_back = false;
        }
        (counts.alerts == 0).then_some(counts)
    }
    /// What counts now.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
    /// The lines that were listed since the last call.
    pub(super) fn take_unreadable(&mut self) -> Vec<Unreadable> {
        if self.is_held_back {
            return Vec::new();
        }
        self.listed += self.unreadable.len() as u64;
        std::mem::take(&mut self.unreadable)
    }
    /// A blank line.
    pub(super) fn blank(&mut self) {
        self.add(Counts { lines: 1, blank: 1, ..Counts::default() });
    }
    /// An alert.
    pub(super) fn alert(&mut self) {
        if self.is_held_back {
            self.is_held_back = false;
            self.counts = sum(self.counts, self.of_source);
        }
        self.add(Counts { lines: 1, alerts: 1, ..Counts::default() });
    }
    /// A line that is none. `bytes`: its beginning at least.
    pub(super) fn unreadable(&mut self, place: Place, reason: Reason, bytes: &[u8]) {
        self.add(Counts { lines: 1, unreadable: 1, ..Counts::default() });
        let number = self.listed + self.unreadable.len() as u64;
        if number < LISTED {
            let start = if number < LISTED_WITH_START { beginning(bytes) } else { Clean::default() };
            self.unreadable.push(Unreadable { place, reason, start });
        }
    }
    fn add(&mut self, line: Counts) {
        self.of_source = sum(self.of_source, line);
        if !self.is_held_back {
            self.counts = sum(self.counts, line);
        }
    }
}

fn sum(a: Counts, b: Counts) -> Counts {
    Counts {
        lines: a.lines + b.lines,
        alerts: a.alerts + b.alerts,
        unreadable: a.unreadable + b.unreadable,
        blank: a.blank + b.blank,
    }
}

fn beginning(bytes: &[u8]) -> Clean {
    Clean::from_bytes(bytes.get(..START_BYTES).unwrap_or(bytes))
}

/// Where a line stands. Of one that is too long, the part that may be read again.
pub(super) fn place_of(source: SourceId, line: &Line<'_>) -> Place {
    place(source, line.start, line.len, line.number)
}

/// Where pieces stand whose end never came.
pub(super) fn place_of_rest(source: SourceId, rest: Rest) -> Place {
    place(source, rest.start, rest.len, rest.number)
}

fn place(source: SourceId, start: u64, len: u64, number: u64) -> Place {
    let longest = u32::try_from(MAX_LINE_BYTES).unwrap_or(u32::MAX);
    let len = u32::try_from(len).unwrap_or(longest).min(longest);
    Place { span: ByteSpan { source, start, len }, line: number }
}
