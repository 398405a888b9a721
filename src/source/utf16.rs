//! Text of two or four bytes a character, as UTF-8.
//!
//! Lives here: UTF-16 and UTF-32 behind a byte order mark. Imports: nothing. Promise: nothing is lost: half a surrogate
//! pair is given in the same three bytes that UTF-8 would have for it, which the decoder shows as an escape, and bytes that
//! are no whole unit come last, behind U+FFFD.

use std::io::{self, BufRead, Read};

use crate::source::unpack::Input;

/// How wide a unit is, and which byte comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    unit_bytes: usize,
    is_big_endian: bool,
}

/// What the front of something says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// It has a byte order mark.
    Marked(Encoding),
    /// It has none.
    Unmarked,
    /// There are too few bytes to tell.
    Unclear,
}

/// Looks for a byte order mark; `is_whole`: no more bytes can be had.
pub(super) fn begins(head: &[u8], is_whole: bool) -> Front {
    let of = |unit_bytes, is_big_endian| Front::Marked(Encoding { unit_bytes, is_big_endian });
    match head {
        [0xff, 0xfe] | [0xff, 0xfe, 0] | [0xff | 0xfe | 0] | [0, 0] | [0, 0, 0xfe] if !is_whole => Front::Unclear,
        [0xff, 0xfe, 0, 0, ..] => of(4, false),
        [0, 0, 0xfe, 0xff, ..] => of(4, true),
        [0xff, 0xfe, ..] => of(2, false),
        [0xfe, 0xff, ..] => of(2, true),
        _ => Front::Unmarked,
    }
}

/// Reads it.
pub(super) struct Utf16 {
    input: Input,
    encoding: Encoding,
    /// Bytes of a unit whose rest has not come.
    part: Vec<u8>,
    /// A high surrogate that waits for its other half.
    high: Option<u32>,
    is_at_start: bool,
    text: Vec<u8>,
    /// How much of the text was given out.
    given: usize,
}

/// The byte order mark.
const MARK: u32 = 0xfeff;

impl Utf16 {
    /// The text of `input`, without its byte order mark.
    pub(super) fn new(input: Input, encoding: Encoding) -> Self {
        Self { input, encoding, part: Vec::new(), high: None, is_at_start: true, text: Vec::new(), given: 0 }
    }
    /// `false`: there is no more.
    fn refill(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        let bytes = self.input.fill_buf()?.to_vec();
        self.input.consume(bytes.len());
        self.take(&bytes);
        Ok(!bytes.is_empty() || self.finish())
    }
    fn take(&mut self, mut bytes: &[u8]) {
        let unit_bytes = self.encoding.unit_bytes;
        while !self.part.is_empty() && self.part.len() < unit_bytes {
            let Some((first, rest)) = bytes.split_first() else { return };
            self.part.push(*first);
            bytes = rest;
        }
        if !self.part.is_empty() {
            self.unit(self.encoding.value(&self.part));
            self.part.clear();
        }
        let units = bytes.chunks_exact(unit_bytes);
        self.part.extend_from_slice(units.remainder());
        for unit in units {
            self.unit(self.encoding.value(unit));
        }
    }
    fn unit(&mut self, unit: u32) {
        if std::mem::take(&mut self.is_at_start) && unit == MARK {
            return;
        }
        let unit = match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => 0x1_0000 + ((high & 0x3ff) << 10 | unit & 0x3ff),
            (Some(high), _) => {
                put(&mut self.text, high);
                unit
            }
            (None, _) => unit,
        };
        match unit {
            0xd800..=0xdbff if self.encoding.unit_bytes == 2 => self.high = Some(unit),
            _ => put(&mut self.text, unit),
        }
    }
    /// What is left at the end; `false`: nothing.
    fn finish(&mut self) -> bool {
        if let Some(high) = self.high.take() {
            put(&mut self.text, high);
        }
        if !self.part.is_empty() {
            put(&mut self.text, REPLACEMENT);
            self.text.append(&mut self.part);
        }
        !self.text.is_empty()
    }
}

impl Encoding {
    fn value(self, unit: &[u8]) -> u32 {
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        if self.is_big_endian { unit.iter().fold(0, add) } else { unit.iter().rev().fold(0, add) }
    }
}

/// Stands for what is no character.
const REPLACEMENT: u32 = 0xfffd;

/// UTF-8, and for half a surrogate pair what UTF-8 would be if it had it.
fn put(text: &mut Vec<u8>, unit: u32) {
    let low = |bits: u32| u8::try_from(unit >> bits & 0x3f).unwrap_or(0) | 0x80;
    let head = |bits: u32, mark: u8| u8::try_from(unit >> bits).unwrap_or(0) | mark;
    match unit {
        0..=0x7f => text.push(head(0, 0)),
        0x80..=0x7ff => text.extend([head(6, 0xc0), low(0)]),
        0x800..=0xffff => text.extend([head(12, 0xe0), low(6), low(0)]),
        0x1_0000..=0x10_ffff => text.extend([head(18, 0xf0), low(12), low(6), low(0)]),
        _ => put(text, REPLACEMENT),
    }
}

impl Read for Utf16 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let count = self.text.get(self.given..).unwrap_or_default().read(into)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
#[path = "utf16_tests.rs"]
mod tests;
