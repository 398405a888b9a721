//! Whether a line is an alert, and whether it matches, with as little work as the answer needs.
//!
//! Lives here: skipping lines that can't match, reading only the values that are asked for, finding words while the line
//! is read. Imports: `decode`, `frame`, `query`. Promise: the answer is the one that the whole alert would give.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use memchr::memmem;

use crate::app::headless::scan::Wants;
use crate::decode::collect::Collector;
use crate::decode::{self, Alert, Decoder, Falco, Reason, Scope, Sink, Value};
use crate::frame::Line;
use crate::query::filter::{Fields, Filter};
use crate::query::needle::Word;
use crate::query::value::has_word;

/// Reads lines into as few values as the filter and the taker need.
pub(crate) struct Judge {
    falco: Falco,
    picked: Picked,
}

impl Judge {
    /// A judge of alerts by `filter`, for one who reads `wants` of those that match.
    pub(crate) fn new(filter: &Filter, wants: Wants<'_>) -> Self {
        let names = match wants {
            Wants::Everything => None,
            Wants::Field(field) => Some(filter.names().into_iter().chain([field.to_owned()]).collect()),
            Wants::Nothing => Some(filter.names()),
        };
        Self { falco: Falco::default(), picked: Picked::new(names, filter.words()) }
    }

    /// Whether the line is an alert at all.
    pub(crate) fn is_alert(&mut self, line: &Line<'_>) -> bool {
        !line.is_too_long() && self.falco.decode(line.bytes, &mut Nothing).is_ok()
    }

    /// Whether the line's alert matches; `Err`: it is none.
    pub(crate) fn line(&mut self, filter: &Filter, line: &Line<'_>) -> Result<bool, Reason> {
        if line.is_too_long() {
            return Err(Reason::TooLong(line.len));
        }
        if !filter.could_match_line(line.bytes) && looks_like_an_alert(line.bytes) {
            return Ok(false);
        }
        self.falco.decode(line.bytes, &mut self.picked)?;
        if self.picked.names.is_some() && self.picked.is_odd {
            return Ok(filter.matches(&decode::alert(line.bytes)?));
        }
        Ok(filter.matches(&self.picked))
    }

    /// The values of the last line that were asked for.
    pub(crate) fn alert(&self) -> &Alert {
        self.picked.alert.so_far()
    }
}

/// A line that can't match is not decoded if it has the shape of an alert: one object, with a `rule` in it.
fn looks_like_an_alert(line: &[u8]) -> bool {
    line.starts_with(b"{") && line.ends_with(b"}") && memmem::find(line, b"\"rule\"").is_some()
}

/// Keeps nothing.
struct Nothing;

impl Sink for Nothing {
    fn begin(&mut self) {}
    fn value(&mut self, _scope: Scope, _name: &[u8], _value: Value<'_>) {}
    fn fields_again(&mut self) {}
}

/// Keeps the values that are asked for, and looks for words in all of them as they pass.
struct Picked {
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
    fn new(names: Option<Vec<String>>, words: Vec<Word>) -> Self {
        let found = vec![false; words.len()];
        let (alert, hasher) = (Collector::default(), RandomState::default());
        Self { names, alert, words, found, came: Vec::new(), hasher, is_odd: false }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8]) -> Line<'_> {
        Line { bytes, start: 0, len: bytes.len() as u64, end_len: 1, number: 1 }
    }

    #[test]
    fn a_word_counts_only_where_the_value_counts() {
        let once = r#"{"rule":"r","output_fields":{"a":"needle","b":"x"},"envelope":"far"}"#;
        let doubled = r#"{"rule":"r","output_fields":{"a":"needle","a":"x"}}"#;
        let again = r#"{"rule":"r","output_fields":{"a":"needle"},"output_fields":{"b":"x"}}"#;
        let escaped = r#"{"rule":"r","output_fields":{"a":"n\u0065edle"}}"#;
        let cases = [
            ("needle", once, true),
            ("needle", doubled, false),
            ("needle", again, false),
            ("needle", escaped, true),
            ("needle and b = x", once, true),
            ("not needle", doubled, true),
            ("far", once, false),
            ("rule = r and (needle or nothing)", once, true),
            ("a = needle", doubled, false),
        ];
        for (text, alert, want) in cases {
            let filter = Filter::parse(text).unwrap();
            for wants in [Wants::Nothing, Wants::Field("b"), Wants::Everything] {
                let got = Judge::new(&filter, wants).line(&filter, &line(alert.as_bytes()));
                assert_eq!(got, Ok(want), "{text} on {alert} for {wants:?}");
            }
        }
    }
}
