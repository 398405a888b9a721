//! Falco's JSON for what `serde_json` refuses and an attacker can write; and the exact reason where a line is no alert.
//!
//! Lives here: the walk over the alert's two objects, and texts with their escapes read. The grammar is `scan`'s.
//! Imports: siblings. Promise: bytes that are no UTF-8 stay as they are, a lone surrogate becomes WTF-8, a control
//! character in a text is itself; no depth needs stack.

use memchr::memchr;

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
        let name = scan.key()?;
        let name = unescaped(name, &mut self.name)?;
        let is_fields = name == b"output_fields";
        if is_fields {
            shape.fields_begin(sink);
        }
        if is_fields && scan.peek() == Some(b'{') {
            shape.saw(b"output_fields", Value::Object(b""));
            return self.fields(scan, sink);
        }
        let raw = scan.value()?;
        let value = value_of(raw, &mut self.text)?;
        shape.saw(name, value);
        sink.value(scope_of(name), name, value);
        Ok(())
    }
    fn fields(&mut self, scan: &mut Scan<'_>, sink: &mut impl Sink) -> Result<(), Reason> {
        let mut more = scan.open_object()?;
        while more {
            let name = scan.key()?;
            let name = unescaped(name, &mut self.name)?;
            let value = value_of(scan.value()?, &mut self.text)?;
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

fn value_of<'a>(raw: Raw<'a>, scratch: &'a mut Vec<u8>) -> Result<Value<'a>, Reason> {
    Ok(match raw {
        Raw::Text(text) => Value::Text(unescaped(text, scratch)?),
        Raw::Number(digits) => Value::Number(digits),
        Raw::Bool(is_true) => Value::Bool(is_true),
        Raw::Null => Value::Null,
        Raw::List(text) => Value::List(text),
        Raw::Object(text) => Value::Object(text),
    })
}

/// The text between two quotes, its escapes read. `scan` has checked them.
fn unescaped<'a>(text: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Reason> {
    if memchr(b'\\', text).is_none() {
        return Ok(text);
    }
    scratch.clear();
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        scratch.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = push_escape(rest.get(at + 1..).unwrap_or_default(), scratch)?;
    }
    scratch.extend_from_slice(rest);
    Ok(scratch)
}

/// Reads the escape at the start of `rest`, after its backslash, and gives what follows it.
fn push_escape<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> Result<&'a [u8], Reason> {
    let bad = Reason::NotJson("an escape that is none");
    let (&first, after) = rest.split_first().ok_or(bad.clone())?;
    match first {
        b'"' | b'\\' | b'/' => into.push(first),
        b'b' => into.push(8),
        b'f' => into.push(12),
        b'n' => into.push(b'\n'),
        b'r' => into.push(b'\r'),
        b't' => into.push(b'\t'),
        b'u' => return push_unicode(after, into).ok_or(bad),
        _ => return Err(bad),
    }
    Ok(after)
}

fn push_unicode<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (unit, after) = hex4(rest)?;
    if let (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) = (unit, after)
        && let Some((low @ 0xdc00..=0xdfff, after_pair)) = hex4(low)
    {
        push_code_point(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), into);
        return Some(after_pair);
    }
    push_code_point(unit, into);
    Some(after)
}

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
