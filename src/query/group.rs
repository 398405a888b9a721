//! Alerts gathered into groups: by rule, by any fields, by likeness.
//!
//! Lives here: what makes two alerts one group, and the groups in their order. Not here: which of them are open
//! (`state`). Imports: `base`, `store`. Promise: every row of the view is in exactly one group; within a group rows are
//! in the order of time; a group keeps its name when rows come or go.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::hash::RandomState;
use std::ops::Range;

use crate::base::{Nanos, Priority, RowId};
use crate::query::chain::{Chain, Code, put};
use crate::query::family::kind;
use crate::query::gather::{Numbered, Numbering, Places, Seen};
use crate::query::key::{Direction, Key, compare};
use crate::query::sort::{By, Order};
use crate::query::watch::Watch;
use crate::store::Snapshot;

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
    pub(super) fields: Vec<String>,
    /// What of the value counts.
    pub(super) form: Form,
}

/// What of a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// All of it.
    Exact,
    /// Its shape.
    Shape,
}

impl Grouping {
    /// The parts of what its alerts share: of each the fields of which the first that is there counts.
    pub(crate) fn fields(&self) -> Vec<Vec<&str>> {
        match self {
            Self::By(fields) => fields.iter().map(|name| vec![name.as_str()]).collect(),
            Self::Alike => {
                vec![vec!["rule"], vec!["proc.name"], vec!["container.image.repository"], OBJECT.to_vec()]
            }
        }
    }

    fn parts(&self) -> Vec<Part> {
        let part = |fields: Vec<&str>| Part {
            form: if *self == Self::Alike && fields == OBJECT { Form::Shape } else { Form::Exact },
            fields: fields.into_iter().map(str::to_owned).collect(),
        };
        self.fields().into_iter().map(part).collect()
    }
}

/// Gathers alerts; remembers how it names groups.
#[derive(Debug, Default)]
pub(crate) struct Grouper {
    hashes: RandomState,
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
        let parts = asked.grouping.parts();
        let number =
            |part: &Part, watch: &mut Watch<'_>| Numbered::of((asked.snapshot, part), rows, &self.hashes, watch);
        let host = Part { fields: vec!["hostname".to_owned()], form: Form::Exact };
        let numbering = Numbering {
            parts: parts.iter().map(|part| number(part, watch)).collect::<Option<Vec<_>>>()?,
            hosts: number(&host, watch)?,
            mix: foldhash::fast::FixedState::default(),
        };
        let seen = numbering.seen(asked.snapshot);
        watch.spend(rows.len() * 8)?;
        let gathered = Gathered::of(&numbering, &seen, rows);
        watch.spend(rows.len() * 8)?;
        let hosts = hosts(&gathered, numbering.hosts.sums.len());
        let order = gathered.ordered(asked, &parts, rows);
        Some(gathered.scattered(rows, &order, &|place| id(&numbering, &gathered, place), &hosts))
    }
}

/// The name of the group at `place`.
fn id(numbering: &Numbering<'_>, gathered: &Gathered, place: usize) -> GroupId {
    let combination = gathered.groups.get(place).map_or(0, |group| group.combination);
    if numbering.combinations().is_none() {
        return GroupId(combination);
    }
    GroupId(numbering.name(combination))
}

/// A group while rows are put into it.
struct Gathering {
    combination: u64,
    /// The place of its first row among all.
    first: usize,
    count: usize,
    worst: Option<Priority>,
}

/// The groups in the order in which they came.
struct Gathered {
    groups: Vec<Gathering>,
    /// The group of each row, and the number of its host.
    of_row: Vec<(u32, u32)>,
}

impl Gathered {
    fn of(numbering: &Numbering<'_>, seen: &[Seen], rows: &[RowId]) -> Self {
        let mut places = Places::of(numbering.combinations());
        let mut groups: Vec<Gathering> = Vec::new();
        let mut of_row = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let seen = seen.get(row.segment()).and_then(|seen| seen.row(row.row()));
            let (combination, host, priority) = seen.unwrap_or_default();
            let place = places.place(combination, groups.len());
            if place == groups.len() {
                groups.push(Gathering { combination, first: at, count: 0, worst: None });
            }
            if let Some(group) = groups.get_mut(place) {
                group.count += 1;
                group.worst = worst(group.worst, priority);
            }
            of_row.push((u32::try_from(place).unwrap_or(u32::MAX), host));
        }
        Self { groups, of_row }
    }

    /// The places of the groups in the order that is asked for.
    fn ordered(&self, asked: &Asked<'_>, parts: &[Part], rows: &[RowId]) -> Vec<usize> {
        // Equal ones in the order in which they came, whatever they are sorted by.
        let mut places: Vec<usize> = (0..self.groups.len()).collect();
        let group = |place: &usize| self.groups.get(*place);
        let count = |place: &usize| group(place).map_or(0, |group| group.count);
        let severity = |place: &usize| {
            let worst = group(place).and_then(|group| group.worst);
            (worst.map_or(u8::MAX, |worst| worst as u8), count(place))
        };
        let direction = asked.order.map_or(Direction::Forwards, |order| order.direction);
        match asked.order.map(|order| &order.by) {
            None | Some(By::Priority) if direction == Direction::Forwards => places.sort_by_cached_key(severity),
            None | Some(By::Priority) => places.sort_by_cached_key(|place| Reverse(severity(place))),
            Some(By::Time) => places.sort_by(|a, b| direction.of(a.cmp(b))),
            // The most first: a count is asked for to see what there is most of.
            Some(By::Count) => places.sort_by(|a, b| direction.of(count(b).cmp(&count(a)))),
            Some(By::Fields(fields)) => {
                let own = || parts.iter().flat_map(|part| part.fields.clone()).collect();
                let fields = if fields.is_empty() { own() } else { fields.clone() };
                let key = |group: &Gathering| key(asked.snapshot, *rows.get(group.first)?, &fields);
                let keys: Vec<Option<Key>> = self.groups.iter().map(key).collect();
                // By their first alerts.
                let key = |place: &usize| keys.get(*place).and_then(Option::as_ref);
                places.sort_by(|a, b| compare(key(a), key(b), direction));
            }
        }
        places
    }

    /// The rows, group after group.
    fn scattered(
        &self,
        rows: &[RowId],
        order: &[usize],
        id: &dyn Fn(usize) -> GroupId,
        hosts: &[usize],
    ) -> (Vec<RowId>, Vec<Group>) {
        let mut next = vec![0; self.groups.len()];
        let mut groups = Vec::with_capacity(order.len());
        let mut start = 0;
        for place in order {
            let Some(group) = self.groups.get(*place) else { continue };
            put(&mut next, *place, start);
            let rows = start..start + group.count;
            start = rows.end;
            let hosts = hosts.get(*place).copied().unwrap_or(0);
            groups.push(Group { id: id(*place), rows, worst: group.worst, hosts });
        }
        let mut gathered = rows.to_vec();
        for (row, (place, _)) in rows.iter().zip(&self.of_row) {
            let Some(next) = next.get_mut(*place as usize) else { continue };
            put(&mut gathered, *next, *row);
            *next += 1;
        }
        (gathered, groups)
    }
}

fn worst(a: Option<Priority>, b: Option<Priority>) -> Option<Priority> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// How many hosts the alerts of each group name. `count`: how many numbers of hosts there are, 0 for no host among them.
fn hosts(gathered: &Gathered, count: usize) -> Vec<usize> {
    let words = count.div_ceil(64);
    let mut named = vec![0; gathered.groups.len()];
    let rows = || gathered.of_row.iter().filter(|(_, host)| *host > 0);
    if gathered.groups.len().saturating_mul(words) <= MOST_WORDS {
        let mut bits = vec![0_u64; gathered.groups.len() * words];
        for (place, host) in rows() {
            let at = *place as usize * words + *host as usize / 64;
            bits.get_mut(at).into_iter().for_each(|word| *word |= 1 << (host % 64));
        }
        let counted = bits.chunks(words.max(1)).map(|words| words.iter().map(|word| word.count_ones() as usize).sum());
        return counted.collect();
    }
    let mut known: HashSet<(u32, u32), foldhash::fast::RandomState> = HashSet::default();
    for (place, _) in rows().filter(|row| known.insert(**row)) {
        named.get_mut(*place as usize).into_iter().for_each(|named| *named += 1);
    }
    named
}

/// So many words of bits are few enough for a table of groups and hosts: 32 MiB.
const MOST_WORDS: usize = 4 << 20;

/// The value of a row as it sorts, where a column knows it.
fn key(snapshot: &Snapshot, row: RowId, fields: &[String]) -> Option<Key> {
    let segment = snapshot.segment(row)?;
    let chain = Chain::of(segment, fields);
    match chain.code(row.row()) {
        Code::Known(code) => chain.read(code, |value| Key::of(kind(fields.first()?), value))?,
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
