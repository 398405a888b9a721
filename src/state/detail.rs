//! The panes of one alert: which tab, where in it, and when the alert under the cursor is read.
//!
//! Lives here: opening, tabs, scrolling, the field or command under the cursor. Not here: what a tab says (`page`).
//! Imports: `base`. Promise: nothing is read while a key is held; an older alert never replaces a newer one.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Clean, Generation, Notice, RowId};
use crate::state::commands::Args;
use crate::state::layout::SizeClass;
use crate::state::page::{self, Page};
use crate::state::{Effect, Focus, Model, Opened, Place, SETTLE_MS, Tab, TabState, Wrap, copy, links, list, session};

/// Columns that `H` and `L` scroll.
const SHIFT: usize = 8;

/// The longest shift, in columns: no value that is shown is longer.
const MAX_SHIFT: usize = 1 << 20;

impl Model {
    /// Where the tab in front stands.
    pub(crate) fn tab_state(&self) -> TabState {
        self.detail.tabs.get(self.detail.tab as usize).copied().unwrap_or_default()
    }

    /// What the tab in front says, for the pane's width; `None` when no alert is open or no pane is shown.
    pub(crate) fn page(&self) -> Option<Page> {
        let pane = self.layout().pane;
        let shown = self.shown().filter(|_| pane.rows > 0)?;
        Some(page::page(self.detail.tab, &shown, pane.columns, self.detail.wrap))
    }
}

fn set_state(model: &mut Model, state: TabState) {
    if let Some(slot) = model.detail.tabs.get_mut(model.detail.tab as usize) {
        *slot = state;
    }
}

/// The cursor has rested: what hangs on its alert follows.
pub(crate) fn settle(model: &mut Model) -> Vec<Effect> {
    if model.list.settled || model.clock.0 < model.list.moved.0.saturating_add(SETTLE_MS) {
        return Vec::new();
    }
    model.list.settled = true;
    if let Some(row) = model.list.row {
        return follow(model, row);
    }
    close(model);
    Vec::new()
}

/// Nothing is under the cursor: the panes forget what they showed.
pub(crate) fn close(model: &mut Model) {
    model.detail.asked = model.detail.asked.next();
    model.detail.wanted = None;
    model.detail.opened = None;
    model.detail.failed = None;
}

/// Asks for `row`, but not before an alert was read for which a copy waits: a newer request would take its place.
fn follow(model: &mut Model, row: RowId) -> Vec<Effect> {
    if model.detail.owed.is_some() || model.reads_what_is_gone() { Vec::new() } else { want(model, row) }
}

/// Asks for `row` unless it is there or on its way.
pub(crate) fn want(model: &mut Model, row: RowId) -> Vec<Effect> {
    if model.detail.wanted == Some(row) {
        return Vec::new();
    }
    model.detail.asked = model.detail.asked.next();
    model.detail.wanted = Some(row);
    vec![Effect::Open(model.detail.asked, row, model.loaded.snapshot.clone())]
}

/// Asks anew for the alert that is there or on its way: there is more to be counted around it.
pub(crate) fn again(model: &mut Model) -> Vec<Effect> {
    if model.detail.wanted.is_some_and(|row| model.is_gone(row)) {
        return Vec::new();
    }
    let Some(row) = model.detail.wanted.take() else { return Vec::new() };
    let effects = want(model, row);
    // A copy waits for the alert, not for one reading of it.
    if let Some((owed, _)) = &mut model.detail.owed {
        *owed = model.detail.asked;
    }
    effects
}

/// The newest alert that was asked for is there, or why it is not.
pub(crate) fn take(model: &mut Model, opened: Result<Arc<Opened>, Notice>) {
    match opened {
        Ok(opened) => {
            let held = still_here(model, &opened);
            reset_tabs(model, &opened);
            model.detail.opened = Some(opened);
            model.detail.failed = None;
            if let Some(held) = held {
                hold(model, &held);
            }
        }
        Err(notice) => {
            model.detail.opened = None;
            model.detail.failed = Some(notice);
        }
    }
    fit(model);
}

/// Where the reader is in the same alert, read anew: its first line in sight, and the step under the cursor.
struct Reading {
    top: Option<page::Line>,
    step: Option<Clean>,
}

/// Where the reader is, if it is the same alert that was read anew.
fn still_here(model: &Model, opened: &Opened) -> Option<Reading> {
    let before = model.detail.opened.as_ref().filter(|before| before.row == opened.row)?;
    let top = model.tab_state().top;
    let line = model.page().filter(|_| top > 0).and_then(|page| page.lines.into_iter().nth(top));
    let at = model.detail.tabs.get(Tab::Commands as usize).map(|state| state.item);
    let step = at.and_then(|at| before.analysis.commands.get(at)).map(|step| step.id.clone());
    Some(Reading { top: line, step })
}

/// What was counted meanwhile may have brought lines and steps: the reader stays by theirs.
fn hold(model: &mut Model, held: &Reading) {
    let steps = model.detail.opened.as_ref().map(|opened| opened.analysis.commands.as_slice()).unwrap_or_default();
    let step = steps.iter().position(|step| Some(&step.id) == held.step.as_ref());
    if let (Some(step), Some(slot)) = (step, model.detail.tabs.get_mut(Tab::Commands as usize)) {
        slot.item = step;
    }
    let (Some(line), Some(page)) = (&held.top, model.page()) else { return };
    let state = model.tab_state();
    let alike = |other: &page::Line| !line.parts.is_empty() && other.parts == line.parts;
    let places = page.lines.iter().enumerate().filter(|(_, other)| alike(other)).map(|(at, _)| at);
    if let Some(top) = places.min_by_key(|at| at.abs_diff(state.top)) {
        set_state(model, TabState { top, ..state });
    }
}

/// Another alert begins at the top of its tabs, but the fields stay where they are: alerts are read one after the other.
fn reset_tabs(model: &mut Model, opened: &Opened) {
    if model.detail.opened.as_ref().is_some_and(|before| before.row == opened.row) {
        return;
    }
    let fields = model.detail.tabs.get(Tab::Fields as usize).copied().unwrap_or_default();
    model.detail.tabs = [TabState::default(); 5];
    if let Some(slot) = model.detail.tabs.get_mut(Tab::Fields as usize) {
        *slot = fields;
    }
}

/// Keeps place and cursor of the tab in front inside its page, after the page or the pane has changed.
pub(crate) fn fit(model: &mut Model) {
    let Some(page) = model.page() else { return };
    let rows = usize::from(model.layout().pane.rows);
    let mut state = model.tab_state();
    state.item = state.item.min(page.items.saturating_sub(1));
    state.top = state.top.min(page.lines.len().saturating_sub(rows));
    set_state(model, state);
}

/// Brings the item under the cursor of the tab in front into sight.
pub(crate) fn show_item(model: &mut Model) {
    let Some(page) = model.page() else { return };
    let (state, rows) = (model.tab_state(), usize::from(model.layout().pane.rows));
    set_state(model, TabState { top: top_with(&page, state, rows, 0), ..state });
    fit(model);
}

/// Moves by items where the tab has some, else by lines.
pub(crate) fn move_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    if let Some(page) = model.page() {
        let rows = usize::from(model.layout().pane.rows);
        let state = moved(model.tab_state(), &page, rows, delta);
        set_state(model, state);
    }
    Vec::new()
}

/// The place after a move in a pane of `rows`. An item higher than the pane is scrolled through line by line first.
fn moved(mut state: TabState, page: &Page, rows: usize, delta: isize) -> TabState {
    if !page.links.is_empty() {
        return links::moved(state, page, rows, delta);
    }
    let lines = lines_of(page, state.item);
    let hidden_below = lines.end > state.top + rows && delta == 1;
    let hidden_above = lines.start < state.top && delta == -1;
    if page.items == 0 || hidden_below || hidden_above {
        state.top = state.top.saturating_add_signed(delta);
    } else {
        state.item = state.item.saturating_add_signed(delta).min(page.items - 1);
        state.top = top_with(page, state, rows, delta);
    }
    state.top = state.top.min(page.lines.len().saturating_sub(rows));
    state
}

/// The lines of an item; empty when it has none.
fn lines_of(page: &Page, item: usize) -> Range<usize> {
    let is_its = |line: &page::Line| line.item == Some(item);
    let start = page.lines.iter().position(is_its).unwrap_or(0);
    let end = page.lines.iter().rposition(is_its).map_or(start, |last| last + 1);
    start..end
}

/// The first line to draw so that the item is in sight; with the first item all that stands above it, and coming from
/// below the end of one that is higher than the pane.
fn top_with(page: &Page, state: TabState, rows: usize, delta: isize) -> usize {
    let lines = lines_of(page, state.item);
    if state.item == 0 && lines.end <= rows {
        return 0;
    }
    let from_below = lines.end.saturating_sub(rows);
    match lines.len() > rows {
        true if delta < 0 => from_below,
        true => lines.start,
        false => state.top.clamp(from_below.min(lines.start), lines.start),
    }
}

/// Goes into the alert under the cursor.
pub(crate) fn open(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(row) = model.list.row else {
        let notice = list::nothing_here(model);
        return session::say(model, notice);
    };
    model.focus = Focus::Detail;
    if model.place() == Place::Off {
        choose(model, None);
    }
    let effects = follow(model, row);
    fit(model);
    effects
}

/// From the list to the detail, or back.
pub(crate) fn next_pane(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if model.focus == Focus::List {
        return open(model, args);
    }
    model.focus = Focus::List;
    Vec::new()
}

/// Keeps a place for screens of this width.
fn choose(model: &mut Model, place: Option<Place>) {
    if let Some(slot) = model.detail.chosen.get_mut(SizeClass::of(model.size.columns) as usize) {
        *slot = place;
    }
}

/// Right, below, off; where there is room for one thing only, on and off.
pub(crate) fn toggle(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    model.detail.zoomed = false;
    if SizeClass::of(model.size.columns) == SizeClass::Narrow {
        return next_pane(model, args);
    }
    let next = match model.place() {
        Place::Right => Place::Below,
        Place::Below => Place::Off,
        Place::Off | Place::Full => Place::Right,
    };
    choose(model, Some(next));
    if next == Place::Off {
        model.focus = Focus::List;
    }
    fit(model);
    Vec::new()
}

/// The part with the focus fills the screen, or gives the other its place back.
pub(crate) fn zoom(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if SizeClass::of(model.size.columns) == SizeClass::Narrow {
        return session::say(model, Notice::said("this pane has the whole screen already"));
    }
    model.detail.zoomed = !model.detail.zoomed;
    fit(model);
    Vec::new()
}

/// Shows a tab; from the palette it opens the detail first.
pub(crate) fn show(model: &mut Model, tab: Tab) -> Vec<Effect> {
    model.detail.tab = tab;
    if model.place() == Place::Off {
        return open(model, &Args::default());
    }
    fit(model);
    Vec::new()
}

/// The tab before, `count` times, the last after the first.
pub(crate) fn previous_tab(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    turn(model, Tab::ALL.len() - 1)
}

/// The next tab, the first after the last.
pub(crate) fn next_tab(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    turn(model, 1)
}

fn turn(model: &mut Model, by: usize) -> Vec<Effect> {
    let at = (model.detail.tab as usize + by) % Tab::ALL.len();
    Tab::ALL.get(at).map_or_else(Vec::new, |tab| show(model, *tab))
}

/// Long lines to the left.
pub(crate) fn scroll_left(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    shift(model, -(isize::try_from(args.times()).unwrap_or(1)))
}

/// Long lines to the right.
pub(crate) fn scroll_right(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    shift(model, isize::try_from(args.times()).unwrap_or(1))
}

fn shift(model: &mut Model, times: isize) -> Vec<Effect> {
    if model.detail.wrap == Wrap::On {
        return session::say(model, Notice::said("long lines are wrapped; w cuts them"));
    }
    let mut state = model.tab_state();
    let by = times.saturating_mul(isize::try_from(SHIFT).unwrap_or(1));
    state.shift = state.shift.saturating_add_signed(by).min(MAX_SHIFT);
    set_state(model, state);
    Vec::new()
}

/// Long lines go on in the next row, or are cut.
pub(crate) fn toggle_wrap(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    model.detail.wrap = match model.detail.wrap {
        Wrap::On => Wrap::Off,
        Wrap::Off => Wrap::On,
    };
    let state = model.tab_state();
    set_state(model, TabState { shift: 0, ..state });
    fit(model);
    Vec::new()
}

/// An alert was read: it is shown if it is the newest that was asked for, and copied if a copy waits for it. The cursor
/// may have come to rest on another one meanwhile.
pub(crate) fn opened(model: &mut Model, generation: Generation, opened: Result<Arc<Opened>, Notice>) -> Vec<Effect> {
    let mut effects = copy::pay(model, generation, &opened);
    if let Some(row) = model.list.row.filter(|_| model.list.settled) {
        effects.extend(follow(model, row));
    }
    if generation == model.detail.asked {
        take(model, opened);
    }
    effects
}

#[cfg(test)]
#[path = "detail_tests.rs"]
mod tests;
