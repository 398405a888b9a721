//! Distinct values of one column while it is being filled.
//!
//! Imports: `decode`. Promise: equal values get equal numbers; a value longer than [`LONGEST`] keeps only its beginning.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::decode::Value;
use crate::store::column::{Dictionary, Kind};
use crate::store::growing::integer;

/// Longer values are in the line; their beginning serves the list and most searches.
pub(super) const LONGEST: usize = 256;

/// Gives values numbers.
#[derive(Debug, Default)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    ends: Vec<(u32, Kind)>,
    table: HashTable<u16>,
    hasher: RandomState,
}

impl Interner {
    /// How many values it knows.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
    /// How many bytes they have in all.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }
    /// The number of `value`; `recent` is a number that is likely. `None`: it knows 65,536 others.
    pub(super) fn intern(&mut self, value: Value<'_>, recent: Option<u16>) -> Option<u16> {
        let (kind, bytes) = parts(value);
        if let Some(id) = recent.filter(|&id| self.is(id, kind, bytes)) {
            return Some(id);
        }
        let hash = self.hasher.hash_one(bytes);
        if let Some(&id) = self.table.find(hash, |&id| self.is(id, kind, bytes)) {
            return Some(id);
        }
        let id = u16::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(bytes);
        self.ends.push((u32::try_from(self.bytes.len()).ok()?, kind));
        let Self { bytes, ends, table, hasher } = self;
        table.insert_unique(hash, id, |&id| hasher.hash_one(slice(bytes, ends, id).1));
        Some(id)
    }
    fn is(&self, id: u16, kind: Kind, bytes: &[u8]) -> bool {
        slice(&self.bytes, &self.ends, id) == (Some(kind), bytes)
    }
    /// Forgets every value.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.table.clear();
    }
    /// The values as they are kept for good.
    pub(super) fn seal(&self) -> Dictionary {
        Dictionary { bytes: self.bytes.as_slice().into(), ends: self.ends.as_slice().into() }
    }
    /// Every value as a whole number; `None` when one is none or is spelt in another way.
    pub(super) fn integers(&self) -> Option<Vec<i128>> {
        let ids = 0..=u16::try_from(self.ends.len().checked_sub(1)?).ok()?;
        ids.map(|id| match slice(&self.bytes, &self.ends, id) {
            (Some(Kind::Number), digits) => integer(digits),
            _ => None,
        })
        .collect()
    }
}

fn slice<'a>(bytes: &'a [u8], ends: &[(u32, Kind)], id: u16) -> (Option<Kind>, &'a [u8]) {
    let id = usize::from(id);
    let start = id.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&(end, _)| end);
    let Some(&(end, kind)) = ends.get(id) else {
        return (None, &[]);
    };
    (Some(kind), bytes.get(start as usize..end as usize).unwrap_or_default())
}

fn parts(value: Value<'_>) -> (Kind, &[u8]) {
    let kind = match value {
        Value::Text(_) | Value::Null => Kind::Text,
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Bool,
        Value::List(_) => Kind::List,
        Value::Object(_) => Kind::Object,
    };
    let bytes = value.bytes();
    match bytes.get(..LONGEST) {
        Some(start) if bytes.len() > LONGEST => (Kind::Start, start),
        _ => (kind, bytes),
    }
}
