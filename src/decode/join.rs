//! Joins what a container runtime or docker cut: lines over 16 KiB come in pieces, each in a line of its own.
//!
//! Lives here: which lines belong together, per stream. Not here: what is in them (`envelope::cri`, `envelope::docker`, which
//! read a span of such lines). Imports: `frame`, siblings. Promise: a line that is no such piece costs a look at its first bytes;
//! at most [`MOST_BYTES`] are held; what is joined is the bytes of the source from the first piece to the last, so that they can be
//! read again.

use crate::decode::bare::begins_as_alert;
use crate::decode::envelope::{cri, docker};
use crate::decode::escape::unescaped;
use crate::decode::{self, Reason};
use crate::frame::Line;

/// Why pieces are no alert whose end never came.
pub(crate) const NEVER_ENDED: Reason = Reason::CutOff("the rest of the line never came");

/// So many bytes are held at most, in all.
const MOST_BYTES: usize = 100 << 20;

/// docker cuts what a program writes after so many bytes.
const DOCKER_BYTES: usize = 16 << 10;

/// What a line is, as far as joining goes.
#[derive(Debug)]
pub(crate) enum Joined<'a> {
    /// A line by itself: read it as it is.
    Whole,
    /// A piece whose end is still to come.
    Waiting,
    /// The last piece: read this, which is all of them.
    Complete(Line<'a>),
}

/// Pieces that wait for their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Offset of the first byte of the first piece.
    pub(crate) start: u64,
    /// Bytes up to the end of the last.
    pub(crate) len: u64,
    /// The number of the first piece's line.
    pub(crate) number: u64,
}

/// The lines of one source; make a new one for the next.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    /// Every line from the first that waits on.
    held: Vec<u8>,
    /// Where in the source `held` begins.
    start: u64,
    /// Pieces of each stream that waits.
    waiting: Vec<Waiting>,
    lost: Vec<Rest>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    stream: Stream,
    rest: Rest,
    /// It may be a whole line whose end was taken off: a piece that is an alert by itself does not belong to it.
    is_doubtful: bool,
}

/// Who cut it, and whether the program wrote to standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stream(Format, bool);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Cri,
    Docker,
}

/// A line that may be a piece.
struct Part {
    stream: Stream,
    goes_on: Going,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Going {
    /// The program ended its line.
    Ended,
    /// It did not.
    On,
    /// It did not, and the piece is shorter than those that docker cuts.
    Unsure,
}

impl Joiner {
    /// Looks at the next line of the source.
    pub(crate) fn take<'a>(&'a mut self, line: &Line<'_>) -> Joined<'a> {
        if self.waiting.is_empty() {
            self.held.clear();
            if !may_be_piece(line.bytes) {
                return Joined::Whole;
            }
        }
        if let Some(part) = part(line) {
            return self.piece(line, &part);
        }
        self.hold(line);
        Joined::Whole
    }
    /// Pieces whose end never came, or that were too many: each counts as one line that is cut off.
    pub(crate) fn rest(&mut self) -> Vec<Rest> {
        self.held.clear();
        let mut rest = std::mem::take(&mut self.lost);
        rest.extend(self.waiting.drain(..).map(|waiting| waiting.rest));
        rest.sort_by_key(|rest| rest.start);
        rest
    }
    fn piece<'a>(&'a mut self, line: &Line<'_>, part: &Part) -> Joined<'a> {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.stream == part.stream) else {
            return self.first(line, part);
        };
        let is_doubtful = self.waiting.get(at).is_some_and(|waiting| waiting.is_doubtful);
        if is_doubtful && decode::alert(line.bytes).is_ok() {
            self.lost.push(self.waiting.remove(at).rest);
            self.hold(line);
            return Joined::Whole;
        }
        if !self.hold(line) {
            return Joined::Waiting;
        }
        let end = line.start + line.len;
        let Some(waiting) = self.waiting.get_mut(at) else { return Joined::Whole };
        waiting.rest.len = end - waiting.rest.start;
        if part.goes_on != Going::Ended {
            return Joined::Waiting;
        }
        if self.is_stray(at, line) {
            self.lost.push(self.waiting.remove(at).rest);
            return Joined::Whole;
        }
        self.complete(at, line)
    }
    /// Whether what waits has no part in the alert that `last` is: only by itself it is one. A writer that died in the middle
    /// of a line would otherwise take the next one's first alert with it. The whole is asked first: what an attacker gets cut at
    /// a place of his choice is no alert of its own.
    fn is_stray(&self, at: usize, last: &Line<'_>) -> bool {
        let joined = self.waiting.get(at).and_then(|waiting| self.pieces(&waiting.rest));
        decode::alert(last.bytes).is_ok() && joined.is_none_or(|bytes| decode::alert(bytes).is_err())
    }
    /// All that is held from the first piece on.
    fn pieces(&self, rest: &Rest) -> Option<&[u8]> {
        self.held.get(usize::try_from(rest.start.checked_sub(self.start)?).ok()?..)
    }
    fn first<'a>(&'a mut self, line: &Line<'_>, part: &Part) -> Joined<'a> {
        let goes_on = match part.goes_on {
            Going::Ended => false,
            Going::On => true,
            Going::Unsure => is_cut_off(line.bytes),
        };
        if !goes_on {
            self.hold(line);
            return Joined::Whole;
        }
        if self.waiting.is_empty() {
            (self.start, self.held) = (line.start, Vec::new());
        }
        let rest = Rest { start: line.start, len: line.len, number: line.number };
        self.waiting.push(Waiting { stream: part.stream, rest, is_doubtful: part.goes_on == Going::Unsure });
        self.hold(line);
        Joined::Waiting
    }
    fn complete<'a>(&'a mut self, at: usize, last: &Line<'_>) -> Joined<'a> {
        let rest = self.waiting.remove(at).rest;
        let bytes = self.pieces(&rest).unwrap_or_default();
        let Rest { start, len, number } = rest;
        Joined::Complete(Line { bytes, ahead: bytes, start, len, end_len: last.end_len, number })
    }
    /// Keeps a line that comes while pieces wait; what lies between two lines is their end. `false`: it is too much.
    fn hold(&mut self, line: &Line<'_>) -> bool {
        if self.waiting.is_empty() {
            return true;
        }
        let from = usize::try_from(line.start.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let gap = from.saturating_sub(self.held.len());
        if line.is_too_long() || from < self.held.len() || gap > 2 || from + line.bytes.len() > MOST_BYTES {
            self.lost.extend(self.waiting.drain(..).map(|waiting| waiting.rest));
            self.held = Vec::new();
            return false;
        }
        self.held.extend_from_slice(match gap {
            2 => b"\r\n",
            1 => b"\n",
            _ => b"",
        });
        self.held.extend_from_slice(line.bytes);
        true
    }
}

/// Whether the first bytes are those of a line of a runtime's or of docker's.
fn may_be_piece(bytes: &[u8]) -> bool {
    match bytes {
        [b'2', b'0', ..] => bytes.get(4) == Some(&b'-'),
        _ => bytes.starts_with(b"{\"log\":\""),
    }
}

fn part(line: &Line<'_>) -> Option<Part> {
    if !may_be_piece(line.bytes) || line.is_too_long() {
        return None;
    }
    if let Some(part) = cri::part(line.bytes) {
        let goes_on = if part.goes_on { Going::On } else { Going::Ended };
        return Some(Part { stream: Stream(Format::Cri, part.stream == b"stderr"), goes_on });
    }
    let part = docker::part(line.bytes)?;
    let is_long = || unescaped(part.log, &mut Vec::new()).len() >= DOCKER_BYTES;
    let goes_on = match () {
        () if part.is_end() => Going::Ended,
        () if part.log.len() >= DOCKER_BYTES && is_long() => Going::On,
        () => Going::Unsure,
    };
    Some(Part { stream: Stream(Format::Docker, part.stream == b"stderr"), goes_on })
}

/// Whether what docker wrote begins as an alert and does not end as one.
fn is_cut_off(line: &[u8]) -> bool {
    let mut unread = Vec::new();
    let Some(part) = docker::part(line) else { return false };
    begins_as_alert(unescaped(part.log, &mut unread)) && decode::alert(line).is_err()
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
