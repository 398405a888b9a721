//! The loop: events in, one model, effects out, frames drawn late.
//!
//! Lives here: what is done about each event and effect, when a frame is drawn, when to wake up. Not here: what a key does
//! (`state`), what a frame shows (`ui`). Imports: every room. Promise: at most one frame in 16 ms, and of a list that
//! is followed ten a second beside those that keys ask for; none when nothing happened; a loop that sleeps until something
//! does.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_current_process_group};

use crate::app::browse::{COLUMNS, End, Event, Following, Inbox, Measure};
use crate::app::clipboard::{Clipboard, Ways};
use crate::app::environment::Environment;
use crate::app::filters::{self, Change, Filters};
use crate::app::held;
use crate::app::output::Output;
use crate::app::recent;
use crate::app::shelf::Shelf;
use crate::app::signals;
use crate::app::statefile;
use crate::app::workers::{self, Going, Workers};
use crate::base::{Clean, Millis, Notice, RowId};
use crate::query::saved::Saved;
use crate::source::door::Door;
use crate::source::{SourceName, Sources};
use crate::state::live::Growth;
use crate::state::update::update;
use crate::state::{Effect, Model, Msg, number};
use crate::store::Snapshot;
use crate::ui::screen::Screen;
use crate::ui::terminal::{self, Typed};
use crate::ui::theme::Theme;

/// Between two frames; no eye and no line needs more.
const FRAME: Duration = Duration::from_millis(16);

/// The same for frames that show only what came meanwhile: the next key need not wait for one of them.
const CALM_FRAME: Duration = Duration::from_millis(100);

/// How long after such a frame the one that a key asks for may follow.
const AFTER_CALM: Duration = Duration::from_millis(4);

/// How long a size must hold: a window that is dragged reports many.
const SETTLED: Duration = Duration::from_millis(50);

/// How many events are taken before a frame.
const BURST: usize = 64;

/// After our own stop and return a SIGCONT tells nothing new for so long.
const JUST_RESUMED: Duration = Duration::from_millis(250);

/// Everything that the loop holds.
#[derive(Debug)]
pub(crate) struct Shell {
    /// What is shown.
    pub(crate) model: Model,
    /// How much is read and held.
    pub(crate) measure: Measure,
    screen: Screen,
    theme: Theme,
    output: Output,
    workers: Workers,
    clipboard: Clipboard,
    filters: Filters,
    home: Option<PathBuf>,
    /// stoop's directory for state, where there can be one.
    state: Option<PathBuf>,
    events: Receiver<Event>,
    times: Times,
    end: Option<End>,
}

/// When things happened, and what is owed.
#[derive(Debug)]
struct Times {
    started: Instant,
    /// Something may have changed since the last frame.
    dirty: bool,
    /// Something beside what came to a list that is followed.
    pressing: bool,
    /// The last frame showed only what came.
    calm: bool,
    drawn: Option<Instant>,
    /// When the newest size holds, if it is not looked at yet.
    resize: Option<Instant>,
    resumed: Option<Instant>,
}

impl Shell {
    /// Takes the terminal and starts the threads.
    ///
    /// # Errors
    /// There is no keyboard, or no room for a thread.
    pub(crate) fn open(
        theme: Theme,
        environment: Environment,
        inbox: Inbox,
        events: Receiver<Event>,
        shelf: Shelf,
    ) -> io::Result<Self> {
        let output = Output::start(inbox.clone())?;
        held::take(&output).map_err(|_| io::Error::other("there is no terminal that keys could come from"))?;
        signals::watch_terminal()?;
        let keys = inbox.clone();
        workers::thread("keys", move || read_keys(&keys))?;
        let workers = Workers::start(&inbox, shelf)?;
        let Environment { inside, home, state, .. } = environment;
        let filters = Filters::start(state.clone(), inbox.clone())?;
        let clipboard = Clipboard::start(Ways { inside, state: state.clone(), output: output.clone(), inbox })?;
        let screen = Screen::new(terminal::size());
        let times = Times {
            started: Instant::now(),
            dirty: true,
            pressing: true,
            calm: false,
            drawn: None,
            resize: None,
            resumed: None,
        };
        let model = Model::default();
        let measure = Measure::default();
        Ok(Self {
            model,
            measure,
            screen,
            theme,
            output,
            workers,
            clipboard,
            filters,
            home,
            state,
            events,
            times,
            end: None,
        })
    }

    /// The filters that the user saved.
    pub(crate) fn saved(&self) -> Saved {
        self.state.as_deref().map(filters::saved).unwrap_or_default()
    }

    /// stoop's directory for state.
    pub(crate) fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }

    /// Runs until the browser is left.
    pub(crate) fn run(mut self) -> End {
        loop {
            if let Some(end) = self.turn() {
                return end;
            }
        }
    }

    /// Waits for something, does all that waits with it, draws.
    fn turn(&mut self) -> Option<End> {
        let first = match self.times.patience(self.model.due(), self.output.is_busy()) {
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(patience) => self.events.recv_timeout(patience),
        };
        self.tell(Msg::Clock(self.times.now()));
        match first {
            Ok(first) => self.take(first),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Some(End::Gone),
        }
        for _ in 0..BURST {
            let Ok(event) = self.events.try_recv() else { break };
            self.take(event);
        }
        self.settle_size();
        self.draw();
        self.end
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Msg(msg) => self.tell(msg),
            Event::Load(number, event) => {
                if let Some(msg) = self.workers.loaded(number, event) {
                    self.tell(msg);
                }
            }
            Event::Resized => self.times.resize = Some(Instant::now() + SETTLED),
            Event::Stop => self.stop(),
            Event::Continued => self.resume_if_stopped(),
            Event::Written => {}
            Event::Gone => self.end = Some(End::Gone),
        }
    }

    /// Tells the model, and does what it asks for.
    pub(crate) fn tell(&mut self, msg: Msg) {
        // Time alone shows nothing, unless something waited for it.
        let changes = !matches!(msg, Msg::Clock(now) if self.model.due().is_none_or(|due| due > now));
        self.times.dirty |= changes;
        self.times.pressing |= changes && !self.model.only_grows_by(&msg);
        for effect in update(&mut self.model, msg) {
            if let Err(why) = self.perform(effect) {
                let what = Clean::from_bytes(why.to_string().as_bytes());
                self.tell(Msg::Say(Notice::said(what)));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Quit(leave) => self.end = Some(End::Left(leave)),
            // The whole job stops, as when the terminal itself sends it; our own part comes back as `Event::Stop`.
            Effect::Suspend => kill_current_process_group(Signal::TSTP)?,
            Effect::Redraw => self.screen.clear(),
            Effect::Ask(question) => self.workers.ask(question),
            Effect::Open(generation, row, snapshot) => self.workers.open(generation, row, snapshot),
            Effect::Relate(question) => self.workers.beside().relate(question),
            Effect::Compare(generation, wanted, snapshot) => {
                self.workers.beside().compare(generation, wanted, snapshot);
            }
            Effect::Read(span, snapshot) => self.workers.read(span, snapshot),
            Effect::Copy { what, text } => self.clipboard.send(what, text),
            Effect::CopyLines(rows, snapshot) => self.copy_lines(rows, snapshot)?,
            Effect::Report(report) => self.workers.report(report.below(self.home.as_deref())),
            Effect::KeepColumns(columns) => self.keep_columns(columns)?,
            Effect::Load(name) => {
                let title = name.title();
                self.load(vec![name], title, Following::Off, None)?;
            }
            Effect::Count(survey) => self.workers.count(survey),
            Effect::Chart(wanted) => self.workers.chart(wanted),
            Effect::Mouse(ours) => self.output.frame(terminal::mouse(ours).as_bytes().to_vec()),
            Effect::Complete(typing) => self.workers.complete(*typing),
            Effect::CountWithout(leaving) => self.workers.count_without(leaving),
            Effect::Remember(filter) => self.filters.write(Change::Applied(filter)),
            Effect::SaveFilter(name, text) => self.filters.write(Change::Saved(name, text)),
            Effect::StopLoading => self.workers.stop_loading(),
            Effect::Follow(follows) => self.workers.follow(follows),
            Effect::Ring => self.output.frame(terminal::BELL.to_vec()),
            Effect::Title(title) => self.output.title(&title),
            Effect::StopCounting => self.workers.stop_counting(),
        }
        Ok(())
    }

    /// Loads these sources in place of what was there.
    ///
    /// # Errors
    /// No room for a thread.
    pub(crate) fn load(
        &mut self,
        names: Vec<SourceName>,
        title: Clean,
        following: Following,
        door: Option<Door>,
    ) -> io::Result<()> {
        self.remember(&names)?;
        let limits = Environment::read().limits(self.measure.max_expand);
        let sources = Arc::new(Sources::with(limits, None));
        let growth = growth(&names, following, door.is_some());
        self.tell(Msg::Begin(title, Snapshot::new(Arc::clone(&sources)), growth));
        self.workers.load(names, sources, Going { following, bounds: self.measure.bounds, door })
    }

    /// Reads the lines on a thread of its own: there may be many.
    fn copy_lines(&self, rows: Vec<RowId>, snapshot: Snapshot) -> io::Result<()> {
        let clipboard = self.clipboard.clone();
        workers::thread("copy", move || {
            let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            clipboard.send(number::of(count, "alert"), workers::lines(&rows, &snapshot));
        })
    }

    /// Nobody waits for the disk.
    fn keep_columns(&self, columns: String) -> io::Result<()> {
        let Some(state) = self.state.clone() else { return Ok(()) };
        workers::thread("columns", move || drop(statefile::write(&state, COLUMNS, columns.as_bytes())))
    }

    /// A disk may be slow, and the start page can wait.
    fn remember(&self, names: &[SourceName]) -> io::Result<()> {
        let Some(state) = self.state.clone() else { return Ok(()) };
        let names = names.to_vec();
        workers::thread("recent", move || recent::remember(&state, &names))
    }

    /// Draws, if something may have changed, the last frame is written and was not just now.
    pub(crate) fn draw(&mut self) {
        if self.end.is_some() || !self.times.may_draw(self.output.is_busy()) {
            return;
        }
        self.times.calm = !self.times.pressing;
        (self.times.dirty, self.times.pressing) = (false, false);
        self.times.drawn = Some(Instant::now());
        let frame = self.screen.draw(&self.model, &self.theme);
        if !frame.is_empty() {
            self.output.frame(frame);
        }
    }

    fn settle_size(&mut self) {
        if self.times.resize.take_if(|due| *due <= Instant::now()).is_some() {
            self.size_anew();
        }
    }

    fn size_anew(&mut self) {
        let size = terminal::size();
        self.screen.resize(size);
        self.tell(Msg::Resized(size));
    }

    /// Gives the terminal back, stops, and takes it again when the process goes on.
    fn stop(&mut self) {
        held::give_back();
        // SIGTSTP itself is caught, and SIGSTOP would stop us for ever where no shell waits to go on. SIGTTIN stops
        // exactly where SIGTSTP would have.
        let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTTIN);
        self.resume();
    }

    fn resume(&mut self) {
        if held::take(&self.output).is_err() {
            self.end = Some(End::Gone);
            return;
        }
        self.times.resumed = Some(Instant::now());
        self.screen.entered();
        self.size_anew();
        self.tell(Msg::Resumed);
    }

    /// A stop that can't be caught leaves the terminal to others while it is ours.
    fn resume_if_stopped(&mut self) {
        if self.times.resumed.is_none_or(|resumed| resumed.elapsed() > JUST_RESUMED) {
            self.resume();
        }
    }
}

impl Times {
    fn now(&self) -> Millis {
        Millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }
    /// How long the loop may sleep; `None`: until something happens. `due`: when the model wants to be woken.
    fn patience(&self, due: Option<Millis>, busy: bool) -> Option<Duration> {
        let frame = self.drawn.map(|drawn| self.frame().saturating_sub(drawn.elapsed())).unwrap_or_default();
        // When the writer is busy it tells when it is done.
        let frame = (self.dirty && !busy && self.resize.is_none()).then_some(frame);
        let model = due.map(|due| self.until(due));
        let resize = self.resize.map(|due| due.saturating_duration_since(Instant::now()));
        [frame, model, resize].into_iter().flatten().min()
    }
    /// At least a millisecond, so that a model that is late does not make the loop spin.
    fn until(&self, due: Millis) -> Duration {
        let at = self.started + Duration::from_millis(due.0);
        at.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
    }
    /// How long after the last frame the next may follow.
    fn frame(&self) -> Duration {
        match (self.pressing, self.calm) {
            (true, true) => AFTER_CALM,
            (true, false) => FRAME,
            (false, _) => CALM_FRAME,
        }
    }
    fn may_draw(&self, busy: bool) -> bool {
        let soon = self.drawn.is_some_and(|drawn| drawn.elapsed() < self.frame());
        self.dirty && !busy && !soon && self.resize.is_none()
    }
}

/// What these may give beside what is there.
fn growth(names: &[SourceName], following: Following, listens: bool) -> Growth {
    let files = names.iter().filter(|name| matches!(name, SourceName::Path(_))).count();
    let fixed = names.iter().filter(|name| matches!(name, SourceName::Packed(..) | SourceName::Memory(..))).count();
    let streams = names.len() - files - fixed + usize::from(listens);
    Growth { files, streams, follows: following == Following::On && files + streams > 0 }
}

fn read_keys(inbox: &Inbox) {
    loop {
        let event = match terminal::read() {
            Ok(Typed::Key(key)) => Event::Msg(Msg::Key(key)),
            Ok(Typed::Mouse(click)) => Event::Msg(Msg::Mouse(click)),
            Ok(Typed::Paste(text)) => Event::Msg(Msg::Paste(text)),
            Err(_) => Event::Gone,
        };
        let over = matches!(event, Event::Gone);
        if inbox.send(event).is_err() || over {
            return;
        }
    }
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
