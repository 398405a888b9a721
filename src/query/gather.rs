//! Values as small numbers, and rows as combinations of them.
//!
//! Lives here: each distinct value gets one number for all segments, each row one for its combination. Not here: the
//! groups made of them (`group`). Imports: `base`, `decode`, `store`. Promise: a value is looked at once for each segment
//! that has it; rows are only counted.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

use crate::base::{Priority, RowId};
use crate::decode::Value;
use crate::query::bits::Bits;
use crate::query::chain::{Chain, Code, by_segment, from_lines, put, value_of};
use crate::query::group::{Form, Part};
use crate::query::shape::{lasting, shape};
use crate::query::watch::Watch;
use crate::store::Snapshot;

/// The numbers of one part's values; 0 is no value.
pub(super) struct Numbered<'s> {
    segments: Vec<Codes<'s>>,
    /// By number: the value's sum.
    pub(super) sums: Vec<u64>,
}

/// One segment's.
struct Codes<'s> {
    chain: Chain<'s>,
    of_code: Vec<u32>,
    of_row: HashMap<usize, u32>,
}

/// Gives sums numbers.
struct Numbers {
    known: HashMap<u64, u32, foldhash::fast::RandomState>,
    sums: Vec<u64>,
}

impl Numbers {
    fn number(&mut self, sum: u64) -> u32 {
        let next = u32::try_from(self.sums.len()).unwrap_or(u32::MAX);
        *self.known.entry(sum).or_insert_with(|| {
            self.sums.push(sum);
            next
        })
    }
}

impl<'s> Numbered<'s> {
    /// Numbers what `rows` have of `part`; `None` when something newer waits.
    pub(super) fn of(
        (snapshot, part): (&'s Snapshot, &Part),
        rows: &[RowId],
        hashes: &RandomState,
        watch: &mut Watch<'_>,
    ) -> Option<Self> {
        let mut numbers = Numbers { known: HashMap::default(), sums: vec![0] };
        let sum = |value: Value<'_>| match part.form {
            Form::Exact => hashes.hash_one(value.bytes()),
            Form::Shape => hashes.hash_one(shape(lasting(value.bytes()))),
        };
        let mut wanted: Option<Vec<Bits>> = None;
        let mut segments = Vec::new();
        for (at, segment) in snapshot.segments().iter().enumerate() {
            let chain = Chain::of(segment, &part.fields);
            let codes = 0..u32::try_from(chain.codes()).unwrap_or(u32::MAX);
            let of_code = codes.map(|code| chain.read(code, sum).map_or(0, |sum| numbers.number(sum))).collect();
            watch.spend(chain.codes() * CODE_WORK)?;
            let mut of_row = HashMap::new();
            if chain.needs_lines() {
                let wanted = wanted.get_or_insert_with(|| by_segment(snapshot, rows)).get(at).cloned();
                let open = open(&chain, &wanted.unwrap_or_default());
                let told = &mut |alert: &_| value_of(alert, &part.fields).map_or(0, |value| numbers.number(sum(value)));
                of_row = from_lines((snapshot, segment), &open, part.fields.clone(), told, watch)?;
            }
            segments.push(Codes { chain, of_code, of_row });
        }
        Some(Self { segments, sums: numbers.sums })
    }

    /// How many numbers there are, 0 among them.
    fn count(&self) -> u64 {
        self.sums.len() as u64
    }
}

impl Codes<'_> {
    fn number(&self, row: usize) -> u32 {
        match self.chain.code(row) {
            Code::Absent => 0,
            Code::Known(code) => self.of_code.get(code as usize).copied().unwrap_or(0),
            // A line that can't be read any more tells nothing.
            Code::InLine => self.of_row.get(&row).copied().unwrap_or(0),
        }
    }

    /// The number of every row of the segment.
    fn spread(&self, len: usize) -> Vec<u32> {
        match self.chain.only() {
            Some(column) => column.spread(&self.of_code, len),
            None => (0..len).map(|row| self.number(row)).collect(),
        }
    }
}

/// What numbering one entry costs, in bytes that could be searched in the same time.
const CODE_WORK: usize = 64;

/// Those of `rows` whose value is only in the line.
fn open(chain: &Chain<'_>, rows: &Bits) -> Bits {
    let mut open = Bits::none(rows.len());
    rows.rows().filter(|row| chain.code(*row) == Code::InLine).for_each(|row| open.set(row));
    open
}

/// What groups are made of: the parts of what alerts share, and their hosts.
pub(super) struct Numbering<'s> {
    pub(super) parts: Vec<Numbered<'s>>,
    pub(super) hosts: Numbered<'s>,
    /// Names combinations that have too many numbers.
    pub(super) mix: foldhash::fast::FixedState,
}

/// The rows of one segment as they are gathered.
pub(super) struct Seen {
    /// The number of each row's combination.
    combinations: Vec<u64>,
    /// The number of its host.
    hosts: Vec<u32>,
    /// Its priority.
    priorities: Vec<Option<Priority>>,
}

/// One row as it is gathered: the numbers of its combination and of its host, and its priority.
pub(super) type Row = (u64, u32, Option<Priority>);

impl Seen {
    /// One of the rows.
    pub(super) fn row(&self, row: usize) -> Option<Row> {
        Some((*self.combinations.get(row)?, *self.hosts.get(row)?, *self.priorities.get(row)?))
    }
}

impl Numbering<'_> {
    /// How many combinations there may be; `None`: more than can be numbered, so that hashes stand for them.
    pub(super) fn combinations(&self) -> Option<u64> {
        self.parts.iter().try_fold(1_u64, |all, part| all.checked_mul(part.count()))
    }

    /// The name of a combination, made of the sums of its values: the same whatever number it has.
    pub(super) fn name(&self, mut combination: u64) -> u64 {
        let mut hasher = self.mix.build_hasher();
        for part in self.parts.iter().rev() {
            let number = usize::try_from(combination % part.count()).unwrap_or(usize::MAX);
            hasher.write_u64(part.sums.get(number).copied().unwrap_or(0));
            combination /= part.count();
        }
        hasher.finish()
    }

    /// Every row as it is gathered, by segment; a share of the segments is looked at by each processor.
    pub(super) fn seen(&self, snapshot: &Snapshot) -> Vec<Seen> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
        let numbers: Vec<usize> = (0..snapshot.segments().len()).collect();
        let share = numbers.len().div_ceil(threads).max(1);
        let look = |numbers: &[usize]| numbers.iter().map(|number| self.segment(snapshot, *number)).collect();
        thread::scope(|scope| {
            let begun: Vec<_> = numbers.chunks(share).map(|numbers| scope.spawn(move || look(numbers))).collect();
            let done = begun.into_iter().map(ScopedJoinHandle::join);
            // A panic is this thread's own: it is told like any other of the worker's.
            done.flat_map(|seen: thread::Result<Vec<Seen>>| seen.unwrap_or_else(|panic| resume_unwind(panic))).collect()
        })
    }

    fn segment(&self, snapshot: &Snapshot, number: usize) -> Seen {
        let segment = snapshot.segments().get(number);
        let len = segment.map_or(0, |segment| segment.len());
        let spread =
            |part: &Numbered<'_>| part.segments.get(number).map_or_else(|| vec![0; len], |codes| codes.spread(len));
        let parts: Vec<Vec<u32>> = self.parts.iter().map(spread).collect();
        Seen {
            combinations: if self.combinations().is_some() {
                self.radix(&parts, len)
            } else {
                self.hashed(&parts, len)
            },
            hosts: spread(&self.hosts),
            priorities: segment.map(|segment| segment.each_priority()).unwrap_or_default(),
        }
    }

    fn radix(&self, parts: &[Vec<u32>], len: usize) -> Vec<u64> {
        let mut combinations = vec![0; len];
        for (part, numbers) in self.parts.iter().zip(parts) {
            let count = part.count();
            combinations.iter_mut().zip(numbers).for_each(|(all, number)| *all = *all * count + u64::from(*number));
        }
        combinations
    }

    /// By the sums, which stay the same when more is loaded.
    fn hashed(&self, parts: &[Vec<u32>], len: usize) -> Vec<u64> {
        let sum = |(part, numbers): (&Numbered<'_>, &Vec<u32>), row: usize| {
            let number = numbers.get(row).copied().unwrap_or(0);
            part.sums.get(number as usize).copied().unwrap_or(0)
        };
        let of_row = |row| self.parts.iter().zip(parts).map(|part| sum(part, row)).collect::<Vec<u64>>();
        (0..len).map(|row| self.mix.hash_one(of_row(row))).collect()
    }
}

/// More do not help: the memory is what is waited for.
const MOST_THREADS: usize = 4;

/// Gives combinations places in the order in which they come.
pub(super) enum Places {
    /// By number.
    Dense(Vec<u32>),
    /// Where there are too many numbers.
    Sparse(HashMap<u64, u32, foldhash::fast::RandomState>),
}

/// So many numbers of combinations are few enough for a table.
const DENSE: u64 = 1 << 22;

/// No place yet.
const NONE: u32 = u32::MAX;

impl Places {
    /// For so many combinations.
    pub(super) fn of(combinations: Option<u64>) -> Self {
        match combinations.filter(|count| *count <= DENSE).and_then(|count| usize::try_from(count).ok()) {
            Some(count) => Self::Dense(vec![NONE; count]),
            None => Self::Sparse(HashMap::default()),
        }
    }

    /// The place of a combination; `next` is what a new one gets.
    pub(super) fn place(&mut self, combination: u64, next: usize) -> usize {
        let next = u32::try_from(next).unwrap_or(NONE);
        let place = match self {
            Self::Dense(places) => {
                let at = usize::try_from(combination).unwrap_or(usize::MAX);
                match places.get(at).copied() {
                    Some(NONE) | None => {
                        put(places, at, next);
                        next
                    }
                    Some(place) => place,
                }
            }
            Self::Sparse(places) => *places.entry(combination).or_insert(next),
        };
        place as usize
    }
}
