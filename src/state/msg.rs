//! What happened (`Msg`), and what is to be done about it (`Effect`): the only words between model and shell.
//!
//! Imports: every room before `state`. Promise: no variant holds a file handle, a thread or a clock.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::base::{Clean, Generation, Key, Millis, Notice, RowId, Size};
use crate::decode::Alert;
use crate::query::compared::{Compared, Wanted as Pair};
use crate::query::complete::{Candidates, Leaving, Typing};
use crate::query::histogram::Histogram;
use crate::query::related::Question as Surroundings;
use crate::query::related::Related;
use crate::query::survey::{Counted, Survey};
use crate::query::{Question, View};
use crate::source::{ByteSpan, SourceName};
use crate::state::histogram::Wanted;
use crate::state::live::Growth;
use crate::state::mouse::Click;
use crate::state::report::Report;
use crate::store::{LoadEvent, Place, Snapshot};

/// Something happened.
#[derive(Debug)]
pub(crate) enum Msg {
    /// It is now so late; sent before every batch of messages.
    Clock(Millis),
    /// A key.
    Key(Key),
    /// Text was pasted (bracketed); as it came.
    Paste(String),
    /// The terminal has this size now.
    Resized(Size),
    /// A load begins: the sources as the user named them, the empty snapshot over them, and what they may still give.
    Begin(Clean, Snapshot, Growth),
    /// The loader says something.
    Load(LoadEvent),
    /// The list worker answers.
    View(View),
    /// The list worker has no answer, and why; what it told so far is all that comes.
    Unanswered(Generation, Notice),
    /// An alert was read again and analysed.
    Opened(Generation, Result<Arc<Opened>, Notice>),
    /// The alerts around the open one were found.
    Related(Generation, Result<Arc<Related>, Notice>),
    /// Two alerts, or one and its group's usual values, were read.
    Compared(Generation, Result<Arc<Compared>, Notice>),
    /// The bytes of a line that is no alert were read.
    Line(ByteSpan, Result<Vec<u8>, Notice>),
    /// The values of a field were counted.
    Counted(Counted),
    /// Alerts were counted over time.
    Charted(Generation, Arc<Histogram>),
    /// The mouse did something.
    Mouse(Click),
    /// What became of a copy.
    Sent(Notice),
    /// A report was not written: its file is there already.
    Exists(Report),
    /// Something for the message line.
    Say(Notice),
    /// Candidates for what is typed in the filter bar.
    Candidates(Candidates),
    /// How many alerts there would be without each term of the filter.
    Without(Generation, Vec<usize>),
    /// Filters that earlier runs applied, the newest last.
    Filters(Vec<String>),
    /// The process was stopped and goes on; the terminal is ours again.
    Resumed,
}

/// One alert with everything that its panes show.
#[derive(Debug)]
pub(crate) struct Opened {
    /// Which alert.
    pub(crate) row: RowId,
    /// Where it stands, and the name of its source.
    pub(crate) place: Place,
    /// The source as the user named it.
    pub(crate) source: Clean,
    /// The line as it came, without its end.
    pub(crate) line: Vec<u8>,
    /// Its values.
    pub(crate) alert: Alert,
    /// What it means.
    pub(crate) analysis: Analysis,
}

/// Something is to be done; `app` does it.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Leave the browser.
    Quit(Leave),
    /// Give the terminal back and stop, as `^Z` does everywhere.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Compute the visible list.
    Ask(Question),
    /// Read this alert again and analyse it.
    Open(Generation, RowId, Snapshot),
    /// Find the alerts that share a tie with one.
    Relate(Surroundings),
    /// Read two alerts again, or one and count the values of others like it.
    Compare(Generation, Pair, Snapshot),
    /// Read the bytes of a line that is no alert.
    Read(ByteSpan, Snapshot),
    /// Send text to the clipboard.
    Copy {
        /// Its name in the message: `the alert`, `the command, unfilled PID`.
        what: Clean,
        /// The text.
        text: Vec<u8>,
    },
    /// Send the lines of these alerts to the clipboard, in this order.
    CopyLines(Vec<RowId>, Snapshot),
    /// Write a report; where its file is there and may not be replaced, [`Msg::Exists`] comes back.
    Report(Report),
    /// Look for candidates for what is typed in the filter bar.
    Complete(Box<Typing>),
    /// Count what there would be without each term of the filter.
    CountWithout(Leaving),
    /// Remember a filter that was applied.
    Remember(String),
    /// Save a filter under a name; without a text, forget the one of this name.
    SaveFilter(String, Option<String>),
    /// Remember these columns for the next run; empty: the usual ones.
    KeepColumns(String),
    /// Load this source (the start page's choice).
    Load(SourceName),
    /// Stop loading; what is there stays.
    StopLoading,
    /// Watch the files for more, or no longer.
    Follow(bool),
    /// Ring the terminal's bell.
    Ring,
    /// Let the window's title say this; empty: give it back.
    Title(Clean),
    /// Count the values of fields.
    Count(Survey),
    /// Count alerts over time.
    Chart(Wanted),
    /// Take the mouse from the terminal, or give it back.
    Mouse(bool),
    /// Give up the question that the list worker is answering.
    StopCounting,
}

/// How the browser was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// By a key: status 0.
    Quit,
    /// By `^C` twice: status 130.
    Interrupted,
}
