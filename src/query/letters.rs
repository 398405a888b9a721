//! Letters typed so far, looked for in what may be meant by them.
//!
//! Imports: nothing. Promise: what begins with them comes before what holds them, and that before what has them scattered.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Letters that are looked for in candidates.
pub(super) struct Letters<'l> {
    typed: &'l str,
    folded: String,
    matcher: SkimMatcherV2,
}

impl<'l> Letters<'l> {
    /// These letters.
    pub(super) fn new(letters: &'l str) -> Self {
        Self { typed: letters, folded: letters.to_lowercase(), matcher: SkimMatcherV2::default() }
    }

    /// How well they fit: 3 at the beginning, 2 in a row anywhere, 1 one after the other; `None`: not at all.
    pub(super) fn score(&self, value: &[u8]) -> Option<u8> {
        if self.typed.is_empty() {
            return Some(3);
        }
        let text = std::str::from_utf8(value.get(..LONGEST_LOOKED_AT).unwrap_or(value)).ok()?;
        let folded = text.to_lowercase();
        if folded.starts_with(&self.folded) {
            return Some(3);
        }
        if folded.contains(&self.folded) {
            return Some(2);
        }
        self.matcher.fuzzy_match(text, self.typed).map(|_| 1)
    }
}

/// Letters are looked for in so many bytes of a value.
const LONGEST_LOOKED_AT: usize = 256;
