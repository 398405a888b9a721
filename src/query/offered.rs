//! The values that may stand in a comparison, each with the number of alerts that the filter then leaves.
//!
//! Lives here: which values are offered, in which order, how a count comes from the counts of a field. Not here: counting
//! (`counts`). Imports: `base`, `decode`, `store`. Promise: a count is exact; where an alert's value lies only in its line,
//! or the operator can't be told from counts, there is none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::{Clean, Priority};
use crate::decode::{Scope, Value};
use crate::query::complete::{Candidate, Counted, MOST, Typing};
use crate::query::counts::Counts;
use crate::query::family;
use crate::query::filter::Filter;
use crate::query::letters::Letters;
use crate::query::literal::literal;
use crate::query::place::Compared;
use crate::query::tree::{Check, Kind, Node, Test};
use crate::query::value::Leaves;
use crate::store::Cell;

/// A comparison whose value is looked for.
pub(super) struct Offered<'t> {
    pub(super) typing: &'t Typing,
    pub(super) compared: &'t Compared,
    pub(super) name: &'t str,
}

/// More distinct values are not gone through for those that no alert under the other terms has.
const MOST_ENTRIES: usize = 100_000;

/// How many tests of values may be made for the counts of one answer.
const MOST_TESTS: usize = 300_000;

impl Offered<'_> {
    /// The candidates where nothing can be counted.
    pub(super) fn without_counts(&self) -> Vec<Candidate> {
        self.known_values().into_iter().take(MOST).map(|value| candidate(&value, None)).collect()
    }

    fn is_equality(&self) -> bool {
        matches!(self.compared.operator.as_str(), "=" | "==")
    }

    /// Values that some loaded alert has, in the order of their bytes; of priorities all that there are.
    fn known_values(&self) -> Vec<Vec<u8>> {
        if family::kind(self.name) == Kind::Severity {
            return Priority::ALL.map(|priority| priority.word().as_bytes().to_vec()).into();
        }
        let mut found: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut left = MOST_ENTRIES;
        for name in family::looked_at(self.name) {
            for segment in self.typing.snapshot.segments() {
                let Some(column) = segment.column(Scope::of(&name), name.as_bytes()) else { continue };
                let entries = u32::try_from(column.entries()).unwrap_or(u32::MAX);
                if matches!(column.entry(0), Some(Cell::Integer(_))) {
                    continue;
                }
                for cell in (0..entries).take(left).filter_map(|entry| column.entry(entry)) {
                    cell.read(|value| take_in(&mut found, value));
                }
                left = left.saturating_sub(column.entries());
            }
        }
        let letters = String::from_utf8_lossy(&self.typing.place.typed).into_owned();
        let matcher = Letters::new(&letters);
        found.into_iter().filter(|value| matcher.score(value).is_some()).collect()
    }

    /// The candidates with their counts.
    pub(super) fn with_counts(&self, counted: &Counted) -> Vec<Candidate> {
        let letters = String::from_utf8_lossy(&self.typing.place.typed).into_owned();
        let ranked = self.ranked(counted, &Letters::new(&letters));
        let tally = Tally::of(counted);
        let mut budget = MOST_TESTS;
        let mut candidates: Vec<Candidate> = ranked
            .into_iter()
            .map(|value| {
                let count = tally.count(self, &value, &mut budget);
                candidate(&value, count)
            })
            .collect();
        candidates.extend(self.absent(counted, &letters));
        candidates
    }

    /// Values in the order in which they are offered: those that begin with the letters before those that hold them, then
    /// by count, those that no alert has under the other terms last.
    fn ranked(&self, counted: &Counted, letters: &Letters<'_>) -> Vec<Vec<u8>> {
        let mut alerts: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut scored = Vec::new();
        let all = counted.holds.values.iter().chain(&counted.fails.values);
        let is_severity = family::kind(self.name) == Kind::Severity;
        // Priorities are offered by their words, however alerts spell them.
        for (value, count) in all.filter(|_| !is_severity) {
            if let Some(score) = letters.score(value.borrow().bytes())
                && alerts.insert(value.borrow().bytes().to_vec(), *count).is_none()
            {
                scored.push((Reverse(score), Reverse(*count), value.borrow().bytes().to_vec()));
            }
        }
        let known = self.known_values().into_iter().filter(|value| !alerts.contains_key(value));
        scored.extend(known.filter_map(|value| letters.score(&value).map(|score| (Reverse(score), Reverse(0), value))));
        scored.sort();
        scored.truncate(MOST);
        let mut values: Vec<Vec<u8>> = scored.into_iter().map(|(_, _, value)| value).collect();
        if is_severity {
            values.sort_by_key(|value| Priority::parse(value));
        }
        values
    }

    /// That the field is not there, where `=` or `!=` asks for it.
    fn absent(&self, Counted { holds, fails, .. }: &Counted, letters: &str) -> Option<Candidate> {
        let is_there = match self.compared.operator.as_str() {
            "=" | "==" => false,
            "!=" => true,
            _ => return None,
        };
        if self.compared.in_list || !"absent".starts_with(letters.trim_start_matches('‹')) {
            return None;
        }
        let known = holds.in_lines + fails.in_lines == 0;
        let present = |counts: &Counts| counts.total.saturating_sub(counts.absent);
        let count = if is_there { present(holds) + fails.absent } else { holds.absent + present(fails) };
        let put = format!("{}{} exists", if is_there { "" } else { "not " }, self.compared.field);
        let shown = if is_there { "‹present›" } else { "‹absent›" };
        Some(Candidate { shown: shown.into(), put, whole: true, count: known.then_some(count) })
    }

    /// The comparison as it reads with `value` at the place, and its list closed.
    fn written(&self, value: &[u8]) -> String {
        let shift = |at: usize| at.saturating_sub(self.compared.at.start);
        let (text, place) = (&self.typing.comparison, &self.typing.place.at);
        let before = text.get(..shift(place.start)).unwrap_or_default();
        let after = text.get(shift(place.end)..).unwrap_or_default();
        let is_open = self.compared.in_list && !text.ends_with(')');
        [before, &literal(value), after, if is_open { ")" } else { "" }].concat()
    }
}

fn candidate(value: &[u8], count: Option<usize>) -> Candidate {
    Candidate { shown: Clean::from_bytes(value), put: literal(value), whole: false, count }
}

fn take_in(found: &mut BTreeSet<Vec<u8>>, value: Value<'_>) {
    match value {
        Value::List(json) => {
            found.extend(Leaves::of(json).map(|leaf| leaf.bytes().to_vec()));
        }
        scalar => {
            found.insert(scalar.bytes().to_vec());
        }
    }
}

/// Tells how many alerts a comparison leaves.
struct Tally<'c> {
    counted: &'c Counted,
    /// By value: alerts that the filter leaves where the comparison holds, and where it does not.
    by_value: BTreeMap<&'c [u8], (Value<'c>, usize, usize)>,
    /// Every alert is known, and counted once: its field is no list.
    is_whole: bool,
    /// Every value is known, although one alert may have several.
    is_known: bool,
}

impl<'c> Tally<'c> {
    fn of(counted: &'c Counted) -> Self {
        let mut by_value: BTreeMap<&[u8], (Value<'_>, usize, usize)> = BTreeMap::new();
        for (value, count) in &counted.holds.values {
            by_value.entry(value.borrow().bytes()).or_insert((value.borrow(), 0, 0)).1 += count;
        }
        for (value, count) in &counted.fails.values {
            by_value.entry(value.borrow().bytes()).or_insert((value.borrow(), 0, 0)).2 += count;
        }
        // Where two spellings are one value, or one alert has several, the sum is another.
        let is_whole = |counts: &Counts| {
            let sum: usize = counts.values.iter().map(|(_, count)| count).sum();
            sum + counts.absent == counts.total
        };
        let is_known = counted.holds.in_lines + counted.fails.in_lines == 0;
        let is_one = !counted.holds.lists && !counted.fails.lists;
        let whole = is_known && is_one && is_whole(&counted.holds) && is_whole(&counted.fails);
        Self { counted, by_value, is_whole: whole, is_known }
    }

    fn count(&self, offered: &Offered<'_>, value: &[u8], budget: &mut usize) -> Option<usize> {
        let base = self.counted.fails.total;
        if !self.is_known {
            return None;
        }
        let is_plain = matches!(family::kind(offered.name), Kind::Plain | Kind::Address);
        let is_first = !offered.compared.in_list || !offered.typing.comparison.contains(',');
        let is_in = self.is_whole && offered.compared.operator == "in" && is_first;
        if is_plain && (offered.is_equality() || is_in) {
            let (_, holds, fails) = self.by_value.get(value).copied().unwrap_or((Value::Null, 0, 0));
            return (base + holds).checked_sub(fails);
        }
        if !self.is_whole || *budget < self.by_value.len() {
            return None;
        }
        *budget -= self.by_value.len();
        let node = Filter::parse(&offered.written(value)).ok()?.node()?;
        let Node::Check(check) = node.as_ref() else { return None };
        self.tested(check, base)
    }

    fn tested(&self, check: &Check, base: usize) -> Option<usize> {
        // Spellings of one number are one value here, but not to a test on text.
        let is_text = |value: &Value<'_>| matches!(value, Value::Text(_) | Value::Bool(_));
        let by_text = matches!(check.test, Test::Text(..) | Test::Regex(_) | Test::Each(..));
        if by_text && !self.by_value.values().all(|(value, ..)| is_text(value)) {
            return None;
        }
        let fitting = self.by_value.values().filter(|(value, ..)| check.matches(Some(*value)));
        let (holds, fails) = fitting.fold((0, 0), |(a, b), (_, holds, fails)| (a + holds, b + fails));
        (base + holds).checked_sub(fails)
    }
}
