//! The model: what the screen shows and what keys do to it. No clock, no disk, no terminal, no ratatui.
//!
//! Lives here: the model, messages, effects, the table of commands, what panes say. Imports: every room before it.
//! Promise: `update` is a pure function of model and message, so every behaviour is a test without a screen.

pub(crate) mod alarm;
pub(crate) mod axis;
pub(crate) mod bar;
pub(crate) mod brush;
pub(crate) mod cell;
pub(crate) mod chips;
pub(crate) mod columns;
pub(crate) mod commands;
pub(crate) mod compare;
pub(crate) mod complete;
pub(crate) mod copy;
#[cfg(test)]
pub(crate) mod desk;
pub(crate) mod detail;
pub(crate) mod difference;
pub(crate) mod facet_keys;
pub(crate) mod facets;
pub(crate) mod gaps;
pub(crate) mod glance;
pub(crate) mod gone;
pub(crate) mod groups;
pub(crate) mod help;
pub(crate) mod histogram;
pub(crate) mod history;
pub(crate) mod input;
pub(crate) mod keys;
pub(crate) mod layer;
pub(crate) mod layers;
pub(crate) mod layout;
pub(crate) mod lines;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod marks;
pub(crate) mod mouse;
pub(crate) mod msg;
pub(crate) mod narrowing;
pub(crate) mod number;
pub(crate) mod page;
pub(crate) mod panes;
pub(crate) mod pivot;
pub(crate) mod prompt;
pub(crate) mod related;
pub(crate) mod report;
pub(crate) mod saved;
pub(crate) mod script;
pub(crate) mod session;
pub(crate) mod sorting;
pub(crate) mod steps;
pub(crate) mod table;
pub(crate) mod terms;
pub(crate) mod update;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::analysis::{Given, Runtime};
use crate::base::{Clean, Generation, Key, ListPos, Millis, Nanos, Notice, RowId, Size};
use crate::query::View;
use crate::query::fields::Warning;
use crate::query::group::{GroupId, Grouping};
use crate::query::sort::Order;
use crate::store::{Counts, Snapshot, Unreadable};
pub(crate) use columns::Columns;
pub(crate) use layer::{Bytes, Choice, Confirm, Fill, Input, Layer, Start};
pub(crate) use lines::{Folds, Lines};
pub(crate) use marks::Marks;
pub(crate) use msg::{Effect, Leave, Msg, Opened};

/// Everything that the screen shows. Only `update` changes it; views read.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The terminal's size.
    pub(crate) size: Size,
    /// Now, as the last message told.
    pub(crate) clock: Millis,
    /// The wall clock when the program started.
    pub(crate) started: Nanos,
    /// What was loaded.
    pub(crate) loaded: Loaded,
    /// Whether it goes on growing, and what the reader knows of that.
    pub(crate) live: live::Live,
    /// What narrows the list.
    pub(crate) narrowed: Narrowed,
    /// The list.
    pub(crate) list: List,
    /// The open alert's panes.
    pub(crate) detail: Detail,
    /// Which part of the screen keys go to.
    pub(crate) focus: Focus,
    /// What lies over the list and detail, the last on top.
    pub(crate) layers: Vec<Layer>,
    /// The message line and what it said before.
    pub(crate) messages: Messages,
    /// Digits and prefix keys typed so far.
    pub(crate) pending: Pending,
    /// What stands around the list: values of fields, alerts over time.
    pub(crate) panes: panes::Panes,
    /// What the tab Related is about.
    pub(crate) related: related::Board,
    /// What the filter bar knows beside the filter in force.
    pub(crate) bar: bar::Bar,
}

/// What was loaded so far.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The sources as the user named them: `overnight.jsonl`, `3 sources`, `demo`.
    pub(crate) title: Clean,
    /// The alerts.
    pub(crate) snapshot: Snapshot,
    /// Lines read and what became of them.
    pub(crate) counts: Counts,
    /// The lines that are no alerts, in order.
    pub(crate) unreadable: Vec<Unreadable>,
    /// Bytes read.
    pub(crate) bytes: u64,
    /// Bytes in all, where that is known.
    pub(crate) total: Option<u64>,
    /// When loading began, for the time left.
    pub(crate) since: Millis,
    /// How far reading is.
    pub(crate) stage: live::Stage,
    /// How many alerts were dropped, the oldest first, to stay within the bounds.
    pub(crate) dropped: u64,
    /// The segments before this number are those that were dropped.
    pub(crate) gone: usize,
}

/// What narrows the list: an exact filter, and words on top of it.
#[derive(Debug, Default)]
pub(crate) struct Narrowed {
    /// Filter and words in force.
    pub(crate) now: Narrowing,
    /// What was in force before, for undo; the newest last, at most 200.
    pub(crate) undo: Vec<Step>,
    /// What undo took back, for redo; the newest last.
    pub(crate) redo: Vec<Step>,
    /// The newest question that was asked.
    pub(crate) asked: Generation,
    /// The question that came with the newest change of filter or words; answers to older ones are dropped.
    pub(crate) changed: Generation,
    /// More was loaded since the newest question: it is asked again when its answer is whole.
    pub(crate) stale: bool,
    /// When the newest question was asked.
    pub(crate) since: Millis,
    /// Answers to this question and older ones may hold alerts that were dropped.
    pub(crate) old: Generation,
    /// The newest question has no whole answer yet.
    pub(crate) waiting: bool,
    /// What surprises in the filter, such as a field that no loaded alert has.
    pub(crate) warning: Option<Warning>,
}

/// One state of what the list shows and how: filter and words, groups and order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Narrowing {
    /// The filter's text, valid; empty for none.
    pub(crate) filter: String,
    /// The words as typed; empty for none.
    pub(crate) words: String,
    /// Terms and words that are switched off.
    pub(crate) off: chips::Off,
    /// What alerts are gathered by; `None`: they are not.
    pub(crate) grouping: Option<Grouping>,
    /// The order of alerts, or of groups; `None`: alerts by time, of groups the worst first.
    pub(crate) order: Option<Order>,
}

/// A state of the list with the place of the cursor then: what undo and Esc bring back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// Filter, words, groups and order.
    pub(crate) narrowing: Narrowing,
    /// The marks.
    pub(crate) marked: Marks,
    /// The alert under the cursor, and on which row of the list's area it stood.
    pub(crate) held: Option<Held>,
    /// The column with the cell cursor.
    pub(crate) column: usize,
    /// The reader stood at the end, and the cursor went along with what came.
    pub(crate) at_end: bool,
}

/// An alert and the row of the list's area, from 0, on which it is to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The alert.
    pub(crate) row: RowId,
    /// The group on whose header the cursor stood, rather than on the alert itself.
    pub(crate) group: Option<GroupId>,
    /// Rows between the top of the list and the alert.
    pub(crate) offset: usize,
}

/// The list of alerts.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// The rows in view; `complete` tells whether the count is final.
    pub(crate) view: View,
    /// The lines of the view.
    pub(crate) lines: Lines,
    /// Which groups are open.
    pub(crate) folds: Folds,
    /// The marks.
    pub(crate) marked: Marks,
    /// Where a range of marks began.
    pub(crate) range: Option<RowId>,
    /// The line on which the cursor stands.
    pub(crate) cursor: ListPos,
    /// The alert under the cursor, of a group's header the group's first; stays the same whatever comes in or is filtered, while it is in the view.
    pub(crate) row: Option<RowId>,
    /// The first place that is drawn.
    pub(crate) top: ListPos,
    /// Where `top` would be if there were room: a smaller screen moves `top`, a larger one brings it back.
    pub(crate) wished: ListPos,
    /// The columns that it has.
    pub(crate) columns: Columns,
    /// The column with the cell cursor, an index into `columns`.
    pub(crate) column: usize,
    /// The cursor rests: the cell underline, the row number and the output line may be drawn.
    pub(crate) settled: bool,
    /// When the cursor came to this alert.
    pub(crate) moved: Millis,
    /// The alert that the cursor goes back to as soon as an answer holds it; `None` once the reader has moved on.
    pub(crate) held: Option<Held>,
}

/// The columns of the list unless others were chosen, in order; `object` is the first of [`OBJECT`] that is there.
pub(crate) const COLUMNS: [&str; 6] = ["time", "priority", "rule", "container.name", "proc.name", "object"];

/// Where the object column looks, in order.
pub(crate) use crate::query::group::OBJECT;

/// The panes of the alert under the cursor.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    /// What the user chose with `p` for each [`layout::SizeClass`]; `None`: as the size asks for.
    pub(crate) chosen: [Option<Place>; 3],
    /// The part with the focus fills the screen.
    pub(crate) zoomed: bool,
    /// The tab in front.
    pub(crate) tab: Tab,
    /// The alert that the panes show; may lag behind the cursor until it settles.
    pub(crate) opened: Option<Arc<Opened>>,
    /// Why the alert can't be shown: its file has changed, say.
    pub(crate) failed: Option<Notice>,
    /// The newest request to open an alert.
    pub(crate) asked: Generation,
    /// The alert of that request.
    pub(crate) wanted: Option<RowId>,
    /// A copy that waits for an alert to be read.
    pub(crate) owed: Option<(Generation, copy::What)>,
    /// Scroll and cursor of each tab, in the order of [`Tab::ALL`].
    pub(crate) tabs: [TabState; 5],
    /// Long lines are wrapped rather than cut.
    pub(crate) wrap: Wrap,
    /// The tool that commands are wanted for; `None`: whichever fits the alert best.
    pub(crate) runtime: Option<Runtime>,
    /// The values typed for gaps of each alert; gone when something else is loaded.
    pub(crate) given: BTreeMap<RowId, Vec<Given>>,
}

/// Whether long lines are wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// They go on in the next row.
    #[default]
    On,
    /// They are cut; `H` and `L` scroll.
    Off,
}

/// Where a tab stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TabState {
    /// The first line that is drawn.
    pub(crate) top: usize,
    /// The item under the cursor (a field, a command); tabs without items only scroll.
    pub(crate) item: usize,
    /// Columns scrolled to the right.
    pub(crate) shift: usize,
}

/// Where the panes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// In place of the list (narrow screens).
    Full,
    /// Below the list.
    Below,
    /// Right of the list.
    Right,
    /// Not shown.
    #[default]
    Off,
}

/// A tab of the detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Every value of the alert.
    #[default]
    Fields,
    /// What it means.
    Analysis,
    /// What to do.
    Commands,
    /// The line as it came.
    Raw,
    /// What else was there.
    Related,
}

impl Tab {
    /// Every tab, in order.
    pub(crate) const ALL: [Self; 5] = [Self::Fields, Self::Analysis, Self::Commands, Self::Raw, Self::Related];
    /// Its name on the screen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fields => "Fields",
            Self::Analysis => "Analysis",
            Self::Commands => "Commands",
            Self::Raw => "Raw",
            Self::Related => "Related",
        }
    }
}

/// Which part of the screen keys go to while no layer is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The list.
    #[default]
    List,
    /// The panes.
    Detail,
    /// The values of fields.
    Facets,
    /// Alerts over time.
    Histogram,
}

/// The message line.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// What the message line says now.
    pub(crate) now: Option<Notice>,
    /// Since when it does.
    pub(crate) since: Millis,
    /// What it said before and now, oldest first, at most 200.
    pub(crate) log: VecDeque<Notice>,
}

/// Keys typed so far that are no whole command yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// A count: `12` of `12j`.
    pub(crate) count: Option<usize>,
    /// A prefix such as `g` or `y`.
    pub(crate) prefix: Option<Key>,
    /// When the prefix was pressed; its continuations are shown [`HINT_MS`] later.
    pub(crate) since: Millis,
    /// When `^C` was pressed on an idle list; a second one within two seconds quits.
    pub(crate) interrupted: Option<Millis>,
}

/// How long the cursor rests before panes, the output line and the row number follow it, in milliseconds.
pub(crate) const SETTLE_MS: u64 = 80;

/// How long after a prefix key its continuations are shown, in milliseconds.
pub(crate) const HINT_MS: u64 = 300;
