//! The lines of rows, read again in stretches, and decoded as far as a question needs.
//!
//! Imports: `source`, `decode`, `store`. Promise: neighbouring lines come in one read, at most about a quarter of a megabyte of them; a
//! line that can't be read any more is told as such, and no other for its sake.

use crate::decode::{Alert, Decoder, Falco};
use crate::query::bits::Bits;
use crate::query::picked::Picked;
use crate::query::sieve::Text;
use crate::source::ByteSpan;
use crate::store::{Segment, Snapshot};

/// A stretch is no longer, unless it is one line: it stays in a core's own cache while it is searched.
const STRETCH_BYTES: u64 = 256 << 10;

/// So many bytes between two lines are read along with them rather than skipped.
const GAP_BYTES: u64 = 16 << 10;

/// Is shown a row and its line, `None` for one that can't be read; `None` ends the reading.
type See<'a> = &'a mut dyn FnMut(usize, Option<Text<'_>>) -> Option<()>;

/// Shows the line of each of `rows` to `see`, until `see` gives `None`: for few lines, of which each is looked at alone.
pub(crate) fn each_line(
    snapshot: &Snapshot,
    segment: &Segment,
    rows: &Bits,
    see: &mut dyn FnMut(usize, Option<&[u8]>) -> Option<()>,
) -> Option<()> {
    Stretches::default()
        .each_line(snapshot, segment, rows.rows(), &mut |row, text| see(row, text.map(|text| text.line)))
}

/// Reads the lines of rows again, stretch by stretch, into the same memory.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    span: Option<ByteSpan>,
    rows: Vec<(usize, ByteSpan)>,
    bytes: Vec<u8>,
}

impl Stretches {
    /// Shows the line of each of `rows` to `see`, until `see` gives `None`.
    pub(crate) fn each_line(
        &mut self,
        snapshot: &Snapshot,
        segment: &Segment,
        rows: impl Iterator<Item = usize>,
        see: See<'_>,
    ) -> Option<()> {
        self.rows.clear();
        self.span = None;
        for row in rows {
            let Some(span) = segment.place(row).map(|place| place.span) else { continue };
            if !self.take(row, span) {
                self.show(snapshot, see)?;
                self.span = Some(span);
                self.rows.clear();
                self.rows.push((row, span));
            }
        }
        self.show(snapshot, see)
    }

    /// Takes a further line if it lies close enough behind.
    fn take(&mut self, row: usize, span: ByteSpan) -> bool {
        let Some(own) = &mut self.span else { return false };
        let end = own.start + u64::from(own.len);
        let near = span.source == own.source && span.start >= end && span.start - end <= GAP_BYTES;
        let len = (span.start + u64::from(span.len)).saturating_sub(own.start);
        let Some(len) = u32::try_from(len).ok().filter(|_| near && len <= STRETCH_BYTES) else { return false };
        own.len = len;
        self.rows.push((row, span));
        true
    }

    fn show(&mut self, snapshot: &Snapshot, see: See<'_>) -> Option<()> {
        let Some(own) = self.span else { return Some(()) };
        if snapshot.sources().read_into(own, &mut self.bytes).is_err() {
            return self.show_one_by_one(snapshot, see);
        }
        for (row, span) in &self.rows {
            let start = usize::try_from(span.start - own.start).unwrap_or(usize::MAX);
            let ahead = self.bytes.get(start..);
            let line = ahead.and_then(|ahead| ahead.get(..span.len as usize));
            let text = |(line, ahead)| Text { source: span.source, start: span.start, line, ahead };
            see(*row, line.zip(ahead).map(text))?;
        }
        Some(())
    }

    /// A part of the stretch has changed or is gone; the other lines may still be there.
    fn show_one_by_one(&self, snapshot: &Snapshot, see: See<'_>) -> Option<()> {
        for (row, span) in &self.rows {
            let read = snapshot.sources().read(*span).ok();
            let text = |line| Text { source: span.source, start: span.start, line, ahead: line };
            see(*row, read.as_deref().map(text))?;
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
