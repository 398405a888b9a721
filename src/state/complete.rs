//! Candidates for what is being typed in the filter bar: asked for, shown, put in.
//!
//! Lives here: when candidates are wanted, which keys act on them. Not here: which there are (`query::complete`).
//! Imports: `base`, `query`. Promise: candidates never take Enter, a newer key makes older answers pointless, and what is
//! put in is what was shown.

use std::ops::Range;
use std::sync::Arc;

use crate::base::Notice;
use crate::query::complete::{Candidate, Candidates, Typing};
use crate::query::others::Others;
use crate::query::place::{Kind, Place, walk};
use crate::state::prompt::{self, Typed};
use crate::state::{Effect, Model, input, session};

/// So many letters bring candidates up by themselves.
const LETTERS: usize = 3;

/// Whether candidates are on the screen.
pub(crate) fn is_offered(model: &Model) -> bool {
    model.bar.completion.place.is_some() && !model.bar.completion.items.is_empty()
}

/// Whether the list of all candidates is open.
pub(crate) fn is_listed(model: &Model) -> bool {
    is_offered(model) && model.bar.completion.is_open
}

/// Offers nothing any more.
pub(crate) fn close(model: &mut Model) {
    let completion = &mut model.bar.completion;
    completion.place = None;
    completion.items.clear();
    completion.cursor = 0;
    (completion.is_open, completion.wanted, completion.waiting) = (false, false, false);
}

/// Follows what is typed: asks for candidates where they are wanted.
pub(crate) fn follow(model: &mut Model) -> Vec<Effect> {
    let Some(typed) = prompt::typed(model) else {
        close(model);
        return Vec::new();
    };
    let read = walk(&typed.text, typed.caret);
    let is_wanted = |place: &Place| {
        let letters = String::from_utf8_lossy(&place.typed).chars().count();
        model.bar.completion.wanted || letters >= LETTERS
    };
    let Some(place) = read.place.filter(is_wanted) else {
        close(model);
        return Vec::new();
    };
    vec![ask(model, &typed, place, read.open)]
}

fn ask(model: &mut Model, typed: &Typed, place: Place, open: usize) -> Effect {
    let saved = model.saved();
    let (comparison, others) = match &place.kind {
        Kind::Value(compared) => {
            let text = typed.text.get(compared.at.clone()).unwrap_or_default().to_owned();
            (text, Others::of(&typed.text, &compared.at, open, &saved).ok())
        }
        _ => (String::new(), None),
    };
    let here = Place { at: typed.in_input(&place.at), ..place.clone() };
    let completion = &mut model.bar.completion;
    let is_same = completion.place.as_ref().is_some_and(|old| old.at.start == here.at.start && same_kind(old, &here));
    if !is_same {
        completion.items.clear();
        completion.is_open = false;
    }
    completion.cursor = 0;
    completion.asked = completion.asked.next();
    completion.waiting = true;
    completion.place = Some(here);
    Effect::Complete(Box::new(Typing {
        generation: completion.asked,
        snapshot: model.loaded.snapshot.clone(),
        view: Arc::clone(&model.list.view.rows),
        place,
        comparison,
        others,
        words: model.narrowed.now.words.clone(),
        now: model.now(),
        saved: saved.into_keys().collect(),
    }))
}

fn same_kind(old: &Place, new: &Place) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Value(old), Kind::Value(new)) => old.field == new.field && old.operator == new.operator,
        (old, new) => old == new,
    }
}

/// Takes an answer, if it is still of use. What is typed out already is not offered unless it was asked for.
pub(crate) fn take(model: &mut Model, answer: Candidates) -> Vec<Effect> {
    let typed_out = written(model);
    let completion = &mut model.bar.completion;
    if answer.generation != completion.asked || !completion.waiting {
        return Vec::new();
    }
    completion.waiting = false;
    let is_whole = answer.items.iter().any(|candidate| Some(&candidate.put) == typed_out.as_ref());
    completion.items = if is_whole && !completion.wanted { Vec::new() } else { answer.items };
    Vec::new()
}

/// What stands at the place now.
fn written(model: &Model) -> Option<String> {
    let place = model.bar.completion.place.as_ref()?;
    let input = model.layers.last()?.filter_input()?;
    input.text.get(place.at.clone()).map(str::to_owned)
}

/// Tab: puts the candidate in, or what was meant by a mistake; without either, asks for candidates.
pub(crate) fn tab(model: &mut Model) -> Vec<Effect> {
    let completion = &model.bar.completion;
    let chosen = completion.items.get(completion.cursor).cloned();
    if let (Some(candidate), Some(place)) = (chosen, completion.place.clone()) {
        return put(model, &candidate, &place);
    }
    if let Some((at, fix)) = model.bar.mark.clone().and_then(|mark| Some((mark.at, mark.fix?))) {
        return replace(model, &at, &fix);
    }
    model.bar.completion.wanted = true;
    follow(model)
}

fn put(model: &mut Model, candidate: &Candidate, place: &Place) -> Vec<Effect> {
    let Some(typed) = prompt::typed(model) else { return Vec::new() };
    let (at, text) = match &place.kind {
        Kind::Value(compared) if candidate.whole => (typed.in_input(&compared.at), candidate.put.clone()),
        Kind::Value(_) | Kind::Saved => (place.at.clone(), candidate.put.clone()),
        Kind::Operator { .. } if LISTS.contains(&candidate.put.as_str()) => {
            (place.at.clone(), format!("{} (", candidate.put))
        }
        Kind::Term | Kind::Operator { .. } => (place.at.clone(), format!("{} ", candidate.put)),
    };
    let goes_on = matches!(place.kind, Kind::Term | Kind::Operator { .. }) && candidate.put != "exists";
    close(model);
    model.bar.completion.wanted = goes_on;
    replace(model, &at, &text)
}

/// Operators that take a list.
const LISTS: [&str; 3] = ["in", "intersects", "pmatch"];

/// Puts `text` in the place of `at`.
fn replace(model: &mut Model, at: &Range<usize>, text: &str) -> Vec<Effect> {
    let Some(input) = model.input_mut() else { return Vec::new() };
    if input.text.len() + text.len() > input::MAX_BYTES {
        return session::say(model, Notice::said("the text is as long as it may be; nothing was put in"));
    }
    // One blank is enough.
    let behind = input.text.get(at.end..).unwrap_or_default();
    let text = if behind.starts_with(' ') { text.trim_end() } else { text };
    input.put(at.start, at.end, text);
    prompt::edited(model)
}

/// Moves among the candidates, in the list of all.
pub(crate) fn move_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    let completion = &mut model.bar.completion;
    let last = completion.items.len().saturating_sub(1);
    if completion.is_open {
        completion.cursor = completion.cursor.saturating_add_signed(delta).min(last);
    }
    completion.is_open = true;
    Vec::new()
}

#[cfg(test)]
#[path = "complete_tests.rs"]
mod tests;
