//! zstd (RFC 8878).
//!
//! Imports: nothing. Promise: no more memory than a window of 128 MiB, whatever the head of a frame says; a block that
//! was unpacked is given out before the next one can fail.

use std::io;

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use crate::source::unpack::members::{Broken, Format, Step};

/// The largest window that is unpacked, as a power of two; it is what the `zstd` program takes without being asked.
const WINDOW_LOG: u32 = 27;

/// Unpacks zstd.
pub(super) struct Zstd {
    decoder: Decoder<'static>,
    /// As many bytes as end the next block: giving it more would lose this block if the next is damaged.
    wants: usize,
}

impl Zstd {
    pub(super) fn new() -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
        Ok(Self { decoder, wants: 1 })
    }
}

impl Format for Zstd {
    fn step(&mut self, from: &[u8], into: &mut [u8], _is_whole: bool) -> Step {
        let mut from = InBuffer::around(from.get(..self.wants).unwrap_or(from));
        let mut into = OutBuffer::around(into);
        let done = self.decoder.run(&mut from, &mut into);
        self.wants = done.as_ref().map_or(1, |wants| (*wants).max(1));
        Step {
            took: from.pos(),
            gave: into.pos(),
            is_end: matches!(done, Ok(0)),
            broken: done.err().map(|why| broken(&why)),
        }
    }
    fn restart(&mut self) -> io::Result<()> {
        self.wants = 1;
        self.decoder.reinit()
    }
}

fn broken(why: &io::Error) -> Broken {
    // The library has only words for it.
    if why.to_string().contains("too much memory") {
        Broken::Because("zstd data needs a window of over 128 MiB; zstd -dc --long=31 FILE | stoop - reads it")
    } else {
        Broken::Damaged
    }
}
