//! An alert's own bytes, without what was around it in its line.
//!
//! Imports: siblings. Promise: one line; of an alert with nothing around it the bytes as they are, without blanks at its ends;
//! where it lay over several lines, the same without the blanks between values.

use std::borrow::Cow;

use crate::decode::bare::{Bare, begins_as_alert};
use crate::decode::envelope::{Room, unwrap};
use crate::decode::{Decoder, Falco, Plain, Reason, Scope, Sink, Value};

/// The alert's own bytes in a line; of a line that is no alert, the line.
pub(crate) fn own(line: &[u8]) -> Cow<'_, [u8]> {
    let line = line.trim_ascii();
    if begins_as_alert(line) && Bare::default().is_bare(line) {
        return on_one_line(line);
    }
    let (mut plain, mut own) = (Plain::default(), None);
    let mut take = |inner: &[u8]| -> Result<(), Reason> {
        plain.decode(inner, &mut Nothing)?;
        own = (inner.trim_ascii() != line).then(|| on_one_line(inner.trim_ascii()).into_owned());
        Ok(())
    };
    let is_alert = unwrap(line, &mut Room::default(), &mut take).is_ok();
    match own {
        Some(own) if is_alert => Cow::Owned(own),
        _ if is_alert => on_one_line(line),
        _ => Cow::Borrowed(line),
    }
}

impl Falco {
    /// Decodes the line, and leaves in `own` what [`own`] gives of it.
    pub(crate) fn decode_with_own<S: Sink>(
        &mut self,
        line: &[u8],
        sink: &mut S,
        own: &mut Vec<u8>,
    ) -> Result<(), Reason> {
        let Self { plain, room } = self;
        unwrap(line, room, &mut |inner| {
            plain.decode(inner, sink)?;
            own.clear();
            own.extend_from_slice(&on_one_line(inner.trim_ascii()));
            Ok(())
        })
    }
}

/// JSON without line ends: where it has any, without blanks between its values.
fn on_one_line(json: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\n', b'\r', json).is_none() {
        return Cow::Borrowed(json);
    }
    let (mut compact, mut in_text, mut escaped) = (Vec::with_capacity(json.len()), false, false);
    for byte in json {
        match byte {
            b'\n' if in_text => compact.extend_from_slice(b"\\n"),
            b'\r' if in_text => compact.extend_from_slice(b"\\r"),
            b' ' | b'\t' | b'\n' | b'\r' if !in_text => {}
            _ => compact.push(*byte),
        }
        in_text ^= *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
    }
    Cow::Owned(compact)
}

/// Keeps nothing.
pub(crate) struct Nothing;

impl Sink for Nothing {
    fn begin(&mut self) {}
    fn value(&mut self, _scope: Scope, _name: &[u8], _value: Value<'_>) {}
    fn fields_again(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_its_own_bytes() {
        let cases = [
            (r#"{"rule":"r", "output": "o"}"#, r#"{"rule":"r", "output": "o"}"#),
            ("  {\"rule\":\"r\",\"output\":\"o\"}\t", r#"{"rule":"r","output":"o"}"#),
            ("{\n  \"rule\": \"a  b\",\n  \"output\": \"\\\"  x\"\n}", r#"{"rule":"a  b","output":"\"  x"}"#),
            (
                r#"{"log":"{\"rule\":\"r\", \"output\":\"\\\"o\"}\n","stream":"stdout","time":"t"}"#,
                r#"{"rule":"r", "output":"\"o"}"#,
            ),
            (r#"{"_index":"i","_source":{"rule":"r","output":"o"}}"#, r#"{"rule":"r","output":"o"}"#),
            (
                "18:29:57.848684705: Notice x",
                r#"{"output":"18:29:57.848684705: Notice x","output_fields":{},"priority":"Notice","recovered_from":"text"}"#,
            ),
            ("no alert", "no alert"),
            ("", ""),
        ];
        for (line, want) in cases {
            assert_eq!(String::from_utf8_lossy(&own(line.as_bytes())), want, "{line}");
        }
    }
}
