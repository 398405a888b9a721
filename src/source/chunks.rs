//! The bytes of what can be read only once, compressed.
//!
//! Lives here: pieces of one size, packing and unpacking them. Not here: where packed pieces lie (`spill`).
//! Imports: nothing. Promise: bytes come back as they went in; no lock is held while anything is packed or unpacked.

use std::cell::RefCell;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use zstd::bulk::{Compressor, Decompressor};

use crate::source::kept::{copy, lock, not_kept};
use crate::source::spill::{Packed, Spill};

/// Bytes of one piece before it is packed: alerts pack to a seventh, and one line costs a tenth of a millisecond.
pub(super) const PIECE_BYTES: usize = 128 * 1024;

/// zstd's fastest level that finds what repeats from alert to alert.
const LEVEL: i32 = 1;

/// What was read of one source.
#[derive(Debug)]
pub(crate) struct Chunks {
    /// Which source's pieces a thread holds unpacked.
    id: u64,
    spill: Arc<Spill>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// All but the last hold [`PIECE_BYTES`]; `None`: forgotten.
    pieces: Vec<Option<Packed>>,
    /// What is not yet packed, behind the pieces.
    tail: Vec<u8>,
    /// Bytes in all.
    len: u64,
    /// Bytes that pieces take in memory.
    heap: u64,
}

impl Chunks {
    /// Nothing read yet; pieces go to `spill`.
    pub(crate) fn new(spill: Arc<Spill>) -> Arc<Self> {
        static OPENED: AtomicU64 = AtomicU64::new(0);
        Arc::new(Self { id: OPENED.fetch_add(1, Ordering::Relaxed), spill, held: Mutex::default() })
    }
    /// Bytes of memory that they take.
    pub(crate) fn heap_bytes(&self) -> u64 {
        let held = lock(&self.held);
        held.heap + held.tail.capacity() as u64
    }
    /// Frees the pieces that lie in `range` as a whole.
    pub(crate) fn forget(&self, range: Range<u64>) {
        for piece in self.take(&range) {
            self.spill.free(piece);
        }
    }
    fn take(&self, range: &Range<u64>) -> Vec<Packed> {
        let mut held = lock(&self.held);
        let piece_bytes = PIECE_BYTES as u64;
        let first = usize::try_from(range.start.div_ceil(piece_bytes)).unwrap_or(usize::MAX);
        let is_all = range.end >= held.len && held.tail.is_empty();
        let end = usize::try_from(range.end / piece_bytes).unwrap_or(usize::MAX);
        let end = if is_all { held.pieces.len() } else { end.min(held.pieces.len()) };
        let taken: Vec<_> =
            held.pieces.get_mut(first..end).unwrap_or_default().iter_mut().filter_map(Option::take).collect();
        held.heap -= taken.iter().map(Packed::heap_bytes).sum::<u64>();
        taken
    }
    /// `len` bytes from `start` on; fewer where the rest was forgotten, or never came.
    pub(super) fn read(&self, start: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        let piece_bytes = PIECE_BYTES as u64;
        let (mut within, mut index) = (start % piece_bytes, usize::try_from(start / piece_bytes).unwrap_or(usize::MAX));
        while bytes.len() < len {
            let before = bytes.len();
            let is_there = self.with_piece(index, &mut |piece| {
                bytes.extend_from_slice(copy(piece, within, len - before));
            })?;
            if !is_there || bytes.len() == before {
                break;
            }
            (within, index) = (0, index + 1);
        }
        Ok(())
    }
    /// Everything, unless a part was forgotten.
    pub(super) fn read_all(&self, see: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let (mut index, mut count) = (0, 0);
        loop {
            let is_there = self.with_piece(index, &mut |piece| {
                count += piece.len() as u64;
                see(piece);
            })?;
            if !is_there {
                break;
            }
            index += 1;
        }
        if count == lock(&self.held).len { Ok(count) } else { Err(not_kept()) }
    }
    /// Hands on piece `index`, or what comes behind the last; `false`: it was forgotten, or there is none.
    fn with_piece(&self, index: usize, see: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
        let piece = match lock(&self.held).find(index) {
            Found::Nothing => return Ok(false),
            Found::Tail(tail) => {
                see(&tail);
                return Ok(true);
            }
            Found::Piece(piece) => piece,
        };
        // Taken out, since `see` may read as well.
        let mut last = LAST.take();
        let done = self.unpack(&piece, index, &mut last);
        if done.is_ok() {
            see(&last.bytes);
        }
        LAST.set(last);
        done.map(|()| true)
    }
    fn unpack(&self, piece: &Packed, index: usize, last: &mut Last) -> io::Result<()> {
        if last.key == Some((self.id, index)) {
            return Ok(());
        }
        last.unpack(&self.spill.bytes(piece)?)?;
        last.key = Some((self.id, index));
        Ok(())
    }
    fn extend(&self, bytes: &[u8]) {
        let mut held = lock(&self.held);
        held.tail.extend_from_slice(bytes);
        held.len += bytes.len() as u64;
    }
    /// Puts a piece in place of the tail; `bytes` of it are new.
    fn add(&self, piece: Packed, bytes: usize, is_last: bool) {
        let mut held = lock(&self.held);
        held.heap += piece.heap_bytes();
        held.pieces.push(Some(piece));
        held.len += bytes as u64;
        if is_last { held.tail = Vec::new() } else { held.tail.clear() }
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        self.forget(0..u64::MAX);
    }
}

/// Where a piece is.
enum Found {
    Piece(Packed),
    Tail(Vec<u8>),
    Nothing,
}

impl Held {
    fn find(&self, index: usize) -> Found {
        match self.pieces.get(index) {
            Some(Some(piece)) => Found::Piece(piece.clone()),
            None if index == self.pieces.len() && !self.tail.is_empty() => Found::Tail(self.tail.clone()),
            Some(None) | None => Found::Nothing,
        }
    }
}

/// The piece that this thread unpacked last: lines that follow each other lie in one.
#[derive(Default)]
struct Last {
    key: Option<(u64, usize)>,
    bytes: Vec<u8>,
    unpacker: Option<Decompressor<'static>>,
}

thread_local! {
    static LAST: RefCell<Last> = RefCell::default();
}

impl Last {
    fn unpack(&mut self, packed: &[u8]) -> io::Result<()> {
        self.key = None;
        self.bytes.clear();
        self.bytes.reserve(PIECE_BYTES);
        let unpacker = match &mut self.unpacker {
            Some(unpacker) => unpacker,
            none => none.insert(Decompressor::new()?),
        };
        unpacker.decompress_to_buffer(packed, &mut self.bytes).map(drop)
    }
}

/// Adds to what is kept of one source; there is one for each.
pub(super) struct Keeper {
    chunks: Arc<Chunks>,
    /// The same bytes as the tail, so that it can be packed without the lock.
    tail: Vec<u8>,
    packer: Option<Compressor<'static>>,
    packed: Vec<u8>,
}

impl Keeper {
    /// Adds to `chunks`, which has nothing yet.
    pub(super) fn new(chunks: Arc<Chunks>) -> Self {
        Self { chunks, tail: Vec::new(), packer: None, packed: Vec::new() }
    }
    /// Adds what was read.
    ///
    /// # Errors
    /// There is no memory for packing.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if let (true, Some((piece, rest))) = (self.tail.is_empty(), bytes.split_at_checked(PIECE_BYTES)) {
                self.pack(piece, PIECE_BYTES, false)?;
                bytes = rest;
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.tail.len()));
            self.tail.extend_from_slice(now);
            self.chunks.extend(now);
            if self.tail.len() == PIECE_BYTES {
                self.pack_tail(false)?;
            }
            bytes = later;
        }
        Ok(())
    }
    /// Nothing more will come.
    ///
    /// # Errors
    /// As [`Keeper::push`].
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.tail.is_empty() { Ok(()) } else { self.pack_tail(true) }
    }
    fn pack_tail(&mut self, is_last: bool) -> io::Result<()> {
        let mut tail = std::mem::take(&mut self.tail);
        self.pack(&tail, 0, is_last)?;
        tail.clear();
        self.tail = tail;
        Ok(())
    }
    fn pack(&mut self, piece: &[u8], new_bytes: usize, is_last: bool) -> io::Result<()> {
        let packer = match &mut self.packer {
            Some(packer) => packer,
            none => none.insert(Compressor::new(LEVEL)?),
        };
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(piece.len()));
        packer.compress_to_buffer(piece, &mut self.packed)?;
        let placed = self.chunks.spill.place(&self.packed);
        self.chunks.add(placed, new_bytes, is_last);
        Ok(())
    }
}

#[cfg(test)]
#[path = "chunks_tests.rs"]
mod tests;
