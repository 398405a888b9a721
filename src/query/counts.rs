//! The values of one field among some alerts, and how many alerts have each.
//!
//! Lives here: counting by entry number, segment by segment. Not here: which spellings are one value (`sums`). Imports:
//! `base`, `decode`, `store`. Promise: a value's count is the number of these alerts that `field = value` leaves; what only
//! the lines know is counted apart and never guessed.

use crate::base::RowId;
use crate::decode::{Owned, Scope, Value};
use crate::query::family;
use crate::query::halves::{ROWS_A_LOOK, halves};
use crate::query::sums::{self, Sums};
use crate::query::tree::Kind;
use crate::store::{Cell, Column, Segment, Slot, Snapshot};

/// What a field has among some alerts. Of a list every item counts, as `=` compares; each once for an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// The values and how many alerts have each: most first, then by value. Their bytes are those of [`canonical`].
    pub(crate) values: Vec<(Owned, usize)>,
    /// Alerts without the field.
    pub(crate) absent: usize,
    /// Alerts of which only the line knows it: it may have any value, or none.
    pub(crate) in_lines: usize,
    /// All the alerts.
    pub(crate) total: usize,
    /// Some of the values are items of lists, so that an alert may have several.
    pub(crate) lists: bool,
}

/// Whether the values of a field can be counted: neither times, of which every alert has its own, nor networks, which
/// contain addresses rather than being equal to them.
pub(crate) fn is_countable(name: &str) -> bool {
    !matches!(family::kind(name), Kind::Moment | Kind::Network)
}

/// The bytes by which the values that are one to `=` are known: `info` is `Informational`.
pub(crate) fn canonical(name: &str, bytes: &[u8]) -> Vec<u8> {
    sums::canonical(family::kind(name), bytes)
}

/// Counts the values of `name` among `rows`; `None` when `newer` says that nobody waits for it.
pub(crate) fn counts(snapshot: &Snapshot, rows: &[RowId], name: &str, newer: &dyn Fn() -> bool) -> Option<Counts> {
    let fields = family::looked_at(name);
    let field = Field { name, fields: &fields, kind: family::kind(name) };
    let halves = halves(rows, newer, &|rows, newer| field.found(snapshot, rows, newer))?;
    let mut found = Found::default();
    for half in halves {
        found.add(half);
    }
    field.summed(snapshot, found, newer, rows.len())
}

/// What is counted.
#[derive(Clone, Copy)]
struct Field<'f> {
    name: &'f str,
    /// The fields that it stands for: most often itself.
    fields: &'f [String],
    kind: Kind,
}

/// What rows have, before values are read.
#[derive(Default)]
struct Found {
    /// How many rows have each entry of the column, segment by segment; of a name that stands for several fields nothing.
    tallies: Vec<Tally>,
    absent: usize,
    in_lines: usize,
    /// The values of a name that stands for several fields.
    sums: Sums,
}

#[derive(Clone, Default)]
struct Tally {
    rows: Vec<u32>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        if self.rows.len() < other.rows.len() {
            self.rows.resize(other.rows.len(), 0);
        }
        self.rows.iter_mut().zip(other.rows).for_each(|(mine, more)| *mine += more);
    }
}

impl Found {
    fn add(&mut self, other: Self) {
        self.absent += other.absent;
        self.in_lines += other.in_lines;
        self.tallies.resize_with(self.tallies.len().max(other.tallies.len()), Tally::default);
        self.tallies.iter_mut().zip(other.tallies).for_each(|(mine, more)| mine.add(more));
        self.sums.add(other.sums);
    }
}

/// The column of a field in one segment.
enum Place<'s> {
    Column(&'s Column),
    /// No alert of the segment has it.
    Nowhere,
    /// The segment has more names than columns.
    Unknown,
}

impl<'s> Place<'s> {
    fn of(segment: &'s Segment, name: &str) -> Self {
        match segment.column(Scope::of(name), name.as_bytes()) {
            Some(column) => Self::Column(column),
            None if segment.leaves_names_out() => Self::Unknown,
            None => Self::Nowhere,
        }
    }
    fn slot(&self, row: usize) -> Slot {
        match self {
            Self::Column(column) => column.slot(row),
            Self::Nowhere => Slot::Absent,
            Self::Unknown => Slot::InLine,
        }
    }
    fn entries(&self) -> usize {
        if let Self::Column(column) = self { column.entries() } else { 0 }
    }
    fn cell(&self, entry: u32) -> Option<Cell<'s>> {
        if let Self::Column(column) = self { column.entry(entry) } else { None }
    }
}

impl Field<'_> {
    fn found(self, snapshot: &Snapshot, rows: &[RowId], newer: &dyn Fn() -> bool) -> Option<Found> {
        let mut found = Found::default();
        match self.fields {
            [_] => self.tally(snapshot, rows, newer, &mut found)?,
            _ => self.gather(snapshot, rows, newer, &mut found)?,
        }
        Some(found)
    }

    /// One field: rows are counted by their entries, whose values are read once, at the end.
    fn tally(self, snapshot: &Snapshot, rows: &[RowId], newer: &dyn Fn() -> bool, found: &mut Found) -> Option<()> {
        let name = self.fields.first().map_or(self.name, String::as_str);
        let places: Vec<Place<'_>> = snapshot.segments().iter().map(|segment| Place::of(segment, name)).collect();
        found.tallies = vec![Tally::default(); places.len()];
        for some in rows.chunks(ROWS_A_LOOK) {
            for row in some {
                let (Some(place), Some(tally)) = (places.get(row.segment()), found.tallies.get_mut(row.segment()))
                else {
                    continue;
                };
                match place.slot(row.row()) {
                    Slot::Absent => found.absent += 1,
                    Slot::InLine => found.in_lines += 1,
                    Slot::Entry(entry) => {
                        if tally.rows.is_empty() {
                            tally.rows.resize(place.entries(), 0);
                        }
                        if let Some(count) = tally.rows.get_mut(entry as usize) {
                            *count += 1;
                        }
                    }
                }
            }
            if newer() {
                return None;
            }
        }
        Some(())
    }

    fn places<'s>(&self, segment: &'s Segment) -> Vec<Place<'s>> {
        self.fields.iter().map(|name| Place::of(segment, name)).collect()
    }

    /// Several fields: each alert's values are put together, so that none counts twice.
    fn gather(self, snapshot: &Snapshot, rows: &[RowId], newer: &dyn Fn() -> bool, found: &mut Found) -> Option<()> {
        let places: Vec<Vec<Place<'_>>> = snapshot.segments().iter().map(|segment| self.places(segment)).collect();
        for some in rows.chunks(ROWS_A_LOOK / 16) {
            for row in some {
                let Some(places) = places.get(row.segment()) else { continue };
                match cells(places, row.row()) {
                    None => found.in_lines += 1,
                    Some(cells) if cells.is_empty() => found.absent += 1,
                    Some(cells) => found.sums.add_set(self.kind, &values(&cells), 1),
                }
            }
            if newer() {
                return None;
            }
        }
        Some(())
    }

    /// Reads the values of the entries that rows have.
    fn summed(self, snapshot: &Snapshot, found: Found, newer: &dyn Fn() -> bool, total: usize) -> Option<Counts> {
        let Found { tallies, absent, mut in_lines, mut sums } = found;
        let name = self.fields.first().map_or(self.name, String::as_str);
        for (segment, tally) in snapshot.segments().iter().zip(tallies) {
            let place = Place::of(segment, name);
            for (entry, count) in (0..).zip(tally.rows).filter(|(_, count)| *count > 0) {
                match place.cell(entry) {
                    Some(Cell::Integer(number)) => sums.add_whole(self.kind, number, count as usize),
                    Some(Cell::Whole(value)) => sums.add_value(self.kind, value, count as usize),
                    // Two long values with one beginning may be two.
                    Some(Cell::Start(_) | Cell::InLine) | None => in_lines += count as usize,
                }
            }
            if newer() {
                return None;
            }
        }
        let lists = sums.has_lists();
        Some(Counts { values: sums.values(self.kind), absent, in_lines, total, lists })
    }
}

/// What a row has of several fields; `None` when only its line can tell.
fn cells<'s>(places: &[Place<'s>], row: usize) -> Option<Vec<Cell<'s>>> {
    let mut cells = Vec::new();
    for place in places {
        match place.slot(row) {
            Slot::Absent => {}
            Slot::InLine => return None,
            Slot::Entry(entry) => match place.cell(entry) {
                Some(cell @ (Cell::Whole(_) | Cell::Integer(_))) => cells.push(cell),
                _ => return None,
            },
        }
    }
    Some(cells)
}

fn values(cells: &[Cell<'_>]) -> Vec<Owned> {
    cells.iter().filter_map(|cell| cell.read(owned)).collect()
}

fn owned(value: Value<'_>) -> Owned {
    value.to_owned()
}

#[cfg(test)]
#[path = "counts_tests.rs"]
mod tests;
