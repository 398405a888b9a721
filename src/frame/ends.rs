//! What a source begins with: a byte order mark, and lines that end at LF (a CR before it belongs to the end) or at CR.
//!
//! Lives here: telling these apart by the first bytes. Imports: nothing. Promise: CR alone is the end of lines only
//! where it can't be anything else; a CR that stands inside a JSON string cuts no alert in two.

use memchr::{memchr, memchr_iter};

/// So many bytes are looked at.
pub(super) const LOOK_BYTES: usize = 64 << 10;

/// The length of the byte order mark that a source begins with, 0 without one; `None`: more bytes must come. `is_all`: none
/// will.
pub(super) fn mark_len(bytes: &[u8], is_all: bool) -> Option<usize> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let is_undecided = bytes.len() < MARK.len() && MARK.starts_with(bytes) && !is_all;
    (!is_undecided).then(|| if bytes.starts_with(MARK) { MARK.len() } else { 0 })
}

/// The byte that ends the lines of a source that begins with `bytes`; `None`: more bytes must come. `is_all`: none will.
pub(super) fn line_end(bytes: &[u8], is_all: bool) -> Option<u8> {
    let first = bytes.get(..LOOK_BYTES).unwrap_or(bytes);
    if memchr(b'\n', first).is_some() {
        return Some(b'\n');
    }
    if first.len() < LOOK_BYTES && !is_all {
        return None;
    }
    Some(if is_cut_by_cr(first) { b'\r' } else { b'\n' })
}

/// Whether each CR has a line before it and something that begins a line after it.
fn is_cut_by_cr(bytes: &[u8]) -> bool {
    let mut start = 0;
    for at in memchr_iter(b'\r', bytes) {
        let line = bytes.get(start..at).unwrap_or_default();
        let next = bytes.get(at + 1);
        if ends_in_string(line) || !next.is_none_or(|b| matches!(b, b'{' | b'[' | b'\r' | b'0'..=b'9')) {
            return false;
        }
        start = at + 1;
    }
    start > 0
}

/// Whether a line of JSON ends inside a string.
fn ends_in_string(line: &[u8]) -> bool {
    if !matches!(line.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let mut bytes = line.iter();
    let mut is_inside = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_inside = !is_inside,
            b'\\' if is_inside => _ = bytes.next(),
            _ => {}
        }
    }
    is_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cr_ends_lines_only_where_it_can_be_nothing_else() {
        let cases: [(&[u8], u8); 15] = [
            (b"", b'\n'),
            (b"{}", b'\n'),
            (b"{}\r{}\r", b'\r'),
            (b"{}\r{}", b'\r'),
            (b"{}\r\r[\r1 x\r", b'\r'),
            (b"{}\r{}\r\n", b'\n'),
            (b"{}\r{}\n{}\r", b'\n'),
            (b"{}\rtext\r", b'\n'),
            (b"text\r{}\r", b'\r'),
            (b"a\rb", b'\n'),
            (b"{\"a\":\"x\r{y\"}", b'\n'),
            (b"{\"a\":\"x\\\"\r{y\"}", b'\n'),
            (b"{\"a\":\"x\\\\\"}\r{}\r", b'\r'),
            (b"{}\r{\"a\":\"x\r1\"}\r", b'\n'),
            (b"\r", b'\r'),
        ];
        for (bytes, want) in cases {
            assert_eq!(line_end(bytes, true), Some(want), "{}", bytes.escape_ascii());
            let early = memchr(b'\n', bytes).map(|_| b'\n');
            assert_eq!(line_end(bytes, false), early, "{}", bytes.escape_ascii());
        }
        let long = b"{}\r".repeat(LOOK_BYTES);
        assert_eq!(line_end(&long, false), Some(b'\r'));
    }
}
