//! What keys do over time: moving from bucket to bucket, the brush, going to an hour or a moment in the list.
//!
//! Lives here: the histogram's commands, `since` and `until`, `goto`. Imports: `base`, `query`. Promise: what the brush
//! keeps is what its buckets count, as terms of the filter and one step of undo.

use chrono::NaiveTime;

use crate::base::{Clean, Nanos, Notice, RowId};
use crate::query::histogram::Step;
use crate::query::moment;
use crate::query::span::{Span, with_span};
use crate::query::terms::join;
use crate::state::axis;
use crate::state::commands::Args;
use crate::state::histogram::{Bars, names_columns, room, time_of_cursor};
use crate::state::{Effect, Focus, Input, Layer, Model, Narrowing, groups, list, narrowing, panes, session};

/// Off, one row, three rows with the keys, and off again; kept for screens of this height.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let next = match model.bars() {
        Bars::Off => Bars::One,
        Bars::One => Bars::Three,
        Bars::Three => Bars::Off,
    };
    model.choose_bars(next);
    match next {
        Bars::Three => panes::go(model, Focus::Histogram),
        Bars::Off if model.focus == Focus::Histogram => panes::go(model, Focus::List),
        _ => Vec::new(),
    }
}

/// One bucket to the left, or by the count.
pub(crate) fn left(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    put(model, model.panes.histogram.at.saturating_sub(args.times()))
}

/// One bucket to the right, or by the count.
pub(crate) fn right(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    put(model, model.panes.histogram.at.saturating_add(args.times()))
}

/// To the first bucket.
pub(crate) fn first(model: &mut Model) -> Vec<Effect> {
    put(model, 0)
}

/// To the last bucket.
pub(crate) fn last(model: &mut Model) -> Vec<Effect> {
    put(model, usize::MAX)
}

fn put(model: &mut Model, at: usize) -> Vec<Effect> {
    let all = model.panes.histogram.counted.as_ref().map_or(0, |counted| counted.buckets.len());
    model.panes.histogram.at = at.min(all.saturating_sub(1));
    Vec::new()
}

/// Begins a brush at the bucket under the cursor, or gives it up.
pub(crate) fn brush(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let chart = &mut model.panes.histogram;
    chart.anchor = if chart.anchor.is_some() { None } else { Some(chart.at) };
    Vec::new()
}

/// Gives the brush up; without one, leaves the pane.
pub(crate) fn back(model: &mut Model) -> Vec<Effect> {
    if model.panes.histogram.anchor.take().is_some() { Vec::new() } else { panes::go(model, Focus::List) }
}

/// Keeps the alerts of the brush, or of the bucket under the cursor: a stretch that was kept before gives way.
pub(crate) fn keep(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some((since, until)) = brushed(model) else { return nothing(model) };
    between(model, Some(&since), Some(&until))
}

/// Cuts the alerts of the brush out, or those of the bucket under the cursor.
pub(crate) fn cut(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some((since, until)) = brushed(model) else { return nothing(model) };
    let cut = format!("not (time >= {since} and time < {until})");
    let filter = join(&[model.narrowed.now.filter.clone(), cut]);
    apply(model, filter)
}

fn nothing(model: &mut Model) -> Vec<Effect> {
    session::say(model, Notice::said("no alert in view has a time"))
}

fn apply(model: &mut Model, filter: String) -> Vec<Effect> {
    model.panes.histogram.anchor = None;
    narrowing::apply(model, Narrowing { filter, ..model.narrowed.now.clone() })
}

/// The times of the brush, as filters write them.
fn brushed(model: &Model) -> Option<(String, String)> {
    let chart = &model.panes.histogram;
    let counted = chart.counted.as_ref().filter(|counted| !counted.buckets.is_empty())?;
    let brush = chart.brushed();
    Some((moment::written(counted.begins(brush.start)), moment::written(counted.begins(brush.end))))
}

/// Shorter buckets.
pub(crate) fn shorter(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    resize(model, args, Step::shorter)
}

/// Longer buckets.
pub(crate) fn longer(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    resize(model, args, Step::longer)
}

fn resize(model: &mut Model, args: &Args<'_>, next: fn(Step) -> Step) -> Vec<Effect> {
    let chart = &mut model.panes.histogram;
    let Some(counted) = &chart.counted else { return Vec::new() };
    let step = (0..args.times().min(20)).fold(counted.step, |step, _| next(step));
    chart.wish(step);
    Vec::new()
}

/// A column of the histogram was clicked: the first click sets the cursor, the second makes a brush up to there.
pub(crate) fn click(model: &mut Model, column: u16) -> Vec<Effect> {
    let was = model.focus;
    model.focus = Focus::Histogram;
    let before = bars_at(model);
    let Some((at, room)) = column.checked_sub(before).zip(room(model)) else { return Vec::new() };
    let at = model.panes.histogram.first_in(room) + usize::from(at);
    let chart = &mut model.panes.histogram;
    if usize::from(column - before) >= room || at >= chart.counted.as_ref().map_or(0, |counted| counted.buckets.len()) {
        return Vec::new();
    }
    chart.anchor = match chart.anchor {
        None if was == Focus::Histogram && chart.at != at => Some(chart.at),
        _ => None,
    };
    chart.at = at;
    Vec::new()
}

/// The column of the first bar.
pub(crate) fn bars_at(model: &Model) -> u16 {
    match model.bars() {
        Bars::Three => names_columns(model.layout().histogram.columns),
        Bars::One | Bars::Off => 1 + axis::width(model.panes.histogram.counted.as_deref()),
    }
}

/// Keeps alerts from a moment on, or from whenever.
pub(crate) fn since(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match typed(model, args.text) {
        Ok(since) => between(model, since.as_deref(), Span::of(&model.narrowed.now.filter).until()),
        Err(why) => session::say(model, why),
    }
}

/// Keeps alerts up to just before a moment, or to whenever.
pub(crate) fn until(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match typed(model, args.text) {
        Ok(until) => between(model, Span::of(&model.narrowed.now.filter).since(), until.as_deref()),
        Err(why) => session::say(model, why),
    }
}

/// A bound as a filter takes it; none for an empty text.
fn typed(model: &Model, text: &str) -> Result<Option<String>, Notice> {
    match text {
        "" => Ok(None),
        // From now, or from the newest alert: that is counted when the filter is applied.
        text if text.starts_with(['-', '@']) => Ok(Some(text.to_owned())),
        text => moment_of(model, text).map(|time| Some(moment::written(time))).ok_or_else(|| no_time(text)),
    }
}

fn between(model: &mut Model, since: Option<&str>, until: Option<&str>) -> Vec<Effect> {
    match Span::new(since, until) {
        Ok(span) => {
            let filter = with_span(&model.narrowed.now.filter, &span);
            apply(model, filter)
        }
        Err(why) => session::say(model, why),
    }
}

fn no_time(text: &str) -> Notice {
    let what = Clean::concat([Clean::from_bytes(text.as_bytes()), " is no time".into()]);
    Notice::said(what).with_next("a time is written 02:15, -10m, 2024-10-05T18:29 or 2024-10-05T18:29:05Z")
}

/// A moment as a reader types it: also a time of the day of the list's alert, or a distance from it.
pub(crate) fn moment_of(model: &Model, text: &str) -> Option<Nanos> {
    let here = time_of_cursor(model).or_else(|| Some(ends(model)?.1));
    moment::parse(text).or_else(|| distance(here?, text)).or_else(|| of_day(model, here?, text))
}

/// `-10m`, `+2h`: from the alert under the cursor.
fn distance(Nanos(here): Nanos, text: &str) -> Option<Nanos> {
    let by = moment::duration(text.strip_prefix(['-', '+'])?)?;
    here.checked_add(if text.starts_with('-') { -by } else { by }).map(Nanos)
}

/// `02:15`: on the day of the alert under the cursor; where nothing in view is as late, on the next, as nights go.
fn of_day(model: &Model, Nanos(here): Nanos, text: &str) -> Option<Nanos> {
    let time = ["%H:%M", "%H:%M:%S%.f"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())?;
    let since_midnight = time.signed_duration_since(NaiveTime::MIN).num_nanoseconds()?;
    let days = [0, 1, -1]
        .map(|day| here.div_euclid(Nanos::DAY).checked_add(day)?.checked_mul(Nanos::DAY)?.checked_add(since_midnight));
    let ends = ends(model);
    let within = |at: &i64| ends.is_some_and(|(first, last)| (first.0..=last.0).contains(at));
    let all = || days.iter().copied().flatten();
    all().find(within).or_else(|| all().next()).map(Nanos)
}

/// Opens a line for a time to go to.
pub(crate) fn ask_time(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    model.layers.push(Layer::Time(Input { before: narrowing::step(model), ..Input::default() }));
    Vec::new()
}

/// To the row of this number, or to the first alert at or after a time.
pub(crate) fn goto(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let is_number = args.text.bytes().all(|b| b.is_ascii_digit() || b == b',');
    if args.text.is_empty() || is_number {
        return list::goto(model, args);
    }
    match moment_of(model, args.text) {
        Some(time) => to_time(model, time),
        None => session::say(model, no_time(args.text)),
    }
}

/// To the first alert at or after `time`, wherever it stands in the list.
fn to_time(model: &mut Model, time: Nanos) -> Vec<Effect> {
    let times = times(model).filter_map(|(at, found)| Some((found?, at))).filter(|(found, _)| *found >= time);
    match times.min() {
        Some((_, at)) => list::go(model, model.list.line_of(at)),
        None => session::say(model, Notice::said("no alert in view is as late")),
    }
}

/// The places of the list with the time of the alert there.
fn times(model: &Model) -> impl Iterator<Item = (usize, Option<Nanos>)> {
    let time = |row: &RowId| model.loaded.snapshot.segment(*row)?.time(row.row());
    model.list.view.rows.iter().map(time).enumerate()
}

/// The earliest and the latest time in view. Not what the histogram counted: where it is not shown, it counts nothing.
fn ends(model: &Model) -> Option<(Nanos, Nanos)> {
    times(model).filter_map(|(_, found)| found).fold(None, |ends, time| {
        let (first, last) = ends.unwrap_or((time, time));
        Some((first.min(time), last.max(time)))
    })
}

/// To the next group; where there are none to the first alert of the next hour that has some, `count` times.
pub(crate) fn next_stretch(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if model.list.view.groups.is_some() {
        return groups::next(model, args);
    }
    by_hours(model, args.times(), 1)
}

/// To the group before; where there are none to the first alert of the hour before that has some, `count` times.
pub(crate) fn previous_stretch(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if model.list.view.groups.is_some() {
        return groups::previous(model, args);
    }
    by_hours(model, args.times(), -1)
}

fn by_hours(model: &mut Model, times: usize, by: isize) -> Vec<Effect> {
    let hour = |at: usize| {
        let row = model.list.row_at(at)?;
        Some(model.loaded.snapshot.segment(row)?.time(row.row()).map(|time| time.0.div_euclid(Nanos::HOUR)))
    };
    let (mut at, mut left) = (model.list.cursor.0, times);
    let mut best = None;
    while let Some(next) = at.checked_add_signed(by).filter(|_| left > 0) {
        let Some(other) = hour(next) else { break };
        // The first alert of its hour: coming from below, the one before it is of another.
        let is_first = if by > 0 { Some(other) != hour(at) } else { next == 0 || hour(next - 1) != Some(other) };
        if is_first {
            best = Some(next);
            left -= 1;
        }
        at = next;
    }
    match best {
        Some(at) => list::go(model, at),
        None => session::say(
            model,
            Notice::said(if by > 0 { "no later hour has alerts" } else { "no earlier hour has alerts" }),
        ),
    }
}

#[cfg(test)]
#[path = "brush_tests.rs"]
mod tests;
