//! xz.
//!
//! Imports: nothing. Promise: no more memory than a dictionary of 128 MiB, whatever the head of a block says; at most a
//! few KiB before a damaged place are lost.

use std::io;

use lzma_rust2::{Action, Status, XzStream};

use crate::source::unpack::members::{Broken, Format, Step};

/// `xz -9` needs half of it.
const MEMORY_KIB: u32 = 130 * 1024;

/// What a step unpacks is lost if the step fails.
const STEP_BYTES: usize = 4096;

/// Unpacks xz.
pub(super) struct Xz(XzStream);

impl Xz {
    pub(super) fn new() -> Self {
        Self(XzStream::new_mem_limit(false, MEMORY_KIB))
    }
}

impl Format for Xz {
    fn step(&mut self, from: &[u8], into: &mut [u8], is_whole: bool) -> Step {
        let into = match into.len() {
            ..=STEP_BYTES => into,
            _ => into.get_mut(..STEP_BYTES).unwrap_or_default(),
        };
        let action = if is_whole { Action::Finish } else { Action::Run };
        match self.0.process(from, into, action) {
            Ok(done) => Step {
                took: done.bytes_consumed,
                gave: done.bytes_produced,
                is_end: done.status == Status::StreamEnd,
                broken: None,
            },
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Step::default(),
            Err(why) => Step { broken: Some(broken(&why)), ..Step::default() },
        }
    }
    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new();
        Ok(())
    }
}

fn broken(why: &io::Error) -> Broken {
    match why.kind() {
        io::ErrorKind::OutOfMemory => {
            Broken::Because("xz data needs over 128 MiB of memory; xz -dc FILE | stoop - reads it")
        }
        _ => Broken::Damaged,
    }
}
