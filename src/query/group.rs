//! Alerts gathered into groups: by rule, by any fields, by likeness.
//!
//! Lives here: what makes two alerts one group, and the groups in their order. Not here: which of them are open (`state`).
//! Imports: `base`, `decode`, `store`. Promise: every row of the view is in exactly one group; within a group rows are in
//! the order of time; a group keeps its name when rows come or go.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZero;
use std::ops::Range;
use std::thread;

use crate::base::{Nanos, Priority, RowId};
use crate::decode::{Alert, Value};
use crate::query::bits::Bits;
use crate::query::chain::{Chain, Code, by_segment, from_lines, put, value_of};
use crate::query::gather::{Gathering, Job, Local, local_place, worst};
use crate::query::shape::{lasting, shape};
use crate::query::sort::{By, Direction, Key, Order};
use crate::query::watch::Watch;
use crate::store::{Segment, Snapshot};

/// What makes alerts one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// Each of these fields has the same value, or is absent.
    By(Vec<String>),
    /// The same rule, process and image, and an object of the same shape: numbers, hashes and ids taken out.
    Alike,
}

/// At most so many fields make a group.
pub(crate) const MOST_FIELDS: usize = 6;

/// The object of an alert: the first of these that it has.
pub(crate) const OBJECT: [&str; 4] = ["fd.name", "evt.arg.linkpath", "evt.arg.target", "proc.exepath"];

/// Names a group by what its alerts share; the same for as long as the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupId(pub(crate) u64);

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its name.
    pub(crate) id: GroupId,
    /// Its rows in the view: those with a time first, in its order.
    pub(crate) rows: Range<usize>,
    /// The worst priority of its alerts.
    pub(crate) worst: Option<Priority>,
    /// How many different hosts they name.
    pub(crate) hosts: usize,
}

/// A part of what alerts of a group share.
pub(super) struct Part {
    /// The first of these that is there counts.
    fields: Vec<String>,
    /// What of the value counts.
    form: Form,
}

/// What of a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Exact,
    Shape,
}

impl Grouping {
    fn parts(&self) -> Vec<Part> {
        let exact = |name: &str| Part { fields: vec![name.to_owned()], form: Form::Exact };
        match self {
            Self::By(fields) => fields.iter().map(|name| exact(name)).collect(),
            Self::Alike => {
                let object = Part { fields: OBJECT.map(str::to_owned).to_vec(), form: Form::Shape };
                vec![exact("rule"), exact("proc.name"), exact("container.image.repository"), object]
            }
        }
    }
}

/// Gathers alerts; remembers how it names groups.
#[derive(Debug, Default)]
pub(crate) struct Grouper {
    pub(super) hashes: RandomState,
}

/// What is gathered, and in what order it is to come.
pub(crate) struct Asked<'a> {
    /// The alerts.
    pub(crate) snapshot: &'a Snapshot,
    /// What makes a group.
    pub(crate) grouping: &'a Grouping,
    /// The order of the groups; `None`: the worst first, of equally bad ones the rarest.
    pub(crate) order: Option<&'a Order>,
}

impl Grouper {
    /// `rows`, which are in the order of time, group after group, and the groups; `None` when something newer waits.
    pub(crate) fn grouped(
        &self,
        asked: &Asked<'_>,
        rows: &[RowId],
        watch: &mut Watch<'_>,
    ) -> Option<(Vec<RowId>, Vec<Group>)> {
        let Asked { snapshot, grouping, order } = asked;
        let parts = grouping.parts();
        let locals = self.locals(snapshot, &parts, rows, watch)?;
        watch.spend(rows.len() * 8)?;
        let merged = Merged::of(&locals);
        let firsts = merged.firsts(&locals, rows);
        let places = merged.places(snapshot, &parts, &firsts, *order);
        Some(merged.scattered(&locals, rows, &places))
    }

    /// What each segment says of its rows; segments are looked at side by side.
    fn locals(&self, snapshot: &Snapshot, parts: &[Part], rows: &[RowId], watch: &mut Watch<'_>) -> Option<Vec<Local>> {
        let wanted = by_segment(snapshot, rows);
        let work: Vec<(&Segment, &Bits)> = snapshot.segments().iter().map(AsRef::as_ref).zip(&wanted).collect();
        let mut lines = Vec::with_capacity(work.len());
        let chains: Vec<Vec<Chain<'_>>> = work.iter().map(|(segment, _)| chains(segment, parts)).collect();
        for ((segment, rows), chains) in work.iter().zip(&chains) {
            lines.push(self.in_lines(snapshot, (segment, rows), (parts, chains), watch)?);
        }
        let jobs: Vec<Job<'_>> = work
            .iter()
            .zip(chains.iter().zip(&lines))
            .map(|((segment, rows), (chains, lines))| Job { segment, rows, chains, lines, parts })
            .collect();
        Some(self.side_by_side(&jobs))
    }

    fn side_by_side(&self, jobs: &[Job<'_>]) -> Vec<Local> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(4);
        let share = jobs.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let begun: Vec<_> = jobs
                .chunks(share)
                .map(|jobs| scope.spawn(move || jobs.iter().map(|job| self.local(job)).collect::<Vec<_>>()))
                .collect();
            begun
                .into_iter()
                .flat_map(|begun| begun.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// The names of the groups of rows that only their lines tell of.
    fn in_lines(
        &self,
        snapshot: &Snapshot,
        (segment, rows): (&Segment, &Bits),
        (parts, chains): (&[Part], &[Chain<'_>]),
        watch: &mut Watch<'_>,
    ) -> Option<HashMap<usize, GroupId>> {
        let mut open = Bits::none(segment.len());
        let is_open = |row: usize| chains.iter().any(|chain| chain.code(row) == Code::InLine);
        if chains.iter().any(Chain::needs_lines) {
            rows.rows().filter(|row| is_open(*row)).for_each(|row| open.set(row));
        }
        let names = parts.iter().flat_map(|part| part.fields.clone()).collect();
        let name = &mut |alert: &Alert| {
            self.id(parts.iter().map(|part| value_of(alert, &part.fields).map_or(0, |value| self.sum(part, value))))
        };
        from_lines((snapshot, segment), &open, names, name, watch)
    }

    pub(super) fn sum(&self, part: &Part, value: Value<'_>) -> u64 {
        match part.form {
            Form::Exact => self.hashes.hash_one(value.bytes()).max(1),
            Form::Shape => self.hashes.hash_one(shape(lasting(value.bytes()))).max(1),
        }
    }

    pub(super) fn id(&self, sums: impl Iterator<Item = u64>) -> GroupId {
        let mut hasher = self.hashes.build_hasher();
        sums.for_each(|sum| hasher.write_u64(sum));
        GroupId(hasher.finish())
    }
}

fn chains<'s>(segment: &'s Segment, parts: &[Part]) -> Vec<Chain<'s>> {
    parts.iter().map(|part| Chain::of(segment, &part.fields)).collect()
}

/// The groups of all segments.
struct Merged {
    groups: Vec<Gathering>,
    /// By segment and place there: the place here.
    of_local: Vec<Vec<u32>>,
}

impl Merged {
    fn of(locals: &[Local]) -> Self {
        let mut groups: Vec<Gathering> = Vec::new();
        let mut names = HashMap::new();
        let mut of_local = Vec::with_capacity(locals.len());
        for local in locals {
            let mut places = Vec::with_capacity(local.groups.len());
            for group in &local.groups {
                let place = local_place(&mut groups, &mut names, group.id);
                if let Some(merged) = groups.get_mut(place as usize) {
                    merged.count += group.count;
                    merged.worst = worst(merged.worst, group.worst);
                    merged.hosts.extend(&group.hosts);
                }
                places.push(place);
            }
            of_local.push(places);
        }
        Self { groups, of_local }
    }

    fn place_of(&self, locals: &[Local], row: RowId) -> Option<usize> {
        let local = *locals.get(row.segment())?.of_row.get(row.row())?;
        self.of_local.get(row.segment())?.get(local as usize).map(|place| *place as usize)
    }

    /// The first row of each group, and its place among all.
    fn firsts(&self, locals: &[Local], rows: &[RowId]) -> Vec<(usize, RowId)> {
        let mut firsts = vec![None; self.groups.len()];
        let mut missing = firsts.len();
        for (at, row) in rows.iter().enumerate() {
            if missing == 0 {
                break;
            }
            let Some(slot) = self.place_of(locals, *row).and_then(|place| firsts.get_mut(place)) else { continue };
            missing -= usize::from(slot.is_none());
            slot.get_or_insert((at, *row));
        }
        firsts.into_iter().map(|first| first.unwrap_or((usize::MAX, RowId::new(0, 0)))).collect()
    }

    /// The groups' places in the order that is asked for.
    fn places(
        &self,
        snapshot: &Snapshot,
        parts: &[Part],
        firsts: &[(usize, RowId)],
        order: Option<&Order>,
    ) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.groups.len()).collect();
        let first = |place: usize| firsts.get(place).map_or(usize::MAX, |first| first.0);
        // Equal ones in the order in which they came, whatever they are sorted by.
        places.sort_by_key(|place| first(*place));
        let group = |place: usize| self.groups.get(place);
        let severity = |place: usize| group(place).and_then(|group| group.worst).map_or(u8::MAX, |worst| worst as u8);
        let count = |place: usize| group(place).map_or(0, |group| group.count);
        let direction = order.map_or(Direction::Forwards, |order| order.direction);
        match order.map(|order| &order.by) {
            None => places.sort_by_key(|place| (severity(*place), count(*place))),
            Some(By::Time) => places.sort_by(|a, b| direction.of(first(*a).cmp(&first(*b)))),
            Some(By::Priority) => {
                let key = |place: usize| (severity(place), count(place));
                places.sort_by(|a, b| direction.of(key(*a).cmp(&key(*b))));
            }
            // The most first: a count is asked for to see what there is most of.
            Some(By::Count) => places.sort_by(|a, b| direction.of(count(*b).cmp(&count(*a)))),
            Some(By::Fields(fields)) => {
                let fields: Vec<String> = match parts {
                    [] => fields.clone(),
                    _ if fields.is_empty() => parts.iter().flat_map(|part| part.fields.clone()).collect(),
                    _ => fields.clone(),
                };
                let keys: Vec<Option<Key>> = firsts.iter().map(|(_, row)| key(snapshot, *row, &fields)).collect();
                places.sort_by(|a, b| {
                    let (a, b) = (keys.get(*a).and_then(Option::as_ref), keys.get(*b).and_then(Option::as_ref));
                    match (a, b) {
                        (Some(a), Some(b)) => direction.of(a.compare(b)),
                        // Those without a value are last in both directions.
                        (a, b) => a.is_none().cmp(&b.is_none()),
                    }
                });
            }
        }
        places
    }

    /// The rows, group after group.
    fn scattered(&self, locals: &[Local], rows: &[RowId], places: &[usize]) -> (Vec<RowId>, Vec<Group>) {
        let mut next = vec![0; self.groups.len()];
        let mut groups = Vec::with_capacity(places.len());
        let mut start = 0;
        for place in places {
            let Some(group) = self.groups.get(*place) else { continue };
            put(&mut next, *place, start);
            let rows = start..start + group.count;
            start = rows.end;
            groups.push(Group { id: group.id, rows, worst: group.worst, hosts: group.hosts.len() });
        }
        let mut gathered = rows.to_vec();
        for row in rows {
            let Some(next) = self.place_of(locals, *row).and_then(|place| next.get_mut(place)) else { continue };
            put(&mut gathered, *next, *row);
            *next += 1;
        }
        (gathered, groups)
    }
}

/// The value of a row as it sorts, where a column knows it.
fn key(snapshot: &Snapshot, row: RowId, fields: &[String]) -> Option<Key> {
    let segment = snapshot.segment(row)?;
    let chain = Chain::of(segment, fields);
    match chain.code(row.row()) {
        Code::Known(code) => chain.read(code, Key::of),
        Code::Absent | Code::InLine => None,
    }
}

impl Group {
    /// When its first and its last alert with a time came; `rows` are those of the view.
    pub(crate) fn span(&self, snapshot: &Snapshot, rows: &[RowId]) -> Option<(Nanos, Nanos)> {
        let rows = self.timed(snapshot, rows);
        Some((time(snapshot, *rows.first()?)?, time(snapshot, *rows.last()?)?))
    }

    /// Its rows that have a time.
    fn timed<'r>(&self, snapshot: &Snapshot, rows: &'r [RowId]) -> &'r [RowId] {
        let own = rows.get(self.rows.clone()).unwrap_or_default();
        own.get(..own.partition_point(|row| time(snapshot, *row).is_some())).unwrap_or_default()
    }

    /// How many of its alerts came between each of `edges` and the next.
    pub(crate) fn counts(&self, snapshot: &Snapshot, rows: &[RowId], edges: &[Nanos]) -> Vec<usize> {
        let rows = self.timed(snapshot, rows);
        let before = |edge: &Nanos| rows.partition_point(|row| time(snapshot, *row).is_some_and(|time| time < *edge));
        let places: Vec<usize> = edges.iter().map(before).collect();
        places.windows(2).map(|pair| pair.last().copied().unwrap_or(0) - pair.first().copied().unwrap_or(0)).collect()
    }
}

fn time(snapshot: &Snapshot, row: RowId) -> Option<Nanos> {
    snapshot.segment(row)?.time(row.row())
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
