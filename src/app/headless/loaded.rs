//! What a command names, loaded into columns as the browser loads it.
//!
//! Lives here: loading to the end, and counting it as a scan does. Imports: the rooms up to `query`. Promise: what could not
//! be read is in the counts and notices, and stops nothing else.

use std::sync::Arc;

use crate::app::headless::scan::Scanned;
use crate::query::fields::loaded_names;
use crate::source::{Limits, SourceName, Sources};
use crate::store::load::{Control, load};
use crate::store::{LoadEvent, Snapshot};

/// Loads what is named, and counts it as a scan does.
pub(crate) fn loaded(names: &[SourceName], limits: Limits) -> (Snapshot, Scanned) {
    let sources = Arc::new(Sources::with(limits, None));
    let (mut snapshot, mut scanned) = (Snapshot::new(Arc::clone(&sources)), Scanned::default());
    load(names, &sources, &Control::default(), &mut |event| {
        match event {
            LoadEvent::Segment { index, segment } => snapshot = snapshot.with_segment(index, segment),
            LoadEvent::Progress { counts, .. } => scanned.counts = counts,
            LoadEvent::Skipped(notice) | LoadEvent::Said(notice) => scanned.skipped.push(notice),
            LoadEvent::Failed(notice) => scanned.failed.push(notice),
            LoadEvent::Retracted(_)
            | LoadEvent::Ended(..)
            | LoadEvent::Following
            | LoadEvent::Dropped { .. }
            | LoadEvent::Done => {}
        }
        true
    });
    scanned.seen = loaded_names(&snapshot).into_iter().collect();
    (snapshot, scanned)
}
