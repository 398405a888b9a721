//! docker's json-file: `log`, `stream`, `time`, sometimes `attrs`.
//!
//! Lives here: one line, and the pieces of one that docker cut at 16 KiB, which `join` brought together. Imports: siblings.
//! Promise: pieces of another stream between them are left out.

use crate::decode::envelope::members::Members;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::escape::unescaped;
use crate::decode::instant;

/// How docker begins a line.
const START: &[u8] = b"{\"log\":\"";

/// Whether these are several lines of docker's.
pub(crate) fn is_several(lines: &[u8]) -> bool {
    lines.starts_with(START) && memchr::memchr(b'\n', lines).is_some()
}

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    if is_several(piece.line) {
        return joined(piece.line, around);
    }
    let (log, _) = parts(piece.object()?)?;
    around.time = piece.object()?.text("time").and_then(instant).or(around.time);
    Some(Inside::Text(log))
}

/// The text and the stream.
fn parts<'a>(object: &Members<'a>) -> Option<(&'a [u8], &'a [u8])> {
    if !object.has("time") {
        return None;
    }
    Some((object.text("log")?, object.text("stream")?))
}

/// A line of docker's that may go on in the next.
pub(crate) struct Part<'a> {
    /// What was written, escapes unread.
    pub(crate) log: &'a [u8],
    /// Where to.
    pub(crate) stream: &'a [u8],
}

/// Reads a line as docker writes it, without looking at each of its bytes; `None`: docker writes otherwise.
///
/// A quote in the text is escaped, so that what ends the text can stand in no text.
pub(crate) fn part(line: &[u8]) -> Option<Part<'_>> {
    const STREAM: &[u8] = b"\",\"stream\":\"";
    let inside = line.strip_prefix(START)?;
    let at = memchr::memmem::rfind(inside, STREAM)?;
    let rest = inside.get(at + STREAM.len()..)?;
    let stream = rest.get(..memchr::memchr(b'"', rest)?)?;
    line.ends_with(b"}").then_some(Part { log: inside.get(..at)?, stream })
}

impl Part<'_> {
    /// Whether the program ended its line here. `\\n` is a backslash and an n.
    pub(crate) fn is_end(&self) -> bool {
        let Some(before) = self.log.strip_suffix(b"\\n") else { return false };
        before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0
    }
}

/// The pieces of the first line's stream, up to the one in which the program ended its line.
fn joined<'a>(lines: &[u8], around: &mut Around) -> Option<Inside<'a>> {
    let (mut whole, mut scratch, mut stream) = (Vec::new(), Vec::new(), None);
    for line in lines.split(|b| *b == b'\n') {
        let Some(part) = part(line.trim_ascii()) else { continue };
        if *stream.get_or_insert(part.stream) != part.stream {
            continue;
        }
        if whole.is_empty() {
            around.time = Members::of(line).and_then(|object| instant(object.text("time")?));
        }
        whole.extend_from_slice(unescaped(part.log, &mut scratch));
        if part.is_end() {
            break;
        }
    }
    stream.map(|_| Inside::Joined(whole))
}
