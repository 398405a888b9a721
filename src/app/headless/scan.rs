//! One pass over sources without a screen: each line is judged, and what matches is handed on.
//!
//! Lives here: reading, judging, counting. Not here: how a row is printed (`rows`, `query`). Imports: the rooms up to
//! `query`. Promise: nothing of the lines is held but one block and one alert, and every line is counted once.

use std::collections::BTreeSet;
use std::io;

use memchr::memmem::Finder;

use crate::app::headless::judge::Judge;
use crate::app::headless::out::Flow;
use crate::base::{Clean, Notice};
use crate::decode::bare::begins_as_docker;
use crate::decode::cutter::Cutter;
use crate::decode::join::NEVER_ENDED;
use crate::decode::{self, Alert, Reason, Scope};
use crate::frame::Line;
use crate::query::filter::Filter;
use crate::source::{self, ByteSpan, Found, Limits, Reader, SourceId, SourceName, Sources};
use crate::store::Counts;

/// Takes what a scan finds.
pub(crate) trait Taker {
    /// Which values it reads of an alert that matches.
    fn wants(&self) -> Wants<'_>;
    /// An alert that matches.
    fn alert(&mut self, hit: Hit<'_>) -> Flow;
    /// Nothing comes for now: what was held back for more goes out.
    fn pause(&mut self) -> Flow {
        Flow::On
    }
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
    /// No value, but the alert's own bytes.
    Own,
    /// These fields.
    Fields(&'a [String]),
}

/// An alert that matches, and its line.
#[derive(Clone, Copy)]
pub(crate) struct Hit<'a> {
    /// The line as it came, without its end.
    pub(crate) line: &'a [u8],
    /// The alert's own bytes; `None` where the taker did not want them.
    pub(crate) own: Option<&'a [u8]>,
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
pub(crate) fn scan(names: &[SourceName], filter: &Filter, taker: &mut dyn Taker, limits: &Limits) -> Scanned {
    Scan::new(filter, taker, None, limits.clone()).names(names)
}

/// The same, and `sources` can give the lines of files again.
pub(crate) fn scan_to_read_again(
    names: &[SourceName],
    filter: &Filter,
    taker: &mut dyn Taker,
    sources: &Sources,
) -> Scanned {
    Scan::new(filter, taker, Some(sources), sources.limits().clone()).names(names)
}

/// Judging what one pass reads.
pub(crate) struct Scan<'a> {
    judge: Judge,
    taker: &'a mut dyn Taker,
    /// Keeps what is needed to read lines again.
    sources: Option<&'a Sources>,
    /// Names that the filter compares or the taker wants and no alert had yet.
    awaited: Vec<Awaited>,
    /// The file that is being read.
    reading: SourceId,
    limits: Limits,
    done: Scanned,
}

/// A name, and how it is found in a line and in one of docker's.
struct Awaited {
    name: String,
    key: Finder<'static>,
    in_docker: Finder<'static>,
}

impl Awaited {
    fn new(name: &str) -> Self {
        let key = |quote: &str| Finder::new(&[quote, name, quote].concat()).into_owned();
        Self { name: name.to_owned(), key: key("\""), in_docker: key("\\\"") }
    }

    fn may_stand_in(&self, line: &[u8]) -> bool {
        let key = if begins_as_docker(line) { &self.in_docker } else { &self.key };
        key.find(line).is_some()
    }
}

impl<'a> Scan<'a> {
    /// Nothing judged yet.
    pub(crate) fn new(filter: &Filter, taker: &'a mut dyn Taker, sources: Option<&'a Sources>, limits: Limits) -> Self {
        let fields = match taker.wants() {
            Wants::Fields(fields) => fields.to_vec(),
            Wants::Nothing | Wants::Own => Vec::new(),
        };
        let awaited = filter.names().iter().chain(&fields).map(|name| Awaited::new(name)).collect();
        let judge = Judge::new(filter, taker.wants());
        Self { judge, taker, sources, awaited, reading: SourceId(0), limits, done: Scanned::default() }
    }

    fn names(mut self, names: &[SourceName]) -> Scanned {
        for name in names {
            if self.name(name) == Flow::Stop {
                break;
            }
        }
        self.done()
    }

    /// What came of it.
    pub(crate) fn done(self) -> Scanned {
        Scanned { has_skipped: self.judge.has_skipped(), ..self.done }
    }

    /// A source can't be read, or not to its end.
    pub(crate) fn failed(&mut self, notice: Notice) {
        self.done.failed.push(notice);
    }

    /// The lines that come are those of `source`.
    pub(crate) fn reading(&mut self, source: SourceId) {
        self.reading = source;
    }

    /// Nothing comes for now.
    pub(crate) fn pause(&mut self) -> Flow {
        self.taker.pause()
    }

    /// Judges every line that is there.
    pub(crate) fn all(&mut self, title: &Clean, cutter: &mut Cutter, source: Option<SourceId>) -> Flow {
        while let Some(judged) = cutter.next(|line| self.line(line, source).map_err(|reason| (line.number, reason))) {
            let flow = judged.unwrap_or_else(|(number, reason)| self.unreadable(title, number, &reason));
            if flow == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::On
    }

    /// Counts the pieces of lines whose end never came.
    pub(crate) fn never_ended(&mut self, title: &Clean, cutter: &mut Cutter) -> Flow {
        for rest in cutter.rest() {
            if self.unreadable(title, rest.number, &NEVER_ENDED) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::On
    }

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
        let holds_an_alert = if found.is_inside() { self.holds_an_alert(found) } else { Ok(true) };
        let flow = match holds_an_alert {
            Ok(true) => self.read(found),
            Ok(false) => {
                self.done.skipped.push(source::skipped(found.title(), "no alert in it"));
                Ok(Flow::On)
            }
            Err(notice) => Err(notice),
        };
        flow.unwrap_or_else(|notice| {
            self.done.failed.push(notice);
            Flow::On
        })
    }

    /// Reads up to the first alert.
    ///
    /// # Errors
    /// There is none in what could be read.
    fn holds_an_alert(&mut self, found: &Found) -> Result<bool, Notice> {
        let mut reader = source::pass(found, &self.limits)?;
        let mut failed = None;
        loop {
            let mut cutter = Cutter::default();
            let mut more = true;
            while more {
                more = cutter.fill(&mut reader.waiting()).unwrap_or_else(|why| {
                    failed.get_or_insert(source::cannot_read(reader.title(), &why));
                    false
                });
                while let Some(judged) = cutter.next(|line| self.judge.try_alert(line)) {
                    if judged.is_ok() {
                        return Ok(true);
                    }
                }
            }
            match next_member(&mut reader, None) {
                Some(Ok(member)) => reader = member,
                Some(Err(why)) => return Err(source::cannot_read(&found.title(), &why)),
                None => return failed.map_or(Ok(false), Err),
            }
        }
    }

    /// Reads a file, or all that an archive holds.
    fn read(&mut self, found: &Found) -> Result<Flow, Notice> {
        let mut reader = match self.sources {
            Some(sources) => sources.open_once(found)?,
            None => source::pass(found, &self.limits)?,
        };
        loop {
            self.reading = SourceId(self.reading.0.wrapping_add(1));
            match self.lines(&mut reader) {
                Ok(Flow::On) => {}
                Ok(Flow::Stop) => return Ok(Flow::Stop),
                Err(why) => self.done.failed.push(source::cannot_read(reader.title(), &why)),
            }
            match next_member(&mut reader, self.sources) {
                Some(Ok(member)) => reader = member,
                Some(Err(why)) => return Err(source::cannot_read(&found.title(), &why)),
                None => return Ok(Flow::On),
            }
        }
    }

    /// Reads to the end.
    fn lines(&mut self, reader: &mut Reader) -> io::Result<Flow> {
        let source = (self.sources.is_some() && reader.can_be_read_again()).then(|| reader.source());
        let (title, mut cutter) = (reader.title().clone(), Cutter::default());
        loop {
            if !reader.is_ready(0) && self.pause() == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let more = cutter.fill(&mut reader.waiting());
            if self.all(&title, &mut cutter, source) == Flow::Stop {
                return Ok(Flow::Stop);
            }
            if !matches!(more, Ok(true)) {
                let flow = self.never_ended(&title, &mut cutter);
                return more.map(|_| flow);
            }
        }
    }

    /// `Err`: it is no alert, and not counted yet.
    fn line(&mut self, line: &Line<'_>, source: Option<SourceId>) -> Result<Flow, Reason> {
        if line.is_blank() {
            self.done.counts.lines += 1;
            self.done.counts.blank += 1;
            return Ok(Flow::On);
        }
        let matches = self.judge.line(self.reading, line)?;
        self.done.counts.lines += 1;
        self.done.counts.alerts += 1;
        self.remember_names(line);
        Ok(if matches { self.hit(line, source) } else { Flow::On })
    }

    fn unreadable(&mut self, title: &Clean, number: u64, reason: &Reason) -> Flow {
        self.done.counts.lines += 1;
        self.done.counts.unreadable += 1;
        self.taker.unreadable(title, number, reason)
    }

    fn hit(&mut self, line: &Line<'_>, source: Option<SourceId>) -> Flow {
        self.done.matched += 1;
        let len = u32::try_from(line.len).ok();
        let span = source.zip(len).map(|(source, len)| ByteSpan { source, start: line.start, len });
        self.taker.alert(Hit { line: line.bytes, own: self.judge.own(), alert: self.judge.alert(), span })
    }

    /// Collects the names of fields from the first alerts, and from later ones those that the filter waits for.
    fn remember_names(&mut self, line: &Line<'_>) {
        if self.done.counts.alerts <= NAMES_FROM_ALERTS {
            return self.remember(&decode::alert(line.bytes).unwrap_or_default());
        }
        let Some(alert) = self.judge.read() else { return self.remember_skipped(line) };
        if !self.awaited.is_empty() {
            remember(alert, &mut self.done.seen, &mut self.awaited);
        }
    }

    /// A line is skipped only where its bytes tell that a name is not there.
    fn remember_skipped(&mut self, line: &Line<'_>) {
        if self.awaited.iter().any(|awaited| awaited.may_stand_in(line.bytes)) {
            self.remember(&decode::alert(line.bytes).unwrap_or_default());
        }
    }

    fn remember(&mut self, alert: &Alert) {
        remember(alert, &mut self.done.seen, &mut self.awaited);
    }
}

fn remember(alert: &Alert, seen: &mut BTreeSet<String>, awaited: &mut Vec<Awaited>) {
    for entry in alert.entries.iter().filter(|e| e.scope != Scope::Other) {
        let Ok(name) = str::from_utf8(&entry.name) else { continue };
        if !seen.contains(name) {
            seen.insert(name.to_owned());
            awaited.retain(|awaited| awaited.name != name);
        }
    }
}

/// The next file of an archive; waits until it is known whether there is one.
fn next_member(reader: &mut Reader, sources: Option<&Sources>) -> Option<io::Result<Reader>> {
    loop {
        match reader.next_member(sources) {
            Some(Err(why)) if why.kind() == io::ErrorKind::WouldBlock => reader.wait(),
            known => return known,
        }
    }
}

fn no_alert_in_directory(name: &SourceName) -> Notice {
    Notice::said(Clean::concat([Clean::from("no alert in any file of "), name.title()]))
        .with_next("Name a directory that holds Falco's alerts as JSON lines")
}
