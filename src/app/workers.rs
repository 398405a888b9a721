//! Threads that work behind the screen: the loader, the list worker, the opener, the reader of single lines.
//!
//! Lives here: how they are started, fed and kept from taking the program with them. Not here: what they do (`store`,
//! `query`, `analysis`). Imports: every room below `app`. Promise: the newest question wins, an answer is a message, and a
//! worker's panic is a `Notice`.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use crate::analysis::Playbooks;
use crate::app::beside::Beside;
use crate::app::browse::{Event, Following, Inbox};
use crate::app::completion::{complete, count_without};
use crate::app::panes;
use crate::app::report::{is_there, to_file};
use crate::app::shelf::Shelf;
use crate::app::slot::Slot;
use crate::base::{Clean, Generation, Notice, RowId};
use crate::decode;
use crate::query::Question;
use crate::query::complete::{Leaving, Typing};
use crate::query::nearby::nearby;
use crate::query::search::Searcher;
use crate::query::survey::Survey;
use crate::source::door::Door;
use crate::source::{ByteSpan, SourceName, Sources};
use crate::state::copy::line as copied;
use crate::state::histogram::Wanted;
use crate::state::report::Report;
use crate::state::{Msg, Opened};
use crate::store::load::{Bounds, Control, Plan, load_as};
use crate::store::{LoadEvent, Snapshot};

/// Answers of the loader that the loop has not looked at yet; more would make keys wait behind them.
const UNANSWERED: usize = 4;

thread_local! {
    /// A panic on this thread is caught and told; the hook must not end the program for it.
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread's panics are caught.
pub(crate) fn is_shielded() -> bool {
    SHIELDED.get()
}

/// Starts a thread. It is never waited for: it ends with the process.
///
/// # Errors
/// The system has no room for another thread.
pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Starts a thread that answers what is put into the slot, one question after the other.
///
/// # Errors
/// As [`thread`].
pub(crate) fn serve<T: Send + 'static>(
    name: &str,
    inbox: &Inbox,
    work: impl FnOnce(&Slot<T>, &Inbox) + Send + 'static,
) -> io::Result<Arc<Slot<T>>> {
    let slot = Slot::new();
    let (asked, to) = (Arc::clone(&slot), inbox.clone());
    thread(name, move || work(&asked, &to))?;
    Ok(slot)
}

/// Does `work`; a panic in it is a fault of ours, and comes back as what to say about it.
pub(crate) fn shielded<T>(what: &'static str, work: impl FnOnce() -> T) -> Result<T, Notice> {
    let before = SHIELDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    SHIELDED.set(before);
    done.map_err(|panic| {
        let words = words(panic.as_ref());
        Notice::said(Clean::concat([Clean::from(what), Clean::from(" failed by a fault of stoop's own: "), words]))
            .with_next("Please report it; everything else goes on")
    })
}

/// What a panic says.
pub(crate) fn words(panic: &(dyn Any + Send)) -> Clean {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Clean::from_bytes(said.unwrap_or("no words").as_bytes())
}

/// An alert that the opener is asked for.
type WantedAlert = (Generation, RowId, Snapshot);

/// A line that is no alert.
type WantedLine = (ByteSpan, Snapshot);

/// The workers as the loop sees them.
#[derive(Debug)]
pub(crate) struct Workers {
    inbox: Inbox,
    /// `None`: the one before is to be given up.
    questions: Arc<Slot<Option<Question>>>,
    alerts: Arc<Slot<WantedAlert>>,
    lines: Arc<Slot<WantedLine>>,
    reports: Arc<Slot<Report>>,
    surveys: Arc<Slot<Survey>>,
    charts: Arc<Slot<Wanted>>,
    /// What lies beside an alert.
    beside: Beside,
    typing: Arc<Slot<Typing>>,
    leaving: Arc<Slot<Leaving>>,
    load: Load,
}

/// The load in force.
#[derive(Debug, Default)]
struct Load {
    number: u64,
    control: Arc<Control>,
    credit: Option<Receiver<()>>,
}

impl Workers {
    /// Starts the list worker, the opener and the reader of lines.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn start(inbox: &Inbox, shelf: Shelf) -> io::Result<Self> {
        let same = shelf.clone();
        Ok(Self {
            inbox: inbox.clone(),
            questions: serve("list", inbox, answer_questions)?,
            alerts: serve("opener", inbox, move |asked, to| open_alerts(asked, to, &same))?,
            lines: serve("lines", inbox, read_lines)?,
            reports: serve("reports", inbox, move |asked, to| write_reports(asked, to, &shelf))?,
            surveys: serve("facets", inbox, panes::count_fields)?,
            charts: serve("histogram", inbox, panes::count_over_time)?,
            beside: Beside::start(inbox)?,
            typing: serve("completion", inbox, complete)?,
            leaving: serve("without", inbox, count_without)?,
            load: Load::default(),
        })
    }
    /// Asks for candidates for what is typed.
    pub(crate) fn complete(&self, typing: Typing) {
        self.typing.put(typing);
    }
    /// Asks how many alerts each of some filters leaves.
    pub(crate) fn count_without(&self, leaving: Leaving) {
        self.leaving.put(leaving);
    }
    /// Asks for the visible list.
    pub(crate) fn ask(&self, question: Question) {
        self.questions.put(Some(question));
    }
    /// Gives the question up that is being answered.
    pub(crate) fn stop_counting(&self) {
        self.questions.put(None);
    }
    /// Asks for an alert to be read again and analysed.
    pub(crate) fn open(&self, generation: Generation, row: RowId, snapshot: Snapshot) {
        self.alerts.put((generation, row, snapshot));
    }
    /// Asks for the values of fields to be counted.
    pub(crate) fn count(&self, survey: Survey) {
        self.surveys.put(survey);
    }
    /// Asks for alerts to be counted over time.
    pub(crate) fn chart(&self, wanted: Wanted) {
        self.charts.put(wanted);
    }
    /// Those that find and compare what lies beside an alert.
    pub(crate) fn beside(&self) -> &Beside {
        &self.beside
    }
    /// Asks for a report to be written.
    pub(crate) fn report(&self, report: Report) {
        self.reports.put(report);
    }
    /// Asks for the bytes of a line that is no alert.
    pub(crate) fn read(&self, span: ByteSpan, snapshot: Snapshot) {
        self.lines.put((span, snapshot));
    }
    /// Loads `names` in place of what was loaded before.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn load(&mut self, names: Vec<SourceName>, sources: Arc<Sources>, going: Going) -> io::Result<()> {
        self.stop_loading();
        let (spend, credit) = sync_channel(UNANSWERED);
        let control = Arc::new(Control::that_stays());
        control.follow(going.following == Following::On);
        self.load = Load { number: self.load.number + 1, control: Arc::clone(&control), credit: Some(credit) };
        let loader = Loader { number: self.load.number, inbox: self.inbox.clone(), spend, control };
        thread("loader", move || loader.run(&names, &sources, going))
    }
    /// Stops loading; what was told stays.
    pub(crate) fn stop_loading(&self) {
        self.load.control.stop();
    }
    /// Watches the files for more once everything that is there was read, or no longer.
    pub(crate) fn follow(&self, follows: bool) {
        self.load.control.follow(follows);
    }
    /// The message of an answer of the loader, if it belongs to the load in force. The loader may send one more.
    pub(crate) fn loaded(&self, number: u64, event: LoadEvent) -> Option<Msg> {
        if number != self.load.number {
            return None;
        }
        if let Some(credit) = &self.load.credit {
            // Empty only after the loader has ended.
            let _ = credit.try_recv();
        }
        Some(Msg::Load(event))
    }
}

/// How a load goes on, and what is held of it.
#[derive(Debug)]
pub(crate) struct Going {
    /// Whether files are watched for more from the start.
    pub(crate) following: Following,
    /// Of more than this the oldest alerts go.
    pub(crate) bounds: Bounds,
    /// Where alerts are posted.
    pub(crate) door: Option<Door>,
}

/// The loader's own.
struct Loader {
    number: u64,
    inbox: Inbox,
    spend: SyncSender<()>,
    control: Arc<Control>,
}

impl Loader {
    fn run(&self, names: &[SourceName], sources: &Arc<Sources>, going: Going) {
        let plan = Plan { control: &self.control, bounds: going.bounds, door: going.door };
        let done = shielded("loading", || load_as(names, sources, plan, &mut |event| self.tell(event)));
        if let Err(notice) = done {
            self.tell(LoadEvent::Failed(notice));
            self.tell(LoadEvent::Done);
        }
    }
    /// Waits while the loop has not looked at what was told before.
    fn tell(&self, event: LoadEvent) -> bool {
        self.spend.send(()).is_ok() && self.inbox.send(Event::Load(self.number, event)).is_ok()
    }
}

fn answer_questions(questions: &Slot<Option<Question>>, inbox: &Inbox) {
    let mut searcher = Searcher::default();
    loop {
        let Some(question) = questions.take() else { continue };
        let answered = shielded("the search", || {
            searcher.answer(&question, &|| questions.is_waiting(), &mut |view| {
                let _ = inbox.send(Event::Msg(Msg::View(view)));
            });
        });
        if let Err(notice) = answered {
            // What it remembered may be half of something.
            searcher = Searcher::default();
            let _ = inbox.send(Event::Msg(Msg::Unanswered(question.generation, notice)));
        }
    }
}

fn open_alerts(wanted: &Slot<WantedAlert>, inbox: &Inbox, shelf: &Shelf) {
    let mut playbooks = None;
    loop {
        let (generation, row, snapshot) = wanted.take();
        // Read here and not at the start: the first frame waits for nobody.
        let playbooks = playbooks.get_or_insert_with(|| read_playbooks(shelf, inbox));
        let opened =
            shielded("the analysis", || open(row, &snapshot, playbooks)).and_then(|opened| opened).map(Arc::new);
        if inbox.send(Event::Msg(Msg::Opened(generation, opened.clone()))).is_err() {
            return;
        }
        let counted = opened
            .map(|opened| shielded("the count", || count(&opened, &snapshot, playbooks, &|| wanted.is_waiting())));
        if let Ok(Ok(Some(counted))) = counted {
            let _ = inbox.send(Event::Msg(Msg::Opened(generation, Ok(Arc::new(counted)))));
        }
    }
}

/// The same alert with what lies around it counted; `None` when another alert is waited for.
fn count(opened: &Opened, snapshot: &Snapshot, playbooks: &Playbooks, newer: &dyn Fn() -> bool) -> Option<Opened> {
    let near = nearby(snapshot, opened.row, &opened.alert, newer)?;
    let analysis = playbooks.analyse(&opened.alert, Some(&near));
    let (line, alert, source) = (opened.line.clone(), opened.alert.clone(), opened.source.clone());
    Some(Opened { row: opened.row, place: opened.place, source, line, alert, analysis })
}

/// Reads the playbooks; the first thing that is wrong with them is told, with the way to all.
fn read_playbooks(shelf: &Shelf, inbox: &Inbox) -> Playbooks {
    let (playbooks, failed) = shelf.playbooks();
    let count = failed.len() + playbooks.complaints().len();
    if let Some(first) = failed.iter().chain(playbooks.complaints()).next() {
        let all = if count == 1 { "" } else { "; all of it: stoop playbooks lint" };
        let next = Clean::concat(["That playbook is left out".into(), all.into()]);
        let _ = inbox.send(Event::Msg(Msg::Say(first.clone().with_next(next))));
    }
    playbooks
}

/// A newer report takes the place of one that is being written: only one is waited for.
fn write_reports(wanted: &Slot<Report>, inbox: &Inbox, shelf: &Shelf) {
    loop {
        let asked = wanted.take();
        let msg = if !asked.replace && is_there(&asked) {
            Msg::Exists(asked)
        } else {
            let playbooks = shelf.playbooks().0;
            let written = shielded("the report", || to_file(&asked, &playbooks, &|| wanted.is_waiting()));
            Msg::Say(written.and_then(|written| written).unwrap_or_else(|failed| failed))
        };
        if inbox.send(Event::Msg(msg)).is_err() {
            return;
        }
    }
}

fn read_lines(wanted: &Slot<WantedLine>, inbox: &Inbox) {
    loop {
        let (span, snapshot) = wanted.take();
        let read = shielded("reading the line", || snapshot.sources().read(span));
        if inbox.send(Event::Msg(Msg::Line(span, read.and_then(|read| read)))).is_err() {
            return;
        }
    }
}

/// The lines of these alerts as they leave for the clipboard; of one that can't be read any more, that it can't.
pub(crate) fn lines(rows: &[RowId], snapshot: &Snapshot) -> Vec<u8> {
    let read = |row: &RowId| {
        let place = snapshot.segment(*row)?.place(row.row())?;
        snapshot.sources().read(place.span).ok()
    };
    let lines = rows
        .iter()
        .map(|row| read(row).map_or_else(|| b"(can't be read any more)".to_vec(), |line| copied(&decode::own(&line))));
    lines.collect::<Vec<_>>().join(&b'\n')
}

/// Reads the alert's line again and says what it means.
fn open(row: RowId, snapshot: &Snapshot, playbooks: &Playbooks) -> Result<Opened, Notice> {
    let place = snapshot.segment(row).and_then(|segment| segment.place(row.row()));
    let place = place.ok_or_else(|| Notice::said("there is no such alert any more"))?;
    let source = snapshot.sources().title(place.span.source);
    let line = snapshot.sources().read(place.span)?;
    // It was an alert when it was loaded, so its file has changed.
    let alert = decode::alert(&line).map_err(|reason| {
        let why = Clean::from_bytes(format!("line {} is no alert any more: {reason}", place.line).as_bytes());
        Notice::said(why).at(source.clone()).with_next("The file has changed since it was loaded; open it again")
    })?;
    let analysis = playbooks.analyse(&alert, None);
    Ok(Opened { row, place, source, line, alert, analysis })
}

#[cfg(test)]
#[path = "workers_tests.rs"]
mod tests;
