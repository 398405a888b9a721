//! What a body holds: unpacked, and cut so that one alert is one line.
//!
//! Lives here: gzip with a bound, line ends inside a value. Not here: what the lines mean (`decode`). Imports: no other
//! room. Promise: only blanks are changed, never what stands in a string, and no line is joined to another value's.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// What came of unpacking.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unpacked {
    /// All of it.
    Whole(Vec<u8>),
    /// It is longer than the bound.
    TooLong,
    /// It is no gzip, or ends too early.
    Broken,
}

/// Unpacks a gzip stream of at most `limit` bytes.
pub(crate) fn unpacked(packed: &[u8], limit: usize) -> Unpacked {
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    match MultiGzDecoder::new(packed).take(bound).read_to_end(&mut body) {
        Ok(len) if len > limit => Unpacked::TooLong,
        Ok(_) => Unpacked::Whole(body),
        Err(_) => Unpacked::Broken,
    }
}

/// The body without blanks around it and with line ends only between values.
///
/// A pretty-printed value becomes one line; JSON lines stay lines, and so does what is neither. A `text` is one alert of
/// Falco's, in which a line end comes from what an attacker wrote: it becomes a blank, lest it begins an alert of its own.
pub(crate) fn lines(body: &[u8], text: bool) -> Vec<u8> {
    let body = body.trim_ascii();
    let mut line = body.to_vec();
    if !body.iter().copied().any(is_line_end) {
        return line;
    }
    let is_json = matches!(body.first(), Some(b'{' | b'['));
    if is_json {
        join_values(body, &mut line);
    } else if text {
        line.iter_mut().filter(|byte| is_line_end(**byte)).for_each(|byte| *byte = b' ');
    }
    line
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Makes blanks of the line ends inside of values, if every value in `body` ends.
fn join_values(body: &[u8], line: &mut [u8]) {
    let mut at = Inside::default();
    let mut inner = Vec::new();
    for (index, byte) in body.iter().copied().enumerate() {
        if is_line_end(byte) && at.depth > 0 {
            // A string can't hold a line end: this one was cut off, and what follows is another value.
            if at.string {
                return;
            }
            inner.push(index);
        }
        if !at.after(byte) {
            return;
        }
    }
    if at.depth == 0 && !at.string {
        inner.into_iter().filter_map(|index| line.get_mut(index).map(|byte| *byte = b' ')).for_each(drop);
    }
}

/// Where in JSON a byte stands.
#[derive(Default)]
struct Inside {
    depth: usize,
    string: bool,
    escape: bool,
}

impl Inside {
    /// Goes past `byte`; false where a bracket closes that never opened.
    fn after(&mut self, byte: u8) -> bool {
        if self.string {
            self.string = byte != b'"' || self.escape;
            self.escape = byte == b'\\' && !self.escape;
            return true;
        }
        match byte {
            b'"' => self.string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => match self.depth.checked_sub(1) {
                Some(depth) => self.depth = depth,
                None => return false,
            },
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(body).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_up_to_a_bound() {
        let two = [packed(b"{}\n"), packed(b"[]")].concat();
        let cut = packed(&[b'x'; 100]);
        let cases: [(&[u8], usize, Unpacked); 7] = [
            (&packed(b"{}"), 2, Unpacked::Whole(b"{}".to_vec())),
            (&packed(b"{}"), 1, Unpacked::TooLong),
            (&packed(&vec![b' '; 100_000_000]), 1 << 20, Unpacked::TooLong),
            (&two, 100, Unpacked::Whole(b"{}\n[]".to_vec())),
            (cut.split_at(cut.len() - 9).0, 1000, Unpacked::Broken),
            (b"{}", 100, Unpacked::Broken),
            (b"\x1f\x8b", 100, Unpacked::Broken),
        ];
        for (body, limit, want) in cases {
            assert_eq!(unpacked(body, limit), want, "{limit}");
        }
    }

    #[test]
    fn one_value_is_one_line() {
        let cases = [
            ("{\"a\":1}", "{\"a\":1}"),
            ("{\"a\":1}\n", "{\"a\":1}"),
            ("\r\n {\"a\":1} \n\n", "{\"a\":1}"),
            ("{\n  \"a\": 1\n}", "{   \"a\": 1 }"),
            ("{\r\n\"a\":1}", "{  \"a\":1}"),
            ("{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}\n{\"b\":2}"),
            ("{\n\"a\":1}\n{\"b\":\n2}", "{ \"a\":1}\n{\"b\": 2}"),
            ("[\n{},\n{}\n]", "[ {}, {} ]"),
            ("{\"a\":\"\\\"{\"}\n{}", "{\"a\":\"\\\"{\"}\n{}"),
            ("{\"a\":\"\\\\\"\n}", "{\"a\":\"\\\\\" }"),
            // Broken: nothing is joined to anything.
            ("{\"a\":\n{\"b\":2}", "{\"a\":\n{\"b\":2}"),
            ("{\"a\":\"x\n{\"b\":2}", "{\"a\":\"x\n{\"b\":2}"),
            ("{}}\n{\n}", "{}}\n{\n}"),
            ("one\ntwo", "one\ntwo"),
            (" \n ", ""),
            ("", ""),
        ];
        for (body, want) in cases {
            assert_eq!(String::from_utf8(lines(body.as_bytes(), false)).unwrap(), want, "{body:?}");
        }
    }

    #[test]
    fn a_text_is_one_line_whatever_an_attacker_wrote_in_it() {
        let cases = [
            (
                "12:00:00.0: Notice cat x\n12:00:01.0: Critical faked\r\n",
                "12:00:00.0: Notice cat x 12:00:01.0: Critical faked",
            ),
            ("{\"a\":1}\n{\"b\":2}", "{\"a\":1}\n{\"b\":2}"),
        ];
        for (body, want) in cases {
            assert_eq!(String::from_utf8(lines(body.as_bytes(), true)).unwrap(), want, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn only_line_ends_are_changed(body in "[\\[\\]{}\"\\\\,:a \n\r]{0,60}", text: bool) {
            let got = lines(body.as_bytes(), text);
            let want = body.as_bytes().trim_ascii();
            prop_assert_eq!(got.len(), want.len());
            for (got, want) in got.iter().zip(want) {
                prop_assert!(got == want || (*got == b' ' && is_line_end(*want)));
            }
        }

        #[test]
        fn a_value_reads_the_same_in_one_line(value in r#"\{("a{0,3}": ?(1|"x\\"y"|\[1,2\]),){0,4}"z":null\}"#) {
            let value: serde_json::Value = serde_json::from_str(&value).unwrap();
            let pretty = serde_json::to_vec_pretty(&value).unwrap();
            let line = lines(&pretty, false);
            prop_assert!(!line.contains(&b'\n'));
            prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&line).unwrap(), value);
        }
    }
}
