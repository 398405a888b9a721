//! Two alerts read again, or one and what is usual among its like.
//!
//! Lives here: reading them, and counting the values of the alerts of one rule. Not here: what differs (`state`).
//! Imports: `base`, `decode`, `store`. Promise: the counts are of exactly the alerts of the same rule among the rows given,
//! the alert itself left out; a field whose values only the lines know is not counted.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::{Clean, Nanos, Notice, RowId};
use crate::decode::{self, Alert, Owned, Scope, Value};
use crate::query::watch::Watch;
use crate::store::{Column, Segment, Slot, Snapshot};

/// What is to be compared.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// Two alerts.
    Two(RowId, RowId),
    /// An alert with the others of its rule among these rows.
    Usual(RowId, Arc<Vec<RowId>>),
}

/// What was read.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// The first alert.
    pub(crate) a: Side,
    /// What it is compared with.
    pub(crate) b: Against,
}

/// The second side.
#[derive(Clone, Debug)]
pub(crate) enum Against {
    /// Another alert.
    Alert(Side),
    /// The usual values of this many others.
    Usual(usize, Vec<Usual>),
}

/// An alert.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Its values.
    pub(crate) alert: Alert,
    /// Its time.
    pub(crate) time: Option<Nanos>,
    /// Its host, cut where it is long.
    pub(crate) host: Clean,
}

/// What is usual of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Usual {
    /// Where the name stands.
    pub(crate) scope: Scope,
    /// The field.
    pub(crate) name: Vec<u8>,
    /// The most common value; `None`: most have none.
    pub(crate) value: Option<Owned>,
    /// How many have it.
    pub(crate) count: usize,
    /// How many have the value of the alert that is compared, or have none like it.
    pub(crate) alike: usize,
}

/// Names of values that differ from alert to alert by their nature: moments, durations, ids and counters of one event, and
/// the sentence that is made of all.
const VOLATILE: [&str; 16] = [
    "time",
    "uuid",
    "output",
    "message",
    "evt.time",
    "evt.rawtime",
    "evt.num",
    "evt.latency",
    "evt.deltatime",
    "evt.datetime",
    "proc.pid",
    "proc.ppid",
    "proc.vpid",
    "proc.pvpid",
    "proc.apid",
    "thread.",
];

/// Ends of such names.
const VOLATILE_ENDS: [&str; 6] = [".ts", "_ts", "duration", ".ctime", ".mtime", "_start"];

/// Whether a value differs from alert to alert by its nature.
pub(crate) fn is_volatile(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let begins = |start: &str| {
        name.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || start.ends_with('.') || rest.starts_with(['.', '[']))
    };
    VOLATILE.iter().any(|start| begins(start)) || VOLATILE_ENDS.iter().any(|end| name.ends_with(end))
}

/// How many fields are counted.
const MAX_FIELDS: usize = 256;

/// How much of a host's name is kept, in bytes.
const SHORT: usize = 64;

/// Reads what is wanted; `Ok(None)`: `newer` says that nobody waits for it.
///
/// # Errors
/// A line can't be read any more.
pub(crate) fn compared(
    wanted: &Wanted,
    snapshot: &Snapshot,
    newer: &dyn Fn() -> bool,
) -> Result<Option<Compared>, Notice> {
    Ok(match wanted {
        Wanted::Two(a, b) => Some(Compared { a: side(*a, snapshot)?, b: Against::Alert(side(*b, snapshot)?) }),
        Wanted::Usual(row, rows) => {
            let a = side(*row, snapshot)?;
            usual(&a.alert, (*row, rows), snapshot, &mut Watch::new(newer)).map(|b| Compared { a, b })
        }
    })
}

fn side(row: RowId, snapshot: &Snapshot) -> Result<Side, Notice> {
    let segment = snapshot.segment(row).ok_or_else(|| Notice::said("there is no such alert any more"))?;
    let place = segment.place(row.row()).ok_or_else(|| Notice::said("there is no such alert any more"))?;
    let line = snapshot.sources().read(place.span)?;
    let alert = decode::alert(&line).map_err(|_| {
        let what = Clean::from_bytes(format!("line {} is no alert any more", place.line).as_bytes());
        Notice::said(what).with_next("The file has changed since it was loaded; open it again")
    })?;
    let host = alert.named("hostname").map(Value::bytes).unwrap_or_default();
    let host = Clean::from_bytes(host.get(..SHORT).unwrap_or(host));
    Ok(Side { alert, time: segment.time(row.row()), host })
}

/// What looking at one row of one field costs, in the bytes that could be searched in the same time.
const ROW_WORK: usize = 8;

fn usual(alert: &Alert, (own, rows): (RowId, &[RowId]), snapshot: &Snapshot, watch: &mut Watch<'_>) -> Option<Against> {
    let alike = alike(alert, (own, rows), snapshot, watch)?;
    let total = alike.iter().map(|(_, rows)| rows.len()).sum();
    let mut found = Vec::new();
    for (scope, name) in names(alert, &alike).into_iter().filter(|(_, name)| !is_volatile(name)) {
        found.extend(of_field(alert, (scope, &name), (&alike, total), watch)?);
    }
    Some(Against::Usual(total, found))
}

/// The rows of the same rule, by segment.
type Alike<'s> = Vec<(&'s Segment, Vec<usize>)>;

fn alike<'s>(
    alert: &Alert,
    (own, rows): (RowId, &[RowId]),
    snapshot: &'s Snapshot,
    watch: &mut Watch<'_>,
) -> Option<Alike<'s>> {
    let rule = alert.named("rule").map(Value::bytes).unwrap_or_default();
    let mut by_segment: Alike<'s> = snapshot.segments().iter().map(|segment| (segment.as_ref(), Vec::new())).collect();
    let fits: Vec<Vec<bool>> = by_segment.iter().map(|(segment, _)| entries_with(segment, rule)).collect();
    for row in rows.iter().filter(|row| **row != own) {
        let (Some((segment, of)), Some(fits)) = (by_segment.get_mut(row.segment()), fits.get(row.segment())) else {
            continue;
        };
        let Some(column) = segment.column(Scope::Alert, b"rule") else { continue };
        if let Slot::Entry(entry) = column.slot(row.row())
            && fits.get(entry as usize) == Some(&true)
        {
            of.push(row.row());
        }
        watch.spend(ROW_WORK)?;
    }
    by_segment.retain(|(_, rows)| !rows.is_empty());
    Some(by_segment)
}

/// Which entries of the column `rule` are this one.
fn entries_with(segment: &Segment, rule: &[u8]) -> Vec<bool> {
    let Some(column) = segment.column(Scope::Alert, b"rule") else { return Vec::new() };
    let count = u32::try_from(column.entries()).unwrap_or(u32::MAX);
    let is_it = |entry| column.entry(entry).and_then(|cell| cell.read(|value| value.bytes() == rule)).unwrap_or(false);
    (0..count).map(is_it).collect()
}

/// The alert's names, then those that others have.
fn names(alert: &Alert, alike: &Alike<'_>) -> Vec<(Scope, Vec<u8>)> {
    let mut names: Vec<(Scope, Vec<u8>)> =
        alert.entries.iter().take(MAX_FIELDS).map(|entry| (entry.scope, entry.name.clone())).collect();
    for column in alike.iter().flat_map(|(segment, _)| segment.columns()) {
        let is_known = names.iter().any(|(scope, name)| *scope == column.scope() && name == column.name());
        if names.len() < MAX_FIELDS && !is_known {
            names.push((column.scope(), column.name().to_vec()));
        }
    }
    names
}

/// What is usual of one field; none where the alert and most others lack it, or only the lines know.
fn of_field(
    alert: &Alert,
    (scope, name): (Scope, &[u8]),
    (alike, total): (&Alike<'_>, usize),
    watch: &mut Watch<'_>,
) -> Option<Vec<Usual>> {
    let mut counts: HashMap<Vec<u8>, (Owned, usize)> = HashMap::new();
    let mut present = 0;
    for (segment, rows) in alike {
        watch.spend(rows.len() * ROW_WORK)?;
        let Some(column) = segment.column(scope, name) else { continue };
        for (entry, count) in by_entry(column, rows) {
            let cell = entry.and_then(|entry| column.entry(entry));
            let Some(value) = cell.and_then(|cell| cell.read(|value: Value<'_>| value.to_owned())) else {
                return Some(Vec::new());
            };
            counts.entry(value.borrow().bytes().to_vec()).or_insert((value, 0)).1 += count;
            present += count;
        }
    }
    let own = alert.entries.iter().find(|entry| entry.scope == scope && entry.name == name);
    let own = own.map(|entry| entry.value.borrow()).filter(|value| *value != Value::Null);
    let absent = total - present;
    let alike = match own {
        Some(value) => counts.get(value.bytes()).map_or(0, |(_, count)| *count),
        None => absent,
    };
    let most = counts
        .into_values()
        .max_by(|(a, one), (b, other)| one.cmp(other).then_with(|| b.borrow().bytes().cmp(a.borrow().bytes())));
    let (value, count) = match most {
        Some((value, count)) if count >= absent => (Some(value), count),
        _ => (None, absent),
    };
    if own.is_none() && value.is_none() {
        return Some(Vec::new());
    }
    Some(vec![Usual { scope, name: name.to_vec(), value, count, alike }])
}

/// How many of the rows have each entry; no entry: the value is only in the line.
fn by_entry(column: &Column, rows: &[usize]) -> Vec<(Option<u32>, usize)> {
    let mut counts = vec![0_usize; column.entries()];
    let mut in_line = 0;
    for row in rows {
        match column.slot(*row) {
            Slot::Absent => {}
            Slot::InLine => in_line += 1,
            Slot::Entry(entry) => {
                if let Some(count) = counts.get_mut(entry as usize) {
                    *count += 1;
                }
            }
        }
    }
    let entries = (0..).map(Some).zip(counts);
    entries.chain([(None, in_line)]).filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
#[path = "compared_tests.rs"]
mod tests;
