//! The words of `/`: substring anywhere, fuzzy within short values; where they are underlined.
//!
//! Lives here: several words and what each may do. Not here: one word (`needle`), rows (`search`), the words of a filter,
//! which are never fuzzy (`tree`). Imports: `decode`. Promise: everything is a word, nothing is an error.

use std::ops::Range;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::decode::{Alert, Scope, Value};
use crate::query::needle::Word;
use crate::query::value::has_word;

/// Words that are looked for, as typed after `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    items: Vec<Item>,
}

/// One word and how it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The word.
    pub(crate) word: Word,
    /// `!word`: it must not be found.
    pub(crate) absent: bool,
    /// It may also be found letter by letter within one short value.
    pub(crate) fuzzy: Option<String>,
}

/// The fields whose values are short enough to be looked through letter by letter.
pub(crate) const FUZZY_NAMES: [(Scope, &str); 8] = [
    (Scope::Alert, "rule"),
    (Scope::Field, "proc.name"),
    (Scope::Field, "container.name"),
    (Scope::Field, "container.id"),
    (Scope::Field, "k8s.pod.name"),
    (Scope::Field, "k8smeta.pod.name"),
    (Scope::Field, "user.name"),
    (Scope::Field, "fd.name"),
];

/// A longer value is not short: in a long path nearly every word can be found letter by letter.
const SHORT_BYTES: usize = 128;

/// A word of one or two letters would be found letter by letter almost everywhere.
const FUZZY_LETTERS: usize = 3;

/// What a letter must bring on average: skim gives 16 for each, more at the beginning of a part and for letters that
/// follow each other, less for gaps. `gnrtr` in `event-generator` just gets there; below, the hit is mostly chance.
const SCORE_A_LETTER: i64 = 14;

impl Words {
    /// Reads `shadow !root 'exact`. Never fails: everything is a word.
    pub(crate) fn parse(text: &str) -> Self {
        Self { items: text.split_whitespace().map(Item::read).collect() }
    }

    /// The words, as typed.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the alert has every word that must be found and none that must not.
    pub(crate) fn match_alert(&self, alert: &Alert, fuzzy: &Fuzzy) -> bool {
        self.items.iter().all(|item| item.is_in(alert, fuzzy) != item.absent)
    }

    /// Where in a drawn text the words are found, for underlining: ranges of bytes, in order, not overlapping.
    pub(crate) fn highlight(&self, text: &str) -> Vec<Range<usize>> {
        let wanted = self.items.iter().filter(|item| !item.absent);
        let fuzzy = Fuzzy::default();
        joined(wanted.flat_map(|item| item.ranges(text, &fuzzy)).collect())
    }

    /// Which words, by their place, were added to `old`, if every alert that `self` finds by substrings alone is among what
    /// `old` finds; `None` when it may find others.
    pub(crate) fn added_to(&self, old: &Self) -> Option<Vec<usize>> {
        let added: Vec<usize> =
            self.items.iter().enumerate().filter(|(_, item)| !old.items.contains(item)).map(|(at, _)| at).collect();
        let is_kept = |was: &Item| {
            self.items.contains(was) || added.iter().filter_map(|at| self.items.get(*at)).any(|now| now.narrows(was))
        };
        old.items.iter().all(is_kept).then_some(added)
    }
}

impl Item {
    fn read(typed: &str) -> Self {
        let unmarked =
            |text: &'_ str, mark: char| text.strip_prefix(mark).filter(|rest| !rest.is_empty()).map(str::to_owned);
        let after_bang = unmarked(typed, '!');
        let absent = after_bang.is_some();
        let text = after_bang.unwrap_or_else(|| typed.to_owned());
        let after_quote = unmarked(&text, '\'');
        let exact = after_quote.is_some() || absent;
        let text = match after_quote {
            Some(quoted) => quoted.strip_suffix('\'').filter(|t| !t.is_empty()).unwrap_or(&quoted).to_owned(),
            None => text,
        };
        let word = Word::new(text.as_bytes());
        let fuzzy = (!exact && text.chars().count() >= FUZZY_LETTERS).then_some(text);
        Self { word, absent, fuzzy }
    }

    fn is_in(&self, alert: &Alert, fuzzy: &Fuzzy) -> bool {
        let own = || alert.entries.iter().filter(|entry| entry.scope != Scope::Other);
        own().any(|entry| has_word(entry.value.borrow(), &self.word))
            || FUZZY_NAMES
                .iter()
                .any(|(scope, name)| alert.get(*scope, name).is_some_and(|value| self.is_fuzzily_in(value, fuzzy)))
    }

    /// Whether its letters are found within one short value.
    pub(crate) fn is_fuzzily_in(&self, value: Value<'_>, fuzzy: &Fuzzy) -> bool {
        match (value, &self.fuzzy) {
            (Value::Text(bytes), Some(letters)) => fuzzy.finds(bytes, letters),
            _ => false,
        }
    }

    fn ranges(&self, text: &str, fuzzy: &Fuzzy) -> Vec<Range<usize>> {
        let found = self.word.ranges(text);
        match &self.fuzzy {
            Some(letters) if found.is_empty() => fuzzy.ranges(text, letters),
            _ => found,
        }
    }

    /// Whether a substring hit of `self` is one of `was`.
    fn narrows(&self, was: &Self) -> bool {
        !self.absent && !was.absent && was.word.is_wider_than(&self.word)
    }
}

/// The matcher for letters within short values.
#[derive(Default)]
pub(crate) struct Fuzzy {
    matcher: SkimMatcherV2,
}

impl Fuzzy {
    fn finds(&self, value: &[u8], letters: &str) -> bool {
        let Some(text) = candidate(value, letters) else { return false };
        self.matcher.fuzzy_match(text, letters).is_some_and(|score| is_good(score, letters))
    }

    fn ranges(&self, text: &str, letters: &str) -> Vec<Range<usize>> {
        let hit = candidate(text.as_bytes(), letters).and_then(|text| self.matcher.fuzzy_indices(text, letters));
        let Some((_, places)) = hit.filter(|(score, _)| is_good(*score, letters)) else { return Vec::new() };
        let letters = text.char_indices().enumerate();
        letters.filter(|(nth, _)| places.contains(nth)).map(|(_, (at, letter))| at..at + letter.len_utf8()).collect()
    }
}

/// The value as text, if it is short and has the letters in their order: a cheap look before the matcher's dear one.
fn candidate<'v>(value: &'v [u8], letters: &str) -> Option<&'v str> {
    if value.len() > SHORT_BYTES {
        return None;
    }
    let mut rest = value.iter();
    let in_order = letters.bytes().all(|letter| rest.any(|b| b.eq_ignore_ascii_case(&letter)));
    std::str::from_utf8(value).ok().filter(|_| in_order)
}

fn is_good(score: i64, letters: &str) -> bool {
    score >= SCORE_A_LETTER * i64::try_from(letters.chars().count()).unwrap_or(i64::MAX)
}

/// Ranges in order, those that touch or overlap made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut whole: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match whole.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => whole.push(range),
        }
    }
    whole
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
