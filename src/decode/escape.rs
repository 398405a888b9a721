//! The escapes of a JSON text → the bytes that they mean.
//!
//! Imports: nothing of the house. Promise: half of a surrogate pair becomes WTF-8, an escape that is none stays as it
//! stands, and no other byte is touched.

use memchr::memchr;

/// The text between two quotes, its escapes read; borrowed where it has none, else in `scratch`.
pub(crate) fn unescaped<'a>(text: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if memchr(b'\\', text).is_none() {
        return text;
    }
    unescape_to(text, scratch, Quotes::Pass);
    scratch
}

/// The same into `scratch` always. `false`: a quote stands in it without a backslash, so that it is more than one text.
pub(crate) fn unescape_one(text: &[u8], scratch: &mut Vec<u8>) -> bool {
    unescape_to(text, scratch, Quotes::Stop)
}

/// What is done at a quote that is not escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Pass,
    Stop,
}

/// So many bytes are looked at together.
const STEP: usize = 16;

/// Escapes stand close together where JSON lies in JSON: sixteen bytes at a time are faster there than a search for the next.
fn unescape_to(text: &[u8], out: &mut Vec<u8>, quotes: Quotes) -> bool {
    out.clear();
    out.resize(text.len() + STEP, 0);
    let (mut from, mut to) = (0, 0);
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let bytes = step(rest);
        if let Some(room) = out.get_mut(to..to + STEP) {
            room.copy_from_slice(&bytes);
        }
        let plain = plain_bytes(bytes).min(rest.len());
        (from, to) = (from + plain, to + plain);
        match rest.get(plain) {
            Some(b'\\') if plain < STEP && rest.get(plain + 1) == Some(&b'"') => {
                if let Some(room) = out.get_mut(to) {
                    *room = b'"';
                }
                (from, to) = (from + 2, to + 1);
            }
            Some(b'\\') if plain < STEP => {
                let (escape, read) = escape(rest.get(plain + 1..).unwrap_or_default());
                if let Some(room) = out.get_mut(to..to + 4) {
                    room.copy_from_slice(&escape.bytes);
                }
                (from, to) = (from + 1 + read, to + escape.len);
            }
            Some(b'"') if plain < STEP && quotes == Quotes::Stop => return false,
            Some(_) if plain < STEP => (from, to) = (from + 1, to + 1),
            _ => {}
        }
    }
    out.truncate(to);
    true
}

/// The next bytes, or those that are left and zeros.
fn step(rest: &[u8]) -> [u8; STEP] {
    if let Some(bytes) = rest.first_chunk() {
        return *bytes;
    }
    let mut bytes = [0; STEP];
    bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    bytes
}

/// How many bytes stand before the first backslash or quote.
fn plain_bytes(bytes: [u8; STEP]) -> usize {
    const LOW: u128 = u128::from_ne_bytes([1; STEP]);
    let word = u128::from_le_bytes(bytes);
    // The lowest bit that is left is that of the first byte which is zero.
    let zeros = |word: u128| word.wrapping_sub(LOW) & !word & (LOW << 7);
    let found = zeros(word ^ (LOW * u128::from(b'\\'))) | zeros(word ^ (LOW * u128::from(b'"')));
    found.trailing_zeros() as usize / 8
}

/// What an escape means.
struct Meant {
    bytes: [u8; 4],
    len: usize,
}

impl Meant {
    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], len: 1 }
    }
    fn itself(letter: u8) -> Self {
        Self { bytes: [b'\\', letter, 0, 0], len: 2 }
    }
}

/// Reads the escape at the start of `rest`, after its backslash, and says how many bytes it has there.
fn escape(rest: &[u8]) -> (Meant, usize) {
    let Some((&letter, after)) = rest.split_first() else { return (Meant::byte(b'\\'), 0) };
    let meant = match letter {
        b'"' | b'\\' | b'/' => Meant::byte(letter),
        b'b' => Meant::byte(8),
        b'f' => Meant::byte(12),
        b'n' => Meant::byte(b'\n'),
        b'r' => Meant::byte(b'\r'),
        b't' => Meant::byte(b'\t'),
        b'u' => return unicode(after),
        _ => Meant::itself(letter),
    };
    (meant, 1)
}

/// After `\\u`.
fn unicode(rest: &[u8]) -> (Meant, usize) {
    let Some((unit, after)) = hex4(rest) else { return (Meant::itself(b'u'), 1) };
    if let (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) = (unit, after)
        && let Some((low @ 0xdc00..=0xdfff, _)) = hex4(low)
    {
        return (code_point(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), 11);
    }
    (code_point(unit), 5)
}

/// Four hexadecimal digits and what follows them.
fn hex4(rest: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = rest.split_at_checked(4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let unit = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((unit, after))
}

/// UTF-8, and for half of a pair the same three bytes that UTF-8 would have if it allowed them (WTF-8).
fn code_point(code: u32) -> Meant {
    if let Some(letter) = char::from_u32(code) {
        let mut bytes = [0; 4];
        let len = letter.encode_utf8(&mut bytes).len();
        return Meant { bytes, len };
    }
    let bytes = [0xe0 | (code >> 12), 0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f), 0].map(low_byte);
    Meant { bytes, len: 3 }
}

fn low_byte(number: u32) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_what_is_none_stays() {
        let cases: [(&str, &[u8]); 14] = [
            (r#"0123456789abcde\"f0123456789abcdef\n"#, b"0123456789abcde\"f0123456789abcdef\n"),
            (
                r#"0123456789abcdef\"0123456789abcdef0123456789abcdef\\"#,
                b"0123456789abcdef\"0123456789abcdef0123456789abcdef\\",
            ),
            (r#"0123456\"89\"\"abcdefg\\"#, b"0123456\"89\"\"abcdefg\\"),
            (r"\ud83d\ude00\ud83d\ude00", "😀😀".as_bytes()),
            (r#"a"b\n"#, b"a\"b\n"),
            ("1234567\\", b"1234567\\"),
            ("plain ü", "plain ü".as_bytes()),
            (r#"\"\\\/\b\f\n\r\t"#, b"\"\\/\x08\x0c\n\r\t"),
            (r"\u003c\u00fc\ud83d\ude00", "<ü😀".as_bytes()),
            (r"\ud800x\ud800\u0041", b"\xed\xa0\x80x\xed\xa0\x80A"),
            (r"\udc00", b"\xed\xb0\x80"),
            (r"\u12", b"\\u12"),
            (r"\q", b"\\q"),
            ("cut\\", b"cut\\"),
        ];
        for (text, want) in cases {
            assert_eq!(unescaped(text.as_bytes(), &mut Vec::new()), want, "{text}");
        }
    }
}
