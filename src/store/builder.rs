//! A segment while it is being filled.
//!
//! Lives here: finding a value's column, rows, taking back a line that proves to be none. Not here: one column's values
//! (`growing`). Imports: `base`, `decode`. Promise: what is sealed is what was committed, whatever lines were begun and
//! given up in between.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::base::Priority;
use crate::decode::{Scope, Sink, Value, instant};
use crate::store::Cell;
use crate::store::column::Column;
use crate::store::growing::{Follow, Growing};
use crate::store::segment::{NO_TIME, Names, Place, Places, Segment};

/// Takes alerts one after the other; see [`Sink`] for the values of one.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    columns: Vec<Growing>,
    /// Places in `columns`, by scope and name.
    index: HashTable<u32>,
    hasher: RandomState,
    places: Places,
    times: Vec<i64>,
    /// The time of the alert that is being read.
    time: Option<i64>,
    /// The columns of `output_fields` in which the alert that is being read has a value, and the others.
    fields: Vec<u32>,
    others: Vec<u32>,
    /// Which column came first, most often; then see [`Growing::follow`].
    first: Follow,
    previous: Option<u32>,
    leaves_names_out: bool,
}

/// So many names have columns in a segment, and none that is longer: Falco's alerts have some hundred short ones, and
/// memory for names that come once is a hundred times what they take in the line. The open alert shows them all.
const MAX_NAMES: usize = 1 << 16;
const LONGEST_NAME: usize = 4096;

impl Builder {
    /// How many alerts it holds.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }
    /// Whether a name had to be left out of the columns; see [`MAX_NAMES`].
    pub(crate) fn leaves_names_out(&self) -> bool {
        self.leaves_names_out
    }
    /// The values since [`Sink::begin`] are an alert, which stands there.
    pub(crate) fn commit(&mut self, place: Place, end_len: u8) {
        self.places.push(place, end_len);
        self.times.push(self.time.unwrap_or(NO_TIME));
        self.fields.clear();
        self.others.clear();
        self.time = None;
    }
    /// What was committed so far, as a segment.
    pub(crate) fn seal(&self) -> Segment {
        let times: Arc<[i64]> = Arc::from(self.times.as_slice());
        let committed = self.len();
        let columns: Box<[Column]> = self.columns.iter().filter_map(|c| c.seal(committed, &times)).collect();
        let names = Names::of(&columns);
        let mut places = self.places.clone();
        places.shrink();
        let leaves_names_out = self.leaves_names_out;
        let span = span(&times);
        let is_timed = !times.contains(&NO_TIME);
        let mut segment =
            Segment { columns, names, places, times, span, is_timed, leaves_names_out, ..Segment::default() };
        segment.priority_column = segment.index_of(Scope::Alert, b"priority");
        segment.priorities = segment.column(Scope::Alert, b"priority").map(priorities).unwrap_or_default();
        segment
    }
    /// Begins a new segment. What was learnt about the columns stays; those that no alert had any more go.
    pub(crate) fn restart(&mut self) {
        self.begin();
        let before = self.columns.len();
        self.columns.retain(|column| !column.is_empty());
        if self.columns.len() != before {
            self.forget_order();
        }
        for column in &mut self.columns {
            column.restart();
        }
        self.places = Places::default();
        self.times.clear();
    }
    fn forget_order(&mut self) {
        let Self { columns, index, hasher, first, .. } = self;
        *first = Follow::default();
        index.clear();
        for (column, at) in columns.iter_mut().zip(0..) {
            column.follow = Follow::default();
            index.insert_unique(hasher.hash_one((column.scope, &*column.name)), at, |_| 0);
        }
    }
    /// The row that is being filled.
    fn row(&self) -> u16 {
        u16::try_from(self.len()).unwrap_or(u16::MAX)
    }
    /// The column of a name. Names mostly come in the order in which they came before. `None`: it is left out.
    fn column(&mut self, scope: Scope, name: &[u8]) -> Option<u32> {
        let follow = self.previous.and_then(|at| self.columns.get(at as usize)).map_or(self.first, |c| c.follow);
        let guess = follow.guesses().into_iter().flatten().find(|&at| self.is(at, scope, name));
        let at = guess.or_else(|| self.look_up(scope, name))?;
        let previous = self.previous.replace(at);
        match previous.and_then(|before| self.columns.get_mut(before as usize)) {
            Some(column) => column.follow.learn(at),
            None => self.first.learn(at),
        }
        Some(at)
    }
    fn is(&self, at: u32, scope: Scope, name: &[u8]) -> bool {
        self.columns.get(at as usize).is_some_and(|c| c.scope == scope && *c.name == *name)
    }
    fn look_up(&mut self, scope: Scope, name: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one((scope, name));
        if let Some(&at) = self.index.find(hash, |&at| self.is(at, scope, name)) {
            return Some(at);
        }
        if self.columns.len() >= MAX_NAMES || name.len() > LONGEST_NAME {
            self.leaves_names_out = true;
            return None;
        }
        let at = u32::try_from(self.columns.len()).ok()?;
        self.columns.push(Growing::new(scope, name));
        let Self { columns, index, hasher, .. } = self;
        index.insert_unique(hash, at, |&at| {
            columns.get(at as usize).map_or(0, |c| hasher.hash_one((c.scope, &*c.name)))
        });
        Some(at)
    }
    /// Takes the values of `output_fields` in the row that is being filled back; each only once, however often they come.
    fn take_fields_back(&mut self) {
        let row = self.row();
        for at in self.fields.drain(..) {
            if let Some(column) = self.columns.get_mut(at as usize) {
                column.clear(row);
            }
        }
    }
}

impl Sink for Builder {
    fn begin(&mut self) {
        self.fields.append(&mut self.others);
        self.take_fields_back();
        self.time = None;
        self.previous = None;
    }
    fn value(&mut self, scope: Scope, name: &[u8], value: Value<'_>) {
        let row = self.row();
        let Some(at) = self.column(scope, name) else {
            return;
        };
        let Some(column) = self.columns.get_mut(at as usize) else {
            return;
        };
        if column.is_time() {
            self.time = match value {
                Value::Text(text) => instant(text).map(|nanos| nanos.0),
                _ => None,
            };
        }
        if scope == Scope::Field {
            self.fields.push(at);
        } else {
            self.others.push(at);
        }
        if value == Value::Null { column.clear(row) } else { column.set(row, value) }
    }
    fn fields_again(&mut self) {
        self.take_fields_back();
    }
}

/// The earliest and the latest time.
fn span(times: &[i64]) -> Option<(i64, i64)> {
    let known = || times.iter().copied().filter(|time| *time != NO_TIME);
    known().min().zip(known().max())
}

/// The priority that each entry of the column means.
fn priorities(column: &Column) -> Box<[Option<Priority>]> {
    let entries = u32::try_from(column.entries()).unwrap_or(u32::MAX);
    (0..entries)
        .map(|entry| match column.entry(entry) {
            Some(Cell::Whole(Value::Text(word))) => Priority::parse(word),
            _ => None,
        })
        .collect()
}
