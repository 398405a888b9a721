//! Bytes → pieces: mostly a line each, with its number and place; what a piece means is `decode`'s.
//!
//! Lives here: cutting lines, the longest one; beside it what a source begins with (`ends`), JSON over several lines,
//! arrays and lists in documents (`document`) and the grammar that finds their ends (`scan`). Imports: nothing.
//! Promise: every byte belongs to exactly one piece or to what surrounds pieces (a line's end, a byte order mark, the
//! brackets, commas and other values of a document), also in broken input, and however the reader cuts it.

mod document;
mod ends;
mod scan;

use std::io;
use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::frame::document::{Document, Next};

/// One piece: a line, a JSON value over several lines, or an element of a list in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Its bytes without its end (LF, CRLF or CR). Only the first [`HEAD_BYTES`] where it is too long.
    pub(crate) bytes: &'a [u8],
    /// The same and what is known of the bytes behind it, for a search that goes further than one line.
    pub(crate) ahead: &'a [u8],
    /// Offset of the first byte in the source.
    pub(crate) start: u64,
    /// Its length in bytes, without its end.
    pub(crate) len: u64,
    /// How many bytes its end has: 0 (the last line, cut off or being written; a value in a document), 1 or 2.
    pub(crate) end_len: u8,
    /// The number of the line of the source in which it begins, from 1.
    pub(crate) number: u64,
}

impl Line<'_> {
    /// Longer than the limit; `bytes` is only its beginning.
    pub(crate) fn is_too_long(&self) -> bool {
        self.bytes.len() as u64 != self.len
    }
    /// Whether it holds nothing but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace) && !self.is_too_long()
    }
}

/// Bytes that are read at once: as many as stay in a core's own cache while they are decoded.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;

/// The longest piece that is an alert, in bytes.
pub(crate) const MAX_LINE_BYTES: usize = 100 << 20;

/// So much is kept of a line that is too long.
pub(crate) const HEAD_BYTES: usize = 256;

/// Cuts what a reader gives into pieces.
///
/// `while lines.fill(&mut reader)? { while let Some(line) = lines.next_line() { … } }`
#[derive(Debug)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// What of `buffer` is read and not yet handed out.
    pending: Range<usize>,
    /// Pending bytes that are known to hold no line end.
    searched: usize,
    /// Offset in the source of the first pending byte.
    offset: u64,
    /// Line ends before it.
    line_ends: u64,
    /// The byte that ends lines.
    newline: u8,
    max_line_bytes: usize,
    /// A line that is too long and is being passed over.
    passing: Option<Passing>,
    /// What the last line that was too long began with.
    last_head: Vec<u8>,
    /// How many bytes before the pending ones are the line that was handed out last; 0: it can't be unfolded.
    last_bytes: usize,
    /// The document that is being cut.
    document: Option<Document>,
    /// Offsets of brackets that were seen to begin nothing whole, so that no byte is scanned again for each of them.
    broken: Vec<u64>,
    state: State,
}

/// How far the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A byte order mark may come.
    Start,
    /// What ends lines is not known yet.
    FirstLine,
    /// In the middle.
    Middle,
    /// The reader has given its last byte.
    Ended,
}

/// A line that is too long.
#[derive(Debug)]
struct Passing {
    start: u64,
    len: u64,
    head: Vec<u8>,
    ends_in_cr: bool,
}

/// What comes next in a document.
enum InDocument {
    /// A piece: the first so many pending bytes.
    Piece(usize),
    /// More bytes must come.
    More,
    /// Its end: lines come again.
    Left,
}

impl Default for Lines {
    fn default() -> Self {
        Self::with_limit(MAX_LINE_BYTES)
    }
}

impl Lines {
    /// Pieces of at most `max_line_bytes` (or [`HEAD_BYTES`], if that is more); longer lines are passed over, only told
    /// of, and longer values are cut into lines.
    pub(crate) fn with_limit(max_line_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            pending: 0..0,
            searched: 0,
            offset: 0,
            line_ends: 0,
            newline: b'\n',
            max_line_bytes: max_line_bytes.max(HEAD_BYTES),
            passing: None,
            last_head: Vec::new(),
            last_bytes: 0,
            document: None,
            broken: Vec::new(),
            state: State::Start,
        }
    }
    /// Reads the next block; call it when [`Lines::next_line`] has given all that was there. `false`: nothing is left.
    ///
    /// # Errors
    /// Those of the reader; what was read before stays. It may be called again (`WouldBlock`: more may come), or
    /// [`Lines::finish`] lets what is there be handed out.
    pub(crate) fn fill(&mut self, reader: &mut impl Read) -> io::Result<bool> {
        if self.state == State::Ended {
            return Ok(false);
        }
        self.last_bytes = 0;
        self.make_room();
        let count = match self.buffer.get_mut(self.pending.end..) {
            Some(room) => reader.read(room)?,
            None => 0,
        };
        self.pending.end += count;
        if count == 0 {
            self.finish();
        } else {
            self.begin(false);
        }
        Ok(true)
    }
    /// No more bytes will come: what is pending is the last line.
    pub(crate) fn finish(&mut self) {
        self.begin(true);
        self.state = State::Ended;
    }
    /// More may come after all. `with_last`: the last line, which had no end, is to be handed out again with what follows;
    /// gives whether it is.
    pub(crate) fn go_on(&mut self, with_last: bool) -> bool {
        if self.state != State::Ended {
            return false;
        }
        self.state = State::Middle;
        let again = if with_last { std::mem::take(&mut self.last_bytes) } else { 0 };
        self.pending.start -= again;
        self.offset -= again as u64;
        again > 0
    }
    /// The next piece; `None` when the block holds no further whole one.
    pub(crate) fn next_line(&mut self) -> Option<Line<'_>> {
        loop {
            if self.document.is_some() {
                match self.in_document() {
                    InDocument::Piece(len) => return Some(self.cut_value(len)),
                    InDocument::More => return None,
                    InDocument::Left => {}
                }
            }
            if matches!(self.state, State::Start | State::FirstLine) {
                return None;
            }
            let unsearched = self.buffer.get(self.pending.start + self.searched..self.pending.end)?;
            let (len, end) = match memchr(self.newline, unsearched) {
                Some(at) => (self.searched + at, 1),
                None => (self.pending.len(), 0),
            };
            let is_whole = end == 1 || self.state == State::Ended;
            if self.begins_document(len, is_whole) {
                continue;
            }
            if is_whole {
                return self.cut(len, end);
            }
            self.searched = len;
            self.pass_over_if_too_long();
            return None;
        }
    }
    /// Call it right after [`Lines::next_line`] has given a line that is no alert: where it is two or more JSON objects
    /// back to back, the next pieces are these, and it counts no more. `false`: it is not, and nothing changes.
    pub(crate) fn unfold(&mut self) -> bool {
        let from = self.pending.start - self.last_bytes;
        let line = self.buffer.get(from..self.pending.start).unwrap_or_default();
        if !document::is_row(line) {
            return false;
        }
        self.line_ends -= u64::from(line.ends_with(&[self.newline]));
        self.offset -= self.last_bytes as u64;
        self.pending.start = from;
        self.last_bytes = 0;
        self.document = Some(Document::row(self.offset, self.newline));
        true
    }
    /// Where the part of a line begins that is passed over because it is too long; `None` while no such line comes in.
    pub(crate) fn passed_over(&self) -> Option<u64> {
        self.passing.as_ref().map(|passing| passing.start + self.max_line_bytes as u64)
    }
    /// Looks at what the source begins with, once there is enough of it. `is_all`: no more will come.
    fn begin(&mut self, is_all: bool) {
        if self.state == State::Start
            && let Some(mark_len) = ends::mark_len(self.pending_bytes(), is_all)
        {
            self.pending.start += mark_len;
            self.offset += mark_len as u64;
            self.state = State::FirstLine;
        }
        if self.state == State::FirstLine
            && let Some(newline) = ends::line_end(self.pending_bytes(), is_all)
        {
            self.newline = newline;
            self.state = State::Middle;
        }
    }
    fn pending_bytes(&self) -> &[u8] {
        self.buffer.get(self.pending.clone()).unwrap_or_default()
    }
    /// Whether a document begins with the first `len` pending bytes, a line or its beginning; then it is being cut.
    #[inline]
    fn begins_document(&mut self, len: usize, is_whole: bool) -> bool {
        let line = self.buffer.get(self.pending.start..self.pending.start + len).unwrap_or_default();
        document::may_open(line) && self.opens_document(len, is_whole)
    }
    #[cold]
    fn opens_document(&mut self, len: usize, is_whole: bool) -> bool {
        let line = self.buffer.get(self.pending.start..self.pending.start + len).unwrap_or_default();
        let Some(at) = document::opens(line, is_whole) else { return false };
        let start = self.offset + at as u64;
        if self.passing.is_some() || self.broken.contains(&start) {
            return false;
        }
        self.document = Some(Document::new(start, self.newline));
        true
    }
    /// Goes on in the document: to its next piece, to the end of the block or to its own.
    fn in_document(&mut self) -> InDocument {
        while let Some(document) = &mut self.document {
            let pending = self.buffer.get(self.pending.clone()).unwrap_or_default();
            let window = pending.get(..self.max_line_bytes).unwrap_or(pending);
            match document.next(window, self.offset) {
                Next::Piece(range) => {
                    self.pass(range.start);
                    return InDocument::Piece(usize::try_from(range.end - range.start).unwrap_or_default());
                }
                Next::Passed(to) => self.pass(to),
                Next::Over(to) => {
                    self.pass(to);
                    self.document = None;
                }
                Next::Broken => self.break_off(),
                Next::More => {
                    let is_last = window.len() == self.max_line_bytes || self.state == State::Ended;
                    match document.kept_from(self.offset) {
                        kept if kept > self.offset => self.pass(kept),
                        _ if is_last => self.break_off(),
                        _ => return InDocument::More,
                    }
                }
            }
        }
        InDocument::Left
    }
    /// What is not handed out of the document is looked at anew, line by line.
    fn break_off(&mut self) {
        let Some(document) = self.document.take() else { return };
        let kept = document.kept_from(self.offset);
        self.broken.retain(|at| *at >= kept);
        self.broken.extend(document.open_brackets());
        self.pass(kept);
    }
    /// Leaves the pending bytes before offset `to` behind.
    fn pass(&mut self, to: u64) {
        let passed = usize::try_from(to.saturating_sub(self.offset)).unwrap_or_default().min(self.pending.len());
        let from = self.pending.start;
        let bytes = self.buffer.get(from..from + passed).unwrap_or_default();
        self.line_ends += memchr_iter(self.newline, bytes).count() as u64;
        self.pending.start += passed;
        self.offset += passed as u64;
        self.searched = 0;
        self.last_bytes = 0;
    }
    /// Takes `len` pending bytes as a value in a document.
    fn cut_value(&mut self, len: usize) -> Line<'_> {
        let (from, start, number) = (self.pending.start, self.offset, self.line_ends + 1);
        self.pass(start + len as u64);
        let ahead = self.buffer.get(from..self.pending.end).unwrap_or_default();
        Line { bytes: ahead.get(..len).unwrap_or(ahead), ahead, start, len: len as u64, end_len: 0, number }
    }
    /// Takes `len` pending bytes as a line, and `newline` bytes of end after it; `None`: it is the last, and empty.
    fn cut(&mut self, len: usize, newline: u8) -> Option<Line<'_>> {
        if len == 0 && newline == 0 && self.passing.is_none() {
            return None;
        }
        let from = self.pending.start;
        let next = from + len + usize::from(newline);
        self.pending.start = next;
        self.searched = 0;
        let number = self.line_ends + 1;
        self.line_ends += u64::from(newline);
        let start = self.offset;
        self.offset += (next - from) as u64;
        self.last_bytes = 0;
        if let Some(passing) = self.passing.take() {
            return Some(self.cut_too_long(passing, from..from + len, newline));
        }
        self.last_bytes = if len > self.max_line_bytes { 0 } else { next - from };
        let bytes = self.buffer.get(from..from + len).unwrap_or_default();
        let (bytes, end_len) = match bytes {
            [text @ .., b'\r'] if newline == 1 => (text, 2),
            text => (text, newline),
        };
        let len = bytes.len() as u64;
        let kept = if bytes.len() > self.max_line_bytes { bytes.get(..HEAD_BYTES).unwrap_or(bytes) } else { bytes };
        let ahead = self.buffer.get(from..self.pending.end).unwrap_or(kept);
        Some(Line { bytes: kept, ahead, start, len, end_len, number })
    }
    fn cut_too_long(&mut self, passing: Passing, rest: Range<usize>, newline: u8) -> Line<'_> {
        let rest = self.buffer.get(rest).unwrap_or_default();
        let ends_in_cr = rest.last().map_or(passing.ends_in_cr, |&b| b == b'\r') && newline == 1;
        let len = passing.len + rest.len() as u64 - u64::from(ends_in_cr);
        self.last_head = passing.head;
        Line {
            bytes: &self.last_head,
            ahead: &self.last_head,
            start: passing.start,
            len,
            end_len: newline + u8::from(ends_in_cr),
            number: self.line_ends + u64::from(newline == 0),
        }
    }
    fn pass_over_if_too_long(&mut self) {
        if self.passing.is_none() && self.pending.len() <= self.max_line_bytes {
            return;
        }
        let bytes = self.buffer.get(self.pending.clone()).unwrap_or_default();
        let passing = self.passing.get_or_insert_with(|| Passing {
            start: self.offset,
            len: 0,
            head: bytes.get(..HEAD_BYTES).unwrap_or(bytes).to_vec(),
            ends_in_cr: false,
        });
        passing.len += bytes.len() as u64;
        passing.ends_in_cr = bytes.last().map_or(passing.ends_in_cr, |&b| b == b'\r');
        self.offset += bytes.len() as u64;
        self.pending = 0..0;
        self.searched = 0;
    }
    /// Moves the pending bytes to the front and leaves room for a block after them.
    fn make_room(&mut self) {
        if self.pending.start > 0 {
            self.buffer.copy_within(self.pending.clone(), 0);
            self.pending = 0..self.pending.len();
        }
        let wanted = self.pending.len() + BLOCK_BYTES;
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        } else if self.buffer.len() > 4 * wanted {
            self.buffer.truncate(wanted);
            self.buffer.shrink_to_fit();
        }
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
