//! The lines of the rows of which the columns can't tell, read again and judged: by their bytes, else decoded.
//!
//! Lives here: the pieces into which this work falls. Imports: `decode`, `store`. Promise: a line is decoded only if nothing else
//! tells; the answer is the one that the decoded alert gives.

use std::ops::Range;

use crate::decode::bare::{Bare, begins_as_docker};
use crate::query::asked::Asked;
use crate::query::bits::Bits;
use crate::query::lines::{LineReader, Stretches};
use crate::query::part::Part;
use crate::query::share::Share;
use crate::query::sieve::{Ahead, Escapes, Sieve, Sought, Text};
use crate::query::watch::Watch;
use crate::query::words::Fuzzy;
use crate::store::Snapshot;

/// So many rows are a piece of work, about a megabyte of lines.
const PIECE_ROWS: usize = 1024;

/// What a line costs beside its bytes.
const LINE_WORK: usize = 256;

/// The rows whose lines are to be read.
pub(crate) struct Reading<'a> {
    /// What is asked.
    pub(crate) asked: &'a Asked,
    /// Where the lines lie.
    pub(crate) snapshot: &'a Snapshot,
    /// What is known of each segment.
    pub(crate) parts: &'a [Part],
    open: Vec<Bits>,
    /// Segment and rows of each piece.
    pieces: Vec<(usize, Range<usize>)>,
}

/// What came of one piece.
pub(crate) struct Read {
    /// The segment's number.
    pub(crate) index: usize,
    /// The rows that were looked at are the open ones of these.
    pub(crate) rows: Range<usize>,
    /// Those that match.
    pub(crate) hits: Vec<usize>,
    /// How many lines were read.
    pub(crate) lines: usize,
    /// How many of them were decoded.
    pub(crate) decoded: usize,
}

/// What one hand judges lines with.
pub(crate) struct Tools {
    asked: Asked,
    stretches: Stretches,
    reader: LineReader,
    fuzzy: Fuzzy,
    glance: Glance,
    /// For docker's lines.
    in_docker: Glance,
    bare: Bare,
}

/// What the bytes of a line are searched with.
struct Glance {
    sieve: Sieve,
    /// For each word of the narrowing; `None`: it need not stand in the line.
    words: Vec<Option<Sought>>,
    escapes: Escapes,
}

impl Glance {
    fn of(asked: &Asked) -> Self {
        let words = asked.words.items().iter().map(|item| Some(Sought::of(item.word.clone()))).collect();
        Self { sieve: Sieve::of(&asked.plan), words, escapes: Some(Ahead::default()) }
    }
    fn in_docker(asked: &Asked) -> Self {
        let words = asked.words.items().iter().map(|item| item.word.plain().map(Sought::of)).collect();
        Self { sieve: Sieve::in_docker(&asked.plan), words, escapes: None }
    }
}

/// What the bytes of a line tell, together with the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Out,
    In,
    /// Only decoding it will tell.
    Open,
}

impl<'a> Reading<'a> {
    /// Of the rows that are `open`, by segment.
    pub(crate) fn of(asked: &'a Asked, snapshot: &'a Snapshot, parts: &'a [Part], open: &[Bits]) -> Self {
        let mut pieces = Vec::new();
        for (index, open) in open.iter().enumerate() {
            let words = open.words().chunks(PIECE_ROWS / 64).enumerate();
            let rows = |piece: usize| piece * PIECE_ROWS..((piece + 1) * PIECE_ROWS).min(open.len());
            pieces
                .extend(words.filter(|(_, words)| words.iter().any(|word| *word != 0)).map(|(n, _)| (index, rows(n))));
        }
        Self { asked, snapshot, parts, open: open.to_vec(), pieces }
    }
}

impl Share for Reading<'_> {
    type Tools = Tools;
    type Done = Read;

    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn tools(&self) -> Tools {
        Tools {
            asked: self.asked.apart(),
            stretches: Stretches::default(),
            reader: LineReader::for_names(self.asked.names()),
            fuzzy: Fuzzy::default(),
            glance: Glance::of(self.asked),
            in_docker: Glance::in_docker(self.asked),
            bare: Bare::default(),
        }
    }

    fn work(&self, tools: &mut Tools, piece: usize, watch: &mut Watch<'_>) -> Option<Read> {
        let (index, rows) = self.pieces.get(piece).cloned()?;
        let (open, segment, part) =
            (self.open.get(index)?, self.snapshot.segments().get(index)?, self.parts.get(index)?);
        let mut read = Read { index, rows: rows.clone(), hits: Vec::new(), lines: 0, decoded: 0 };
        let mut stretches = std::mem::take(&mut tools.stretches);
        let ended = stretches.each_line(self.snapshot, segment, open.rows_within(rows), &mut |row, text| {
            read.lines += 1;
            if text.is_some_and(|text| self.matches(part, row, text, (&mut *tools, &mut read.decoded))) {
                read.hits.push(row);
            }
            watch.spend(text.map_or(0, |text| text.line.len()) + LINE_WORK)
        });
        tools.stretches = stretches;
        ended.map(|()| read)
    }
}

impl Reading<'_> {
    fn matches(&self, part: &Part, row: usize, text: Text<'_>, (tools, decoded): (&mut Tools, &mut usize)) -> bool {
        match self.by_bytes(part, row, text, tools) {
            Judged::Out => false,
            Judged::In => true,
            Judged::Open => {
                *decoded += 1;
                tools.reader.read(text.line).is_some_and(|alert| tools.asked.matches(alert, &tools.fuzzy))
            }
        }
    }

    /// Most lines need not be decoded: a word whose letters are not in the line is not in a value of it. In an envelope it
    /// may be all the same, so that bytes tell nothing there, unless it is docker's, whose escapes are known.
    fn by_bytes(&self, part: &Part, row: usize, text: Text<'_>, tools: &mut Tools) -> Judged {
        let is_docker = begins_as_docker(text.line);
        let glance = if is_docker { &mut tools.in_docker } else { &mut tools.glance };
        let told = self.at_a_glance(part, row, text, glance);
        let is_told = |bare: &Bare| if is_docker { bare.is_in_docker(text.line) } else { bare.is_bare(text.line) };
        if told == Judged::Open || is_told(&tools.bare) { told } else { Judged::Open }
    }

    fn at_a_glance(&self, part: &Part, row: usize, text: Text<'_>, glance: &mut Glance) -> Judged {
        let mut certain = part.passed.has(row);
        let items = self.asked.words.items().iter().zip(&part.words);
        for ((item, seen), word) in items.zip(&mut glance.words) {
            if seen.rows.has(row) {
                continue;
            }
            let mut stands = || word.as_mut().is_none_or(|word| word.could_stand_in(text, &mut glance.escapes));
            let possible = seen.near_in_lines || stands();
            if !possible && !item.absent {
                return Judged::Out;
            }
            certain &= !possible;
        }
        if certain {
            return Judged::In;
        }
        if part.passed.has(row) || glance.sieve.lets_through(text) { Judged::Open } else { Judged::Out }
    }
}
