//! `&Model` → cells; read-only. The only room that knows ratatui and crossterm.
//!
//! Lives here: the order in which a frame is drawn. Imports: every room before it.
//! Promise: only `Clean` text reaches a cell, no size of the screen is too small, and the same model gives the same frame.

mod backend;
mod bars;
mod candidates;
mod cells;
mod chips;
mod colour;
mod compare;
mod detail;
mod facets;
mod filter;
mod groups;
mod histogram;
mod list;
mod live;
mod overlay;
mod pen;
mod prompt;
pub(crate) mod screen;
pub(crate) mod terminal;
mod text;
pub(crate) mod theme;

use ratatui::Frame;

use crate::base::Clean;
use crate::state::layout::{Area, Layout, SMALLEST};
use crate::state::page::Role;
use crate::state::page::flow::words;
use crate::state::{Focus, Layer, Model};
use crate::ui::filter::Caret;
use crate::ui::text::{Canvas, Row};
use crate::ui::theme::Theme;

/// Draws the whole screen.
pub(crate) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let mut canvas = Canvas::new(frame.buffer_mut(), theme);
    let caret = screen(&mut canvas, model);
    let area = frame.area();
    // A screen reader reads where the cursor stands.
    if let Some((x, y)) = caret.filter(|(x, y)| *x < area.width && *y < area.height) {
        frame.set_cursor_position((x, y));
    }
}

/// Draws everything; gives the place of the cursor.
fn screen(canvas: &mut Canvas<'_>, model: &Model) -> Caret {
    let layout = model.layout();
    if layout.too_small {
        too_small(canvas, model);
        return None;
    }
    bars::title(canvas, model, layout.title);
    let body = match overlay::covering(model) {
        Some(layer) => overlay::draw(canvas, model, layer, covered(model)),
        None => panes(canvas, model, &layout),
    };
    bars::hints(canvas, model, layout.hints);
    let prompt = message_line(canvas, model, &layout);
    prompt.or(body)
}

fn too_small(canvas: &mut Canvas<'_>, model: &Model) {
    let size = model.size;
    let (columns, rows) = (SMALLEST.columns, SMALLEST.rows);
    let said = format!("stoop needs {columns}x{rows}, has {}x{}", size.columns, size.rows);
    if let Some(row) = Row::of(Area { x: 0, y: 0, columns: size.columns, rows: size.rows }, 0) {
        canvas.write(row, &[(Role::Text, Clean::from_bytes(said.as_bytes()))]);
    }
}

/// What a layer covers: all but the title, the message line and the hints.
fn covered(model: &Model) -> Area {
    Area { x: 0, y: 1, columns: model.size.columns, rows: model.size.rows.saturating_sub(3) }
}

/// Draws the filter bar, the list and the panes.
fn panes(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Caret {
    let over_time = histogram::draw(canvas, model, layout.histogram);
    let facets = facets::draw(canvas, model, layout);
    list::header(canvas, model, layout.header);
    list::rows(canvas, model, layout.list);
    let detail = detail::draw(canvas, model, layout);
    // Last: its candidates may lie over the list.
    let typing = filter::bar(canvas, model, layout);
    let row = match model.focus {
        Focus::List => list::cursor_row(model, layout.list),
        Focus::Detail => detail,
        Focus::Facets => facets,
        Focus::Histogram => return typing.or(over_time),
    };
    typing.or(row.map(|row| (row.x, row.y)))
}

/// Draws the message line, or in its place what is asked there.
fn message_line(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Caret {
    match model.layers.last() {
        Some(Layer::Fill(fill)) => {
            let row = Row::of(layout.message, 0)?;
            prompt::gap(canvas, fill, row)
        }
        Some(Layer::Confirm(confirm)) => {
            let row = Row::of(layout.message, 0)?;
            Some(prompt::confirm(canvas, confirm, row))
        }
        Some(Layer::Values(input)) => {
            let row = Row::of(layout.message, 0)?;
            filter::asked(canvas, row, &[words(Role::Accent, "values with ")], input)
        }
        Some(Layer::Time(input)) => {
            let row = Row::of(layout.message, 0)?;
            let label = "go to time (02:15, -10m, 2024-10-05) ";
            filter::asked(canvas, row, &[words(Role::Accent, label)], input)
        }
        Some(Layer::Filter(_) | Layer::Chip(_) | Layer::Chips(_) | Layer::Narrow(_))
            if overlay::covering(model).is_some() =>
        {
            bars::message(canvas, model, layout.message);
            filter::bar(canvas, model, layout)
        }
        _ => {
            bars::message(canvas, model, layout.message);
            None
        }
    }
}

#[cfg(test)]
mod asked_tests;
#[cfg(test)]
mod grouped_tests;
#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod screens_tests;
