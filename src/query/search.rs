//! The list worker's part: a question in, views out, the last answer narrowed where it can be.
//!
//! Lives here: what is kept from one answer to the next. Not here: columns (`columns`), lines (`lines`), order (`order`).
//! Imports: `base`, `decode`, `store`. Promise: rows are those that the filter and the words match, no more and no less,
//! however the question came about; what was looked at is not looked at again for the same question.

use std::sync::Arc;

use crate::base::{ListPos, Nanos, RowId};
use crate::query::bits::Bits;
use crate::query::columns::{Found, ROW_WORK, Rows};
use crate::query::filter::Filter;
use crate::query::group::{self, Group, Grouper};
use crate::query::lines::{LineReader, each_line};
use crate::query::moment::Reference;
use crate::query::order::Ordered;
use crate::query::sort::sorted;
use crate::query::watch::Watch;
use crate::query::words::{Fuzzy, Words};
use crate::query::{Question, View};
use crate::store::{Segment, Snapshot};

/// Answers questions one after the other and remembers what the next one may need.
#[derive(Debug, Default)]
pub(crate) struct Searcher {
    asked: Asked,
    parts: Vec<Part>,
    rows: Ordered,
    grouper: Grouper,
}

/// What the parts answer.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    filter: Filter,
    words: Words,
    /// Tells one run's sources from another's.
    sources: usize,
}

impl Asked {
    /// The only names whose values matter; `None`: all.
    fn names(&self) -> Option<Vec<String>> {
        let by_name = self.words.is_empty() && self.filter.words().is_empty();
        by_name.then(|| self.filter.names())
    }
}

/// What is known of one segment.
#[derive(Clone, Debug, Default)]
struct Part {
    /// Rows below were looked at in the columns.
    looked: usize,
    /// Rows that match.
    hits: Bits,
    /// Rows of which only the line can tell.
    open: Bits,
    /// Of these the columns say that the filter matches.
    passed: Bits,
    /// What the columns say of each word.
    words: Vec<Seen>,
    /// From the answer before: rows outside can match only by what the columns say.
    within: Option<Within>,
}

/// What the columns say of one word.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Rows that have it.
    rows: Bits,
    /// A line may have it nearly although it does not hold its letters in a row.
    near_in_lines: bool,
}

/// What the bytes of a line tell, together with the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Out,
    In,
    /// Only decoding it will tell.
    Open,
}

/// Rows to which a narrower question is confined.
#[derive(Clone, Debug)]
struct Within {
    rows: Bits,
    /// Rows from here on were not looked at.
    looked: usize,
}

/// The words that are new or longer in a narrower question, by their place among the words.
type Added = Vec<usize>;

impl Searcher {
    /// Answers `question` in one or more views, each more complete than the one before. `newer` tells that a newer
    /// question waits: then it stops early and says nothing more.
    pub(crate) fn answer(&mut self, question: &Question, newer: &dyn Fn() -> bool, emit: &mut dyn FnMut(View)) {
        let added = self.take_up(question);
        let mut run = Run {
            question,
            snapshot: &question.snapshot,
            added,
            judge: Judge { reader: LineReader::for_names(self.asked.names()), fuzzy: Fuzzy::default() },
            watch: Watch::new(newer),
            emit,
        };
        let answered = self.look_at_columns(&mut run).and_then(|()| self.look_at_lines(&mut run));
        self.rows.settle(run.snapshot);
        if answered.is_some() && !newer() {
            // `None`: something newer waits, and is told in its place.
            let _ = self.tell(&mut run, Told::Everything);
        }
    }

    /// Keeps of the last answer what this question can use.
    fn take_up(&mut self, question: &Question) -> Added {
        let asked = Asked {
            filter: filter_then(question),
            words: Words::parse(&question.narrowing),
            sources: std::ptr::from_ref(question.snapshot.sources()).addr(),
        };
        if asked == self.asked {
            return Added::new();
        }
        let kin = asked.filter == self.asked.filter && asked.sources == self.asked.sources;
        let added = if kin { asked.words.added_to(&self.asked.words) } else { None };
        self.rows = Ordered::default();
        self.asked = asked;
        if added.is_some() {
            self.parts.iter_mut().for_each(Part::confine);
        } else {
            self.parts.clear();
        }
        added.unwrap_or_default()
    }

    /// First what the dictionaries know: the first rows come at once.
    fn look_at_columns(&mut self, run: &mut Run<'_>) -> Option<()> {
        let segments = run.snapshot.segments();
        self.parts.resize_with(self.parts.len().max(segments.len()), Part::default);
        for (index, segment) in segments.iter().enumerate() {
            let Some(part) = self.parts.get_mut(index) else { continue };
            if part.looked >= segment.len() {
                continue;
            }
            let fresh = part.look(&self.asked, segment, run)?;
            for row in fresh.rows() {
                self.rows.push(segment.time(row), id(index, row));
            }
            self.rows.settle(run.snapshot);
            run.watch.spend(segment.len() * ROW_WORK)?;
            if index == 0 && segments.len() > 1 || run.watch.is_due() {
                self.tell(run, Told::SoFar)?;
            }
        }
        Some(())
    }

    /// Then what only the lines know.
    fn look_at_lines(&mut self, run: &mut Run<'_>) -> Option<()> {
        for (index, segment) in run.snapshot.segments().iter().enumerate() {
            while self.parts.get(index).is_some_and(|part| !part.open.is_empty()) {
                let part = self.parts.get_mut(index)?;
                let told =
                    part.read(&self.asked, segment, run, &mut |time, row| self.rows.push(time, id(index, row)))?;
                if told == Told::SoFar {
                    self.tell(run, Told::SoFar)?;
                }
            }
        }
        Some(())
    }

    fn tell(&mut self, run: &mut Run<'_>, told: Told) -> Option<()> {
        self.rows.settle(run.snapshot);
        let Arranged { rows, groups, anchor } = self.arranged(run)?;
        (run.emit)(View {
            generation: run.question.generation,
            rows: Arc::new(rows),
            span: self.rows.span(run.snapshot),
            is_by_time: groups.is_none() && run.question.order.is_none(),
            groups: groups.map(Arc::new),
            complete: told == Told::Everything,
            looked_at: self.parts.iter().map(|part| part.looked - part.open.count()).sum(),
            anchor,
        });
        Some(())
    }

    /// The rows as they are to be shown.
    fn arranged(&self, run: &mut Run<'_>) -> Option<Arranged> {
        let Question { snapshot, grouping, order, anchor, .. } = run.question;
        let rows = self.rows.rows();
        let (rows, groups) = match (grouping, order) {
            (Some(grouping), order) => {
                let asked = group::Asked { snapshot, grouping, order: order.as_ref() };
                let (rows, groups) = self.grouper.grouped(&asked, &rows, &mut run.watch)?;
                (rows, Some(groups))
            }
            (None, Some(order)) => (sorted(snapshot, rows, order, &mut run.watch)?, None),
            (None, None) => {
                let anchor = anchor.and_then(|row| self.rows.place(snapshot, row));
                return Some(Arranged { rows, groups: None, anchor });
            }
        };
        let anchor = anchor.and_then(|anchor| rows.iter().position(|row| *row == anchor)).map(ListPos);
        Some(Arranged { rows, groups, anchor })
    }
}

/// Rows as they are to be shown.
struct Arranged {
    rows: Vec<RowId>,
    groups: Option<Vec<Group>>,
    anchor: Option<ListPos>,
}

/// The filter with every time in it as it is when the question is asked.
fn filter_then(question: &Question) -> Filter {
    // The text was parsed before it was asked; one that can't be is shown as everything rather than nothing.
    let filter = Filter::parse(&question.filter).unwrap_or_default();
    if !filter.is_relative() {
        return filter;
    }
    let last = if filter.needs_last() { question.snapshot.newest() } else { None };
    filter.at(Reference { now: question.now, last })
}

/// What one answer needs on its way.
struct Run<'a> {
    question: &'a Question,
    snapshot: &'a Snapshot,
    added: Added,
    judge: Judge,
    watch: Watch<'a>,
    emit: &'a mut dyn FnMut(View),
}

/// Decides about a line by decoding it.
struct Judge {
    reader: LineReader,
    fuzzy: Fuzzy,
}

impl Judge {
    fn matches(&mut self, asked: &Asked, line: &[u8]) -> bool {
        let alert = self.reader.read(line);
        alert.is_some_and(|alert| asked.filter.matches(alert) && asked.words.match_alert(alert, &self.fuzzy))
    }
}

/// Whether a view is the last of its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    SoFar,
    Everything,
}

fn id(segment: usize, row: usize) -> RowId {
    RowId::new(u16::try_from(segment).unwrap_or(u16::MAX), u16::try_from(row).unwrap_or(u16::MAX))
}

impl Part {
    /// Makes the answer the bounds of a narrower one.
    fn confine(&mut self) {
        let mut rows = std::mem::take(&mut self.hits).or(&self.open);
        let mut looked = self.looked;
        if let Some(within) = &self.within {
            // Rows that the answer before the last had not looked at stay free.
            if looked == 0 {
                (rows, looked) = (within.rows.clone(), within.looked);
            }
        }
        *self = Self { within: Some(Within { rows, looked }), ..Self::default() };
    }

    /// Looks at the columns for the rows that came since; gives those that match.
    fn look(&mut self, asked: &Asked, segment: &Segment, run: &mut Run<'_>) -> Option<Bits> {
        let rows = Rows { segment, first: self.looked };
        let len = segment.len();
        let range = Bits::from(self.looked, len);
        let mut found = match asked.filter.node() {
            Some(node) => rows.node(&node, &mut run.watch)?,
            None => rows.all(),
        };
        let passed = found.yes.clone().and(&range);
        let mut by_columns = Bits::none(len);
        let mut words = Vec::new();
        for (at, item) in asked.words.items().iter().enumerate() {
            let word = rows.item(item, &run.judge.fuzzy, &mut run.watch)?;
            found = found.and(&word.fulfilled(item));
            if word.near_in_lines {
                by_columns = Bits::all(len);
            } else if run.added.contains(&at) {
                by_columns = by_columns.or(&word.yes);
            }
            words.push(Seen { rows: word.yes, near_in_lines: word.near_in_lines });
        }
        self.passed = std::mem::take(&mut self.passed).grown(len).or(&passed);
        self.learn(words, len);
        Some(self.keep(found, &range, &by_columns))
    }

    fn learn(&mut self, words: Vec<Seen>, len: usize) {
        self.words.resize_with(words.len(), Seen::default);
        for (known, new) in self.words.iter_mut().zip(words) {
            known.rows = std::mem::take(&mut known.rows).grown(len).or(&new.rows);
            known.near_in_lines |= new.near_in_lines;
        }
    }

    /// Keeps what the columns said of the rows in `range`.
    fn keep(&mut self, found: Found, range: &Bits, by_columns: &Bits) -> Bits {
        let len = range.len();
        let fresh = found.yes.and(range);
        let mut open = found.maybe.and(range).without(&fresh);
        if let Some(within) = &self.within {
            let free = within.rows.clone().grown(len).or(&Bits::from(within.looked, len)).or(by_columns);
            open = open.and(&free);
        }
        self.hits = std::mem::take(&mut self.hits).grown(len).or(&fresh);
        self.open = std::mem::take(&mut self.open).grown(len).or(&open);
        self.looked = len;
        fresh
    }

    /// Reads the lines of open rows until all are read or it is time to tell.
    fn read(
        &mut self,
        asked: &Asked,
        segment: &Segment,
        run: &mut Run<'_>,
        hit: &mut dyn FnMut(Option<Nanos>, usize),
    ) -> Option<Told> {
        let open = self.open.clone();
        let mut told = Told::Everything;
        let Run { snapshot, judge, watch, .. } = run;
        let mut stopped = None;
        let ended = each_line(snapshot, segment, &open, &mut |row, line| {
            self.open.clear(row);
            if line.is_some_and(|line| self.matches_line(asked, row, line, judge)) {
                self.hits.set(row);
                hit(segment.time(row), row);
            }
            stopped = watch.spend(line.map_or(0, <[u8]>::len) + LINE_WORK);
            if watch.is_due() {
                told = Told::SoFar;
            }
            stopped.filter(|()| told == Told::Everything)
        });
        if ended.is_some() { Some(Told::Everything) } else { stopped.map(|()| told) }
    }

    fn matches_line(&self, asked: &Asked, row: usize, line: &[u8], judge: &mut Judge) -> bool {
        match self.by_bytes(asked, row, line) {
            Judged::Out => false,
            Judged::In => true,
            Judged::Open => judge.matches(asked, line),
        }
    }

    /// Most lines need not be decoded: a word whose letters are not in the line is not in a value of it.
    fn by_bytes(&self, asked: &Asked, row: usize, line: &[u8]) -> Judged {
        let mut certain = self.passed.has(row);
        for (item, seen) in asked.words.items().iter().zip(&self.words) {
            if seen.rows.has(row) {
                continue;
            }
            let possible = seen.near_in_lines || item.word.could_stand_in(line);
            if !possible && !item.absent {
                return Judged::Out;
            }
            certain &= !possible;
        }
        if certain {
            return Judged::In;
        }
        if self.passed.has(row) || asked.filter.could_match_line(line) { Judged::Open } else { Judged::Out }
    }
}

/// What a line costs beside its bytes.
const LINE_WORK: usize = 256;

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
