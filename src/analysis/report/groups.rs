//! Rows gathered into sections.
//!
//! Lives here: one section's rows as numbers: first, last, how many, when, and where they differ. Not here: what makes
//! them alike (`likeness`). Imports: `base`, `store`. Promise: every row is in exactly one section; a coarser grade is
//! taken only where the finer one would make more sections than anybody reads.

use std::collections::{HashMap, HashSet};

use crate::analysis::Playbooks;
use crate::analysis::report::likeness::{GRADES, Likeness, SEEN, Sums};
use crate::analysis::report::marks::Marks;
use crate::base::{Nanos, Priority, RowId};
use crate::store::Snapshot;

/// Where there would be more sections, alerts that are less alike share one.
pub(crate) const MANY: usize = 150;
/// So many different values are shown of what differs.
const SHOWN: usize = 4;

/// One section of the report.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Its first alert, which stands for all.
    pub(crate) row: RowId,
    /// Its last.
    pub(crate) last_row: RowId,
    /// How many alerts.
    pub(crate) count: u64,
    /// The earliest of their times.
    pub(crate) first: Option<Nanos>,
    /// The latest.
    pub(crate) last: Option<Nanos>,
    /// How many of them record no time.
    pub(crate) undated: u64,
    /// Its priority.
    pub(crate) priority: Option<Priority>,
    /// By [`SEEN`], then the object: the different values. Empty where each alert has its own section.
    pub(crate) seen: Vec<Seen>,
}

/// The different values of one field within a section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    sums: HashSet<u64>,
    /// The alerts that had the first few.
    pub(crate) rows: Vec<RowId>,
}

impl Seen {
    /// How many different values there are.
    pub(crate) fn count(&self) -> usize {
        self.sums.len()
    }
    fn add(&mut self, row: RowId, sum: u64) {
        if sum != 0 && self.sums.insert(sum) && self.rows.len() < SHOWN {
            self.rows.push(row);
        }
    }
}

/// The sections, and how closely the alerts of one are alike.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// In the order of the report.
    pub(crate) sections: Vec<Section>,
    /// The grade of likeness; `None`: each alert has its own.
    pub(crate) grade: Option<usize>,
}

/// Gathers `rows`: by the overlays of `playbooks` and what is alike, the worst priority first; without playbooks each alert
/// has a section of its own, as they come. `None`: stopped.
pub(crate) fn gathered(
    snapshot: &Snapshot,
    rows: &[RowId],
    playbooks: Option<&Playbooks>,
    stopped: &dyn Fn() -> bool,
) -> Option<Gathered> {
    let Some(playbooks) = playbooks else {
        let sections = rows.iter().map(|row| Section::of(snapshot, *row)).collect();
        return Some(Gathered { sections, grade: None });
    };
    let mut likeness = Likeness::new(snapshot, Marks::of(snapshot, playbooks, stopped)?);
    let mut sums = Vec::with_capacity(rows.len());
    for row in rows {
        if sums.len() % 4096 == 0 && stopped() {
            return None;
        }
        sums.push(likeness.of(*row));
    }
    let grade = grade(&sums);
    Some(Gathered { sections: sections(snapshot, rows, &sums, grade), grade: Some(grade) })
}

/// The finest grade with few enough sections; else the coarsest.
fn grade(sums: &[Sums]) -> usize {
    let fits = |grade: &usize| {
        let mut different: HashSet<u64> = HashSet::new();
        sums.iter().all(|sums| {
            different.extend(sums.alike.get(*grade));
            different.len() <= MANY
        })
    };
    (0..GRADES).find(fits).unwrap_or(GRADES - 1)
}

fn sections(snapshot: &Snapshot, rows: &[RowId], sums: &[Sums], grade: usize) -> Vec<Section> {
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut sections: Vec<Section> = Vec::new();
    for (row, sums) in rows.iter().zip(sums) {
        let key = sums.alike.get(grade).copied().unwrap_or_default();
        let place = *places.entry(key).or_insert(sections.len());
        match sections.get_mut(place) {
            Some(section) => section.take(snapshot, *row),
            None => sections.push(Section::of(snapshot, *row)),
        }
        if let Some(section) = sections.get_mut(place) {
            section.seen.resize_with(SEEN.len() + 1, Seen::default);
            section.seen.iter_mut().zip(sums.seen).for_each(|(seen, sum)| seen.add(*row, sum));
        }
    }
    sections.sort_by_key(|section| section.priority.unwrap_or(Priority::Debug));
    sections
}

impl Section {
    fn of(snapshot: &Snapshot, row: RowId) -> Self {
        let at = snapshot.segment(row).and_then(|segment| segment.time(row.row()));
        let priority = snapshot.segment(row).and_then(|segment| segment.priority(row.row()));
        let undated = at.is_none().into();
        Self { row, last_row: row, count: 1, first: at, last: at, undated, priority, seen: Vec::new() }
    }

    fn take(&mut self, snapshot: &Snapshot, row: RowId) {
        let at = snapshot.segment(row).and_then(|segment| segment.time(row.row()));
        self.count += 1;
        self.last_row = row;
        self.undated += u64::from(at.is_none());
        self.first = [self.first, at].into_iter().flatten().min();
        self.last = [self.last, at].into_iter().flatten().max();
    }
}
