//! `stoop query --explain`: how a filter is answered, term by term, and what the loaded alerts say to it.
//!
//! Lives here: the words for it. Not here: the plan itself (`query::plan`), which the engine follows too. Imports: the rooms
//! up to `query`, and how numbers are written. Promise: plain lines in a stable form; every count is the engine's own.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::io::IsTerminal;

use crate::app::cli;
use crate::app::cli::Query;
use crate::app::clock;
use crate::app::headless::loaded::loaded;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::scan::Scanned;
use crate::app::headless::{Ended, filter, filter_within, limits, tell};
use crate::base::{Clean, Generation};
use crate::query::Question;
use crate::query::asked::Asked;
use crate::query::filter::Filter;
use crate::query::moment::Reference;
use crate::query::plan::{Cost, KeepsBack, Means, Plan, Step, Term, What, is_by_moment, means};
use crate::query::search::{Effort, Searcher};
use crate::query::spoken::{quoted, spoken};
use crate::query::tree::{Check, Node, Test, Unsaid};
use crate::state::number::{counted, of};
use crate::store::{Column, Snapshot};

/// Runs `stoop query --explain`.
pub(crate) fn explain(asked: &Query) -> Ended {
    let (text, words) = asked.filter_and_sources();
    let Ok(text) = filter_within(&text, &asked.times) else { return Ended::Failed };
    let Ok(filter) = filter(&OsString::from(text)) else { return Ended::Failed };
    let stdout = io::stdout();
    let mut out = Out::new(stdout.lock(), stdout.is_terminal());
    let loaded = (!words.is_empty()).then(|| loaded(&cli::sources(&words, true), limits(asked.reading)));
    for line in explained(&filter, loaded.as_ref().map(|(snapshot, _)| snapshot)) {
        if out.text(Clean::from_bytes(line.as_bytes()).as_str().as_bytes()) == Flow::Stop {
            break;
        }
    }
    let earned = loaded.map_or(Ended::Matched, |(_, scanned)| concluded(&scanned));
    match out.finish() {
        Ok(()) => earned,
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

/// What failed is said; that nothing matches is no failure here.
fn concluded(scanned: &Scanned) -> Ended {
    scanned.skipped.iter().chain(&scanned.failed).for_each(tell);
    if scanned.failed.is_empty() { Ended::Matched } else { Ended::Failed }
}

/// For so many terms alerts are counted: each count asks all the terms before it again.
const COUNTED_TERMS: usize = 40;

/// With alerts loaded every time in the filter is the one that it means to them: a part alone no longer asks what it is
/// counted from.
fn explained(filter: &Filter, snapshot: Option<&Snapshot>) -> Vec<String> {
    let settled = snapshot.map(|loaded| filter.at(Reference { now: clock::now(), last: loaded.newest() }));
    told(&Plan::of(settled.as_ref().unwrap_or(filter)), snapshot)
}

/// The lines of the explanation.
fn told(plan: &Plan, snapshot: Option<&Snapshot>) -> Vec<String> {
    let Some(node) = plan.node() else {
        return vec!["no condition: every alert matches, and no value is looked at".to_owned()];
    };
    let mut lines = vec!["The terms in the order in which they are looked at, the cheap ones first:".to_owned()];
    let (mut number, mut conjuncts) = (0, 0);
    let counting = |terms: usize| snapshot.filter(|_| terms <= COUNTED_TERMS);
    for step in plan.steps() {
        if is_conjunct(node, &step) {
            lines.extend(counting(conjuncts).and_then(|snapshot| left(node, conjuncts, snapshot)));
            conjuncts += 1;
        }
        if let What::Term(term) = &step.what {
            number += 1;
            lines.extend(term_lines(term, &indent(step.depth), number, counting(number)));
        } else {
            lines.push(format!("{}{}", indent(step.depth), group(&step)));
        }
    }
    lines.extend(counting(conjuncts).and_then(|snapshot| left(node, conjuncts, snapshot)));
    if number > COUNTED_TERMS && snapshot.is_some() {
        lines.push(format!("Alerts are counted for the first {COUNTED_TERMS} terms only."));
    }
    lines.extend(snapshot.map(|snapshot| whole(node, snapshot)));
    lines
}

fn indent(depth: usize) -> String {
    "   ".repeat(depth)
}

fn group(step: &Step<'_>) -> &'static str {
    match step.what {
        What::All => "all of these; each is asked only of the alerts that those before it left:",
        What::Any => "one of these; each is asked only of the alerts that none before it has:",
        What::Not => "not:",
        What::Term(_) => "",
    }
}

/// A term: what it is, how it is answered, what is asked of the raw line, what the loaded alerts say.
fn term_lines(term: &Term<'_>, indent: &str, number: usize, snapshot: Option<&Snapshot>) -> Vec<String> {
    let mut lines = vec![
        format!("{indent}{number}. {}", spoken(term.node)),
        format!("{indent}   cost: {}; {}", cost(term.cost), how(term)),
        format!("{indent}   before a line is decoded: {}", before(term)),
    ];
    if let Some(snapshot) = snapshot {
        lines.extend(loaded_as(term.node, snapshot).map(|as_what| format!("{indent}   loaded: {as_what}")));
        let (rows, _) = asked_of(term.node.clone(), snapshot);
        lines.push(format!("{indent}   alone it holds for {} of {}", counted(rows), alerts(snapshot)));
    }
    lines
}

fn cost(cost: Cost) -> &'static str {
    match cost {
        Cost::Cheap => "cheap",
        Cost::Moderate => "moderate",
        Cost::EveryLine => "reads every line",
    }
}

fn how(term: &Term<'_>) -> &'static str {
    match (term.node, term.cost) {
        (Node::Check(check), _) if is_by_moment(check) => {
            "times are compared as numbers, and stretches of alerts outside are left out as a whole"
        }
        (Node::Check(Check { test: Test::Exists, .. }), _) => "which alerts have the field is known",
        (Node::Check(_), Cost::Cheap) => "each distinct value is compared once, then alerts by its number",
        (Node::Check(_), Cost::Moderate) => "each distinct value is compared once, but a pattern is dear",
        (Node::Family(_), _) => "the same comparison with each field that the name stands for",
        (Node::Derived(_), Cost::Moderate) => "each combination of values that alerts have is worked out once",
        (Node::Word(..), _) => "the distinct values of all fields are searched, then the lines for what only they hold",
        _ => "nearly every alert has a value of its own, which only its line holds",
    }
}

/// What the raw line must hold, or why that can't be told.
fn before(term: &Term<'_>) -> String {
    match (term.keeps_back, &term.needle) {
        (KeepsBack::Negated, _) => "nothing is looked for: behind not, alerts without the text are wanted".to_owned(),
        (KeepsBack::BesideOpen, Ok(_)) => {
            "nothing is looked for: another part of the same or may hold in a line without the text".to_owned()
        }
        (KeepsBack::Crowded, Ok(_)) => "nothing is looked for: the or has too many texts to look for each".to_owned(),
        (_, Ok(words)) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word.bytes())).collect();
            format!("it must hold {}, or an escape that could spell it", words.join(" or "))
        }
        (_, Err(why)) => format!("nothing is looked for: {}", unsaid(*why)),
    }
}

fn unsaid(why: Unsaid) -> &'static str {
    match why {
        Unsaid::Exists => "any value will do",
        Unsaid::Unequal => "other values are wanted",
        Unsaid::Order => "greater or smaller values are wanted",
        Unsaid::Number => "a number may be spelt in several ways",
        Unsaid::Spelling => "a time, an IPv6 address or a network may be spelt in several ways",
        Unsaid::Pattern => "the pattern has no text that every value must have",
        Unsaid::Empty => "the text is empty",
        Unsaid::Many => "too many texts to look for each",
        Unsaid::Made | Unsaid::Whole => "the value is made from others",
    }
}

/// How the values that a comparison needs are kept; `None` where there is nothing to say.
fn loaded_as(node: &Node, snapshot: &Snapshot) -> Option<String> {
    let Node::Check(check) = node else { return None };
    let (mut values, mut parts) = (HashSet::new(), Parts::default());
    for segment in snapshot.segments() {
        parts.all += 1;
        match means(check, segment) {
            Means::Nobody => parts.without += 1,
            Means::Unknown | Means::Lines(_) => parts.in_lines += 1,
            Means::Ranges(..) | Means::Numbers(_) => parts.numbers += 1,
            Means::Times(_) => parts.times += 1,
            Means::Present(_) => parts.present += 1,
            Means::Values(column) => add_values(column, &mut values),
        }
    }
    Some(parts.told(values.len()))
}

/// In how many of the parts into which alerts are loaded values are kept in which way.
#[derive(Default)]
struct Parts {
    all: usize,
    without: usize,
    in_lines: usize,
    numbers: usize,
    times: usize,
    present: usize,
}

impl Parts {
    fn told(&self, distinct: usize) -> String {
        let mut told = Vec::new();
        if distinct > 0 {
            told.push(of(distinct as u64, "distinct value").to_string());
        }
        let mut add = |count: usize, words: &str| {
            if count == self.all && count > 0 {
                told.push(words.to_owned());
            } else if count > 0 {
                told.push(format!("{words} in {count} of {} segments", self.all));
            }
        };
        add(self.numbers, "whole numbers, kept as such");
        add(self.times, "times, kept as such");
        add(self.present, "which alerts have it");
        add(self.in_lines, "values only in the lines");
        add(self.without, "no alert has it");
        if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
    }
}

fn add_values(column: &Column, values: &mut HashSet<Vec<u8>>) {
    for entry in 0..u32::try_from(column.entries()).unwrap_or(u32::MAX) {
        let value = column.entry(entry).and_then(|cell| cell.read(|value| value.bytes().to_vec()));
        values.extend(value);
    }
}

/// Whether the step begins one of the parts that must all hold.
fn is_conjunct(node: &Node, step: &Step<'_>) -> bool {
    matches!(node, Node::And(_)) && step.depth == 1
}

/// What the first `count` parts of the filter leave; `None` where there are none.
fn left(node: &Node, count: usize, snapshot: &Snapshot) -> Option<String> {
    let Node::And(parts) = node else { return None };
    let first: Vec<Node> = parts.iter().take(count).cloned().collect();
    if first.is_empty() {
        return None;
    }
    let (rows, _) = asked_of(Node::And(first), snapshot);
    Some(format!("{}so far it leaves {} of {}", indent(1), counted(rows), alerts(snapshot)))
}

/// What the filter as a whole cost.
fn whole(node: &Node, snapshot: &Snapshot) -> String {
    let (rows, effort) = asked_of(node.clone(), snapshot);
    let lines = of(effort.lines as u64, "line");
    format!(
        "In all: {} of {}; {lines} read again, {} of them decoded",
        counted(rows),
        alerts(snapshot),
        counted(effort.decoded)
    )
}

fn alerts(snapshot: &Snapshot) -> Clean {
    of(snapshot.alerts() as u64, "alert")
}

/// How many alerts match, and what their lines cost.
fn asked_of(node: Node, snapshot: &Snapshot) -> (usize, Effort) {
    let question = Question {
        generation: Generation::default(),
        snapshot: snapshot.clone(),
        filter: String::new(),
        narrowing: String::new(),
        grouping: None,
        order: None,
        anchor: None,
        since: None,
        now: clock::now(),
    };
    let (mut rows, mut searcher) = (0, Searcher::default());
    searcher.answer_as(Asked::by(Filter::of(node)), &question, &|| false, &mut |view| rows = view.rows.len());
    (rows, searcher.effort())
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
