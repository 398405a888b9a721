//! Where bytes come from: files, directories, standard input, memory. Knows no JSON and no filters.
//!
//! Lives here: what a name on the command line means, reading in blocks, reading one span again. Not here: lines
//! (`frame`). Imports: `base`. Promise: input is never written to, and bytes that changed since are never shown as if
//! they had not.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Notice;

/// Number of a source in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceId(pub(crate) u32);

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourceName {
    /// A file or a directory.
    Path(PathBuf),
    /// Standard input, `-`.
    Stdin,
    /// Bytes that are in the program: the demo. Its title, and the bytes.
    Memory(&'static str, Arc<Vec<u8>>),
}

/// A stretch of a source: one line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteSpan {
    /// The source.
    pub(crate) source: SourceId,
    /// Offset of the first byte.
    pub(crate) start: u64,
    /// Length in bytes.
    pub(crate) len: u32,
}

/// The opened sources of a run; shared with workers, which read single lines again.
#[derive(Debug, Default)]
pub(crate) struct Sources {}

impl Sources {
    /// The bytes of `span`, read again from where they lie. A file that has changed since it was loaded is an error
    /// that says so.
    pub(crate) fn read(&self, _span: ByteSpan) -> Result<Vec<u8>, Notice> {
        Ok(Vec::new())
    }
}
