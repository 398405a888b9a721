//! Where packed pieces lie: in memory up to a bound, then in a temporary file.
//!
//! Lives here: the bound for all sources of a run, the file, what is said when it can't be written.
//! Imports: `base`. Promise: the file has no name and ends with the program; when it can't be written nothing is lost:
//! pieces stay in memory, and that is said once.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rustix::fs::{FallocateFlags, fallocate};

use crate::base::{Clean, Notice};
use crate::source::kept::lock;
use crate::source::{path_title, plain};

/// A packed piece.
#[derive(Clone, Debug)]
pub(super) enum Packed {
    /// Here.
    Memory(Arc<[u8]>),
    /// In the file.
    Spilled {
        /// Its first byte.
        at: u64,
        /// Its length in bytes.
        len: usize,
    },
}

impl Packed {
    /// Bytes of memory that it takes.
    pub(super) fn heap_bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spilled { .. } => 0,
        }
    }
}

/// Keeps packed pieces.
#[derive(Debug)]
pub(crate) struct Spill {
    /// So many bytes may lie in memory.
    max_memory: u64,
    /// Where the temporary file is made.
    directory: PathBuf,
    memory: AtomicU64,
    overflow: Mutex<Overflow>,
    said: Mutex<Option<Notice>>,
}

#[derive(Debug, Default)]
struct Overflow {
    file: Option<Arc<File>>,
    end: u64,
    /// It can't be made or written; it is not tried again.
    has_failed: bool,
}

/// What a hole in a file is made of; pieces begin at multiples of it.
const PAGE_BYTES: u64 = 4096;

impl Spill {
    /// Empty.
    pub(crate) fn new(max_memory: u64, directory: PathBuf) -> Arc<Self> {
        let (memory, overflow, said) = (AtomicU64::new(0), Mutex::default(), Mutex::default());
        Arc::new(Self { max_memory, directory, memory, overflow, said })
    }
    /// What went wrong since the last call.
    pub(crate) fn take_notice(&self) -> Option<Notice> {
        lock(&self.said).take()
    }
    /// Bytes of pieces in memory.
    #[cfg(test)]
    pub(super) fn memory(&self) -> u64 {
        self.memory.load(Ordering::Relaxed)
    }
    /// Pieces go to this file.
    #[cfg(test)]
    pub(super) fn overflow_into(&self, file: File) {
        lock(&self.overflow).file = Some(Arc::new(file));
    }
    /// Puts a piece where there is room.
    pub(super) fn place(&self, packed: &[u8]) -> Packed {
        let len = packed.len() as u64;
        if self.memory.fetch_add(len, Ordering::Relaxed) + len > self.max_memory
            && let Some(at) = self.spill(packed)
        {
            self.memory.fetch_sub(len, Ordering::Relaxed);
            return Packed::Spilled { at, len: packed.len() };
        }
        Packed::Memory(Arc::from(packed))
    }
    /// Gives up what a piece takes.
    pub(super) fn free(&self, piece: Packed) {
        match piece {
            Packed::Memory(bytes) => {
                self.memory.fetch_sub(bytes.len() as u64, Ordering::Relaxed);
            }
            Packed::Spilled { at, len } => self.punch(at, len as u64),
        }
    }
    /// The bytes of a piece.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn bytes<'p>(&self, piece: &'p Packed) -> io::Result<Cow<'p, [u8]>> {
        let (at, len) = match piece {
            Packed::Memory(bytes) => return Ok(Cow::Borrowed(bytes)),
            Packed::Spilled { at, len } => (*at, *len),
        };
        let file = lock(&self.overflow).file.clone();
        let mut bytes = vec![0; len];
        let lost = || io::Error::other("can't be read from the temporary file any more");
        file.ok_or_else(lost)?.read_exact_at(&mut bytes, at).map_err(|_| lost())?;
        Ok(Cow::Owned(bytes))
    }
    /// Writes a piece to the file; `None`: it can't.
    fn spill(&self, packed: &[u8]) -> Option<u64> {
        let (file, at) = self.reserve(packed.len() as u64)?;
        match file.write_all_at(packed, at) {
            Ok(()) => Some(at),
            Err(why) => {
                self.fail(&why);
                self.punch(at, packed.len() as u64);
                None
            }
        }
    }
    fn reserve(&self, len: u64) -> Option<(Arc<File>, u64)> {
        let mut overflow = lock(&self.overflow);
        if overflow.has_failed {
            return None;
        }
        if overflow.file.is_none() {
            match tempfile::tempfile_in(&self.directory) {
                Ok(file) => overflow.file = Some(Arc::new(file)),
                Err(why) => {
                    drop(overflow);
                    self.fail(&why);
                    return None;
                }
            }
        }
        let at = overflow.end;
        overflow.end += len.next_multiple_of(PAGE_BYTES);
        overflow.file.clone().map(|file| (file, at))
    }
    fn fail(&self, why: &io::Error) {
        if std::mem::replace(&mut lock(&self.overflow).has_failed, true) {
            return;
        }
        let words = [
            Clean::from("cannot write a temporary file in "),
            path_title(&self.directory),
            Clean::from_bytes(format!(": {}", plain(why)).as_bytes()),
        ];
        let next = "What can't be read again stays in memory; TMPDIR names another directory";
        *lock(&self.said) = Some(Notice::said(Clean::concat(words)).with_next(next));
    }
    /// Gives the room back to the file system, where that can be done.
    fn punch(&self, at: u64, len: u64) {
        let Some(file) = lock(&self.overflow).file.clone() else { return };
        let how = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        // Without holes the room comes back when the program ends.
        let _ = fallocate(&*file, how, at, len.next_multiple_of(PAGE_BYTES));
    }
}
