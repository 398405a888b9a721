//! Filter text → rows.
//!
//! Lives here: Falco's condition language (one parser, one evaluator with two readings of absence), word search, the
//! visible list. Not here: what a row means (`analysis`). Imports: `base`, `source`, `decode`, `store`.
//! Promise: a bad filter is an error with its place and changes nothing; an older question never beats a newer one.

pub(crate) mod ancestry;
pub(crate) mod around;
pub(crate) mod asked;
pub(crate) mod bits;
pub(crate) mod chain;
pub(crate) mod columns;
pub(crate) mod compared;
pub(crate) mod complete;
pub(crate) mod counts;
pub(crate) mod eval;
pub(crate) mod falco_names;
pub(crate) mod family;
pub(crate) mod fields;
pub(crate) mod filter;
pub(crate) mod gather;
pub(crate) mod getopt;
pub(crate) mod glob;
pub(crate) mod group;
mod halves;
pub(crate) mod histogram;
pub(crate) mod kept;
pub(crate) mod key;
mod letters;
pub(crate) mod lex;
pub(crate) mod lines;
pub(crate) mod list;
pub(crate) mod literal;
pub(crate) mod made;
pub(crate) mod moment;
mod naming;
pub(crate) mod nearby;
pub(crate) mod needle;
pub(crate) mod number;
mod offered;
pub(crate) mod operand;
pub(crate) mod operand_parse;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod others;
pub(crate) mod parse;
pub(crate) mod part;
pub(crate) mod pattern;
pub(crate) mod picked;
pub(crate) mod place;
pub(crate) mod plan;
pub(crate) mod prefilter;
pub(crate) mod reading;
pub(crate) mod related;
pub(crate) mod right;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod shape;
pub(crate) mod share;
pub(crate) mod sieve;
pub(crate) mod sort;
pub(crate) mod span;
pub(crate) mod spoken;
mod sums;
pub(crate) mod survey;
pub(crate) mod terms;
pub(crate) mod tie;
pub(crate) mod tree;
mod under;
pub(crate) mod value;
pub(crate) mod watch;
pub(crate) mod worded;
pub(crate) mod words;

use std::sync::Arc;

use crate::base::{Generation, ListPos, Nanos, Priority, RowId};
use crate::query::group::{Group, Grouping};
use crate::query::sort::Order;
use crate::store::Snapshot;

/// What the list worker is asked.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Newer questions make older ones pointless.
    pub(crate) generation: Generation,
    /// What to look through.
    pub(crate) snapshot: Snapshot,
    /// The filter's text; parsed already, so it is valid. Empty: everything.
    pub(crate) filter: String,
    /// The words of the narrowing, as typed.
    pub(crate) narrowing: String,
    /// What the rows are gathered by; `None`: they are not.
    pub(crate) grouping: Option<Grouping>,
    /// The order of the rows, or of their groups; `None`: rows by time, of groups the worst first.
    pub(crate) order: Option<Order>,
    /// The row whose place in the answer is wanted.
    pub(crate) anchor: Option<RowId>,
    /// Rows from here on are new to the reader, and are told apart in the answer.
    pub(crate) since: Option<RowId>,
    /// The wall clock, for times that are counted from now.
    pub(crate) now: Nanos,
}

/// The rows that are to be shown, in the order of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// Which question it answers.
    pub(crate) generation: Generation,
    /// In the order that was asked for. In time order those of one instant are in input order, those without a time last.
    pub(crate) rows: Arc<Vec<RowId>>,
    /// The groups, in order, where rows are gathered: each is a stretch of `rows`.
    pub(crate) groups: Option<Arc<Vec<Group>>>,
    /// When the first and the last of them came, of those with a time.
    pub(crate) span: Option<(Nanos, Nanos)>,
    /// The rows are in the order of time.
    pub(crate) is_by_time: bool,
    /// Everything loaded when it was asked has been looked at; else more comes.
    pub(crate) complete: bool,
    /// How many alerts of the snapshot it has looked at.
    pub(crate) looked_at: usize,
    /// Where the row that the question named stands now, or the first row after its place.
    pub(crate) anchor: Option<ListPos>,
    /// Those of the rows that are new to the reader, in the order of time.
    pub(crate) fresh: Arc<Vec<Fresh>>,
}

/// A row that came since the reader looked away from the end of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fresh {
    /// The row.
    pub(crate) row: RowId,
    /// Its priority.
    pub(crate) priority: Option<Priority>,
}
