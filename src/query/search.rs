//! The list worker's part: a question in, views out, the last answer narrowed where it can be.
//!
//! Lives here: what is kept from one answer to the next. Not here: columns (`part`), lines (`reading`), order (`order`), the
//! cores (`share`). Imports: `base`, `store`. Promise: rows are those that the filter and the words match, no more and no
//! less, however the question came about; what was looked at is not looked at again for the same question.

use std::sync::Arc;

use crate::base::{ListPos, RowId};
use crate::query::asked::Asked;
use crate::query::bits::Bits;
use crate::query::group::{self, Group, Grouper};
use crate::query::order::{ByTime, place, span};
use crate::query::part::{Looking, Part};
use crate::query::reading::{Read, Reading};
use crate::query::share::share;
use crate::query::sort::sorted;
use crate::query::watch::Watch;
use crate::query::{Question, View};
use crate::store::Snapshot;

/// Answers questions one after the other and remembers what the next one may need.
#[derive(Clone, Debug, Default)]
pub(crate) struct Searcher {
    asked: Asked,
    /// What the last question was about. While it is kept, no other sources can lie where its sources lie.
    snapshot: Snapshot,
    parts: Vec<Part>,
    found: Found,
}

/// The answer so far.
#[derive(Clone, Debug, Default)]
struct Found {
    order: ByTime,
    grouper: Grouper,
    /// Rows that match, by segment.
    hits: Vec<Bits>,
    /// Rows of which only the line can tell, by segment.
    open: Vec<Bits>,
    effort: Effort,
}

/// What the lines cost since the last new question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Lines that were read again.
    pub(crate) lines: usize,
    /// Those of them that were decoded.
    pub(crate) decoded: usize,
}

/// The words that are new or longer in a narrower question, by their place among the words.
type Added = Vec<usize>;

/// More lines than this take longer than a frame; what was found before is shown first.
const MANY_LINES: usize = 16_384;

impl Searcher {
    /// Answers `question` in one or more views, each more complete than the one before. `newer` tells that a newer
    /// question waits: then it stops early and says nothing more.
    pub(crate) fn answer(&mut self, question: &Question, newer: &dyn Fn() -> bool, emit: &mut dyn FnMut(View)) {
        self.answer_as(Asked::of(question), question, newer, emit);
    }

    /// The same for what was read from elsewhere than the question's own texts.
    pub(crate) fn answer_as(
        &mut self,
        asked: Asked,
        question: &Question,
        newer: &dyn Fn() -> bool,
        emit: &mut dyn FnMut(View),
    ) {
        let added = self.take_up(asked, question);
        self.found.order.learn(&question.snapshot);
        let looked = self.look_at_columns(question, &added, newer, emit);
        let answered = looked.and_then(|()| self.look_at_lines(question, newer, emit));
        if answered.is_some() && !newer() {
            self.found.tell((question, &self.parts), Told::Everything, &mut Watch::new(newer), emit);
        }
    }

    /// What the lines cost since the last new question.
    pub(crate) fn effort(&self) -> Effort {
        self.found.effort
    }

    /// Keeps of the last answer what this question can use.
    fn take_up(&mut self, asked: Asked, question: &Question) -> Added {
        let same_sources = std::ptr::eq(self.snapshot.sources(), question.snapshot.sources());
        self.snapshot = question.snapshot.clone();
        if same_sources && asked.is(&self.asked) {
            return Added::new();
        }
        let kin = same_sources && asked.filter == self.asked.filter;
        let added = if kin { asked.words.added_to(&self.asked.words) } else { None };
        self.asked = asked;
        self.found.effort = Effort::default();
        let (hits, open) = (std::mem::take(&mut self.found.hits), std::mem::take(&mut self.found.open));
        if !same_sources {
            self.found.order = ByTime::default();
        }
        if added.is_some() {
            let known = self.parts.iter_mut().zip(hits.iter().zip(&open));
            known.for_each(|(part, (hits, open))| part.confine(hits, open));
        } else {
            self.parts.clear();
        }
        added.unwrap_or_default()
    }

    /// First what the dictionaries know: the first rows come at once.
    fn look_at_columns(
        &mut self,
        question: &Question,
        added: &[usize],
        newer: &dyn Fn() -> bool,
        emit: &mut dyn FnMut(View),
    ) -> Option<()> {
        let Self { asked, parts, found, .. } = self;
        let segments = question.snapshot.segments();
        let count = parts.len().max(segments.len());
        parts.resize_with(count, Part::default);
        found.hits.resize_with(count, Bits::default);
        found.open.resize_with(count, Bits::default);
        let lens = segments.iter().zip(&*parts).map(|(segment, part)| (part.looked, segment.len()));
        let todo =
            lens.enumerate().filter(|(_, (looked, len))| looked < len).map(|(index, (looked, _))| (index, looked));
        let looking = Looking { asked, added, segments, todo: todo.collect() };
        share(&looking, newer, &mut |looked, watch| {
            let known = parts.get_mut(looked.index).zip(found.hits.get_mut(looked.index));
            if let Some(((part, hits), open)) = known.zip(found.open.get_mut(looked.index)) {
                part.learn(looked, hits, open);
            }
            if watch.is_due() {
                found.tell((question, parts), Told::SoFar, watch, emit);
            }
        })
    }

    /// Then what only the lines know.
    fn look_at_lines(
        &mut self,
        question: &Question,
        newer: &dyn Fn() -> bool,
        emit: &mut dyn FnMut(View),
    ) -> Option<()> {
        let Self { asked, parts, found, .. } = self;
        if found.open.iter().map(Bits::count).sum::<usize>() > MANY_LINES {
            found.tell((question, parts), Told::SoFar, &mut Watch::new(newer), emit);
        }
        let reading = Reading::of(asked, &question.snapshot, parts, &found.open);
        share(&reading, newer, &mut |read, watch| {
            found.learn(&read);
            if watch.is_due() {
                found.tell((question, parts), Told::SoFar, watch, emit);
            }
        })
    }
}

/// Whether a view is the last of its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    SoFar,
    Everything,
}

impl Found {
    /// Keeps what came of a piece of the lines.
    fn learn(&mut self, read: &Read) {
        let Some((hits, open)) = self.hits.get_mut(read.index).zip(self.open.get_mut(read.index)) else { return };
        read.rows.clone().for_each(|row| open.clear(row));
        read.hits.iter().for_each(|row| hits.set(*row));
        self.effort.lines += read.lines;
        self.effort.decoded += read.decoded;
    }

    /// Tells what was found, unless something newer waits.
    fn tell(
        &self,
        (question, parts): (&Question, &[Part]),
        told: Told,
        watch: &mut Watch<'_>,
        emit: &mut dyn FnMut(View),
    ) {
        let by_time = self.order.pick(&question.snapshot, &self.hits);
        let span = span(&by_time, &question.snapshot);
        let Some(Arranged { rows, groups, anchor }) = self.arranged(question, by_time, watch) else { return };
        emit(View {
            generation: question.generation,
            rows,
            span,
            is_by_time: groups.is_none() && question.order.is_none(),
            groups: groups.map(Arc::new),
            complete: told == Told::Everything,
            looked_at: parts.iter().zip(&self.open).map(|(part, open)| part.looked - open.count()).sum(),
            anchor,
        });
    }

    /// The rows, which are in the order of time, as they are to be shown.
    fn arranged(&self, question: &Question, rows: Arc<Vec<RowId>>, watch: &mut Watch<'_>) -> Option<Arranged> {
        let Question { snapshot, grouping, order, anchor, .. } = question;
        let (rows, groups) = match (grouping, order) {
            (Some(grouping), order) => {
                let asked = group::Asked { snapshot, grouping, order: order.as_ref() };
                let (rows, groups) = self.grouper.grouped(&asked, &rows, watch)?;
                (rows, Some(groups))
            }
            (None, Some(order)) => (sorted(snapshot, rows.to_vec(), order, watch)?, None),
            (None, None) => {
                let anchor = anchor.and_then(|row| place(&rows, snapshot, row));
                return Some(Arranged { rows, groups: None, anchor });
            }
        };
        let anchor = anchor.and_then(|anchor| rows.iter().position(|row| *row == anchor)).map(ListPos);
        Some(Arranged { rows: Arc::new(rows), groups, anchor })
    }
}

/// Rows as they are to be shown.
struct Arranged {
    rows: Arc<Vec<RowId>>,
    groups: Option<Vec<Group>>,
    anchor: Option<ListPos>,
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "wide_tests.rs"]
mod wide;
