//! Alerts that were dropped, the oldest first, so that what is held stays within its bounds.
//!
//! Lives here: taking them out of everything that names rows. Imports: `base`, `query`. Promise: no row that is gone is
//! shown, marked or gone to; the cursor goes to the nearest that is left, and says so; an alert that is being read stays.

use std::sync::Arc;

use crate::base::{Notice, RowId};
use crate::query::View;
use crate::query::group::Group;
use crate::state::{Effect, Focus, Held, Model, list, session};

impl Model {
    /// Whether the alert was dropped.
    pub(crate) fn is_gone(&self, row: RowId) -> bool {
        row.segment() < self.loaded.gone
    }

    /// Whether the alert in the panes was dropped since it was read.
    pub(crate) fn opened_is_gone(&self) -> bool {
        self.detail.opened.as_ref().is_some_and(|opened| self.is_gone(opened.row))
    }

    /// Whether the reader is in the panes of an alert that was dropped: they stay as they are.
    pub(crate) fn reads_what_is_gone(&self) -> bool {
        self.focus == Focus::Detail && self.opened_is_gone()
    }
}

/// The segments before number `before` were dropped; `alerts` in all since loading began.
pub(crate) fn drop_before(model: &mut Model, before: usize, alerts: u64) -> Vec<Effect> {
    let is_here = |row: RowId| row.segment() >= before;
    let held = model.list.held.or(model.held_now());
    let nearest = held.and_then(|held| nearest(model, held, before));
    let lost = model.list.row.is_some_and(|row| !is_here(row));
    model.loaded.dropped = alerts;
    model.loaded.gone = before;
    model.loaded.snapshot = model.loaded.snapshot.without_segments_before(before);
    model.list.marked.forget_before(before);
    model.list.range = model.list.range.filter(|row| is_here(*row));
    model.detail.given.retain(|row, _| is_here(*row));
    // Answers to what was asked so far may hold what is gone.
    model.narrowed.old = model.narrowed.asked;
    let waits = model.list.held.is_some();
    model.list.held = nearest;
    let view = left_of(std::mem::take(&mut model.list.view), before);
    list::show(model, view);
    if !waits {
        model.list.held = None;
    }
    if lost && !model.live.at_end {
        let what = "the cursor's alert was dropped with the oldest";
        session::say(model, Notice::said(what).with_next("it is on the nearest that is left now"));
    }
    list::ask_grown(model)
}

/// The same place by an alert that is left: the next in the list, else the one before.
fn nearest(model: &Model, held: Held, before: usize) -> Option<Held> {
    if held.row.segment() >= before {
        return Some(held);
    }
    let rows = &model.list.view.rows;
    let at = list::place_of(model, held.row).unwrap_or(0).min(rows.len());
    let is_here = |row: &&RowId| row.segment() >= before;
    let after = rows.get(at..).unwrap_or_default().iter().find(is_here);
    let row = after.or_else(|| rows.get(..at).unwrap_or_default().iter().rev().find(is_here))?;
    Some(Held { row: *row, ..held })
}

/// What is left of a view without the alerts of the segments before number `before`.
pub(crate) fn left_of(view: View, before: usize) -> View {
    let is_here = |row: &RowId| row.segment() >= before;
    if view.rows.iter().all(is_here) {
        return view;
    }
    let groups = view.groups.as_ref().map(|groups| Arc::new(groups_left(groups, &view.rows, before)));
    let fresh = view.fresh.iter().filter(|fresh| is_here(&fresh.row)).copied().collect();
    let rows = view.rows.iter().filter(|row| is_here(row)).copied().collect();
    View { rows: Arc::new(rows), groups, fresh: Arc::new(fresh), anchor: None, ..view }
}

/// The groups that still have alerts; their worst priority and hosts are those of before until they are gathered anew.
fn groups_left(groups: &[Group], rows: &[RowId], before: usize) -> Vec<Group> {
    let mut start = 0;
    let mut left = Vec::new();
    for group in groups {
        let own = rows.get(group.rows.clone()).unwrap_or_default();
        let end = start + own.iter().filter(|row| row.segment() >= before).count();
        if end > start {
            left.push(Group { rows: start..end, ..group.clone() });
        }
        start = end;
    }
    left
}

#[cfg(test)]
#[path = "gone_tests.rs"]
mod tests;
