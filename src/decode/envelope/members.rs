//! The members of an object, as they stand in the line.
//!
//! Imports: siblings. Promise: the last of a name that comes twice counts, as everywhere; an object of more members than any
//! envelope has is none.

use crate::decode::Value;
use crate::decode::scan::{Raw, Scan};
use crate::decode::shape::Shape;

/// An object with more members is no envelope.
const MOST_MEMBERS: usize = 512;

/// The members of a whole object.
pub(crate) struct Members<'a>(Vec<(&'a [u8], Raw<'a>)>);

impl<'a> Members<'a> {
    /// Of the object that `line` is; `None`: it is none, or breaks JSON's grammar.
    pub(crate) fn of(line: &'a [u8]) -> Option<Self> {
        let mut scan = Scan::new(line);
        if scan.peek() != Some(b'{') {
            return None;
        }
        let more = scan.open_object().ok()?;
        Self::from(scan, more)
    }
    /// Those after the first member and its comma.
    pub(crate) fn after_first(rest: &'a [u8]) -> Option<Self> {
        Self::from(Scan::new(rest), true)
    }
    fn from(mut scan: Scan<'a>, mut more: bool) -> Option<Self> {
        let mut members = Vec::new();
        while more {
            if members.len() == MOST_MEMBERS {
                return None;
            }
            members.push((scan.key().ok()?, scan.value().ok()?));
            more = scan.next_in_object().ok()?;
        }
        scan.end().ok()?;
        Some(Self(members))
    }
    /// Whether the object is an alert itself.
    pub(crate) fn is_alert(&self) -> bool {
        let mut shape = Shape::default();
        for (name, raw) in &self.0 {
            shape.saw(name, value(*raw));
        }
        shape.verdict().is_ok()
    }
    /// The value of a name.
    pub(crate) fn raw(&self, name: &str) -> Option<Raw<'a>> {
        self.0.iter().rev().find(|(own, _)| *own == name.as_bytes()).map(|(_, raw)| *raw)
    }
    /// The text of a name, escapes unread; `None`: it is not there or something else.
    pub(crate) fn text(&self, name: &str) -> Option<&'a [u8]> {
        match self.raw(name)? {
            Raw::Text(text) => Some(text),
            _ => None,
        }
    }
    /// The object of a name, as it stands in the line.
    pub(crate) fn object(&self, name: &str) -> Option<&'a [u8]> {
        match self.raw(name)? {
            Raw::Object(object) => Some(object),
            _ => None,
        }
    }
    /// The number of a name, also one that is written as a text.
    pub(crate) fn number(&self, name: &str) -> Option<&'a str> {
        match self.raw(name)? {
            Raw::Number(digits) => Some(digits),
            Raw::Text(digits) => {
                std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            }
            _ => None,
        }
    }
    /// Whether the name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }
    /// Its only member, if it has no other.
    pub(crate) fn only(&self) -> Option<(&'a [u8], Raw<'a>)> {
        match self.0.as_slice() {
            [member] => Some(*member),
            _ => None,
        }
    }
}

/// As much of the value as tells what it is.
fn value(raw: Raw<'_>) -> Value<'_> {
    match raw {
        Raw::Text(text) => Value::Text(text),
        Raw::Number(digits) => Value::Number(digits),
        Raw::Bool(is_true) => Value::Bool(is_true),
        Raw::Null => Value::Null,
        Raw::List(text) => Value::List(text),
        Raw::Object(text) => Value::Object(text),
    }
}
