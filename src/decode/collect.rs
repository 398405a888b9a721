//! Gathers the values of one line into an [`Alert`].
//!
//! Imports: siblings. Promise: each name once, the last counts and is marked; time grows with the names, not their square.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::decode::{Alert, Entry, Owned, Scope, Sink, Value};

/// An alert that is being read.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    alert: Alert,
    /// Places in `entries` by scope and name.
    places: HashTable<usize>,
    hasher: RandomState,
    /// Places of the fields that the `output_fields` which is being read has.
    fields: Vec<usize>,
    fields_doubled: bool,
}

impl Collector {
    /// What was gathered.
    pub(crate) fn alert(self) -> Alert {
        self.alert
    }
    /// What was gathered, for as long as no other line begins.
    pub(crate) fn so_far(&self) -> &Alert {
        &self.alert
    }
}

impl Sink for Collector {
    fn begin(&mut self) {
        self.alert.entries.clear();
        self.places.clear();
        self.fields.clear();
        self.fields_doubled = false;
    }
    fn value(&mut self, scope: Scope, name: &[u8], value: Value<'_>) {
        let Self { alert: Alert { entries }, places, hasher, fields, fields_doubled } = self;
        let hash = hasher.hash_one((scope, name));
        let is_it = |&place: &usize| entries.get(place).is_some_and(|e| e.scope == scope && e.name == name);
        let known = places.find(hash, is_it).copied();
        if scope == Scope::Field {
            fields.push(known.unwrap_or(entries.len()));
        }
        if let Some(entry) = known.and_then(|place| entries.get_mut(place)) {
            entry.value = value.to_owned();
            entry.doubled = true;
            return;
        }
        let rehash = |&place: &usize| entries.get(place).map_or(0, |e| hasher.hash_one((e.scope, e.name.as_slice())));
        places.insert_unique(hash, entries.len(), rehash);
        let doubled = *fields_doubled && scope == Scope::Field;
        entries.push(Entry { scope, name: name.to_vec(), value: value.to_owned(), doubled });
    }
    /// A field that only an earlier `output_fields` has stays, marked and without a value: it may have been hidden so.
    fn fields_again(&mut self) {
        for place in self.fields.drain(..) {
            if let Some(entry) = self.alert.entries.get_mut(place) {
                entry.value = Owned::Null;
                entry.doubled = true;
            }
        }
        self.fields_doubled = true;
    }
}
