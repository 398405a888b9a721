//! Tests of text of two and four bytes a character.

use std::io::{BufReader, Cursor};

use proptest::prelude::*;

use super::*;

/// In the encoding, behind its byte order mark.
fn encoded(text: &str, unit_bytes: usize, is_big_endian: bool) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    let units: Vec<u32> = match unit_bytes {
        2 => marked.encode_utf16().map(u32::from).collect(),
        _ => marked.chars().map(u32::from).collect(),
    };
    let bytes = |unit: u32| {
        let (big, little) = (unit.to_be_bytes(), unit.to_le_bytes());
        if is_big_endian { big[4 - unit_bytes..].to_vec() } else { little[..unit_bytes].to_vec() }
    };
    units.into_iter().flat_map(bytes).collect()
}

fn decoded(bytes: &[u8], buffer: usize) -> Vec<u8> {
    let Front::Marked(encoding) = begins(bytes, true) else { panic!("no mark: {bytes:?}") };
    let mut all = Vec::new();
    let input = Box::new(BufReader::with_capacity(buffer, Cursor::new(bytes.to_vec())));
    Utf16::new(input, encoding).read_to_end(&mut all).unwrap();
    all
}

#[test]
fn what_is_no_character_stays_visible() {
    let cases: [(&[u8], &[u8]); 8] = [
        (b"\xff\xfea\0", b"a"),
        (b"\xff\xfe", b""),
        (b"\xff\xfe\x00\xd8\n\0", b"\xed\xa0\x80\n"),
        (b"\xff\xfe\x00\xdca\0", b"\xed\xb0\x80a"),
        (b"\xff\xfe\x00\xd8\x00\xd8\x00\xdc", b"\xed\xa0\x80\xf0\x90\x80\x80"),
        (b"\xff\xfea\0\x3d\xd8", b"a\xed\xa0\xbd"),
        (b"\xff\xfea\0}", b"a\xef\xbf\xbd}"),
        (b"\xff\xfe\0\0\0\0\x11\0", b"\xef\xbf\xbd"),
    ];
    for (bytes, want) in cases {
        for buffer in [1, 3, 64] {
            assert_eq!(decoded(bytes, buffer), want, "{bytes:?}");
        }
    }
}

#[test]
fn a_mark_in_the_middle_is_a_character() {
    assert_eq!(decoded(b"\xfe\xff\0a\xfe\xff", 64), "a\u{feff}".as_bytes());
}

proptest! {
    #[test]
    fn text_is_the_same_in_every_encoding(text in any::<String>(), buffer in 1..9_usize, wide: bool, big: bool) {
        // Four bytes that begin with NUL would be the other mark.
        prop_assume!(!text.starts_with('\0'));
        let bytes = encoded(&text, if wide { 4 } else { 2 }, big);
        prop_assert_eq!(decoded(&bytes, buffer), text.as_bytes());
    }
}
