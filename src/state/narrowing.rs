//! Filter and words in force, and the way back.
//!
//! Lives here: changing them, undo and redo, the warning about a field that no alert has. Imports: `base`,
//! `query`. Promise: whatever changed the list, one undo brings filter, words, alert, row of the screen and column back.

use crate::base::{Clean, Notice};
use crate::query::fields::loaded_names;
use crate::query::filter::Filter;
use crate::state::chips::Off;
use crate::state::commands::Args;
use crate::state::{Effect, Model, Narrowing, Step, groups, list, live, number, session, sorting};

/// How many steps undo remembers.
const STEPS: usize = 200;

impl Narrowing {
    /// Whether neither filter nor words are in force.
    pub(crate) fn leaves_all(&self) -> bool {
        self.filter.is_empty() && self.words.is_empty()
    }
}

/// Filter, words and the cursor's place as they are now.
pub(crate) fn step(model: &Model) -> Step {
    let held = model.list.held.or(model.held_now());
    let marked = model.list.marked.clone();
    let (narrowing, at_end) = (model.narrowed.now.clone(), model.live.at_end);
    Step { narrowing, marked, held, column: model.list.column, at_end }
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
    if before.narrowing == model.narrowed.now && before.marked == model.list.marked {
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
    apply_from(model, narrowing, before)
}

/// The same, of which undo brings back `before`.
pub(crate) fn apply_from(model: &mut Model, narrowing: Narrowing, before: Step) -> Vec<Effect> {
    let effects = change(model, narrowing, &before);
    keep(model, before);
    effects
}

/// Brings a step back whole.
pub(crate) fn restore(model: &mut Model, step: &Step) -> Vec<Effect> {
    model.list.column = step.column;
    model.list.marked = step.marked.clone();
    model.list.marked.forget_before(model.loaded.gone);
    if step.narrowing == model.narrowed.now {
        list::go_back(model, step.held);
    }
    let effects = change(model, step.narrowing.clone(), step);
    live::restore(model, step.at_end);
    effects
}

/// Takes filter and words away.
pub(crate) fn clear(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.narrowed.now.leaves_all() {
        return session::say(model, Notice::said("neither filter nor words are in force"));
    }
    session::say(model, Notice::said("filter and words taken away").with_next("u brings them back"));
    let now = model.narrowed.now.clone();
    apply(model, Narrowing { filter: String::new(), words: String::new(), off: Off::default(), ..now })
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
    let before = step(model);
    let mut moved = false;
    for _ in 0..times {
        let now = step(model);
        let (from, to) = stacks(model);
        let Some(step) = from.pop() else { break };
        to.push(now);
        moved = true;
        // Only the last question counts.
        let asked = restore(model, &step);
        effects = if asked.is_empty() { effects } else { asked };
    }
    let notice = if moved { changed(model, &before) } else { Notice::said(none) };
    session::say(model, notice);
    effects
}

/// What undo or redo has changed, in words.
fn changed(model: &Model, before: &Step) -> Notice {
    let (now, was) = (&model.narrowed.now, &before.narrowing);
    if (&now.filter, &now.words) != (&was.filter, &was.words) {
        return in_force(now);
    }
    if now.grouping != was.grouping {
        let by = groups::title(now.grouping.as_ref()).unwrap_or_else(|| "apart".into());
        return Notice::said(Clean::concat(["groups: ".into(), by]));
    }
    if now.order != was.order {
        return Notice::said(Clean::concat(["order: ".into(), sorting::title(now)]));
    }
    Notice::said(Clean::concat([number::counted(model.list.marked.len()), " marked".into()]))
}

/// What is in force, in words; nothing is said of what is not there.
fn in_force(now: &Narrowing) -> Notice {
    let named = |name: &'static str, text: &str| Clean::concat([name.into(), Clean::from_bytes(text.as_bytes())]);
    Notice::said(match (now.filter.as_str(), now.words.as_str()) {
        ("", "") => "all alerts are in view, without filter and words".into(),
        (filter, "") => named("filter ", filter),
        ("", words) => named("words ", words),
        (filter, words) => Clean::concat([named("filter ", filter), named(" · words ", words)]),
    })
}

/// Looks for what surprises in the filter in force, a field that no loaded alert has above all; the first is told.
pub(crate) fn warn(model: &mut Model) {
    let text = &model.narrowed.now.filter;
    let filter = Filter::parse(text).ok().filter(|_| !text.is_empty());
    let names = filter.as_ref().map(|_| loaded_names(&model.loaded.snapshot)).unwrap_or_default();
    let known = |name: &str| names.binary_search_by(|other| other.as_str().cmp(name)).is_ok();
    let warnings = filter.map(|filter| filter.warnings(&known, &names)).unwrap_or_default();
    model.narrowed.warning = warnings.into_iter().next();
}

#[cfg(test)]
#[path = "narrowing_tests.rs"]
mod tests;
