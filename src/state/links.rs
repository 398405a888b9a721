//! Pages that are read by lines and have links in them: moving from link to link, and going where one leads.
//!
//! Lives here: the cursor of such a page, and putting a link's filter in force. Not here: pages of items (`detail`).
//! Imports: `base`, `query`. Promise: every line of such a page can be reached, and one undo leads back to the alert.

use crate::base::Notice;
use crate::query::filter::Filter;
use crate::state::commands::Args;
use crate::state::page::Page;
use crate::state::{Effect, Focus, Model, Narrowing, Tab, TabState, narrowing, session};

/// The place after a move in a pane of `rows`: to the next link where it is in sight, else by lines.
pub(crate) fn moved(state: TabState, page: &Page, rows: usize, delta: isize) -> TabState {
    let neighbour = state.item.checked_add_signed(delta).filter(|item| matches!(delta, 1 | -1) && *item < page.items);
    let is_here = in_sight(page, state.item, state.top, rows);
    if let Some(item) = neighbour.filter(|item| is_here && in_sight(page, *item, state.top, rows)) {
        return TabState { item, ..state };
    }
    let last = page.lines.len().saturating_sub(rows);
    let top = state.top.saturating_add_signed(delta).min(last);
    TabState { top, item: nearest(page, (top, rows), state.item, delta), ..state }
}

/// Whether the first line of an item is among those that are drawn.
fn in_sight(page: &Page, item: usize, top: usize, rows: usize) -> bool {
    page.lines.iter().skip(top).take(rows).any(|line| line.item == Some(item))
}

/// The item that has the cursor after scrolling: the same while it is in sight, else the first that came into sight.
fn nearest(page: &Page, (top, rows): (usize, usize), item: usize, delta: isize) -> usize {
    if in_sight(page, item, top, rows) {
        return item;
    }
    let mut items = page.lines.iter().skip(top).take(rows).filter_map(|line| line.item);
    let found = if delta < 0 { items.next_back() } else { items.next() };
    found.unwrap_or(item)
}

/// The filter of the link under the cursor, where that is in sight.
pub(crate) fn here(model: &Model) -> Option<String> {
    if model.focus != Focus::Detail || model.detail.tab != Tab::Analysis {
        return None;
    }
    let (page, state) = (model.page()?, model.tab_state());
    let is_here = in_sight(&page, state.item, state.top, usize::from(model.layout().pane.rows));
    page.links.into_iter().nth(state.item).filter(|_| is_here)
}

/// Shows the other alerts behind the line of evidence under the cursor.
pub(crate) fn go_there(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match here(model) {
        Some(filter) => go(model, filter),
        None => session::say(model, Notice::said("no line that rests on other alerts is under the cursor")),
    }
}

/// Puts `filter` in force in place of filter and words, as one step, and goes to the list.
pub(crate) fn go(model: &mut Model, filter: String) -> Vec<Effect> {
    if let Err(error) = Filter::parse(&filter) {
        return session::say(model, error.notice);
    }
    let narrowing = Narrowing { filter, ..Narrowing::default() };
    if narrowing == model.narrowed.now {
        return session::say(model, Notice::said("these alerts are in view already"));
    }
    model.focus = Focus::List;
    model.detail.zoomed = false;
    session::say(model, Notice::said("the alerts behind this").with_next("u leads back"));
    narrowing::apply(model, narrowing)
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
