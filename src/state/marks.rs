//! Marks: a selection of alerts that commands act on.
//!
//! Lives here: the set, and the keys that change it. Imports: `base`, `store`, `query`. Promise: marking a million
//! alerts costs no more than a key may, and every change is one step of undo.

use std::sync::Arc;

use crate::base::{Clean, Notice, RowId};
use crate::query::bits::Bits;
use crate::state::commands::Args;
use crate::state::{Effect, Model, Step, list, narrowing, number, session};
use crate::store::MAX_ROWS;

/// A set of alerts. Cheap to clone: undo keeps many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// By segment.
    parts: Arc<Vec<Bits>>,
    count: usize,
}

impl Marks {
    /// Whether the alert is in.
    pub(crate) fn contains(&self, row: RowId) -> bool {
        self.parts.get(row.segment()).is_some_and(|bits| bits.has(row.row()))
    }

    /// How many alerts are in.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether none is in.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The alerts, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = RowId> {
        let id = |segment: usize, row: usize| {
            RowId::new(u16::try_from(segment).unwrap_or(u16::MAX), u16::try_from(row).unwrap_or(u16::MAX))
        };
        self.parts.iter().enumerate().flat_map(move |(segment, bits)| bits.rows().map(move |row| id(segment, row)))
    }

    /// Puts the alerts in.
    pub(crate) fn insert(&mut self, rows: &[RowId]) {
        let parts = Arc::make_mut(&mut self.parts);
        for row in rows {
            if parts.len() <= row.segment() {
                parts.resize_with(row.segment() + 1, || Bits::none(MAX_ROWS));
            }
            let Some(bits) = parts.get_mut(row.segment()).filter(|bits| !bits.has(row.row())) else { continue };
            bits.set(row.row());
            self.count += 1;
        }
    }

    /// Takes the alerts out.
    pub(crate) fn remove(&mut self, rows: &[RowId]) {
        let parts = Arc::make_mut(&mut self.parts);
        for row in rows {
            let Some(bits) = parts.get_mut(row.segment()).filter(|bits| bits.has(row.row())) else { continue };
            bits.clear(row.row());
            self.count -= 1;
        }
    }

    /// Takes the alerts of the segments before number `before` out.
    pub(crate) fn forget_before(&mut self, before: usize) {
        if self.count == 0 {
            return;
        }
        for bits in Arc::make_mut(&mut self.parts).iter_mut().take(before) {
            self.count -= std::mem::take(bits).count();
        }
    }

    /// Whether all of the alerts are in.
    pub(crate) fn has_all(&self, rows: &[RowId]) -> bool {
        self.count >= rows.len() && rows.iter().all(|row| self.contains(*row))
    }
}

/// Marks what is under the cursor, a group whole, or takes its mark away; then goes down.
pub(crate) fn mark(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let before = narrowing::step(model);
    let at = model.list.cursor.0;
    for line in at..at.saturating_add(args.times()).min(model.list.len()) {
        toggle(model, line);
    }
    narrowing::keep(model, before);
    list::go(model, at.saturating_add(args.times()))
}

fn toggle(model: &mut Model, line: usize) {
    let rows = model.list.rows_at(line).to_vec();
    if model.list.marked.has_all(&rows) {
        model.list.marked.remove(&rows);
    } else {
        model.list.marked.insert(&rows);
    }
}

/// Begins a range of marks at the cursor, or ends the one that was begun: every line between is marked.
pub(crate) fn mark_range(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(begun) = model.list.range.take() else {
        model.list.range = model.list.row;
        return session::say(model, Notice::said("a range begins here").with_next("v again where it ends"));
    };
    let Some(place) = model.list.view.rows.iter().position(|row| *row == begun) else {
        return session::say(model, Notice::said("the range began at an alert that is not in view any more"));
    };
    let before = narrowing::step(model);
    let (from, to) = (model.list.line_of(place), model.list.cursor.0);
    for line in from.min(to)..=from.max(to) {
        let rows = model.list.rows_at(line).to_vec();
        model.list.marked.insert(&rows);
    }
    said(model, before)
}

/// Marks every alert in view; where all are, takes every mark away.
pub(crate) fn mark_all(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let before = narrowing::step(model);
    let rows = Arc::clone(&model.list.view.rows);
    if model.list.marked.has_all(&rows) {
        model.list.marked = Marks::default();
    } else {
        model.list.marked.insert(&rows);
    }
    said(model, before)
}

fn said(model: &mut Model, before: Step) -> Vec<Effect> {
    narrowing::keep(model, before);
    let what = Clean::concat([number::counted(model.list.marked.len()), " marked".into()]);
    session::say(model, Notice::said(what).with_next("u takes it back"))
}

#[cfg(test)]
#[path = "marks_tests.rs"]
mod tests;
