//! How much may come out of how little.
//!
//! Lives here: the bound against bombs, counting what goes in. Imports: nothing. Promise: what is unpacked stops at the
//! bound with an error that names it; ordinary logs, however well they pack, are never stopped.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Output may be so many times the input, whatever the bound.
const TIMES: u64 = 200;

/// What goes in, and what may come out of it.
#[derive(Debug)]
pub(crate) struct Bound {
    /// Bytes read so far, as they are packed.
    taken: AtomicU64,
    /// More may come out only if it is at most 200 times what went in; `None`: anything may.
    max_expand: Option<u64>,
}

impl Bound {
    /// Nothing was read yet.
    pub(crate) fn new(max_expand: Option<u64>) -> Arc<Self> {
        Arc::new(Self { taken: AtomicU64::new(0), max_expand })
    }
    /// So many more bytes were read.
    pub(crate) fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
    }
    /// Bytes read so far, as they are packed.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
    pub(super) fn around<R: Read>(self: &Arc<Self>, unpacking: R) -> Bounded<R> {
        Bounded { unpacking, bound: Arc::clone(self), given: 0 }
    }
}

/// Something that unpacks, stopped at the bound.
pub(super) struct Bounded<R> {
    unpacking: R,
    bound: Arc<Bound>,
    given: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(max_bytes) = self.bound.max_expand
            && self.given > max_bytes
            && self.given / TIMES > self.bound.taken()
        {
            return Err(io::Error::other(TooMuch { max_bytes }));
        }
        let count = self.unpacking.read(into)?;
        self.given += count as u64;
        Ok(count)
    }
}

/// More came out than may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooMuch {
    max_bytes: u64,
}

impl TooMuch {
    /// Than this.
    #[cfg(test)]
    pub(super) fn of(max_bytes: u64) -> Self {
        Self { max_bytes }
    }
    /// What lets more come out.
    pub(crate) fn next(self) -> String {
        format!("To read on: --max-expand {}", size(self.max_bytes.saturating_mul(8)).replace(' ', ""))
    }
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unpacks to more than {}, over {TIMES} times its size", size(self.max_bytes))
    }
}

impl std::error::Error for TooMuch {}

/// `1 GiB`: in the largest unit that leaves a whole number.
fn size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fits = units.into_iter().find(|(bits, _)| bytes > 0 && bytes.trailing_zeros() >= *bits);
    fits.map_or_else(|| format!("{bytes}"), |(bits, unit)| format!("{} {unit}", bytes >> bits))
}
