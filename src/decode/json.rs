//! Falco's JSON by `serde_json`: fast, strict, no tree of values.
//!
//! Lives here: the visitors. What `serde_json` refuses (bad UTF-8, lone surrogates, raw control characters) is the tolerant
//! decoder's. Imports: siblings. Promise: numbers keep their spelling, lists and objects their text, and nesting of any
//! depth needs no stack, because values are taken as `RawValue`.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::decode::shape::{Shape, scope_of};
use crate::decode::{Decoder, Reason, Scope, Sink, Value};

/// The decoder that is tried first. Its reasons say nothing: the tolerant decoder, which is asked next, has better ones.
#[derive(Debug, Default)]
pub(crate) struct Json;

impl Decoder for Json {
    fn decode<S: Sink>(&mut self, line: &[u8], sink: &mut S) -> Result<(), Reason> {
        sink.begin();
        let text = std::str::from_utf8(line).map_err(|_| Reason::NotJson("it is no UTF-8"))?;
        let mut shape = Shape::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        let alert = AlertVisitor { sink, shape: &mut shape };
        reader
            .deserialize_map(alert)
            .and_then(|()| reader.end())
            .map_err(|_| Reason::NotJson("serde_json refuses it"))?;
        shape.verdict()
    }
}

/// The alert's own object.
struct AlertVisitor<'s, S> {
    sink: &'s mut S,
    shape: &'s mut Shape,
}

impl<'de, S: Sink> Visitor<'de> for AlertVisitor<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an alert")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key_seed(NameSeed)? {
            if name == "output_fields" {
                self.shape.fields_begin(self.sink);
                map.next_value_seed(FieldsSeed { sink: self.sink, shape: self.shape })?;
                continue;
            }
            let raw: &RawValue = map.next_value()?;
            with_value::<A::Error>(raw.get(), |value| {
                self.shape.saw(name.as_bytes(), value);
                self.sink.value(scope_of(name.as_bytes()), name.as_bytes(), value);
            })?;
        }
        Ok(())
    }
}

/// `output_fields`: an object or null. Anything else is so odd that the tolerant decoder may have it.
struct FieldsSeed<'s, S> {
    sink: &'s mut S,
    shape: &'s mut Shape,
}

impl<'de, S: Sink> DeserializeSeed<'de> for FieldsSeed<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for FieldsSeed<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.shape.saw(b"output_fields", Value::Null);
        self.sink.value(Scope::Other, b"output_fields", Value::Null);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.shape.saw(b"output_fields", Value::Object(b""));
        while let Some(Name(name)) = map.next_key_seed(NameSeed)? {
            let raw: &RawValue = map.next_value()?;
            with_value::<A::Error>(raw.get(), |value| self.sink.value(Scope::Field, name.as_bytes(), value))?;
        }
        Ok(())
    }
}

/// A key, borrowed from the line unless it has an escape.
struct Name<'de>(Cow<'de, str>);

struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

/// Hands the value that `raw`, valid JSON without blanks around it, stands for to `with`.
fn with_value<E: Error>(raw: &str, with: impl FnOnce(Value<'_>)) -> Result<(), E> {
    match raw.as_bytes() {
        [b'"', text @ .., b'"'] if memchr(b'\\', text).is_none() => with(Value::Text(text)),
        [b'"', ..] => {
            let text: String = serde_json::from_str(raw).map_err(E::custom)?;
            with(Value::Text(text.as_bytes()));
        }
        [b'{', ..] => with(Value::Object(raw.as_bytes())),
        [b'[', ..] => with(Value::List(raw.as_bytes())),
        [b't', ..] => with(Value::Bool(true)),
        [b'f', ..] => with(Value::Bool(false)),
        [b'n', ..] => with(Value::Null),
        _ => with(Value::Number(raw)),
    }
    Ok(())
}
