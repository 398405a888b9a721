//! A condition over the columns of one segment: which rows fulfil it, and which may.
//!
//! Lives here: each distinct value is tested once, then rows are compared by entry number, many at a time. Not here: words
//! (`worded`), made values (`made`), lines (`lines`), in what order and by what means (`plan`). Imports: `decode`, `store`.
//! Promise: of the rows that are asked about, one in `yes` matches, one outside `maybe` does not; only what lies between
//! needs its line.

use crate::decode::Value;
use crate::query::bits::Bits;
use crate::query::needle::Word;
use crate::query::plan::{Means, instants, means};
use crate::query::tree::{Check, Node};
use crate::query::watch::Watch;
use crate::query::worded::each_entry_with;
use crate::store::{Cell, Column, Segment, Slot};

/// What the columns say.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Rows that match.
    pub(crate) yes: Bits,
    /// Rows that may match; all of `yes` is among them.
    pub(crate) maybe: Bits,
}

/// The rows of a segment.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'s> {
    /// The segment.
    pub(crate) segment: &'s Segment,
}

impl Found {
    /// The same rows for certain.
    pub(crate) fn certain(yes: Bits) -> Self {
        Self { maybe: yes.clone(), yes }
    }

    /// None for certain, these perhaps.
    pub(crate) fn perhaps(maybe: Bits) -> Self {
        Self { yes: Bits::none(maybe.len()), maybe }
    }

    /// Both conditions at once.
    pub(crate) fn and(self, other: &Self) -> Self {
        Self { yes: self.yes.and(&other.yes), maybe: self.maybe.and(&other.maybe) }
    }

    fn or(self, other: &Self) -> Self {
        Self { yes: self.yes.or(&other.yes), maybe: self.maybe.or(&other.maybe) }
    }

    /// What `not` makes of it among `alive`.
    pub(crate) fn inverted(self, alive: &Bits) -> Self {
        Self { yes: alive.clone().without(&self.maybe), maybe: alive.clone().without(&self.yes) }
    }
}

impl Rows<'_> {
    /// No row.
    pub(crate) fn none(self) -> Bits {
        Bits::none(self.segment.len())
    }

    /// Which of the rows `alive` fulfil `node`; `None` when something newer waits.
    pub(crate) fn node(self, node: &Node, alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        match node {
            Node::And(parts) => self.all_of(parts, alive, watch),
            Node::Or(parts) => self.any_of(parts, alive, watch),
            Node::Not(inner) => self.node(inner, alive, watch).map(|found| found.inverted(alive)),
            Node::Macro(inner) => self.node(inner, alive, watch),
            Node::Derived(derived) => self.derived(derived, alive, watch),
            Node::Family(family) => self.node(&family.node, alive, watch),
            Node::Check(check) => self.check(check, alive, watch),
            Node::Word(word, ..) => self.word(word, alive, watch),
        }
    }

    /// Each part is asked only of the rows that the parts before it left.
    fn all_of(self, parts: &[Node], alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        let mut left = Found::certain(alive.clone());
        for part in parts {
            if left.maybe.is_empty() {
                break;
            }
            let found = self.node(part, &left.maybe, watch)?;
            left = left.and(&found);
        }
        Some(left)
    }

    /// Each part is asked only of the rows that no part before it has for certain.
    fn any_of(self, parts: &[Node], alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        let mut any = Found::certain(self.none());
        for part in parts {
            let open = alive.clone().without(&any.yes);
            if open.is_empty() {
                break;
            }
            any = any.or(&self.node(part, &open, watch)?);
        }
        Some(any)
    }

    fn check(self, check: &Check, alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        watch.spend(self.segment.len() / ROWS_A_UNIT)?;
        match means(check, self.segment) {
            Means::Nobody => Some(Found::certain(self.none())),
            Means::Unknown => Some(Found::perhaps(alive.clone())),
            Means::Lines(column) => Some(Found::perhaps(self.present(column).and(alive))),
            Means::Present(column) => Some(Found::certain(self.present(column).and(alive))),
            Means::Times(column) => self.moment(check, &self.present(column).and(alive), watch),
            Means::Ranges(column, ranges) => {
                let mut rows = self.none();
                for range in &ranges {
                    column.mark_numbers(range, rows.words_mut());
                }
                Some(Found::certain(rows.and(alive)))
            }
            Means::Numbers(column) => self.one_by_one(column, alive, watch, &|value| check.matches(Some(value))),
            Means::Values(column) => {
                match worth_a_search(check, column).filter(|_| alive.count() >= column.entries()) {
                    Some((bytes, words)) => {
                        let verdicts = Verdicts::of_those_with(column, (bytes, words), watch, check)?;
                        Some(self.rows_of(column, &verdicts, alive))
                    }
                    None => self.values(column, alive, watch, &|value| check.matches(Some(value))),
                }
            }
        }
    }

    /// The rows that have a name.
    pub(crate) fn present(self, column: &Column) -> Bits {
        let mut rows = self.none();
        column.mark_present(rows.words_mut());
        rows
    }

    /// Among the rows `present`, which have a time at all.
    fn moment(self, check: &Check, present: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        let mut yes = self.none();
        if let Some(range) = instants(check) {
            self.segment.mark_times(&range, yes.words_mut());
            return Some(Found::certain(yes.and(present)));
        }
        for row in present.rows().filter(|row| check.matches_moment(self.segment.time(*row))) {
            yes.set(row);
        }
        watch.spend(present.count() * ROW_WORK)?;
        Some(Found::certain(yes))
    }

    /// The rows of a dictionary's entries that pass `test`. Where few rows are asked about, only their entries are tested.
    pub(crate) fn values(
        self,
        column: &Column,
        alive: &Bits,
        watch: &mut Watch<'_>,
        test: &dyn Fn(Value<'_>) -> bool,
    ) -> Option<Found> {
        if alive.count() < column.entries() {
            return self.one_by_one(column, alive, watch, test);
        }
        let verdicts = Verdicts::of(column, watch, test)?;
        Some(self.rows_of(column, &verdicts, alive))
    }

    /// The rows of `alive` whose value passes `test`.
    pub(crate) fn one_by_one(
        self,
        column: &Column,
        alive: &Bits,
        watch: &mut Watch<'_>,
        test: &dyn Fn(Value<'_>) -> bool,
    ) -> Option<Found> {
        let mut found = Found::certain(self.none());
        for row in alive.rows() {
            let (verdict, work) = match column.slot(row) {
                Slot::Absent => continue,
                Slot::InLine => (None, 0),
                Slot::Entry(entry) => {
                    column.entry(entry).map_or((Some(false), 0), |cell| (cell.read(test), length(cell)))
                }
            };
            watch.spend(ENTRY_WORK + work)?;
            if verdict != Some(false) {
                found.maybe.set(row);
            }
            if verdict == Some(true) {
                found.yes.set(row);
            }
        }
        Some(found)
    }

    /// The rows of `alive` whose entry's verdict is yes or may be.
    pub(crate) fn rows_of(self, column: &Column, verdicts: &Verdicts, alive: &Bits) -> Found {
        let mut yes = self.none();
        column.mark_entries(&verdicts.yes, yes.words_mut());
        let yes = yes.and(alive);
        if !verdicts.leaves_open() {
            return Found::certain(yes);
        }
        let mut maybe = self.none();
        column.mark_entries(&verdicts.open, maybe.words_mut());
        Found { maybe: maybe.and(alive).or(&yes), yes }
    }
}

/// What the entries of a column say, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// The entry passes.
    pub(crate) yes: Vec<bool>,
    /// The entry does not hold the whole value.
    pub(crate) open: Vec<bool>,
}

impl Verdicts {
    /// Tests every entry of a column.
    pub(crate) fn of(column: &Column, watch: &mut Watch<'_>, test: &dyn Fn(Value<'_>) -> bool) -> Option<Self> {
        let mut verdicts = Self::none(column.entries());
        let slots = verdicts.yes.iter_mut().zip(&mut verdicts.open);
        for (entry, (yes, open)) in (0_u32..).zip(slots) {
            let Some(cell) = column.entry(entry) else { continue };
            match cell.read(test) {
                Some(passes) => *yes = passes,
                None => *open = true,
            }
            watch.spend(ENTRY_WORK + length(cell))?;
        }
        Some(verdicts)
    }

    /// Tests the entries that have one of the words; no other passes. `bytes` are those of all entries.
    fn of_those_with(
        column: &Column,
        (bytes, words): (&[u8], &[Word]),
        watch: &mut Watch<'_>,
        check: &Check,
    ) -> Option<Self> {
        let mut verdicts = Self::none(column.entries());
        for word in words {
            watch.spend(bytes.len())?;
            let mut tested = Some(());
            each_entry_with(column, bytes, word, &mut |entry| {
                let cell = u32::try_from(entry).ok().and_then(|entry| column.entry(entry));
                let passes = cell.and_then(|cell| cell.read(|value| check.matches(Some(value))));
                if let (Some(slot), Some(true)) = (verdicts.yes.get_mut(entry), passes) {
                    *slot = true;
                }
                tested = tested.and(watch.spend(ENTRY_WORK));
            });
            tested?;
        }
        Some(verdicts)
    }

    /// No entry passes, and none is open.
    pub(crate) fn none(entries: usize) -> Self {
        Self { yes: vec![false; entries], open: vec![false; entries] }
    }

    /// Whether an entry does not hold the whole value.
    pub(crate) fn leaves_open(&self) -> bool {
        self.open.contains(&true)
    }
}

/// The bytes of a large dictionary and the words of which a value that fulfils the comparison has one: finding those in
/// all values at once costs a tenth of testing each.
fn worth_a_search<'c>(check: &'c Check, column: &'c Column) -> Option<(&'c [u8], &'c [Word])> {
    let words = check.needle.as_deref().ok().filter(|words| words.len() <= MOST_SEARCHES)?;
    if column.entries() < MANY_ENTRIES || !words.iter().all(Word::is_by_bytes) {
        return None;
    }
    column.plain_bytes().map(|bytes| (bytes, words))
}

/// A search through the dictionary for each of more words costs as much as testing its entries.
const MOST_SEARCHES: usize = 3;

/// In smaller dictionaries nothing is gained.
const MANY_ENTRIES: usize = 256;

/// What looking at one row by itself costs, in the bytes that could be searched in the same time.
pub(crate) const ROW_WORK: usize = 8;

/// So many rows are compared at a time when their entries' numbers are.
const ROWS_A_UNIT: usize = 2;

/// What testing one entry costs, beside its bytes.
const ENTRY_WORK: usize = 64;

fn length(cell: Cell<'_>) -> usize {
    match cell {
        Cell::Whole(value) => value.bytes().len(),
        _ => 0,
    }
}
