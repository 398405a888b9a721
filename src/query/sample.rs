//! Lines as a loaded snapshot, for the tests of this room.
//!
//! Imports: `source`, `store`. Promise: they are loaded as the browser loads them, without a file.

use std::sync::Arc;

use crate::source::{SourceName, Sources};
use crate::store::load::{Control, load};
use crate::store::{LoadEvent, Snapshot};

/// The lines, loaded.
pub(crate) fn loaded(lines: &[String]) -> Snapshot {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let name = SourceName::Memory("test", Arc::new(lines.join("\n").into_bytes()));
    load(&[name], &sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    snapshot
}
