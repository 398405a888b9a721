//! What lies around an alert: how many other alerts of its container, its process and its user came just before it.
//!
//! Lives here: the counts, by names that the playbooks' conditions use, and the filters that show what was counted. Not
//! here: looking (`around`), what they mean (`analysis`). Imports: `base`, `decode`, `store`. Promise: the filter of a
//! circle shows what was counted.

use std::collections::HashSet;

use crate::base::{Nanos, RowId};
use crate::decode::{Alert, Scope, Value};
use crate::query::around::Around;
use crate::query::literal::literal;
use crate::query::moment::written;
use crate::query::watch::Watch;
use crate::store::{Cell, Snapshot};

/// How far back is looked, in minutes.
pub(crate) const MINUTES: i64 = 10;

/// The same in nanoseconds.
const BACK: i64 = MINUTES * Nanos::MINUTE;

/// What every name of a count begins with: `near.container.rules`.
const PREFIX: &str = "near.";

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
    let around = Around::of(snapshot, row, BACK, 0);
    let Some(time) = around.time() else { return Some(Nearby::default()) };
    let counted = |(name, keys): (_, Vec<Key>)| {
        let condition = condition(&keys);
        let others = around.rows(&condition, &mut watch)?.into_iter().map(|(_, row)| row).filter(|other| *other != row);
        let others: Vec<RowId> = others.collect();
        let mut rules: HashSet<Vec<u8>> = others.iter().filter_map(|row| rule(snapshot, *row)).collect();
        rules.remove(&known(alert, "rule").unwrap_or_default());
        let filter = in_window(&condition, time);
        Some(Circle { name, filter, rules: rules.len().to_string(), alerts: others.len().to_string() })
    };
    Some(Nearby { circles: drawn(alert).into_iter().map(counted).collect::<Option<Vec<Circle>>>()? })
}

/// The rule of a row; of a long name its beginning, which is enough to tell rules apart.
fn rule(snapshot: &Snapshot, row: RowId) -> Option<Vec<u8>> {
    match snapshot.cell(row, Scope::Alert, "rule")? {
        Cell::Start(start) => Some(start.to_vec()),
        whole => Some(whole.read(|value| value.bytes().to_vec()).unwrap_or_default()),
    }
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

/// What the alerts of a circle have in common, the alert itself among them.
fn condition(keys: &[Key]) -> String {
    let compared = |key: &Key| match key.values.as_slice() {
        [one] => format!("{} = {}", key.name, literal(one)),
        several => format!("{} in ({})", key.name, several.iter().map(|v| literal(v)).collect::<Vec<_>>().join(", ")),
    };
    keys.iter().map(compared).collect::<Vec<_>>().join(" and ")
}

/// The same within the window before the alert.
fn in_window(condition: &str, time: Nanos) -> String {
    let from = Nanos(time.0.saturating_sub(BACK));
    format!("{condition} and time >= {} and time <= {}", written(from), written(time))
}

#[cfg(test)]
#[path = "nearby_tests.rs"]
mod tests;
