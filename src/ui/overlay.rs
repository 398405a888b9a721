//! What lies over list and panes: help, palette, unreadable lines, messages, the start page.
//!
//! Lives here: how these look. Not here: which entries they have (`state::help`), prompts (`prompt`). Imports: `base`,
//! `decode`, `store`, `state`. Promise: every key that is listed comes from the table of commands.

use crate::base::Clean;
use crate::decode::Reason;
use crate::state::layout::Area;
use crate::state::number;
use crate::state::page::flow::{Flow, spaces, words};
use crate::state::page::{Part, Role};
use crate::state::{Bytes, Choice, Layer, Model, Start, Wrap, facet_keys, help, history};
use crate::store::Unreadable;
use crate::ui::bars::{columns_of, notice};
use crate::ui::compare;
use crate::ui::facets;
use crate::ui::filter::{Caret, line};
use crate::ui::text::{Canvas, Row, cells, width};

/// The layer that covers list and panes; prompts leave them in sight.
pub(super) fn covering(model: &Model) -> Option<&Layer> {
    let prompt = |layer: &&Layer| layer.is_prompt();
    model.layers.iter().rev().find(|layer| !prompt(layer))
}

/// Draws the covering layer into an area whose first row is its heading; gives the place of the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, layer: &Layer, area: Area) -> Caret {
    let heading = Row::of(area, 0)?;
    let body = Area { y: area.y + 1, rows: area.rows - 1, ..area };
    match layer {
        Layer::Help(choice) => {
            let caret = search(canvas, heading, choice, "Help", "type to search keys and words");
            items(canvas, body, choice, &help_rows(model, choice));
            caret
        }
        Layer::Palette(choice) => {
            let used = canvas.write(heading.skip(1), &[words(Role::Accent, ":")]) + 1;
            let (caret, _) = line(canvas, heading.skip(used), &choice.input);
            items(canvas, body, choice, &palette_rows(choice, area.columns));
            caret
        }
        Layer::Unreadable(choice) => {
            titled(canvas, heading, &unreadable_title(model), "Enter shows the bytes");
            items(canvas, body, choice, &unreadable_rows(model, choice, body))
        }
        Layer::Messages(choice) => {
            titled(canvas, heading, &[words(Role::Heading, "Messages")], "the newest is the last");
            let rows: Vec<Vec<Part>> = model.messages.log.iter().map(|said| notice(said, Role::Text)).collect();
            items(canvas, body, choice, &rows)
        }
        Layer::Start(offers, choice) => {
            titled(canvas, heading, &[words(Role::Heading, "No source given")], "Enter opens");
            items(canvas, body, choice, &start_rows(offers, area.columns))
        }
        Layer::Bytes(bytes) => {
            titled(canvas, heading, &bytes_title(model, bytes), "Esc goes back");
            raw(canvas, body, bytes);
            Row::of(body, 0).map(|row| (row.x, row.y))
        }
        Layer::Fields(names, choice) => {
            let caret = search(canvas, heading, choice, "Count the values of", "type a part of its name");
            items(canvas, body, choice, &facets::field_rows(&facet_keys::offered(names, &choice.input.text)));
            caret
        }
        Layer::Filter(_)
        | Layer::Narrow(_)
        | Layer::Chips(_)
        | Layer::Chip(_)
        | Layer::Fill(_)
        | Layer::Confirm(_)
        | Layer::Values(_)
        | Layer::Time(_) => None,
        Layer::Compare(comparison) => compare::draw(canvas, comparison, heading, body),
        Layer::History(choice) => {
            let caret = search(canvas, heading, choice, "Filters", "type to search filters applied before");
            let found = history::found(model, &choice.input.text).into_iter();
            let rows: Vec<Vec<Part>> =
                found.map(|text| vec![(Role::Text, Clean::from_bytes(text.as_bytes()))]).collect();
            items(canvas, body, choice, &rows);
            caret
        }
    }
}

fn titled(canvas: &mut Canvas<'_>, row: Row, title: &[Part], hint: &'static str) {
    let room = width(title) + columns_of(hint) + 4 <= row.columns;
    let rest = if room { canvas.write_right(row, &[words(Role::Hint, hint)]) } else { row };
    canvas.write(rest.skip(1), title);
}

/// A heading in which text is typed that narrows the list below.
fn search(canvas: &mut Canvas<'_>, row: Row, choice: &Choice, title: &'static str, hint: &'static str) -> Caret {
    titled(canvas, row, &[words(Role::Heading, title)], if choice.input.text.is_empty() { hint } else { "" });
    line(canvas, row.skip(columns_of(title) + 3), &choice.input).0
}

/// Draws the rows that are in sight, the bar beside the one under the cursor.
fn items(canvas: &mut Canvas<'_>, area: Area, choice: &Choice, rows: &[Vec<Part>]) -> Caret {
    let mut caret = None;
    if rows.is_empty()
        && let Some(row) = Row::of(area, 0)
    {
        canvas.write(row.skip(2), &[words(Role::Dim, "nothing is so called")]);
    }
    for (at, parts) in rows.iter().enumerate().skip(choice.top).take(usize::from(area.rows)) {
        let Some(row) = Row::of(area, cells(at - choice.top)) else { break };
        canvas.write(row.skip(2), parts);
        if at == choice.cursor {
            canvas.write(row.take(1), &[words(Role::Accent, "▌")]);
            caret = Some((row.x, row.y));
        }
    }
    caret
}

/// Text and the blanks that fill its column.
fn column(role: Role, text: Clean, columns: u16) -> Vec<Part> {
    let fill = columns.saturating_sub(columns_of(text.as_str())).max(1);
    vec![(role, text), spaces(usize::from(fill))]
}

fn help_rows(model: &Model, choice: &Choice) -> Vec<Vec<Part>> {
    let entries = help::help(model, &choice.input.text).into_iter();
    let row = |entry: help::Entry| {
        let by_name = || Clean::concat([":".into(), entry.name.into()]);
        let keys = if entry.keys.is_empty() { by_name() } else { entry.keys.into() };
        let mut parts = column(Role::Text, keys, 16);
        parts.extend(column(Role::Text, entry.help.into(), 42));
        parts.push(words(Role::Dim, entry.name));
        parts
    };
    entries.map(row).collect()
}

fn palette_rows(choice: &Choice, columns: u16) -> Vec<Vec<Part>> {
    let entries = help::palette(&choice.input.text).into_iter();
    let row = |entry: help::Entry| {
        let name = [entry.name, if entry.argument.is_empty() { "" } else { " " }, entry.argument].concat();
        let mut parts = column(Role::Text, Clean::from_bytes(name.as_bytes()), 22);
        parts.extend(column(Role::Dim, entry.help.into(), 42.min(columns / 2)));
        parts.push(words(Role::Dim, entry.keys));
        parts
    };
    entries.map(row).collect()
}

fn unreadable_title(model: &Model) -> Vec<Part> {
    let counts = &model.loaded.counts;
    let of = [
        number::grouped(counts.unreadable),
        " of ".into(),
        number::of(counts.lines, "line"),
        " in ".into(),
        model.loaded.title.clone(),
    ];
    vec![words(Role::Heading, "Unreadable"), words(Role::Separator, " · "), (Role::Text, Clean::concat(of))]
}

/// Only the rows in sight have text: there may be millions.
fn unreadable_rows(model: &Model, choice: &Choice, area: Area) -> Vec<Vec<Part>> {
    let sight = choice.top..choice.top.saturating_add(usize::from(area.rows));
    let row = |(at, line): (usize, &Unreadable)| {
        if sight.contains(&at) { one_unreadable(model, line, area.columns) } else { Vec::new() }
    };
    model.loaded.unreadable.iter().enumerate().map(row).collect()
}

fn one_unreadable(model: &Model, line: &Unreadable, columns: u16) -> Vec<Part> {
    let (kind, how) = reason(&line.reason);
    let number = number::grouped(line.place.line);
    let mut parts = vec![spaces(7_usize.saturating_sub(number.as_str().len())), (Role::Dim, number), spaces(2)];
    if model.loaded.snapshot.sources().len() > 1 {
        parts.extend([(Role::Dim, model.loaded.snapshot.sources().title(line.place.span.source)), spaces(2)]);
    }
    parts.extend(column(Role::Text, kind.into(), 10));
    let room = columns.saturating_sub(width(&parts) + columns_of(how.as_str()) + 6).max(20);
    let (end, used) = crate::state::page::glyphs::fit(line.start.as_str(), usize::from(room));
    parts.push((Role::Text, line.start.slice(0..end)));
    if end < line.start.as_str().len() {
        parts.push(words(Role::Dim, "…"));
    } else {
        parts.push(spaces(1));
    }
    parts.extend([spaces(usize::from(room).saturating_sub(used) + 2), (Role::Dim, how)]);
    parts
}

/// The kind of a reason, and what was seen.
fn reason(reason: &Reason) -> (&'static str, Clean) {
    match reason {
        Reason::CutOff(how) => ("cut off", (*how).into()),
        Reason::NotJson(how) => ("no JSON", (*how).into()),
        Reason::NotAnAlert(how) => ("no alert", (*how).into()),
        Reason::TooLong(bytes) => ("too long", number::of(*bytes, "byte")),
    }
}

fn start_rows(offers: &[Start], columns: u16) -> Vec<Vec<Part>> {
    let longest = offers.iter().map(|offer| columns_of(offer.title.as_str())).max().unwrap_or(0);
    let width = (longest + 3).min(columns / 2);
    let row = |offer: &Start| {
        let mut parts = column(Role::Text, offer.title.clone(), width);
        parts.push((Role::Dim, offer.about.clone()));
        parts
    };
    offers.iter().map(row).collect()
}

fn bytes_title(model: &Model, bytes: &Bytes) -> Vec<Part> {
    let place = [
        Clean::from("Line "),
        number::grouped(bytes.line),
        " of ".into(),
        model.loaded.snapshot.sources().title(bytes.span.source),
    ];
    vec![
        (Role::Heading, Clean::concat(place)),
        words(Role::Separator, " · "),
        (Role::Dim, number::of(u64::from(bytes.span.len), "byte")),
    ]
}

/// The bytes of a line, wrapped.
fn raw(canvas: &mut Canvas<'_>, area: Area, bytes: &Bytes) {
    let mut flow = Flow::new(area.columns, Wrap::On);
    flow.write(0, &[(Role::Text, bytes.text.clone())]);
    for (at, content) in flow.done().lines.iter().skip(bytes.top).take(usize::from(area.rows)).enumerate() {
        if let Some(row) = Row::of(area, cells(at)) {
            canvas.write(row.skip(1), &content.parts);
        }
    }
}
