//! The list worker's part: a question in, views out, the last answer narrowed where it can be.
//! Imports: `base`, `decode`, `store`.

use crate::query::{Question, View};

/// Answers questions one after the other and remembers what the next one may need.
#[derive(Debug, Default)]
pub(crate) struct Searcher {}

impl Searcher {
    /// Answers `question` in one or more views, each more complete than the one before. `newer` tells that a newer
    /// question waits: then it stops early and says nothing more.
    pub(crate) fn answer(&mut self, _question: &Question, _newer: &dyn Fn() -> bool, _emit: &mut dyn FnMut(View)) {}
}
