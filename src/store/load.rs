//! Fills segments from sources: reads blocks, cuts lines, decodes them, tells how far it is.
//! Imports: `base`, `source`, `frame`, `decode`.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;

/// Loads `names` in order and tells what it has, the first block at once; ends with [`LoadEvent::Done`]. `stop` ends it
/// early, after which what was told stays true. `tell` may block, and gives `false` when nobody listens any more.
pub(crate) fn load(
    _names: &[SourceName],
    _sources: &Arc<Sources>,
    _stop: &AtomicBool,
    tell: &mut dyn FnMut(LoadEvent) -> bool,
) {
    tell(LoadEvent::Done);
}

/// The alerts of a text, loaded; for the tests of every room above.
#[cfg(test)]
pub(crate) fn snapshot_of(text: impl Into<Vec<u8>>) -> crate::store::Snapshot {
    let sources = Arc::<Sources>::default();
    let mut snapshot = crate::store::Snapshot::new(Arc::clone(&sources));
    let name = SourceName::Memory("test", Arc::new(text.into()));
    load(&[name], &sources, &AtomicBool::new(false), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    snapshot
}
