//! Which loaded alerts an overlay of the playbooks lies over: test tools, trouble of the sensor.
//!
//! Lives here: the overlays' conditions asked of the columns, and of the lines where the columns can't tell. Imports:
//! `base`, `decode`, `store`, `query`. Promise: an alert with the mark of a test tool never stands for alerts that have none.

use crate::analysis::Playbooks;
use crate::base::RowId;
use crate::decode::bare::Bare;
use crate::query::bits::Bits;
use crate::query::columns::Rows;
use crate::query::filter::Filter;
use crate::query::lines::{LineReader, Stretches};
use crate::query::plan::Plan;
use crate::query::sieve::Sieve;
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
    let plan = Plan::of(condition);
    let all = Bits::all(segment.len());
    let Some(node) = plan.node() else { return Some(all) };
    let found = Rows { segment }.node(node, &all, watch)?;
    let open = found.maybe.without(&found.yes);
    let mut rows = found.yes;
    let bare = Bare::default();
    let (mut reader, mut sieve) = (LineReader::for_names(Some(condition.names())), Sieve::of(&plan));
    Stretches::default().each_line(snapshot, segment, open.rows(), &mut |row, text| {
        let possible = text.filter(|text| sieve.lets_through(*text) || !bare.is_bare(text.line));
        if possible.and_then(|text| reader.read(text.line)).is_some_and(|alert| condition.matches(alert)) {
            rows.set(row);
        }
        watch.spend(text.map_or(0, |text| text.line.len()))
    })?;
    Some(rows)
}
