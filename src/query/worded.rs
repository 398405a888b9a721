//! A word over the columns of one segment: which rows have it in one of their values, and which may.
//!
//! Lives here: a dictionary's bytes searched as one text. Not here: comparisons (`columns`), lines (`lines`).
//! Imports: `decode`, `store`. Promise: as for `columns`; a word of the narrowing is also found letter by letter.

use crate::decode::{Scope, Value};
use crate::query::bits::Bits;
use crate::query::columns::{Found, Rows, Verdicts};
use crate::query::needle::Word;
use crate::query::value::has_word;
use crate::query::watch::Watch;
use crate::query::words::{FUZZY_NAMES, Fuzzy, Item};
use crate::store::Column;

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
    /// Which rows of `alive` fulfil the word: have it, or have it not where it must not be found.
    pub(crate) fn fulfilled(&self, item: &Item, alive: &Bits) -> Found {
        let found = Found { yes: self.yes.clone(), maybe: self.maybe.clone() };
        if item.absent { found.inverted(alive) } else { found }
    }
}

impl Rows<'_> {
    /// Which of the rows `alive` have `word` in one of their values.
    pub(crate) fn word(self, word: &Word, alive: &Bits, watch: &mut Watch<'_>) -> Option<Found> {
        let mut yes = self.none();
        let mut lines_may_have_it = self.segment.leaves_names_out();
        for column in self.segment.columns().iter().filter(|column| column.scope() != Scope::Other) {
            if column.entries() == 0 {
                lines_may_have_it |= column.present() > 0;
            } else if column.holds_numbers() {
                if could_be_in_number(word) {
                    let open = alive.clone().without(&yes);
                    yes = yes.or(&self.one_by_one(column, &open, watch, &|value| has_word(value, word))?.yes);
                }
            } else {
                let verdicts = verdicts(column, word, watch)?;
                lines_may_have_it |= verdicts.leaves_open();
                yes = yes.or(&self.rows_of(column, &verdicts, alive).yes);
            }
        }
        let maybe = if lines_may_have_it { alive.clone() } else { yes.clone() };
        Some(Found { yes, maybe })
    }

    /// Which rows have a word of the narrowing, whether it must be found or must not.
    pub(crate) fn item(self, item: &Item, alive: &Bits, fuzzy: &Fuzzy, watch: &mut Watch<'_>) -> Option<ItemFound> {
        let Found { yes, maybe } = self.word(&item.word, alive, watch)?;
        let mut found = ItemFound { yes, maybe, near_in_lines: false };
        if item.fuzzy.is_some() {
            let near = |value: Value<'_>| item.is_fuzzily_in(value, fuzzy);
            self.near(&near, alive, watch, &mut found)?;
        }
        Some(found)
    }

    /// Adds the rows in which the word's letters are found within one short value.
    fn near(
        self,
        is_near: &dyn Fn(Value<'_>) -> bool,
        alive: &Bits,
        watch: &mut Watch<'_>,
        found: &mut ItemFound,
    ) -> Option<()> {
        found.near_in_lines = self.segment.leaves_names_out();
        let columns = FUZZY_NAMES.iter().filter_map(|(scope, name)| self.segment.column(*scope, name.as_bytes()));
        for column in columns {
            found.near_in_lines |= column.entries() == 0;
            if column.entries() > 0 {
                let near = self.values(column, alive, watch, is_near)?.yes;
                found.maybe = std::mem::take(&mut found.maybe).or(&near);
                found.yes = std::mem::take(&mut found.yes).or(&near);
            }
        }
        Some(())
    }
}

/// Which entries of a dictionary have the word.
fn verdicts(column: &Column, word: &Word, watch: &mut Watch<'_>) -> Option<Verdicts> {
    let Some(bytes) = column.plain_bytes().filter(|_| word.is_by_bytes()) else {
        return Verdicts::of(column, watch, &|value| has_word(value, word));
    };
    watch.spend(bytes.len())?;
    let mut verdicts = Verdicts::none(column.entries());
    each_entry_with(column, bytes, word, &mut |entry| {
        if let Some(slot) = verdicts.yes.get_mut(entry) {
            *slot = true;
        }
    });
    Some(verdicts)
}

/// Shows every entry that has the word to `see`, in order; `bytes` are those of all entries.
pub(crate) fn each_entry_with(column: &Column, bytes: &[u8], word: &Word, see: &mut dyn FnMut(usize)) {
    let mut from = 0;
    while let Some((at, (entry, end))) = word.find(bytes, from).and_then(|at| Some((at, column.entry_at(at)?))) {
        if at + word.bytes().len() <= end {
            see(entry);
            from = end;
        } else {
            // It begins in one value and ends in the next.
            from = at + 1;
        }
    }
}

fn could_be_in_number(word: &Word) -> bool {
    word.bytes().iter().all(|b| b.is_ascii_digit() || *b == b'-')
}
