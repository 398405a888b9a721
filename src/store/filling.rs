//! The segment that is being filled, those that are told, and how many of them are held.
//!
//! Lives here: when a segment is full, which are dropped to stay within the bounds. Not here: values (`builder`). Imports:
//! `source`. Promise: a segment that was told never changes but by growing, and the oldest go first.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::source::{SourceId, Sources};
use crate::store::builder::Builder;
use crate::store::{LoadEvent, MAX_ROWS, Place, Segment};

/// How much is held at most; the oldest alerts go when there are more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Alerts.
    pub(crate) alerts: Option<u64>,
    /// Bytes of memory, of columns and of what is kept of sources that can't be read again.
    pub(crate) bytes: Option<u64>,
}

/// A stream that trickles gives small segments, so that showing each new alert costs little; 65,536 of them are enough.
const TRICKLE_ROWS: usize = 8192;

/// Of what is held a segment is at most so small a part, so that little more than needed is dropped at once.
const PARTS: u64 = 8;

/// A segment is never smaller, however tight the bounds: 65,536 of them are 67 million alerts, a week of 100 a second.
const FEWEST_ROWS: usize = 1024;

/// So many segments have a number, but for those that one more block may fill.
const MOST_SEGMENTS: usize = 65_000;

/// Bytes of memory that an alert takes, for the size of segments; see `benches/load.rs`.
const ALERT_BYTES: u64 = 250;

/// What is being filled, and what was.
#[derive(Debug, Default)]
pub(super) struct Filling {
    pub(super) builder: Builder,
    bounds: Bounds,
    index: usize,
    /// How many of its rows were told.
    shown: usize,
    /// The segments that are held, without the one that is being filled.
    held: VecDeque<Held>,
    /// What is known of the one that is being filled.
    growing: Held,
    dropped: u64,
}

/// What is known of a segment.
#[derive(Debug, Default)]
struct Held {
    alerts: u64,
    /// Of memory, when it was told last.
    bytes: u64,
    /// Where its last alert of each source ends.
    ends: Vec<(SourceId, u64)>,
}

impl Filling {
    /// Nothing yet.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }
    /// The alert at this place was committed.
    pub(super) fn committed(&mut self, place: Place, end_len: u8) {
        self.builder.commit(place, end_len);
        let end = place.span.start + u64::from(place.span.len);
        match self.growing.ends.iter_mut().rev().find(|(source, _)| *source == place.span.source) {
            Some((_, last)) => *last = end,
            None => self.growing.ends.push((place.span.source, end)),
        }
    }
    /// The rows that were not told yet.
    pub(super) fn unshown(&self) -> usize {
        self.builder.len() - self.shown
    }
    /// Whether the numbers of segments are nearly used up.
    pub(super) fn is_out_of_numbers(&self) -> bool {
        self.index >= MOST_SEGMENTS
    }
    /// Whether no further alert has room.
    pub(super) fn is_full(&self) -> bool {
        self.builder.len() >= self.room()
    }
    fn room(&self) -> usize {
        let by_bytes = self.bounds.bytes.map(|bytes| bytes / ALERT_BYTES);
        let most = [self.bounds.alerts, by_bytes].into_iter().flatten().min().unwrap_or(u64::MAX) / PARTS;
        usize::try_from(most).unwrap_or(usize::MAX).clamp(FEWEST_ROWS, MAX_ROWS)
    }
    /// The first segment is shown while it grows, each time four times as long, so that showing it costs a third more.
    pub(super) fn is_worth_showing(&self) -> bool {
        self.index == 0 && self.builder.len() >= self.shown * 4
    }
    /// Tells the segment as it is, if it has grown.
    pub(super) fn told(&mut self) -> Option<LoadEvent> {
        if self.unshown() == 0 {
            return None;
        }
        self.shown = self.builder.len();
        let segment: Arc<Segment> = Arc::new(self.builder.seal());
        if self.bounds.bytes.is_some() {
            self.growing.bytes = segment.heap_bytes() as u64;
        }
        Some(LoadEvent::Segment { index: self.index, segment })
    }
    /// Begins the next segment; the one before was told.
    pub(super) fn next_segment(&mut self) {
        let full = std::mem::take(&mut self.growing);
        self.held.push_back(Held { alerts: self.builder.len() as u64, ..full });
        self.index += 1;
        self.shown = 0;
        self.builder.restart();
    }
    /// Begins the next segment if this one has as many rows as one of a stream should.
    pub(super) fn cut_trickle(&mut self) {
        if self.builder.len() >= TRICKLE_ROWS {
            self.next_segment();
        }
    }
    /// Drops the oldest segments until what is held is within the bounds, and what `sources` keep of their alerts.
    pub(super) fn drop_oldest(&mut self, sources: &Sources) -> Option<LoadEvent> {
        let before = self.dropped;
        while self.is_beyond(sources)
            && let Some(oldest) = self.held.pop_front()
        {
            self.dropped += oldest.alerts;
            oldest.ends.iter().for_each(|(source, end)| sources.forget_before(*source, *end));
        }
        let first = self.index - self.held.len();
        (self.dropped > before).then_some(LoadEvent::Dropped { before: first, alerts: self.dropped })
    }
    fn is_beyond(&self, sources: &Sources) -> bool {
        if self.bounds == Bounds::default() {
            return false;
        }
        let alerts: u64 = self.held.iter().map(|held| held.alerts).sum::<u64>() + self.builder.len() as u64;
        let columns: u64 = self.held.iter().map(|held| held.bytes).sum::<u64>() + self.growing.bytes;
        let bytes = columns + if self.bounds.bytes.is_some() { sources.kept_bytes() } else { 0 };
        self.bounds.alerts.is_some_and(|most| alerts > most) || self.bounds.bytes.is_some_and(|most| bytes > most)
    }
}
