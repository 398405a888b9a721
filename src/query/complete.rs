//! What may stand at a place of a filter: fields, operators, values, saved filters; values with their counts.
//!
//! Lives here: the answer of the worker that completes, and what it remembers. Not here: reading unfinished text (`place`),
//! values (`offered`), names (`naming`), the alerts of a filter (`under`), taking a candidate (`state`). Imports: `base`,
//! `store`. Promise: a count is the number of alerts that the filter with this candidate leaves; where that is not known
//! there is none.

use std::sync::Arc;

use crate::base::{Clean, Generation, Nanos, RowId};
use crate::query::counts::{Counts, counts, is_countable};
use crate::query::naming::{fields, name_of, operators, saved};
use crate::query::offered::Offered;
use crate::query::others::Others;
use crate::query::place::{Compared, Kind, Place};
use crate::query::search::Searcher;
use crate::query::under::Under;
use crate::store::Snapshot;

/// The most candidates of one answer.
pub(super) const MOST: usize = 200;

/// What is typed, and where.
#[derive(Clone, Debug)]
pub(crate) struct Typing {
    /// Newer questions make older ones pointless.
    pub(crate) generation: Generation,
    /// What is loaded.
    pub(crate) snapshot: Snapshot,
    /// The alerts in view, whose fields come first.
    pub(crate) view: Arc<Vec<RowId>>,
    /// The place.
    pub(crate) place: Place,
    /// The text of the comparison that the place is in; empty elsewhere.
    pub(crate) comparison: String,
    /// The rest of the filter, without names of saved ones; `None`: it is none yet, so nothing can be counted.
    pub(crate) others: Option<Others>,
    /// The words of the narrowing.
    pub(crate) words: String,
    /// The wall clock, for times that are counted from now.
    pub(crate) now: Nanos,
    /// Names of saved filters.
    pub(crate) saved: Vec<String>,
}

/// Something that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// How it is shown.
    pub(crate) shown: Clean,
    /// What is put in.
    pub(crate) put: String,
    /// It takes the place of the whole comparison, not of the piece at the caret.
    pub(crate) whole: bool,
    /// How many alerts the filter then leaves; `None`: that is not known.
    pub(crate) count: Option<usize>,
}

/// The candidates for one question, the best first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candidates {
    /// Which question they answer.
    pub(crate) generation: Generation,
    /// At most 200.
    pub(crate) items: Vec<Candidate>,
}

/// Answers one question after the other, and remembers what the next letter needs again.
#[derive(Debug, Default)]
pub(crate) struct Completer {
    searchers: [Searcher; 2],
    counted: Option<Counted>,
}

/// The counts of one field under the rest of one filter.
#[derive(Debug)]
pub(super) struct Counted {
    key: Key,
    /// Among the alerts that the filter leaves where the comparison holds, and where it does not.
    pub(super) holds: Counts,
    pub(super) fails: Counts,
}

/// What counts are of.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    name: String,
    others: Others,
    words: String,
    sources: usize,
    alerts: usize,
}

impl Completer {
    /// The candidates; `None` when `newer` says that nobody waits for them.
    pub(crate) fn answer(&mut self, typing: &Typing, newer: &dyn Fn() -> bool) -> Option<Candidates> {
        let items = match &typing.place.kind {
            Kind::Term => fields(typing),
            Kind::Saved => saved(typing),
            Kind::Operator { field } => operators(typing, field),
            Kind::Value(compared) => self.values(typing, compared, newer)?,
        };
        Some(Candidates { generation: typing.generation, items })
    }

    /// How many alerts each of the filters leaves; `None` when `newer` says that nobody waits for it.
    pub(crate) fn counted(&mut self, typing: &Leaving, newer: &dyn Fn() -> bool) -> Option<Vec<usize>> {
        let [searcher, _] = &mut self.searchers;
        let Leaving { snapshot, words, now, .. } = typing;
        let count =
            |filter: &String| Under { snapshot, filter, words, now: *now }.rows(searcher, newer).map(|rows| rows.len());
        typing.filters.iter().map(count).collect()
    }

    fn values(&mut self, typing: &Typing, compared: &Compared, newer: &dyn Fn() -> bool) -> Option<Vec<Candidate>> {
        let Some(name) = name_of(&compared.field) else { return Some(Vec::new()) };
        let offered = Offered { typing, compared, name: &name };
        if !is_countable(&name) {
            return Some(Vec::new());
        }
        let Some(others) = &typing.others else { return Some(offered.without_counts()) };
        let counted = self.count(typing, &name, others, newer)?;
        Some(offered.with_counts(counted))
    }

    fn count(&mut self, typing: &Typing, name: &str, others: &Others, newer: &dyn Fn() -> bool) -> Option<&Counted> {
        let key = Key {
            name: name.to_owned(),
            others: others.clone(),
            words: typing.words.clone(),
            sources: std::ptr::from_ref(typing.snapshot.sources()).addr(),
            alerts: typing.snapshot.alerts(),
        };
        if self.counted.as_ref().is_none_or(|counted| counted.key != key) {
            self.counted = None;
            let [first, second] = &mut self.searchers;
            let of = |searcher: &mut Searcher, rest: &Option<String>| match rest {
                None => Some(Counts::default()),
                Some(filter) => {
                    let Typing { snapshot, words, now, .. } = typing;
                    let rows = Under { snapshot, filter, words, now: *now }.rows(searcher, newer)?;
                    counts(snapshot, &rows, name, newer)
                }
            };
            let holds = of(first, &others.holds)?;
            let fails = of(second, &others.fails)?;
            self.counted = Some(Counted { key, holds, fails });
        }
        self.counted.as_ref()
    }
}

/// Filters whose counts are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Leaving {
    /// Newer questions make older ones pointless.
    pub(crate) generation: Generation,
    /// What is loaded.
    pub(crate) snapshot: Snapshot,
    /// The filters, each valid.
    pub(crate) filters: Vec<String>,
    /// The words of the narrowing.
    pub(crate) words: String,
    /// The wall clock, for times that are counted from now.
    pub(crate) now: Nanos,
}

#[cfg(test)]
#[path = "complete_tests.rs"]
mod tests;
