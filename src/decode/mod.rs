//! A line → an alert, or the reason why it is none.
//!
//! Lives here: the decoders behind one small trait: `serde_json` for what it can keep exactly, a tolerant one for what an
//! attacker can write and `serde_json` refuses; what lies around alerts (`envelope`), Falco's text (`text`). Not here: where
//! lines begin (`frame`), what is kept (`store`). Imports: `base`, `frame`. Promise: wherever both decoders read a line, they
//! hand out equal values in equal order.

pub(crate) mod bare;
pub(crate) mod collect;
pub(crate) mod cutter;
pub(crate) mod envelope;
pub(crate) mod escape;
mod instant;
pub(crate) mod join;
mod json;
mod noise;
mod own;
mod scan;
mod shape;
mod text;
mod tolerant;
pub(crate) mod value;

use std::fmt;

use crate::base::Clean;
use crate::decode::collect::Collector;
use crate::decode::envelope::Room;
pub(crate) use crate::decode::instant::instant;
use crate::decode::json::Json;
use crate::decode::tolerant::Tolerant;
pub(crate) use own::{Nothing, own};
pub(crate) use value::{Scope, Value};

/// Takes the values of one alert in the order of the line.
pub(crate) trait Sink {
    /// A line begins; what came of a line before it, or of a first try at this one, is forgotten.
    fn begin(&mut self);
    /// One value. A name that comes twice comes twice: the last counts.
    fn value(&mut self, scope: Scope, name: &[u8], value: Value<'_>);
    /// `output_fields` comes a second time, and the last counts: the fields handed out so far are forgotten.
    fn fields_again(&mut self);
}

/// Why a line is no alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// JSON that stops in the middle: `ends inside a string`.
    CutOff(&'static str),
    /// Neither JSON nor text of Falco's.
    NotJson(&'static str),
    /// JSON without what makes an alert: `no "rule" in it`.
    NotAnAlert(&'static str),
    /// Longer than the limit, in bytes.
    TooLong(u64),
}

/// Reads one line.
pub(crate) trait Decoder {
    /// Hands every value of the alert in `line` to `sink`; on `Err` what the sink got means nothing.
    fn decode<S: Sink>(&mut self, line: &[u8], sink: &mut S) -> Result<(), Reason>;
}

/// Falco's alerts of every version, in whatever lies around them: JSON, or the object made of Falco's text.
#[derive(Debug, Default)]
pub(crate) struct Falco {
    plain: Plain,
    room: Room,
}

impl Decoder for Falco {
    fn decode<S: Sink>(&mut self, line: &[u8], sink: &mut S) -> Result<(), Reason> {
        let Self { plain, room } = self;
        envelope::unwrap(line, room, &mut |inner| plain.decode(inner, sink))
    }
}

/// Falco's JSON by itself: by `serde_json`, and what it refuses by the tolerant decoder, which also says why.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    json: Json,
    tolerant: Tolerant,
}

impl Decoder for Plain {
    fn decode<S: Sink>(&mut self, line: &[u8], sink: &mut S) -> Result<(), Reason> {
        match self.json.decode(line, sink) {
            Err(Reason::NotJson(_)) => self.tolerant.decode(line, sink),
            judged => judged,
        }
    }
}

/// Reads one line into an [`Alert`].
pub(crate) fn alert(line: &[u8]) -> Result<Alert, Reason> {
    let mut collector = Collector::default();
    Falco::default().decode(line, &mut collector)?;
    Ok(collector.alert())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff(how) => write!(f, "cut off: {how}"),
            Self::NotJson(how) => write!(f, "no JSON: {how}"),
            Self::NotAnAlert(how) => write!(f, "no alert: {how}"),
            Self::TooLong(bytes) => write!(f, "too long: {bytes} bytes"),
        }
    }
}

/// One alert, whole: for the one that is open and for reports. Thousands of these are never held.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Alert {
    /// Every value in the order of the line, each name once (the last counts).
    pub(crate) entries: Vec<Entry>,
}

/// One named value of an [`Alert`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Where the name stands.
    pub(crate) scope: Scope,
    /// The name, as bytes: an attacker may choose it.
    pub(crate) name: Vec<u8>,
    /// The value.
    pub(crate) value: Owned,
    /// The name came more than once in the line; this is the last.
    pub(crate) doubled: bool,
}

/// [`Value`] with its own memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Owned {
    /// See [`Value::Text`].
    Text(Vec<u8>),
    /// See [`Value::Number`].
    Number(String),
    /// See [`Value::Bool`].
    Bool(bool),
    /// See [`Value::List`].
    List(Vec<u8>),
    /// See [`Value::Object`].
    Object(Vec<u8>),
    /// See [`Value::Null`].
    Null,
}

impl Owned {
    /// The borrowed form.
    pub(crate) fn borrow(&self) -> Value<'_> {
        match self {
            Self::Text(t) => Value::Text(t),
            Self::Number(n) => Value::Number(n),
            Self::Bool(b) => Value::Bool(*b),
            Self::List(l) => Value::List(l),
            Self::Object(o) => Value::Object(o),
            Self::Null => Value::Null,
        }
    }
}

impl<'a> Value<'a> {
    /// The value as it reads: a text's bytes, a number's spelling, a list and an object as JSON. Empty for null.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Text(bytes) | Self::List(bytes) | Self::Object(bytes) => bytes,
            Self::Number(digits) => digits.as_bytes(),
            Self::Bool(true) => b"true",
            Self::Bool(false) => b"false",
            Self::Null => b"",
        }
    }
    /// The value with its own memory.
    pub(crate) fn to_owned(self) -> Owned {
        match self {
            Self::Text(t) => Owned::Text(t.to_vec()),
            Self::Number(n) => Owned::Number(n.to_owned()),
            Self::Bool(b) => Owned::Bool(b),
            Self::List(l) => Owned::List(l.to_vec()),
            Self::Object(o) => Owned::Object(o.to_vec()),
            Self::Null => Owned::Null,
        }
    }
    /// The value as it is shown.
    pub(crate) fn clean(self) -> Clean {
        Clean::from_bytes(self.bytes())
    }
}

impl Alert {
    /// The value of a name; `None` when it is not there or null.
    pub(crate) fn get(&self, scope: Scope, name: &str) -> Option<Value<'_>> {
        let entry = self.entries.iter().find(|e| e.scope == scope && e.name == name.as_bytes())?;
        Some(entry.value.borrow()).filter(|v| *v != Value::Null)
    }
    /// The value that a filter's or a playbook's name means: an alert-level name if it is one, else a field.
    pub(crate) fn named(&self, name: &str) -> Option<Value<'_>> {
        self.get(Scope::of(name), name)
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
