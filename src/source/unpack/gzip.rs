//! gzip (RFC 1952).
//!
//! Imports: nothing. Promise: the sum at the end of a member is checked.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use crate::source::unpack::members::{Broken, Format, Step};

/// The largest window that the format has, as a power of two.
const WINDOW_BITS: u8 = 15;

/// Unpacks gzip.
pub(super) struct Gzip(Decompress);

impl Gzip {
    pub(super) fn new() -> Self {
        Self(Decompress::new_gzip(WINDOW_BITS))
    }
}

impl Format for Gzip {
    fn step(&mut self, from: &[u8], into: &mut [u8], _is_whole: bool) -> Step {
        let (taken, given) = (self.0.total_in(), self.0.total_out());
        let done = self.0.decompress(from, into, FlushDecompress::None);
        // The totals count what an error cuts short as well.
        let count = |now: u64, before: u64| usize::try_from(now - before).unwrap_or(0);
        Step {
            took: count(self.0.total_in(), taken),
            gave: count(self.0.total_out(), given),
            is_end: matches!(done, Ok(Status::StreamEnd)),
            broken: done.err().map(|_| Broken::Damaged),
        }
    }
    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new();
        Ok(())
    }
}
