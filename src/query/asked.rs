//! What a question asks, read once: the filter, its plan, the words.
//!
//! Imports: `decode`. Promise: two questions that are equal here have the same answer for the same alerts.

use crate::decode::Alert;
use crate::query::Question;
use crate::query::filter::Filter;
use crate::query::moment::Reference;
use crate::query::plan::Plan;
use crate::query::words::{Fuzzy, Words};

/// What the rows of an answer have to fulfil.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The condition.
    pub(crate) filter: Filter,
    /// The same in the order in which its terms are looked at.
    pub(crate) plan: Plan,
    /// The words of the narrowing.
    pub(crate) words: Words,
}

impl Asked {
    /// Reads a question. Its filter was parsed before it was asked; one that can't be is shown as everything rather than
    /// nothing.
    pub(crate) fn of(question: &Question) -> Self {
        let filter = Filter::parse(&question.filter).unwrap_or_default();
        let last = if filter.needs_last() { question.snapshot.newest() } else { None };
        let filter = filter.at(Reference { now: question.now, last });
        Self { words: Words::parse(&question.narrowing), ..Self::by(filter) }
    }

    /// What a filter asks, without words.
    pub(crate) fn by(filter: Filter) -> Self {
        Self { plan: Plan::of(&filter), filter, words: Words::default() }
    }

    /// The same with patterns of its own: threads that ask one pattern at once wait for its memory.
    pub(crate) fn apart(&self) -> Self {
        Self { filter: self.filter.clone(), plan: self.plan.clone(), words: self.words.clone() }
    }

    /// Whether it asks the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.filter == other.filter && self.words == other.words
    }

    /// The only names whose values matter; `None`: all.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        let by_name = self.words.is_empty() && self.filter.words().is_empty();
        by_name.then(|| self.filter.names())
    }

    /// Whether a decoded alert is to be shown.
    pub(crate) fn matches(&self, alert: &Alert, fuzzy: &Fuzzy) -> bool {
        self.plan.matches(alert) && self.words.match_alert(alert, fuzzy)
    }
}
