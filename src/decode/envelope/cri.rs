//! What container runtimes write under /var/log/pods: `2026-04-06T19:31:30.725992942Z stdout F text`, and podman likewise.
//!
//! Lives here: one line, and the pieces of one, which `join` brought together: `P` goes on, `F` is the last. Imports:
//! siblings. Promise: pieces of another stream between them are left out.

use crate::decode::envelope::{Around, Inside, Piece, stamp};

/// A line of a runtime's.
pub(crate) struct Part<'a> {
    /// `stdout` or `stderr`.
    pub(crate) stream: &'a [u8],
    /// The program goes on with its line in the next.
    pub(crate) goes_on: bool,
    /// What was written.
    pub(crate) text: &'a [u8],
}

/// Reads a line; `None`: it is no runtime's.
pub(crate) fn part(line: &[u8]) -> Option<Part<'_>> {
    let rest = stamp(line)?.rest.strip_prefix(b" ")?;
    let (stream, rest) = rest.split_at_checked(6).filter(|(word, _)| matches!(*word, b"stdout" | b"stderr"))?;
    let rest = rest.strip_prefix(b" ")?;
    let blank = memchr::memchr(b' ', rest);
    let (tags, text) = rest.split_at(blank.unwrap_or(rest.len()));
    let goes_on = match tags {
        [b'P'] | [b'P', b':', ..] => true,
        [b'F'] | [b'F', b':', ..] => false,
        _ => return None,
    };
    Some(Part { stream, goes_on, text: text.strip_prefix(b" ").unwrap_or(text) })
}

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let first = part(piece.line)?;
    around.time = stamp(piece.line).and_then(|stamp| stamp.time()).or(around.time);
    if memchr::memchr(b'\n', piece.line).is_none() {
        return Some(Inside::Bytes(first.text));
    }
    let mut whole = Vec::new();
    for line in piece.line.split(|b| *b == b'\n') {
        let Some(part) = part(line.strip_suffix(b"\r").unwrap_or(line)) else { continue };
        if part.stream != first.stream {
            continue;
        }
        whole.extend_from_slice(part.text);
        if !part.goes_on {
            break;
        }
    }
    Some(Inside::Joined(whole))
}
