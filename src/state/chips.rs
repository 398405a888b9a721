//! The terms of the filter as chips: switched off and on, turned round, moved, taken away, one by one.
//!
//! Lives here: what each key does to them. Not here: how they look (`ui`), text to terms (`query::terms`), editing one
//! (`prompt`). Imports: `base`, `query`. Promise: every change is one step for undo, and nothing that is no filter comes of it.

use crate::base::{Clean, Notice};
use crate::query::filter::Filter;
use crate::query::terms::{join, negated, terms};
use crate::state::commands::Args;
use crate::state::{Effect, Input, Layer, Model, Narrowing, bar, input, narrowing, session};

/// What is switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Off {
    /// Terms.
    pub(crate) terms: Vec<OffTerm>,
    /// The words, as typed; empty for none.
    pub(crate) words: String,
}

/// A term that is switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OffTerm {
    /// Its place among all the chips.
    at: usize,
    text: String,
    /// It was switched off with all others, and comes back with them.
    together: bool,
}

/// One term of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    /// Its text.
    pub(crate) text: String,
    /// It is in force.
    pub(crate) is_on: bool,
    together: bool,
}

/// One term that is being edited in its place.
#[derive(Clone, Debug)]
pub(crate) struct Editing {
    /// Its place among the chips.
    pub(crate) at: usize,
    /// Its text.
    pub(crate) input: Input,
}

impl Chip {
    /// A term in force.
    pub(crate) fn on(text: String) -> Self {
        Self { text, is_on: true, together: false }
    }
}

/// All chips of a narrowing, in order.
pub(crate) fn chips(narrowing: &Narrowing) -> Vec<Chip> {
    let mut chips: Vec<Chip> = terms(&narrowing.filter).into_iter().map(|term| Chip::on(term.text)).collect();
    for off in &narrowing.off.terms {
        let chip = Chip { text: off.text.clone(), is_on: false, together: off.together };
        chips.insert(off.at.min(chips.len()), chip);
    }
    chips
}

/// The narrowing with these chips.
pub(crate) fn with_chips(narrowing: &Narrowing, chips: &[Chip]) -> Narrowing {
    let on: Vec<&str> = chips.iter().filter(|chip| chip.is_on).map(|chip| chip.text.as_str()).collect();
    let off = chips.iter().enumerate().filter(|(_, chip)| !chip.is_on);
    let off = off.map(|(at, chip)| OffTerm { at, text: chip.text.clone(), together: chip.together }).collect();
    Narrowing { filter: join(&on), off: Off { terms: off, ..narrowing.off.clone() }, ..narrowing.clone() }
}

/// Puts changed chips in force as one step and tells `what` was done.
pub(crate) fn apply(model: &mut Model, chips: &[Chip], what: Clean) -> Vec<Effect> {
    let changed = with_chips(&model.narrowed.now, chips);
    if changed.filter.len() > input::MAX_BYTES {
        return session::say(model, Notice::said("the filter would be too long; nothing was changed"));
    }
    if let Err(error) = Filter::parse(&changed.filter) {
        return session::say(model, error.notice);
    }
    let effects = narrowing::apply(model, changed);
    bar::tell(model, what);
    effects
}

/// `what: text`
fn about(what: &'static str, text: &str) -> Clean {
    Clean::concat([what.into(), " ".into(), Clean::from_bytes(text.as_bytes())])
}

impl Model {
    /// The chip with the focus.
    fn chip(&self) -> Option<usize> {
        match self.layers.last() {
            Some(Layer::Chips(at)) => Some(*at),
            _ => None,
        }
    }
}

/// Gives the chips the focus, the last one first.
pub(crate) fn focus(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match chips(&model.narrowed.now).len().checked_sub(1) {
        Some(last) => {
            model.layers.push(Layer::Chips(last));
            Vec::new()
        }
        None => session::say(model, Notice::said("no filter is in force").with_next("f opens one")),
    }
}

fn go(model: &mut Model, to: usize) -> Vec<Effect> {
    let last = chips(&model.narrowed.now).len().checked_sub(1);
    match (last, model.layers.last_mut()) {
        (Some(last), Some(Layer::Chips(at))) => *at = to.min(last),
        // The last one is gone: there is nothing to stand on.
        (None, Some(Layer::Chips(_))) => drop(model.layers.pop()),
        _ => {}
    }
    Vec::new()
}

/// One chip left, or by the count.
pub(crate) fn left(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let at = model.chip().unwrap_or_default();
    go(model, at.saturating_sub(args.times()))
}

/// One chip right, or by the count.
pub(crate) fn right(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let at = model.chip().unwrap_or_default();
    go(model, at.saturating_add(args.times()))
}

/// Changes the chips at the place of the focus.
fn change(model: &mut Model, with: impl FnOnce(&mut Vec<Chip>, usize) -> Option<Clean>) -> Vec<Effect> {
    let mut all = chips(&model.narrowed.now);
    // Without the focus it is the last one that is in force.
    let last_on = || all.iter().rposition(|chip| chip.is_on).or(all.len().checked_sub(1));
    let Some(at) = model.chip().or_else(last_on) else {
        return session::say(model, Notice::said("no filter is in force").with_next("f opens one"));
    };
    match with(&mut all, at) {
        Some(what) => {
            let effects = apply(model, &all, what);
            go(model, at);
            effects
        }
        None => Vec::new(),
    }
}

/// Switches the chip off, or on again.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |all, at| {
        let chip = all.get_mut(at)?;
        chip.is_on = !chip.is_on;
        chip.together = false;
        Some(about(if chip.is_on { "on:" } else { "off:" }, &chip.text))
    })
}

/// Turns the chip round: `x` and `not x`.
pub(crate) fn negate(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |all, at| {
        let chip = all.get_mut(at)?;
        chip.text = negated(&chip.text);
        Some(about("now", &chip.text))
    })
}

/// Takes the chip away.
pub(crate) fn remove(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |all, at| (at < all.len()).then(|| about("taken away:", &all.remove(at).text)))
}

/// Moves the chip one place to the left.
pub(crate) fn move_left(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    move_to(model, |at| at.checked_sub(1))
}

/// Moves the chip one place to the right.
pub(crate) fn move_right(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    move_to(model, |at| at.checked_add(1))
}

fn move_to(model: &mut Model, to: impl Fn(usize) -> Option<usize>) -> Vec<Effect> {
    let Some(target) = model.chip().and_then(to) else { return Vec::new() };
    let mut moved = false;
    let effects = change(model, |all, at| {
        moved = target < all.len();
        moved.then(|| {
            all.swap(at, target);
            about("moved:", all.get(target).map_or("", |chip| &chip.text))
        })
    });
    if moved {
        go(model, target);
    }
    effects
}

/// Opens the chip for editing in its place.
pub(crate) fn edit(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(at) = model.chip() else { return Vec::new() };
    let Some(chip) = chips(&model.narrowed.now).into_iter().nth(at) else { return Vec::new() };
    let before = narrowing::step(model);
    model.layers.push(Layer::Chip(Box::new(Editing { at, input: Input { before, ..Input::holding(&chip.text) } })));
    Vec::new()
}

/// Switches filter and words off as a whole; on again where nothing is in force.
pub(crate) fn toggle_all(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let now = model.narrowed.now.clone();
    let mut all = chips(&now);
    let is_on = !now.words.is_empty() || all.iter().any(|chip| chip.is_on);
    if !is_on && all.is_empty() && now.off.words.is_empty() {
        return session::say(model, Notice::said("neither filter nor words are in force"));
    }
    let words = if is_on { [now.words.as_str(), &now.off.words] } else { [&now.off.words, ""] };
    let words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default().to_owned();
    if is_on {
        for chip in all.iter_mut().filter(|chip| chip.is_on) {
            (chip.is_on, chip.together) = (false, true);
        }
    } else {
        let any = all.iter().any(|chip| chip.together) || !now.off.words.is_empty();
        for chip in all.iter_mut().filter(|chip| chip.together || !any) {
            (chip.is_on, chip.together) = (true, false);
        }
    }
    let mut changed = with_chips(&now, &all);
    (changed.words, changed.off.words) = if is_on { (String::new(), words) } else { (words, String::new()) };
    let effects = narrowing::apply(model, changed);
    let what = if is_on { "filter and words are off, \\ switches them on" } else { "filter and words are on again" };
    bar::tell(model, what.into());
    effects
}

#[cfg(test)]
#[path = "chips_tests.rs"]
mod tests;
