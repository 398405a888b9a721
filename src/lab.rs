//! The few names that the benchmarks use; nothing for other programs, and no promise to them.
//!
//! Lives here: whole pieces of work, each as one call that gives a number. Not here: measuring (`benches/`). Imports:
//! every room. Promise: the work is done as the browser does it, by the same functions.

use std::cell::Cell;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::analysis::Playbooks;
use crate::base::{Clean, Generation, Nanos, RowId};
use crate::decode;
use crate::query::complete::{Completer, Typing};
use crate::query::counts::counts;
use crate::query::group::Grouping;
use crate::query::histogram::{Wish, histogram};
use crate::query::key::Direction;
use crate::query::nearby::nearby;
use crate::query::others::Others;
use crate::query::place::{Kind, walk};
use crate::query::related;
use crate::query::saved::Saved;
use crate::query::search::Searcher;
use crate::query::sort::{By, Order};
use crate::query::tie::{Seen, Tie, tied};
use crate::query::{Question, View};
use crate::source::{Found, Limits, SourceName, Sources, pass};
use crate::state::msg::Opened;
use crate::state::page::{self, Shown};
use crate::state::{Tab, Wrap};
use crate::store::load::Control;
use crate::store::load::load as load_sources;
use crate::store::{Counts, LoadEvent, Snapshot};

/// A loaded source, and what came of its lines.
#[derive(Debug)]
pub struct Loaded {
    snapshot: Snapshot,
    /// Lines that are alerts.
    pub alerts: u64,
    /// Lines that are none.
    pub unreadable: u64,
    /// Lines of nothing but blanks.
    pub blank: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Loads a file or a directory to its end.
pub fn load(path: &Path) -> Loaded {
    let sources = Arc::<Sources>::default();
    let (mut snapshot, mut last, mut read) = (Snapshot::new(Arc::clone(&sources)), Counts::default(), 0);
    let mut take = |event| {
        match event {
            LoadEvent::Segment { index, segment } => snapshot = snapshot.with_segment(index, segment),
            LoadEvent::Progress { counts, bytes, .. } => (last, read) = (counts, bytes),
            _ => {}
        }
        true
    };
    load_sources(&[SourceName::Path(path.to_owned())], &sources, &Control::default(), &mut take);
    Loaded { snapshot, alerts: last.alerts, unreadable: last.unreadable, blank: last.blank, bytes: read }
}

/// Reads a file to its end and does nothing with it: how many bytes it has, unpacked.
pub fn unpacked(path: &Path) -> u64 {
    let reader = pass(&Found::Named(path.to_owned()), &Limits::default());
    reader.map_or(0, |mut reader| io::copy(&mut reader.waiting(), &mut io::sink()).unwrap_or(0))
}

impl Loaded {
    /// How many alerts a filter and the words of a narrowing leave; both may be empty. No earlier answer is used.
    pub fn search(&self, filter: &str, narrowing: &str) -> usize {
        let mut rows = 0;
        self.views(filter, narrowing, &mut |found| rows = found);
        rows
    }
    /// One that completes filters over these alerts, and remembers from question to question.
    pub fn typist(&self) -> Typist<'_> {
        let mut rows = Arc::default();
        Searcher::default().answer(&self.question("", ""), &|| false, &mut |view| rows = view.rows);
        Typist { loaded: self, view: rows, completer: Completer::default() }
    }
    /// How many alerts the first answer has, with which the list can be drawn.
    pub fn first_view(&self, filter: &str, narrowing: &str) -> usize {
        let mut first = None;
        self.views(filter, narrowing, &mut |found| first = first.or(Some(found)));
        first.unwrap_or_default()
    }
    /// The alerts that a filter leaves, in order.
    pub fn in_view(&self, filter: &str) -> InView {
        let mut found = View::default();
        self.answers(filter, "", &mut |view| found = view);
        InView(found.rows, found.span)
    }
    /// Counts the values of a field among those alerts: how many values there are.
    pub fn facet(&self, rows: &InView, name: &str) -> Option<usize> {
        counts(&self.snapshot, &rows.0, name, &|| false).map(|counts| counts.values.len())
    }
    /// Counts those alerts over time, in at most so many buckets: how many buckets there are.
    pub fn over_time(&self, rows: &InView, most: usize) -> Option<usize> {
        histogram(&self.snapshot, &rows.0, Wish { most, ends: rows.1, step: None }, &|| false)
            .map(|counted| counted.buckets.len())
    }
    fn views(&self, filter: &str, narrowing: &str, tell: &mut dyn FnMut(usize)) {
        self.reader().views(filter, narrowing, tell);
    }
    fn answers(&self, filter: &str, narrowing: &str, tell: &mut dyn FnMut(View)) {
        Searcher::default().answer(&self.question(filter, narrowing), &|| false, tell);
    }
    /// Somebody who has the list of all alerts before them.
    pub fn reader(&self) -> Reader<'_> {
        let mut reader = Reader { loaded: self, searcher: Searcher::default() };
        reader.asks("", "");
        reader
    }
    fn question(&self, filter: &str, narrowing: &str) -> Question {
        Question {
            generation: Generation::default(),
            snapshot: self.snapshot.clone(),
            filter: filter.to_owned(),
            narrowing: narrowing.to_owned(),
            grouping: None,
            order: None,
            anchor: None,
            since: None,
            now: Nanos::default(),
        }
    }
    /// Reads alert number `row` of the first segment again, analyses it, and lays out its four tabs at 80 columns: how many
    /// lines they have. `None` when there is no such alert or its file is gone.
    pub fn open(&self, playbooks: &Analyst, row: u16) -> Option<usize> {
        let opened = self.opened(playbooks, RowId::new(0, row))?;
        Some(Tab::ALL.iter().map(|tab| page::page(*tab, &Shown::plain(&opened), 80, Wrap::default()).lines.len()).sum())
    }
    /// Reads alert number `row` of the first segment again and analyses it: how many commands it proposes.
    pub fn analyse(&self, playbooks: &Analyst, row: u16) -> Option<usize> {
        self.opened(playbooks, RowId::new(0, row)).map(|opened| opened.analysis.commands.len())
    }
    /// Counts what lies around the alert half way down: how many alerts there are in all circles.
    pub fn around(&self) -> Option<usize> {
        let middle = self.snapshot.segments().len() / 2;
        let row = RowId::new(u16::try_from(middle).ok()?, 4_711);
        let place = self.snapshot.segment(row)?.place(row.row())?;
        let line = self.snapshot.sources().read(place.span).ok()?;
        let near = nearby(&self.snapshot, row, &decode::alert(&line).unwrap_or_default(), &|| false)?;
        Some(near.circles.iter().filter_map(|circle| circle.alerts.parse::<usize>().ok()).sum())
    }
    /// Looks for the alerts that share a tie with the alert half way down, within so many minutes: how many there are. The
    /// tie is named as on the screen: `container`, `host`, `address`.
    pub fn related(&self, tie: &str, minutes: i64, tree: bool) -> Option<usize> {
        let middle = self.snapshot.segments().len() / 2;
        let row = RowId::new(u16::try_from(middle).ok()?, 4_711);
        let tie = Tie::ALL.into_iter().find(|known| known.word() == tie)?;
        let question = related::Question {
            generation: Generation::default(),
            snapshot: self.snapshot.clone(),
            row,
            condition: tied(&Seen::of(&self.snapshot, row)?, tie).ok()?.condition,
            window: minutes * Nanos::MINUTE,
            fold: related::Fold::default(),
            tree,
            view: None,
        };
        related::related(&question, &|| false).map(|found| found.alerts)
    }
    fn opened(&self, playbooks: &Analyst, row: RowId) -> Option<Opened> {
        let place = self.snapshot.segment(row)?.place(row.row())?;
        let line = self.snapshot.sources().read(place.span).ok()?;
        let alert = decode::alert(&line).unwrap_or_default();
        let analysis = playbooks.0.analyse(&alert, None);
        Some(Opened { row, place, source: Clean::from("lab"), line, alert, analysis })
    }
}

/// Alerts that a filter leaves.
#[derive(Debug)]
pub struct InView(Arc<Vec<RowId>>, Option<(Nanos, Nanos)>);

/// One who asks one question after the other, as a list worker is asked.
#[derive(Debug)]
pub struct Reader<'l> {
    loaded: &'l Loaded,
    searcher: Searcher,
}

impl Reader<'_> {
    /// How many alerts a filter and the words of a narrowing leave.
    pub fn asks(&mut self, filter: &str, narrowing: &str) -> usize {
        let mut rows = 0;
        self.views(filter, narrowing, &mut |found| rows = found);
        rows
    }
    /// How many alerts the first answer with any has; the question is given up then.
    pub fn first(&mut self, filter: &str, narrowing: &str) -> usize {
        let found = Cell::new(0);
        let question = self.loaded.question(filter, narrowing);
        self.searcher.answer(&question, &|| found.get() > 0, &mut |view| found.set(view.rows.len()));
        found.get()
    }
    /// How many groups these fields make of all alerts; `alike` gathers by likeness.
    pub fn groups(&mut self, fields: &str) -> usize {
        let names = fields.split(',').map(str::to_owned).collect();
        let grouping = if fields == "alike" { Grouping::Alike } else { Grouping::By(names) };
        let mut groups = 0;
        let question = Question { grouping: Some(grouping), ..self.loaded.question("", "") };
        self.searcher.answer(&question, &|| false, &mut |view| groups = view.groups.map_or(0, |groups| groups.len()));
        groups
    }
    /// Sorts all alerts by a field: the number of the first.
    pub fn sorts(&mut self, field: &str) -> Option<usize> {
        let order = Order { by: By::Fields(vec![field.to_owned()]), direction: Direction::default() };
        let question = Question { order: Some(order), ..self.loaded.question("", "") };
        let mut first = None;
        self.searcher.answer(&question, &|| false, &mut |view| first = view.rows.first().map(|row| row.row()));
        first
    }
    fn views(&mut self, filter: &str, narrowing: &str, tell: &mut dyn FnMut(usize)) {
        let question = self.loaded.question(filter, narrowing);
        self.searcher.answer(&question, &|| false, &mut |view| tell(view.rows.len()));
    }
}

/// The playbooks in the binary, read.
#[derive(Debug)]
pub struct Analyst(Playbooks);

impl Analyst {
    /// Reads them.
    #[expect(clippy::new_without_default, reason = "reading them is work, not a default")]
    pub fn new() -> Self {
        Self(Playbooks::bundled())
    }
}

/// Completes filters.
#[derive(Debug)]
pub struct Typist<'l> {
    loaded: &'l Loaded,
    view: Arc<Vec<RowId>>,
    completer: Completer,
}

impl Typist<'_> {
    /// How many candidates there are at the end of `text`.
    pub fn candidates(&mut self, text: &str) -> usize {
        let read = walk(text, text.len());
        let Some(place) = read.place else { return 0 };
        let (comparison, others) = match &place.kind {
            Kind::Value(compared) => {
                let own = text.get(compared.at.clone()).unwrap_or_default().to_owned();
                (own, Others::of(text, &compared.at, read.open, &Saved::new()).ok())
            }
            _ => (String::new(), None),
        };
        let typing = Typing {
            generation: Generation::default(),
            snapshot: self.loaded.snapshot.clone(),
            view: Arc::clone(&self.view),
            place,
            comparison,
            others,
            words: String::new(),
            now: Nanos::default(),
            saved: Vec::new(),
        };
        self.completer.answer(&typing, &|| false).map_or(0, |found| found.items.len())
    }
}
