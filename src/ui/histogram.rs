//! Alerts over time: bars of one row or three, their times, the brush, what is under the cursor.
//!
//! Lives here: how they look. Not here: which buckets there are (`query::histogram`), where the cursor is
//! (`state::histogram`). Imports: `base`, `query`, `state`. Promise: a stretch without alerts is blank, one with a single
//! alert is not; what colour tells is told in words under the cursor.

use std::ops::Range;

use crate::base::Clean;
use crate::query::histogram::{Bucket, Histogram};
use crate::state::axis::{time, width as time_width};
use crate::state::brush::bars_at;
use crate::state::histogram::{Bars, ROOMY, names_columns, room};
use crate::state::layout::Area;
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Focus, Model};
use crate::ui::text::{Canvas, Row, cells, width};

/// Steps of a bar in one row.
const LEVELS: usize = 8;

/// Draws the pane; gives the place of the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Area) -> Option<(u16, u16)> {
    let first = Row::of(area, 0)?;
    let chart = &model.panes.histogram;
    let Some(counted) = chart.counted.as_deref().filter(|counted| !counted.buckets.is_empty()) else {
        canvas.write(first, &[nothing(model)]);
        return None;
    };
    let room = room(model)?;
    let top = chart.first_in(room);
    let shown = Shown { counted, top, len: (counted.buckets.len() - top).min(room), x: bars_at(model) };
    match model.bars() {
        Bars::Off => return None,
        Bars::One => one_row(canvas, model, area, &shown),
        Bars::Three => three_rows(canvas, model, area, &shown),
    }
    let at = chart.at.checked_sub(top).filter(|at| *at < shown.len)?;
    Some((area.x + shown.x + cells(at), area.y + bar_rows(model) - 1))
}

fn bar_rows(model: &Model) -> u16 {
    if model.bars() == Bars::Three { 3 } else { 1 }
}

fn nothing(model: &Model) -> Part {
    let waiting = model.panes.histogram.is_counting() || model.is_counting();
    words(Role::Dim, if waiting { "… alerts over time" } else { "no alert in view has a time" })
}

/// The buckets in sight.
struct Shown<'c> {
    counted: &'c Histogram,
    top: usize,
    len: usize,
    /// The column of the first.
    x: u16,
}

impl Shown<'_> {
    fn buckets(&self) -> impl Iterator<Item = (u16, &Bucket)> {
        (0..).zip(self.counted.buckets.iter().skip(self.top).take(self.len))
    }
    /// The column of a bucket, if it is in sight.
    fn column(&self, at: usize) -> Option<u16> {
        at.checked_sub(self.top).filter(|at| *at < self.len).map(|at| self.x + cells(at))
    }
    fn end(&self) -> u16 {
        self.x + cells(self.len)
    }
}

/// The bars in so many rows, the lowest the last.
fn bars(canvas: &mut Canvas<'_>, model: &Model, area: Area, shown: &Shown<'_>) {
    let rows = bar_rows(model);
    let most = shown.counted.peak().map_or(1, |(alerts, _)| alerts.max(1));
    let brush = model.panes.histogram.brushed();
    for (at, bucket) in shown.buckets() {
        let height = (bucket.alerts * LEVELS * usize::from(rows)).div_ceil(most);
        let role = bucket.worst.map_or(Role::Text, Role::Priority);
        for line in 0..rows {
            let Some(row) = Row::of(area, rows - 1 - line) else { continue };
            let level = height.saturating_sub(LEVELS * usize::from(line)).min(LEVELS);
            canvas.bar(row.skip(shown.x + at).take(1), role, level);
        }
        let bucket = shown.top + usize::from(at);
        if model.focus == Focus::Histogram && brush.contains(&bucket) {
            mark(canvas, area, rows, shown.x + at);
        }
    }
}

/// A bucket of the brush, or the one under the cursor, is underlined.
fn mark(canvas: &mut Canvas<'_>, area: Area, rows: u16, x: u16) {
    if let Some(row) = Row::of(area, rows - 1) {
        canvas.underline(row.skip(x).take(1));
    }
}

/// `18:00 ▂▄▃ 06:00   alerts per 10 min · i opens`; with the keys, two rows more.
fn one_row(canvas: &mut Canvas<'_>, model: &Model, area: Area, shown: &Shown<'_>) {
    let Some(row) = Row::of(area, 0) else { return };
    let role = if model.focus == Focus::Histogram { Role::Accent } else { Role::Dim };
    canvas.write(row, &[(role, time(shown.counted, shown.counted.begins(shown.top)))]);
    bars(canvas, model, area, shown);
    let last = shown.counted.begins(shown.top + shown.len);
    let end = row.skip(shown.end() + 1);
    let used = canvas.write(end, &[(Role::Dim, time(shown.counted, last))]);
    let rest = end.skip(used + 2);
    let step = shown.counted.step.words();
    let says = |text: String| vec![(Role::Dim, Clean::from_bytes(text.as_bytes()))];
    let more = if model.focus == Focus::Histogram { "" } else { " · i opens" };
    let long = says(format!("alerts per {step}{more}"));
    let short = says(format!("per {step}"));
    let fits = area.columns >= ROOMY && width(&long) <= rest.columns;
    canvas.write_right(rest, if fits { &long } else { &short });
    if let Some(row) = Row::of(area, 1) {
        brush(canvas, model, row, shown);
    }
    if let Some(row) = Row::of(area, 2) {
        canvas.write(row.skip(2), &dotted(told(model, shown.counted)));
    }
}

/// `└─┘ 02:10–02:40` under the buckets of the brush, or under the one with the cursor.
fn brush(canvas: &mut Canvas<'_>, model: &Model, row: Row, shown: &Shown<'_>) {
    let brush = model.panes.histogram.brushed();
    let from = shown.column(brush.start.max(shown.top));
    let to = shown.column((brush.end - 1).min((shown.top + shown.len).saturating_sub(1)));
    let (Some(from), Some(to)) = (from, to) else { return };
    let line = row.skip(from).take(to - from + 1);
    canvas.fill(line, Role::Accent, "─");
    if to > from {
        canvas.fill(line.take(1), Role::Accent, "└");
        canvas.fill(line.skip(to - from), Role::Accent, "┘");
    }
    let times = stretch(shown.counted, brush, Role::Accent);
    let room = row.columns.saturating_sub(to + 2);
    let needed = width(&times);
    let place = if needed <= room { row.skip(to + 2) } else { row.skip(from.saturating_sub(needed + 1)).take(needed) };
    canvas.write(place, &times);
}

/// `02:10–02:40`
fn stretch(counted: &Histogram, buckets: Range<usize>, role: Role) -> Vec<Part> {
    let at = |bucket| (role, time(counted, counted.begins(bucket)));
    vec![at(buckets.start), words(Role::Separator, "–"), at(buckets.end)]
}

/// What is under the cursor or the brush, in words: how many, when, how bad.
fn told(model: &Model, counted: &Histogram) -> Vec<Vec<Part>> {
    let chart = &model.panes.histogram;
    let brush = chart.brushed();
    let within = || counted.buckets.iter().enumerate().skip(brush.start).take(brush.len());
    let alerts: usize = within().map(|(_, bucket)| bucket.alerts).sum();
    let mut told = Vec::new();
    if chart.anchor.is_none() {
        told.push(stretch(counted, brush.clone(), Role::Text));
    }
    let mut say = |pieces: Vec<Clean>| told.push(vec![(Role::Text, Clean::concat(pieces))]);
    if chart.anchor.is_some() {
        let all = number::counted(model.list.view.rows.len());
        say(vec!["brush ".into(), number::counted(alerts), " of ".into(), all]);
        if let Some((at, most)) = within().max_by_key(|(at, bucket)| (bucket.alerts, std::cmp::Reverse(*at))) {
            let at = time(counted, counted.begins(at));
            say(vec!["peak ".into(), number::counted(most.alerts), " at ".into(), at]);
        }
    } else {
        say(vec![number::of(u64::try_from(alerts).unwrap_or(u64::MAX), "alert")]);
    }
    if let Some(worst) = within().filter_map(|(_, bucket)| bucket.worst).min() {
        say(vec!["worst ".into(), worst.word().into()]);
    }
    if counted.untimed > 0 {
        say(vec![number::counted(counted.untimed), " without a time".into()]);
    }
    told
}

/// What is told in a row, with dots between.
fn dotted(told: Vec<Vec<Part>>) -> Vec<Part> {
    told.into_iter().flat_map(|parts| [vec![dot()], parts].concat()).skip(1).collect()
}

fn dot() -> Part {
    words(Role::Separator, " · ")
}

/// Three rows of bars, names and what is told at their left, times below.
fn three_rows(canvas: &mut Canvas<'_>, model: &Model, area: Area, shown: &Shown<'_>) {
    bars(canvas, model, area, shown);
    let names = names_columns(area.columns).saturating_sub(1);
    let most = shown.counted.peak().map_or(0, |(alerts, _)| alerts);
    let step = Clean::concat(["per ".into(), shown.counted.step.words().into(), "  ".into(), number::counted(most)]);
    let role = if model.focus == Focus::Histogram { Role::Accent } else { Role::Dim };
    left_of(canvas, area, 0, names, &[(role, step)]);
    if model.focus != Focus::Histogram {
        left_of(canvas, area, 2, names, &[words(Role::Dim, "0")]);
    }
    if model.focus == Focus::Histogram {
        for (line, parts) in (0..).zip(lines(told(model, shown.counted), names)) {
            if let Some(row) = Row::of(area, line + 1) {
                canvas.write(row.take(names), &parts);
            }
        }
    } else if shown.counted.untimed > 0
        && let Some(row) = Row::of(area, 3)
    {
        let untimed = Clean::concat([number::counted(shown.counted.untimed), " without a time".into()]);
        canvas.write(row.take(names), &[(Role::Dim, untimed)]);
    }
    match Row::of(area, 3) {
        Some(row) if model.panes.histogram.anchor.is_some() => brush(canvas, model, row, shown),
        Some(row) => axis(canvas, row, shown),
        None => {}
    }
}

/// Puts what is told into lines of so many columns, with dots between in one line.
fn lines(told: Vec<Vec<Part>>, columns: u16) -> Vec<Vec<Part>> {
    let mut lines: Vec<Vec<Part>> = Vec::new();
    for parts in told {
        match lines.last_mut().filter(|line| width(line) + width(&parts) + 3 <= columns) {
            Some(line) => line.extend([vec![dot()], parts].concat()),
            None => lines.push(parts),
        }
    }
    lines
}

fn left_of(canvas: &mut Canvas<'_>, area: Area, line: u16, columns: u16, parts: &[Part]) {
    if let Some(row) = Row::of(area, line) {
        let row = row.take(columns);
        canvas.write(row.skip(columns.saturating_sub(width(parts))), parts);
    }
}

/// Round times below the bars, each at its bucket, none so near that it would touch the next.
fn axis(canvas: &mut Canvas<'_>, row: Row, shown: &Shown<'_>) {
    let apart = usize::from(time_width(Some(shown.counted))) + 3;
    let every = shown.counted.round_every(apart);
    let mut free = 0;
    for at in 0..shown.len {
        let Some(x) = shown.column(shown.top + at).filter(|x| *x >= free) else { continue };
        if !shown.counted.is_round(shown.top + at, every) {
            continue;
        }
        let label = [(Role::Dim, time(shown.counted, shown.counted.begins(shown.top + at)))];
        if width(&label) <= row.columns.saturating_sub(x) {
            free = x + canvas.write(row.skip(x), &label) + 2;
        }
    }
}
