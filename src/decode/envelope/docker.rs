//! docker's json-file: `log`, `stream`, `time`, sometimes `attrs`.
//!
//! Lives here: one line, and the pieces of one that docker cut at 16 KiB, which `join` brought together. Imports: siblings.
//! Promise: pieces of another stream between them are left out.

use memchr::memmem;

use crate::decode::envelope::members::Members;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::escape::{unescape_one, unescaped};
use crate::decode::instant;

/// How docker begins a line.
pub(crate) const START: &[u8] = b"{\"log\":\"";

/// Whether these are several lines of docker's.
pub(crate) fn is_several(lines: &[u8]) -> bool {
    lines.starts_with(START) && memchr::memchr(b'\n', lines).is_some()
}

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    if is_several(piece.line) {
        return joined(piece.line, around);
    }
    let object = piece.object().filter(|object| object.has("stream"))?;
    around.time = Some(object.text("time")?).and_then(instant).or(around.time);
    object.text("log").map(Inside::Text)
}

/// The text of a line as docker writes it, in `buffer`, without a walk over the whole line. `None`: docker writes otherwise,
/// and the line is to be read like any other.
pub(crate) fn quick<'b>(line: &[u8], around: &mut Around, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
    let part = part(line)?;
    let others = beside(line, &part)?;
    if !unescape_one(part.log, buffer) {
        return None;
    }
    around.time = others.text("time").and_then(instant).or(around.time);
    Some(buffer)
}

/// The text for which [`quick`] reads the escapes, escapes unread.
pub(crate) fn text(line: &[u8]) -> Option<&[u8]> {
    let part = part(line)?;
    beside(line, &part)?;
    is_one_text(part.log).then_some(part.log)
}

/// What stands beside the text of a line that is docker's, and one line.
fn beside<'a>(line: &'a [u8], part: &Part<'_>) -> Option<Members<'a>> {
    let others = Members::after_first(line.get(START.len() + part.log.len() + 2..)?)?;
    let is_docker = others.has("stream") && others.has("time") && !others.has("log") && !others.has("rule");
    (is_docker && memchr::memchr(b'\n', line).is_none()).then_some(others)
}

/// Whether every quote has its backslash.
fn is_one_text(text: &[u8]) -> bool {
    // In numbers, so that many bytes are compared at once.
    let is_bare = |(before, byte): (&u8, &u8)| u8::from(*byte == b'"') & u8::from(*before != b'\\');
    let has_bare = text.iter().zip(text.iter().skip(1)).fold(0, |bare, pair| bare | is_bare(pair)) != 0;
    !has_bare && text.first() != Some(&b'"') && memmem::find_iter(text, b"\\\\\"").all(|at| is_escaped(text, at + 2))
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
    let at = memmem::rfind(inside, STREAM)?;
    let rest = inside.get(at + STREAM.len()..)?;
    let stream = rest.get(..memchr::memchr(b'"', rest)?)?;
    line.ends_with(b"}").then_some(Part { log: inside.get(..at)?, stream })
}

impl Part<'_> {
    /// Whether the program ended its line here. `\\n` is a backslash and an n.
    pub(crate) fn is_end(&self) -> bool {
        self.log.ends_with(b"\\n") && is_escaped(self.log, self.log.len() - 1)
    }
}

/// Whether the byte at `at` has a backslash of its own before it.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
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
