//! The list: answers of the list worker, the cursor, what is in sight.
//!
//! Lives here: moving, and staying on the same alert whatever comes in. Imports: `base`, `query`. Promise: only a key
//! moves the cursor to another alert, unless its alert has left the view; and a key costs the same however many alerts
//! there are.

use crate::base::{Clean, Generation, ListPos, Millis, Nanos, Notice, Priority, RowId};
use crate::query::order::key;
use crate::query::{Question, View};
use crate::state::commands::{Args, Pane};
use crate::state::lines::Fold;
use crate::state::live::Stage;
use crate::state::{Effect, Focus, Held, Model, bar, brush, detail, facet_keys, gone, groups, layers, live, session};

/// What `(` and `)` stop at: this priority and worse.
pub(crate) const URGENT: Priority = Priority::Critical;

/// Between two questions about a list that is followed, in milliseconds.
const PACE_MS: u64 = 100;

impl Model {
    /// The alert under the cursor and the row of the list's area on which it stands.
    pub(crate) fn held_now(&self) -> Option<Held> {
        let offset = self.list.cursor.0.saturating_sub(self.list.wished.0);
        let group = self.list.header_at(self.list.cursor.0).map(|group| group.id);
        self.list.row.map(|row| Held { row, group, offset })
    }
}

impl Model {
    /// When the list may be asked for again because more came; `None`: at once.
    pub(crate) fn question_due(&self) -> Option<Millis> {
        let is_followed = self.loaded.stage == Stage::Following && self.narrowed.asked != Generation::default();
        is_followed.then(|| Millis(self.narrowed.since.0.saturating_add(PACE_MS)))
    }

    /// The wall clock, in whole seconds, so that a question that is asked again soon is the same question.
    pub(crate) fn now(&self) -> Nanos {
        let since = i64::try_from(self.clock.0 / 1000).unwrap_or(i64::MAX).saturating_mul(Nanos::SECOND);
        Nanos(self.started.0.div_euclid(Nanos::SECOND).saturating_mul(Nanos::SECOND).saturating_add(since))
    }
}

/// Asks for the list anew, since filter or words have changed: answers to what was asked before are dropped.
pub(crate) fn ask_changed(model: &mut Model) -> Vec<Effect> {
    let effect = ask(model);
    model.narrowed.changed = model.narrowed.asked;
    vec![effect]
}

/// Asks for the list anew, since more was loaded; at most one such question is open at a time, and of a list that is
/// followed at most ten in a second, so that a flood leaves the cores to keys.
pub(crate) fn ask_grown(model: &mut Model) -> Vec<Effect> {
    let is_due = model.question_due().is_none_or(|due| due <= model.clock);
    model.narrowed.stale = model.narrowed.waiting || !is_due;
    if model.narrowed.stale { Vec::new() } else { vec![ask(model)] }
}

/// Asks for what waited until now.
pub(crate) fn ask_due(model: &mut Model) -> Vec<Effect> {
    let waits = model.narrowed.stale && !model.narrowed.waiting;
    if waits { ask_grown(model) } else { Vec::new() }
}

fn ask(model: &mut Model) -> Effect {
    model.list.held = model.list.held.or(model.held_now());
    model.narrowed.asked = model.narrowed.asked.next();
    model.narrowed.waiting = true;
    model.narrowed.stale = false;
    model.narrowed.since = model.clock;
    let since = live::ask(model);
    Effect::Ask(Question {
        generation: model.narrowed.asked,
        snapshot: model.loaded.snapshot.clone(),
        filter: model.narrowed.now.filter.clone(),
        narrowing: model.narrowed.now.words.clone(),
        grouping: model.narrowed.now.grouping.clone(),
        order: model.narrowed.now.order.clone(),
        anchor: model.list.held.map(|held| held.row),
        since,
        now: model.now(),
    })
}

/// Takes an answer, if it is still of use.
pub(crate) fn take_view(model: &mut Model, view: View) -> Vec<Effect> {
    if !is_welcome(model, &view) {
        return Vec::new();
    }
    let whole = view.complete;
    let is_last = whole && view.generation == model.narrowed.asked;
    model.narrowed.waiting &= !is_last;
    if is_last {
        live::answered(model);
    }
    let view = if view.generation <= model.narrowed.old { gone::left_of(view, model.loaded.gone) } else { view };
    let read = model.list.row;
    let mut effects = bar::viewed(model, &view);
    show(model, view);
    if whole && model.list.row.is_some() {
        model.list.held = None;
    }
    if model.focus == Focus::Detail && read.is_some() && model.list.row != read {
        session::say(
            model,
            Notice::said("the alert that was open does not match").with_next("u takes the change back"),
        );
    }
    effects.extend(ask_due(model));
    effects
}

/// The newest question gets no whole answer; the next one is asked as if there had been one.
pub(crate) fn unanswered(model: &mut Model, generation: Generation, why: Notice) -> Vec<Effect> {
    if generation == model.narrowed.asked {
        model.narrowed.waiting = false;
        model.list.view.complete = false;
    }
    session::say(model, why)
}

/// A half answer to a question that only grew tells less than what is shown, until it has looked as far.
fn is_welcome(model: &Model, view: &View) -> bool {
    let shown = &model.list.view;
    let says_more = view.complete || shown.generation < model.narrowed.changed || view.looked_at >= shown.looked_at;
    view.generation >= model.narrowed.changed && view.generation >= shown.generation && says_more
}

/// Puts `view` in place of the list; the alert under the cursor stays where it is on the screen.
pub(crate) fn show(model: &mut Model, view: View) {
    let held = model.list.held.or(model.held_now());
    model.list.view = view;
    model.list.arrange();
    let at = held.map_or(0, |held| line_of(model, held));
    let at = at.min(model.list.len().saturating_sub(1));
    model.list.wished = ListPos(at.saturating_sub(held.map_or(0, |held| held.offset)));
    put_cursor(model, at);
}

/// Puts the cursor back where it stood, with the view as it is.
pub(crate) fn go_back(model: &mut Model, held: Option<Held>) {
    let Some(held) = held else { return };
    let at = line_of(model, held);
    model.list.wished = ListPos(at.saturating_sub(held.offset));
    model.list.held = None;
    put_cursor(model, at);
}

/// The line of what the cursor was held by, or the first one after its place.
pub(crate) fn line_of(model: &Model, held: Held) -> usize {
    let header = held.group.and_then(|id| model.list.groups().iter().position(|group| group.id == id));
    match header.and_then(|group| model.list.header_line(group)) {
        Some(line) => line,
        None => place_of(model, held.row).map_or(model.list.cursor.0, |place| model.list.line_of(place)),
    }
}

/// Where `row` stands in the view. In the order of time, of one that is not there, the first row after its place.
pub(crate) fn place_of(model: &Model, row: RowId) -> Option<usize> {
    let (view, snapshot) = (&model.list.view, &model.loaded.snapshot);
    match view.anchor {
        // What was dropped was among the oldest, and has no time any more.
        _ if model.is_gone(row) => view.is_by_time.then_some(0),
        Some(ListPos(at)) if view.rows.get(at) == Some(&row) => Some(at),
        // The reader may have moved since the question was asked.
        _ if view.is_by_time => Some(view.rows.partition_point(|other| key(snapshot, *other) < key(snapshot, row))),
        _ => view.rows.iter().position(|other| *other == row),
    }
}

/// The cursor stands at `at`; what hangs on its alert follows once it rests.
fn put_cursor(model: &mut Model, at: usize) {
    let row = model.list.row_at(at);
    model.list.cursor = ListPos(at);
    if row != model.list.row {
        model.list.row = row;
        model.list.moved = model.clock;
        model.list.settled = false;
    }
}

/// Moves the cursor to `at`, or to the last row if there is none, because the reader wants it there.
pub(crate) fn go(model: &mut Model, at: usize) -> Vec<Effect> {
    if at + 1 < model.list.len() {
        live::leave(model);
    }
    model.list.wished = model.list.top;
    model.list.held = None;
    put_cursor(model, at.min(model.list.len().saturating_sub(1)));
    jump_into_sight(model);
    Vec::new()
}

/// The cursor goes along to the last row, and the list with it.
pub(crate) fn to_end(model: &mut Model) {
    let last = model.list.len().saturating_sub(1);
    if model.list.cursor.0 != last || model.list.row.is_none() {
        model.list.held = None;
        put_cursor(model, last);
    }
    model.list.wished = ListPos(model.list.len().saturating_sub(model.list_rows()));
}

/// A cursor that left the area takes the list along by half a height, so that most moves write two cells.
fn jump_into_sight(model: &mut Model) {
    let (rows, at, top) = (model.list_rows(), model.list.cursor.0, model.list.wished.0);
    if rows == 0 || (top..top + rows).contains(&at) {
        return;
    }
    model.list.wished = ListPos(at.saturating_sub(rows / 2));
    clamp_wished(model, rows);
}

fn clamp_wished(model: &mut Model, rows: usize) {
    let last_top = model.list.len().saturating_sub(rows);
    model.list.wished = model.list.wished.min(ListPos(last_top));
}

/// Brings the cell cursor to a column that is shown, and the first row that is drawn to the one wished for, as far as
/// rows and screen allow. Called after every message.
pub(crate) fn fit(model: &mut Model) {
    if model.layout().list.columns > 0 {
        model.list.column = model.list.column.min(model.columns_shown().saturating_sub(1));
    }
    let (rows, at) = (model.list_rows(), model.list.cursor.0);
    if rows == 0 {
        return;
    }
    let last_top = model.list.len().saturating_sub(rows);
    let lowest = (at + 1).saturating_sub(rows);
    model.list.top = ListPos(model.list.wished.0.clamp(lowest, at.max(lowest)).min(last_top));
}

/// Moves by rows where the list has the focus, by items or lines elsewhere.
fn move_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    match model.pane() {
        Pane::List => go(model, model.list.cursor.0.saturating_add_signed(delta)),
        Pane::Input | Pane::Choice | Pane::Picker | Pane::Compare => layers::move_by(model, delta),
        Pane::Facets => facet_keys::move_by(model, delta),
        Pane::Histogram => Vec::new(),
        _ => detail::move_by(model, delta),
    }
}

/// Moves cursor and list alike, so that the cursor stays on its row of the screen.
fn page_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    if model.pane() != Pane::List {
        return move_by(model, delta);
    }
    let top = model.list.top.0.saturating_add_signed(delta);
    let effects = go(model, model.list.cursor.0.saturating_add_signed(delta));
    model.list.wished = ListPos(top);
    let rows = model.list_rows();
    clamp_wished(model, rows);
    effects
}

/// The height of what the keys go to, in rows; at least 2.
fn height(model: &Model) -> isize {
    let rows = match model.pane() {
        Pane::List => model.list_rows(),
        Pane::Input | Pane::Choice | Pane::Picker | Pane::Compare => usize::from(model.size.rows.saturating_sub(4)),
        Pane::Facets => usize::from(model.layout().facets.rows),
        _ => usize::from(model.layout().pane.rows),
    };
    signed(rows.max(2))
}

fn signed(rows: usize) -> isize {
    isize::try_from(rows).unwrap_or(isize::MAX)
}

/// Down by one, or by the count.
pub(crate) fn down(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    move_by(model, signed(args.times()))
}

/// Up by one, or by the count.
pub(crate) fn up(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    move_by(model, -signed(args.times()))
}

/// Down by half a page, `count` times.
pub(crate) fn half_page_down(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    page_by(model, (height(model) / 2).saturating_mul(signed(args.times())))
}

/// Up by half a page, `count` times.
pub(crate) fn half_page_up(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    page_by(model, (-height(model) / 2).saturating_mul(signed(args.times())))
}

/// Down by a page, `count` times.
pub(crate) fn page_down(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    page_by(model, height(model).saturating_mul(signed(args.times())))
}

/// Up by a page, `count` times.
pub(crate) fn page_up(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    page_by(model, (-height(model)).saturating_mul(signed(args.times())))
}

/// To the first row, or to the row of the count.
pub(crate) fn first(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    to_row(model, args.count.unwrap_or(1))
}

/// To the last row, or to the row of the count.
pub(crate) fn last(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if args.count.is_none() && model.pane() == Pane::List {
        live::arrive(model);
    }
    to_row(model, args.count.unwrap_or(usize::MAX))
}

/// To row `number`, from 1, of whatever has the focus.
fn to_row(model: &mut Model, number: usize) -> Vec<Effect> {
    let at = number.saturating_sub(1);
    if model.pane() == Pane::List {
        return go(model, at);
    }
    if model.pane() == Pane::Histogram {
        return if at == 0 { brush::first(model) } else { brush::last(model) };
    }
    move_by(model, isize::MIN);
    move_by(model, isize::try_from(at).unwrap_or(isize::MAX))
}

/// To the row whose number the palette tells.
pub(crate) fn goto(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match args.text.replace(',', "").parse::<usize>() {
        Ok(number) if number > 0 => go(model, number - 1),
        _ => session::say(model, Notice::said("goto needs the number of a row").with_next("goto 8451")),
    }
}

/// One column left, or by the count; on a group, folds it.
pub(crate) fn column_left(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if groups::is_on_group(model) || (model.list.column == 0 && model.list.view.groups.is_some()) {
        return groups::fold(model, Some(Fold::Closed));
    }
    model.list.column = model.list.column.saturating_sub(args.times());
    Vec::new()
}

/// One column right, or by the count, as far as there are columns on the screen; on a group, unfolds it.
pub(crate) fn column_right(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if groups::is_on_group(model) {
        return groups::fold(model, Some(Fold::Open));
    }
    let shown = model.columns_shown();
    model.list.column = model.list.column.saturating_add(args.times()).min(shown.saturating_sub(1));
    Vec::new()
}

/// To the next urgent alert, `count` times.
pub(crate) fn next_urgent(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let at = model.list.cursor.0;
    let found = urgent(model, (at + 1)..model.list.len(), args.times());
    to_urgent(model, found, "no alert below is Critical or worse")
}

/// To the urgent alert before, `count` times.
pub(crate) fn previous_urgent(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let found = urgent(model, (0..model.list.cursor.0).rev(), args.times());
    to_urgent(model, found, "no alert above is Critical or worse")
}

/// The place of the `times`th urgent alert among `places`, or of the last of fewer.
fn urgent(model: &Model, places: impl Iterator<Item = usize>, times: usize) -> Option<usize> {
    let is_urgent = |place: &usize| {
        let row = || model.list.row_at(*place);
        let own = || row().and_then(|row| model.loaded.snapshot.segment(row)?.priority(row.row()));
        let priority = model.list.header_at(*place).map_or_else(own, |group| group.worst);
        priority.is_some_and(|priority| priority <= URGENT)
    };
    places.filter(is_urgent).take(times).last()
}

fn to_urgent(model: &mut Model, found: Option<usize>, none: &'static str) -> Vec<Effect> {
    match found {
        Some(at) => go(model, at),
        None => session::say(model, Notice::said(none)),
    }
}

/// Nothing is in the list: why, and what brings alerts back.
pub(crate) fn nothing_here(model: &Model) -> Notice {
    if model.narrowed.now.leaves_all() {
        return Notice::said("there is no alert");
    }
    Notice::said("no alert is in view").with_next(Clean::from("u takes the last filter or words back"))
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
