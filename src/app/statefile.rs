//! Small files in stoop's directory for state.
//!
//! Lives here: reading one, replacing it whole, keeping other programs out meanwhile. Not here: what stands in them. Imports: nothing. Promise: two programs
//! never leave half a file, and only the user can read it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

/// What the file holds; nothing where it can't be read.
pub(crate) fn read(state: &Path, name: &str) -> Vec<u8> {
    whole(&state.join(name)).unwrap_or_default()
}

/// No more of a file is read, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// What a file holds, of a huge one its beginning; nothing where there is none.
///
/// # Errors
/// It can't be read, or is none: to read a pipe would wait for whoever writes to it.
pub(crate) fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match fs::metadata(path) {
        Ok(about) if about.is_file() => drop(File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?),
        Ok(_) => return Err(io::Error::other(format!("{} is no file", path.display()))),
        Err(why) if why.kind() == io::ErrorKind::NotFound => {}
        Err(why) => return Err(why),
    }
    Ok(bytes)
}

/// Puts these bytes in its place: written beside and renamed.
///
/// # Errors
/// The directory or the file can't be written.
pub(crate) fn write(state: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    create(state)?;
    let unfinished = state.join(format!("{name}.{}", std::process::id()));
    let mut to = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    to.write_all(bytes).and_then(|()| fs::rename(&unfinished, state.join(name)))
}

/// Waits until no other program has this file locked; the lock ends with what is given.
///
/// # Errors
/// The directory or the file can't be written.
pub(crate) fn lock(state: &Path, name: &str) -> io::Result<File> {
    create(state)?;
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(state.join(name))?;
    // Where files can't be locked, the last one to write wins.
    let _ = flock(&lock, FlockOperation::LockExclusive);
    Ok(lock)
}

fn create(state: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(state)
}
