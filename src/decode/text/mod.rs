//! Falco's text output → the JSON object made of what it tells.
//!
//! Lives here: `CLOCK: PRIORITY SENTENCE`, and CEF, which falcosidekick writes to syslog. Not here: the fields in a sentence
//! (`pairs`, `keys`). Imports: `base`, siblings. Promise: `output` is the whole text; what the text does not tell is absent;
//! the object says by `recovered_from` that it was made, and names no rule unless the envelope or the header does.

mod cef;
mod internal;
mod keys;
mod made;
mod pairs;

use crate::base::{Nanos, Priority};
use crate::decode::envelope::{Around, stamp};
use crate::decode::text::made::Made;

/// The member that says what an object was made of.
pub(crate) const RECOVERED_FROM: &[u8] = b"recovered_from";

/// The object made of a line of Falco's text or of CEF; `None`: it is neither.
pub(crate) fn alert(line: &[u8], around: &Around) -> Option<Vec<u8>> {
    if line.starts_with(b"CEF:") {
        return cef::alert(line, around);
    }
    let told = told(line)?;
    let source = if told.is_internal() { b"internal" } else { around.source.as_slice() };
    let made = Made {
        hostname: &around.hostname,
        output: line,
        fields: &told.fields(),
        priority: told.priority.word().as_bytes(),
        recovered_from: "text",
        rule: &around.rule,
        source,
        tags: &around.tags,
        time: told.time.or(around.time),
        uuid: b"",
    };
    Some(made.json())
}

/// What a line of text tells before its sentence.
struct Told<'a> {
    /// Where the clock has a date.
    time: Option<Nanos>,
    priority: Priority,
    sentence: &'a [u8],
}

/// Reads the clock and the priority. Nine digits after the second tell an alert from the lines that Falco writes of itself.
fn told(line: &[u8]) -> Option<Told<'_>> {
    let (time, rest) = clock(line)?;
    let rest = rest.strip_prefix(b": ")?;
    let blank = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let (word, sentence) = rest.split_at_checked(blank)?;
    let priority = Priority::parse(word).filter(|priority| priority.word().as_bytes() == word)?;
    Some(Told { time, priority, sentence: sentence.strip_prefix(b" ").unwrap_or(sentence) })
}

fn clock(line: &[u8]) -> Option<(Option<Nanos>, &[u8])> {
    if let Some(stamp) = stamp(line) {
        return (stamp.digits == 9).then(|| (stamp.time(), stamp.rest));
    }
    let (clock, rest) = line.split_at_checked(18)?;
    let is_clock = clock.iter().enumerate().all(|(at, byte)| match at {
        2 | 5 => *byte == b':',
        8 => *byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    is_clock.then_some((None, rest))
}

impl Told<'_> {
    fn is_internal(&self) -> bool {
        self.sentence.starts_with(b"Falco internal: ")
    }
    fn fields(&self) -> Vec<pairs::Pair> {
        if self.is_internal() { internal::pairs(self.sentence) } else { pairs::pairs(self.sentence) }
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
