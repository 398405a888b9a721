//! What the model tells those who draw it: places, counts, what is owed.
//!
//! Lives here: questions of views and of the loop, answered from the model alone. Imports: `base`.
//! Promise: nothing here changes the model, and nothing costs more than a few steps, however many alerts there are.

#[cfg(test)]
use std::ops::Range;

use crate::base::Millis;
use crate::state::layout::{self, Layout, Parts, SizeClass};
use crate::state::live::Stage;
use crate::state::{Focus, HINT_MS, Layer, Model, Place, SETTLE_MS, related};

/// How far loading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Bytes read.
    pub(crate) bytes: u64,
    /// Bytes in all, where that is known.
    pub(crate) total: Option<u64>,
    /// Alerts so far.
    pub(crate) alerts: usize,
    /// Seconds left at the speed so far, rounded up; `None` while it can't be told.
    pub(crate) seconds_left: Option<u64>,
}

impl Model {
    /// Where the panes are now: as the size asks for or the user chose, and with the focus where there is room for one.
    pub(crate) fn place(&self) -> Place {
        let class = SizeClass::of(self.size.columns);
        match (self.focus, self.detail.zoomed || class == SizeClass::Narrow) {
            (Focus::Detail, true) => Place::Full,
            (_, true) => Place::Off,
            (_, false) => self.chosen_place(class),
        }
    }

    fn chosen_place(&self, class: SizeClass) -> Place {
        self.detail.chosen.get(class as usize).copied().flatten().unwrap_or(class.place())
    }

    /// Where everything stands now.
    pub(crate) fn layout(&self) -> Layout {
        layout::layout(self.size, self.parts(self.place()))
    }

    /// Which parts there are beside the list, with the panes at `place`.
    fn parts(&self, place: Place) -> Parts {
        Parts {
            place,
            second: self.has_second_bar(),
            histogram: if self.detail.zoomed { 0 } else { self.chart_rows() },
            facets: self.facet_columns(),
        }
    }

    /// Whether the filter bar has two rows: a filter and words on top of it, a filter being typed, a warning.
    pub(crate) fn has_second_bar(&self) -> bool {
        let typing = |wanted: fn(&Layer) -> bool| self.layers.iter().any(wanted);
        let words = !self.narrowed.now.words.is_empty() || typing(|l| matches!(l, Layer::Narrow(_)));
        // It stays for as long as the filter is typed: a list that jumps with every mistake could not be read.
        typing(|l| matches!(l, Layer::Filter(_) | Layer::Chip(_)))
            || self.narrowed.warning.is_some()
            || (words && !self.narrowed.now.filter.is_empty())
    }

    /// When something that is owed falls due: the pane that follows a resting cursor, a hint after a prefix key.
    /// `None`: nothing is, so the loop may sleep for ever.
    pub(crate) fn due(&self) -> Option<Millis> {
        let settles = (!self.list.settled).then_some(Millis(self.list.moved.0.saturating_add(SETTLE_MS)));
        let hints = self.pending.prefix.map(|_| Millis(self.pending.since.0.saturating_add(HINT_MS)));
        let asks = self.question_due().filter(|_| self.narrowed.stale && !self.narrowed.waiting);
        let hints = hints.filter(|at| *at > self.clock);
        [settles, hints, asks, self.news_due(), self.alarm_due(), self.panes_due(), related::due(self)]
            .into_iter()
            .flatten()
            .min()
    }

    /// The places of the list that are drawn.
    #[cfg(test)]
    pub(crate) fn visible(&self) -> Range<usize> {
        let start = self.list.top.0.min(self.list.len());
        let end = start.saturating_add(usize::from(self.layout().list.rows)).min(self.list.len());
        start..end
    }

    /// How many rows the list has, or would have where the panes stand in its place.
    pub(crate) fn list_rows(&self) -> usize {
        let place = if self.place() == Place::Full { Place::Off } else { self.place() };
        let mut parts = self.parts(place);
        // Where facets stand in its place, it is as high as it will be without them.
        parts.facets = parts.facets.min(self.size.columns.saturating_sub(1));
        usize::from(layout::layout(self.size, parts).list.rows)
    }

    /// The number of the row under the cursor, from 1, and how many there are: `row 8,451 of 12,000`.
    pub(crate) fn row_number(&self) -> Option<(usize, usize)> {
        self.list.row.map(|_| (self.list.cursor.0 + 1, self.list.len()))
    }

    /// Whether the number of rows in view may still change: an answer is awaited, or was stopped half way.
    pub(crate) fn is_counting(&self) -> bool {
        let of_change = self.list.view.generation < self.narrowed.changed || !self.list.view.complete;
        // Of a list that is followed the count grows: a sign for every alert that comes would only flicker.
        let more_comes = self.loaded.stage == Stage::Following;
        of_change || (!more_comes && (self.narrowed.waiting || self.narrowed.stale))
    }

    /// How far loading is; `None` when nothing is being loaded.
    pub(crate) fn progress(&self) -> Option<Progress> {
        let loaded = &self.loaded;
        loaded.is_loading().then(|| Progress {
            bytes: loaded.bytes,
            total: loaded.total,
            alerts: loaded.snapshot.alerts(),
            seconds_left: self.seconds_left(),
        })
    }

    fn seconds_left(&self) -> Option<u64> {
        let elapsed = self.clock.0.saturating_sub(self.loaded.since.0);
        let left = self.loaded.total?.checked_sub(self.loaded.bytes)?;
        // In the first half second the speed is that of opening files.
        if elapsed < 500 || self.loaded.bytes == 0 {
            return None;
        }
        let ms = u128::from(left) * u128::from(elapsed) / u128::from(self.loaded.bytes);
        u64::try_from(ms.div_ceil(1000)).ok()
    }

    /// Whether the continuations of the prefix key are shown by now.
    pub(crate) fn shows_continuations(&self) -> bool {
        self.pending.prefix.is_some() && self.clock.0 >= self.pending.since.0.saturating_add(HINT_MS)
    }
}
