//! How a filter is answered: in what order its terms are looked at, by what means, and what that costs.
//!
//! Lives here: every decision that `--explain` tells of; the engine (`columns`, `sieve`) asks the same functions. Not here:
//! doing it. Imports: `base`, `decode`, `store`. Promise: the order of terms never changes what a filter matches.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::base::Nanos;
use crate::decode::Scope;
use crate::query::eval::truth;
use crate::query::filter::{Absence, Fields, Filter, Truth};
use crate::query::number::Number;
use crate::query::sieve::{needle, part};
use crate::query::tree::{Asked, Check, Comparison, Derived, Kind, ListTest, Needle, Node, Test, TextTest};
use crate::store::{Column, Segment};

/// A filter's tree with the terms of every `and` and `or` in the order in which they are looked at: the cheap ones first,
/// those of one cost as they are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    node: Option<Node>,
}

/// What looking at a term costs, told from the filter alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cost {
    /// Each distinct value is compared once, or the segments' own list of times.
    Cheap,
    /// The same with a dear comparison: a pattern, a value that is made of others.
    Moderate,
    /// The value stands only in the lines.
    EveryLine,
}

/// By what means a comparison with a field is answered in one segment.
#[derive(Debug)]
pub(crate) enum Means<'s> {
    /// No alert of the segment has the field.
    Nobody,
    /// The segment has more names than columns: only the lines tell whether an alert has the field.
    Unknown,
    /// Having the field is enough.
    Present(&'s Column),
    /// By the segment's list of times; these rows have a time at all.
    Times(&'s Column),
    /// Whole numbers, kept as such, that lie in one of the ranges.
    Ranges(&'s Column, Vec<RangeInclusive<i128>>),
    /// Whole numbers, kept as such, compared one by one.
    Numbers(&'s Column),
    /// A dictionary: each distinct value is compared once.
    Values(&'s Column),
    /// The values stand only in the lines.
    Lines(&'s Column),
}

impl Plan {
    /// The plan of a filter.
    pub(crate) fn of(filter: &Filter) -> Self {
        Self { node: filter.node().map(|node| ordered(&node)) }
    }

    /// Whether an alert is to be shown, as [`Filter::matches`] says, but cheap terms first.
    pub(crate) fn matches(&self, fields: &dyn Fields) -> bool {
        self.node.as_ref().is_none_or(|node| truth(node, fields, Absence::False) == Truth::True)
    }

    /// The tree in its order; `None`: everything matches.
    pub(crate) fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }
}

/// Comparisons with these are always answered by the lines: nearly every alert has a value of its own.
const ONLY_IN_LINES: [&str; 3] = ["output", "message", "time"];

fn ordered(node: &Node) -> Node {
    match node {
        Node::And(parts) => Node::And(cheap_first(parts)),
        Node::Or(parts) => Node::Or(cheap_first(parts)),
        Node::Not(inner) => Node::Not(Box::new(ordered(inner))),
        Node::Macro(inner) => ordered(inner),
        term => term.clone(),
    }
}

fn cheap_first(parts: &[Node]) -> Vec<Node> {
    let mut parts: Vec<Node> = parts.iter().map(ordered).collect();
    let mut words = HashSet::new();
    parts.retain(|part| match part {
        // A text that repeats a word a thousand times is searched for it once.
        Node::Word(word, ..) => words.insert((word.bytes().to_vec(), word.is_exact())),
        _ => true,
    });
    parts.sort_by_key(cost);
    parts
}

/// What looking at a part of a filter costs.
pub(crate) fn cost(node: &Node) -> Cost {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().map(cost).max().unwrap_or(Cost::Cheap),
        Node::Not(inner) => cost(inner),
        Node::Macro(inner) => cost(inner),
        Node::Check(check) => cost_of_check(check),
        Node::Family(family) => cost_of_test(&family.test),
        Node::Derived(derived) => cost_of_made(derived),
        Node::Word(..) => Cost::EveryLine,
    }
}

fn cost_of_check(check: &Check) -> Cost {
    let in_lines = ONLY_IN_LINES.contains(&check.left.name.as_str());
    match check.test {
        Test::Exists => Cost::Cheap,
        _ if is_by_moment(check) => Cost::Cheap,
        _ if in_lines => Cost::EveryLine,
        ref test => cost_of_test(test),
    }
}

fn cost_of_test(test: &Test) -> Cost {
    match test {
        Test::Regex(_) | Test::Text(TextTest::Glob | TextTest::GlobFolded, _) | Test::List(ListTest::Prefix, _) => {
            Cost::Moderate
        }
        Test::Each(_, tests) => tests.iter().map(cost_of_test).max().unwrap_or(Cost::Cheap),
        _ => Cost::Cheap,
    }
}

fn cost_of_made(derived: &Derived) -> Cost {
    let mut in_lines = false;
    derived.each_field(&mut |left| in_lines |= ONLY_IN_LINES.contains(&left.name.as_str()));
    let exists = matches!(derived.asked, Asked::Of(Test::Exists));
    if in_lines && !exists { Cost::EveryLine } else { Cost::Moderate }
}

/// A comparison of times reads the segments' own list of them, although the texts are only in the lines.
pub(crate) fn is_by_moment(check: &Check) -> bool {
    check.left.kind == Kind::Moment && matches!(check.test, Test::Compare(..) | Test::List(..))
}

/// By what means a comparison is answered in a segment.
pub(crate) fn means<'s>(check: &Check, segment: &'s Segment) -> Means<'s> {
    let name = &check.left.name;
    let Some(column) = segment.column(Scope::of(name), name.as_bytes()) else {
        return if segment.leaves_names_out() { Means::Unknown } else { Means::Nobody };
    };
    if is_by_moment(check) {
        return Means::Times(column);
    }
    if check.test == Test::Exists {
        return Means::Present(column);
    }
    if column.holds_numbers() {
        return match number_ranges(check) {
            Some(ranges) => Means::Ranges(column, ranges),
            None => Means::Numbers(column),
        };
    }
    if column.entries() == 0 { Means::Lines(column) } else { Means::Values(column) }
}

/// The whole numbers that fulfil the comparison; `None`: it is no comparison with whole numbers, or with too many.
fn number_ranges(check: &Check) -> Option<Vec<RangeInclusive<i128>>> {
    if check.left.kind != Kind::Plain {
        return None;
    }
    match &check.test {
        Test::Compare(comparison, literal) => match literal.number? {
            Number::Whole(bound) => Some(beside(*comparison, bound)),
            Number::Float(_) => None,
        },
        Test::List(ListTest::In | ListTest::Intersects, list) if list.items().len() <= MOST_RANGES => {
            list.items().iter().map(|item| one(item.number)).collect()
        }
        _ => None,
    }
}

/// Going through the rows once more for each costs less than looking each row's number up.
const MOST_RANGES: usize = 8;

/// What no number equals is an empty range.
fn one(number: Option<Number>) -> Option<RangeInclusive<i128>> {
    match number {
        Some(Number::Whole(number)) => Some(number..=number),
        Some(Number::Float(_)) => None,
        None => Some(RangeInclusive::new(1, 0)),
    }
}

fn beside(comparison: Comparison, bound: i128) -> Vec<RangeInclusive<i128>> {
    let (below, above) = (i128::MIN..=bound.saturating_sub(1), bound.saturating_add(1)..=i128::MAX);
    match comparison {
        Comparison::Equal => vec![bound..=bound],
        Comparison::NotEqual => vec![below, above],
        Comparison::Less => vec![below],
        Comparison::LessOrEqual => vec![i128::MIN..=bound],
        Comparison::Greater => vec![above],
        Comparison::GreaterOrEqual => vec![bound..=i128::MAX],
    }
}

/// The instants that fulfil a comparison with a time; `None`: they are no range.
pub(crate) fn instants(check: &Check) -> Option<RangeInclusive<Nanos>> {
    let Test::Compare(comparison, literal) = &check.test else { return None };
    let bound = literal.moment?;
    let (first, last) = (Nanos(i64::MIN), Nanos(i64::MAX));
    let (before, after) = (Nanos(bound.0.saturating_sub(1)), Nanos(bound.0.saturating_add(1)));
    match comparison {
        Comparison::Equal => Some(bound..=bound),
        Comparison::NotEqual => None,
        Comparison::Less => Some(first..=before),
        Comparison::LessOrEqual => Some(first..=bound),
        Comparison::Greater => Some(after..=last),
        Comparison::GreaterOrEqual => Some(bound..=last),
    }
}

/// A line of an explained plan.
#[derive(Clone, Debug)]
pub(crate) struct Step<'n> {
    /// How many groups it lies in.
    pub(crate) depth: usize,
    /// What it is.
    pub(crate) what: What<'n>,
}

/// What a line of an explained plan is.
#[derive(Clone, Debug)]
pub(crate) enum What<'n> {
    /// The steps one level deeper must all hold; each is asked of what those before it left.
    All,
    /// One of the steps one level deeper must hold; each is asked of what none before it has.
    Any,
    /// The step one level deeper must not hold.
    Not,
    /// A comparison or a word.
    Term(Term<'n>),
}

/// A comparison or a word, and what the plan has for it.
#[derive(Clone, Debug)]
pub(crate) struct Term<'n> {
    /// It.
    pub(crate) node: &'n Node,
    /// What looking at it costs.
    pub(crate) cost: Cost,
    /// What must stand in the raw line for it to hold.
    pub(crate) needle: Needle,
    /// Whether a line is kept back for want of that.
    pub(crate) keeps_back: KeepsBack,
}

/// Whether a line that lacks a term's words is kept back before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeepsBack {
    /// It is, if it has a needle.
    Yes,
    /// It stands behind a `not`: lines without the words are those that are wanted.
    Negated,
    /// Another part of the same `or` has no needle, and may hold.
    BesideOpen,
    /// The `or` has too many.
    Crowded,
}

impl Plan {
    /// The plan, line by line, in the order in which its terms are looked at.
    pub(crate) fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        if let Some(node) = &self.node {
            explain(node, 0, KeepsBack::Yes, &mut steps);
        }
        steps
    }
}

fn of_or(node: &Node, parts: &[Node]) -> KeepsBack {
    if part(node).is_some() {
        KeepsBack::Yes
    } else if parts.iter().all(|of_or| part(of_or).is_some()) {
        KeepsBack::Crowded
    } else {
        KeepsBack::BesideOpen
    }
}

fn explain<'n>(node: &'n Node, depth: usize, keeps_back: KeepsBack, steps: &mut Vec<Step<'n>>) {
    match node {
        Node::And(parts) => {
            steps.push(Step { depth, what: What::All });
            for part in parts {
                explain(part, depth + 1, keeps_back, steps);
            }
        }
        Node::Or(parts) => {
            let keeps_back = if keeps_back == KeepsBack::Yes { of_or(node, parts) } else { keeps_back };
            steps.push(Step { depth, what: What::Any });
            for part in parts {
                explain(part, depth + 1, keeps_back, steps);
            }
        }
        Node::Not(inner) => {
            steps.push(Step { depth, what: What::Not });
            explain(inner, depth + 1, KeepsBack::Negated, steps);
        }
        Node::Macro(inner) => explain(inner, depth, keeps_back, steps),
        term => {
            let term = Term { node: term, cost: cost(term), needle: needle(term), keeps_back };
            steps.push(Step { depth, what: What::Term(term) });
        }
    }
}
