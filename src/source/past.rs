//! A regular file that is read again from its place.
//!
//! Lives here: the open file, how it looked, and the sums of what was read from it. Imports: nothing.
//! Promise: bytes that are given out again are those that were read the first time.

use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::hash::BuildHasher;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use foldhash::fast::RandomState;

use crate::source::kept::{copy, lock, not_kept};

/// A regular file, and how it looked while it was read.
#[derive(Debug)]
pub(crate) struct Past {
    handle: Mutex<Handle>,
    looks: Looks,
    pieces: Mutex<Pieces>,
    /// Where in the file the first byte lies that counts.
    base: u64,
    sums: RandomState,
}

/// The pieces that were not forgotten, in order.
#[derive(Debug, Default)]
struct Pieces {
    /// Where the first begins.
    start: u64,
    pieces: VecDeque<Piece>,
}

impl Pieces {
    fn end(&self) -> u64 {
        self.pieces.back().map_or(self.start, |piece| piece.end)
    }
}

/// The way back to a file.
#[derive(Debug)]
enum Handle {
    /// Still open, so that a log that was rotated away can still be read.
    Open(Arc<File>),
    /// Closed, because a process may not have thousands of files open.
    Path(PathBuf),
}

/// What tells cheaply that nothing was written since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Looks {
    device: u64,
    inode: u64,
    len: u64,
    changed: (i64, i64),
}

/// The sum of one piece of the file; pieces follow each other without gaps.
#[derive(Clone, Copy, Debug)]
struct Piece {
    end: u64,
    sum: u64,
}

/// Small enough to be read again for one line, large enough that the sums cost nothing to keep.
const PIECE_BYTES: usize = 64 * 1024;

/// So many bytes are read at once when a whole file is read again.
const BLOCK_BYTES: usize = 1 << 20;

impl Past {
    /// What was loaded, in blocks of whole pieces.
    pub(super) fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let (end, mut start) = {
            let pieces = lock(&self.pieces);
            (pieces.end(), pieces.start)
        };
        if start > 0 {
            return Err(not_kept());
        }
        let mut bytes = Vec::new();
        while start < end {
            let len = usize::try_from(end - start).unwrap_or(usize::MAX).min(BLOCK_BYTES);
            self.read(start, len, &mut bytes)?;
            see(&bytes);
            start += len as u64;
        }
        Ok(end)
    }
    /// Remembers `file` as it looks now, before the first byte is read, which lies at `base`. `path`: open it anew each time.
    pub(crate) fn new(file: &File, path: Option<PathBuf>, base: u64) -> io::Result<Self> {
        let looks = Looks::of(&file.metadata()?);
        let handle = match path {
            Some(path) => Handle::Path(path),
            None => Handle::Open(Arc::new(file.try_clone()?)),
        };
        Ok(Self { handle: Mutex::new(handle), looks, pieces: Mutex::default(), base, sums: RandomState::default() })
    }
    /// The bytes that follow those of the last call were read.
    pub(crate) fn saw(&self, bytes: &[u8]) {
        let mut pieces = lock(&self.pieces);
        let mut end = pieces.end();
        for piece in bytes.chunks(PIECE_BYTES) {
            end += piece.len() as u64;
            pieces.pieces.push_back(Piece { end, sum: self.sums.hash_one(piece) });
        }
    }
    /// Nobody will want the bytes before `offset` again.
    pub(super) fn forget_before(&self, offset: u64) {
        let mut pieces = lock(&self.pieces);
        while let Some(first) = pieces.pieces.front().copied().filter(|first| first.end <= offset) {
            pieces.start = first.end;
            pieces.pieces.pop_front();
        }
    }
    /// The same bytes, and those that are read from now on, stand in this file.
    pub(super) fn moved(&self, file: &File) -> io::Result<()> {
        *lock(&self.handle) = Handle::Open(Arc::new(file.try_clone()?));
        Ok(())
    }
    fn file(&self) -> io::Result<Arc<File>> {
        match &*lock(&self.handle) {
            Handle::Open(file) => Ok(Arc::clone(file)),
            Handle::Path(path) => File::open(path).map(Arc::new).map_err(|_| io::Error::other("is not there any more")),
        }
    }
    /// As `Kept::read`.
    pub(super) fn read(&self, start: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        let file = &self.file()?;
        bytes.resize(len, 0);
        file.read_exact_at(bytes, self.base + start).map_err(shorter)?;
        if Looks::of(&file.metadata()?) == self.looks {
            return Ok(());
        }
        *bytes = self.read_checked(file, start, len)?;
        Ok(())
    }
    /// Reads every piece that the bytes lie in and compares its sum: the file was written to, perhaps elsewhere.
    fn read_checked(&self, file: &File, start: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(len);
        let end = start + len as u64;
        let (mut from, pieces) = self.pieces_over(start, end);
        if from > start {
            return Err(not_kept());
        }
        for piece in pieces {
            let mut whole = vec![0; usize::try_from(piece.end - from).unwrap_or(usize::MAX)];
            file.read_exact_at(&mut whole, self.base + from).map_err(shorter)?;
            if self.sums.hash_one(whole.as_slice()) != piece.sum {
                return Err(io::Error::other("has changed since it was loaded"));
            }
            let wanted = start.max(from)..end.min(piece.end);
            let wanted_len = usize::try_from(wanted.end.saturating_sub(wanted.start)).unwrap_or(usize::MAX);
            bytes.extend_from_slice(copy(&whole, wanted.start - from, wanted_len));
            from = piece.end;
        }
        Ok(bytes)
    }
    /// The pieces that hold bytes of `start..end`, and where the first of them begins.
    fn pieces_over(&self, start: u64, end: u64) -> (u64, Vec<Piece>) {
        let pieces = lock(&self.pieces);
        let first = pieces.pieces.partition_point(|p| p.end <= start);
        let from = first.checked_sub(1).and_then(|before| pieces.pieces.get(before)).map_or(pieces.start, |p| p.end);
        let last = pieces.pieces.partition_point(|p| p.end < end);
        (from, pieces.pieces.iter().skip(first).take(last + 1 - first.min(last)).copied().collect())
    }
}

impl Looks {
    fn of(about: &Metadata) -> Self {
        // The change time, since anybody may set the modification time back.
        let changed = (about.ctime(), about.ctime_nsec());
        Self { device: about.dev(), inode: about.ino(), len: about.len(), changed }
    }
}

fn shorter(why: io::Error) -> io::Error {
    match why.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other("is shorter than it was when it was loaded"),
        _ => why,
    }
}
