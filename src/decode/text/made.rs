//! The JSON object that is made of a text, written as Falco 0.39 and later write theirs.
//!
//! Imports: `base`, siblings. Promise: one line; bytes that are no UTF-8 stay as they are; what is empty is left out.

use std::io::Write;

use chrono::DateTime;

use crate::base::Nanos;
use crate::decode::text::pairs::Pair;

/// What is known of an alert that came as text.
pub(super) struct Made<'a> {
    pub(super) hostname: &'a [u8],
    pub(super) output: &'a [u8],
    pub(super) fields: &'a [Pair],
    pub(super) priority: &'a [u8],
    pub(super) recovered_from: &'static str,
    pub(super) rule: &'a [u8],
    pub(super) source: &'a [u8],
    /// With commas between.
    pub(super) tags: &'a [u8],
    pub(super) time: Option<Nanos>,
    pub(super) uuid: &'a [u8],
}

impl Made<'_> {
    /// The object.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut json = Vec::with_capacity(self.output.len() * 2 + 256);
        json.push(b'{');
        member(&mut json, "hostname", self.hostname);
        member(&mut json, "output", self.output);
        self.fields(&mut json);
        member(&mut json, "priority", self.priority);
        member(&mut json, "recovered_from", self.recovered_from.as_bytes());
        member(&mut json, "rule", self.rule);
        member(&mut json, "source", self.source);
        self.tags(&mut json);
        if let Some(time) = self.time {
            let time = DateTime::from_timestamp_nanos(time.0).format("%Y-%m-%dT%H:%M:%S%.9fZ");
            member(&mut json, "time", time.to_string().as_bytes());
        }
        member(&mut json, "uuid", self.uuid);
        json.push(b'}');
        json
    }
    fn fields(&self, json: &mut Vec<u8>) {
        comma(json);
        json.extend_from_slice(b"\"output_fields\":{");
        for pair in self.fields {
            comma(json);
            text(json, pair.field.as_bytes());
            json.push(b':');
            if pair.is_number { json.extend_from_slice(&pair.value) } else { text(json, &pair.value) }
        }
        json.push(b'}');
    }
    fn tags(&self, json: &mut Vec<u8>) {
        if self.tags.is_empty() {
            return;
        }
        comma(json);
        json.extend_from_slice(b"\"tags\":[");
        for tag in self.tags.split(|b| *b == b',') {
            comma(json);
            text(json, tag);
        }
        json.push(b']');
    }
}

/// A member, unless its text is empty.
fn member(json: &mut Vec<u8>, name: &str, value: &[u8]) {
    if value.is_empty() {
        return;
    }
    comma(json);
    text(json, name.as_bytes());
    json.push(b':');
    text(json, value);
}

/// A comma, unless something was just opened.
fn comma(json: &mut Vec<u8>) {
    if !matches!(json.last(), Some(b'{' | b'[')) {
        json.push(b',');
    }
}

/// A JSON string of bytes.
pub(super) fn text(json: &mut Vec<u8>, bytes: &[u8]) {
    json.push(b'"');
    let mut rest = bytes;
    while let Some(at) = special(rest) {
        json.extend_from_slice(rest.get(..at).unwrap_or_default());
        match rest.get(at) {
            Some(byte @ (b'"' | b'\\')) => json.extend([b'\\', *byte]),
            Some(b'\n') => json.extend_from_slice(b"\\n"),
            Some(b'\r') => json.extend_from_slice(b"\\r"),
            Some(b'\t') => json.extend_from_slice(b"\\t"),
            Some(byte) => _ = write!(json, "\\u{byte:04x}"),
            None => {}
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    json.extend_from_slice(rest);
    json.push(b'"');
}

/// So many bytes are looked at together.
const STEP: usize = 16;

/// The first byte that needs an escape.
fn special(bytes: &[u8]) -> Option<usize> {
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let is_plain = |step: &[u8; STEP]| !step.iter().fold(false, |any, byte| any | is_special(byte));
    let (steps, _) = bytes.as_chunks::<STEP>();
    let plain = steps.iter().take_while(|step| is_plain(step)).count() * STEP;
    bytes.get(plain..)?.iter().position(is_special).map(|at| plain + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_escaped_wherever_a_byte_needs_it() {
        for before in 0..40 {
            for (byte, want) in [(b'"', "\\\""), (b'\\', "\\\\"), (b'\n', "\\n"), (0, "\\u0000"), (0x1f, "\\u001f")] {
                let (head, tail) = ("a".repeat(before), "\u{7f}ü".repeat(before % 7));
                let mut json = Vec::new();
                text(&mut json, &[head.as_bytes(), &[byte], tail.as_bytes()].concat());
                assert_eq!(String::from_utf8(json).unwrap(), format!("\"{head}{want}{tail}\""));
            }
        }
    }
}
