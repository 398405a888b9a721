//! Tests of the room `frame`.

use proptest::prelude::*;

use super::*;

/// Gives a few bytes a time, as a pipe does.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(self.1).min(into.len());
        let (now, later) = self.0.split_at(count);
        into[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

/// Text, start, length, length of the end, number.
type Cut = (Vec<u8>, u64, u64, u8, u64);
type Short<'a> = (&'a [u8], u64, u8);

fn cut(bytes: &[u8], step: usize, limit: usize) -> Vec<Cut> {
    let (mut lines, mut reader, mut all) = (Lines::with_limit(limit), Drip(bytes, step), Vec::new());
    while lines.fill(&mut reader).unwrap() {
        while let Some(line) = lines.next_line() {
            all.push((line.bytes.to_vec(), line.start, line.len, line.end_len, line.number));
        }
    }
    assert!(lines.next_line().is_none());
    all
}

#[test]
fn lines_end_at_lf_and_crlf_and_the_last_may_lack_its_end() {
    let cases: [(&[u8], &[Short<'_>]); 14] = [
        (b"", &[]),
        (b"\n", &[(b"", 0, 1)]),
        (b"a\nb\n", &[(b"a", 0, 1), (b"b", 2, 1)]),
        (b"a\nb", &[(b"a", 0, 1), (b"b", 2, 0)]),
        (b"a\r\nb\r\n", &[(b"a", 0, 2), (b"b", 3, 2)]),
        (b"a\r\nb\n", &[(b"a", 0, 2), (b"b", 3, 1)]),
        (b"a\n\rb\n", &[(b"a", 0, 1), (b"\rb", 2, 1)]),
        (b"a\rb\r", &[(b"a\rb\r", 0, 0)]),
        (b"\r\r\n\n", &[(b"\r", 0, 2), (b"", 3, 1)]),
        (b"\0\n\xff\n", &[(b"\0", 0, 1), (b"\xff", 2, 1)]),
        (b"\xef\xbb\xbfa\nb\n", &[(b"a", 3, 1), (b"b", 5, 1)]),
        (b"a\n\xef\xbb\xbfb", &[(b"a", 0, 1), (b"\xef\xbb\xbfb", 2, 0)]),
        (b"\xef\xbb", &[(b"\xef\xbb", 0, 0)]),
        (b"\xef\xbb\xbf", &[]),
    ];
    for (bytes, want) in cases {
        for step in [1, 2, 3, 100] {
            let got = cut(bytes, step, 1000);
            let short: Vec<Short<'_>> = got.iter().map(|(b, start, _, end, _)| (&**b, *start, *end)).collect();
            assert_eq!(short, want, "{} by {step}", bytes.escape_ascii());
            assert!(got.iter().zip(1..).all(|(line, number)| line.4 == number), "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_line_that_is_too_long_is_told_of_and_not_held() {
    const LIMIT: usize = 1000;
    for (length, end) in [(999, "\n"), (1000, "\r\n"), (1001, "\n"), (5000, "\r\n"), (5000, ""), (3_000_000, "\n")] {
        let text = format!("first\n{}{end}last", "x".repeat(length));
        for step in [7, 1000, 100_000_000] {
            if length > 100_000 && step == 7 {
                continue;
            }
            let got = cut(text.as_bytes(), step, LIMIT);
            let (bytes, start, len, end_len, number) = &got[1];
            let last = if end.is_empty() { 4 } else { 0 };
            assert_eq!((*start, *len, *number), (6, (length + last) as u64, 2), "{length} by {step}");
            assert_eq!(usize::from(*end_len), end.len(), "{length} by {step}");
            assert_eq!(bytes.len(), if length > LIMIT { HEAD_BYTES } else { length }, "{length} by {step}");
            assert_eq!(got.len(), if end.is_empty() { 2 } else { 3 });
        }
    }
}

#[test]
fn the_buffer_does_not_grow_with_the_longest_line() {
    let mut lines = Lines::with_limit(4 * BLOCK_BYTES);
    let mut reader = io::repeat(b'x').take(64 * BLOCK_BYTES as u64);
    while lines.fill(&mut reader).unwrap() {
        while let Some(line) = lines.next_line() {
            assert!(line.is_too_long());
            assert_eq!(line.len, 64 * BLOCK_BYTES as u64);
        }
        assert!(lines.buffer.len() <= 6 * BLOCK_BYTES, "{}", lines.buffer.len());
    }
}

#[test]
fn blank_lines_are_those_of_blanks_alone() {
    for (line, blank) in
        [("", true), (" \t\r", true), ("\u{b}", false), ("\u{a0}", false), ("\0", false), (" x", false)]
    {
        let bytes = line.as_bytes();
        let line = Line { bytes, ahead: bytes, start: 0, len: bytes.len() as u64, end_len: 1, number: 1 };
        assert_eq!(line.is_blank(), blank, "{}", bytes.escape_ascii());
    }
}

/// A few of these are a line that is too long, one of them ends where its beginning does.
const LONG: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

proptest! {
    #[test]
    fn every_byte_belongs_to_exactly_one_line(
        pieces in prop::collection::vec(prop::sample::select(vec!["a", "\n", "\r\n", "\r", "\u{feff}", LONG, "\0"]), 0..40),
        step in 1..300_usize,
        limit in 250..500_usize,
    ) {
        let bytes = pieces.concat().into_bytes();
        let mut at: usize = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        for (text, start, len, end_len, _) in cut(&bytes, step, limit) {
            prop_assert_eq!(start, at as u64);
            let end_at = at + usize::try_from(len).unwrap();
            let whole = &bytes[at..end_at];
            prop_assert!(whole.starts_with(&text));
            let end = &bytes[end_at..end_at + usize::from(end_len)];
            prop_assert!(matches!(end, b"" | b"\n" | b"\r\n" | b"\r"));
            at = end_at + usize::from(end_len);
        }
        prop_assert_eq!(at, bytes.len());
    }
}
