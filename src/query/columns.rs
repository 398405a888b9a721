//! A condition over the columns of one segment: which rows fulfil it, and which may.
//!
//! Lives here: each distinct value is tested once, then rows are compared by entry number. Not here: lines (`lines`).
//! Imports: `base`, `decode`, `store`. Promise: a row in `yes` matches, a row outside `maybe` does not; only what lies
//! between needs its line.

use crate::decode::{Scope, Value};
use crate::query::bits::Bits;
use crate::query::needle::Word;
use crate::query::tree::{Check, Kind, Node, Test};
use crate::query::value::has_word;
use crate::query::watch::Watch;
use crate::query::words::{FUZZY_NAMES, Fuzzy, Item};
use crate::store::{Cell, Column, Segment, Slot};

/// What the columns say.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Rows that match.
    pub(crate) yes: Bits,
    /// Rows that may match; all of `yes` is among them.
    pub(crate) maybe: Bits,
}

/// What one entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    No,
    Yes,
    /// The entry does not hold the whole value.
    Maybe,
}

/// The rows of a segment from `first` on.
pub(crate) struct Rows<'s> {
    /// The segment.
    pub(crate) segment: &'s Segment,
    /// Rows before it were looked at already.
    pub(crate) first: usize,
}

impl Found {
    /// The same rows for certain.
    fn certain(yes: Bits) -> Self {
        Self { maybe: yes.clone(), yes }
    }

    /// Both conditions at once.
    pub(crate) fn and(self, other: &Self) -> Self {
        Self { yes: self.yes.and(&other.yes), maybe: self.maybe.and(&other.maybe) }
    }

    fn or(self, other: &Self) -> Self {
        Self { yes: self.yes.or(&other.yes), maybe: self.maybe.or(&other.maybe) }
    }

    fn inverted(self) -> Self {
        Self { yes: self.maybe.inverted(), maybe: self.yes.inverted() }
    }
}

impl Rows<'_> {
    fn len(&self) -> usize {
        self.segment.len()
    }

    fn none(&self) -> Bits {
        Bits::none(self.len())
    }

    /// Every row.
    pub(crate) fn all(&self) -> Found {
        Found::certain(Bits::from(self.first, self.len()))
    }

    /// Which rows fulfil `node`; `None` when something newer waits.
    pub(crate) fn node(&self, node: &Node, watch: &mut Watch<'_>) -> Option<Found> {
        match node {
            Node::And(parts) => parts.iter().try_fold(self.all(), |all, part| Some(all.and(&self.node(part, watch)?))),
            Node::Or(parts) => {
                let nothing = Found::certain(self.none());
                parts.iter().try_fold(nothing, |any, part| Some(any.or(&self.node(part, watch)?)))
            }
            Node::Not(inner) => self.node(inner, watch).map(Found::inverted),
            Node::Macro(inner) => self.node(inner, watch),
            Node::Derived(derived) => self.derived(derived, watch),
            Node::Family(family) => self.node(&family.node, watch),
            Node::Check(check) => self.check(check, watch),
            Node::Word(word, ..) => self.word(word, watch),
        }
    }

    fn check(&self, check: &Check, watch: &mut Watch<'_>) -> Option<Found> {
        let name = &check.left.name;
        let Some(column) = self.segment.column(Scope::of(name), name.as_bytes()) else {
            // Without a column nobody has the name, unless the segment holds more names than it has columns.
            let maybe = if self.segment.leaves_names_out() { self.all().yes } else { self.none() };
            return Some(Found { yes: self.none(), maybe });
        };
        if check.left.kind == Kind::Moment && matches!(check.test, Test::Compare(..) | Test::List(..)) {
            return self.moment(check, column, watch);
        }
        if check.test == Test::Exists {
            return self.rows_of(column, &[], Verdict::Yes, watch);
        }
        let verdicts = verdicts(column, watch, &mut |value| check.matches(Some(value)))?;
        self.rows_of(column, &verdicts, Verdict::Maybe, watch)
    }

    /// A comparison of times reads the segment's own list of them, although the texts are only in the lines.
    fn moment(&self, check: &Check, column: &Column, watch: &mut Watch<'_>) -> Option<Found> {
        let mut yes = self.none();
        for row in self.first..self.len() {
            let present = column.slot(row) != Slot::Absent;
            if present && check.matches_moment(self.segment.time(row)) {
                yes.set(row);
            }
        }
        watch.spend(self.len() * ROW_WORK)?;
        Some(Found::certain(yes))
    }

    /// The rows whose entry's verdict is yes or may be; `other` is the verdict on entries without one.
    fn rows_of(&self, column: &Column, verdicts: &[Verdict], other: Verdict, watch: &mut Watch<'_>) -> Option<Found> {
        let mut found = Found::certain(self.none());
        for row in self.first..self.len() {
            let verdict = match column.slot(row) {
                Slot::Absent => Verdict::No,
                Slot::Entry(entry) => verdicts.get(entry as usize).copied().unwrap_or(other),
                Slot::InLine => other,
            };
            match verdict {
                Verdict::No => continue,
                Verdict::Yes => found.yes.set(row),
                Verdict::Maybe => {}
            }
            found.maybe.set(row);
        }
        watch.spend(self.len() * ROW_WORK)?;
        Some(found)
    }

    /// Which rows have `word` in one of their values.
    pub(crate) fn word(&self, word: &Word, watch: &mut Watch<'_>) -> Option<Found> {
        let mut yes = self.none();
        let mut lines_may_have_it = self.segment.leaves_names_out();
        for column in self.segment.columns().iter().filter(|column| column.scope() != Scope::Other) {
            if column.entries() == 0 {
                lines_may_have_it |= column.present() > 0;
                continue;
            }
            if holds_integers(column) && !could_be_in_integer(word) {
                continue;
            }
            let verdicts = verdicts(column, watch, &mut |value| has_word(value, word))?;
            lines_may_have_it |= verdicts.contains(&Verdict::Maybe);
            if verdicts.contains(&Verdict::Yes) {
                yes = yes.or(&self.rows_of(column, &verdicts, Verdict::No, watch)?.yes);
            }
        }
        let maybe = if lines_may_have_it { self.all().yes } else { yes.clone() };
        Some(Found { yes, maybe })
    }

    /// Which rows have a word of the narrowing, whether it must be found or must not.
    pub(crate) fn item(&self, item: &Item, fuzzy: &Fuzzy, watch: &mut Watch<'_>) -> Option<ItemFound> {
        let Found { yes, maybe } = self.word(&item.word, watch)?;
        let mut found = ItemFound { yes, maybe, near_in_lines: false };
        if item.fuzzy.is_some() {
            self.near(item, fuzzy, watch, &mut found)?;
        }
        Some(found)
    }

    /// Adds the rows in which the word's letters are found within one short value.
    fn near(&self, item: &Item, fuzzy: &Fuzzy, watch: &mut Watch<'_>, found: &mut ItemFound) -> Option<()> {
        found.near_in_lines = self.segment.leaves_names_out();
        let columns = FUZZY_NAMES.iter().filter_map(|(scope, name)| self.segment.column(*scope, name.as_bytes()));
        for column in columns {
            let verdicts = verdicts(column, watch, &mut |value| item.is_fuzzily_in(value, fuzzy))?;
            found.near_in_lines |= column.entries() == 0;
            if verdicts.contains(&Verdict::Yes) {
                let near = self.rows_of(column, &verdicts, Verdict::No, watch)?.yes;
                found.maybe = std::mem::take(&mut found.maybe).or(&near);
                found.yes = std::mem::take(&mut found.yes).or(&near);
            }
        }
        Some(())
    }
}

/// What the columns say of one word of the narrowing.
#[derive(Clone, Debug, Default)]
pub(crate) struct ItemFound {
    /// Rows that have it, letter after letter or nearly.
    pub(crate) yes: Bits,
    /// Rows that may have it; all of `yes` is among them.
    maybe: Bits,
    /// A line may have it nearly, in a short value that is in no column.
    pub(crate) near_in_lines: bool,
}

impl ItemFound {
    /// Which rows fulfil the word: have it, or have it not where it must not be found.
    pub(crate) fn fulfilled(&self, item: &Item) -> Found {
        let found = Found { yes: self.yes.clone(), maybe: self.maybe.clone() };
        if item.absent { found.inverted() } else { found }
    }
}

/// What looking at one row costs, in the bytes that could be searched in the same time.
pub(crate) const ROW_WORK: usize = 8;

/// What testing one entry costs, beside its bytes.
const ENTRY_WORK: usize = 128;

/// The verdict on every entry of a column, in the order of their numbers.
fn verdicts(column: &Column, watch: &mut Watch<'_>, test: &mut dyn FnMut(Value<'_>) -> bool) -> Option<Vec<Verdict>> {
    let count = u32::try_from(column.entries()).unwrap_or(u32::MAX);
    let mut verdicts = Vec::with_capacity(column.entries());
    for entry in 0..count {
        let cell = column.entry(entry);
        let verdict = match cell {
            None => Verdict::No,
            Some(cell) => match cell.read(&mut *test) {
                Some(true) => Verdict::Yes,
                Some(false) => Verdict::No,
                None => Verdict::Maybe,
            },
        };
        watch.spend(ENTRY_WORK + cell.map_or(0, length))?;
        verdicts.push(verdict);
    }
    Some(verdicts)
}

fn length(cell: Cell<'_>) -> usize {
    match cell {
        Cell::Whole(value) => value.bytes().len(),
        _ => 0,
    }
}

/// Such columns have an entry a row, all of one kind.
fn holds_integers(column: &Column) -> bool {
    let count = u32::try_from(column.entries()).unwrap_or(u32::MAX);
    matches!((0..count).find_map(|entry| column.entry(entry)), Some(Cell::Integer(_)))
}

fn could_be_in_integer(word: &Word) -> bool {
    word.bytes().iter().all(|b| b.is_ascii_digit() || *b == b'-')
}
