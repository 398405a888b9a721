//! A condition: parsed once, then asked of alerts.
//!
//! Lives here: the condition as the other rooms see it. Not here: its grammar (`parse`) and what operators do (`eval`).
//! Imports: `base`, `decode`. Promise: one parser and one evaluator for the filter box, the command line and playbooks.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::base::{Clean, Notice};
use crate::decode::{Alert, Scope, Value};
use crate::query::eval;
use crate::query::lex::{is_blank, refuse_with};
use crate::query::moment::Reference;
use crate::query::needle::Word;
use crate::query::parse::{Bare, Condition, condition};
use crate::query::tree::Node;
use crate::query::value::has_word;

/// A parsed condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    node: Option<Arc<Node>>,
    levels: usize,
    counts_from: CountsFrom,
}

/// What the times of a filter are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum CountsFrom {
    /// Nothing: they are what they are.
    #[default]
    Nothing,
    /// Now, at most.
    Now,
    /// The newest alert, and perhaps now.
    Last,
}

/// A text that is no condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// Where in the text, in bytes; always between characters. Empty at the end of the text.
    pub(crate) at: Range<usize>,
    /// What was expected, what stands there.
    pub(crate) notice: Notice,
}

/// What an absent field makes of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Falco's reading, for the list: the comparison is false, `!=` too.
    False,
    /// The analysis' reading: nothing may be concluded from what was not recorded. `<NA>`, `N/A` and `""` are absent too.
    Unknown,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It does.
    True,
    /// It does not.
    False,
    /// It depends on what the alert does not hold; only under [`Absence::Unknown`].
    Unknown,
}

/// Something that has fields: an alert, a row of a segment.
pub(crate) trait Fields {
    /// The value of a name as a filter writes it (`rule`, `proc.name`, `proc.aname[2]`); `None` when absent or null.
    fn field(&self, name: &str) -> Option<Value<'_>>;
    /// Whether `word` is found in the alert's values (the filter's bare words).
    fn has_word(&self, word: &Word) -> bool;
}

impl Fields for Alert {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.named(name)
    }
    fn has_word(&self, word: &Word) -> bool {
        let own = self.entries.iter().filter(|entry| entry.scope != Scope::Other);
        own.into_iter().any(|entry| has_word(entry.value.borrow(), word))
    }
}

impl Filter {
    /// Parses a condition of the filter box, where a bare word is a word search. An empty text matches everything.
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        if text.bytes().all(is_blank) {
            return Ok(Self::default());
        }
        Self::read(text, Bare::Word).map_err(|error| error.placed(text, "filter"))
    }

    /// Parses a condition of a playbook, where a bare name is a macro: `resolve` gives its condition, `None` if there is
    /// no such macro (an error). A time that is counted from now is an error too: the same alert must always mean the same.
    pub(crate) fn parse_with_macros(text: &str, resolve: &dyn Fn(&str) -> Option<Filter>) -> Result<Self, FilterError> {
        let read = Self::read(text, Bare::Macro(resolve)).and_then(Self::without_relative_times);
        read.map_err(|error| error.placed(text, "condition"))
    }

    fn read(text: &str, bare: Bare<'_>) -> Result<Self, FilterError> {
        let Condition { node, levels, .. } = condition(text, bare)?;
        let mut counts_from = CountsFrom::Nothing;
        node.each_relative(&mut |_, moment| {
            let from = if moment.needs_last() { CountsFrom::Last } else { CountsFrom::Now };
            counts_from = counts_from.max(from);
        });
        Ok(Self { node: Some(Arc::new(node)), levels, counts_from })
    }

    fn without_relative_times(self) -> Result<Self, FilterError> {
        let mut first = None;
        if let Some(node) = &self.node {
            node.each_relative(&mut |check, _| first = first.take().or(Some(check.left.at.clone())));
        }
        let next = "what an alert means must not depend on when it is read";
        first.map_or(Ok(self), |at| Err(refuse_with(at, "a time here is written with its date", next)))
    }

    /// Whether it has a time that is counted from now or from the newest alert, so that [`Filter::at`] has to say when.
    pub(crate) fn is_relative(&self) -> bool {
        self.counts_from != CountsFrom::Nothing
    }

    /// Whether it has a time that is counted from the newest alert.
    pub(crate) fn needs_last(&self) -> bool {
        self.counts_from == CountsFrom::Last
    }

    /// The same with every time as it is then. Until this was asked, a comparison with such a time is false.
    pub(crate) fn at(&self, reference: Reference) -> Self {
        let (true, Some(node)) = (self.is_relative(), &self.node) else { return self.clone() };
        let mut node = node.as_ref().clone();
        node.settle_moments(reference);
        Self { node: Some(Arc::new(node)), levels: self.levels, counts_from: CountsFrom::Nothing }
    }

    /// The filter of a tree, such as a part of another filter's.
    pub(crate) fn of(node: Node) -> Self {
        Self { node: Some(Arc::new(node)), ..Self::default() }
    }

    /// The tree; `None` matches everything.
    pub(crate) fn node(&self) -> Option<Arc<Node>> {
        self.node.clone()
    }

    /// How many levels deep the tree is, at most, in Falco's count.
    pub(crate) fn levels(&self) -> usize {
        self.levels
    }

    /// Whether the condition holds.
    pub(crate) fn truth(&self, fields: &dyn Fields, absence: Absence) -> Truth {
        self.node.as_ref().map_or(Truth::True, |node| eval::truth(node, fields, absence))
    }

    /// Whether an alert is to be shown: the reading of the list, where absence makes a comparison false.
    pub(crate) fn matches(&self, fields: &dyn Fields) -> bool {
        self.truth(fields, Absence::False) == Truth::True
    }

    /// The words that it looks for, each once, in order.
    pub(crate) fn words(&self) -> Vec<Word> {
        let (mut words, mut known) = (Vec::new(), HashSet::new());
        if let Some(node) = &self.node {
            node.each_leaf(&mut |leaf| match leaf {
                Node::Word(word, ..) if known.insert((word.bytes().to_vec(), word.is_exact())) => {
                    words.push(word.as_ref().clone());
                }
                _ => {}
            });
        }
        words
    }

    /// The fields that the condition names, each once, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(node) = &self.node {
            node.each_name(&mut |name| {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            });
        }
        names
    }
}

impl FilterError {
    /// The error with its column in words, counted in characters from 1.
    fn placed(mut self, text: &str, kind: &str) -> Self {
        let column = text.get(..self.at.start).map_or(0, |before| before.chars().count()) + 1;
        let place = format!("{kind}, column {column}");
        self.notice = self.notice.at(Clean::from_bytes(place.as_bytes()));
        self
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
