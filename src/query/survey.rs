//! The values of several fields among the alerts in view, each under all terms of the filter but its own.
//!
//! Lives here: the question and its answers. Not here: counting (`counts`), the alerts under the other terms (`under`).
//! Imports: `base`, `store`. Promise: what is kept of a field does not hide its other values, and every count is the
//! number of alerts that keeping that value alone would show.

use std::sync::Arc;

use crate::base::{Generation, Nanos, RowId};
use crate::query::counts::{Counts, counts, is_countable};
use crate::query::kept::{self, Field, Kept};
use crate::query::search::Searcher;
use crate::query::terms::join;
use crate::query::under::Under;
use crate::store::Snapshot;

/// Alerts, and what left them.
#[derive(Clone, Debug)]
pub(crate) struct InView {
    /// Newer questions make older ones pointless.
    pub(crate) generation: Generation,
    /// What is loaded.
    pub(crate) snapshot: Snapshot,
    /// The alerts in view.
    pub(crate) rows: Arc<Vec<RowId>>,
    /// The filter that left them; valid.
    pub(crate) filter: String,
    /// The words that left them.
    pub(crate) words: String,
    /// The wall clock, for times that are counted from now.
    pub(crate) now: Nanos,
}

/// A question: count these fields.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    /// Among which alerts.
    pub(crate) view: InView,
    /// The names of the fields, and whether each had lists among its values when it was counted last.
    pub(crate) fields: Vec<(String, bool)>,
}

/// What was counted of one field.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// Of which question.
    pub(crate) generation: Generation,
    /// The field's name.
    pub(crate) name: String,
    /// What it has.
    pub(crate) counts: Arc<Counts>,
    /// It was the last field of the question.
    pub(crate) last: bool,
}

/// Counts every field of a question and tells of each; stops when `newer` says that nobody waits for it.
pub(crate) fn survey(survey: &Survey, newer: &dyn Fn() -> bool, tell: &mut dyn FnMut(Counted)) {
    let last = survey.fields.len();
    for ((name, lists), number) in survey.fields.iter().zip(1..) {
        let Some(counts) = of_field(&survey.view, Field { name, lists: *lists }, newer) else { return };
        let generation = survey.view.generation;
        tell(Counted { generation, name: name.clone(), counts: Arc::new(counts), last: number == last });
    }
}

fn of_field(view: &InView, field: Field<'_>, newer: &dyn Fn() -> bool) -> Option<Counts> {
    if !is_countable(field.name) {
        return Some(Counts { total: view.rows.len(), ..Counts::default() });
    }
    let first = under_others(view, field, newer)?;
    if first.lists == field.lists {
        return Some(first);
    }
    // Which terms are its own hangs on whether its values are lists.
    under_others(view, Field { lists: first.lists, ..field }, newer)
}

fn under_others(view: &InView, field: Field<'_>, newer: &dyn Fn() -> bool) -> Option<Counts> {
    let (own, others) = kept::read(&view.filter, field);
    let rows = if own == Kept::default() {
        Arc::clone(&view.rows)
    } else {
        let InView { snapshot, words, now, .. } = view;
        Under { snapshot, filter: &join(&others), words, now: *now }.rows(&mut Searcher::default(), newer)?
    };
    counts(&view.snapshot, &rows, field.name, newer)
}
