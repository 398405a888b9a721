//! A condition: parsed once, then asked of alerts. Imports: `base`, `decode`.

use std::ops::Range;

use crate::base::Notice;
use crate::decode::Value;

/// A parsed condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {}

/// A text that is no condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// Where in the text, in bytes; always between characters.
    pub(crate) at: Range<usize>,
    /// What was expected, what stands there.
    pub(crate) notice: Notice,
}

/// What an absent field makes of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Falco's reading, for the list: the comparison is false, `!=` too.
    False,
    /// The analysis' reading: nothing may be concluded from what was not recorded. `<NA>`, `N/A` and `""` are absent too.
    Unknown,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It does.
    True,
    /// It does not.
    False,
    /// It depends on what the alert does not hold; only under [`Absence::Unknown`].
    Unknown,
}

/// Something that has fields: an alert, a row of a segment.
pub(crate) trait Fields {
    /// The value of a name as a filter writes it (`rule`, `proc.name`, `proc.aname[2]`); `None` when absent or null.
    fn field(&self, name: &str) -> Option<Value<'_>>;
    /// Whether `word` is found in the alert's values (the filter's bare words).
    fn has_word(&self, word: &str) -> bool;
}

impl Filter {
    /// Parses a condition of the filter box, where a bare word is a word search. An empty text matches everything.
    pub(crate) fn parse(_text: &str) -> Result<Self, FilterError> {
        Ok(Self {})
    }
    /// Parses a condition of a playbook, where a bare name is a macro: `resolve` gives its condition, `None` if there is
    /// no such macro (an error).
    pub(crate) fn parse_with_macros(
        _text: &str,
        _resolve: &dyn Fn(&str) -> Option<Filter>,
    ) -> Result<Self, FilterError> {
        Ok(Self {})
    }
    /// Whether the condition holds.
    pub(crate) fn truth(&self, _fields: &dyn Fields, _absence: Absence) -> Truth {
        Truth::True
    }
    /// The fields that the condition names, each once, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
