//! What is known of one segment for the question that is being answered.
//!
//! Lives here: what the columns say, looked up for many segments at once; what is kept from a wider question. Not here:
//! the lines (`reading`). Imports: `store`. Promise: what was looked at is not looked at again for the same question.

use std::sync::Arc;

use crate::query::asked::Asked;
use crate::query::bits::Bits;
use crate::query::columns::{Found, Rows};
use crate::query::share::Share;
use crate::query::watch::Watch;
use crate::query::words::Fuzzy;
use crate::store::Segment;

/// What is known of one segment beside which rows match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// Rows below were looked at in the columns.
    pub(crate) looked: usize,
    /// Rows of which the columns say that the filter matches.
    pub(crate) passed: Bits,
    /// What the columns say of each word.
    pub(crate) words: Vec<Seen>,
    /// From the answer before: rows outside can match only by what the columns say.
    within: Option<Within>,
}

/// What the columns say of one word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Rows that have it.
    pub(crate) rows: Bits,
    /// A line may have it nearly although it does not hold its letters in a row.
    pub(crate) near_in_lines: bool,
}

/// Rows to which a narrower question is confined.
#[derive(Clone, Debug)]
struct Within {
    rows: Bits,
    /// Rows from here on were not looked at.
    looked: usize,
}

/// The segments whose columns are to be looked at.
pub(crate) struct Looking<'a> {
    /// What is asked.
    pub(crate) asked: &'a Asked,
    /// The words that are new or longer than in the question before, by their place among the words.
    pub(crate) added: &'a [usize],
    /// All segments.
    pub(crate) segments: &'a [Arc<Segment>],
    /// Which of them, and how many of their rows were looked at before.
    pub(crate) todo: Vec<(usize, usize)>,
}

/// What one hand looks with.
pub(crate) struct Eyes {
    asked: Asked,
    fuzzy: Fuzzy,
}

/// What the columns of one segment say of its new rows.
pub(crate) struct Looked {
    /// The segment's number.
    pub(crate) index: usize,
    /// How many rows it has.
    len: usize,
    /// Rows that match, and rows that may.
    found: Found,
    /// Rows that the filter alone matches.
    passed: Bits,
    words: Vec<Seen>,
    /// Rows that the columns know of, so that an answer before does not bind them.
    by_columns: Bits,
}

impl Share for Looking<'_> {
    type Tools = Eyes;
    type Done = Looked;

    fn pieces(&self) -> usize {
        self.todo.len()
    }

    fn tools(&self) -> Eyes {
        Eyes { asked: self.asked.apart(), fuzzy: Fuzzy::default() }
    }

    fn work(&self, eyes: &mut Eyes, piece: usize, watch: &mut Watch<'_>) -> Option<Looked> {
        let (index, first) = self.todo.get(piece).copied()?;
        self.look(self.segments.get(index)?, (index, first), eyes, watch)
    }
}

impl Looking<'_> {
    /// Looks at the columns for the rows from `first` on.
    fn look(
        &self,
        segment: &Segment,
        (index, first): (usize, usize),
        Eyes { asked, fuzzy }: &Eyes,
        watch: &mut Watch<'_>,
    ) -> Option<Looked> {
        let (rows, len) = (Rows { segment }, segment.len());
        let mut found = match asked.plan.node() {
            Some(node) => rows.node(node, &Bits::from(first, len), watch)?,
            None => Found::certain(Bits::from(first, len)),
        };
        let passed = found.yes.clone();
        let mut by_columns = Bits::none(len);
        let mut words = Vec::new();
        for (at, item) in asked.words.items().iter().enumerate() {
            // Of rows that the filter leaves out nobody asks.
            let alive = found.maybe.clone();
            let word = rows.item(item, &alive, fuzzy, watch)?;
            found = found.and(&word.fulfilled(item, &alive));
            if word.near_in_lines {
                by_columns = Bits::all(len);
            } else if self.added.contains(&at) {
                by_columns = by_columns.or(&word.yes);
            }
            words.push(Seen { rows: word.yes, near_in_lines: word.near_in_lines });
        }
        Some(Looked { index, len, found, passed, words, by_columns })
    }
}

impl Part {
    /// Makes the answer, the rows `hits` and those that were still `open`, the bounds of a narrower one.
    pub(crate) fn confine(&mut self, hits: &Bits, open: &Bits) {
        let mut rows = hits.clone().or(open);
        let mut looked = self.looked;
        if let Some(within) = &self.within {
            // Rows that the answer before the last had not looked at stay free.
            if looked == 0 {
                (rows, looked) = (within.rows.clone(), within.looked);
            }
        }
        *self = Self { within: Some(Within { rows, looked }), ..Self::default() };
    }

    /// Keeps what the columns said, and adds it to the rows that match and those that are open.
    pub(crate) fn learn(&mut self, looked: Looked, hits: &mut Bits, open: &mut Bits) {
        let Looked { len, found, passed, words, by_columns, .. } = looked;
        let mut fresh_open = found.maybe.without(&found.yes);
        if let Some(within) = &self.within {
            let free = within.rows.clone().grown(len).or(&Bits::from(within.looked, len)).or(&by_columns);
            fresh_open = fresh_open.and(&free);
        }
        *hits = std::mem::take(hits).grown(len).or(&found.yes);
        *open = std::mem::take(open).grown(len).or(&fresh_open);
        self.passed = std::mem::take(&mut self.passed).grown(len).or(&passed);
        self.words.resize_with(words.len(), Seen::default);
        for (known, new) in self.words.iter_mut().zip(words) {
            known.rows = std::mem::take(&mut known.rows).grown(len).or(&new.rows);
            known.near_in_lines |= new.near_in_lines;
        }
        self.looked = len;
    }
}
