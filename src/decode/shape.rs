//! What makes a JSON object an alert; one judgement for every decoder.
//!
//! Imports: siblings. Promise: both decoders call the same lines alerts. The last of a key that comes twice counts.

use crate::decode::value::ALERT_NAMES;
use crate::decode::{Reason, Scope, Sink, Value};

/// What was seen of the keys that matter.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    rule: Rule,
    has_priority: bool,
    has_output: bool,
    has_fields: bool,
    fields_begun: bool,
}

#[derive(Debug, Default)]
enum Rule {
    #[default]
    Absent,
    Text,
    Other,
}

impl Shape {
    /// A key of the alert's own object and its value.
    pub(crate) fn saw(&mut self, name: &[u8], value: Value<'_>) {
        let is_there = value != Value::Null;
        match name {
            b"rule" => {
                self.rule = match value {
                    Value::Text(_) => Rule::Text,
                    Value::Null => Rule::Absent,
                    _ => Rule::Other,
                }
            }
            b"priority" => self.has_priority = is_there,
            b"output" => self.has_output = is_there,
            b"output_fields" => self.has_fields = is_there,
            _ => {}
        }
    }
    /// `output_fields` begins; when it did before, the fields of then do not count.
    pub(crate) fn fields_begin(&mut self, sink: &mut impl Sink) {
        if self.fields_begun {
            sink.fields_again();
        }
        self.fields_begun = true;
    }
    /// Whether that was an alert.
    pub(crate) fn verdict(&self) -> Result<(), Reason> {
        match self.rule {
            Rule::Absent => Err(Reason::NotAnAlert("no \"rule\" in it")),
            Rule::Other => Err(Reason::NotAnAlert("its \"rule\" is not a text")),
            Rule::Text if self.has_priority || self.has_output || self.has_fields => Ok(()),
            Rule::Text => Err(Reason::NotAnAlert("a \"rule\", but no \"priority\", \"output\" or \"output_fields\"")),
        }
    }
}

/// Where a key of the alert's own object stands.
pub(crate) fn scope_of(name: &[u8]) -> Scope {
    if ALERT_NAMES.iter().any(|own| own.as_bytes() == name) { Scope::Alert } else { Scope::Other }
}
