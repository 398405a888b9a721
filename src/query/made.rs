//! A comparison with made values over the columns of one segment.
//!
//! Lives here: each combination of entries that rows have is tested once. Not here: plain comparisons (`columns`).
//! Imports: `decode`, `store`. Promise: a row outside `maybe` does not match; only a value that no column holds whole
//! needs its line.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::decode::{Owned, Scope, Value};
use crate::query::bits::Bits;
use crate::query::columns::{Found, ROW_WORK, Rows};
use crate::query::filter::{Absence, Fields, Truth};
use crate::query::needle::Word;
use crate::query::tree::Derived;
use crate::query::watch::Watch;
use crate::store::{Column, Slot};

/// The columns that a made value needs, and what each combination of their entries says.
struct Combinations<'c> {
    derived: &'c Derived,
    columns: Vec<(&'c str, Option<&'c Column>)>,
    /// `None` for a combination that the columns do not hold whole. A key has 0 for what is absent, else the entry + 1.
    known: HashMap<Box<[u64]>, Option<bool>, RandomState>,
}

/// The values of one combination.
struct Values<'v>(Vec<(&'v str, Owned)>);

impl Fields for Values<'_> {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(value.borrow()).filter(|value| *value != Value::Null)
    }
    fn has_word(&self, _: &Word) -> bool {
        false
    }
}

impl<'s> Rows<'s> {
    /// Which of the rows `alive` fulfil a comparison with made values; `None` when something newer waits.
    pub(crate) fn derived(self, derived: &Derived, alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        let mut combinations = self.combinations(derived);
        let (mut yes, mut maybe) = (self.none(), self.none());
        let hidden = self.segment.leaves_names_out() && combinations.columns.iter().any(|(_, column)| column.is_none());
        let mut key = Vec::new();
        for row in alive.rows() {
            let verdict = if hidden { None } else { combinations.verdict(row, &mut key) };
            if verdict != Some(false) {
                maybe.set(row);
            }
            if verdict == Some(true) {
                yes.set(row);
            }
            watch.spend(ROW_WORK * combinations.columns.len().max(1))?;
        }
        Some(Found { yes, maybe })
    }

    fn combinations<'c>(self, derived: &'c Derived) -> Combinations<'c>
    where
        's: 'c,
    {
        let mut columns: Vec<(&str, Option<&Column>)> = Vec::new();
        derived.each_field(&mut |left| {
            let name = left.name.as_str();
            if !columns.iter().any(|(known, _)| *known == name) {
                columns.push((name, self.segment.column(Scope::of(name), name.as_bytes())));
            }
        });
        Combinations { derived, columns, known: HashMap::default() }
    }
}

impl Combinations<'_> {
    /// What the values of `row` say; `None`: its line has to be asked. `key` is memory to work in.
    fn verdict(&mut self, row: usize, key: &mut Vec<u64>) -> Option<bool> {
        key.clear();
        for (_, column) in &self.columns {
            key.push(match column.map_or(Slot::Absent, |column| column.slot(row)) {
                Slot::Absent => 0,
                Slot::Entry(entry) => u64::from(entry) + 1,
                Slot::InLine => return None,
            });
        }
        if let Some(known) = self.known.get(key.as_slice()) {
            return *known;
        }
        let verdict = self.tested(key);
        self.known.insert(key.as_slice().into(), verdict);
        verdict
    }

    fn tested(&self, key: &[u64]) -> Option<bool> {
        let mut values = Vec::new();
        for ((name, column), entry) in self.columns.iter().zip(key) {
            let entry = entry.checked_sub(1).and_then(|entry| u32::try_from(entry).ok());
            let Some((column, entry)) = column.zip(entry) else { continue };
            values.push((*name, column.entry(entry)?.read(owned)?));
        }
        Some(self.derived.truth(&Values(values), Absence::False) == Truth::True)
    }
}

fn owned(value: Value<'_>) -> Owned {
    value.to_owned()
}
