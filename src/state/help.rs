//! What the table of commands says to the reader: next keys, help, palette.
//!
//! Lives here: which rows of the table are worth showing now, in which order. Imports: `base`.
//! Promise: nothing is listed that the table does not run.

use crate::state::Model;

/// A command as help and palette show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its keys, ready to be shown: `j Down`. Empty for one that only the palette runs.
    pub(crate) keys: &'static str,
    /// Its name in the palette: `cursor-down`.
    pub(crate) name: &'static str,
    /// What the palette takes after the name: `ROW`; empty for nothing.
    pub(crate) argument: &'static str,
    /// What it does, at most 40 columns.
    pub(crate) help: &'static str,
}

/// The next useful keys for what has the focus, each with a word: `("f", "filter")`. While a prefix waits, how it goes on.
pub(crate) fn hints(_model: &Model) -> Vec<(String, &'static str)> {
    Vec::new()
}

/// Every command that has `text` in its keys, name or help; those of the focused pane first.
pub(crate) fn help(_model: &Model, _text: &str) -> Vec<Entry> {
    Vec::new()
}

/// The commands that the first word of `text` may mean, the likeliest first.
pub(crate) fn palette(_model: &Model, _text: &str) -> Vec<Entry> {
    Vec::new()
}
