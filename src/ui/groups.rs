//! The headers of groups: what their alerts share, how many, when.
//!
//! Lives here: how a group's line looks. Not here: the alerts of an open one (`list`). Imports: `base`, `decode`,
//! `query`, `state`. Promise: a line costs the same however many alerts its group has; no figure is told by a sparkline
//! alone.

use crate::base::{Clean, Nanos};
use crate::decode::Scope;
use crate::query::group::{Group, Grouping};
use crate::state::Model;
use crate::state::columns::GUTTER;
use crate::state::number;
use crate::state::page::flow::{spaces, words};
use crate::state::page::{Part, Role};
use crate::ui::cells::{Reader, moment};
use crate::ui::text::{Canvas, Row};

/// Cells left of the alerts of an open group.
pub(super) const INDENT: u16 = 5;

/// Cells of the count, the rate, the span and the hosts.
const COUNT: u16 = 10;
const RATE: u16 = 9;
const SPAN: u16 = 13;
const HOSTS: u16 = 8;

/// The widest sparkline.
const SPARK: u16 = 24;

/// Where the parts of a header stand: cells from the left edge, and their widths; 0: there is no room.
#[derive(Clone, Copy, Debug)]
struct Places {
    name: u16,
    rate: u16,
    spark: u16,
    span: u16,
    hosts: u16,
}

/// The badge stands behind the sign that tells an open group from a closed one.
const NAME: u16 = GUTTER + 2 + 5;

fn places(columns: u16) -> Places {
    let (span, hosts) = (if columns >= 60 { SPAN + 2 } else { 0 }, if columns >= 72 { HOSTS + 1 } else { 0 });
    let rate = if columns >= 100 { RATE } else { 0 };
    let rest = columns.saturating_sub(NAME + COUNT + rate + span + hosts);
    let spark = if rest >= 40 {
        (rest / 2).min(SPARK)
    } else if rest >= 32 {
        8
    } else {
        0
    };
    let name = rest.saturating_sub(if spark > 0 { spark + 2 } else { 0 });
    Places { name, rate, spark, span, hosts }
}

/// What members of a group share, so that their rows need not say it.
pub(super) fn said_by(grouping: &Grouping) -> Vec<String> {
    // The object is shared only by its shape.
    let exact = |fields: Vec<&str>| if let [name] = fields.as_slice() { Some((*name).to_owned()) } else { None };
    let mut said: Vec<String> = grouping.fields().into_iter().filter_map(exact).collect();
    if said.iter().any(|name| name == "rule") {
        said.push("priority".to_owned());
    }
    said
}

/// Draws the names above the columns of groups.
pub(super) fn header(canvas: &mut Canvas<'_>, model: &Model, row: Row, role: Role) {
    let places = places(row.columns);
    let name = match &model.narrowed.now.grouping {
        Some(Grouping::By(fields)) => {
            let names = fields.iter().map(|name| (role, Clean::from_bytes(name.to_ascii_uppercase().as_bytes())));
            names.flat_map(|name| [words(role, " · "), name]).skip(1).collect()
        }
        _ => vec![words(role, "ALIKE")],
    };
    let per = steps(model, places.spark).map_or(Clean::default(), |(_, name)| name.into());
    let span = vec![words(role, "FIRST"), words(role, "–"), words(role, "LAST")];
    let parts = [
        (NAME, places.name, name),
        (NAME + places.name, COUNT, right(role, "COUNT", COUNT)),
        (NAME + places.name + COUNT, places.rate, right(role, "RATE", places.rate)),
        (NAME + places.name + COUNT + places.rate + 2, places.spark, vec![(role, per)]),
        (row.columns.saturating_sub(places.span + places.hosts) + 2, places.span.saturating_sub(2), span),
        (row.columns.saturating_sub(places.hosts), places.hosts, right(role, "HOSTS", places.hosts)),
    ];
    for (x, columns, parts) in parts.into_iter().filter(|(_, columns, _)| *columns > 0) {
        canvas.write(row.skip(x).take(columns), &parts);
    }
}

fn right(role: Role, text: &'static str, columns: u16) -> Vec<Part> {
    vec![spaces(usize::from(columns).saturating_sub(text.len())), words(role, text)]
}

/// Steps of sparklines, in seconds, and how they are called.
const STEPS: [(i64, &str); 20] = [
    (1, "PER Nanos::SECOND"),
    (5, "PER 5 S"),
    (10, "PER 10 S"),
    (30, "PER 30 S"),
    (60, "PER MINUTE"),
    (120, "PER 2 MIN"),
    (300, "PER 5 MIN"),
    (600, "PER 10 MIN"),
    (900, "PER 15 MIN"),
    (1_800, "PER 30 MIN"),
    (3_600, "PER HOUR"),
    (7_200, "PER 2 H"),
    (14_400, "PER 4 H"),
    (28_800, "PER 8 H"),
    (86_400, "PER Nanos::DAY"),
    (172_800, "PER 2 DAYS"),
    (604_800, "PER WEEK"),
    (2_419_200, "PER 4 WEEKS"),
    (31_536_000, "PER YEAR"),
    (315_360_000, "PER DECADE"),
];

/// The edges of the steps that a sparkline of this width shows, and how a step is called. `None`: no alert has a time.
fn steps(model: &Model, columns: u16) -> Option<(Vec<Nanos>, &'static str)> {
    let (from, to) = model.list.view.span?;
    let (from, to) = (from.0.div_euclid(Nanos::SECOND), to.0.div_euclid(Nanos::SECOND));
    let fits = |(step, _): &&(i64, &str)| (to.div_euclid(*step) - from.div_euclid(*step)) < i64::from(columns);
    let (step, name) = STEPS.iter().find(fits).or(STEPS.last())?;
    let first = from.div_euclid(*step);
    let last = to.div_euclid(*step).min(first + i64::from(columns) - 1) + 1;
    let edge = |at: i64| Nanos(at.saturating_mul(*step).saturating_mul(Nanos::SECOND));
    Some(((first..=last).map(edge).collect(), name))
}

/// Draws the header of the group at this place.
pub(super) fn group(canvas: &mut Canvas<'_>, model: &Model, row: Row, at: usize) {
    let Some(group) = model.list.groups().get(at) else { return };
    let places = places(row.columns);
    let members = model.list.view.rows.get(group.rows.clone()).unwrap_or_default();
    if !model.list.marked.is_empty() && members.iter().any(|row| model.list.marked.contains(*row)) {
        canvas.write(row.skip(1).take(1), &[words(Role::Accent, "*")]);
    }
    let sign = if model.list.folds.is_open(group.id) { "▾" } else { "▸" };
    canvas.write(row.skip(GUTTER).take(1), &[words(Role::Dim, sign)]);
    if let Some(worst) = group.worst {
        canvas.write(row.skip(GUTTER + 2).take(4), &[words(Role::Priority(worst), worst.badge())]);
    }
    name(canvas, model, row.skip(NAME).take(places.name), group);
    let count = (Role::Text, number::counted(group.rows.len()));
    canvas.write_right(row.skip(NAME + places.name).take(COUNT), &[count]);
    if places.rate > 0 {
        let at = row.skip(NAME + places.name + COUNT).take(places.rate);
        canvas.write_right(at, &[(Role::Text, rate(model, group))]);
    }
    let spark_at = row.skip(NAME + places.name + COUNT + places.rate + 2).take(places.spark);
    if places.spark > 0 {
        spark(canvas, model, spark_at, group);
    }
    if places.span > 0 {
        let at = row.skip(row.columns.saturating_sub(places.span + places.hosts) + 2).take(places.span - 2);
        canvas.write(at, &first_and_last(model, group));
    }
    if places.hosts > 0 {
        let hosts = if group.hosts == 0 { Clean::default() } else { number::counted(group.hosts) };
        canvas.write_right(row.skip(row.columns.saturating_sub(places.hosts)), &[(Role::Text, hosts)]);
    }
}

/// What the alerts of the group share, read from its first.
fn name(canvas: &mut Canvas<'_>, model: &Model, row: Row, group: &Group) {
    let Some(id) = model.list.view.rows.get(group.rows.start).copied() else { return };
    let reader = Reader { snapshot: &model.loaded.snapshot, row: id };
    let Some(grouping) = &model.narrowed.now.grouping else { return };
    let mut parts: Vec<Part> = Vec::new();
    for fields in grouping.fields() {
        let shown = fields.iter().find_map(|name| reader.value(Scope::of(name), name, row.columns));
        if shown.is_none() && *grouping == Grouping::Alike {
            continue;
        }
        if !parts.is_empty() {
            parts.push(words(Role::Separator, " · "));
        }
        parts.push(match shown {
            Some(shown) if shown.text.is_empty() && shown.cut => words(Role::Dim, "…"),
            Some(shown) if shown.text.is_empty() => words(Role::Dim, "\"\""),
            Some(shown) => (Role::Text, shown.text),
            None => words(Role::Dim, "‹absent›"),
        });
    }
    canvas.write(row, &parts);
}

/// How many alerts came in what time, on average from the first to the last: `76/h`. Nothing, where that is no time at all.
fn rate(model: &Model, group: &Group) -> Clean {
    let span = group.span(&model.loaded.snapshot, &model.list.view.rows);
    let nanos = span.map_or(0, |(first, last)| i128::from(last.0) - i128::from(first.0));
    rate_of(group.rows.len(), nanos).unwrap_or_default()
}

/// In the shortest unit in which there is at least one.
fn rate_of(count: usize, nanos: i128) -> Option<Clean> {
    let between = i128::try_from(count).ok()?.checked_sub(1).filter(|between| *between > 0 && nanos > 0)?;
    let units = [(1, "/s"), (60, "/min"), (3_600, "/h"), (86_400, "/d"), (31_536_000, "/y")];
    let each = |seconds: i128| between * seconds * i128::from(Nanos::SECOND) / nanos;
    let (seconds, unit) = units.into_iter().find(|(seconds, _)| each(*seconds) > 0)?;
    let shown = usize::try_from(each(seconds)).ok()?;
    Some(Clean::concat([number::counted(shown), unit.into()]))
}

/// `02:15–02:36`, with days where they differ.
fn first_and_last(model: &Model, group: &Group) -> Vec<Part> {
    let Some((first, last)) = group.span(&model.loaded.snapshot, &model.list.view.rows) else {
        return vec![words(Role::Text, "no time")];
    };
    let is_short = last.0.saturating_sub(first.0) < Nanos::DAY;
    let format = if is_short { "%H:%M" } else { "%m-%d" };
    vec![(Role::Text, moment(first, format)), words(Role::Separator, "–"), (Role::Text, moment(last, format))]
}

/// How the group's alerts lie in the time of the view.
fn spark(canvas: &mut Canvas<'_>, model: &Model, row: Row, group: &Group) {
    let Some((edges, _)) = steps(model, row.columns) else { return };
    let counts = group.counts(&model.loaded.snapshot, &model.list.view.rows, &edges);
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    for (x, count) in (0..row.columns).zip(counts) {
        canvas.bar(row.skip(x).take(1), Role::Dim, (count * 8).div_ceil(most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_in_the_shortest_unit_that_has_one() {
        let second = i128::from(Nanos::SECOND);
        let cases = [
            (1, second, ""),
            (2, 0, ""),
            (2, second, "1/s"),
            (1_001, second, "1,000/s"),
            (9_214, 43_200 * second, "12/min"),
            (27, 1_260 * second, "1/min"),
            (4, 28_000 * second, "9/d"),
            (3, 7_200 * second, "1/h"),
            (2, 100 * 31_536_000 * second, ""),
        ];
        for (count, nanos, want) in cases {
            assert_eq!(rate_of(count, nanos).unwrap_or_default().as_str(), want, "{count} in {nanos}");
        }
    }
}
