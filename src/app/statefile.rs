//! Small files in stoop's directory for state.
//!
//! Lives here: reading one, and replacing it whole. Not here: what stands in them. Imports: nothing. Promise: two programs
//! never leave half a file, and only the user can read it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// What the file holds; nothing where it can't be read.
pub(crate) fn read(state: &Path, name: &str) -> Vec<u8> {
    fs::read(state.join(name)).unwrap_or_default()
}

/// Puts these bytes in its place: written beside and renamed.
///
/// # Errors
/// The directory or the file can't be written.
pub(crate) fn write(state: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(state)?;
    let unfinished = state.join(format!("{name}.{}", std::process::id()));
    let mut to = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    to.write_all(bytes).and_then(|()| fs::rename(&unfinished, state.join(name)))
}
