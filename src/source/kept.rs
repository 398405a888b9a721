//! What is kept of a source so that a single line can be read again.
//!
//! Lives here: the ways back to bytes. Not here: a file's (`past`), a stream's (`chunks`). Imports: `base`.
//! Promise: bytes that are given out again are those that were read the first time.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::Clean;
use crate::source::ByteSpan;
use crate::source::chunks::Chunks;
use crate::source::past::Past;

/// One opened source, as workers see it.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The name as it is shown.
    pub(crate) title: Clean,
    /// How its bytes can be had again.
    pub(crate) again: Again,
    /// Device and number of the regular file that it was read from, packed or not.
    pub(super) file: Option<(u64, u64)>,
}

/// How bytes can be had again.
#[derive(Debug)]
pub(crate) enum Again {
    /// A regular file with nothing to be unpacked: by reading it again.
    File(Past),
    /// What can be read only once: from where it is kept.
    Stream(Arc<Chunks>),
    /// The program's own bytes.
    Memory(Arc<Vec<u8>>),
    /// Not at all: nobody will want them.
    Nothing,
}

impl Kept {
    /// Puts the bytes of `span`, as they were when they were read first, in place of what `bytes` holds.
    ///
    /// # Errors
    /// They have changed, or can't be read. The words follow the source's name: `has changed since it was loaded`.
    pub(crate) fn read(&self, span: ByteSpan, bytes: &mut Vec<u8>) -> io::Result<()> {
        let (start, len) = (span.start, usize::try_from(span.len).unwrap_or(usize::MAX));
        match &self.again {
            Again::File(past) => past.read(start, len, bytes),
            Again::Stream(chunks) => chunks.read(start, len, bytes),
            Again::Memory(all) => {
                bytes.clear();
                bytes.extend_from_slice(copy(all, start, len));
                Ok(())
            }
            Again::Nothing => Err(not_kept()),
        }
    }
    /// Whether it is the file that `about` is of.
    pub(crate) fn is_file(&self, about: &Metadata) -> bool {
        self.file == Some((about.dev(), about.ino()))
    }
    /// Hands every byte that was read to `see`, in order, and gives their number.
    ///
    /// # Errors
    /// As [`Kept::read`]; also where a part of a stream was forgotten.
    pub(crate) fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        match &self.again {
            Again::File(past) => past.read_all(see),
            Again::Stream(chunks) => chunks.read_all(see),
            Again::Memory(all) => {
                see(all);
                Ok(all.len() as u64)
            }
            Again::Nothing => Err(not_kept()),
        }
    }
    /// Bytes of memory that keeping takes.
    pub(crate) fn heap_bytes(&self) -> u64 {
        match &self.again {
            Again::Stream(chunks) => chunks.heap_bytes(),
            Again::File(_) | Again::Memory(_) | Again::Nothing => 0,
        }
    }
    /// Nobody will want the bytes before `offset` again.
    pub(crate) fn forget_before(&self, offset: u64) {
        match &self.again {
            Again::Stream(chunks) => chunks.forget(0..offset),
            Again::File(past) => past.forget_before(offset),
            Again::Memory(_) | Again::Nothing => {}
        }
    }
}

/// At most `len` bytes of `all` from `start` on.
pub(super) fn copy(all: &[u8], start: u64, len: usize) -> &[u8] {
    let rest = usize::try_from(start).ok().and_then(|start| all.get(start..)).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// A worker that panicked while it held the lock has changed nothing half.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The words follow the source's name.
pub(super) fn not_kept() -> io::Error {
    io::Error::other("was not kept whole")
}
