//! Alerts over time: how many fall into each stretch, and the worst priority there.
//!
//! Lives here: round stretches, and counting by them. Imports: `base`, `store`. Promise: every alert is in one bucket or is
//! told to have no time; a stretch without alerts is a bucket of its own.

use crate::base::{Nanos, Priority, RowId};
use crate::query::halves::{ROWS_A_LOOK, halves};
use crate::store::Snapshot;

/// How long a bucket is: one of a few round stretches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step(usize);

/// Seconds, and how that is said.
const STEPS: [(i64, &str); 17] = [
    (1, "1 s"),
    (5, "5 s"),
    (10, "10 s"),
    (30, "30 s"),
    (60, "1 min"),
    (300, "5 min"),
    (600, "10 min"),
    (1800, "30 min"),
    (3600, "1 h"),
    (3 * 3600, "3 h"),
    (6 * 3600, "6 h"),
    (12 * 3600, "12 h"),
    (86_400, "1 day"),
    (7 * 86_400, "7 days"),
    (30 * 86_400, "30 days"),
    (365 * 86_400, "365 days"),
    (3650 * 86_400, "3,650 days"),
];

/// More buckets than anybody walks through; where a step would make more, a larger one is taken.
const MOST_BUCKETS: i64 = 1 << 14;

impl Step {
    /// How long it is, in nanoseconds.
    pub(crate) fn nanos(self) -> i64 {
        STEPS.get(self.0).map_or(Nanos::SECOND, |(seconds, _)| seconds * Nanos::SECOND)
    }

    /// How it is said: `10 min`.
    pub(crate) fn words(self) -> &'static str {
        STEPS.get(self.0).map_or("", |(_, words)| words)
    }

    /// The next shorter one, or the shortest.
    pub(crate) fn shorter(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The next longer one, or the longest.
    pub(crate) fn longer(self) -> Self {
        Self((self.0 + 1).min(STEPS.len() - 1))
    }

    /// The number of the bucket in which `time` is, counted from 1970.
    fn bucket(self, time: i64) -> i64 {
        time.div_euclid(self.nanos())
    }

    /// How many buckets there are from `first` to `last`.
    fn buckets(self, first: i64, last: i64) -> i64 {
        self.bucket(last) - self.bucket(first) + 1
    }

    /// The shortest that makes at most `most` buckets, but no shorter than `wished`.
    fn fitting(first: i64, last: i64, most: i64, wished: Option<Self>) -> Self {
        let all = (wished.map_or(0, |step| step.0)..STEPS.len()).map(Self);
        let most = if wished.is_some() { MOST_BUCKETS } else { most.clamp(1, MOST_BUCKETS) };
        let mut longer = all.filter(|step| step.buckets(first, last) <= most);
        longer.next().unwrap_or(Self(STEPS.len() - 1))
    }
}

/// The alerts of one stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// How many.
    pub(crate) alerts: usize,
    /// The worst priority among them; `None` where none has a known one.
    pub(crate) worst: Option<Priority>,
}

impl Bucket {
    fn take(&mut self, other: Self) {
        self.alerts += other.alerts;
        self.worst = [self.worst, other.worst].into_iter().flatten().min();
    }
}

/// Alerts over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// How long each bucket is.
    pub(crate) step: Step,
    /// When the first bucket begins, in nanoseconds since 1970.
    start: i64,
    /// One after the other, without gaps; none where no alert has a time.
    pub(crate) buckets: Vec<Bucket>,
    /// Alerts without a time.
    pub(crate) untimed: usize,
    /// When the first alert and the last came.
    pub(crate) ends: Option<(Nanos, Nanos)>,
}

impl Histogram {
    /// When bucket `at` begins; `at` may be one behind the last.
    pub(crate) fn begins(&self, at: usize) -> Nanos {
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        Nanos(self.start.saturating_add(at.saturating_mul(self.step.nanos())))
    }

    /// The bucket in which `time` is, or the nearest to it.
    pub(crate) fn bucket_of(&self, time: Nanos) -> usize {
        let at = self.step.bucket(time.0) - self.step.bucket(self.start);
        usize::try_from(at).unwrap_or(0).min(self.buckets.len().saturating_sub(1))
    }

    /// The shortest of the round stretches that has at least so many buckets, in nanoseconds: for the times on an axis.
    pub(crate) fn round_every(&self, buckets: usize) -> i64 {
        let least = self.step.nanos().saturating_mul(i64::try_from(buckets).unwrap_or(i64::MAX));
        STEPS.iter().map(|(seconds, _)| seconds * Nanos::SECOND).find(|nanos| *nanos >= least).unwrap_or(least)
    }

    /// Whether a multiple of `every` nanoseconds begins with bucket `at`, or lies in it.
    pub(crate) fn is_round(&self, at: usize, every: i64) -> bool {
        let (begins, ends) = (self.begins(at).0, self.begins(at + 1).0);
        (ends - 1).div_euclid(every) > (begins - 1).div_euclid(every)
    }

    /// The most alerts that a bucket has, and which one it is.
    pub(crate) fn peak(&self) -> Option<(usize, usize)> {
        let all = self.buckets.iter().enumerate().map(|(at, bucket)| (bucket.alerts, at));
        all.max_by_key(|(alerts, at)| (*alerts, std::cmp::Reverse(*at)))
    }
}

/// What is known and wished of a histogram before it is counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    /// How many buckets there may be.
    pub(crate) most: usize,
    /// How long a bucket is to be; `None`: as short as there is room for.
    pub(crate) step: Option<Step>,
    /// When the first of the alerts came and the last, where that is known.
    pub(crate) ends: Option<(Nanos, Nanos)>,
}

/// Counts `rows` by time, as it is wished; `None` when `newer` says that nobody waits for it.
pub(crate) fn histogram(
    snapshot: &Snapshot,
    rows: &[RowId],
    wish: Wish,
    newer: &dyn Fn() -> bool,
) -> Option<Histogram> {
    let (first, last) = match wish.ends {
        Some((first, last)) => (first.0, last.0),
        None => ends(snapshot, rows, newer)?,
    };
    if first > last {
        return Some(Histogram { untimed: rows.len(), ..Histogram::default() });
    }
    let most = i64::try_from(wish.most).unwrap_or(i64::MAX);
    let step = Step::fitting(first, last, most, wish.step);
    let start = step.bucket(first).saturating_mul(step.nanos());
    let size = usize::try_from(step.buckets(first, last)).unwrap_or(1);
    let mut whole = Histogram {
        step,
        start,
        buckets: vec![Bucket::default(); size],
        untimed: 0,
        ends: Some((Nanos(first), Nanos(last))),
    };
    let parts = halves(rows, newer, &|rows, newer| whole.counted(snapshot, rows, newer))?;
    for part in parts {
        whole.buckets.iter_mut().zip(part).for_each(|(bucket, more)| bucket.take(more));
    }
    whole.untimed = rows.len() - whole.buckets.iter().map(|bucket| bucket.alerts).sum::<usize>().min(rows.len());
    Some(whole)
}

/// When the first of the rows came and the last; the first behind the last where none has a time.
fn ends(snapshot: &Snapshot, rows: &[RowId], newer: &dyn Fn() -> bool) -> Option<(i64, i64)> {
    let ends = halves(rows, newer, &|rows, newer| {
        let mut ends = (i64::MAX, i64::MIN);
        for some in rows.chunks(ROWS_A_LOOK) {
            let times = some.iter().filter_map(|row| snapshot.segment(*row)?.time(row.row()));
            ends = times.fold(ends, |(first, last), Nanos(time)| (first.min(time), last.max(time)));
            if newer() {
                return None;
            }
        }
        Some(ends)
    })?;
    Some(ends.into_iter().fold((i64::MAX, i64::MIN), |all, half| (all.0.min(half.0), all.1.max(half.1))))
}

impl Histogram {
    /// The alerts in each bucket, of which the number and the length are known.
    fn counted(&self, snapshot: &Snapshot, rows: &[RowId], newer: &dyn Fn() -> bool) -> Option<Vec<Bucket>> {
        let mut buckets = vec![Bucket::default(); self.buckets.len()];
        // Most rows are in the bucket of the row before: dividing is what takes time.
        let (mut at, mut begins, mut ends) = (0, i64::MAX, i64::MIN);
        for some in rows.chunks(ROWS_A_LOOK) {
            for row in some {
                let Some(segment) = snapshot.segment(*row) else { continue };
                let Some(Nanos(time)) = segment.time(row.row()) else { continue };
                if !(begins..ends).contains(&time) {
                    at = self.bucket_of(Nanos(time));
                    begins = self.begins(at).0;
                    ends = self.begins(at + 1).0;
                }
                if let Some(bucket) = buckets.get_mut(at) {
                    bucket.take(Bucket { alerts: 1, worst: segment.priority(row.row()) });
                }
            }
            if newer() {
                return None;
            }
        }
        Some(buckets)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::decode::instant;
    use crate::query::halves;
    use crate::source::{SourceName, Sources};
    use crate::store::LoadEvent;
    use crate::store::load::{Control, load};

    fn loaded(lines: &[String]) -> (Snapshot, Vec<RowId>) {
        let sources = Arc::<Sources>::default();
        let mut snapshot = Snapshot::new(Arc::clone(&sources));
        let name = SourceName::Memory("test", Arc::new(lines.join("\n").into_bytes()));
        load(&[name], &sources, &Control::default(), &mut |event| {
            if let LoadEvent::Segment { index, segment } = event {
                snapshot = snapshot.with_segment(index, segment);
            }
            true
        });
        let rows = (0..lines.len()).map(|row| RowId::new(0, u16::try_from(row).unwrap())).collect();
        (snapshot, rows)
    }

    fn line(time: &str, priority: &str) -> String {
        format!(r#"{{"rule":"r","output":"o","priority":"{priority}","time":"{time}"}}"#)
    }

    #[test]
    fn steps_are_round_and_as_short_as_there_is_room() {
        let hours = 12 * 3600 * Nanos::SECOND;
        for (room, want) in [(72, "10 min"), (71, "30 min"), (144, "5 min"), (1, "12 h"), (0, "12 h"), (99_999, "5 s")]
        {
            assert_eq!(Step::fitting(0, hours - 1, room, None).words(), want, "{room}");
        }
        assert_eq!(Step::fitting(0, 0, 10, None).words(), "1 s");
        assert_eq!(Step::fitting(i64::MIN + 1, i64::MAX, 10, None).words(), "3,650 days");
        let wished = Step::fitting(0, hours, 10, Some(Step(3)));
        assert_eq!((wished.words(), wished.shorter().words(), wished.longer().words()), ("30 s", "10 s", "1 min"));
        assert_eq!(Step::fitting(0, i64::MAX, 10, Some(Step(0))).words(), "7 days");
    }

    #[test]
    fn gaps_are_buckets_and_alerts_without_a_time_are_told() {
        let times = ["2024-10-05T18:00:00Z", "2024-10-05T18:00:09Z", "2024-10-05T18:00:31.5Z", "?"];
        let lines: Vec<String> =
            times.iter().zip(["Notice", "Critical", "odd", "Error"]).map(|(t, p)| line(t, p)).collect();
        let (snapshot, rows) = loaded(&lines);
        let found = histogram(&snapshot, &rows, Wish { most: 5, ..Wish::default() }, &|| false).unwrap();
        let want = [(2, Some(Priority::Critical)), (0, None), (0, None), (1, None)];
        assert_eq!(found.buckets.iter().map(|b| (b.alerts, b.worst)).collect::<Vec<_>>(), want);
        assert_eq!((found.step.words(), found.untimed, found.peak()), ("10 s", 1, Some((2, 0))));
        assert_eq!(found.begins(3), instant(b"2024-10-05T18:00:30Z").unwrap());
        assert_eq!(found.bucket_of(instant(b"2024-10-05T18:00:31Z").unwrap()), 3);
        let none = histogram(&snapshot, &rows[3..], Wish { most: 5, ..Wish::default() }, &|| false).unwrap();
        assert_eq!((none.buckets.len(), none.untimed, none.peak()), (0, 1, None));
        assert!(histogram(&snapshot, &rows, Wish { most: 5, ..Wish::default() }, &|| true).is_none());
        let often =
            histogram(&snapshot, &rows.repeat(halves::FEW), Wish { most: 5, ..Wish::default() }, &|| false).unwrap();
        assert_eq!((often.buckets[0].alerts, often.untimed), (2 * halves::FEW, halves::FEW));
    }

    proptest! {
        #[test]
        fn every_alert_is_in_one_bucket(
            seconds in vec((0..200_000_u32, 0..8_usize), 1..60),
            room in 1..90_usize,
            known: bool,
        ) {
            let time = |s: u32| format!("2024-10-0{}T{:02}:{:02}:{:02}Z", 1 + s / 86_400, s / 3600 % 24, s / 60 % 60, s % 60);
            let lines: Vec<String> = seconds.iter().map(|(s, p)| line(&time(*s), Priority::ALL[*p].word())).collect();
            let (snapshot, rows) = loaded(&lines);
            let ends = if known { ends(&snapshot, &rows, &|| false).map(|(first, last)| (Nanos(first), Nanos(last))) } else { None };
            let found = histogram(&snapshot, &rows, Wish { most: room, ends, ..Wish::default() }, &|| false).unwrap();
            prop_assert!(found.buckets.len() <= room);
            let mut plain: BTreeMap<usize, (usize, Priority)> = BTreeMap::new();
            for (s, p) in &seconds {
                let at = (0..found.buckets.len()).find(|at| (found.begins(*at)..found.begins(at + 1)).contains(&instant(time(*s).as_bytes()).unwrap()));
                let bucket = plain.entry(at.unwrap()).or_insert((0, Priority::Debug));
                *bucket = (bucket.0 + 1, bucket.1.min(Priority::ALL[*p]));
            }
            for (at, bucket) in found.buckets.iter().enumerate() {
                let want = plain.get(&at).map_or((0, None), |(alerts, worst)| (*alerts, Some(*worst)));
                prop_assert_eq!((bucket.alerts, bucket.worst), want);
            }
        }
    }
}
