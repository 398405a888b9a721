//! The browser: what it is started with, how it starts and ends.
//!
//! Lives here: the order in which terminal, threads and loop come up, and the sentence where they can't. Not here: the
//! loop (`shell`), arguments (`cli`). Imports: every room. Promise: the first frame is drawn before anything is loaded,
//! and whatever ends the browser has given the terminal back before anything is printed.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};

use crate::app::clock;
use crate::app::environment::Environment;
use crate::app::held;
use crate::app::shelf::Shelf;
use crate::app::shell::Shell;
use crate::app::signals;
use crate::app::statefile;
use crate::base::{Clean, Notice, Priority};
use crate::source::SourceName;
use crate::source::door::Door;
use crate::state::live::Stage;
use crate::state::{Choice, Columns, Layer, Leave, Model, Msg, Narrowing, Start, Step};
use crate::store::LoadEvent;
use crate::store::load::Bounds;
use crate::ui::terminal;
use crate::ui::theme::Theme;

/// What the browser is started with.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// What is loaded; empty for the start page.
    pub(crate) sources: Vec<SourceName>,
    /// What the sources are called together: `overnight.jsonl`, `3 sources`, `demo`.
    pub(crate) title: Clean,
    /// The filter to begin with; valid, or empty for none.
    pub(crate) filter: String,
    /// The filter that undo leads back to: the same without `--since` and `--until`, where those are in it.
    pub(crate) before: Option<String>,
    /// The theme that `--theme` names.
    pub(crate) theme: Option<String>,
    /// Draw with ASCII only, whatever the locale says.
    pub(crate) ascii: bool,
    /// What the start page offers; used only without sources.
    pub(crate) offers: Vec<Start>,
    /// Directories of playbooks that `--playbooks` names.
    pub(crate) playbooks: Vec<OsString>,
    /// Whether files are watched for more from the start.
    pub(crate) following: Following,
    /// How much is read and held.
    pub(crate) measure: Measure,
    /// Where alerts are posted.
    pub(crate) door: Option<Door>,
    /// What is said when the browser opens.
    pub(crate) said: Vec<Notice>,
    /// The bell rings for new alerts of this priority and worse.
    pub(crate) bell: Option<Priority>,
    /// The window's title counts new alerts of this priority and worse.
    pub(crate) window_title: Option<Priority>,
}

/// How much is read and held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Of more than this the oldest alerts go.
    pub(crate) bounds: Bounds,
    /// How much may be unpacked of what grows beyond measure, in bytes; `None`: the usual.
    pub(crate) max_expand: Option<u64>,
}

/// Whether files are watched for more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Following {
    /// They are (`-f`).
    On,
    /// They are read once.
    #[default]
    Off,
}

/// Something for the loop.
#[derive(Debug)]
pub(crate) enum Event {
    /// Something for the model.
    Msg(Msg),
    /// The loader of this number tells something.
    Load(u64, LoadEvent),
    /// The terminal may have another size.
    Resized,
    /// The process is to stop (SIGTSTP).
    Stop,
    /// The process goes on after a stop (SIGCONT).
    Continued,
    /// The writer has written something.
    Written,
    /// The terminal takes nothing any more, or gives no keys.
    Gone,
}

/// The file with the columns of the list, in stoop's directory for state.
pub(crate) const COLUMNS: &str = "columns";

/// The way to the loop.
pub(crate) type Inbox = Sender<Event>;

/// How the browser ended without having begun.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It can't be drawn here, or not so.
    Told(Notice),
    /// The system refused something.
    System(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(why: io::Error) -> Self {
        Self::System(why)
    }
}

impl From<Notice> for Refusal {
    fn from(notice: Notice) -> Self {
        Self::Told(notice)
    }
}

/// Opens the browser, and gives the exit status when it was left.
pub(crate) fn browse(options: Options) -> ExitCode {
    let left = started(options).map(Shell::run);
    held::give_back();
    match left {
        Ok(leave) => ExitCode::from(status(leave)),
        Err(refusal) => refused(&refusal),
    }
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The reader left.
    Left(Leave),
    /// The terminal is gone.
    Gone,
}

fn status(end: End) -> u8 {
    match end {
        End::Left(Leave::Quit) => 0,
        End::Left(Leave::Interrupted) => 130,
        End::Gone => signals::HUNG_UP,
    }
}

fn refused(refusal: &Refusal) -> ExitCode {
    let mut stderr = io::stderr();
    let _ = match refusal {
        Refusal::Told(notice) => writeln!(stderr, "{notice}"),
        Refusal::System(why) => writeln!(stderr, "the browser can't start: {why}"),
    };
    ExitCode::from(held::FAILED)
}

/// Everything up to the first frame, and loading begun.
///
/// # Errors
/// What keeps the browser from starting; the terminal may have been taken.
pub(crate) fn started(options: Options) -> Result<Shell, Refusal> {
    let environment = Environment::read();
    can_be_drawn(&environment, &options)?;
    let name = options.theme.as_deref().unwrap_or(&environment.theme);
    let theme = Theme::named(name, environment.depth, environment.ascii || options.ascii)?;
    held::hook_panics();
    let (inbox, events) = channel();
    signals::watch(inbox.clone())?;
    let playbooks = Shelf::new(&environment, &options.playbooks);
    let mut shell = Shell::open(theme, environment, inbox, events, playbooks)?;
    shell.measure = options.measure;
    begin(&mut shell, options)?;
    Ok(shell)
}

/// Why there can be no browser here, before the terminal is touched.
fn can_be_drawn(environment: &Environment, options: &Options) -> Result<(), Notice> {
    if !terminal::shows() || environment.dumb {
        let what = "stoop needs a terminal on stdout; for text use  stoop query  or  stoop report";
        return Err(Notice::said(what));
    }
    if options.sources.contains(&SourceName::Stdin) && terminal::stdin_is_terminal() {
        return Err(Notice::said("no alerts come through standard input: it is the terminal")
            .with_next("Name a file, or pipe alerts in: cat FILE | stoop -"));
    }
    Ok(())
}

/// Shows something at once, then loads.
fn begin(shell: &mut Shell, options: Options) -> io::Result<()> {
    let remembered = shell.state().map(Path::to_owned);
    shell.model = first_model(&options, remembered.as_deref());
    shell.model.bar.saved = shell.saved();
    shell.draw();
    if options.opens_start_page() {
        return Ok(());
    }
    shell.load(options.sources, options.title, options.following, options.door)?;
    options.said.into_iter().for_each(|notice| shell.tell(Msg::Say(notice)));
    Ok(())
}

impl Options {
    /// Whether there is nothing to read.
    fn opens_start_page(&self) -> bool {
        self.sources.is_empty() && self.door.is_none()
    }
}

fn first_model(options: &Options, state: Option<&Path>) -> Model {
    let mut model = Model { size: terminal::size(), started: clock::now(), ..Model::default() };
    model.loaded.title = options.title.clone();
    let columns = state.map(|state| statefile::read(state, COLUMNS)).unwrap_or_default();
    model.list.columns = Columns::parse(&String::from_utf8_lossy(&columns)).unwrap_or_default();
    model.loaded.stage = if options.opens_start_page() { Stage::Ended } else { Stage::Loading };
    model.live.alarm.bell = options.bell;
    model.live.alarm.title = options.window_title;
    model.narrowed.now = filtered(&options.filter);
    let before = options.before.as_deref().map(|filter| Step { narrowing: filtered(filter), ..Step::default() });
    model.narrowed.undo.extend(before);
    if options.opens_start_page() {
        model.layers.push(Layer::Start(options.offers.clone(), Choice::default()));
    }
    model
}

fn filtered(filter: &str) -> Narrowing {
    Narrowing { filter: filter.to_owned(), ..Narrowing::default() }
}
