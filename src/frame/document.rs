//! JSON that is more than a line, or more than one alert: values over several lines, arrays, lists in documents.
//!
//! Lives here: how such a document begins, which of its values are pieces. Not here: bytes (`Lines` has them). Imports:
//! nothing. Promise: what is no such document to its end is told as early as the grammar shows it, and nothing of it is
//! given up before: an alert that stands behind a stray bracket is found again as a line.

use std::ops::Range;

use memchr::memchr;

use crate::frame::scan::{Scanner, Token, is_blank, value_len};

/// One step on the way to a list.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Into the value of this key.
    Key(&'static [u8]),
    /// Into each element of an array.
    Each,
}
use Step::{Each, Key};

/// A list whose elements are pieces.
struct List {
    path: &'static [Step],
    /// What its first element begins with; a list that begins otherwise is none.
    element: u8,
}

/// Where alerts lie in documents. One more is one line (and its first key in [`FIRST_KEYS`]).
const LISTS: &[List] = &[
    // An array of alerts: falcosidekick-ui's export, a batch of CloudEvents, `jq -s`.
    List { path: &[Each], element: b'{' },
    // Elasticsearch and OpenSearch, `_search`.
    List { path: &[Key(b"hits"), Key(b"hits"), Each], element: b'{' },
    // falcosidekick-ui, search.
    List { path: &[Key(b"results"), Each], element: b'{' },
    // Loki, `query_range`: pairs of nanoseconds and line.
    List { path: &[Key(b"data"), Key(b"result"), Each, Key(b"values"), Each], element: b'[' },
    // Kinesis, Lambda.
    List { path: &[Key(b"Records"), Each], element: b'{' },
    // CloudWatch, `get-log-events`.
    List { path: &[Key(b"events"), Each], element: b'{' },
    // Queues.
    List { path: &[Key(b"messages"), Each], element: b'{' },
];

/// What the documents that hold such a list begin with.
const FIRST_KEYS: &[&[u8]] = &[
    b"took",
    b"timed_out",
    b"_shards",
    b"_scroll_id",
    b"pit_id",
    b"hits",
    b"status",
    b"data",
    b"results",
    b"statistics",
    b"Records",
    b"events",
    b"messages",
    b"nextForwardToken",
    b"nextBackwardToken",
];

/// Rows of [`LISTS`], a bit each.
type Rows = u16;
const ALL: Rows = (1 << LISTS.len()) - 1;

/// The rows of `rows` for whose list `wanted` holds.
fn only(rows: Rows, wanted: impl Fn(&List) -> bool) -> Rows {
    let bits = LISTS.iter().enumerate().filter(|(row, list)| rows >> row & 1 == 1 && wanted(list));
    bits.fold(0, |kept, (row, _)| kept | 1 << row)
}

/// So many bytes of a line are looked at to see whether it begins a document.
const LOOK_BYTES: usize = 256;

/// A quick look at a line: `false` where [`opens`] would say no.
#[inline]
pub(super) fn may_open(line: &[u8]) -> bool {
    match line {
        [b'{', b'"', first, second, ..] => PAIRS >> pair(*first, *second) & 1 == 1,
        [first, ..] => matches!(first, b'{' | b'[') || is_blank(*first),
        [] => false,
    }
}

/// The pairs that [`FIRST_KEYS`] begin with.
const PAIRS: u64 = {
    let (mut pairs, mut keys) = (0, FIRST_KEYS);
    while let [[first, second, ..], rest @ ..] = keys {
        pairs |= 1 << pair(*first, *second);
        keys = rest;
    }
    pairs
};

/// One of 64 numbers for a pair; by this factor none of what alerts and their envelopes begin with falls on [`PAIRS`].
const fn pair(first: u8, second: u8) -> u64 {
    (first as u64 * 34 + second as u64) % 64
}

/// Where in a line the bracket of a document stands. `is_whole`: the line has no more bytes.
pub(super) fn opens(line: &[u8], is_whole: bool) -> Option<usize> {
    let (head, is_whole) = line.get(..LOOK_BYTES).map_or((line, is_whole), |head| (head, false));
    let at = head.iter().position(|b| !is_blank(*b))?;
    let after = after_blanks(head.get(at + 1..).unwrap_or_default());
    let opens = match (head.get(at)?, after) {
        (b'{' | b'[', []) => is_whole,
        (b'[', [b'{', ..]) => true,
        (b'{', [b'"', key @ ..]) => FIRST_KEYS.iter().any(|first| begins(key, first)),
        _ => false,
    };
    opens.then_some(at)
}

fn begins(text: &[u8], key: &[u8]) -> bool {
    text.strip_prefix(key).is_some_and(|rest| rest.starts_with(b"\""))
}

/// What comes next of a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// More bytes must come.
    More,
    /// What lies before this offset surrounds pieces.
    Passed(u64),
    /// A piece.
    Piece(Range<u64>),
    /// The document is over, and what lies before this offset is its end.
    Over(u64),
    /// It is none, or none any more.
    Broken,
}

/// A document that is being cut.
#[derive(Debug)]
pub(super) struct Document {
    scanner: Scanner,
    /// Offset of its bracket.
    start: u64,
    /// The byte that ends lines.
    newline: u8,
    stage: Stage,
    /// The lists that may still lie in each open bracket; elements are not looked into.
    inside: Vec<Rows>,
    /// Those that the value which comes next may lie on the way to.
    ahead: Rows,
    /// Whether its first key was looked at.
    is_named: bool,
    /// How many brackets are around the elements of the list that is being handed out.
    list: Option<usize>,
    /// An element that is not over yet: where it began, and how many brackets are around it.
    element: Option<(u64, usize)>,
    has_pieces: bool,
    /// The bracket that broke it off, and may begin another.
    stray: Option<u64>,
}

/// Where in a document, and of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// In its value.
    Value,
    /// In an object of a row of objects.
    Row,
    /// After an object of a row, at this offset.
    RowEnd(u64),
    /// After an object over several lines; a comma may come, where it was cut out of an array.
    ObjectEnd(u64),
    /// After its value: blanks up to the end of the line.
    End(u64),
}

impl Document {
    /// A document whose bracket stands at `start`.
    pub(super) fn new(start: u64, newline: u8) -> Self {
        Self {
            scanner: Scanner::new(start),
            start,
            newline,
            stage: Stage::Value,
            inside: Vec::new(),
            ahead: ALL,
            is_named: false,
            list: None,
            element: None,
            has_pieces: false,
            stray: None,
        }
    }
    /// Objects back to back from `start` to the end of the line: see [`is_row`].
    pub(super) fn row(start: u64, newline: u8) -> Self {
        Self { stage: Stage::RowEnd(start), ahead: 0, ..Self::new(start, newline) }
    }
    /// What comes next in `bytes`, which begin at offset `base` and hold everything since what was passed last.
    pub(super) fn next(&mut self, bytes: &[u8], base: u64) -> Next {
        match self.stage {
            Stage::Value | Stage::Row => self.value(bytes, base),
            Stage::RowEnd(at) | Stage::ObjectEnd(at) | Stage::End(at) => self.end(bytes, base, at),
        }
    }
    /// Offset of the first byte that is handed out as a line if the document breaks off here; what lies between it and
    /// `base` only surrounds pieces.
    pub(super) fn kept_from(&self, base: u64) -> u64 {
        match self.stage {
            Stage::RowEnd(at) | Stage::ObjectEnd(at) | Stage::End(at) => at,
            _ if self.list.is_some() && self.element.is_none() => self.scanner.settled().max(base),
            Stage::Value | Stage::Row => base,
        }
    }
    /// The offsets of its brackets that are open: nothing that begins there is ever whole.
    pub(super) fn open_brackets(&self) -> impl Iterator<Item = u64> {
        let own = self.scanner.open_brackets().filter(|bracket| Some(*bracket) != self.stray);
        std::iter::once(self.start).chain(own)
    }
    fn value(&mut self, bytes: &[u8], base: u64) -> Next {
        loop {
            let token = self.scanner.next(bytes, base);
            let depth = self.scanner.depth();
            let next = match token {
                Token::More => Some(Next::More),
                Token::Bad => Some(Next::Broken),
                Token::Key if self.is_stray(bytes, base) => Some(Next::Broken),
                _ if self.element.is_some_and(|(_, around)| depth > around) => None,
                Token::Key => self.key(slice(bytes, base, self.scanner.began()..self.scanner.at()), depth),
                Token::Open => self.open(slice(bytes, base, self.scanner.began()..self.scanner.at()), depth - 1),
                Token::Close if depth == 0 => Some(self.whole(bytes, base)),
                Token::Close => self.close(depth),
                Token::Scalar if self.list == Some(depth) => Some(Next::Piece(self.scanner.began()..self.scanner.at())),
                Token::Scalar => self.begins_no_list(depth),
            };
            if let Some(next) = next {
                return next;
            }
        }
    }
    /// Whether the key that was read is the first of an object that begins a line as alerts do and is no element. No
    /// printer puts a value there: who wrote the lines before would have it swallowed.
    fn is_stray(&mut self, bytes: &[u8], base: u64) -> bool {
        let Some(bracket) = self.scanner.began().checked_sub(1) else { return false };
        let is_own = bracket == self.start || self.element.is_some_and(|(start, _)| start == bracket);
        let before = slice(bytes, base, bracket.saturating_sub(1).max(base)..bracket + 1);
        let is_stray = !is_own && before == [self.newline, b'{'];
        self.stray = is_stray.then_some(bracket);
        is_stray
    }
    /// A key, in its quotes.
    fn key(&mut self, quoted: &[u8], depth: usize) -> Option<Next> {
        let key = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        let inside = self.inside.last_mut()?;
        if !std::mem::replace(&mut self.is_named, true) && !FIRST_KEYS.contains(&key) {
            *inside = 0;
        }
        self.ahead = only(*inside, |list| matches!(list.path.get(depth - 1), Some(Key(wanted)) if *wanted == key));
        None
    }
    /// A bracket with `around` others around it.
    fn open(&mut self, bracket: &[u8], around: usize) -> Option<Next> {
        let start = self.scanner.began();
        if self.list == Some(around) {
            self.element = Some((start, around));
            return Some(Next::Passed(start));
        }
        let is_first = |list: &List| list.path.len() == around && bracket == [list.element];
        if only(self.ahead, is_first) != 0 {
            self.element = Some((start, around));
            return None;
        }
        let broken = self.begins_no_list(around);
        self.stray = broken.is_some().then_some(start);
        if bracket == b"[" {
            self.ahead = only(self.ahead, |list| list.path.get(around) == Some(&Each));
        }
        self.inside.push(self.ahead);
        broken
    }
    /// The first element of what may have been a list begins otherwise; an array that is none is no document.
    fn begins_no_list(&mut self, around: usize) -> Option<Next> {
        let lists = only(self.ahead, |list| list.path.len() == around);
        self.ahead &= !lists;
        if let Some(inside) = self.inside.last_mut() {
            *inside &= !lists;
        }
        (lists != 0 && around == 1).then_some(Next::Broken)
    }
    /// A closing bracket with `around` others around it.
    fn close(&mut self, around: usize) -> Option<Next> {
        let end = self.scanner.at();
        if let Some((start, around)) = self.element.take() {
            self.list = Some(around);
            self.has_pieces = true;
            return Some(Next::Piece(start..end));
        }
        self.inside.pop();
        self.ahead = self.inside.last().copied().unwrap_or_default();
        if self.list != Some(around + 1) {
            return None;
        }
        self.list = None;
        Some(Next::Passed(end))
    }
    /// The value is whole. Without a list in it, an object over several lines is a piece.
    fn whole(&mut self, bytes: &[u8], base: u64) -> Next {
        let end = self.scanner.at();
        if self.has_pieces {
            self.list = None;
            self.stage = Stage::End(end);
            return Next::Passed(end);
        }
        let value = slice(bytes, base, self.start..end);
        self.stage = match (self.stage, value) {
            (Stage::Row, _) => Stage::RowEnd(end),
            (_, [b'{', ..]) if memchr(self.newline, value).is_some() => Stage::ObjectEnd(end),
            _ => return Next::Broken,
        };
        Next::Piece(self.start..end)
    }
    /// What comes after a value, up to the end of the line.
    fn end(&mut self, bytes: &[u8], base: u64, at: u64) -> Next {
        let rest = slice(bytes, base, at..u64::MAX);
        let blanks = rest.iter().take_while(|b| is_blank(**b) && **b != self.newline).count();
        let at = at + blanks as u64;
        match (self.stage, rest.get(blanks)) {
            (_, Some(byte)) if *byte == self.newline => Next::Over(at + 1),
            (Stage::RowEnd(_), Some(b'{')) => {
                *self = Self { stage: Stage::Row, ahead: 0, ..Self::new(at, self.newline) };
                Next::Passed(at)
            }
            (Stage::ObjectEnd(_), Some(b',')) => {
                self.stage = Stage::End(at + 1);
                Next::Passed(at + 1)
            }
            (_, Some(_)) => Next::Over(at),
            (stage, None) => {
                self.stage = stage.moved(at);
                Next::More
            }
        }
    }
}

impl Stage {
    /// The same after a value, at another offset.
    fn moved(self, at: u64) -> Self {
        match self {
            Self::RowEnd(_) => Self::RowEnd(at),
            Self::ObjectEnd(_) => Self::ObjectEnd(at),
            _ => Self::End(at),
        }
    }
}

/// The part of `bytes`, which begin at offset `base`, that lies at these offsets.
fn slice(bytes: &[u8], base: u64, offsets: Range<u64>) -> &[u8] {
    let index = |offset: u64| usize::try_from(offset.saturating_sub(base)).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(index(offsets.start)..index(offsets.end)).unwrap_or_default()
}

/// Whether a line is two or more JSON objects with nothing but blanks between and around them.
pub(super) fn is_row(line: &[u8]) -> bool {
    let (mut rest, mut objects) = (after_blanks(line), 0);
    while rest.first() == Some(&b'{')
        && let Some(len) = value_len(rest)
    {
        objects += 1;
        rest = after_blanks(rest.get(len..).unwrap_or_default());
    }
    objects > 1 && rest.is_empty()
}

fn after_blanks(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|b| is_blank(**b)).count();
    bytes.get(blanks..).unwrap_or_default()
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "document_property_tests.rs"]
mod properties;
