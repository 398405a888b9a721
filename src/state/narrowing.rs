//! Filter and words in force, and the way back.
//!
//! Lives here: changing them, undo and redo, the warning about a field that no alert has. Imports: `base`, `query`,
//! `store`. Promise: whatever changed the list, one undo brings filter, words, alert, row of the screen and column back.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::decode::{Scope, value};
use crate::query::filter::Filter;
use crate::state::commands::Args;
use crate::state::{Effect, Model, Narrowing, Step, list, session};
use crate::store::Column;

/// How many steps undo remembers.
const STEPS: usize = 200;

/// Neither filter nor words.
pub(crate) const NONE: Narrowing = Narrowing { filter: String::new(), words: String::new() };

/// Names that every alert has without a field of that name: where its line stands.
const PLACE_NAMES: [&str; 2] = ["file", "line"];

/// Filter, words and the cursor's place as they are now.
pub(crate) fn step(model: &Model) -> Step {
    let held = model.list.held.or(model.held_now());
    Step { narrowing: model.narrowed.now.clone(), held, column: model.list.column }
}

/// Puts filter and words in force, at once; the cursor stays by `step`'s alert. Undo learns of it by [`keep`].
pub(crate) fn change(model: &mut Model, narrowing: Narrowing, step: &Step) -> Vec<Effect> {
    if narrowing == model.narrowed.now {
        return Vec::new();
    }
    model.narrowed.now = narrowing;
    model.list.held = step.held;
    warn(model);
    list::ask_changed(model)
}

/// Makes what is in force one step from `before`.
pub(crate) fn keep(model: &mut Model, before: Step) {
    if before.narrowing == model.narrowed.now {
        return;
    }
    let undo = &mut model.narrowed.undo;
    undo.push(before);
    let surplus = undo.len().saturating_sub(STEPS);
    undo.drain(..surplus);
    model.narrowed.redo.clear();
}

/// Puts filter and words in force and remembers what was before.
pub(crate) fn apply(model: &mut Model, narrowing: Narrowing) -> Vec<Effect> {
    let before = step(model);
    let effects = change(model, narrowing, &before);
    keep(model, before);
    effects
}

/// Brings a step back whole.
pub(crate) fn restore(model: &mut Model, step: &Step) -> Vec<Effect> {
    model.list.column = step.column;
    change(model, step.narrowing.clone(), step)
}

/// Takes filter and words away.
pub(crate) fn clear(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.narrowed.now == NONE {
        return session::say(model, Notice::said("neither filter nor words are in force"));
    }
    session::say(model, Notice::said("filter and words taken away").with_next("u brings them back"));
    apply(model, NONE)
}

/// Takes the last change of filter or words back, `count` times.
pub(crate) fn undo(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    walk(model, args.times(), |model| (&mut model.narrowed.undo, &mut model.narrowed.redo), "nothing to undo")
}

/// Does again what undo took back, `count` times.
pub(crate) fn redo(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    walk(model, args.times(), |model| (&mut model.narrowed.redo, &mut model.narrowed.undo), "nothing to redo")
}

/// Where steps are taken from, and where what was in force goes.
type Stacks = for<'a> fn(&'a mut Model) -> (&'a mut Vec<Step>, &'a mut Vec<Step>);

fn walk(model: &mut Model, times: usize, stacks: Stacks, none: &'static str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for _ in 0..times {
        let now = step(model);
        let (from, to) = stacks(model);
        let Some(step) = from.pop() else { break };
        to.push(now);
        // Only the last question counts.
        effects = restore(model, &step);
    }
    let notice = if effects.is_empty() { Notice::said(none) } else { in_force(&model.narrowed.now) };
    session::say(model, notice);
    effects
}

/// What is in force, in words.
fn in_force(now: &Narrowing) -> Notice {
    let named = |name: &'static str, text: &str| {
        let text = if text.is_empty() { Clean::from("none") } else { Clean::from_bytes(text.as_bytes()) };
        Clean::concat([name.into(), text])
    };
    Notice::said(Clean::concat([named("filter ", &now.filter), named(" · words ", &now.words)]))
}

/// Looks for fields of the filter that no loaded alert has.
pub(crate) fn warn(model: &mut Model) {
    model.narrowed.warning = None;
    if model.narrowed.now.filter.is_empty() || model.loaded.snapshot.segments().is_empty() {
        return;
    }
    let names = Filter::parse(&model.narrowed.now.filter).map(|filter| filter.names()).unwrap_or_default();
    let unknown_name = names.iter().find(|name| !is_known(model, name));
    model.narrowed.warning = unknown_name.map(|name| (place_of(model, name), unknown(model, name)));
}

/// Where a name of the filter in force stands in its text.
fn place_of(model: &Model, name: &str) -> Range<usize> {
    let at = model.narrowed.now.filter.find(name).unwrap_or(0);
    at..(at + name.len()).min(model.narrowed.now.filter.len())
}

fn is_known(model: &Model, name: &str) -> bool {
    let somewhere =
        || model.loaded.snapshot.segments().iter().any(|s| s.column(Scope::Field, name.as_bytes()).is_some());
    value::ALERT_NAMES.contains(&name) || PLACE_NAMES.contains(&name) || somewhere()
}

fn unknown(model: &Model, name: &str) -> Notice {
    let notice = Notice::said(Clean::concat(["no loaded alert has ".into(), Clean::from_bytes(name.as_bytes())]));
    match nearest(model, name) {
        Some(near) => notice.with_next(Clean::concat(["nearest: ".into(), Clean::from_bytes(&near)])),
        None => notice,
    }
}

/// The field nearest to `name` among those that are loaded, at most two letters away.
fn nearest(model: &Model, name: &str) -> Option<Vec<u8>> {
    let segments = model.loaded.snapshot.segments().iter();
    let names = segments.flat_map(|s| s.columns()).filter(|c| c.scope() == Scope::Field).map(Column::name);
    let near = names.filter(|other| other.len().abs_diff(name.len()) <= 2);
    let measured = near.map(|other| (distance(other, name.as_bytes()), other)).filter(|(far, _)| *far <= 2);
    measured.min().map(|(_, other)| other.to_vec())
}

/// How many letters must be put in, left out, changed, or swapped with their neighbour to get from `a` to `b`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    // Three rows of the table: two letters back for swaps.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "narrowing_tests.rs"]
mod tests;
