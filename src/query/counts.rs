//! The values of one field among some alerts, and how many alerts have each.
//!
//! Lives here: counting by entry number, segment by segment. Imports: `base`, `decode`, `store`. Promise: a value's count
//! is the number of these alerts that `field = value` leaves; what only the lines know is counted apart and never guessed.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::base::RowId;
use crate::decode::{Owned, Scope, Value};
use crate::query::family;
use crate::query::value::Leaves;
use crate::store::{Cell, Slot, Snapshot};

/// What a field has among some alerts. Of a list every item counts, as `=` compares; each once for an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// The values and how many alerts have each: most first, then by value.
    pub(crate) values: Vec<(Owned, usize)>,
    /// Alerts without the field.
    pub(crate) absent: usize,
    /// Alerts of which only the line knows it: it may have any value, or none.
    pub(crate) in_lines: usize,
    /// All the alerts.
    pub(crate) total: usize,
}

/// Counts the values of `name` among `rows`; `None` when `newer` says that nobody waits for it.
pub(crate) fn counts(snapshot: &Snapshot, rows: &[RowId], name: &str, newer: &dyn Fn() -> bool) -> Option<Counts> {
    let mut counts = Counts { total: rows.len(), ..Counts::default() };
    if family::looked_at(name).len() > 1 {
        counts.in_lines = rows.len();
        return Some(counts);
    }
    let mut sums: HashMap<Owned, usize, RandomState> = HashMap::default();
    let mut tallies: Vec<Vec<usize>> = vec![Vec::new(); snapshot.segments().len()];
    for (at, row) in rows.iter().enumerate() {
        if at % (1 << 16) == 0 && newer() {
            return None;
        }
        let Some(segment) = snapshot.segment(*row) else { continue };
        let Some(column) = segment.column(Scope::of(name), name.as_bytes()) else {
            if segment.leaves_names_out() {
                counts.in_lines += 1;
            } else {
                counts.absent += 1;
            }
            continue;
        };
        match column.slot(row.row()) {
            Slot::Absent => counts.absent += 1,
            Slot::InLine => counts.in_lines += 1,
            Slot::Entry(entry) => {
                let Some(tally) = tallies.get_mut(row.segment()) else { continue };
                tally.resize(column.entries().max(tally.len()), 0);
                if let Some(count) = tally.get_mut(entry as usize) {
                    *count += 1;
                }
            }
        }
    }
    for (segment, tally) in snapshot.segments().iter().zip(&tallies) {
        let Some(column) = segment.column(Scope::of(name), name.as_bytes()) else { continue };
        for (entry, alerts) in (0..).zip(tally).filter(|(_, alerts)| **alerts > 0) {
            let whole =
                column.entry(entry).and_then(|cell: Cell<'_>| cell.read(|value| add(&mut sums, value, *alerts)));
            if whole.is_none() {
                counts.in_lines += alerts;
            }
        }
    }
    counts.values = sums.into_iter().collect();
    counts.values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.borrow().bytes().cmp(b.0.borrow().bytes())));
    Some(counts)
}

fn add(sums: &mut HashMap<Owned, usize, RandomState>, value: Value<'_>, alerts: usize) {
    match value {
        Value::List(json) => {
            let items: BTreeSet<Vec<u8>> = Leaves::of(json).map(|leaf| leaf.bytes().to_vec()).collect();
            for item in items {
                *sums.entry(Owned::Text(item)).or_default() += alerts;
            }
        }
        scalar => *sums.entry(scalar.to_owned()).or_default() += alerts,
    }
}
