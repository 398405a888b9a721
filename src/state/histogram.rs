//! Alerts over time, above the list: how much of the screen, which bucket, the brush.
//!
//! Lives here: the pane's state, what is in sight of it. Not here: what keys do there (`brush`), counting
//! (`query::histogram`). Imports: `base`, `query`. Promise: the cursor stays at its time, whatever becomes of the buckets.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Generation, Millis, Nanos};
use crate::query::histogram::{Histogram, Step, Wish};
use crate::query::survey::InView;
use crate::state::panes::{Around, Asked};
use crate::state::{Effect, Focus, Model};

/// Heights of the screen that ask for a histogram of one row, and of three.
const ONE_ROW: u16 = 30;
const THREE_ROWS: u16 = 45;

/// Below this many columns the words at the right are few.
pub(crate) const ROOMY: u16 = 100;

/// The pane.
#[derive(Debug, Default)]
pub(crate) struct Chart {
    /// What the user chose with `i` for each class of heights; `None`: as the height asks for.
    pub(crate) chosen: [Option<Bars>; 3],
    /// What was counted last.
    pub(crate) counted: Option<Arc<Histogram>>,
    /// How long a bucket is to be; `None`: as short as there is room for.
    pub(crate) wished: Option<Step>,
    /// The bucket under the cursor.
    pub(crate) at: usize,
    /// The other end of the brush.
    pub(crate) anchor: Option<usize>,
    asked: Asked,
    room: usize,
}

/// How high the bars are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bars {
    /// There are none.
    #[default]
    Off,
    /// One row.
    One,
    /// Three rows, and one for the times.
    Three,
}

/// What the worker is asked: alerts by time.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The alerts in view.
    pub(crate) view: InView,
    /// How many buckets there is room for, how long they are to be.
    pub(crate) wish: Wish,
}

fn class(rows: u16) -> (usize, Bars) {
    match rows {
        0..ONE_ROW => (0, Bars::Off),
        ONE_ROW..THREE_ROWS => (1, Bars::One),
        THREE_ROWS.. => (2, Bars::Three),
    }
}

impl Chart {
    /// The question about the view, if it or the room is another one than the last was about.
    pub(crate) fn ask(&mut self, around: &Around<'_>, room: usize) -> Option<Wanted> {
        if room != self.room {
            self.asked.again();
        }
        let view = self.asked.next(around)?;
        self.room = room;
        Some(Wanted { view, wish: Wish { most: room, step: self.wished, ends: around.span() } })
    }

    /// Buckets of another length are wanted.
    pub(crate) fn wish(&mut self, step: Step) {
        self.wished = Some(step);
        self.asked.again();
    }

    /// Nothing is known any more: something else is loaded.
    pub(crate) fn forget(&mut self) {
        let chosen = self.chosen;
        let asked = std::mem::take(&mut self.asked);
        *self = Self { chosen, asked, ..Self::default() };
        self.asked.again();
    }

    /// When a list that has grown is to be counted anew.
    pub(crate) fn due(&self) -> Option<Millis> {
        self.asked.due()
    }

    /// Whether what is shown is of the alerts before.
    pub(crate) fn is_counting(&self) -> bool {
        self.asked.waiting
    }

    /// The buckets of the brush; of the cursor alone where there is none.
    pub(crate) fn brushed(&self) -> Range<usize> {
        let other = self.anchor.unwrap_or(self.at);
        self.at.min(other)..self.at.max(other) + 1
    }

    /// The first bucket in sight where there is room for so many: the cursor's is among them.
    pub(crate) fn first_in(&self, room: usize) -> usize {
        let all = self.counted.as_ref().map_or(0, |counted| counted.buckets.len());
        let half = self.at.saturating_sub(room / 2);
        if all <= room { 0 } else { half.min(all - room) }
    }
}

impl Model {
    /// How high the bars are on a screen of this height.
    pub(crate) fn bars(&self) -> Bars {
        let (class, usual) = class(self.size.rows);
        self.panes.histogram.chosen.get(class).copied().flatten().unwrap_or(usual)
    }

    /// How many rows the histogram takes: with the keys, a single row of bars has two more that tell of the cursor.
    pub(crate) fn chart_rows(&self) -> u16 {
        match (self.bars(), self.focus) {
            (Bars::Off, _) => 0,
            (Bars::One, Focus::Histogram) => 3,
            (Bars::One, _) => 1,
            (Bars::Three, _) => 4,
        }
    }

    /// Keeps how high the bars are for screens of this height.
    pub(crate) fn choose_bars(&mut self, bars: Bars) {
        let (class, _) = class(self.size.rows);
        if let Some(slot) = self.panes.histogram.chosen.get_mut(class) {
            *slot = Some(bars);
        }
    }
}

/// How many columns the names at the left of three rows of bars take.
pub(crate) fn names_columns(columns: u16) -> u16 {
    u16::try_from(u32::from(columns) * 9 / 40).unwrap_or(columns)
}

/// Columns beside a single row of bars: two times of day, and words at the right.
fn beside(columns: u16) -> u16 {
    if columns < ROOMY { 26 } else { 41 }
}

/// How many buckets there is room for; `None` where none are shown.
pub(crate) fn room(model: &Model) -> Option<usize> {
    let columns = model.layout().histogram.columns;
    let taken = match model.bars() {
        Bars::Off => return None,
        Bars::One => beside(columns),
        Bars::Three => names_columns(columns) + 1,
    };
    (model.layout().histogram.rows > 0).then(|| usize::from(columns.saturating_sub(taken)).max(1))
}

/// Counts have come: the cursor and the brush stay at their times.
pub(crate) fn take(model: &mut Model, generation: Generation, counted: Arc<Histogram>) -> Vec<Effect> {
    let chart = &mut model.panes.histogram;
    if generation != chart.asked.generation {
        return Vec::new();
    }
    chart.asked.waiting = false;
    let before = chart.counted.take().filter(|before| !before.buckets.is_empty());
    let moved = |at: usize| before.as_ref().map_or(at, |before| counted.bucket_of(before.begins(at)));
    chart.at = moved(chart.at).min(counted.buckets.len().saturating_sub(1));
    chart.anchor = chart.anchor.map(moved);
    chart.counted = Some(counted);
    Vec::new()
}

/// The keys come here: the cursor begins where the list's alert is.
pub(crate) fn enter(model: &mut Model) {
    let time = time_of_cursor(model);
    let chart = &mut model.panes.histogram;
    if let (Some(counted), Some(time)) = (&chart.counted, time) {
        chart.at = counted.bucket_of(time);
    }
    chart.anchor = None;
}

/// When the alert under the list's cursor came.
pub(crate) fn time_of_cursor(model: &Model) -> Option<Nanos> {
    let row = model.list.row?;
    model.loaded.snapshot.segment(row)?.time(row.row())
}

#[cfg(test)]
#[path = "histogram_tests.rs"]
mod tests;
