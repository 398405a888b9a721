//! One word and where it is found: in a value, and in the raw bytes of a line before anything is decoded.
//!
//! Lives here: smart case, fast search. Not here: several words, fuzziness (`words`). Imports: `decode`.
//! Promise: [`Word::could_stand_in`] never says no to a line whose decoded values hold the word.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr_iter, memchr2_iter, memmem};
use regex::bytes::{Regex, RegexBuilder};

use crate::decode::bare::is_plain;

/// A word that is looked for as a substring.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Its bytes; in lower case where case is ignored.
    bytes: Vec<u8>,
    case: Case,
    finder: Box<memmem::Finder<'static>>,
    spots: Spots,
    /// Looks through whole lines in any case; made when it is first asked.
    in_lines: OnceLock<Option<Regex>>,
}

/// The two rarest bytes of a word and where they stand in it: where a search looks first.
#[derive(Clone, Copy, Debug)]
struct Spots {
    first: (usize, u8),
    second: (usize, u8),
}

/// How letters compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// The word has a capital: byte by byte.
    Exact,
    /// ASCII letters fold, nothing else needs to.
    Ascii,
    /// The word has other letters: both sides are lowered character by character.
    Unicode,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.case == other.case
    }
}

impl Eq for Word {}

impl Word {
    /// A word with smart case: a capital makes it case-sensitive.
    pub(crate) fn new(word: &[u8]) -> Self {
        match std::str::from_utf8(word) {
            Ok(text) if text.chars().any(char::is_uppercase) => Self::exact(word),
            Ok(text) if !text.is_ascii() => Self::build(lower(text).into_bytes(), Case::Unicode),
            Ok(_) => Self::folded(word),
            Err(_) => Self::exact(word),
        }
    }

    /// A word of which every byte counts.
    pub(crate) fn exact(word: &[u8]) -> Self {
        Self::build(word.to_vec(), Case::Exact)
    }

    /// A word whose ASCII letters fold.
    pub(crate) fn folded(word: &[u8]) -> Self {
        Self::build(word.to_ascii_lowercase(), Case::Ascii)
    }

    fn build(bytes: Vec<u8>, case: Case) -> Self {
        let finder = Box::new(memmem::Finder::new(&bytes).into_owned());
        let spots = Spots::of(&bytes);
        Self { bytes, case, finder, spots, in_lines: OnceLock::new() }
    }

    /// Its bytes, in lower case where case is ignored.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether case counts.
    pub(crate) fn is_exact(&self) -> bool {
        self.case == Case::Exact
    }

    /// Whether it is found in a decoded value.
    pub(crate) fn is_in(&self, value: &[u8]) -> bool {
        match self.case {
            Case::Exact => self.finder.find(value).is_some(),
            Case::Ascii => self.spots.find_folded(value, &self.bytes).is_some(),
            Case::Unicode => {
                !value.is_ascii() && self.finder.find(lower(&String::from_utf8_lossy(value)).as_bytes()).is_some()
            }
        }
    }

    /// Whether it is found byte by byte, ASCII letters folding at most, so that [`Word::find`] tells all of it.
    pub(crate) fn is_by_bytes(&self) -> bool {
        self.case != Case::Unicode && !self.bytes.is_empty()
    }

    /// Where in `text` it stands first, from byte `from` on; for long texts, and only for words [by bytes](Self::is_by_bytes).
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let found = if self.case == Case::Ascii { self.find_in_line(rest) } else { self.finder.find(rest) };
        found.map(|at| from + at)
    }

    /// The longest part of it that stands as it is in a line that is docker's; see [`is_plain`]. `None`: none does.
    pub(crate) fn plain(&self) -> Option<Self> {
        let runs = self.bytes.split(|byte| !is_plain(*byte));
        let longest = runs.max_by_key(|run| run.len()).filter(|run| self.is_by_bytes() && !run.is_empty())?;
        Some(Self::build(longest.to_vec(), self.case))
    }

    /// Whether it is part of every text that `longer` is part of, so that hits of `longer` are among its own.
    pub(crate) fn is_wider_than(&self, longer: &Self) -> bool {
        match (self.case, longer.case) {
            (Case::Exact, Case::Exact) => longer.finds(&self.bytes),
            // A Kelvin sign lowers to a k, so that even an ASCII part of a lowered word need not be ASCII in the text.
            (Case::Exact, _) | (Case::Unicode, Case::Ascii) | (Case::Ascii, Case::Unicode) => false,
            (Case::Ascii, _) => find_folded(&longer.bytes, &self.bytes).is_some(),
            (Case::Unicode, _) => self.is_in(&longer.bytes),
        }
    }

    fn finds(&self, part: &[u8]) -> bool {
        memmem::find(&self.bytes, part).is_some()
    }

    /// Where it stands in a drawn text, in bytes, in order, not overlapping.
    pub(crate) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        if self.bytes.is_empty() {
            return ranges;
        }
        for (start, _) in text.char_indices() {
            let free = ranges.last().is_none_or(|last| last.end <= start);
            if let Some(len) = text.get(start..).filter(|_| free).and_then(|rest| self.length_at(rest)) {
                ranges.push(start..start + len);
            }
        }
        ranges
    }

    /// Length of the text that it takes at the beginning of `rest`; `None` when it does not stand there.
    fn length_at(&self, rest: &str) -> Option<usize> {
        if self.case != Case::Unicode {
            let head = rest.as_bytes().get(..self.bytes.len())?;
            let same = if self.is_exact() { head == self.bytes } else { head.eq_ignore_ascii_case(&self.bytes) };
            return (same && rest.is_char_boundary(self.bytes.len())).then_some(self.bytes.len());
        }
        let mut lowered = String::new();
        for (at, letter) in rest.char_indices() {
            lowered.extend(letter.to_lowercase());
            if lowered.len() >= self.bytes.len() || !self.bytes.starts_with(lowered.as_bytes()) {
                return lowered.as_bytes().starts_with(&self.bytes).then_some(at + letter.len_utf8());
            }
        }
        None
    }

    /// Whether the alert in the raw `line` may hold the word once it is decoded. `false` is certain.
    pub(crate) fn could_stand_in(&self, line: &[u8]) -> bool {
        let raw = match self.case {
            Case::Exact => self.finder.find(line).is_some(),
            Case::Ascii => self.find_in_line(line).is_some(),
            // A capital may fold to ASCII letters and marks, so that not even those need to stand there.
            Case::Unicode => !line.is_ascii(),
        };
        raw || self.may_be_escaped_in(line)
    }

    /// Whether escapes in the raw `line` could spell a part of the word.
    pub(crate) fn may_be_escaped_in(&self, line: &[u8]) -> bool {
        may_be_escaped(line, &self.bytes)
    }
}

impl Word {
    /// In long text the regex crate looks for several bytes at once, which pays where every byte of the word is common;
    /// in short values its start costs more than it saves.
    fn find_in_line(&self, line: &[u8]) -> Option<usize> {
        match self.in_lines.get_or_init(|| any_case(&self.bytes)) {
            Some(regex) => regex.find(line).map(|found| found.start()),
            None => self.spots.find_folded(line, &self.bytes),
        }
    }
}

/// A search for an ASCII word in any case; `None` when the word is too long for one.
fn any_case(word: &[u8]) -> Option<Regex> {
    let escaped = regex::escape(std::str::from_utf8(word).ok()?);
    RegexBuilder::new(&escaped).unicode(false).case_insensitive(true).build().ok()
}

/// Every character in lower case, one by one.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether escapes in `line` could spell a part of `word`, which does not stand there as it is.
///
/// The short escapes spell only a quote, a slash, a backslash and controls. `\u` can spell anything, but most often
/// spells the `<`, `>` and `&` that Go's encoder avoids.
fn may_be_escaped(line: &[u8], word: &[u8]) -> bool {
    memchr_iter(b'\\', line).any(|at| match line.get(at + 1) {
        Some(b'u') => match line.get(at + 2..at + 6).and_then(hex) {
            Some(letter) => word.iter().any(|b| b.eq_ignore_ascii_case(&letter)),
            None => !word.is_ascii(),
        },
        Some(letter @ (b'"' | b'/' | b'\\')) => word.contains(letter),
        _ => word.iter().any(|b| *b < b' '),
    })
}

/// The ASCII letter that four hexadecimal digits spell; `None`: another one.
fn hex(digits: &[u8]) -> Option<u8> {
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    u8::try_from(code).ok().filter(u8::is_ascii)
}

/// Where `needle`, in lower case, stands in `hay` when ASCII letters fold.
pub(crate) fn find_folded(hay: &[u8], needle: &[u8]) -> Option<usize> {
    Spots::of(needle).find_folded(hay, needle)
}

impl Spots {
    /// Those of `needle`; the same twice where it has only one byte.
    fn of(needle: &[u8]) -> Self {
        let rarest = |but: Option<usize>| {
            let others = needle.iter().copied().enumerate().filter(|(at, _)| Some(*at) != but);
            others.max_by_key(|(_, byte)| rarity(*byte))
        };
        let first = rarest(None).unwrap_or_default();
        Self { first, second: rarest(Some(first.0)).unwrap_or(first) }
    }

    /// Where `needle` stands: looks for its rarest byte, and where that stands for the second, which turns most places
    /// away at a tenth of what comparing the whole word costs.
    fn find_folded(self, hay: &[u8], needle: &[u8]) -> Option<usize> {
        let Self { first: (offset, rarest), second: (other_offset, other) } = self;
        let last = hay.len().checked_sub(needle.len())?;
        if needle.is_empty() {
            return Some(0);
        }
        let window = hay.get(offset..=last + offset)?;
        let fits = |at: &usize| {
            hay.get(at + other_offset).is_some_and(|byte| byte.eq_ignore_ascii_case(&other))
                && hay.get(*at..at + needle.len()).is_some_and(|part| part.eq_ignore_ascii_case(needle))
        };
        if rarest.is_ascii_lowercase() {
            memchr2_iter(rarest, rarest.to_ascii_uppercase(), window).find(fits)
        } else {
            memchr_iter(rarest, window).find(fits)
        }
    }
}

const COMMON_FIRST: &[u8] = b"\"ertanoiscp. :m,d1lu_0g=-284/y35679fvbkhxw{}>[]j<()\\z|&q";

/// The rarity of every byte, so that choosing the place to look at costs nothing in short values.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "computed by the compiler, which refuses a bad index; the list is shorter than 256"
)]
static RARITY: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut at = 0;
    while at < COMMON_FIRST.len() {
        table[COMMON_FIRST[at] as usize] = at as u8;
        at += 1;
    }
    table
};

/// How rare a byte is in alerts, counted without regard to case in alerts of many rules: the larger, the rarer.
fn rarity(byte: u8) -> usize {
    usize::from(RARITY.get(usize::from(byte)).copied().unwrap_or(u8::MAX))
}
