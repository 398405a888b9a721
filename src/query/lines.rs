//! The lines of rows, read again in stretches, and decoded as far as a question needs.
//!
//! Imports: `source`, `decode`, `store`. Promise: neighbouring lines come in one read, at most about a megabyte of them; a
//! line that can't be read any more is told as such, and no other for its sake.

use crate::decode::{Alert, Decoder, Falco};
use crate::query::bits::Bits;
use crate::query::picked::Picked;
use crate::source::ByteSpan;
use crate::store::{Segment, Snapshot};

/// A stretch is no longer, unless it is one line.
const STRETCH_BYTES: u64 = 1 << 20;

/// So many bytes between two lines are read along with them rather than skipped.
const GAP_BYTES: u64 = 16 << 10;

/// Is shown a row and its line; `None` ends the reading.
type See<'a> = &'a mut dyn FnMut(usize, Option<&[u8]>) -> Option<()>;

/// Neighbouring lines.
struct Stretch {
    span: ByteSpan,
    rows: Vec<(usize, ByteSpan)>,
}

/// Shows the line of each of `rows` to `see`, `None` for one that can't be read, until `see` gives `None`.
pub(crate) fn each_line(snapshot: &Snapshot, segment: &Segment, rows: &Bits, see: See<'_>) -> Option<()> {
    let mut stretch: Option<Stretch> = None;
    for row in rows.rows() {
        let Some(span) = segment.place(row).map(|place| place.span) else { continue };
        let joined = stretch.as_mut().is_some_and(|stretch| stretch.take(row, span));
        if !joined {
            let full = stretch.replace(Stretch { span, rows: vec![(row, span)] });
            full.map_or(Some(()), |stretch| stretch.show(snapshot, see))?;
        }
    }
    stretch.map_or(Some(()), |stretch| stretch.show(snapshot, see))
}

impl Stretch {
    /// Takes a further line if it lies close enough behind.
    fn take(&mut self, row: usize, span: ByteSpan) -> bool {
        let end = self.span.start + u64::from(self.span.len);
        let near = span.source == self.span.source && span.start >= end && span.start - end <= GAP_BYTES;
        let len = (span.start + u64::from(span.len)).saturating_sub(self.span.start);
        let Some(len) = u32::try_from(len).ok().filter(|_| near && len <= STRETCH_BYTES) else { return false };
        self.span.len = len;
        self.rows.push((row, span));
        true
    }

    fn show(&self, snapshot: &Snapshot, see: See<'_>) -> Option<()> {
        let Ok(bytes) = snapshot.sources().read(self.span) else { return self.show_one_by_one(snapshot, see) };
        for (row, span) in &self.rows {
            let start = usize::try_from(span.start - self.span.start).unwrap_or(usize::MAX);
            see(*row, bytes.get(start..start.saturating_add(span.len as usize)))?;
        }
        Some(())
    }

    /// A part of the stretch has changed or is gone; the other lines may still be there.
    fn show_one_by_one(&self, snapshot: &Snapshot, see: See<'_>) -> Option<()> {
        for (row, span) in &self.rows {
            see(*row, snapshot.sources().read(*span).ok().as_deref())?;
        }
        Some(())
    }
}

/// Decodes lines one after the other into the same memory.
#[derive(Debug, Default)]
pub(crate) struct LineReader {
    falco: Falco,
    picked: Picked,
}

impl LineReader {
    /// One that reads the values of `names` only; `None`: all.
    pub(crate) fn for_names(names: Option<Vec<String>>) -> Self {
        Self { falco: Falco::default(), picked: Picked::new(names, Vec::new()) }
    }

    /// The alert in `line`; `None` when it is none.
    pub(crate) fn read(&mut self, line: &[u8]) -> Option<&Alert> {
        self.falco.decode(line, &mut self.picked).ok()?;
        Some(self.picked.alert())
    }
}
