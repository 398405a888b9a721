//! The mouse: off unless it was asked for, and what a click means.
//!
//! Lives here: which part of the screen a click is for. Not here: the terminal's reports (`ui::terminal`). Imports: `base`.
//! Promise: nothing happens by the mouse that a key could not do, and never while text is being typed.

use crate::base::{Key, Notice};
use crate::state::commands::{Args, Pane};
use crate::state::layout::Area;
use crate::state::{Effect, Focus, Model, Tab, brush, detail, facet_keys, groups, keys, list, panes, session};

/// How many rows the wheel scrolls.
const WHEEL: usize = 3;

/// Whether the mouse is ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mouse {
    /// The terminal's: it selects text.
    #[default]
    Terminal,
    /// Clicks come to us.
    Ours,
}

/// What the mouse did, and where: column and row of the screen, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Click {
    /// The left button went down.
    Press(u16, u16),
    /// The wheel went up by a notch.
    Up(u16, u16),
    /// The wheel went down by a notch.
    Down(u16, u16),
}

/// Takes the mouse from the terminal, or gives it back.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let (mouse, said) = match model.panes.mouse {
        Mouse::Terminal => (Mouse::Ours, "the mouse moves and opens; F2 gives it back to the terminal"),
        Mouse::Ours => (Mouse::Terminal, "the mouse selects text again"),
    };
    model.panes.mouse = mouse;
    session::say(model, Notice::said(said));
    vec![Effect::Mouse(mouse == Mouse::Ours)]
}

/// The terminal is ours again: without the mouse, which is asked for anew.
pub(crate) fn resumed(model: &mut Model) -> Vec<Effect> {
    let ours = model.panes.mouse == Mouse::Ours;
    std::iter::once(Effect::Redraw).chain(ours.then_some(Effect::Mouse(true))).collect()
}

/// Applies what the mouse did.
pub(crate) fn click(model: &mut Model, click: Click) -> Vec<Effect> {
    if model.panes.mouse == Mouse::Terminal {
        return Vec::new();
    }
    match click {
        Click::Up(..) => wheel(model, Key::Up),
        Click::Down(..) => wheel(model, Key::Down),
        Click::Press(x, y) if model.layers.is_empty() => press(model, x, y),
        Click::Press(..) => Vec::new(),
    }
}

/// The wheel moves as the cursor keys do, in whatever has the keys; nothing while text is typed.
fn wheel(model: &mut Model, key: Key) -> Vec<Effect> {
    if matches!(model.pane(), Pane::Input | Pane::Confirm) {
        return Vec::new();
    }
    (0..WHEEL).flat_map(|_| keys::press(model, key)).collect()
}

fn press(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    let layout = model.layout();
    model.messages.now = None;
    if let Some((_, line)) = inside(layout.list, x, y) {
        return on_list(model, line);
    }
    if let Some((column, _)) = inside(layout.tabs, x, y) {
        // Beside a line the tabs stand one column in.
        return on_tabs(model, column.saturating_sub(u16::from(layout.rule.rows > 1)));
    }
    if let Some((_, line)) = inside(layout.pane, x, y) {
        return on_pane(model, line);
    }
    if let Some((_, line)) = inside(layout.facets, x, y) {
        return facet_keys::click(model, line);
    }
    if let Some((column, _)) = inside(layout.histogram, x, y) {
        return brush::click(model, column);
    }
    Vec::new()
}

/// Where in an area a place of the screen lies.
fn inside(area: Area, x: u16, y: u16) -> Option<(u16, u16)> {
    let place = (x.checked_sub(area.x)?, y.checked_sub(area.y)?);
    (place.0 < area.columns && place.1 < area.rows).then_some(place)
}

/// The first click moves the cursor, the second on the same row opens.
fn on_list(model: &mut Model, line: u16) -> Vec<Effect> {
    let at = model.list.top.0 + usize::from(line);
    if at >= model.list.len() {
        return Vec::new();
    }
    let again = model.focus == Focus::List && model.list.cursor.0 == at;
    model.focus = Focus::List;
    if again { groups::open(model, &Args::default()) } else { list::go(model, at) }
}

/// The tabs stand one after the other, each with its number before it and a cell on both sides: ` 1 Fields `.
fn on_tabs(model: &mut Model, column: u16) -> Vec<Effect> {
    let mut end = 0;
    let hit = Tab::ALL.into_iter().find(|tab| {
        end += tab.name().len() + 4;
        usize::from(column) < end
    });
    let Some(tab) = hit else { return Vec::new() };
    let mut effects = panes::go(model, Focus::Detail);
    effects.extend(detail::show(model, tab));
    effects
}

/// The item on the line that was clicked gets the cursor.
fn on_pane(model: &mut Model, line: u16) -> Vec<Effect> {
    let effects = panes::go(model, Focus::Detail);
    let Some(page) = model.page() else { return effects };
    let state = model.tab_state();
    let item = page.lines.get(state.top + usize::from(line)).and_then(|line| line.item);
    if let Some(by) = item.and_then(|item| isize::try_from(item).ok()?.checked_sub_unsigned(state.item)) {
        detail::move_by(model, by);
    }
    effects
}

#[cfg(test)]
#[path = "mouse_tests.rs"]
mod tests;
