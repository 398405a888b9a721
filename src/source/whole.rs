//! Packed files in followed directories: read once and as a whole, since what is packed does not grow line by line.
//!
//! Lives here: which of them were read, and which are still being written. Imports: siblings. Promise: a file that is renamed
//! is known again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use crate::source::follow::{Id, id};

/// The packed files that were met, and whether they were read.
#[derive(Debug, Default)]
pub(super) struct Whole(HashMap<(Id, i64, i64, u64), bool>);

impl Whole {
    /// It is read.
    pub(super) fn read(&mut self, about: &Metadata) {
        self.0.insert(state(about), true);
    }
    /// Whether it is to be read now: it was not yet, and nothing was written to it since it was met last.
    pub(super) fn is_ripe(&mut self, about: &Metadata) -> bool {
        match self.0.entry(state(about)) {
            Entry::Vacant(new) => {
                new.insert(false);
                false
            }
            Entry::Occupied(mut known) => !std::mem::replace(known.get_mut(), true),
        }
    }
}

/// Renaming changes none of these, writing does.
fn state(about: &Metadata) -> (Id, i64, i64, u64) {
    (id(about), about.mtime(), about.mtime_nsec(), about.len())
}
