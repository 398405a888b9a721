//! `redis-cli LRANGE`: ` 1) "escaped"`, with the escapes of C.
//!
//! Imports: siblings. Promise: every byte as it was stored.

use crate::decode::envelope::{Around, Inside, Piece};

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let digits = piece.line.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = piece.line.get(digits..).filter(|_| digits > 0)?;
    let quoted = rest.strip_prefix(b") \"")?.trim_ascii_end();
    quoted.strip_suffix(b"\"").map(Inside::Escaped)
}

/// Reads `\n \r \t \a \b \" \\ \xNN`; what is no escape stays.
pub(crate) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(rest.get(..at).unwrap_or_default());
        let (byte, after) = escape(rest.get(at + 1..).unwrap_or_default());
        into.push(byte);
        rest = after;
    }
    into.extend_from_slice(rest);
}

/// The byte that an escape stands for, after its backslash, and what follows.
fn escape(text: &[u8]) -> (u8, &[u8]) {
    let Some((letter, after)) = text.split_first() else { return (b'\\', text) };
    let hex = || {
        let (digits, after) = after.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        Some((u8::from_str_radix(digits, 16).ok()?, after))
    };
    match letter {
        b'"' | b'\\' => (*letter, after),
        b'n' => (b'\n', after),
        b'r' => (b'\r', after),
        b't' => (b'\t', after),
        b'a' => (7, after),
        b'b' => (8, after),
        b'x' => hex().unwrap_or((b'\\', text)),
        _ => (b'\\', text),
    }
}
