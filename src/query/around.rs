//! The rows near an alert in time that a condition is true of.
//!
//! Lives here: the window, and asking the columns of the segments that lie in it. Not here: what is asked (`tie`,
//! `nearby`). Imports: `base`, `store`. Promise: the rows are those that the list would show for the condition and the
//! window; a line is read only where the columns cannot tell.

use std::ops::RangeInclusive;

use crate::base::{Nanos, RowId};
use crate::query::bits::Bits;
use crate::query::columns::{Found, ROW_WORK, Rows};
use crate::query::filter::Filter;
use crate::query::lines::{LineReader, Stretches};
use crate::query::related::At;
use crate::query::watch::Watch;
use crate::store::{Segment, Snapshot};

/// An alert's surroundings.
pub(crate) struct Around<'a> {
    snapshot: &'a Snapshot,
    /// The alert's own time.
    time: Option<Nanos>,
    /// From when to when; `None`: whenever.
    window: Option<RangeInclusive<i64>>,
}

impl<'a> Around<'a> {
    /// What lies so many nanoseconds `back` and `ahead` of the row `row`; everything, where it has no time.
    pub(crate) fn of(snapshot: &'a Snapshot, row: RowId, back: i64, ahead: i64) -> Self {
        let time = snapshot.segment(row).and_then(|segment| segment.time(row.row()));
        let window = time.map(|Nanos(at)| at.saturating_sub(back)..=at.saturating_add(ahead));
        Self { snapshot, time, window }
    }

    /// The alert's own time.
    pub(crate) fn time(&self) -> Option<Nanos> {
        self.time
    }

    /// The rows in the window that the condition is true of, as they came; `None` when something newer waits.
    pub(crate) fn rows(&self, condition: &str, watch: &mut Watch<'_>) -> Option<Vec<At>> {
        // Whoever asks has made the condition; one that can't be read is true of nothing.
        let Ok(filter) = Filter::parse(condition) else { return Some(Vec::new()) };
        let mut rows = Vec::new();
        for (number, segment) in self.snapshot.segments().iter().enumerate() {
            let near = self.near(segment);
            watch.spend(segment.len() * ROW_WORK)?;
            if near.is_empty() {
                continue;
            }
            let found = self.fulfilled(&filter, segment, &near, watch)?;
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            let id = |row: usize| RowId::new(number, u16::try_from(row).unwrap_or(u16::MAX));
            rows.extend(found.rows().map(|row| (segment.time(row), id(row))));
        }
        Some(rows)
    }

    /// The rows in the window.
    fn near(&self, segment: &Segment) -> Bits {
        let Some(window) = &self.window else { return Bits::all(segment.len()) };
        let mut near = Bits::none(segment.len());
        for row in 0..segment.len() {
            if segment.time(row).is_some_and(|Nanos(at)| window.contains(&at)) {
                near.set(row);
            }
        }
        near
    }

    fn fulfilled(&self, filter: &Filter, segment: &Segment, near: &Bits, watch: &mut Watch<'_>) -> Option<Bits> {
        let Some(node) = filter.node() else { return Some(near.clone()) };
        let Found { yes, maybe } = Rows { segment }.node(&node, near, watch)?;
        let mut yes = yes.and(near);
        let open = maybe.and(near).without(&yes);
        let mut reader = LineReader::for_names(Some(filter.names()));
        Stretches::default().each_line(self.snapshot, segment, open.rows(), &mut |row, text| {
            let line = text.map_or(&[][..], |text| text.line);
            let alert = reader.read(line);
            if alert.is_some_and(|alert| filter.matches(alert)) {
                yes.set(row);
            }
            watch.spend(line.len() + ROW_WORK)
        })?;
        Some(yes)
    }
}
