//! The list worker's part: a question in, views out, the last answer narrowed where it can be.
//!
//! Lives here: what is kept from one answer to the next. Not here: columns (`columns`), lines (`lines`), order (`order`).
//! Imports: `base`, `decode`, `store`. Promise: rows are those that the filter and the words match, no more and no less,
//! however the question came about; what was looked at is not looked at again for the same question.

use std::sync::Arc;

use crate::base::{Nanos, RowId};
use crate::decode;
use crate::query::bits::Bits;
use crate::query::columns::{Found, Fuzzily, Rows};
use crate::query::filter::Filter;
use crate::query::lines::each_line;
use crate::query::order::Ordered;
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
}

/// What the parts answer.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    filter: Filter,
    words: Words,
    /// Tells one run's sources from another's.
    sources: usize,
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
    /// Which words a line of a hit must have in it, letter after letter.
    needed: Vec<bool>,
    /// From the answer before: rows outside can match only by what the columns say.
    within: Option<Within>,
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
            fuzzy: Fuzzy::default(),
            watch: Watch::new(newer),
            emit,
        };
        let answered = self.look_at_columns(&mut run).and_then(|()| self.look_at_lines(&mut run));
        self.rows.settle(run.snapshot);
        if answered.is_some() && !newer() {
            self.tell(&mut run, Told::Everything);
        }
    }

    /// Keeps of the last answer what this question can use.
    fn take_up(&mut self, question: &Question) -> Added {
        let asked = Asked {
            // The text was parsed before it was asked; one that can't be is shown as everything rather than nothing.
            filter: Filter::parse(&question.filter).unwrap_or_default(),
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
        match added {
            Some(added) => {
                self.parts.iter_mut().for_each(Part::confine);
                added
            }
            None => {
                self.parts.clear();
                Added::new()
            }
        }
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
            if index == 0 && segments.len() > 1 || run.watch.is_due() {
                self.tell(run, Told::SoFar);
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
                    self.tell(run, Told::SoFar);
                }
            }
        }
        Some(())
    }

    fn tell(&mut self, run: &mut Run<'_>, told: Told) {
        self.rows.settle(run.snapshot);
        let anchor = run.question.anchor.and_then(|row| self.rows.place(run.snapshot, row));
        (run.emit)(View {
            generation: run.question.generation,
            rows: Arc::new(self.rows.rows()),
            complete: told == Told::Everything,
            looked_at: self.parts.iter().map(|part| part.looked - part.open.count()).sum(),
            anchor,
        });
    }
}

/// What one answer needs on its way.
struct Run<'a> {
    question: &'a Question,
    snapshot: &'a Snapshot,
    added: Added,
    fuzzy: Fuzzy,
    watch: Watch<'a>,
    emit: &'a mut dyn FnMut(View),
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
        let mut found = match asked.filter.node() {
            Some(node) => rows.node(&node, &mut run.watch)?,
            None => rows.all(),
        };
        let mut by_columns = Bits::none(len);
        self.needed.resize(asked.words.items().len(), true);
        for ((at, item), needed) in asked.words.items().iter().enumerate().zip(&mut self.needed) {
            let (one, fuzzily) = rows.item(item, &run.fuzzy, &mut run.watch)?;
            *needed &= !item.absent && fuzzily == Fuzzily::Nowhere;
            if fuzzily == Fuzzily::InLines {
                by_columns = Bits::all(len);
            } else if run.added.contains(&at) {
                by_columns = by_columns.or(&one.yes);
            }
            found = found.and(&one);
        }
        let range = Bits::from(self.looked, len);
        Some(self.keep(found, &range, &by_columns))
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
        let needed = self.needed.clone();
        let mut told = Told::Everything;
        let mut stopped = false;
        let Run { snapshot, fuzzy, watch, .. } = run;
        let read = each_line(snapshot, segment, &open, &mut |row, line| {
            self.open.clear(row);
            if line.is_some_and(|line| asked.matches_line(line, &needed, fuzzy)) {
                self.hits.set(row);
                hit(segment.time(row), row);
            }
            if watch.spend(line.map_or(0, <[u8]>::len) + LINE_WORK).is_none() {
                stopped = true;
                return None;
            }
            if watch.is_due() {
                told = Told::SoFar;
                return None;
            }
            Some(())
        });
        if stopped { None } else { Some(if read.is_some() { Told::Everything } else { told }) }
    }
}

/// What a line costs beside its bytes.
const LINE_WORK: usize = 256;

impl Asked {
    /// Whether the alert in `line` matches; the bytes are tested before anything is decoded.
    fn matches_line(&self, line: &[u8], needed: &[bool], fuzzy: &Fuzzy) -> bool {
        let mut words = self.words.items().iter().zip(needed);
        let possible =
            self.filter.could_match_line(line) && words.all(|(item, needed)| !needed || item.word.could_stand_in(line));
        possible
            && decode::alert(line)
                .is_ok_and(|alert| self.filter.matches(&alert) && self.words.match_alert(&alert, fuzzy))
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
