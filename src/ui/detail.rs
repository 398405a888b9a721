//! The panes of the open alert: the line beside them, the tabs, the page in front.
//!
//! Lives here: where a page's rows go. Not here: what they say (`state::page`). Imports: `base`, `state`.
//! Promise: only the rows in sight are drawn, and the cursor's bar stands beside the item it is on.

use crate::base::Clean;
use crate::state::layout::{Area, Layout};
use crate::state::number;
use crate::state::page::flow::{made, words};
use crate::state::page::{Page, Part, Role};
use crate::state::{Focus, Model, Tab};
use crate::ui::bars::notice;
use crate::ui::text::{Canvas, Row, cells, width};

/// Draws the panes; gives the row with the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Option<Row> {
    rule(canvas, layout.rule);
    let page = model.page();
    tabs(canvas, model, layout, page.as_ref());
    if let Some(page) = page {
        return rows(canvas, model, layout.pane, &page);
    }
    absent(canvas, model, layout.pane);
    None
}

/// The line between the list and the panes.
fn rule(canvas: &mut Canvas<'_>, area: Area) {
    let sign = if area.rows > 1 { "│" } else { "─" };
    for line in 0..area.rows {
        if let Some(row) = Row::of(area, line) {
            canvas.fill(row, Role::Separator, sign);
        }
    }
}

fn tabs(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout, page: Option<&Page>) {
    let Some(row) = Row::of(layout.tabs, 0) else { return };
    // Beside a line the tabs stand where the page does.
    let row = if layout.rule.rows > 1 { row.skip(1) } else { row };
    let named = tab_names(model, |tab| Some(tab.name()));
    let fits = width(&named) <= row.columns;
    let parts = if fits { named } else { tab_names(model, |tab| (tab == model.detail.tab).then(|| tab.name())) };
    let used = canvas.write(row, &parts);
    if let Some(page) = page {
        let room = canvas.write_right(row.skip(used + 2), &hidden(model, page, layout.pane));
        let gone = [words(Role::Error, "dropped since it was read")];
        about(canvas, room, if model.opened_is_gone() { &gone } else { &page.about });
    }
}

/// Every tab with its key, the one in front in brackets; a name where `name` has one, as it has little room.
fn tab_names(model: &Model, name: impl Fn(Tab) -> Option<&'static str>) -> Vec<Part> {
    let front = if model.focus == Focus::Detail { Role::Accent } else { Role::Heading };
    let part = |(at, tab): (usize, Tab)| {
        let is_front = tab == model.detail.tab;
        let (role, open, close) = if is_front { (front, "[", "]") } else { (Role::Text, " ", " ") };
        let name = name(tab).map(|name| format!(" {name}")).unwrap_or_default();
        made(role, &format!("{open}{}{name}{close}", at + 1))
    };
    Tab::ALL.into_iter().enumerate().map(part).collect()
}

/// What the page is about, at the right end, as far as there is room.
fn about(canvas: &mut Canvas<'_>, room: Row, parts: &[Part]) {
    let needed = width(parts);
    if needed <= room.columns {
        canvas.write_right(room, parts);
    } else if room.columns >= 8 {
        canvas.write(room, parts);
    }
}

/// How many rows are out of sight below.
fn hidden(model: &Model, page: &Page, area: Area) -> Vec<Part> {
    let below = page.lines.len().saturating_sub(model.tab_state().top + usize::from(area.rows));
    if below == 0 {
        return Vec::new();
    }
    vec![words(Role::Dim, "↓"), (Role::Dim, Clean::concat([" ".into(), number::counted(below)]))]
}

fn rows(canvas: &mut Canvas<'_>, model: &Model, area: Area, page: &Page) -> Option<Row> {
    let state = model.tab_state();
    let bar = if model.focus == Focus::Detail { Role::Accent } else { Role::Dim };
    let mut cursor = None;
    for (at, line) in page.lines.iter().skip(state.top).take(usize::from(area.rows)).enumerate() {
        let Some(row) = Row::of(area, cells(at)) else { break };
        canvas.write_from(row.skip(1), &line.parts, state.shift);
        if cursor.is_none() && page.items > 0 && line.item == Some(state.item) {
            canvas.write(row.take(1), &[words(bar, "▌")]);
            cursor = Some(row);
        }
    }
    cursor.or(Row::of(area, 0))
}

/// Why there is no page.
fn absent(canvas: &mut Canvas<'_>, model: &Model, pane: Area) {
    let Some(row) = Row::of(pane, 0) else { return };
    match &model.detail.failed {
        Some(failed) => canvas.write(row.skip(1), &notice(failed, Role::Error)),
        None if model.list.row.is_none() => {
            canvas.write(row.skip(1), &[words(Role::Dim, "no alert is under the cursor")])
        }
        None => 0,
    };
}
