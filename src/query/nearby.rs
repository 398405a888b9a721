//! What lies around an alert: how many other alerts of its container, its process and its user came just before it.
//!
//! Lives here: the counts, by names that the playbooks' conditions use, and the filters that show what was counted. Not
//! here: what they mean (`analysis`). Imports: `base`, `decode`, `store`. Promise: the filter of a circle shows what was
//! counted, and no line is read for it.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::base::{Nanos, RowId};
use crate::decode::{Alert, Scope, Value};
use crate::query::literal::literal;
use crate::query::watch::Watch;
use crate::store::{Cell, Column, Segment, Slot, Snapshot};

/// How far back is looked, in minutes.
pub(crate) const MINUTES: i64 = 10;

/// The same in nanoseconds.
const BACK: i64 = MINUTES * 60 * 1_000_000_000;

/// What every name of a count begins with: `near.container.rules`.
const PREFIX: &str = "near.";

/// What looking at one row costs, in the bytes that could be searched in the same time.
const ROW_WORK: usize = 8;

/// Fields with the ids of a process and of its ancestors.
const PIDS: [&str; 7] =
    ["proc.pid", "proc.ppid", "proc.apid[1]", "proc.apid[2]", "proc.apid[3]", "proc.apid[4]", "proc.apid[5]"];

/// Alerts that have something in common with the one in question, and came in the minutes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Circle {
    /// What they have in common: `container`, `process` (or an ancestor), `user`, `rule`.
    pub(crate) name: &'static str,
    /// The condition that shows them, the alert itself among them.
    pub(crate) filter: String,
    /// How many other rules fired, in decimal digits.
    pub(crate) rules: String,
    /// How many other alerts there are, in decimal digits.
    pub(crate) alerts: String,
}

/// What lies around one alert. A circle that the alert's fields can't draw is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nearby {
    /// The circles.
    pub(crate) circles: Vec<Circle>,
}

/// Whether `name` is that of a count.
pub(crate) fn is_count(name: &str) -> bool {
    name.starts_with(PREFIX)
}

impl Nearby {
    /// The circle that the count `name` is of: `near.container.rules` is of `container`.
    pub(crate) fn circle(&self, name: &str) -> Option<&Circle> {
        let (circle, _) = name.strip_prefix(PREFIX)?.split_once('.')?;
        self.circles.iter().find(|c| c.name == circle)
    }

    /// The count of this name, in decimal digits; `None` where the alert can't tell.
    pub(crate) fn count(&self, name: &str) -> Option<&str> {
        let circle = self.circle(name)?;
        match name.rsplit('.').next()? {
            "rules" => Some(&circle.rules),
            "alerts" => Some(&circle.alerts),
            _ => None,
        }
    }
}

/// Counts what is loaded around `alert`, which is the row `row`; `None` when `newer` says that nobody waits for it.
pub(crate) fn nearby(snapshot: &Snapshot, row: RowId, alert: &Alert, newer: &dyn Fn() -> bool) -> Option<Nearby> {
    let mut watch = Watch::new(newer);
    let Some(time) = snapshot.segment(row).and_then(|segment| segment.time(row.row())) else {
        return Some(Nearby::default());
    };
    let near = rows_before(snapshot, time, row, &mut watch)?;
    let around = Around { snapshot, near, time, rule: known(alert, "rule") };
    let circles = drawn(alert).into_iter().map(|(name, keys)| around.circle(name, &keys, &mut watch));
    Some(Nearby { circles: circles.collect::<Option<Vec<Circle>>>()? })
}

/// What is looked at, and from where.
struct Around<'a> {
    snapshot: &'a Snapshot,
    near: Near,
    time: Nanos,
    /// The alert's own rule.
    rule: Option<Vec<u8>>,
}

/// The rows of each segment that are near in time, the alert's own left out.
type Near = Vec<(usize, Vec<usize>)>;

fn rows_before(snapshot: &Snapshot, time: Nanos, own: RowId, watch: &mut Watch<'_>) -> Option<Near> {
    let from = Nanos(time.0.saturating_sub(BACK));
    let mut near = Near::new();
    for (number, segment) in snapshot.segments().iter().enumerate() {
        let is_near = |row: &usize| segment.time(*row).is_some_and(|at| from <= at && at <= time);
        let is_own = |row: usize| number == own.segment() && row == own.row();
        let rows: Vec<usize> = (0..segment.len()).filter(is_near).filter(|row| !is_own(*row)).collect();
        watch.spend(segment.len() * ROW_WORK)?;
        if !rows.is_empty() {
            near.push((number, rows));
        }
    }
    Some(near)
}

/// A field and the values of which it must have one.
struct Key {
    name: &'static str,
    values: Vec<Vec<u8>>,
}

/// Which circles the alert's fields can draw, and what their alerts have in common.
fn drawn(alert: &Alert) -> Vec<(&'static str, Vec<Key>)> {
    let key = |name: &'static str| Some(Key { name, values: vec![known(alert, name)?] });
    let container = || key("container.id").filter(|key| key.values != [b"host"]);
    let place = || container().or_else(|| key("hostname"));
    let circles = [
        ("container", vec![container()]),
        ("process", vec![pids(alert), key("hostname")]),
        ("user", vec![key("user.name"), place()]),
        ("rule", vec![key("rule"), place()]),
    ];
    let whole = |(name, keys): (_, Vec<Option<Key>>)| Some((name, keys.into_iter().collect::<Option<Vec<Key>>>()?));
    circles.into_iter().filter_map(whole).collect()
}

/// The process and its ancestors; 0 and 1 are everybody's.
fn pids(alert: &Alert) -> Option<Key> {
    let known = PIDS.iter().filter_map(|name| known(alert, name));
    let values: Vec<Vec<u8>> = known.filter(|pid| !matches!(pid.as_slice(), b"0" | b"1")).collect();
    (!values.is_empty()).then_some(Key { name: "proc.pid", values })
}

/// The bytes of a value that says something.
fn known(alert: &Alert, name: &str) -> Option<Vec<u8>> {
    let value = alert.get(Scope::of(name), name)?;
    let says_nothing = matches!(value, Value::Null | Value::Text(b"" | b"<NA>" | b"N/A"));
    (!says_nothing).then(|| value.bytes().to_vec())
}

impl Around<'_> {
    fn circle(&self, name: &'static str, keys: &[Key], watch: &mut Watch<'_>) -> Option<Circle> {
        let (mut alerts, mut rules) = (0, HashSet::new());
        for (number, rows) in &self.near {
            let Some(segment) = self.snapshot.segments().get(*number) else { continue };
            let found = fitting(segment, rows, keys);
            watch.spend(rows.len() * keys.len() * ROW_WORK)?;
            alerts += found.len();
            rules.extend(rules_of(segment, &found));
        }
        if let Some(own) = &self.rule {
            rules.remove(own);
        }
        let filter = filter(keys, self.time);
        Some(Circle { name, filter, rules: rules.len().to_string(), alerts: alerts.to_string() })
    }
}

/// Those of the rows that have what every key asks for.
fn fitting(segment: &Segment, rows: &[usize], keys: &[Key]) -> Vec<usize> {
    let tests: Vec<Fits<'_>> = keys.iter().map(|key| Fits::of(segment, key)).collect();
    rows.iter().copied().filter(|row| tests.iter().all(|test| test.has(*row))).collect()
}

/// The rules of the rows, each once.
fn rules_of(segment: &Segment, rows: &[usize]) -> HashSet<Vec<u8>> {
    let Some(rule) = segment.column(Scope::Alert, b"rule") else { return HashSet::new() };
    let entries: HashSet<u32> = rows.iter().filter_map(|row| entry(rule.slot(*row))).collect();
    entries.into_iter().filter_map(|entry| rule.entry(entry)).map(text).collect()
}

fn entry(slot: Slot) -> Option<u32> {
    match slot {
        Slot::Entry(entry) => Some(entry),
        Slot::Absent | Slot::InLine => None,
    }
}

/// The value of a cell; of a long one its beginning, which is enough to tell rules apart.
fn text(cell: Cell<'_>) -> Vec<u8> {
    match cell {
        Cell::Start(start) => start.to_vec(),
        whole => whole.read(|value| value.bytes().to_vec()).unwrap_or_default(),
    }
}

/// Which rows of a segment have one of the values. A value that is too long for the column fits no row.
enum Fits<'s> {
    Nobody,
    Entries(&'s Column, Vec<bool>),
    Integers(&'s Column, Vec<i128>),
}

impl<'s> Fits<'s> {
    fn of(segment: &'s Segment, key: &Key) -> Self {
        let Some(column) = segment.column(Scope::of(key.name), key.name.as_bytes()) else { return Self::Nobody };
        let entries = u32::try_from(column.entries()).unwrap_or(u32::MAX);
        if matches!((0..entries).find_map(|entry| column.entry(entry)), Some(Cell::Integer(_))) {
            let number = |value: &Vec<u8>| std::str::from_utf8(value).ok()?.parse().ok();
            return Self::Integers(column, key.values.iter().filter_map(number).collect());
        }
        let fits = |value: Value<'_>| key.values.iter().any(|wanted| wanted == value.bytes());
        let of_entry = |entry| column.entry(entry).and_then(|cell| cell.read(fits)).unwrap_or(false);
        Self::Entries(column, (0..entries).map(of_entry).collect())
    }

    fn has(&self, row: usize) -> bool {
        match self {
            Self::Nobody => false,
            Self::Entries(column, fits) => {
                entry(column.slot(row)).and_then(|entry| fits.get(entry as usize)).copied().unwrap_or(false)
            }
            Self::Integers(column, numbers) => {
                let cell = entry(column.slot(row)).and_then(|entry| column.entry(entry));
                matches!(cell, Some(Cell::Integer(number)) if numbers.contains(&number))
            }
        }
    }
}

/// The condition that shows the circle's alerts and the alert itself.
fn filter(keys: &[Key], time: Nanos) -> String {
    let compared = |key: &Key| match key.values.as_slice() {
        [one] => format!("{} = {}", key.name, literal(one)),
        several => format!("{} in ({})", key.name, several.iter().map(|v| literal(v)).collect::<Vec<_>>().join(", ")),
    };
    let keys: Vec<String> = keys.iter().map(compared).collect();
    let from = Nanos(time.0.saturating_sub(BACK));
    format!("{} and time >= {} and time <= {}", keys.join(" and "), instant(from), instant(time))
}

fn instant(at: Nanos) -> String {
    DateTime::<Utc>::from_timestamp_nanos(at.0).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
#[path = "nearby_tests.rs"]
mod tests;
