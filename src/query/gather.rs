//! The groups of one segment's rows, gathered by the numbers of their entries.
//!
//! Lives here: each combination of entries is named once, then rows are only counted. Not here: groups of several segments
//! (`group`). Imports: `decode`, `store`. Promise: segments know nothing of each other, so that they are gathered side by
//! side.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use crate::base::Priority;
use crate::query::bits::Bits;
use crate::query::chain::{Chain, Code, put};
use crate::query::group::{GroupId, Grouper, Part};
use crate::store::Segment;

impl Grouper {
    /// Gathers the rows of one segment.
    pub(super) fn local(&self, job: &Job<'_>) -> Local {
        let sums: Vec<Vec<u64>> =
            job.chains.iter().zip(job.parts).map(|(chain, part)| self.sums(chain, part)).collect();
        let mut local = Local { of_row: vec![NONE; job.segment.len()], groups: Vec::new() };
        let mut names: HashMap<GroupId, u32> = HashMap::new();
        let mut known = Combinations::of(job.chains);
        let mut hosts = Hosts::of(job.segment, &self.hashes);
        for row in job.rows.rows() {
            let place = match combination(job.chains, row) {
                Some(place) => *known.at(place).get_or_insert_with(|| {
                    let id = self.id(sums.iter().zip(job.chains).map(|(sums, chain)| sum_of(sums, chain.code(row))));
                    local_place(&mut local.groups, &mut names, id)
                }),
                None => match job.lines.get(&row) {
                    Some(id) => local_place(&mut local.groups, &mut names, *id),
                    // Its line can't be read any more: it shares a group with others of that kind.
                    None => local_place(&mut local.groups, &mut names, GroupId::default()),
                },
            };
            if let Some(group) = local.groups.get_mut(place as usize) {
                group.take(job.segment.priority(row));
                hosts.take(place, row, group);
            }
            put(&mut local.of_row, row, place);
        }
        local
    }

    /// The sum of each entry of a chain.
    fn sums(&self, chain: &Chain<'_>, part: &Part) -> Vec<u64> {
        let codes = 0..u32::try_from(chain.codes()).unwrap_or(u32::MAX);
        codes.map(|code| chain.read(code, |value| self.sum(part, value)).unwrap_or_default()).collect()
    }
}

fn sum_of(sums: &[u64], code: Code) -> u64 {
    match code {
        Code::Known(code) => sums.get(code as usize).copied().unwrap_or_default(),
        Code::Absent | Code::InLine => 0,
    }
}

pub(super) fn local_place(groups: &mut Vec<Gathering>, names: &mut HashMap<GroupId, u32>, id: GroupId) -> u32 {
    let next = u32::try_from(groups.len()).unwrap_or(NONE);
    *names.entry(id).or_insert_with(|| {
        groups.push(Gathering { id, ..Gathering::default() });
        next
    })
}

/// What is to be gathered of one segment.
pub(super) struct Job<'a> {
    pub(super) segment: &'a Segment,
    pub(super) rows: &'a Bits,
    pub(super) chains: &'a [Chain<'a>],
    pub(super) lines: &'a HashMap<usize, GroupId>,
    pub(super) parts: &'a [Part],
}

/// No group.
const NONE: u32 = u32::MAX;

/// What one segment says.
pub(super) struct Local {
    /// The group of each row, by its place in `groups`.
    pub(super) of_row: Vec<u32>,
    pub(super) groups: Vec<Gathering>,
}

/// A group while rows are put into it.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathering {
    pub(super) id: GroupId,
    pub(super) count: usize,
    pub(super) worst: Option<Priority>,
    /// The sums of the hosts' names.
    pub(super) hosts: HashSet<u64, foldhash::fast::RandomState>,
}

impl Gathering {
    fn take(&mut self, priority: Option<Priority>) {
        self.count += 1;
        self.worst = worst(self.worst, priority);
    }
}

pub(super) fn worst(a: Option<Priority>, b: Option<Priority>) -> Option<Priority> {
    [a, b].into_iter().flatten().min()
}

/// The number of the row's combination of entries; `None` where only its line tells.
fn combination(chains: &[Chain<'_>], row: usize) -> Option<u128> {
    let mut number = 0;
    for chain in chains {
        let digit = match chain.code(row) {
            Code::Absent => 0,
            Code::Known(code) => u128::from(code) + 1,
            Code::InLine => return None,
        };
        number = number * (chain.codes() as u128 + 1) + digit;
    }
    Some(number)
}

/// The group of each combination of entries, found once.
enum Combinations {
    /// By the combination's number.
    Dense(Vec<Option<u32>>),
    /// The same where there are too many numbers.
    Sparse(HashMap<u128, Option<u32>, foldhash::fast::RandomState>),
}

/// So many numbers of combinations are few.
const DENSE: u128 = 1 << 18;

impl Combinations {
    fn of(chains: &[Chain<'_>]) -> Self {
        let all = chains.iter().map(|chain| chain.codes() as u128 + 1).fold(1, u128::saturating_mul);
        if all <= DENSE {
            return Self::Dense(vec![None; usize::try_from(all).unwrap_or_default()]);
        }
        Self::Sparse(HashMap::default())
    }

    fn at(&mut self, place: u128) -> &mut Option<u32> {
        match self {
            Self::Dense(all) => {
                let place = usize::try_from(place).unwrap_or(usize::MAX).min(all.len().saturating_sub(1));
                #[expect(clippy::indexing_slicing, reason = "there is at least one combination, and place is below it")]
                &mut all[place]
            }
            Self::Sparse(known) => known.entry(place).or_default(),
        }
    }
}

/// Which hosts the rows of a segment name.
struct Hosts<'s> {
    chain: Chain<'s>,
    sums: Vec<u64>,
    /// The last host of each group: most alerts come from the host that the one before came from.
    last: Vec<u32>,
}

impl<'s> Hosts<'s> {
    fn of(segment: &'s Segment, hashes: &RandomState) -> Self {
        let chain = Chain::of(segment, &["hostname".to_owned()]);
        let codes = 0..u32::try_from(chain.codes()).unwrap_or(u32::MAX);
        let sum = |code| chain.read(code, |value| hashes.hash_one(value.bytes())).unwrap_or_default();
        let sums = codes.map(sum).collect();
        Self { chain, sums, last: Vec::new() }
    }

    fn take(&mut self, place: u32, row: usize, group: &mut Gathering) {
        let Code::Known(code) = self.chain.code(row) else { return };
        let place = place as usize;
        if self.last.len() <= place {
            self.last.resize(place + 1, NONE);
        }
        let Some(last) = self.last.get_mut(place).filter(|last| **last != code) else { return };
        *last = code;
        group.hosts.extend(self.sums.get(code as usize));
    }
}
