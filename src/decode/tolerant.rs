//! Falco's JSON for what `serde_json` refuses and an attacker can write; and the exact reason where a line is no alert.
//!
//! Lives here: the walk over the alert's two objects. The grammar is `scan`'s, reading escapes `escape`'s.
//! Imports: siblings. Promise: bytes that are no UTF-8 stay as they are, a lone surrogate becomes WTF-8, a control
//! character in a text is itself; no depth needs stack.

use crate::decode::escape::unescaped;
use crate::decode::scan::{Raw, Scan};
use crate::decode::shape::{Shape, scope_of};
use crate::decode::{Decoder, Reason, Scope, Sink, Value};

/// The decoder that is asked second.
#[derive(Debug, Default)]
pub(crate) struct Tolerant {
    name: Vec<u8>,
    text: Vec<u8>,
}

impl Decoder for Tolerant {
    fn decode<S: Sink>(&mut self, line: &[u8], sink: &mut S) -> Result<(), Reason> {
        sink.begin();
        let mut scan = Scan::new(without_padding(line)?);
        if scan.peek() != Some(b'{') {
            return Err(why_no_object(&mut scan));
        }
        let mut shape = Shape::default();
        let mut more = scan.open_object()?;
        while more {
            self.pair(&mut scan, &mut shape, sink)?;
            more = scan.next_in_object()?;
        }
        scan.end()?;
        shape.verdict()
    }
}

impl Tolerant {
    /// One key of the alert's own object and its value.
    fn pair(&mut self, scan: &mut Scan<'_>, shape: &mut Shape, sink: &mut impl Sink) -> Result<(), Reason> {
        let name = unescaped(scan.key()?, &mut self.name);
        let is_fields = name == b"output_fields";
        if is_fields {
            shape.fields_begin(sink);
        }
        if is_fields && scan.peek() == Some(b'{') {
            shape.saw(b"output_fields", Value::Object(b""));
            return self.fields(scan, sink);
        }
        let raw = scan.value()?;
        let value = value_of(raw, &mut self.text);
        shape.saw(name, value);
        sink.value(scope_of(name), name, value);
        Ok(())
    }
    fn fields(&mut self, scan: &mut Scan<'_>, sink: &mut impl Sink) -> Result<(), Reason> {
        let mut more = scan.open_object()?;
        while more {
            let name = unescaped(scan.key()?, &mut self.name);
            let value = value_of(scan.value()?, &mut self.text);
            sink.value(Scope::Field, name, value);
            more = scan.next_in_object()?;
        }
        Ok(())
    }
}

/// A log that is cut to nothing while its writer goes on has NUL bytes up to the place where the writer was.
fn without_padding(line: &[u8]) -> Result<&[u8], Reason> {
    match line.iter().position(|&b| b != 0) {
        Some(at) => Ok(line.get(at..).unwrap_or_default()),
        None if line.is_empty() => Ok(line),
        None => Err(Reason::NotJson("nothing but NUL bytes")),
    }
}

/// The line holds no object: another JSON value, or none.
fn why_no_object(scan: &mut Scan<'_>) -> Reason {
    if !matches!(scan.peek(), Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')) {
        return Reason::NotJson("it does not begin with {");
    }
    match scan.value().and_then(|raw| scan.end().map(|()| raw)) {
        Ok(Raw::List(_)) => Reason::NotAnAlert("a list, not an object"),
        Ok(_) => Reason::NotAnAlert("a single value, not an object"),
        Err(cut_off @ Reason::CutOff(_)) => cut_off,
        Err(_) => Reason::NotJson("it does not begin with {"),
    }
}

fn value_of<'a>(raw: Raw<'a>, scratch: &'a mut Vec<u8>) -> Value<'a> {
    match raw {
        Raw::Text(text) => Value::Text(unescaped(text, scratch)),
        Raw::Number(digits) => Value::Number(digits),
        Raw::Bool(is_true) => Value::Bool(is_true),
        Raw::Null => Value::Null,
        Raw::List(text) => Value::List(text),
        Raw::Object(text) => Value::Object(text),
    }
}
