//! The list of alerts: column names, rows, and what stands there when there are none.
//!
//! Lives here: where columns stand and how a row looks. Not here: what a cell reads (`cells`), moving (`state`).
//! Imports: `base`, `decode`, `query`, `state`. Promise: a row costs the same however many alerts there are.

use crate::base::{Clean, Priority, RowId};
use crate::decode::Scope;
use crate::query::words::Words;
use crate::state::layout::{Area, columns_shown};
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{COLUMNS, Focus, Model};
use crate::ui::cells::{Reader, Shown, moment};
use crate::ui::text::{Canvas, Row, cells};

/// Cells left of the first column: the cursor's bar and a blank.
const GUTTER: u16 = 2;

/// Where a column stands, from the left edge of the list, and how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    name: &'static str,
    x: u16,
    columns: u16,
}

/// How a time is written in a column of this width.
const TIMES: [(u16, &str); 3] = [(8, "%H:%M:%S"), (12, "%H:%M:%S%.3f"), (23, "%Y-%m-%d %H:%M:%S%.3f")];

/// How wide the times are in a list of this width, and what heads them: the date, where rows do not show it.
fn time_column(list: u16) -> (u16, &'static str) {
    match list {
        0..60 => (8, "%m-%d ↑"),
        60..100 => (12, "%Y-%m-%d ↑"),
        100.. => (23, "TIME ↑"),
    }
}

/// The columns of a list of this width.
fn columns(list: u16) -> Vec<Column> {
    let shown = columns_shown(list);
    let (time, _) = time_column(list);
    let between = cells(shown).saturating_sub(1);
    let rest = list.saturating_sub(GUTTER + time + 4 + between);
    let widths = match shown {
        0..=3 => [time, 4, rest, 0, 0, 0],
        4..=5 => {
            let (container, process) = ((rest * 21 / 100).clamp(8, 16), (rest / 5).clamp(8, 16));
            [time, 4, rest.saturating_sub(container + process), container, process, 0]
        }
        _ => {
            let (rule, container, process) =
                ((rest * 2 / 5).min(42), (rest * 17 / 100).min(20), (rest * 15 / 100).min(18));
            [time, 4, rule, container, process, rest.saturating_sub(rule + container + process)]
        }
    };
    let mut x = GUTTER;
    let placed = COLUMNS.into_iter().zip(widths).take(shown).map(|(name, columns)| {
        let column = Column { name, x, columns };
        x += columns + 1;
        column
    });
    placed.collect()
}

/// Draws the column names.
pub(super) fn header(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let Some(row) = Row::of(area, 0) else { return };
    let role = if model.focus == Focus::List { Role::Accent } else { Role::Dim };
    for column in columns(area.columns) {
        let name = match column.name {
            "time" => time_heading(model, area.columns),
            "priority" => "PRIO".into(),
            "rule" => "RULE".into(),
            "container.name" => "CONTAINER".into(),
            "proc.name" => "PROCESS".into(),
            _ => "OBJECT".into(),
        };
        canvas.write(row.skip(column.x).take(column.columns), &[(role, name)]);
    }
}

/// The date of the row under the cursor, where rows show only the time of the day.
fn time_heading(model: &Model, columns: u16) -> Clean {
    let time = model.list.row.and_then(|row| model.loaded.snapshot.segment(row)?.time(row.row()));
    time.map_or_else(|| "TIME ↑".into(), |time| moment(time, time_column(columns).1))
}

/// Draws the rows, or why there are none.
pub(super) fn rows(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let view = &model.list.view;
    if view.rows.is_empty() {
        return empty(canvas, model, area);
    }
    let columns = columns(area.columns);
    let words = Words::parse(&model.narrowed.now.words);
    for line in 0..area.rows {
        let at = model.list.top.0 + usize::from(line);
        let (Some(id), Some(row)) = (view.rows.get(at), Row::of(area, line)) else { break };
        let reader = Reader { snapshot: &model.loaded.snapshot, row: *id };
        for column in &columns {
            cell(canvas, reader, (row.skip(column.x).take(column.columns), column.name), &words);
        }
        if at == model.list.cursor.0 {
            cursor(canvas, model, row, &columns);
        }
    }
}

/// The bar of the row under the cursor, and the underline of its cell once the cursor rests.
fn cursor(canvas: &mut Canvas<'_>, model: &Model, row: Row, columns: &[Column]) {
    let role = if model.focus == Focus::List { Role::Accent } else { Role::Dim };
    canvas.write(row.take(1), &[words(role, "▌")]);
    if let Some(column) = columns.get(model.list.column).filter(|_| model.list.settled) {
        canvas.underline(row.skip(column.x).take(column.columns));
    }
}

fn cell(canvas: &mut Canvas<'_>, reader: Reader<'_>, (row, name): (Row, &str), words: &Words) {
    match name {
        "time" => {
            canvas.write(row, &[(Role::Text, time(reader, row.columns))]);
        }
        "priority" => {
            canvas.write(row, &[badge(reader)]);
        }
        name => {
            let Shown { text, cut } = reader.column(name, row.columns);
            let matches = words.highlight(text.as_str());
            canvas.write_value(row, &(Role::Text, text), &matches, cut);
        }
    }
}

/// The time, or what stands in its place where that is none.
fn time(reader: Reader<'_>, columns: u16) -> Clean {
    let format = TIMES.iter().find(|(width, _)| *width == columns).map_or("%H:%M:%S", |(_, format)| format);
    let segment = reader.snapshot.segment(reader.row);
    match segment.and_then(|segment| segment.time(reader.row.row())) {
        Some(time) => moment(time, format),
        None => reader.value(Scope::Alert, "time", 23).map_or_else(Clean::default, |shown| shown.text),
    }
}

/// The priority's badge, or an unknown word as it came.
fn badge(reader: Reader<'_>) -> Part {
    match priority(reader) {
        Some(priority) => words(Role::Priority(priority), priority.badge()),
        None => (Role::Text, reader.value(Scope::Alert, "priority", 4).map_or_else(Clean::default, |shown| shown.text)),
    }
}

fn priority(reader: Reader<'_>) -> Option<Priority> {
    reader.snapshot.segment(reader.row)?.priority(reader.row.row())
}

/// The place of the row under the cursor on the screen.
pub(super) fn cursor_row(model: &Model, area: Area) -> Option<Row> {
    let line = model.list.cursor.0.checked_sub(model.list.top.0)?;
    Row::of(area, cells(line))
}

/// Where it happened and who did it, in one row: `web-checkout · kdevtmpfsi · root`.
pub(super) fn summary(model: &Model, row: RowId, columns: u16) -> Vec<Part> {
    let reader = Reader { snapshot: &model.loaded.snapshot, row };
    let mut parts: Vec<Part> = Vec::new();
    for name in ["container.name", "proc.name", "user.name"] {
        let shown = reader.column(name, columns);
        if !shown.text.is_empty() {
            parts.extend((!parts.is_empty()).then(|| words(Role::Separator, " · ")));
            parts.push((Role::Text, shown.text));
        }
    }
    parts
}

/// Why there is no row, and what to do about it.
fn empty(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let lines = if model.loaded.snapshot.alerts() > 0 { none_matches(model) } else { none_loaded(model) };
    for (line, parts) in lines.iter().enumerate() {
        if let Some(row) = Row::of(area, cells(line)) {
            canvas.write(row.skip(1), parts);
        }
    }
}

/// What there would be without each term: `without user.name = lea: 27`.
fn without(model: &Model) -> Option<Vec<Part>> {
    let without = &model.bar.without;
    if without.of != model.narrowed.asked || without.terms.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    for (term, count) in &without.terms {
        let count = count.map_or_else(|| "…".into(), number::counted);
        parts.extend([words(Role::Dim, "without "), (Role::Text, term.clone()), words(Role::Dim, ": "), (Role::Text, count)]);
        parts.push(words(Role::Text, "   "));
    }
    Some(parts)
}

fn none_matches(model: &Model) -> Vec<Vec<Part>> {
    if model.is_counting() {
        return vec![vec![words(Role::Dim, "… counting")]];
    }
    let now = &model.narrowed.now;
    let mut lines = vec![vec![words(Role::Heading, "No alert matches")]];
    for (label, text) in [("filter ", &now.filter), ("narrow ", &now.words)] {
        if !text.is_empty() {
            lines.push(vec![words(Role::Dim, label), (Role::Text, Clean::from_bytes(text.as_bytes()))]);
        }
    }
    lines.extend(without(model));
    lines.push(vec![words(Role::Hint, "u takes the last change back  \\ switches all off  f edits the filter  / the words")]);
    lines
}

fn none_loaded(model: &Model) -> Vec<Vec<Part>> {
    let (loaded, counts) = (&model.loaded, &model.loaded.counts);
    if loaded.loading {
        return vec![vec![words(Role::Dim, "No alert yet")]];
    }
    let mut lines = vec![vec![words(Role::Heading, "No alerts in "), (Role::Text, loaded.title.clone())]];
    let sum = [
        number::of(counts.lines, "line"),
        " read: ".into(),
        number::grouped(counts.unreadable),
        " unreadable, ".into(),
        number::grouped(counts.blank),
        " blank".into(),
    ];
    lines.push(vec![(Role::Dim, Clean::concat(sum))]);
    if counts.unreadable > 0 {
        lines.push(vec![words(Role::Hint, "gu lists the unreadable lines")]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_list_and_never_overlap() {
        for width in 40..300 {
            let placed = columns(width);
            assert_eq!(placed.len(), columns_shown(width));
            for pair in placed.windows(2) {
                assert_eq!(pair[0].x + pair[0].columns + 1, pair[1].x, "{width}");
            }
            let last = placed.last().unwrap();
            assert_eq!(last.x + last.columns, width, "{width}");
            assert!(placed.iter().all(|column| column.columns >= 4), "{width}: {placed:?}");
        }
    }
}
