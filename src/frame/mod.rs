//! Bytes → frames: one line each, with its number and place.
//!
//! Lives here: line ends, the byte order mark, the longest line. Not here: what a line means (`decode`).
//! Imports: nothing. Promise: every byte belongs to exactly one line, also in broken input: to its text, to its end, or,
//! for a byte order mark, to the front of the first.

use std::io;
use std::io::Read;
use std::ops::Range;

use memchr::memchr;

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Its bytes without its end (LF or CRLF). Only the first [`HEAD_BYTES`] where it is too long.
    pub(crate) bytes: &'a [u8],
    /// The same and what is known of the bytes behind it, for a search that goes further than one line.
    pub(crate) ahead: &'a [u8],
    /// Offset of the first byte in the source.
    pub(crate) start: u64,
    /// Its length in bytes, without its end.
    pub(crate) len: u64,
    /// How many bytes its end has: 0 (the last line, cut off or being written), 1 or 2.
    pub(crate) end_len: u8,
    /// Its number, from 1.
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

/// The longest line that is an alert, in bytes.
pub(crate) const MAX_LINE_BYTES: usize = 100 << 20;

/// So much is kept of a line that is too long.
pub(crate) const HEAD_BYTES: usize = 256;

/// Cuts what a reader gives into lines.
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
    number: u64,
    max_line_bytes: usize,
    /// A line that is too long and is being passed over.
    passing: Option<Passing>,
    /// What the last line that was too long began with.
    last_head: Vec<u8>,
    state: State,
}

/// How far the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A byte order mark may come.
    Start,
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

impl Default for Lines {
    fn default() -> Self {
        Self::with_limit(MAX_LINE_BYTES)
    }
}

impl Lines {
    /// Lines of at most `max_line_bytes` (or [`HEAD_BYTES`], if that is more); longer ones are passed over, only told of.
    pub(crate) fn with_limit(max_line_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            pending: 0..0,
            searched: 0,
            offset: 0,
            number: 0,
            max_line_bytes: max_line_bytes.max(HEAD_BYTES),
            passing: None,
            last_head: Vec::new(),
            state: State::Start,
        }
    }
    /// Reads the next block; call it when [`Lines::next_line`] has given all that was there. `false`: nothing is left.
    ///
    /// # Errors
    /// Those of the reader; what was read before stays, and [`Lines::finish`] hands it out.
    pub(crate) fn fill(&mut self, reader: &mut impl Read) -> io::Result<bool> {
        if self.state == State::Ended {
            return Ok(false);
        }
        self.make_room();
        let count = match self.buffer.get_mut(self.pending.end..) {
            Some(room) => reader.read(room)?,
            None => 0,
        };
        self.pending.end += count;
        if count == 0 {
            self.finish();
        } else if self.state == State::Start {
            self.skip_byte_order_mark();
        }
        Ok(true)
    }
    /// No more bytes will come: what is pending is the last line.
    pub(crate) fn finish(&mut self) {
        self.state = State::Ended;
    }
    /// The next line; `None` when the block holds no further whole one.
    pub(crate) fn next_line(&mut self) -> Option<Line<'_>> {
        if self.state == State::Start {
            return None;
        }
        let unsearched = self.buffer.get(self.pending.start + self.searched..self.pending.end)?;
        match memchr(b'\n', unsearched) {
            Some(at) => Some(self.cut(self.searched + at, 1)),
            None if self.state == State::Ended => self.last(),
            None => {
                self.searched = self.pending.len();
                self.pass_over_if_too_long();
                None
            }
        }
    }
    /// Where the part of a line begins that is passed over because it is too long; `None` while no such line comes in.
    pub(crate) fn passed_over(&self) -> Option<u64> {
        self.passing.as_ref().map(|passing| passing.start + self.max_line_bytes as u64)
    }
    /// The last line, if any byte is left for it.
    fn last(&mut self) -> Option<Line<'_>> {
        if self.pending.is_empty() && self.passing.is_none() {
            return None;
        }
        Some(self.cut(self.pending.len(), 0))
    }
    /// Takes `len` pending bytes as a line, and `newline` bytes of end after it.
    fn cut(&mut self, len: usize, newline: u8) -> Line<'_> {
        let from = self.pending.start;
        let next = from + len + usize::from(newline);
        self.pending.start = next;
        self.searched = 0;
        self.number += 1;
        let start = self.offset;
        self.offset += (next - from) as u64;
        if let Some(passing) = self.passing.take() {
            return self.cut_too_long(passing, from..from + len, newline);
        }
        let bytes = self.buffer.get(from..from + len).unwrap_or_default();
        let (bytes, end_len) = match bytes {
            [text @ .., b'\r'] if newline == 1 => (text, 2),
            text => (text, newline),
        };
        let len = bytes.len() as u64;
        let kept = if bytes.len() > self.max_line_bytes { bytes.get(..HEAD_BYTES).unwrap_or(bytes) } else { bytes };
        let ahead = self.buffer.get(from..self.pending.end).unwrap_or(kept);
        Line { bytes: kept, ahead, start, len, end_len, number: self.number }
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
            number: self.number,
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
        self.buffer.copy_within(self.pending.clone(), 0);
        self.pending = 0..self.pending.len();
        let wanted = self.pending.len() + BLOCK_BYTES;
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        } else if self.buffer.len() > 4 * wanted {
            self.buffer.truncate(wanted);
            self.buffer.shrink_to_fit();
        }
    }
    fn skip_byte_order_mark(&mut self) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let bytes = self.buffer.get(self.pending.clone()).unwrap_or_default();
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) {
            return;
        }
        if bytes.starts_with(MARK) {
            self.pending.start += MARK.len();
            self.offset += MARK.len() as u64;
        }
        self.state = State::Middle;
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
