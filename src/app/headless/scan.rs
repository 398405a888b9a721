//! One pass over sources without a screen: each line is judged, and what matches is handed on.
//!
//! Lives here: reading, judging, counting. Not here: how a row is printed (`rows`, `query`). Imports: the rooms up to
//! `query`. Promise: nothing of the lines is held but one block and one alert, and every line is counted once.

use std::collections::BTreeSet;
use std::io::{self, Read};

use memchr::memmem::Finder;

use crate::app::headless::judge::Judge;
use crate::app::headless::out::Flow;
use crate::base::{Clean, Notice};
use crate::decode::bare::Bare;
use crate::decode::join::{Joined, Joiner, NEVER_ENDED};
use crate::decode::{self, Alert, Reason, Scope};
use crate::frame::{Line, Lines};
use crate::query::filter::Filter;
use crate::source::{self, ByteSpan, Found, Reader, SourceId, SourceName, Sources};
use crate::store::Counts;

/// Takes what a scan finds.
pub(crate) trait Taker {
    /// Which values it reads of an alert that matches.
    fn wants(&self) -> Wants<'_>;
    /// An alert that matches.
    fn alert(&mut self, hit: Hit<'_>) -> Flow;
    /// A line that is no alert.
    fn unreadable(&mut self, _title: &Clean, _number: u64, _reason: &Reason) -> Flow {
        Flow::On
    }
}

/// Which values of an alert are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants<'a> {
    /// None: it only counts.
    Nothing,
    /// These fields.
    Fields(&'a [String]),
}

/// An alert that matches, and its line.
pub(crate) struct Hit<'a> {
    /// The line as it came, without its end.
    pub(crate) line: &'a [u8],
    /// The values that the taker wanted.
    pub(crate) alert: &'a Alert,
    /// Where the line can be read again; `None` in a stream, and where nobody keeps the sources.
    pub(crate) span: Option<ByteSpan>,
}

/// What came of a scan.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Lines read and what became of them.
    pub(crate) counts: Counts,
    /// Lines that could not match were not read to their end: some of those counted as alerts may be none.
    pub(crate) has_skipped: bool,
    /// Alerts that matched.
    pub(crate) matched: u64,
    /// Sources that could not be opened or read to their end.
    pub(crate) failed: Vec<Notice>,
    /// Files that were left out, and why.
    pub(crate) skipped: Vec<Notice>,
    /// Names of fields that were seen, for suggestions: those of the first alerts, and all that the filter names.
    pub(crate) seen: BTreeSet<String>,
}

/// From so many alerts the names of fields are collected, whether they match or not.
const NAMES_FROM_ALERTS: u64 = 1_000;

/// Judges the lines of `names`, in order, and hands on what `filter` matches.
pub(crate) fn scan(names: &[SourceName], filter: &Filter, taker: &mut dyn Taker) -> Scanned {
    pass_over(names, filter, taker, None)
}

/// The same, and `sources` can give the lines of files again.
pub(crate) fn scan_to_read_again(
    names: &[SourceName],
    filter: &Filter,
    taker: &mut dyn Taker,
    sources: &Sources,
) -> Scanned {
    pass_over(names, filter, taker, Some(sources))
}

fn pass_over(names: &[SourceName], filter: &Filter, taker: &mut dyn Taker, sources: Option<&Sources>) -> Scanned {
    let fields = match taker.wants() {
        Wants::Fields(fields) => fields.to_vec(),
        Wants::Nothing => Vec::new(),
    };
    let awaited = filter.names().iter().chain(&fields).map(|name| Awaited::new(name)).collect();
    let judge = Judge::new(filter, taker.wants());
    let (joiner, bare, done) = (Joiner::default(), Bare::default(), Scanned::default());
    let mut scan = Scan { judge, taker, sources, awaited, reading: SourceId(0), joiner, bare, done };
    for name in names {
        if scan.name(name) == Flow::Stop {
            break;
        }
    }
    Scanned { has_skipped: scan.judge.has_skipped(), ..scan.done }
}

struct Scan<'a> {
    judge: Judge,
    taker: &'a mut dyn Taker,
    /// Keeps what is needed to read lines again.
    sources: Option<&'a Sources>,
    /// Names that the filter compares or the taker wants and no alert had yet.
    awaited: Vec<Awaited>,
    /// The file that is being read.
    reading: SourceId,
    /// Lines of it that were cut.
    joiner: Joiner,
    bare: Bare,
    done: Scanned,
}

/// A name, and how it is found in a line.
struct Awaited {
    name: String,
    key: Finder<'static>,
}

impl Awaited {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), key: Finder::new(format!("\"{name}\"").as_bytes()).into_owned() }
    }
}

/// A stream whose bytes nobody needs again: they are given up as they are read.
struct Forgetting(Reader);

/// Bytes are given up in whole blocks of this size.
const BLOCK_BYTES: u64 = 1 << 20;

impl Read for Forgetting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let before = self.0.position();
        let count = self.0.read(into)?;
        self.0.forget_since(before - before % BLOCK_BYTES);
        Ok(count)
    }
}

impl Scan<'_> {
    fn name(&mut self, name: &SourceName) -> Flow {
        let walk = match source::walk(name) {
            Ok(walk) => walk,
            Err(notice) => {
                self.done.failed.push(notice);
                return Flow::On;
            }
        };
        self.done.skipped.extend(walk.skipped);
        let before = self.done.counts.alerts;
        for found in &walk.found {
            if self.found(found) == Flow::Stop {
                return Flow::Stop;
            }
        }
        if walk.is_directory && self.done.counts.alerts == before {
            self.done.failed.push(no_alert_in_directory(name));
        }
        Flow::On
    }

    /// Reads one file; one in a directory that holds no alert at all is named, and its lines are not counted.
    fn found(&mut self, found: &Found) -> Flow {
        if found.is_inside() && !self.holds_an_alert(found) {
            self.done.skipped.push(source::skipped(found.title(), "no alert in it"));
            return Flow::On;
        }
        self.read(found).unwrap_or_else(|notice| {
            self.done.failed.push(notice);
            Flow::On
        })
    }

    /// Reads up to the first alert. A file that can't be read is tried again, and then the reason is told.
    fn holds_an_alert(&mut self, found: &Found) -> bool {
        let Ok(mut reader) = source::pass(found) else { return true };
        let (mut lines, mut joiner) = (Lines::default(), Joiner::default());
        while let Ok(true) = lines.fill(&mut reader) {
            while let Some(line) = lines.next_line() {
                let is_alert = match joiner.take(&line) {
                    Joined::Whole => self.judge.is_alert(&line),
                    Joined::Waiting => false,
                    Joined::Complete(whole) => self.judge.is_alert(&whole),
                };
                if is_alert {
                    return true;
                }
            }
        }
        false
    }

    fn read(&mut self, found: &Found) -> Result<Flow, Notice> {
        let title = found.title();
        self.reading = SourceId(self.reading.0.wrapping_add(1));
        let Some(sources) = self.sources else { return self.lines(&title, &mut source::pass(found)?, None) };
        let mut reader = sources.open(found)?;
        let source = reader.source();
        if reader.is_stream() {
            return self.lines(&title, &mut Forgetting(reader), None);
        }
        self.lines(&title, &mut reader, Some(source))
    }

    /// Reads to the end; `source` is where lines can be read again.
    fn lines(&mut self, title: &Clean, reader: &mut impl Read, source: Option<SourceId>) -> Result<Flow, Notice> {
        let mut lines = Lines::default();
        loop {
            let more = lines.fill(reader);
            if more.is_err() {
                lines.finish();
            }
            while let Some(line) = lines.next_line() {
                if self.line(title, &line, source) == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            match more {
                Ok(true) => {}
                Ok(false) => return Ok(self.never_ended(title)),
                Err(why) => {
                    self.never_ended(title);
                    return Err(source::cannot_read(title, &why));
                }
            }
        }
    }

    /// Joins what was cut, and judges what is whole.
    fn line(&mut self, title: &Clean, line: &Line<'_>, source: Option<SourceId>) -> Flow {
        let mut joiner = std::mem::take(&mut self.joiner);
        let flow = match joiner.take(line) {
            Joined::Whole => self.piece(title, line, source),
            Joined::Waiting => Flow::On,
            Joined::Complete(whole) => self.piece(title, &whole, source),
        };
        self.joiner = joiner;
        flow
    }

    /// Counts the pieces of lines whose end never came.
    fn never_ended(&mut self, title: &Clean) -> Flow {
        for rest in self.joiner.rest() {
            self.done.counts.lines += 1;
            self.done.counts.unreadable += 1;
            if self.taker.unreadable(title, rest.number, &NEVER_ENDED) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::On
    }

    fn piece(&mut self, title: &Clean, line: &Line<'_>, source: Option<SourceId>) -> Flow {
        self.done.counts.lines += 1;
        if line.is_blank() {
            self.done.counts.blank += 1;
            return Flow::On;
        }
        match self.judge.line(self.reading, line) {
            Ok(matches) => {
                self.done.counts.alerts += 1;
                self.remember_names(line);
                if matches { self.hit(line, source) } else { Flow::On }
            }
            Err(reason) => {
                self.done.counts.unreadable += 1;
                self.taker.unreadable(title, line.number, &reason)
            }
        }
    }

    fn hit(&mut self, line: &Line<'_>, source: Option<SourceId>) -> Flow {
        self.done.matched += 1;
        let len = u32::try_from(line.len).ok();
        let span = source.zip(len).map(|(source, len)| ByteSpan { source, start: line.start, len });
        self.taker.alert(Hit { line: line.bytes, alert: self.judge.alert(), span })
    }

    /// Collects the names of fields from the first alerts, and from later ones that have one the filter waits for.
    fn remember_names(&mut self, line: &Line<'_>) {
        // In an envelope a name may be escaped, or base64: only a bare line tells by its bytes that it is not there.
        let stands = |awaited: &Awaited| awaited.key.find(line.bytes).is_some() || !self.bare.is_bare(line.bytes);
        let awaited = || self.awaited.iter().any(stands);
        if self.done.counts.alerts > NAMES_FROM_ALERTS && !awaited() {
            return;
        }
        let alert = decode::alert(line.bytes).unwrap_or_default();
        for entry in alert.entries.iter().filter(|e| e.scope != Scope::Other) {
            let Ok(name) = str::from_utf8(&entry.name) else { continue };
            self.done.seen.insert(name.to_owned());
            self.awaited.retain(|awaited| awaited.name != name);
        }
    }
}

fn no_alert_in_directory(name: &SourceName) -> Notice {
    Notice::said(Clean::concat([Clean::from("no alert in any file of "), name.title()]))
        .with_next("Name a directory that holds Falco's alerts as JSON lines")
}
