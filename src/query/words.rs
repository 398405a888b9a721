//! The words of `/` and the bare words of a filter: substring anywhere, fuzzy within short values. Imports: `base`, `decode`.

use std::ops::Range;

/// Words that are looked for, as typed after `/` or as they stand bare in a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {}

impl Words {
    /// Reads `shadow !root 'exact`. Never fails: everything is a word.
    pub(crate) fn parse(_text: &str) -> Self {
        Self {}
    }
    /// Where in a drawn text the words are found, for underlining: ranges of bytes, in order, not overlapping.
    pub(crate) fn highlight(&self, _text: &str) -> Vec<Range<usize>> {
        Vec::new()
    }
}
