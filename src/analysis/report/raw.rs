//! An alert's own bytes as compact JSON that every program reads.
//!
//! Lives here: blanks outside strings taken out, and what some reader of JSON refuses put into a form that none does:
//! one such alert would cost its reader the whole report. Imports: nothing. Promise: where no reader would stumble,
//! spelling of numbers, order of keys and keys given twice stay; where anything had to be changed, that is told.

use std::fmt::Write;

use serde_json::value::RawValue;

/// How deep an alert may be nested: readers stop at 128 levels and the report adds a few of its own.
const MAX_DEPTH: usize = 100;

/// The alert as JSON, and whether it differs from its bytes in more than blanks. A byte that is no UTF-8 and half of a
/// surrogate pair become U+FFFD, a number out of range and what is nested too deep become strings of themselves.
pub(crate) fn json(line: &[u8]) -> (Box<RawValue>, bool) {
    let text = String::from_utf8_lossy(line);
    let mut writer = Writer { changed: text.as_bytes() != line, ..Writer::default() };
    writer.outside(&text);
    match RawValue::from_string(writer.out) {
        Ok(json) => (json, writer.changed),
        Err(_) => (serde_json::value::to_raw_value(&text).unwrap_or_default(), true),
    }
}

/// What has been written, and how deep in the alert it ends.
#[derive(Debug, Default)]
struct Writer {
    out: String,
    depth: usize,
    changed: bool,
}

impl Writer {
    /// Everything: structure, and strings as they come.
    fn outside(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = match c {
                ' ' | '\t' | '\n' | '\r' => after,
                '"' => self.string(after),
                '{' | '[' => self.open(c, after),
                '}' | ']' => self.close(c, after),
                '-' | '0'..='9' => self.number(rest),
                other => self.push(other, after),
            };
        }
    }

    /// Writes a character; below the depth it is part of a string.
    fn push<'t>(&mut self, c: char, after: &'t str) -> &'t str {
        if self.depth > MAX_DEPTH && matches!(c, '"' | '\\') {
            self.out.push('\\');
        }
        if c < ' ' {
            self.changed = true;
            let _ = write!(self.out, "\\u{:04x}", u32::from(c));
        } else {
            self.out.push(c);
        }
        after
    }

    fn open<'t>(&mut self, c: char, after: &'t str) -> &'t str {
        if self.depth == MAX_DEPTH {
            self.changed = true;
            self.out.push('"');
        }
        self.depth += 1;
        self.push(c, after)
    }

    fn close<'t>(&mut self, c: char, after: &'t str) -> &'t str {
        self.push(c, after);
        self.depth = self.depth.saturating_sub(1);
        if self.depth == MAX_DEPTH {
            self.out.push('"');
        }
        after
    }

    fn number<'t>(&mut self, text: &'t str) -> &'t str {
        let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let (number, after) = text.split_at(text.len() - text.trim_start_matches(is_part).len());
        let fits = number.parse().is_ok_and(f64::is_finite);
        if fits || self.depth > MAX_DEPTH {
            self.out.push_str(number);
        } else {
            self.changed = true;
            let _ = write!(self.out, "\"{number}\"");
        }
        after
    }

    /// A string from behind its opening quote to behind its closing one.
    fn string<'t>(&mut self, text: &'t str) -> &'t str {
        let mut rest = self.push('"', text);
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = match c {
                '"' => return self.push(c, after),
                '\\' => self.escape(after),
                other => self.push(other, after),
            };
        }
        rest
    }

    /// An escape from behind its backslash.
    fn escape<'t>(&mut self, text: &'t str) -> &'t str {
        let first = code_unit(text);
        let second = text.get(5..).and_then(|next| next.strip_prefix('\\')).and_then(code_unit);
        let length = match (first, second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 11,
            (Some(0xd800..=0xdfff), _) => {
                self.changed = true;
                self.push('\u{fffd}', "");
                return text.get(5..).unwrap_or_default();
            }
            (Some(_), _) => 5,
            (None, _) => text.chars().next().map_or(0, char::len_utf8),
        };
        self.push('\\', "");
        let (kept, after) = text.split_at_checked(length).unwrap_or((text, ""));
        for c in kept.chars() {
            self.push(c, "");
        }
        after
    }
}

/// The number of `uXXXX`.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_keeps_its_spelling_and_what_a_reader_would_refuse_is_told() {
        let cases: [(&[u8], &str, bool); 12] = [
            (br#"{"a":1.50,"a":1e2}"#, r#"{"a":1.50,"a":1e2}"#, false),
            (b"{ \"a b\" :\t[ 1 , \"x y\" ] }", r#"{"a b":[1,"x y"]}"#, false),
            (br#"{"a":"\" {  } \\"}"#, r#"{"a":"\" {  } \\"}"#, false),
            (br#"{"a":"\u00e9\ud83d\ude00\n"}"#, r#"{"a":"\u00e9\ud83d\ude00\n"}"#, false),
            (br#"{"a":18446744073709551615,"b":-0}"#, r#"{"a":18446744073709551615,"b":-0}"#, false),
            (b"{\"a\":\"\xff\"}", "{\"a\":\"\u{fffd}\"}", true),
            (br#"{"a":"\ud800x"}"#, "{\"a\":\"\u{fffd}x\"}", true),
            (br#"{"a":"\ud800\u0041\udc00"}"#, "{\"a\":\"\u{fffd}\\u0041\u{fffd}\"}", true),
            (br#"{"a":1e400}"#, r#"{"a":"1e400"}"#, true),
            (b"{\"a\":\"x\ty\"}", "{\"a\":\"x\\u0009y\"}", true),
            (b"no json", "\"no json\"", true),
            (b"{\"a\":\"\\", "\"{\\\"a\\\":\\\"\\\\\"", true),
        ];
        for (line, want, changed) in cases {
            let (json, told) = json(line);
            assert_eq!((json.get(), told), (want, changed));
        }
    }

    #[test]
    fn what_is_nested_too_deep_becomes_a_string_of_itself() {
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        let line = format!("{open}\"\\\"\"{close}");
        let (json, changed) = json(line.as_bytes());
        assert!(changed && serde_json::from_str::<serde_json::Value>(json.get()).is_ok());
        assert_eq!(json.get().replace(['"', '\\'], ""), format!("{open}{close}"));
    }

    proptest::proptest! {
        #[test]
        fn every_reader_reads_it(line in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            let quoted = [b"{\"a\":\"", line.as_slice(), b"\"}"].concat();
            for bytes in [&line, &quoted] {
                let (json, _) = json(bytes);
                proptest::prop_assert!(serde_json::from_str::<serde_json::Value>(json.get()).is_ok());
            }
        }
    }
}
