//! The tab Related: which tie, how far, and asking a worker what lies around the open alert.
//!
//! Lives here: the board of the tab and its keys. Not here: what it says (`page::related`), finding (`query::related`).
//! Imports: `base`, `query`. Promise: a key never waits; an older answer never replaces a newer one; what is shown is
//! about the alert that is open.

use std::sync::Arc;

use crate::base::{Clean, Generation, Millis, Nanos, Notice, RowId};
use crate::query::related::{Fold, Question, Related};
use crate::query::tie::{Missing, Tie, Tied, tied};
use crate::state::commands::{Args, named};
use crate::state::lines::Fold as FoldGroup;
use crate::state::live::Stage;
use crate::state::page::related::{markdown, window_words};
use crate::state::{Effect, Focus, Model, Opened, Tab, TabState, detail, groups, list, session};

/// How far is looked at first, in nanoseconds: ten minutes.
const WINDOW: i64 = 10 * Nanos::MINUTE;

/// Between two questions while more comes to a list that is followed, in milliseconds.
const PACE_MS: u64 = 1000;

/// The widest window, in nanoseconds: about a hundred years.
const WIDEST: i64 = i64::MAX / 3;

/// What the tab is about.
#[derive(Debug)]
pub(crate) struct Board {
    /// The tie that was chosen; in force where the open alert has it.
    chosen: Option<Tie>,
    /// How far is looked before and after the alert, in nanoseconds.
    pub(crate) window: i64,
    /// How repeats are folded.
    pub(crate) fold: Fold,
    /// The tree of processes is shown in place of the times.
    pub(crate) tree: bool,
    asked: Generation,
    about: Option<About>,
    waiting: bool,
    since: Millis,
    /// More came since, and it is to be asked about later.
    owed: bool,
    /// What was found, and for which alert.
    answer: Option<(RowId, Arc<Related>)>,
    /// Why nothing was found.
    pub(crate) failed: Option<Notice>,
    /// The newest request to compare alerts.
    pub(crate) compared: Generation,
}

/// What a question was about: another one is asked when this changes.
#[derive(Clone, Debug, PartialEq)]
struct About {
    row: RowId,
    tie: Tie,
    window: i64,
    fold: Fold,
    tree: bool,
    /// Of the list, where it does not hold everything.
    view: Option<(Generation, usize)>,
    /// How many alerts were loaded, and whether more were coming.
    loaded: (usize, bool),
}

impl Default for Board {
    fn default() -> Self {
        Self {
            chosen: None,
            window: WINDOW,
            fold: Fold::default(),
            tree: false,
            asked: Generation::default(),
            about: None,
            waiting: false,
            since: Millis::default(),
            owed: false,
            answer: None,
            failed: None,
            compared: Generation::default(),
        }
    }
}

/// Something else is loaded: what was found is of no use, and alerts have other rows.
pub(crate) fn forget(model: &mut Model) {
    let board = &mut model.related;
    board.asked = board.asked.next();
    board.about = None;
    board.answer = None;
    board.waiting = false;
    board.owed = false;
}

/// A step of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Half as far.
    Half,
    /// Twice as far.
    Double,
}

impl Board {
    /// The tie in force for an alert: the one that was chosen, else the first that it has.
    pub(crate) fn tie_of(&self, opened: &Opened) -> Option<Tied> {
        let all = Tie::ALL.into_iter().filter(|tie| *tie != Tie::Rule);
        self.chosen.into_iter().chain(all).find_map(|tie| tied(&opened.alert, tie).ok())
    }

    /// What was found around this alert, which may be of the tie or window before.
    pub(crate) fn found(&self, row: RowId) -> Option<&Arc<Related>> {
        self.answer.as_ref().filter(|(of, _)| *of == row).map(|(_, found)| found)
    }

    /// More is to come.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting
    }
}

/// Asks for what lies around the open alert, if it is looked at and was not asked for. Called after every message.
pub(crate) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some((about, condition)) = wanted(model) else { return Vec::new() };
    let board = &mut model.related;
    let grown_only = board.about.as_ref().is_some_and(|before| before.is_like(&about));
    let is_known = board.about.as_ref() == Some(&about);
    let too_early = match model.loaded.stage {
        Stage::Following => model.clock.0 < board.since.0.saturating_add(PACE_MS),
        Stage::Loading | Stage::Ended => !is_worth_it(board, &about),
    };
    board.owed = model.loaded.stage == Stage::Following && grown_only && !is_known && !board.waiting && too_early;
    if is_known || (grown_only && (board.waiting || too_early)) {
        return Vec::new();
    }
    board.since = model.clock;
    board.asked = board.asked.next();
    board.waiting = true;
    let question = Question {
        generation: board.asked,
        snapshot: model.loaded.snapshot.clone(),
        row: about.row,
        condition,
        window: about.window,
        fold: about.fold,
        tree: about.tree,
        view: about.view.map(|_| Arc::clone(&model.list.view.rows)),
    };
    board.about = Some(about);
    vec![Effect::Relate(question)]
}

/// When the tab is to be looked up anew because more came.
pub(crate) fn due(model: &Model) -> Option<Millis> {
    model.related.owed.then(|| Millis(model.related.since.0.saturating_add(PACE_MS)))
}

/// What is to be known now; `None` while the tab is not looked at, or its alert was dropped: what was found stays.
fn wanted(model: &Model) -> Option<(About, String)> {
    if model.opened_is_gone() {
        return None;
    }
    let is_shown = model.detail.tab == Tab::Related && model.layout().pane.rows > 0;
    let opened = model.detail.opened.as_ref().filter(|_| is_shown)?;
    let tied = model.related.tie_of(opened)?;
    let now = &model.narrowed.now;
    let narrows = !now.filter.is_empty() || !now.words.is_empty();
    let narrowed = narrows && !model.is_counting();
    let view = &model.list.view;
    let about = About {
        row: opened.row,
        tie: tied.tie,
        window: model.related.window,
        fold: model.related.fold,
        tree: model.related.tree,
        view: narrowed.then(|| match model.loaded.stage {
            // That it grows is told by what is loaded.
            Stage::Following => (model.narrowed.changed, 0),
            Stage::Loading | Stage::Ended => (view.generation, view.rows.len()),
        }),
        loaded: (model.loaded.snapshot.alerts(), model.loaded.stage != Stage::Ended),
    };
    Some((about, tied.condition))
}

impl About {
    /// The same but for what was loaded since.
    fn is_like(&self, other: &Self) -> bool {
        Self { loaded: other.loaded, ..self.clone() } == *other
    }
}

/// While alerts pour in, the question is asked again only when there are a quarter more of them.
fn is_worth_it(board: &Board, about: &About) -> bool {
    let before = board.about.as_ref().map_or(0, |before| before.loaded.0);
    !about.loaded.1 || about.loaded.0 > before + before / 4
}

/// Takes an answer, if it is the newest question's; the cursor stays on its line, or begins at the alert's own.
pub(crate) fn take(model: &mut Model, generation: Generation, found: Result<Arc<Related>, Notice>) -> Vec<Effect> {
    if generation != model.related.asked {
        return Vec::new();
    }
    model.related.waiting = false;
    let row = model.related.about.as_ref().map(|about| about.row);
    match (found, row) {
        (Ok(found), Some(row)) => {
            let under = item_row(model);
            model.related.failed = None;
            model.related.answer = Some((row, found));
            place_cursor(model, under.unwrap_or(row), row);
        }
        (Err(notice), _) => model.related.failed = Some(notice),
        (Ok(_), None) => {}
    }
    Vec::new()
}

/// The alerts that the items of the page lead to, in order.
fn items(model: &Model) -> Vec<Option<RowId>> {
    let opened = model.detail.opened.as_ref();
    let Some(found) = opened.and_then(|opened| model.related.found(opened.row)) else { return Vec::new() };
    match &found.ancestry {
        Some(tree) if model.related.tree => {
            tree.nodes.iter().filter_map(|node| node.first).map(|(row, _)| Some(row)).collect()
        }
        _ => found.links.iter().map(|link| link.row).collect(),
    }
}

fn item_row(model: &Model) -> Option<RowId> {
    items(model).into_iter().nth(state(model).item).flatten()
}

fn state(model: &Model) -> TabState {
    model.detail.tabs.get(Tab::Related as usize).copied().unwrap_or_default()
}

/// Puts the cursor on the line of `row`, else on that of the alert in question.
fn place_cursor(model: &mut Model, row: RowId, own: RowId) {
    let items = items(model);
    let found = model.related.found(own).and_then(|found| found.own).filter(|_| !model.related.tree);
    let place = |wanted: RowId| items.iter().position(|item| *item == Some(wanted));
    let at = place(row).or(found).or_else(|| place(own)).unwrap_or(0);
    if let Some(slot) = model.detail.tabs.get_mut(Tab::Related as usize) {
        slot.item = at;
    }
    if model.detail.tab == Tab::Related {
        detail::show_item(model);
    }
}

/// Chooses a tie; one that the alert does not have is not chosen, and the message says why.
pub(crate) fn tie(model: &mut Model, tie: Tie) -> Vec<Effect> {
    if let Some(why) = missing(model, tie) {
        return session::say(model, Notice::said(why));
    }
    model.related.chosen = Some(tie);
    Vec::new()
}

/// Why the open alert does not have the tie; `None`: it has.
fn missing(model: &Model, tie: Tie) -> Option<Missing> {
    match &model.detail.opened {
        Some(opened) => tied(&opened.alert, tie).err(),
        None => Some("no alert is open".into()),
    }
}

/// The ties that the tab looks for, by the names of their commands.
pub(crate) const TIES: [(&str, Tie); 9] = [
    ("relate-container", Tie::Container),
    ("relate-process", Tie::Process),
    ("relate-user", Tie::User),
    ("relate-host", Tie::Host),
    ("relate-file", Tie::File),
    ("relate-session", Tie::Session),
    ("relate-login", Tie::Login),
    ("relate-pod", Tie::Pod),
    ("relate-address", Tie::Address),
];

/// Whether the open alert has the tie of this command.
pub(crate) fn offers(model: &Model, name: &str) -> bool {
    TIES.iter().any(|(command, tie)| *command == name && missing(model, *tie).is_none())
}

/// The key of a tie in the tab.
pub(crate) fn key_of(tie: Tie) -> &'static str {
    let name = TIES.iter().find(|(_, of)| *of == tie).map(|(name, _)| *name);
    name.and_then(named).map_or("", |command| command.keys)
}

/// Looks half or twice as far.
pub(crate) fn widen(model: &mut Model, step: Step) -> Vec<Effect> {
    let window = model.related.window;
    model.related.window = match step {
        Step::Half => (window / 2).max(Nanos::SECOND),
        Step::Double => window.saturating_mul(2).min(WIDEST),
    };
    session::say(model, Notice::said(Clean::concat(["looking ".into(), window_words(model.related.window)])))
}

/// Shows the tree of processes in place of the times, or the times again.
pub(crate) fn toggle_tree(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    model.related.tree = !model.related.tree;
    if let Some(row) = model.detail.opened.as_ref().map(|opened| opened.row) {
        place_cursor(model, row, row);
    }
    Vec::new()
}

/// Folds all repeats of a kind, or only those that follow each other.
pub(crate) fn toggle_fold(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let (fold, said) = match model.related.fold {
        Fold::Kinds => (Fold::Runs, "only repeats that follow each other are folded"),
        Fold::Runs => (Fold::Kinds, "all repeats of a rule and process are folded, before and after the alert"),
    };
    model.related.fold = fold;
    session::say(model, Notice::said(said))
}

/// Goes to the first alert of the line under the cursor, in the list.
pub(crate) fn go_there(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(row) = item_row(model) else {
        return session::say(model, Notice::said("no alert is under the cursor"));
    };
    if model.is_gone(row) {
        return session::say(model, Notice::said("that alert was among the oldest, which were dropped"));
    }
    let Some(at) = model.list.view.rows.iter().position(|other| *other == row) else {
        let tie = model.detail.opened.as_ref().and_then(|opened| model.related.tie_of(opened)).map(|tied| tied.tie);
        let key = tie.map_or("c", key_of);
        let next = Clean::concat(["P".into(), key.into(), " shows all of them in the list, u leads back".into()]);
        return session::say(model, Notice::said("that alert is not in view: filter or words hide it").with_next(next));
    };
    model.focus = Focus::List;
    model.detail.zoomed = false;
    let line = model.list.line_of(at);
    list::go(model, line);
    if groups::is_on_group(model) && !groups::is_on_open_group(model) {
        // The alert is in a folded group.
        groups::fold(model, Some(FoldGroup::Open));
        let line = model.list.line_of(at);
        list::go(model, line);
    }
    Vec::new()
}

/// Sends what the tab shows, as Markdown.
pub(crate) fn copy(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(shown) = model.shown() else { return Vec::new() };
    let text = markdown(&shown);
    let what = if model.related.tree { "the tree of processes" } else { "the timeline" };
    match text {
        Some(text) => vec![Effect::Copy { what: what.into(), text: text.into_bytes() }],
        None => session::say(model, Notice::said("nothing was found yet")),
    }
}

#[cfg(test)]
#[path = "related_tests.rs"]
mod tests;
