//! What makes a JSON object an alert; one judgement for every decoder.
//!
//! Imports: siblings. Promise: both decoders call the same lines alerts. The last of a key that comes twice counts.

use crate::decode::text::RECOVERED_FROM;
use crate::decode::value::ALERT_NAMES;
use crate::decode::{Reason, Scope, Sink, Value};

/// What was seen of the keys that matter.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    rule: Rule,
    /// Which of [`PARTS`] are there and not null.
    parts: [bool; 4],
    fields_begun: bool,
    /// It is an object that was made of Falco's text, which names no rule.
    is_recovered: bool,
}

/// Why an object without a rule is no alert; it may still be an envelope around one.
pub(crate) const NO_RULE: Reason = Reason::NotAnAlert("no \"rule\" in it");

/// What an alert has beside its rule. The first three say something of what happened, and one of them is enough.
const PARTS: [&[u8]; 4] = [b"priority", b"output", b"output_fields", b"time"];

#[derive(Debug, Default)]
enum Rule {
    #[default]
    Absent,
    Null,
    Text,
    Other,
}

impl Shape {
    /// A key of the alert's own object and its value.
    pub(crate) fn saw(&mut self, name: &[u8], value: Value<'_>) {
        if name == b"rule" {
            self.rule = match value {
                Value::Text(_) => Rule::Text,
                Value::Null => Rule::Null,
                _ => Rule::Other,
            };
        } else if name == RECOVERED_FROM {
            self.is_recovered = matches!(value, Value::Text(_));
        } else if let Some((_, part)) = PARTS.iter().zip(&mut self.parts).find(|(own, _)| **own == name) {
            *part = value != Value::Null;
        }
    }
    /// `output_fields` begins; when it did before, the fields of then do not count.
    pub(crate) fn fields_begin(&mut self, sink: &mut impl Sink) {
        if self.fields_begun {
            sink.fields_again();
        }
        self.fields_begun = true;
    }
    /// Whether that was an alert: a rule's name and something of what it said.
    ///
    /// Where all else is there, what stands in the name's place does not matter: a sender that is broken, or that someone
    /// broke, must not take an alert off the list.
    pub(crate) fn verdict(&self) -> Result<(), Reason> {
        let [priority, output, fields, time] = self.parts;
        match self.rule {
            Rule::Text if priority || output || fields => Ok(()),
            Rule::Text => Err(Reason::NotAnAlert("a \"rule\", but no \"priority\", \"output\" or \"output_fields\"")),
            _ if priority && output && fields && time => Ok(()),
            _ if self.is_recovered && priority && output => Ok(()),
            Rule::Absent => Err(NO_RULE),
            Rule::Null => Err(Reason::NotAnAlert("its \"rule\" is null")),
            Rule::Other => Err(Reason::NotAnAlert("its \"rule\" is not a text")),
        }
    }
}

/// Where a key of the alert's own object stands.
pub(crate) fn scope_of(name: &[u8]) -> Scope {
    if ALERT_NAMES.iter().any(|own| own.as_bytes() == name) { Scope::Alert } else { Scope::Other }
}
