//! What the panes around the list ask for: the values of fields, alerts over time.
//!
//! Lives here: the two threads' work. Not here: counting itself (`query`), how threads are fed (`workers`). Imports: `base`,
//! `query`, `state`. Promise: a field is counted under all terms of the filter but its own, and a newer question ends an
//! older one.

use std::sync::Arc;

use crate::app::browse::{Event, Inbox};
use crate::app::workers::{Slot, shielded};
use crate::base::RowId;
use crate::query::Question;
use crate::query::counts::{Counts, counts, is_countable};
use crate::query::histogram::histogram;
use crate::query::kept::{self, Field, Kept};
use crate::query::search::Searcher;
use crate::query::terms::join;
use crate::state::Msg;
use crate::state::facets::{Counted, Survey};
use crate::state::histogram::Wanted;

/// Counts the fields of one question after the other.
pub(crate) fn count_fields(surveys: &Slot<Survey>, inbox: &Inbox) {
    loop {
        let survey = surveys.take();
        let newer = || surveys.is_waiting();
        let done = shielded("counting the values", || {
            survey_fields(&survey, &newer, &mut |counted| {
                let _ = inbox.send(Event::Msg(Msg::Counted(counted)));
            });
        });
        if let Err(notice) = done {
            let _ = inbox.send(Event::Msg(Msg::Say(notice)));
        }
    }
}

/// Counts every field of a question and tells of each; stops when `newer` says so.
pub(crate) fn survey_fields(survey: &Survey, newer: &dyn Fn() -> bool, tell: &mut dyn FnMut(Counted)) {
    let last = survey.fields.len();
    for ((name, lists), number) in survey.fields.iter().zip(1..) {
        let Some(counts) = of_field(survey, Field { name, lists: *lists }, newer) else { return };
        let generation = survey.view.generation;
        tell(Counted { generation, name: name.clone(), counts: Arc::new(counts), last: number == last });
    }
}

/// The counts of one field, under all terms that are not its own.
fn of_field(survey: &Survey, field: Field<'_>, newer: &dyn Fn() -> bool) -> Option<Counts> {
    if !is_countable(field.name) {
        return Some(Counts { total: survey.view.rows.len(), ..Counts::default() });
    }
    let first = counts_under_others(survey, field, newer)?;
    if first.lists == field.lists {
        return Some(first);
    }
    // Which terms are its own hangs on whether its values are lists.
    counts_under_others(survey, Field { lists: first.lists, ..field }, newer)
}

fn counts_under_others(survey: &Survey, field: Field<'_>, newer: &dyn Fn() -> bool) -> Option<Counts> {
    let view = &survey.view;
    let (own, others) = kept::read(&view.filter, field);
    let rows = if own == Kept::default() { Arc::clone(&view.rows) } else { rows_under(survey, &join(&others), newer)? };
    counts(&view.snapshot, &rows, field.name, newer)
}

/// The alerts that another filter leaves.
fn rows_under(survey: &Survey, filter: &str, newer: &dyn Fn() -> bool) -> Option<Arc<Vec<RowId>>> {
    let view = &survey.view;
    let question = Question {
        generation: view.generation,
        snapshot: view.snapshot.clone(),
        filter: filter.to_owned(),
        narrowing: view.words.clone(),
        anchor: None,
    };
    let mut rows = None;
    Searcher::default().answer(&question, newer, &mut |view| rows = view.complete.then_some(view.rows));
    rows
}

/// Counts alerts over time, one question after the other.
pub(crate) fn count_over_time(wanted: &Slot<Wanted>, inbox: &Inbox) {
    loop {
        let asked = wanted.take();
        let view = &asked.view;
        let newer = || wanted.is_waiting();
        let counted =
            shielded("counting over time", || histogram(&view.snapshot, &view.rows, (asked.most, asked.step), &newer));
        let msg = match counted {
            Ok(Some(counted)) => Msg::Charted(view.generation, Arc::new(counted)),
            Ok(None) => continue,
            Err(notice) => Msg::Say(notice),
        };
        if inbox.send(Event::Msg(msg)).is_err() {
            return;
        }
    }
}
