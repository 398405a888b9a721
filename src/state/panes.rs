//! What stands around the list beside the alert's own panes: values of fields, alerts over time.
//!
//! Lives here: going from pane to pane, and asking the workers anew when the view has changed. Not here: what the panes
//! hold (`facets`, `histogram`). Imports: `base`, `store`, `query`. Promise: each worker has one question at a time; it
//! is given up only when filter or words have changed, so that a load that grows never starves the panes.

use std::sync::Arc;

use crate::base::{Generation, Millis, Nanos, RowId};
use crate::query::survey::InView;
use crate::state::commands::Args;
use crate::state::facets::{self, Facets};
use crate::state::histogram::{self, Bars, Chart};
use crate::state::live::Stage;
use crate::state::mouse::Mouse;
use crate::state::{Effect, Focus, Model, Narrowing, Place, detail};
use crate::store::Snapshot;

/// The panes around the list.
#[derive(Debug, Default)]
pub(crate) struct Panes {
    /// The values of fields.
    pub(crate) facets: Facets,
    /// Alerts over time.
    pub(crate) histogram: Chart,
    /// Whether the mouse is ours.
    pub(crate) mouse: Mouse,
}

/// What a worker was asked about, and whether it has answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The newest question.
    pub(crate) generation: Generation,
    /// It has no whole answer yet.
    pub(crate) waiting: bool,
    /// When it was asked.
    since: Millis,
    /// The list has grown since, and is to be asked about later.
    owed: bool,
    about: Option<About>,
}

/// Alerts in view, and what brought them there.
#[derive(Clone, Debug)]
struct About {
    rows: Arc<Vec<RowId>>,
    narrowing: Narrowing,
}

/// Between two questions about a list that is followed, in milliseconds: counting takes as long as there are alerts.
const PACE_MS: u64 = 1000;

impl Around<'_> {
    /// When the first of the alerts in view came, and the last.
    pub(crate) fn span(&self) -> Option<(Nanos, Nanos)> {
        self.span
    }
}

impl Asked {
    /// The next question, if the view is another one than the last was about: at once where filter or words have changed,
    /// else when the last one was answered.
    pub(crate) fn next(&mut self, model: &Around<'_>) -> Option<InView> {
        let same_words = self.about.as_ref().is_some_and(|about| about.narrowing == *model.narrowing);
        let same_rows = self.about.as_ref().is_some_and(|about| Arc::ptr_eq(&about.rows, model.rows));
        let nothing_yet = model.rows.is_empty() && self.about.is_none();
        let later = model.is_followed && model.clock.0 < self.since.0.saturating_add(PACE_MS);
        self.owed = same_words && !same_rows && later;
        if nothing_yet || self.owed || same_words && (self.waiting || same_rows) {
            return None;
        }
        self.since = model.clock;
        self.generation = self.generation.next();
        self.waiting = true;
        self.about = Some(About { rows: Arc::clone(model.rows), narrowing: model.narrowing.clone() });
        Some(InView {
            generation: self.generation,
            snapshot: model.snapshot.clone(),
            rows: Arc::clone(model.rows),
            filter: model.narrowing.filter.clone(),
            words: model.narrowing.words.clone(),
            now: model.now,
        })
    }

    /// When the list that has grown may be asked about.
    pub(crate) fn due(&self) -> Option<Millis> {
        (self.owed && !self.waiting).then(|| Millis(self.since.0.saturating_add(PACE_MS)))
    }

    /// The same view is asked about once more, in another way.
    pub(crate) fn again(&mut self) {
        self.about = None;
    }
}

/// What questions are made of.
pub(crate) struct Around<'m> {
    snapshot: &'m Snapshot,
    rows: &'m Arc<Vec<RowId>>,
    narrowing: &'m Narrowing,
    now: Nanos,
    span: Option<(Nanos, Nanos)>,
    clock: Millis,
    is_followed: bool,
}

impl Model {
    /// When a pane that is shown is to be counted anew because the list has grown.
    pub(crate) fn panes_due(&self) -> Option<Millis> {
        let facets = self.panes.facets.due().filter(|_| self.shows_facets());
        let chart = self.panes.histogram.due().filter(|_| histogram::room(self).is_some());
        facets.into_iter().chain(chart).min()
    }
}

/// Asks about the view where it is another one than the panes show. Called after every message; costs nothing when nothing
/// has changed.
pub(crate) fn follow(model: &mut Model) -> Vec<Effect> {
    // An answer to the filter before is still in the list: the panes wait for the new one.
    if model.list.view.generation < model.narrowed.changed {
        return Vec::new();
    }
    let (facets, chart) = (model.shows_facets(), histogram::room(model));
    let around = Around {
        snapshot: &model.loaded.snapshot,
        rows: &model.list.view.rows,
        narrowing: &model.narrowed.now,
        now: model.now(),
        span: model.list.view.span,
        clock: model.clock,
        is_followed: model.loaded.stage == Stage::Following,
    };
    let counted = if facets { model.panes.facets.ask(&around) } else { None };
    let charted = chart.and_then(|room| model.panes.histogram.ask(&around, room));
    counted.map(Effect::Count).into_iter().chain(charted.map(Effect::Chart)).collect()
}

/// The panes, in the order in which `Tab` goes through them.
const ORDER: [Focus; 4] = [Focus::List, Focus::Detail, Focus::Facets, Focus::Histogram];

/// To the next pane that is there.
pub(crate) fn next(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    turn(model, 1)
}

/// To the pane before.
pub(crate) fn previous(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    turn(model, ORDER.len() - 1)
}

fn turn(model: &mut Model, by: usize) -> Vec<Effect> {
    let next = after(model, by);
    go(model, next)
}

/// Whether `Tab` leads to the list from elsewhere.
pub(crate) fn next_is_list(model: &Model) -> bool {
    model.focus != Focus::List && after(model, 1) == Focus::List
}

/// The pane that is so many further and is there.
fn after(model: &Model, by: usize) -> Focus {
    let at = ORDER.iter().position(|focus| *focus == model.focus).unwrap_or(0);
    let others = (1..ORDER.len()).map(|times| (at + by * times) % ORDER.len());
    // Going on, a single row of bars is passed by, so that the way back to the list stays one key.
    let passed = |focus: Focus| focus == Focus::Histogram && by == 1 && model.bars() == Bars::One;
    let mut others = others.filter_map(|at| ORDER.get(at)).copied();
    others.find(|focus| is_there(model, *focus) && !passed(*focus)).unwrap_or_default()
}

/// Gives the keys to a pane.
pub(crate) fn go(model: &mut Model, focus: Focus) -> Vec<Effect> {
    if focus == Focus::Detail {
        return detail::open(model, &Args::default());
    }
    model.focus = focus;
    match focus {
        Focus::Facets => facets::fit(model),
        Focus::Histogram => histogram::enter(model),
        Focus::List | Focus::Detail => {}
    }
    Vec::new()
}

fn is_there(model: &Model, focus: Focus) -> bool {
    let alone = model.detail.zoomed;
    match focus {
        Focus::List => true,
        Focus::Detail => model.list.row.is_some() || model.place() != Place::Off,
        Focus::Facets => !alone && model.wants_facets(),
        Focus::Histogram => !alone && model.chart_rows() > 0,
    }
}
