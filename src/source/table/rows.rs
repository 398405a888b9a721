//! Bytes → rows of cells, as RFC 4180 says.
//!
//! Lives here: quotes, doubled quotes, line ends within them. Not here: what a cell is called (`names`). Imports: nothing.
//! Promise: every byte is in the raw text of one row; what follows a closing quote breaks its row and no other.

use memchr::{memchr, memchr2};

/// A row longer than this is given in parts, each of them broken: a quote that is never closed ends no program.
const MAX_ROW_BYTES: usize = 16 << 20;

/// A row that is being read, or was read.
#[derive(Debug)]
pub(super) struct Row {
    delimiter: u8,
    line_end: u8,
    /// Its bytes, with what ends it.
    raw: Vec<u8>,
    /// The text of its cells.
    text: Vec<u8>,
    /// Where in it each ends.
    ends: Vec<usize>,
    state: State,
    is_broken: bool,
}

/// Where in a row the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Where a cell begins.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two.
    Closed,
    /// Behind that and a carriage return.
    Returned,
    /// In the rest of a broken row.
    Broken,
}

impl Row {
    /// An empty one.
    pub(super) fn new(delimiter: u8, line_end: u8) -> Self {
        let (raw, text, ends) = (Vec::new(), Vec::new(), Vec::new());
        Self { delimiter, line_end, raw, text, ends, state: State::Start, is_broken: false }
    }
    /// Empties it for the next.
    pub(super) fn clear(&mut self) {
        self.raw.clear();
        self.text.clear();
        self.ends.clear();
        // The rest of a row that is given in parts is broken as well.
        let goes_on = self.state == State::Broken;
        (self.state, self.is_broken) = if goes_on { (State::Broken, true) } else { (State::Start, false) };
    }
    /// Takes the bytes up to the row's end; `true`: they hold it. Says how many it took.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut taken = 0;
        while taken < bytes.len() && self.raw.len() < MAX_ROW_BYTES {
            taken += self.plain(bytes.get(taken..).unwrap_or_default());
            let Some(byte) = bytes.get(taken) else { break };
            taken += 1;
            if self.byte(*byte) {
                return (taken, true);
            }
        }
        if self.raw.len() < MAX_ROW_BYTES {
            return (taken, false);
        }
        (self.state, self.is_broken) = (State::Broken, true);
        (taken, true)
    }
    fn plain(&mut self, bytes: &[u8]) -> usize {
        let special = match self.state {
            State::Bare => memchr2(self.delimiter, self.line_end, bytes),
            State::Quoted => memchr(b'"', bytes),
            State::Broken => memchr(self.line_end, bytes),
            State::Start | State::Closed | State::Returned => Some(0),
        };
        let room = MAX_ROW_BYTES.saturating_sub(self.raw.len());
        let plain = bytes.get(..special.unwrap_or(bytes.len()).min(room)).unwrap_or_default();
        self.raw.extend_from_slice(plain);
        if self.state != State::Broken {
            self.text.extend_from_slice(plain);
        }
        plain.len()
    }
    /// `true`: the row ends with it.
    fn byte(&mut self, byte: u8) -> bool {
        self.raw.push(byte);
        let ends_row = byte == self.line_end;
        match self.state {
            State::Start if byte == b'"' => self.state = State::Quoted,
            State::Quoted if byte == b'"' => self.state = State::Closed,
            State::Closed if byte == b'"' => {
                self.text.push(byte);
                self.state = State::Quoted;
            }
            State::Quoted => self.text.push(byte),
            State::Closed if byte == b'\r' && !ends_row => self.state = State::Returned,
            State::Start | State::Bare | State::Closed if byte == self.delimiter => {
                self.ends.push(self.text.len());
                self.state = State::Start;
            }
            _ if ends_row => {
                self.end();
                return true;
            }
            State::Start | State::Bare => {
                self.text.push(byte);
                self.state = State::Bare;
            }
            State::Closed | State::Returned | State::Broken => (self.state, self.is_broken) = (State::Broken, true),
        }
        false
    }
    fn end(&mut self) {
        if self.state == State::Bare && self.line_end == b'\n' && self.text.ends_with(b"\r") {
            self.text.pop();
        }
        self.ends.push(self.text.len());
        self.state = State::Start;
    }
    /// There are no more bytes; `true`: it is a row.
    pub(super) fn finish(&mut self) -> bool {
        if !self.raw.is_empty() {
            self.is_broken |= self.state == State::Quoted;
            self.end();
        }
        !self.raw.is_empty()
    }
    /// Its bytes without what ends it.
    pub(super) fn raw(&self) -> &[u8] {
        let raw = self.raw.strip_suffix(&[self.line_end]).unwrap_or(&self.raw);
        raw.strip_suffix(b"\r").unwrap_or(raw)
    }
    /// How many lines end in its cells.
    pub(super) fn inner_lines(&self) -> usize {
        memchr::memchr_iter(self.line_end, self.raw()).count()
    }
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
    /// Whether nothing stands in its cells.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty() && !self.is_broken
    }
    /// Its cells; `None`: where they end can't be told.
    pub(super) fn cells(&self) -> Option<impl Iterator<Item = &[u8]>> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let cells = starts.zip(&self.ends).map(|(start, end)| self.text.get(*start..*end).unwrap_or_default());
        (!self.is_broken).then_some(cells)
    }
}
