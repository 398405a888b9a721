//! The files of a tar archive, one after the other.
//!
//! Lives here: heads and names of members. Not here: who reads them (`behind`). Imports: nothing. Promise: only regular
//! files that are not hidden; their names are titles and nothing else, nothing is ever written; a name that takes more
//! memory than a path can have is cut.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex};

use crate::source::kept::lock;
use crate::source::unpack::Input;

/// Everything lies in blocks of this size.
const BLOCK_BYTES: usize = 512;

/// Where POSIX archives, and those of GNU tar, say that they are some.
const MAGIC: (usize, &[u8]) = (257, b"ustar");

/// A longer name, or a longer list of extended values, is not read.
const MAX_NAME_BYTES: u64 = 64 * 1024;

/// Whether `head` is the head of a member; `None` while it may be. An alert can hold the magic in the right place, but no
/// NUL and no right sum.
pub(super) fn begins(head: &[u8]) -> Option<bool> {
    let (at, magic) = MAGIC;
    match head.get(at..at + magic.len()) {
        Some(found) if found != magic => Some(false),
        _ if head.len() >= BLOCK_BYTES => {
            let block = head.get(..BLOCK_BYTES).unwrap_or_default();
            Some(block.contains(&0) && Head(block).is_right())
        }
        // Names hold no line ends, and text begins with none of these.
        _ if head.contains(&b'\n') || matches!(head, [b'{' | b'[' | b' ' | b'\t' | b'\r' | 0, ..]) => Some(false),
        _ => None,
    }
}

/// The head of a member.
struct Head<'a>(&'a [u8]);

impl Head<'_> {
    fn field(&self, from: usize, len: usize) -> &[u8] {
        self.0.get(from..from + len).unwrap_or_default()
    }
    /// Up to the first NUL.
    fn text(&self, from: usize, len: usize) -> &[u8] {
        self.field(from, len).split(|byte| *byte == 0).next().unwrap_or_default()
    }
    fn is_right(&self) -> bool {
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let blanks = u64::from(b' ') * 8;
        number(self.field(148, 8)) == Some(sum(self.field(0, 148)) + blanks + sum(self.field(156, 356)))
    }
    fn name(&self) -> Vec<u8> {
        let (name, prefix) = (self.text(0, 100), self.text(345, 155));
        // GNU tar has other things where POSIX has the prefix, and `ustar  ` with blanks.
        let is_posix = self.field(257, 6) == b"ustar\0";
        if is_posix && !prefix.is_empty() { [prefix, b"/", name].concat() } else { name.to_vec() }
    }
}

/// Octal digits, or, where the first bit is set, the number itself.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        let add = |sum: u64, byte: &u8| sum.checked_mul(256)?.checked_add(u64::from(*byte));
        return rest.iter().try_fold(u64::from(first & 0x3f), add);
    }
    let digits = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| byte.is_ascii_digit());
    digits.into_iter().try_fold(0_u64, |sum, digit| {
        let digit = digit - b'0';
        (digit < 8).then_some(sum.checked_mul(8)?.checked_add(u64::from(digit))?)
    })
}

/// An archive that is being read.
pub(super) struct Archive {
    input: Input,
    /// Bytes of the member that were not read yet.
    left: u64,
    /// What fills its last block.
    padding: u64,
    /// Reading failed inside a member, and was told there.
    is_broken: bool,
}

/// What the heads before a member say of it.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Archive {
    /// The archive that `input` gives.
    pub(super) fn new(input: Input) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { input, left: 0, padding: 0, is_broken: false }))
    }
    /// Goes to the next regular file that is not hidden, and gives its name; `None` at the end.
    ///
    /// # Errors
    /// The archive is damaged or ends in the middle, or can't be read.
    pub(super) fn next_name(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut extended = Extended::default();
        while let Some(block) = self.next_head()? {
            let head = Head(&block);
            let kind = head.field(156, 1).first().copied().unwrap_or_default();
            match kind {
                b'L' => extended.name = self.value()?.map(until_nul),
                b'x' => self.value()?.iter().for_each(|list| extended.read(list)),
                b'g' | b'K' => {}
                _ => {
                    let told = std::mem::take(&mut extended);
                    self.is(told.size.unwrap_or(self.left));
                    let name = told.name.unwrap_or_else(|| head.name());
                    if matches!(kind, b'0' | 0 | b'7') && !is_hidden(&name) && !name.ends_with(b"/") {
                        return Ok(Some(name));
                    }
                }
            }
        }
        Ok(None)
    }
    /// The head behind what is left of the member; `None`: there is none.
    fn next_head(&mut self) -> io::Result<Option<[u8; BLOCK_BYTES]>> {
        if self.is_broken || !self.pass()? {
            return Ok(None);
        }
        let mut block = [0; BLOCK_BYTES];
        match fill(&mut self.input, &mut block)? {
            0 => return Ok(None),
            BLOCK_BYTES if block.iter().all(|byte| *byte == 0) => return Ok(None),
            BLOCK_BYTES => {}
            _ => return Err(ends_in_the_middle()),
        }
        let head = Head(&block);
        if !head.is_right() {
            return Err(io::Error::other("tar archive is damaged"));
        }
        let size = number(head.field(124, 12)).ok_or_else(|| io::Error::other("tar archive is damaged"))?;
        // A link has none, whatever its head says.
        self.is(if matches!(head.field(156, 1), [b'1'..=b'6']) { 0 } else { size });
        Ok(Some(block))
    }
    fn is(&mut self, size: u64) {
        self.left = size;
        self.padding = (BLOCK_BYTES as u64 - size % BLOCK_BYTES as u64) % BLOCK_BYTES as u64;
    }
    /// Passes over what is left; `false`: the archive ends before it does, which was told.
    fn pass(&mut self) -> io::Result<bool> {
        self.left = self.left.saturating_add(std::mem::take(&mut self.padding));
        while self.left > 0 {
            let count = self.input.fill_buf()?.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(ends_in_the_middle());
            }
            self.input.consume(count);
            self.left -= count as u64;
        }
        Ok(true)
    }
    /// What a member holds that belongs to the next; `None`: too much.
    fn value(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left > MAX_NAME_BYTES {
            return Ok(None);
        }
        let mut value = vec![0; usize::try_from(self.left).unwrap_or_default()];
        let count = fill(&mut self.input, &mut value)?;
        if count < value.len() {
            return Err(ends_in_the_middle());
        }
        self.left = 0;
        Ok(Some(value))
    }
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let Some(into) = into.get_mut(..wanted).filter(|into| !into.is_empty()) else { return Ok(0) };
        let done = match self.input.read(into) {
            Ok(0) => Err(ends_in_the_middle()),
            done => done,
        };
        match &done {
            Ok(count) => self.left -= *count as u64,
            Err(why) => self.is_broken = why.kind() != io::ErrorKind::Interrupted,
        }
        done
    }
}

impl Extended {
    /// A list of `LENGTH KEY=VALUE\n` (POSIX pax).
    fn read(&mut self, mut list: &[u8]) {
        while let Some(blank) = list.iter().position(|byte| *byte == b' ') {
            let len = list.get(..blank).and_then(decimal).and_then(|len| usize::try_from(len).ok());
            let Some((entry, rest)) = len.filter(|len| *len > blank).and_then(|len| list.split_at_checked(len)) else {
                return;
            };
            let entry = entry.get(blank + 1..).unwrap_or_default();
            let entry = entry.strip_suffix(b"\n").unwrap_or(entry);
            if let Some(name) = entry.strip_prefix(b"path=") {
                self.name = Some(name.to_vec());
            } else if let Some(size) = entry.strip_prefix(b"size=") {
                self.size = decimal(size);
            }
            list = rest;
        }
    }
}

fn decimal(digits: &[u8]) -> Option<u64> {
    str::from_utf8(digits).ok()?.parse().ok()
}

fn until_nul(mut name: Vec<u8>) -> Vec<u8> {
    let len = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    name.truncate(len);
    name
}

/// As in a directory: a name with a dot in front, anywhere on the way.
fn is_hidden(name: &[u8]) -> bool {
    name.split(|byte| *byte == b'/').any(|part| part.starts_with(b".") && part != b"." && part != b"..")
}

fn ends_in_the_middle() -> io::Error {
    io::Error::other("tar archive ends in the middle")
}

fn fill(input: &mut Input, mut into: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while !into.is_empty() {
        match input.read(into) {
            Ok(0) => break,
            Ok(more) => {
                count += more;
                into = into.get_mut(more..).unwrap_or_default();
            }
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
    Ok(count)
}

/// The member that an archive is at.
pub(super) struct Member(pub(super) Arc<Mutex<Archive>>);

impl Read for Member {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        lock(&self.0).read(into)
    }
}

#[cfg(test)]
#[path = "tar_tests.rs"]
mod tests;
