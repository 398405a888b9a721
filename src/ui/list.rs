//! The list of alerts: column names, rows, and what stands there when there are none.
//!
//! Lives here: where columns stand and how a row looks. Not here: what a cell reads (`cells`), moving (`state`).
//! Imports: `base`, `decode`, `query`, `state`. Promise: a row costs the same however many alerts there are.

use crate::base::{Clean, Priority, RowId};
use crate::decode::Scope;
use crate::query::key::Direction;
use crate::query::sort::{By, Order};
use crate::query::words::Words;
use crate::state::columns::{Placed, fields_of, heading};
use crate::state::layout::Area;
use crate::state::lines::Line;
use crate::state::live::Stage;
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::glyphs::fit;
use crate::state::page::{Part, Role};
use crate::state::{Focus, Model};
use crate::ui::cells::{Reader, Shown, moment};
use crate::ui::groups;
use crate::ui::text::{Canvas, Row, cells};

/// How a time is written in a column of this width.
const TIMES: [(u16, &str); 3] = [(8, "%H:%M:%S"), (12, "%H:%M:%S%.3f"), (23, "%Y-%m-%d %H:%M:%S%.3f")];

/// Draws the column names.
pub(super) fn header(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let Some(row) = Row::of(area, 0) else { return };
    let role = if model.focus == Focus::List { Role::Accent } else { Role::Dim };
    if model.list.view.groups.is_some() {
        return groups::header(canvas, model, row, role);
    }
    for column in model.list.columns.placed(area.columns) {
        let name = if column.name == "time" { time_heading(model, area.columns) } else { heading(column.name) };
        canvas.write(row.skip(column.x).take(column.columns), &[(role, with_arrow(model, column, name))]);
    }
}

/// An arrow behind the column that the list is sorted by.
fn with_arrow(model: &Model, column: Placed<'_>, name: Clean) -> Clean {
    let is_sorted = |order: &Order| match &order.by {
        By::Time => column.name == "time",
        By::Priority => column.name == "priority",
        By::Fields(fields) => *fields == fields_of(column.name),
        By::Count => false,
    };
    let arrow = match &model.narrowed.now.order {
        None if column.name == "time" => "↑",
        Some(order) if is_sorted(order) && order.direction == Direction::Forwards => "↑",
        Some(order) if is_sorted(order) => "↓",
        _ => return name,
    };
    // In a narrow column the arrow is worth more than the name's end.
    let room = usize::from(column.columns).saturating_sub(2);
    let (end, _) = fit(name.as_str(), room);
    Clean::concat([name.slice(0..end), " ".into(), arrow.into()])
}

/// The date of the row under the cursor, where rows show only the time of the day.
fn time_heading(model: &Model, columns: u16) -> Clean {
    let format = match columns {
        0..60 => "%m-%d",
        60..100 => "%Y-%m-%d",
        100.. => return "TIME".into(),
    };
    let time = model.list.row.and_then(|row| model.loaded.snapshot.segment(row)?.time(row.row()));
    time.map_or_else(|| "TIME".into(), |time| moment(time, format))
}

/// Draws the rows, or why there are none.
pub(super) fn rows(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    if model.list.view.rows.is_empty() {
        return empty(canvas, model, area);
    }
    let words = Words::parse(&model.narrowed.now.words);
    let columns = match &model.narrowed.now.grouping {
        Some(grouping) if model.list.view.groups.is_some() => {
            model.list.columns.placed_in_group(area.columns, groups::INDENT, &groups::said_by(grouping))
        }
        _ => model.list.columns.placed(area.columns),
    };
    let drawn = Drawn { model, words: &words, columns: &columns };
    for line in 0..area.rows {
        let at = model.list.top.0 + usize::from(line);
        let Some(row) = Row::of(area, line) else { break };
        match model.list.line(at) {
            Some(Line::Group(group)) => groups::group(canvas, model, row, group),
            Some(Line::Alert(place)) => drawn.alert(canvas, row, place),
            None => break,
        }
        if at == model.list.cursor.0 {
            cursor(canvas, model, row, &columns);
        }
    }
}

/// What every row of an alert is drawn with.
struct Drawn<'a> {
    model: &'a Model,
    words: &'a Words,
    columns: &'a [Placed<'a>],
}

impl Drawn<'_> {
    fn alert(&self, canvas: &mut Canvas<'_>, row: Row, place: usize) {
        let Some(id) = self.model.list.view.rows.get(place).copied() else { return };
        if self.model.list.marked.contains(id) {
            canvas.write(row.skip(1).take(1), &[words(Role::Accent, "*")]);
        }
        let reader = Reader { snapshot: &self.model.loaded.snapshot, row: id };
        for column in self.columns {
            cell(canvas, reader, (row.skip(column.x).take(column.columns), column.name), self.words);
        }
    }
}

/// The bar of the row under the cursor, and the underline of its cell once the cursor rests.
fn cursor(canvas: &mut Canvas<'_>, model: &Model, row: Row, columns: &[Placed<'_>]) {
    let role = if model.focus == Focus::List { Role::Accent } else { Role::Dim };
    canvas.write(row.take(1), &[words(role, "▌")]);
    let is_group = model.list.header_at(model.list.cursor.0).is_some();
    // By its name: within a group some columns are left out.
    let focused = model.list.columns.name(model.list.column).filter(|_| model.list.settled && !is_group);
    if let Some(column) = columns.iter().find(|column| Some(column.name) == focused) {
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
        parts.extend([
            words(Role::Dim, "without "),
            (Role::Text, term.clone()),
            words(Role::Dim, ": "),
            (Role::Text, count),
        ]);
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
    lines.push(vec![words(Role::Hint, "u undo  \\ all off  f edits the filter  / the words")]);
    lines
}

fn none_loaded(model: &Model) -> Vec<Vec<Part>> {
    let (loaded, counts) = (&model.loaded, &model.loaded.counts);
    if loaded.is_loading() {
        return vec![vec![words(Role::Dim, "No alert yet")]];
    }
    if loaded.stage == Stage::Following {
        let dot = words(Role::Separator, " · ");
        let heading = vec![words(Role::Heading, "Waiting for alerts"), dot, (Role::Text, loaded.title.clone())];
        let lines = [number::of(counts.lines, "line"), " so far".into()];
        return vec![heading, vec![(Role::Dim, Clean::concat(lines))]];
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
