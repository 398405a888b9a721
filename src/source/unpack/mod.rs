//! Unpacks what is compressed: gzip, zstd, xz, bzip2, one inside the other, UTF-16, and tables.
//!
//! Lives here: telling by the first bytes what something is, the layers, members one after the other, how much may come
//! out. Not here: one format each (`gzip`, `zstd`, `xz`, `bzip2`), archives (`tar`), tables (`table`). Imports: siblings.
//! Promise: everything that can be unpacked is given out; an error says what follows, after it.

mod bounded;
mod bzip2;
mod gzip;
mod members;
mod xz;
mod zstd;

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use crate::source::table::{self, Dialect, MAX_HEADER_BYTES, Table};
use crate::source::tar;
use crate::source::utf16::{self, Encoding, Front, Utf16};
pub(crate) use bounded::{Bound, TooMuch};
use members::Members;

/// Bytes on their way from layer to layer.
pub(super) type Input = Box<dyn BufRead + Send>;

/// So many first bytes tell nearly everything: a tar header.
pub(super) const HEAD_BYTES: usize = 512;

/// So many tell everything: the names in a table.
pub(super) const MAX_HEAD_BYTES: usize = MAX_HEADER_BYTES;

/// So many layers are taken off: a packed file in a packed archive, and one more.
const LAYERS: usize = 3;

/// What the first bytes of something say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What it looks like.
    Plain,
    /// Compressed.
    Packed(Packing),
    /// Text of two or four bytes a character.
    Wide(Encoding),
    /// An archive.
    Tar,
    /// Alerts under a header.
    Table(Dialect),
    /// There are too few bytes to tell.
    Unclear,
}

/// How something is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// The format of XZ Utils, version 1.
    Xz,
    /// The format of bzip2 1.0.
    Bzip2,
}

impl Packing {
    const ALL: [Self; 4] = [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2];

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        }
    }
    /// Whether `head` begins as this does: `None`, it may, once there are more bytes.
    fn begins(self, head: &[u8]) -> Option<bool> {
        match self {
            Self::Gzip => starts(head, b"\x1f\x8b"),
            Self::Zstd => either(starts(head, b"\x28\xb5\x2f\xfd"), skippable(head)),
            Self::Xz => starts(head, b"\xfd7zXZ\0"),
            Self::Bzip2 => bzip2::begins(head),
        }
    }
    fn over(self, input: Input, bound: &Arc<Bound>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Gzip => Box::new(bound.around(Members::new(input, self, gzip::Gzip::new()))),
            Self::Zstd => Box::new(bound.around(Members::new(input, self, zstd::Zstd::new()?))),
            Self::Xz => Box::new(bound.around(Members::new(input, self, xz::Xz::new()))),
            Self::Bzip2 => Box::new(bound.around(bzip2::Bzip2::new(input))),
        })
    }
    fn ends_in_the_middle(self) -> io::Error {
        io::Error::other(format!("{} data ends in the middle", self.name()))
    }
    fn is_damaged(self) -> io::Error {
        io::Error::other(format!("{} data is damaged", self.name()))
    }
    fn is_followed(self) -> io::Error {
        io::Error::other(format!("{} data is followed by bytes that are none", self.name()))
    }
}

/// Whether `head` starts with `magic`; `None` while it may.
fn starts(head: &[u8], magic: &[u8]) -> Option<bool> {
    match head.len() < magic.len() {
        true if magic.starts_with(head) => None,
        true => Some(false),
        false => Some(head.starts_with(magic)),
    }
}

/// A frame of zstd that holds no data: 0x184D2A50 to 0x184D2A5F.
fn skippable(head: &[u8]) -> Option<bool> {
    match head {
        [first, rest @ ..] if first & 0xf0 == 0x50 => starts(rest, b"\x2a\x4d\x18"),
        [] => None,
        _ => Some(false),
    }
}

fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    if one == Some(true) || other == Some(true) { Some(true) } else { one.and(other) }
}

/// What `head` says; `is_whole`: no more bytes can be had.
pub(super) fn recognise(head: &[u8], is_whole: bool) -> Kind {
    if head.is_empty() {
        return if is_whole { Kind::Plain } else { Kind::Unclear };
    }
    let mut is_clear = true;
    for packing in Packing::ALL {
        match packing.begins(head) {
            Some(true) => return Kind::Packed(packing),
            Some(false) => {}
            None => is_clear = false,
        }
    }
    match utf16::begins(head, is_whole) {
        Front::Marked(encoding) => return Kind::Wide(encoding),
        Front::Unmarked => {}
        Front::Unclear => is_clear = false,
    }
    match tar::begins(head) {
        Some(true) => return Kind::Tar,
        Some(false) => {}
        None => is_clear = false,
    }
    match table::begins(head, is_whole) {
        table::Front::Table(dialect) if is_clear || is_whole => return Kind::Table(dialect),
        table::Front::Other => {}
        table::Front::Table(_) | table::Front::Unclear => is_clear = false,
    }
    if is_clear || is_whole { Kind::Plain } else { Kind::Unclear }
}

/// What is left when the layers are off.
pub(super) enum Unpacked {
    /// The bytes.
    Bytes(Input),
    /// An archive, and how many layers its members may have.
    Tar(Input, usize),
}

/// Takes off every layer that `input` has.
///
/// # Errors
/// Those of reading the first bytes.
pub(super) fn unpack(input: Input, bound: &Arc<Bound>) -> io::Result<Unpacked> {
    unpack_to(input, bound, LAYERS)
}

/// Takes off at most `layers` of them.
pub(super) fn unpack_to(mut input: Input, bound: &Arc<Bound>, layers: usize) -> io::Result<Unpacked> {
    for left in (0..layers).rev() {
        let (kind, whole) = look(input)?;
        input = match kind {
            Kind::Packed(packing) => buffered(packing.over(whole, bound)?),
            Kind::Wide(encoding) => buffered(Utf16::new(whole, encoding)),
            Kind::Tar => return Ok(Unpacked::Tar(whole, left + 1)),
            Kind::Table(dialect) => return Ok(Unpacked::Bytes(buffered(Table::new(whole, dialect)))),
            Kind::Plain | Kind::Unclear => return Ok(Unpacked::Bytes(whole)),
        };
    }
    Ok(Unpacked::Bytes(input))
}

/// Large enough that reading costs nothing, small enough to stay in a core's own cache.
const BUFFER_BYTES: usize = 128 * 1024;

/// `read`, with a buffer; larger reads go past it.
pub(super) fn buffered(read: impl Read + Send + 'static) -> Input {
    Box::new(BufReader::with_capacity(BUFFER_BYTES, read))
}

/// Reads as many first bytes as tell what `input` is; gives it back whole.
fn look(mut input: Input) -> io::Result<(Kind, Input)> {
    let mut head = Vec::new();
    loop {
        let more = match input.fill_buf() {
            Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
            more => more?,
        };
        let is_whole = more.is_empty() || head.len() >= MAX_HEAD_BYTES;
        let seen = more.get(..MAX_HEAD_BYTES).unwrap_or(more);
        if head.is_empty() {
            let kind = recognise(seen, is_whole || seen.len() == MAX_HEAD_BYTES);
            if kind != Kind::Unclear {
                return Ok((kind, input));
            }
        }
        let count = more.len();
        head.extend_from_slice(more);
        input.consume(count);
        let kind = recognise(&head, is_whole || head.len() >= MAX_HEAD_BYTES);
        if kind != Kind::Unclear {
            return Ok((kind, Box::new(Cursor::new(head).chain(input))));
        }
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
