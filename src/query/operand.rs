//! What stands in place of a field: a transformer of Falco's, or `val(…)` on the right side.
//!
//! Lives here: what each transformer makes of its arguments. Not here: how they are written (`operand_parse`), the test
//! of the made value (`eval`). Imports: `decode`. Promise: a missing argument makes the whole value missing.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::decode::{Owned, Value};
use crate::query::filter::{Absence, Fields};
use crate::query::getopt::options;
use crate::query::tree::Left;
use crate::query::value::Leaves;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    /// A field of the alert.
    Field(Left),
    /// A text in quotes, or a number.
    Text(Vec<u8>),
    /// What a transformer makes of one value.
    Made(Transformer, Box<Operand>),
    /// `join("-", (a, b))`: the texts with the first between them; `concat` has an empty one.
    Join(Vec<u8>, Vec<Operand>),
    /// `getopt(args, "nt:")`: the options among the arguments; with `[t]` the argument of one of them.
    Getopt(Arguments, Vec<u8>, Option<String>),
}

/// What `getopt` looks through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Arguments {
    /// One field: a list, or a text with blanks between its words.
    Of(Box<Operand>),
    /// A list that is written out.
    Listed(Vec<Operand>),
}

/// The transformers with one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transformer {
    /// `tolower`: ASCII letters.
    Lower,
    /// `toupper`: ASCII letters.
    Upper,
    /// `b64`: what the text says in base64; padding may be missing, and what can't be decoded is no value.
    Base64,
    /// `basename`: what is behind the last slash.
    Basename,
    /// `len`: bytes of a text, items of a list.
    Length,
}

impl Operand {
    /// Its value for an alert; `None` where something that it needs is missing.
    pub(crate) fn value(&self, fields: &dyn Fields, absence: Absence) -> Option<Owned> {
        match self {
            Self::Field(left) => fields.field(&left.name).filter(|value| absence.keeps(*value)).map(Value::to_owned),
            Self::Text(text) => Some(Owned::Text(text.clone())),
            Self::Made(transformer, of) => transformer.applied(of.value(fields, absence)?.borrow()),
            Self::Join(between, parts) => Some(Owned::Text(texts(parts, fields, absence)?.join(&between[..]))),
            Self::Getopt(of, known, option) => {
                let arguments = of.texts(fields, absence)?;
                let found = options(&arguments, known);
                match option {
                    Some(option) => found.argument_of(option.as_bytes()).map(|argument| Owned::Text(argument.to_vec())),
                    None => Some(list(&found.listed())),
                }
            }
        }
    }

    /// Shows every field that it reads to `see`.
    pub(crate) fn each_field<'o>(&'o self, see: &mut dyn FnMut(&'o Left)) {
        match self {
            Self::Field(left) => see(left),
            Self::Text(_) => {}
            Self::Made(_, of) | Self::Getopt(Arguments::Of(of), ..) => of.each_field(see),
            Self::Join(_, parts) | Self::Getopt(Arguments::Listed(parts), ..) => {
                for part in parts {
                    part.each_field(see);
                }
            }
        }
    }
}

impl Arguments {
    fn texts(&self, fields: &dyn Fields, absence: Absence) -> Option<Vec<Vec<u8>>> {
        match self {
            Self::Listed(parts) => texts(parts, fields, absence),
            Self::Of(operand) => Some(match operand.value(fields, absence)? {
                Owned::List(json) => Leaves::of(&json).map(|leaf| leaf.bytes().to_vec()).collect(),
                scalar => {
                    let words = scalar.borrow().bytes().split(u8::is_ascii_whitespace);
                    words.filter(|word| !word.is_empty()).map(<[u8]>::to_vec).collect()
                }
            }),
        }
    }
}

fn texts(parts: &[Operand], fields: &dyn Fields, absence: Absence) -> Option<Vec<Vec<u8>>> {
    parts.iter().map(|part| Some(part.value(fields, absence)?.borrow().bytes().to_vec())).collect()
}

/// A list as alerts spell it. Bytes that are no UTF-8 become U+FFFD, as in JSON.
fn list(items: &[Cow<'_, [u8]>]) -> Owned {
    let texts: Vec<Cow<'_, str>> = items.iter().map(|item| String::from_utf8_lossy(item)).collect();
    Owned::List(serde_json::to_vec(&texts).unwrap_or_default())
}

/// The standard alphabet, padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Transformer {
    fn applied(self, value: Value<'_>) -> Option<Owned> {
        let text = value.bytes();
        Some(match self {
            Self::Lower => Owned::Text(text.to_ascii_lowercase()),
            Self::Upper => Owned::Text(text.to_ascii_uppercase()),
            Self::Base64 => Owned::Text(BASE64.decode(text).ok()?),
            Self::Basename => Owned::Text(text.rsplit(|b| *b == b'/').next().unwrap_or_default().to_vec()),
            Self::Length => Owned::Number(match value {
                Value::List(json) => Leaves::of(json).count().to_string(),
                _ => text.len().to_string(),
            }),
        })
    }
}
