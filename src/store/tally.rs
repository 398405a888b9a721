//! Counting lines, and the list of those that are no alerts.
//!
//! Imports: `base`, `source`, `frame`, `decode`. Promise: lines = alerts + unreadable + blank, also while files that may
//! turn out to hold no alert are being read, and the list stays small however many lines are none.

use crate::base::Clean;
use crate::decode::Reason;
use crate::decode::join::Rest;
use crate::frame::{Line, MAX_LINE_BYTES};
use crate::source::{ByteSpan, SourceId};
use crate::store::{Counts, Place, Unreadable};

/// Of so many lines that are no alerts the place is kept.
const LISTED: usize = 100_000;
/// Of so many the beginning as well.
const LISTED_WITH_START: usize = 10_000;
/// How long that is.
pub(super) const START_BYTES: usize = 120;

/// What was counted in all.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Counts,
    unreadable: Vec<Unreadable>,
    /// How many were listed before those in `unreadable`.
    listed: usize,
}

/// What was counted of one source.
#[derive(Debug, Default)]
pub(super) struct OfSource {
    counts: Counts,
    /// It was found in a directory and has shown no alert yet: its lines may have to be left out.
    is_held_back: bool,
    unreadable: Vec<Unreadable>,
}

impl OfSource {
    /// A source of which nothing is read; `is_inside`: one that was found in a directory.
    pub(super) fn new(is_inside: bool) -> Self {
        Self { is_held_back: is_inside, ..Self::default() }
    }
    /// What was counted so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
}

impl Tally {
    /// What counts now.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }
    /// The lines that were listed since the last call.
    pub(super) fn take_unreadable(&mut self) -> Vec<Unreadable> {
        self.listed += self.unreadable.len();
        std::mem::take(&mut self.unreadable)
    }
    /// A blank line.
    pub(super) fn blank(&mut self, of: &mut OfSource) {
        self.add(of, Counts { lines: 1, blank: 1, ..Counts::default() });
    }
    /// An alert.
    pub(super) fn alert(&mut self, of: &mut OfSource) {
        if of.is_held_back {
            of.is_held_back = false;
            self.counts = sum(self.counts, of.counts);
            let room = LISTED.saturating_sub(self.number());
            self.unreadable.extend(std::mem::take(&mut of.unreadable).into_iter().take(room));
        }
        self.add(of, Counts { lines: 1, alerts: 1, ..Counts::default() });
    }
    /// The line that was none last is read again.
    pub(super) fn retract(&mut self, of: &mut OfSource) {
        let less = |counts: Counts| Counts { lines: counts.lines - 1, unreadable: counts.unreadable - 1, ..counts };
        of.counts = less(of.counts);
        if !of.is_held_back {
            self.counts = less(self.counts);
        }
    }
    /// A line that is none. `bytes`: its beginning at least.
    pub(super) fn unreadable(&mut self, of: &mut OfSource, place: Place, reason: Reason, bytes: &[u8]) {
        self.add(of, Counts { lines: 1, unreadable: 1, ..Counts::default() });
        let number = self.number() + of.unreadable.len();
        if number < LISTED {
            let start = if number < LISTED_WITH_START { beginning(bytes) } else { Clean::default() };
            let list = if of.is_held_back { &mut of.unreadable } else { &mut self.unreadable };
            list.push(Unreadable { place, reason, start });
        }
    }
    fn number(&self) -> usize {
        self.listed + self.unreadable.len()
    }
    fn add(&mut self, of: &mut OfSource, line: Counts) {
        of.counts = sum(of.counts, line);
        if !of.is_held_back {
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
