//! A desk at which a reader sits without a screen: keys and messages in, model and effects out. For tests only.
//!
//! Lives here: the harness that the tests of this room share. Imports: every room before `state`.
//! Promise: only `update` changes the model, and nothing here waits or reads a file.

use std::sync::Arc;

use crate::analysis::{Analysis, Playbooks};
use crate::base::{Clean, Generation, Key, Millis, Notice, RowId, Size};
use crate::decode;
use crate::query::compared::compared;
use crate::query::complete::Completer;
use crate::query::histogram::histogram;
use crate::query::related::related;
use crate::query::search::Searcher;
use crate::query::survey::survey;
use crate::query::{Question, View};
use crate::source::{ByteSpan, SourceId, SourceName, Sources};
use crate::state::live::Growth;
use crate::state::update::update;
use crate::state::{Effect, Model, Msg, Opened, SETTLE_MS};
use crate::store::load::{Control, load};
use crate::store::{LoadEvent, Place, Segment, Snapshot};

/// A model with a list worker that answers at once: the real one where alerts are loaded, else one to whom words of n
/// letters leave every (n+1)th row and a filter the rows from 10 on.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) model: Model,
    pub(crate) rows: u16,
    pub(crate) effects: Vec<Effect>,
    sources: Arc<Sources>,
    searcher: Searcher,
    completer: Completer,
}

/// An alert for which a playbook has commands, some with gaps.
pub(crate) const CLEARED: &str = concat!(
    r#"{"hostname":"node-a","output":"o","priority":"Warning","rule":"Clear Log Activities","source":"syscall","#,
    r#""tags":["container","filesystem"],"time":"2024-10-05T18:29:57.848Z","output_fields":{"#,
    r#""container.id":"dca990c78804","container.name":"web","evt.type":"openat","fd.name":"/var/log/syslog","#,
    r#""proc.name":"truncate","user.name":"root"}}"#,
    "\n"
);

pub(crate) fn row(n: u16) -> RowId {
    RowId::new(0, n)
}

fn place() -> Place {
    Place { span: ByteSpan { source: SourceId(0), start: 0, len: 0 }, line: 1 }
}

/// An alert whose line is said to be `line`; it has a uuid, an output with an escape in it, and a process.
pub(crate) fn opened(row: RowId, line: &[u8]) -> Arc<Opened> {
    let json = br#"{"rule":"r","uuid":"u-1","output":"a\u001bb","output_fields":{"proc.name":"cat"}}"#;
    let alert = decode::alert(json).unwrap();
    let line = line.to_vec();
    Arc::new(Opened { row, place: place(), source: Clean::default(), line, alert, analysis: Analysis::default() })
}

/// What a loader told, to be told to many desks.
pub(crate) struct Load {
    title: &'static str,
    sources: Arc<Sources>,
    events: Vec<LoadEvent>,
}

impl Load {
    /// Loads the bytes under this title.
    pub(crate) fn of(title: &'static str, bytes: Vec<u8>) -> Self {
        let sources = Arc::<Sources>::default();
        let mut events = Vec::new();
        load(&[SourceName::Memory(title, Arc::new(bytes))], &sources, &Control::default(), &mut |event| {
            events.push(event);
            true
        });
        Self { title, sources, events }
    }
}

fn again(event: &LoadEvent) -> LoadEvent {
    match event {
        LoadEvent::Segment { index, segment } => LoadEvent::Segment { index: *index, segment: Arc::clone(segment) },
        LoadEvent::Progress { unreadable, counts, bytes, total } => {
            LoadEvent::Progress { unreadable: unreadable.clone(), counts: *counts, bytes: *bytes, total: *total }
        }
        LoadEvent::Skipped(notice) => LoadEvent::Skipped(notice.clone()),
        LoadEvent::Failed(notice) => LoadEvent::Failed(notice.clone()),
        LoadEvent::Retracted(place) => LoadEvent::Retracted(*place),
        LoadEvent::Ended(title, alerts) => LoadEvent::Ended(title.clone(), *alerts),
        LoadEvent::Following => LoadEvent::Following,
        LoadEvent::Said(notice) => LoadEvent::Said(notice.clone()),
        LoadEvent::Dropped { before, alerts } => LoadEvent::Dropped { before: *before, alerts: *alerts },
        LoadEvent::Done => LoadEvent::Done,
    }
}

impl Desk {
    pub(crate) fn with(rows: u16, columns: u16, height: u16) -> Self {
        let mut desk = Self { rows, ..Self::default() };
        desk.send(Msg::Resized(Size { columns, rows: height }));
        desk.send(Msg::Begin(Clean::from("test"), Snapshot::default(), Growth::default()));
        desk.grow();
        desk.send(Msg::Load(LoadEvent::Done));
        desk
    }

    pub(crate) fn grow(&mut self) {
        self.send(Msg::Load(LoadEvent::Segment { index: 0, segment: Arc::new(Segment::default()) }));
    }

    /// A desk with the alerts of these lines, as the loader reads them.
    pub(crate) fn loaded(lines: &str, columns: u16, height: u16) -> Self {
        Self::named("test", lines.as_bytes().to_vec(), Size { columns, rows: height })
    }

    /// The same from a source that is called `title`.
    pub(crate) fn named(title: &'static str, bytes: Vec<u8>, size: Size) -> Self {
        Self::before(&Load::of(title, bytes), size)
    }

    /// A desk before which a load has come to its end.
    pub(crate) fn before(loaded: &Load, size: Size) -> Self {
        let mut desk = Self::default();
        desk.send(Msg::Resized(size));
        desk.send(Msg::Begin(Clean::from(loaded.title), Snapshot::new(Arc::clone(&loaded.sources)), Growth::default()));
        for event in &loaded.events {
            desk.send(Msg::Load(again(event)));
        }
        desk.wait(SETTLE_MS).serve();
        desk
    }

    /// A desk before which everything that was there was read, and more may come.
    pub(crate) fn live(lines: &str, growth: Growth, size: Size) -> Self {
        let mut desk = Self::default();
        desk.send(Msg::Resized(size));
        desk.send(Msg::Begin(Clean::from("events.json"), Snapshot::new(Arc::clone(&desk.sources)), growth));
        desk.comes(0, lines);
        desk.send(Msg::Load(LoadEvent::Following));
        desk.wait(1000).wait(SETTLE_MS).serve();
        desk
    }

    /// Segment number `index` holds these lines by now, and time passes.
    pub(crate) fn comes(&mut self, index: usize, lines: &str) -> &mut Self {
        self.reads(index, lines).wait(200)
    }

    /// Segment number `index` holds these lines by now.
    pub(crate) fn reads(&mut self, index: usize, lines: &str) -> &mut Self {
        let name = SourceName::Memory("events.json", Arc::new(lines.as_bytes().to_vec()));
        let (mut events, sources) = (Vec::new(), Arc::clone(&self.sources));
        load(&[name], &sources, &Control::default(), &mut |event| {
            events.push(event);
            true
        });
        for event in events {
            if let LoadEvent::Segment { segment, .. } = event {
                self.send(Msg::Load(LoadEvent::Segment { index, segment }));
            }
        }
        self
    }

    /// Reads what was asked to be read, as a worker does.
    pub(crate) fn serve(&mut self) -> &mut Self {
        self.serve_once();
        // What was read may ask for more.
        while self.effects.iter().any(|effect| matches!(effect, Effect::Relate(_) | Effect::Compare(..))) {
            self.serve_once();
        }
        self
    }

    fn serve_once(&mut self) -> &mut Self {
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Open(generation, row, snapshot) => {
                    let opened = read(row, &snapshot).map(Arc::new);
                    self.send(Msg::Opened(generation, opened));
                }
                Effect::Relate(question) => {
                    let found = related(&question, &|| false).ok_or_else(Notice::default).map(Arc::new);
                    self.send(Msg::Related(question.generation, found));
                }
                Effect::Compare(generation, wanted, snapshot) => {
                    let read = compared(&wanted, &snapshot, &|| false);
                    self.send(Msg::Compared(generation, read.map(|read| Arc::new(read.unwrap()))));
                }
                Effect::Complete(typing) => {
                    let answer = self.completer.answer(&typing, &|| false);
                    self.send(Msg::Candidates(answer.unwrap_or_default()));
                }
                Effect::CountWithout(leaving) => {
                    let counts = self.completer.counted(&leaving, &|| false).unwrap_or_default();
                    self.send(Msg::Without(leaving.generation, counts));
                }
                Effect::Read(span, snapshot) => self.send(Msg::Line(span, snapshot.sources().read(span))),
                other => self.effects.push(other),
            }
        }
        self
    }

    /// Sends a message, answers questions, keeps the other effects.
    pub(crate) fn send(&mut self, msg: Msg) {
        let mut effects = self.quiet(msg);
        while let Some(effect) = effects.pop() {
            match effect {
                Effect::Ask(question) => {
                    for view in self.answer(&question) {
                        effects.extend(self.quiet(Msg::View(view)));
                    }
                }
                Effect::Count(asked) => {
                    let mut found = Vec::new();
                    survey(&asked, &|| false, &mut |counted| found.push(counted));
                    effects.extend(found.into_iter().flat_map(|counted| self.quiet(Msg::Counted(counted))));
                }
                Effect::Chart(asked) => {
                    let view = &asked.view;
                    let counted = histogram(&view.snapshot, &view.rows, asked.wish, &|| false).unwrap();
                    effects.extend(self.quiet(Msg::Charted(view.generation, Arc::new(counted))));
                }
                other => self.effects.push(other),
            }
        }
    }

    /// Sends a message and answers nothing.
    pub(crate) fn quiet(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, msg)
    }

    fn answer(&mut self, question: &Question) -> Vec<View> {
        if question.snapshot.alerts() > 0 {
            let mut views = Vec::new();
            self.searcher.answer(question, &|| false, &mut |view| views.push(view));
            return views;
        }
        let step = u16::try_from(question.narrowing.len()).unwrap() + 1;
        let first = if question.filter.is_empty() { 0 } else { 10 };
        let rows = (0..self.rows).filter(|n| n % step == 0 && *n >= first).map(row).collect();
        vec![view(question.generation, rows, true)]
    }

    /// Presses keys written with blanks between them.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_ascii_whitespace() {
            let key = Key::parse(key).unwrap_or_else(|| panic!("no key {key}"));
            self.send(Msg::Key(key));
        }
        self
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, ms: u64) -> &mut Self {
        self.send(Msg::Clock(Millis(self.model.clock.0 + ms)));
        self
    }

    /// The cursor, the alert under it, the first row drawn.
    pub(crate) fn at(&self) -> (usize, Option<usize>, usize) {
        let list = &self.model.list;
        (list.cursor.0, list.row.map(RowId::row), list.top.0)
    }

    pub(crate) fn said(&self) -> String {
        self.model.messages.now.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    pub(crate) fn copied(&self) -> Vec<(String, String)> {
        let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let copies = self.effects.iter().filter_map(|effect| match effect {
            Effect::Copy { what, text: raw } => Some((what.to_string(), text(raw))),
            _ => None,
        });
        copies.collect()
    }

    pub(crate) fn opens(&self) -> Vec<(Generation, usize)> {
        let opens = self.effects.iter().filter_map(|effect| match effect {
            Effect::Open(generation, row, _) => Some((*generation, row.row())),
            _ => None,
        });
        opens.collect()
    }

    /// Answers the newest request to open an alert.
    pub(crate) fn open_with(&mut self, line: &[u8]) {
        let (generation, at) = *self.opens().last().unwrap();
        self.send(Msg::Opened(generation, Ok(opened(row(u16::try_from(at).unwrap()), line))));
    }
}

pub(crate) fn view(generation: Generation, rows: Vec<RowId>, complete: bool) -> View {
    View { generation, looked_at: rows.len(), rows: Arc::new(rows), is_by_time: true, complete, ..View::default() }
}

fn read(row: RowId, snapshot: &Snapshot) -> Result<Opened, Notice> {
    let place = snapshot.segment(row).and_then(|segment| segment.place(row.row())).ok_or_else(Notice::default)?;
    let line = snapshot.sources().read(place.span)?;
    let alert = decode::alert(&line).map_err(|_| Notice::default())?;
    let analysis = Playbooks::bundled().analyse(&alert, None);
    Ok(Opened { row, place, source: Clean::from("test"), line, alert, analysis })
}
