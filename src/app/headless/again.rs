//! Lines of files read again one by one, in any order, with one read for those that lie close together.
//!
//! Imports: `base`, `source`. Promise: a line is given as it was when it was read first, or not at all; no more than one
//! stretch is held.

use crate::base::Notice;
use crate::source::{ByteSpan, SourceId, Sources};

/// So much is read at once where lines lie close together; stretches begin at multiples of it.
const STRETCH_BYTES: u32 = 1 << 18;

/// Reads lines again.
pub(crate) struct Again<'s> {
    sources: &'s Sources,
    /// The last stretch or line.
    held: Vec<u8>,
    /// Where it lies.
    at: Option<ByteSpan>,
    /// The stretch that the last line began in.
    last: Option<(SourceId, u64)>,
}

impl<'s> Again<'s> {
    /// From these sources.
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self { sources, held: Vec::new(), at: None, last: None }
    }

    /// The bytes of a line.
    ///
    /// # Errors
    /// As [`Sources::read`].
    pub(crate) fn line(&mut self, line: ByteSpan) -> Result<&[u8], Notice> {
        let number = line.start / u64::from(STRETCH_BYTES);
        let near = self.last.replace((line.source, number)) == Some((line.source, number));
        if !self.holds(line) {
            let stretch = near.then(|| around(line, number)).flatten();
            // The last stretch of a file is shorter, and one may hold a piece that has changed.
            let read = stretch.and_then(|stretch| Some((self.sources.read(stretch).ok()?, stretch)));
            let (bytes, at) = read.map_or_else(|| Ok((self.sources.read(line)?, line)), Ok)?;
            (self.held, self.at) = (bytes, Some(at));
        }
        let from = line.start - self.at.map_or(line.start, |at| at.start);
        let held = usize::try_from(from).ok().and_then(|from| self.held.get(from..)).unwrap_or_default();
        Ok(held.get(..line.len as usize).unwrap_or(held))
    }

    fn holds(&self, line: ByteSpan) -> bool {
        let end = |span: ByteSpan| span.start + u64::from(span.len);
        self.at.is_some_and(|at| at.source == line.source && at.start <= line.start && end(line) <= end(at))
    }
}

/// The stretch in which the line lies as a whole.
fn around(line: ByteSpan, number: u64) -> Option<ByteSpan> {
    let start = number * u64::from(STRETCH_BYTES);
    let fits = line.start + u64::from(line.len) <= start + u64::from(STRETCH_BYTES);
    fits.then_some(ByteSpan { source: line.source, start, len: STRETCH_BYTES })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::*;
    use crate::source::Found;

    /// Lines of changing lengths over several stretches, the file they lie in, and where.
    fn file() -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>, Vec<(u64, u32)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        for number in 0..4_000_u32 {
            let line = format!("{number} {}", "x".repeat((number * 37 % 900) as usize));
            places.push((bytes.len() as u64, u32::try_from(line.len()).unwrap()));
            bytes.extend([line.as_bytes(), b"\n"].concat());
        }
        fs::write(&path, &bytes).unwrap();
        (folder, path, bytes, places)
    }

    #[test]
    fn lines_are_the_same_in_any_order() {
        let (_folder, path, bytes, places) = file();
        let sources = Sources::default();
        let mut reader = sources.open(&Found::Named(path)).unwrap();
        reader.read_to_end(&mut Vec::new()).unwrap();
        let source = reader.source();
        let count = places.len();
        let orders: [Vec<usize>; 3] =
            [(0..count).collect(), (0..count).rev().collect(), (0..count).map(|n| n * 1_597 % count).collect()];
        for order in orders {
            let mut again = Again::new(&sources);
            for at in order {
                let (start, len) = places[at];
                let from = usize::try_from(start).unwrap();
                assert_eq!(again.line(ByteSpan { source, start, len }).unwrap(), &bytes[from..from + len as usize]);
            }
        }
    }

    #[test]
    fn a_line_that_has_changed_is_not_given_and_its_neighbours_in_other_pieces_are() {
        let (_folder, path, mut bytes, places) = file();
        let sources = Sources::default();
        let mut reader = sources.open(&Found::Named(path.clone())).unwrap();
        reader.read_to_end(&mut Vec::new()).unwrap();
        let source = reader.source();
        bytes[0] = b'!';
        fs::write(&path, &bytes).unwrap();
        let mut again = Again::new(&sources);
        let given: Vec<bool> =
            places.iter().map(|&(start, len)| again.line(ByteSpan { source, start, len }).is_ok()).collect();
        assert!(given.iter().any(|given| *given) && !given[0] && !given[1], "the first piece has changed");
        assert!(given.iter().skip_while(|given| !**given).all(|given| *given), "the other pieces have not");
    }
}
