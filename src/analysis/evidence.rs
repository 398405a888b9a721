//! Which lines of evidence hold for an alert, what they weigh, and what they lean to.
//!
//! Lives here: three-valued lines, the score, the reading, the ranked explanations. Not here: the lines (`playbooks/`).
//! Imports: `base`, `decode`, `query`. Promise: an unknown line weighs nothing and is said to be unresolved.

use std::sync::Arc;

use crate::analysis::facts::Facts;
use crate::analysis::playbook::{Line, Theory};
use crate::analysis::{Evidence, Explanation, Reading, Score, Side, Stance};
use crate::base::{Clean, Priority};
use crate::decode::Value;
use crate::query::filter::{Absence, Fields, Truth};
use crate::query::nearby;
use crate::query::needle::Word;

/// From this difference of the weights on the reading leans to a side.
const LEAN: u32 = 3;
/// A true malicious line of this weight forbids a benign reading.
const HEAVY: u32 = 4;

/// A line with what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'p> {
    line: &'p Line,
    truth: Truth,
}

impl Judged<'_> {
    fn is_true(&self) -> bool {
        self.truth == Truth::True
    }

    /// What the line counts for or against an explanation: a line of context counts 1.
    fn pull(&self) -> i32 {
        i32::try_from(self.line.weight.max(1)).unwrap_or(1)
    }
}

/// Asks every line.
pub(crate) fn judge<'p>(lines: &'p [Arc<Line>], facts: &Facts<'_>) -> Vec<Judged<'p>> {
    lines.iter().map(|line| Judged { line, truth: truth(line, facts) }).collect()
}

/// A count that is not known is nothing that the alert lacks: the line is left out instead of standing unresolved.
fn truth(line: &Line, facts: &Facts<'_>) -> Truth {
    match line.condition.truth(facts, Absence::Unknown) {
        Truth::Unknown if line.condition.names().iter().all(|name| nearby::is_count(name)) => Truth::False,
        truth => truth,
    }
}

/// Sums the weights of the true lines and counts the unknown ones.
pub(crate) fn score(judged: &[Judged<'_>]) -> Score {
    let sum = |side: Side| judged.iter().filter(|j| j.is_true() && j.line.side == side).map(|j| j.line.weight).sum();
    let unresolved = judged.iter().filter(|j| j.truth == Truth::Unknown).count();
    Score {
        malicious: sum(Side::Malicious),
        benign: sum(Side::Benign),
        test: sum(Side::Test),
        unresolved: u32::try_from(unresolved).unwrap_or(u32::MAX),
    }
}

/// What the score leans to. Anybody can set the mark of a test tool, so where more speaks for an attack than it does, the
/// reading is open. A benign reading is not given while the alert is critical or a heavy malicious line is true.
pub(crate) fn reading(score: Score, judged: &[Judged<'_>], priority: Option<Priority>) -> Reading {
    let heavy = judged.iter().any(|j| j.is_true() && j.line.side == Side::Malicious && j.line.weight >= HEAVY);
    let critical = priority.is_some_and(|p| p <= Priority::Critical);
    if score.test > 0 && score.malicious >= score.benign + score.test + LEAN {
        Reading::Undecided
    } else if score.test > 0 {
        Reading::Test
    } else if score.malicious >= score.benign + LEAN {
        Reading::Malicious
    } else if score.benign >= score.malicious + LEAN && !heavy && !critical {
        Reading::Benign
    } else {
        Reading::Undecided
    }
}

/// The lines to show: true ones with the heaviest first, context after them, then the unknown ones.
pub(crate) fn shown(judged: &[Judged<'_>], facts: &Facts<'_>) -> Vec<Evidence> {
    let mut shown: Vec<&Judged<'_>> = judged.iter().filter(|j| j.truth != Truth::False).collect();
    shown.sort_by_key(|j| (!j.is_true(), std::cmp::Reverse(j.line.weight)));
    shown.into_iter().map(|j| told(j, facts)).collect()
}

/// Only what is true: an overlay says nothing about what it can't see.
pub(crate) fn shown_true(judged: &[Judged<'_>], facts: &Facts<'_>) -> Vec<Evidence> {
    judged.iter().filter(|j| j.is_true()).map(|j| told(j, facts)).collect()
}

fn told(judged: &Judged<'_>, facts: &Facts<'_>) -> Evidence {
    let line = judged.line;
    let names = if judged.is_true() { decisive(line, facts) } else { line.condition.names() };
    let there = names.iter().map(|name| facts.there(name)).find(|there| !there.is_empty()).unwrap_or_default();
    let with_value = |name: String| (Clean::from_bytes(name.as_bytes()), facts.shown(&name));
    Evidence {
        id: line.id.clone(),
        text: facts.tell(&line.text),
        stance: if judged.is_true() { Stance::True } else { Stance::Unresolved },
        side: line.side,
        weight: line.weight,
        there: there.to_owned(),
        fields: names.into_iter().map(with_value).collect(),
    }
}

/// The fields that make a true line true: those without which it is not, else those that do alone, else all that are
/// known, else all that it names.
fn decisive(line: &Line, facts: &Facts<'_>) -> Vec<String> {
    let holds = |seen: &dyn Fields| line.condition.truth(seen, Absence::Unknown) == Truth::True;
    let names = line.condition.names();
    let (known, _): (Vec<String>, Vec<String>) = names.iter().cloned().partition(|name| facts.known(name).is_some());
    let needed = |name: &&String| !holds(&Seen { facts, but: Some(name.as_str()), only: None });
    let enough = |name: &&String| holds(&Seen { facts, but: None, only: Some(name.as_str()) });
    let choices = [
        known.iter().filter(needed).cloned().collect::<Vec<_>>(),
        known.iter().filter(enough).cloned().collect(),
        known.clone(),
    ];
    choices.into_iter().find(|choice| !choice.is_empty()).unwrap_or(names)
}

/// The facts with a field hidden, or with all but one hidden.
struct Seen<'a> {
    facts: &'a Facts<'a>,
    but: Option<&'a str>,
    only: Option<&'a str>,
}

impl Fields for Seen<'_> {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        let hidden = self.but == Some(name) || self.only.is_some_and(|only| only != name);
        if hidden { None } else { self.facts.known(name) }
    }
    fn has_word(&self, _word: &Word) -> bool {
        false
    }
}

/// The explanations with their ranks: base, and the weight of what is true for and against each.
pub(crate) fn ranked(theories: &[Theory], judged: &[Judged<'_>], facts: &Facts<'_>) -> Vec<Explanation> {
    theories
        .iter()
        .map(|theory| Explanation {
            text: facts.tell(&theory.text),
            verdict: theory.verdict,
            weight: theory.base + pull(&theory.because, judged) - pull(&theory.unless, judged),
            unsupported: is_unsupported(theory, judged),
        })
        .collect()
}

fn pull(ids: &[String], judged: &[Judged<'_>]) -> i32 {
    named(ids, judged).filter(|j| j.is_true()).map(Judged::pull).sum()
}

/// Whether all that could raise it is unknown.
fn is_unsupported(theory: &Theory, judged: &[Judged<'_>]) -> bool {
    !theory.because.is_empty() && named(&theory.because, judged).all(|j| j.truth == Truth::Unknown)
}

fn named<'j, 'p>(ids: &'j [String], judged: &'j [Judged<'p>]) -> impl Iterator<Item = &'j Judged<'p>> {
    judged.iter().filter(|j| ids.iter().any(|id| id == j.line.id.as_str()))
}
