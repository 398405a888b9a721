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
    scratch.clear();
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        scratch.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = push_escape(rest.get(at + 1..).unwrap_or_default(), scratch);
    }
    scratch.extend_from_slice(rest);
    scratch
}

/// Reads the escape at the start of `rest`, after its backslash, and gives what follows it.
fn push_escape<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let Some((&letter, after)) = rest.split_first() else {
        into.push(b'\\');
        return rest;
    };
    match letter {
        b'"' | b'\\' | b'/' => into.push(letter),
        b'b' => into.push(8),
        b'f' => into.push(12),
        b'n' => into.push(b'\n'),
        b'r' => into.push(b'\r'),
        b't' => into.push(b'\t'),
        b'u' => return push_unicode(after, into),
        _ => into.extend([b'\\', letter]),
    }
    after
}

fn push_unicode<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let Some((unit, after)) = hex4(rest) else {
        into.extend(b"\\u");
        return rest;
    };
    if let (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) = (unit, after)
        && let Some((low @ 0xdc00..=0xdfff, after_pair)) = hex4(low)
    {
        push_code_point(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), into);
        return after_pair;
    }
    push_code_point(unit, into);
    after
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
fn push_code_point(code: u32, into: &mut Vec<u8>) {
    match char::from_u32(code) {
        Some(c) => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => into.extend([0xe0 | (code >> 12), 0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f)].map(low_byte)),
    }
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
        let cases: [(&str, &[u8]); 8] = [
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
