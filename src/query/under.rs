//! The alerts that a filter and words leave, for whoever counts them.
//!
//! Lives here: which way is the shortest. Not here: the visible list and its order (`search`). Imports: `base`, `store`.
//! Promise: they are the alerts of the list, in any order; what the columns decide is not searched for.

use std::sync::Arc;

use crate::base::{Generation, Nanos, RowId};
use crate::query::Question;
use crate::query::bits::Bits;
use crate::query::columns::Rows;
use crate::query::filter::Filter;
use crate::query::order::id;
use crate::query::search::Searcher;
use crate::query::watch::Watch;
use crate::store::Snapshot;

/// What leaves alerts.
#[derive(Clone, Copy)]
pub(super) struct Under<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// Valid, or empty.
    pub(super) filter: &'a str,
    pub(super) words: &'a str,
    /// The wall clock, for times that are counted from now.
    pub(super) now: Nanos,
}

/// What the columns say of a filter.
enum Columns {
    /// These alerts fulfil it, in the order in which they came.
    Tell(Vec<RowId>),
    /// Some lines must be read.
    Doubt,
}

impl Under<'_> {
    /// The alerts; `None` when `newer` says that nobody waits for them.
    pub(super) fn rows(&self, searcher: &mut Searcher, newer: &dyn Fn() -> bool) -> Option<Arc<Vec<RowId>>> {
        if self.words.is_empty()
            && let Columns::Tell(rows) = self.by_columns(newer)?
        {
            return Some(Arc::new(rows));
        }
        let question = Question {
            generation: Generation::default(),
            snapshot: self.snapshot.clone(),
            filter: self.filter.to_owned(),
            narrowing: self.words.to_owned(),
            grouping: None,
            order: None,
            anchor: None,
            since: None,
            now: self.now,
        };
        let mut whole = None;
        searcher.answer(&question, newer, &mut |view| whole = view.complete.then_some(view.rows));
        whole
    }

    /// Nobody needs them in the order of the list.
    fn by_columns(&self, newer: &dyn Fn() -> bool) -> Option<Columns> {
        let Some(filter) = Filter::parse(self.filter).ok().filter(|filter| !filter.is_relative()) else {
            return Some(Columns::Doubt);
        };
        let mut watch = Watch::new(newer);
        let mut all = Vec::with_capacity(self.snapshot.alerts());
        for (index, segment) in self.snapshot.segments().iter().enumerate() {
            let every = Bits::all(segment.len());
            let matching = match filter.node() {
                Some(node) => {
                    let found = Rows { segment }.node(&node, &every, &mut watch)?;
                    if found.maybe != found.yes {
                        return Some(Columns::Doubt);
                    }
                    found.yes
                }
                None => every,
            };
            all.extend(matching.rows().map(|row| id(index, row)));
        }
        Some(Columns::Tell(all))
    }
}
