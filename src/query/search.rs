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
use crate::query::order::{Order, fresh, place, span};
use crate::query::part::{Looking, Part};
use crate::query::reading::{Read, Reading};
use crate::query::share::share;
use crate::query::sort::sorted;
use crate::query::watch::Watch;
use crate::query::{Question, View};
use crate::store::Snapshot;

/// Answers questions one after the other and remembers what the next one may need.
#[derive(Debug, Default)]
pub(crate) struct Searcher {
    asked: Asked,
    /// What the last question was about. While it is kept, no other sources can lie where its sources lie.
    snapshot: Snapshot,
    parts: Vec<Part>,
    found: Found,
    grouper: Grouper,
}

/// The answer so far.
#[derive(Debug, Default)]
struct Found {
    order: Order,
    /// Rows that match, by segment.
    hits: Vec<Bits>,
    /// Rows of which only the line can tell, by segment.
    open: Vec<Bits>,
    effort: Effort,
    /// How often it was time to tell what was found so far.
    due: usize,
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
        self.forget_dropped(&question.snapshot);
        self.found.order.learn(&question.snapshot);
        let looked = self.look_at_columns(question, &added, newer, emit);
        let answered = looked.and_then(|()| self.look_at_lines(question, newer, emit));
        if answered.is_some() && !newer() {
            let told = Telling { question, newer, grouper: &self.grouper };
            told.view(&mut self.found, &self.parts, Told::Everything).into_iter().for_each(emit);
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
        self.found.due = 0;
        let (hits, open) = (std::mem::take(&mut self.found.hits), std::mem::take(&mut self.found.open));
        if !same_sources {
            self.found.order = Order::default();
        }
        if added.is_some() {
            let known = self.parts.iter_mut().zip(hits.iter().zip(&open));
            known.for_each(|(part, (hits, open))| part.confine(hits, open));
        } else {
            self.parts.clear();
        }
        added.unwrap_or_default()
    }

    /// What was known of segments whose alerts were dropped since.
    fn forget_dropped(&mut self, snapshot: &Snapshot) {
        if !self.found.order.forget(snapshot) {
            return;
        }
        let known = self.parts.iter_mut().zip(self.found.hits.iter_mut().zip(&mut self.found.open));
        for ((part, (hits, open)), segment) in known.zip(snapshot.segments()) {
            if segment.len() == 0 {
                (*part, *hits, *open) = (Part::default(), Bits::default(), Bits::default());
            }
        }
    }

    /// First what the dictionaries know: the first rows come at once.
    fn look_at_columns(
        &mut self,
        question: &Question,
        added: &[usize],
        newer: &dyn Fn() -> bool,
        emit: &mut dyn FnMut(View),
    ) -> Option<()> {
        let Self { asked, parts, found, grouper, .. } = self;
        let telling = Telling { question, newer, grouper };
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
                telling.view(found, parts, Told::SoFar).into_iter().for_each(&mut *emit);
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
        let Self { asked, parts, found, grouper, .. } = self;
        let telling = Telling { question, newer, grouper };
        if found.open.iter().map(Bits::count).sum::<usize>() > MANY_LINES {
            telling.view(found, parts, Told::SoFar).into_iter().for_each(&mut *emit);
        }
        let reading = Reading::of(asked, &question.snapshot, parts, &found.open);
        share(&reading, newer, &mut |read, watch| {
            found.learn(&read);
            if watch.is_due() {
                telling.view(found, parts, Told::SoFar).into_iter().for_each(&mut *emit);
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
}

/// How what was found is told.
struct Telling<'a> {
    question: &'a Question,
    newer: &'a dyn Fn() -> bool,
    grouper: &'a Grouper,
}

/// Rows as they are to be shown.
struct Arranged {
    rows: Arc<Vec<RowId>>,
    groups: Option<Vec<Group>>,
    anchor: Option<ListPos>,
}

impl Telling<'_> {
    /// What was found; `None` when something newer waits, or it is too early to put half an answer into groups or order.
    fn view(&self, found: &mut Found, parts: &[Part], told: Told) -> Option<View> {
        let question = self.question;
        found.due += 1;
        let is_by_time = question.grouping.is_none() && question.order.is_none();
        // Arranging takes as long as finding: the more often it was done, the longer it waits.
        if told == Told::SoFar && !is_by_time && !found.due.is_power_of_two() {
            return None;
        }
        let rows = found.order.pick(&question.snapshot, &found.hits);
        let span = span(&question.snapshot, &rows);
        let fresh = question.since.map(|since| fresh(&question.snapshot, &found.hits, since)).unwrap_or_default();
        let Arranged { rows, groups, anchor } = self.arranged(rows)?;
        Some(View {
            generation: question.generation,
            rows,
            groups: groups.map(Arc::new),
            span,
            is_by_time,
            complete: told == Told::Everything,
            fresh: Arc::new(fresh),
            looked_at: parts.iter().zip(&found.open).map(|(part, open)| part.looked - open.count()).sum(),
            anchor,
        })
    }

    fn arranged(&self, rows: Arc<Vec<RowId>>) -> Option<Arranged> {
        let Question { snapshot, grouping, order, anchor, .. } = self.question;
        let watch = &mut Watch::new(self.newer);
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

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "wide_tests.rs"]
mod wide;

#[cfg(test)]
#[path = "enveloped_tests.rs"]
mod enveloped;
