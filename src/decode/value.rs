//! A value of an alert, as it reads when decoded.
//!
//! Lives here: the borrowed value that decoders hand out. Imports: nothing. Promise: a number keeps its spelling, a
//! text its bytes (a lone surrogate as WTF-8), a list and an object the very bytes they have in the line.

/// One value, borrowed from the line or from the decoder's scratch space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value<'a> {
    /// A string after its escapes were read; may hold any byte.
    Text(&'a [u8]),
    /// A number as it is spelt in the line.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// An array, as the JSON text that stands in the line.
    List(&'a [u8]),
    /// A nested object, as the JSON text that stands in the line.
    Object(&'a [u8]),
    /// JSON's null: the field is absent.
    Null,
}

/// Where in the alert a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// One of the alert's own nine names: `rule priority time source hostname uuid tags output message`.
    Alert,
    /// A key of `output_fields`.
    Field,
    /// Any other key beside them, such as an envelope's `@timestamp`; shown, neither searched nor filtered by.
    Other,
}

impl Scope {
    /// Where a filter or a playbook looks for `name`: in the alert itself if it is one of its own, else among its fields.
    pub(crate) fn of(name: &str) -> Self {
        if ALERT_NAMES.contains(&name) { Self::Alert } else { Self::Field }
    }
}

/// The alert's own names, in the order in which they are shown.
pub(crate) const ALERT_NAMES: [&str; 9] =
    ["rule", "priority", "time", "source", "hostname", "uuid", "tags", "output", "message"];
