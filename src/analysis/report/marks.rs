//! Which loaded alerts an overlay of the playbooks lies over: test tools, trouble of the sensor.
//!
//! Lives here: the overlays' conditions asked of the columns, and of the lines where the columns can't tell. Imports:
//! `query`, `store`. Promise: an alert with the mark of a test tool never stands for alerts that have none.

use crate::analysis::Playbooks;
use crate::base::RowId;
use crate::query::bits::Bits;
use crate::query::columns::Rows;
use crate::query::filter::Filter;
use crate::query::lines::{LineReader, each_line};
use crate::query::watch::Watch;
use crate::store::{Segment, Snapshot};

/// By overlay, by segment: its rows.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<Vec<Bits>>);

impl Marks {
    /// Of every alert of `snapshot`; `None`: stopped.
    pub(crate) fn of(snapshot: &Snapshot, playbooks: &Playbooks, stopped: &dyn Fn() -> bool) -> Option<Self> {
        let mut watch = Watch::new(stopped);
        let conditions = playbooks.library().overlays.iter().filter_map(|page| page.when.as_ref());
        let of_one = |condition: &Filter| {
            snapshot.segments().iter().map(|segment| rows(condition, segment, snapshot, &mut watch)).collect()
        };
        Some(Self(conditions.map(of_one).collect::<Option<_>>()?))
    }

    /// One bit for each of the first 64 overlays.
    pub(crate) fn bits(&self, row: RowId) -> u64 {
        let has = |segments: &Vec<Bits>| segments.get(row.segment()).is_some_and(|rows| rows.has(row.row()));
        self.0.iter().take(64).enumerate().fold(0, |bits, (n, segments)| bits | u64::from(has(segments)) << n)
    }
}

/// The rows of a segment that fulfil the condition.
fn rows(condition: &Filter, segment: &Segment, snapshot: &Snapshot, watch: &mut Watch<'_>) -> Option<Bits> {
    let Some(node) = condition.node() else { return Some(Bits::all(segment.len())) };
    let found = Rows { segment, first: 0 }.node(&node, watch)?;
    let open = found.maybe.without(&found.yes);
    let mut rows = found.yes;
    let mut reader = LineReader::for_names(Some(condition.names()));
    each_line(snapshot, segment, &open, &mut |row, line| {
        let possible = line.filter(|line| condition.could_match_line(line));
        if possible.and_then(|line| reader.read(line)).is_some_and(|alert| condition.matches(alert)) {
            rows.set(row);
        }
        watch.spend(line.map_or(0, <[u8]>::len))
    })?;
    Some(rows)
}
