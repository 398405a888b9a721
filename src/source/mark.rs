//! What tells whether a file that is followed is still the one of which so much was read.
//!
//! Lives here: the first bytes and those before the place up to which it was read. Imports: nothing. Promise: a file that
//! was cut to nothing and has grown past that place again is noticed, unless it repeats the same bytes in the same places.

use std::fs::File;
use std::io;
use std::io::{Seek, SeekFrom};
use std::os::unix::fs::FileExt;

/// So many bytes at the beginning, and as many before the place, are remembered: several alerts share their first hundred.
const MARK_BYTES: usize = 512;

/// The first bytes of a file, the last that were read, and how many were read in all.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    head: Vec<u8>,
    last: Vec<u8>,
    position: u64,
}

/// What a look at a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing was added.
    Same,
    /// Bytes were added.
    Grown,
    /// It was cut, or written anew.
    Another,
}

impl Mark {
    /// The mark of one who has read the whole file.
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let position = file.metadata()?.len();
        let length = usize::try_from(position).unwrap_or(usize::MAX).min(MARK_BYTES);
        let (mut head, mut last) = (vec![0; length], vec![0; length]);
        file.read_exact_at(&mut head, 0)?;
        file.read_exact_at(&mut last, position - length as u64)?;
        Ok(Self { head, last, position })
    }
    /// These bytes follow those of the last call.
    pub(super) fn saw(&mut self, bytes: &[u8]) {
        let wanted = MARK_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..wanted).unwrap_or_default());
        let end = bytes.get(bytes.len().saturating_sub(MARK_BYTES)..).unwrap_or(bytes);
        let surplus = (self.last.len() + end.len()).saturating_sub(MARK_BYTES);
        self.last.drain(..surplus.min(self.last.len()));
        self.last.extend_from_slice(end);
        self.position += bytes.len() as u64;
    }
    /// How many bytes were read.
    pub(super) fn position(&self) -> u64 {
        self.position
    }
    /// How `file` stands to what was read.
    pub(super) fn sight(&self, file: &File) -> io::Result<Sight> {
        let len = file.metadata()?.len();
        if len < self.position || !self.is_beginning_of(file)? {
            return Ok(Sight::Another);
        }
        Ok(if len > self.position { Sight::Grown } else { Sight::Same })
    }
    /// Whether `count` bytes that were just read of a file that grows do follow what was read before.
    ///
    /// # Errors
    /// `WouldBlock`: there are none, or the file was cut meanwhile and the bytes are others; the next look tells.
    pub(super) fn goes_on_in(&self, file: &mut File, count: usize) -> io::Result<()> {
        if count > 0 && self.is_beginning_of(file)? {
            return Ok(());
        }
        file.seek(SeekFrom::Start(self.position))?;
        Err(io::ErrorKind::WouldBlock.into())
    }
    /// Whether `file` begins with what was read; of nothing every file is the continuation.
    pub(super) fn is_beginning_of(&self, file: &File) -> io::Result<bool> {
        let before = self.position - self.last.len() as u64;
        Ok(holds(file, 0, &self.head)? && holds(file, before, &self.last)?)
    }
}

fn holds(file: &File, start: u64, bytes: &[u8]) -> io::Result<bool> {
    let mut there = vec![0; bytes.len()];
    match file.read_exact_at(&mut there, start) {
        Ok(()) => Ok(there == bytes),
        Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn mark(parts: &[&[u8]]) -> Mark {
        let mut mark = Mark::default();
        for part in parts {
            mark.saw(part);
        }
        mark
    }

    #[test]
    fn growth_is_told_from_another_file_in_its_place() {
        let long = "x".repeat(2000);
        let cases = [
            (vec![], "", Sight::Same),
            (vec![], "a", Sight::Grown),
            (vec!["abc", "def"], "abcdef", Sight::Same),
            (vec!["abc", "def"], "abcdefg", Sight::Grown),
            (vec!["abc", "def"], "abcde", Sight::Another),
            (vec!["abc", "def"], "", Sight::Another),
            (vec!["abc", "def"], "abcdeFg", Sight::Another),
            (vec!["abc", "def"], "Abcdefgh", Sight::Another),
            (vec![long.as_str(), "end"], &format!("{long}end+"), Sight::Grown),
            (vec![long.as_str(), "end"], &format!("{long}eNd+"), Sight::Another),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for (read, there, want) in cases {
            fs::write(&path, there).unwrap();
            let parts: Vec<&[u8]> = read.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(mark(&parts).sight(&File::open(&path).unwrap()).unwrap(), want, "{read:?} {there:?}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mark = mark(&[&[b'a'; 5000], &[b'b'; 100], &[b'c'; 600]]);
        assert_eq!((mark.head.len(), mark.last.len(), mark.position()), (MARK_BYTES, MARK_BYTES, 5700));
        assert!(mark.last.iter().all(|b| *b == b'c'));
    }
}
