//! Reading a source once, from front to back, for a command that keeps nothing of it.
//!
//! Imports: `base`. Promise: what was read is forgotten, so a stream of any length takes no memory.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::fd::AsFd;
use std::sync::Arc;

use crate::base::Notice;
use crate::source::{Found, cannot_read};

/// Opens `found` for one pass.
///
/// # Errors
/// `cannot read FILE: why`, for the user.
pub(crate) fn pass(found: &Found) -> Result<Box<dyn Read>, Notice> {
    open(found).map_err(|why| cannot_read(&found.title(), &why))
}

fn open(found: &Found) -> io::Result<Box<dyn Read>> {
    Ok(match found {
        Found::Memory(_, bytes) => Box::new(Cursor::new(Shared(Arc::clone(bytes)))),
        Found::Stdin => Box::new(File::from(io::stdin().as_fd().try_clone_to_owned()?)),
        Found::Named(path) | Found::Inside(path) => Box::new(File::open(path)?),
    })
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
