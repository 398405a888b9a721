//! Compressed members one after the other, as one run of bytes.
//!
//! Lives here: where a member ends and the next begins, what is wrong when none does. Imports: siblings. Promise: what a
//! format gave out before it failed is given out; the error comes after it, once.

use std::io::{self, BufRead, Read};

use crate::source::unpack::{Input, Packing};

/// One compressed format: takes bytes, gives bytes.
pub(super) trait Format {
    /// Goes on unpacking; `is_whole`: `from` is empty, and nothing will come.
    fn step(&mut self, from: &[u8], into: &mut [u8], is_whole: bool) -> Step;
    /// Makes ready for the next member.
    ///
    /// # Errors
    /// As [`Step::broken`].
    fn restart(&mut self) -> io::Result<()>;
}

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Bytes taken.
    pub(super) took: usize,
    /// Bytes given.
    pub(super) gave: usize,
    /// The member ended here.
    pub(super) is_end: bool,
    /// It can't go on.
    pub(super) broken: Option<Broken>,
}

/// Why a member can't be unpacked any further.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is damaged.
    Damaged,
    /// As these words say.
    Because(&'static str),
}

/// Reads members.
pub(super) struct Members<F> {
    input: Input,
    packing: Packing,
    format: F,
    /// How far it is.
    at: At,
    /// What is told after the bytes before it.
    fault: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In a member.
    Inside,
    /// Behind one.
    Between,
    /// At the end of everything, or where it broke.
    End,
}

impl<F: Format> Members<F> {
    /// The members of `input`, which begins with one.
    pub(super) fn new(input: Input, packing: Packing, format: F) -> Self {
        Self { input, packing, format, at: At::Inside, fault: None }
    }
    /// Looks for the next member; zeros, with which tapes and xz fill up, are passed over.
    fn between(&mut self) -> io::Result<()> {
        let next = self.input.fill_buf()?;
        let zeros = next.iter().take_while(|byte| **byte == 0).count();
        if zeros > 0 {
            self.input.consume(zeros);
        } else if next.is_empty() {
            self.at = At::End;
        } else if self.packing.begins(next) == Some(false) {
            return self.stop(self.packing.is_followed());
        } else {
            self.at = At::Inside;
            return self.format.restart();
        }
        Ok(())
    }
    fn inside(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = self.input.fill_buf()?;
        let is_whole = from.is_empty();
        let step = self.format.step(from, into, is_whole);
        self.input.consume(step.took);
        if step.is_end {
            self.at = At::Between;
        } else if let Some(why) = step.broken {
            self.at = At::End;
            self.fault = Some(match why {
                Broken::Damaged => self.packing.is_damaged(),
                Broken::Because(words) => io::Error::other(words),
            });
        } else if is_whole && step.gave == 0 {
            self.stop(self.packing.ends_in_the_middle())?;
        }
        Ok(step.gave)
    }
    fn stop(&mut self, why: io::Error) -> io::Result<()> {
        self.at = At::End;
        Err(why)
    }
}

impl<F: Format> Read for Members<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !into.is_empty() {
            match self.at {
                At::Inside => match self.inside(into)? {
                    0 => {}
                    count => return Ok(count),
                },
                At::Between => self.between()?,
                At::End => return self.fault.take().map_or(Ok(0), Err),
            }
        }
        Ok(0)
    }
}
