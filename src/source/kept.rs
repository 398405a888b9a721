//! What is kept of a source so that a single line can be read again.
//!
//! Lives here: the open file and the sums of what was read from it; the bytes of a stream, which can't be read twice.
//! Imports: `base`. Promise: bytes that are given out again are those that were read the first time.

use std::fs::{File, Metadata};
use std::hash::BuildHasher;
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use crate::base::Clean;
use crate::source::ByteSpan;

/// One opened source, as workers see it.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The name as it is shown.
    pub(crate) title: Clean,
    /// How its bytes can be had again.
    pub(crate) again: Again,
}

/// How bytes can be had again.
#[derive(Debug)]
pub(crate) enum Again {
    /// A regular file: by reading it again.
    File(Past),
    /// A pipe, a device, a terminal: the bytes themselves.
    Stream(Mutex<Chunks>),
    /// The program's own bytes.
    Memory(Arc<Vec<u8>>),
}

/// A regular file, and how it looked while it was read.
#[derive(Debug)]
pub(crate) struct Past {
    handle: Mutex<Handle>,
    looks: Looks,
    pieces: Mutex<Vec<Piece>>,
    /// Where in the file the first byte lies that counts.
    base: u64,
    sums: RandomState,
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

impl Kept {
    /// Puts the bytes of `span`, as they were when they were read first, in place of what `bytes` holds.
    ///
    /// # Errors
    /// They have changed, or can't be read. The words follow the file's name: `has changed since it was loaded`.
    pub(crate) fn read(&self, span: ByteSpan, bytes: &mut Vec<u8>) -> io::Result<()> {
        let (start, len) = (span.start, usize::try_from(span.len).unwrap_or(usize::MAX));
        match &self.again {
            Again::File(past) => return past.read(start, len, bytes),
            Again::Stream(chunks) => lock(chunks).read(start, len, bytes),
            Again::Memory(all) => {
                bytes.clear();
                bytes.extend_from_slice(copy(all, start, len));
            }
        }
        Ok(())
    }
}

/// So many bytes are read at once when a whole file is read again.
const BLOCK_BYTES: usize = 1 << 20;

impl Kept {
    /// Whether it is the file that `about` is of.
    pub(crate) fn is_file(&self, about: &Metadata) -> bool {
        match &self.again {
            Again::File(past) => (past.looks.device, past.looks.inode) == (about.dev(), about.ino()),
            Again::Stream(_) | Again::Memory(_) => false,
        }
    }
    /// Hands every byte that was read to `see`, in order, and gives their number.
    ///
    /// # Errors
    /// As [`Kept::read`]; also where a part of a stream was forgotten.
    pub(crate) fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        match &self.again {
            Again::File(past) => past.read_all(see),
            Again::Stream(chunks) => lock(chunks).read_all(see),
            Again::Memory(all) => {
                see(all);
                Ok(all.len() as u64)
            }
        }
    }
}

impl Past {
    /// What was loaded, in blocks of whole pieces.
    fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let end = lock(&self.pieces).last().map_or(0, |piece| piece.end);
        let (mut start, mut bytes) = (0, Vec::new());
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
        let mut end = pieces.last().map_or(0, |p| p.end);
        for piece in bytes.chunks(PIECE_BYTES) {
            end += piece.len() as u64;
            pieces.push(Piece { end, sum: self.sums.hash_one(piece) });
        }
    }
    /// The same bytes, and those that are read from now on, stand in this file.
    pub(crate) fn moved(&self, file: &File) -> io::Result<()> {
        *lock(&self.handle) = Handle::Open(Arc::new(file.try_clone()?));
        Ok(())
    }
    fn file(&self) -> io::Result<Arc<File>> {
        match &*lock(&self.handle) {
            Handle::Open(file) => Ok(Arc::clone(file)),
            Handle::Path(path) => File::open(path).map(Arc::new).map_err(|_| io::Error::other("is not there any more")),
        }
    }
    fn read(&self, start: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
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
        let first = pieces.partition_point(|p| p.end <= start);
        let from = first.checked_sub(1).and_then(|before| pieces.get(before)).map_or(0, |p| p.end);
        let last = pieces.partition_point(|p| p.end < end);
        (from, pieces.get(first..=last).or_else(|| pieces.get(first..)).unwrap_or_default().to_vec())
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

/// The bytes of a stream, in chunks of one size, so that growing never copies what is there.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    /// All but the last are full, or were forgotten and are empty.
    chunks: Vec<Vec<u8>>,
    len: u64,
}

impl Chunks {
    const BYTES: usize = 1 << 20;

    /// Adds what was read.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let filled = usize::try_from(self.len % Self::BYTES as u64).unwrap_or(0);
            if filled == 0 {
                self.chunks.push(Vec::with_capacity(Self::BYTES));
            }
            let (now, later) = bytes.split_at(bytes.len().min(Self::BYTES - filled));
            if let Some(last) = self.chunks.last_mut() {
                last.extend_from_slice(now);
            }
            self.len += now.len() as u64;
            bytes = later;
        }
    }
    /// Frees the chunks that lie in `range` as a whole.
    pub(crate) fn forget(&mut self, range: Range<u64>) {
        let first = usize::try_from(range.start).unwrap_or(usize::MAX).div_ceil(Self::BYTES);
        let end = usize::try_from(range.end).unwrap_or(usize::MAX) / Self::BYTES;
        for chunk in self.chunks.get_mut(first..end).unwrap_or_default() {
            *chunk = Vec::new();
        }
    }
    /// Everything, unless a part was forgotten.
    fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let kept: u64 = self.chunks.iter().map(|chunk| chunk.len() as u64).sum();
        if kept < self.len {
            return Err(io::Error::other("was not kept whole"));
        }
        self.chunks.iter().for_each(|chunk| see(chunk));
        Ok(self.len)
    }
    /// `len` bytes from `start` on; fewer where the rest was forgotten.
    fn read(&self, start: u64, len: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
        bytes.reserve(len);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let mut within = start % Self::BYTES;
        for chunk in self.chunks.iter().skip(start / Self::BYTES) {
            let wanted = (len - bytes.len()).min(Self::BYTES - within);
            let part = copy(chunk, within as u64, wanted);
            bytes.extend_from_slice(part);
            within = 0;
            if part.len() < wanted || bytes.len() == len {
                break;
            }
        }
    }
}

/// At most `len` bytes of `all` from `start` on.
fn copy(all: &[u8], start: u64, len: usize) -> &[u8] {
    let rest = usize::try_from(start).ok().and_then(|start| all.get(start..)).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// A worker that panicked while it held the lock has changed nothing half.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
