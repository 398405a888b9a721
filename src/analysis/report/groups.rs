//! Rows gathered into sections.
//!
//! Lives here: one section's rows as numbers: first, last, how many, when, and where they differ. Not here: what makes
//! them alike (`likeness`). Imports: `base`, `decode`, `store`. Promise: every row is in exactly one section; a coarser
//! grade is taken only where the finer one would make more sections than anybody reads.

use std::collections::{HashMap, HashSet};

use crate::analysis::Playbooks;
use crate::analysis::report::likeness::{GRADES, Likeness, SEEN, Sums, WAYS};
use crate::analysis::report::marks::Marks;
use crate::base::{Nanos, Priority, RowId};
use crate::decode;
use crate::store::Snapshot;

/// Where there would be more sections, alerts that are less alike share one.
pub(crate) const MANY: usize = 150;
/// So many different values are shown of what differs.
const SHOWN: usize = 4;

/// Of each way so many alerts of a section, the rarest, are looked at for the one that stands for all.
const RAREST: usize = 3;

/// One section of the report.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// The alert that stands for all: the one that weighs most for an attack, of those that were looked at.
    pub(crate) row: RowId,
    /// How many of them were looked at for that.
    pub(crate) looked_at: usize,
    /// Its first.
    pub(crate) first_row: RowId,
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
    /// By parent, command and so on: the first alert that has each value, and how many have it.
    ways: [HashMap<u64, (RowId, u64)>; WAYS],
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
    let mut sections = sections(snapshot, rows, &sums, grade);
    for section in &mut sections {
        if stopped() {
            return None;
        }
        section.choose(snapshot, playbooks);
    }
    Some(Gathered { sections, grade: Some(grade) })
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
            for (ways, way) in section.ways.iter_mut().zip(sums.ways) {
                ways.entry(way).or_insert((*row, 0)).1 += 1;
            }
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
        let (seen, ways) = (Vec::new(), std::array::from_fn(|_| HashMap::new()));
        Self {
            row,
            looked_at: 1,
            first_row: row,
            last_row: row,
            count: 1,
            first: at,
            last: at,
            undated,
            priority,
            seen,
            ways,
        }
    }

    /// Lets the alert stand for all that weighs most for an attack. Looked at are the first, and those whose parent,
    /// command, call, program or user is the rarest: what an intruder does once must not vanish among what a service does
    /// all day, nor among noise of his own in one of them.
    fn choose(&mut self, snapshot: &Snapshot, playbooks: &Playbooks) {
        let mut looked_at = vec![self.row];
        for ways in std::mem::take(&mut self.ways) {
            let mut rarest: Vec<(u64, RowId)> = ways.into_values().map(|(row, count)| (count, row)).collect();
            rarest.sort_unstable();
            looked_at.extend(rarest.into_iter().take(RAREST).map(|(_, row)| row));
        }
        looked_at.sort_unstable();
        looked_at.dedup();
        self.looked_at = looked_at.len();
        if self.looked_at > 1 {
            let weights = looked_at.iter().rev().map(|row| (weight(snapshot, playbooks, *row), *row));
            self.row = weights.max_by_key(|(weight, _)| *weight).map_or(self.row, |(_, row)| row);
        }
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

/// How much more an alert's evidence speaks for an attack than against it.
fn weight(snapshot: &Snapshot, playbooks: &Playbooks, row: RowId) -> i64 {
    let line = snapshot.segment(row).and_then(|segment| segment.place(row.row()));
    let line = line.and_then(|place| snapshot.sources().read(place.span).ok());
    let alert = line.and_then(|line| decode::alert(&line).ok()).unwrap_or_default();
    let score = playbooks.analyse(&alert, None).score;
    i64::from(score.malicious) - i64::from(score.benign)
}
