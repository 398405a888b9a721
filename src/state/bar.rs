//! What the filter bar knows beside the filter in force: candidates, history, saved filters, what is owed.
//!
//! Lives here: the shapes, the answers that belong to no key. Not here: keys (`complete`, `history`, `chips`). Imports:
//! `base`, `query`. Promise: an answer to an older question changes nothing.

use std::ops::Range;

use crate::base::{Clean, Generation, Notice};
use crate::query::View;
use crate::query::complete::{Candidate, Leaving};
use crate::query::place::Place;
use crate::query::saved::{Saved, with_shipped};
use crate::query::terms::{join, terms};
use crate::state::history::History;
use crate::state::{Effect, Model, number, session};

/// The filter bar's own.
#[derive(Debug, Default)]
pub(crate) struct Bar {
    /// What may be put in at the caret.
    pub(crate) completion: Completion,
    /// Filters that were applied before.
    pub(crate) history: History,
    /// One's own saved filters by name.
    pub(crate) saved: Saved,
    /// A place in what is typed that is right and still surprises, or may have been meant otherwise.
    pub(crate) mark: Option<Mark>,
    /// A message that waits for the count of this question.
    pub(crate) told: Option<(Generation, Clean)>,
    /// Nothing matches: what would without one of the terms.
    pub(crate) without: Without,
}

/// Candidates for the place of the caret.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    /// The newest question.
    pub(crate) asked: Generation,
    /// The place in the typed text; `None`: nothing is offered.
    pub(crate) place: Option<Place>,
    /// The candidates, the best first.
    pub(crate) items: Vec<Candidate>,
    /// The one that is put in next.
    pub(crate) cursor: usize,
    /// The list of all candidates is open.
    pub(crate) is_open: bool,
    /// Candidates are wanted however little is typed.
    pub(crate) wanted: bool,
    /// An answer is awaited.
    pub(crate) waiting: bool,
}

/// What is remarked on at a place of the typed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where in the typed text, in bytes.
    pub(crate) at: Range<usize>,
    /// What is to be said; empty where an error says it.
    pub(crate) short: Clean,
    /// What may have been meant.
    pub(crate) fix: Option<String>,
}

/// How many alerts there would be without one of the terms.
#[derive(Debug, Default)]
pub(crate) struct Without {
    /// The question about the list that nothing matched.
    pub(crate) of: Generation,
    /// Each term, and the count without it once it is known.
    pub(crate) terms: Vec<(Clean, Option<usize>)>,
}

/// More terms are not tried.
const MOST_TERMS: usize = 6;

impl Model {
    /// Every saved filter, the shipped ones too.
    pub(crate) fn saved(&self) -> Saved {
        with_shipped(self.bar.saved.clone())
    }
}

/// An answer of the list worker came: tells the count where a message waits for it, asks what is in the way where
/// nothing matches.
pub(crate) fn viewed(model: &mut Model, view: &View) -> Vec<Effect> {
    if !view.complete || view.generation != model.narrowed.asked {
        return Vec::new();
    }
    if let Some((_, what)) = model.bar.told.take_if(|(of, _)| *of <= view.generation) {
        let left = number::of(u64::try_from(view.rows.len()).unwrap_or(u64::MAX), "alert");
        let told = Clean::concat([what, ": ".into(), left]);
        session::say(model, Notice::said(told).with_next("u takes it back"));
    }
    if view.rows.is_empty() { ask_without(model) } else { Vec::new() }
}

/// Says what was done now, and how many alerts it leaves as soon as that is known.
pub(crate) fn tell(model: &mut Model, what: Clean) {
    model.messages.now = Some(Notice::said(what.clone()).with_next("u takes it back"));
    model.bar.told = Some((model.narrowed.asked, what));
}

fn ask_without(model: &mut Model) -> Vec<Effect> {
    let now = &model.narrowed.now;
    let texts: Vec<String> = terms(&now.filter).into_iter().map(|term| term.text).take(MOST_TERMS).collect();
    let is_one = texts.len() + usize::from(!now.words.is_empty()) < 2;
    if is_one || model.loaded.snapshot.alerts() == 0 || model.bar.without.of == model.narrowed.asked {
        return Vec::new();
    }
    let rest = |left_out: usize| {
        let others = texts.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, text)| text);
        join(&others.collect::<Vec<_>>())
    };
    let filters = (0..texts.len()).map(rest).collect();
    let leaving = Leaving {
        generation: model.narrowed.asked,
        snapshot: model.loaded.snapshot.clone(),
        filters,
        words: now.words.clone(),
        now: model.now(),
    };
    let listed = texts.iter().map(|text| (Clean::from_bytes(text.as_bytes()), None)).collect();
    model.bar.without = Without { of: model.narrowed.asked, terms: listed };
    vec![Effect::CountWithout(leaving)]
}

/// The counts without each of the terms.
pub(crate) fn take_without(model: &mut Model, of: Generation, counts: &[usize]) -> Vec<Effect> {
    if model.bar.without.of == of {
        let terms = model.bar.without.terms.iter_mut();
        terms.zip(counts).for_each(|((_, known), count)| *known = Some(*count));
    }
    Vec::new()
}
