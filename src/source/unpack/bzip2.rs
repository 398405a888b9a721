//! bzip2.
//!
//! Imports: nothing. Promise: the sum of each block is checked; all blocks before a damaged one are given out.

use std::io::{self, Read};

use oxiarc_bzip2::BzDecoder;
use oxiarc_core::error::OxiArcError;

use crate::source::unpack::{Input, Packing, either, starts};

/// What follows the level: a block, or the end of a stream without any.
const FIRST: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];

/// As `Packing::begins`; `BZh9` alone may well begin a line of text.
pub(super) fn begins(head: &[u8]) -> Option<bool> {
    match head {
        [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] => {
            let [block, end] = FIRST.map(|first| starts(rest, first));
            either(block, end)
        }
        _ if head.len() < 4 && b"BZh".starts_with(head) => None,
        _ => Some(false),
    }
}

/// Unpacks bzip2, member after member.
pub(super) struct Bzip2 {
    state: State,
    block: Vec<u8>,
    /// How much of the block was given out.
    given: usize,
}

enum State {
    Start(Option<Input>),
    Reading(Box<BzDecoder<Input>>),
    End,
}

impl Bzip2 {
    /// The members of `input`, which begins with one.
    pub(super) fn new(input: Input) -> Self {
        Self { state: State::Start(Some(input)), block: Vec::new(), given: 0 }
    }
    fn next_block(&mut self) -> Result<Option<Vec<u8>>, OxiArcError> {
        if let State::Start(input) = &mut self.state {
            let Some(input) = input.take() else { return Ok(None) };
            self.state = State::Reading(Box::new(BzDecoder::new(input)?));
        }
        match &mut self.state {
            State::Reading(decoder) => decoder.read_block(),
            State::Start(_) | State::End => Ok(None),
        }
    }
}

impl Read for Bzip2 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.block.len() {
            let block = self.next_block().map_err(worded);
            self.given = 0;
            match block {
                Ok(Some(block)) => self.block = block,
                ended => {
                    (self.state, self.block) = (State::End, Vec::new());
                    return ended.map(|_| 0);
                }
            }
        }
        let count = self.block.get(self.given..).unwrap_or_default().read(into)?;
        self.given += count;
        Ok(count)
    }
}

fn worded(why: OxiArcError) -> io::Error {
    match why {
        OxiArcError::Io(why) if why.kind() != io::ErrorKind::UnexpectedEof => why,
        OxiArcError::Io(_) | OxiArcError::UnexpectedEof { .. } => Packing::Bzip2.ends_in_the_middle(),
        // Said where a stream has ended and no other begins.
        OxiArcError::CorruptedData { message, .. } if message.starts_with("trailing data") => {
            Packing::Bzip2.is_followed()
        }
        _ => Packing::Bzip2.is_damaged(),
    }
}
