//! The values of a line that a question needs, and the words it looks for, found while the line is read.
//!
//! Imports: `decode`. Promise: unless it needs the whole alert, it answers as the whole alert would.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::decode::collect::Collector;
use crate::decode::{Alert, Scope, Sink, Value};
use crate::query::filter::Fields;
use crate::query::needle::Word;
use crate::query::value::has_word;

/// Keeps the values that are asked for, and looks for words in all of them as they pass.
#[derive(Debug, Default)]
pub(crate) struct Picked {
    /// `None`: every one.
    names: Option<Vec<String>>,
    alert: Collector,
    words: Vec<Word>,
    /// Which of `words` were found so far.
    found: Vec<bool>,
    /// Hashes of the names that came so far.
    came: Vec<u64>,
    hasher: RandomState,
    /// A name came twice, or there are too many to tell: a word may have been found in a value that does not count.
    is_odd: bool,
}

/// More names than any rule prints.
const MANY_NAMES: usize = 100;

impl Picked {
    /// The values of `names` only (`None`: all), and whether `words` are found in any.
    pub(crate) fn new(names: Option<Vec<String>>, words: Vec<Word>) -> Self {
        let found = vec![false; words.len()];
        Self { names, words, found, ..Self::default() }
    }

    /// What was kept of the last line.
    pub(crate) fn alert(&self) -> &Alert {
        self.alert.so_far()
    }

    /// Whether the last line has a name twice, so that only the whole alert tells which values count.
    pub(crate) fn needs_whole_alert(&self) -> bool {
        self.names.is_some() && self.is_odd
    }

    fn look_for_words(&mut self, scope: Scope, name: &[u8], value: Value<'_>) {
        let hash = self.hasher.hash_one((scope, name));
        self.is_odd |= self.came.len() == MANY_NAMES || self.came.contains(&hash);
        if self.is_odd {
            return;
        }
        self.came.push(hash);
        for (word, found) in self.words.iter().zip(&mut self.found) {
            *found = *found || has_word(value, word);
        }
    }
}

impl Sink for Picked {
    fn begin(&mut self) {
        self.alert.begin();
        self.found.fill(false);
        self.came.clear();
        self.is_odd = false;
    }
    fn value(&mut self, scope: Scope, name: &[u8], value: Value<'_>) {
        if self.names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted.as_bytes() == name)) {
            self.alert.value(scope, name, value);
        }
        if !self.words.is_empty() && scope != Scope::Other {
            self.look_for_words(scope, name, value);
        }
    }
    fn fields_again(&mut self) {
        self.alert.fields_again();
        self.is_odd = true;
    }
}

impl Fields for Picked {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.alert.so_far().field(name)
    }
    fn has_word(&self, word: &Word) -> bool {
        if self.names.is_none() {
            return self.alert.so_far().has_word(word);
        }
        self.words.iter().zip(&self.found).any(|(known, found)| *found && known == word)
    }
}
