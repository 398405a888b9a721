//! The values of some fields with their counts, left of the list: what stands on which line, where the cursor is.
//!
//! Lives here: the fields, their items, the lines that they fill. Not here: what keys do there (`facet_keys`), counting
//! (`query::counts`). Imports: `base`, `decode`, `query`. Promise: every value is on some line; a line costs the same however
//! many values there are.

use std::sync::Arc;

use crate::base::{Clean, Millis};
use crate::decode::Owned;
use crate::query::counts::{Counts, is_countable};
use crate::query::kept::{self, Choice, Field, Kept};
use crate::query::needle::find_folded;
use crate::query::survey::{Counted, Survey};
use crate::state::layout::SizeClass;
use crate::state::panes::{Around, Asked};
use crate::state::{Effect, Focus, Model, number};

/// How wide the pane is beside the list, in cells.
pub(crate) const COLUMNS: u16 = 30;

/// The fields that are counted until others are asked for.
const FIELDS: [&str; 6] = ["rule", "priority", "container.name", "proc.name", "user.name", "hostname"];

/// A field that was not grown has at least so many lines for its values, where it has them.
const FEWEST: usize = 4;

/// Lines above the first field: the heading and a blank one.
pub(crate) const HEAD: usize = 2;

/// The pane.
#[derive(Debug)]
pub(crate) struct Facets {
    /// What the user chose with `,` for each [`SizeClass`]; `None`: as the size asks for.
    pub(crate) chosen: [Option<bool>; 3],
    /// The fields, from the top.
    pub(crate) fields: Vec<Facet>,
    /// The field with the cursor.
    pub(crate) at: usize,
    /// The item of it with the cursor; one behind the last that is shown stands for all the others.
    pub(crate) item: usize,
    /// The first line that is drawn below the heading.
    pub(crate) top: usize,
    asked: Asked,
}

/// One field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facet {
    /// Its name, as alerts have it.
    pub(crate) name: String,
    /// The counts, under all other terms of the filter; `None` until they come.
    pub(crate) counts: Option<Arc<Counts>>,
    /// What the filter keeps and drops of it.
    pub(crate) kept: Kept,
    /// Values in the order of their names rather than of their counts.
    pub(crate) by_name: bool,
    /// Only values that have this text are shown.
    pub(crate) words: String,
    /// All its values have lines.
    pub(crate) grown: bool,
    /// What its lines show, in order.
    pub(crate) items: Vec<Item>,
}

/// What one line of a field shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Value number so much of the counts.
    Value(u32),
    /// Alerts without the field.
    Absent,
    /// A value that the filter names and no alert has.
    Gone(Vec<u8>),
}

/// How a value stands to the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The filter says nothing of it.
    None,
    /// It is one of those that are kept: `[x]`.
    Kept,
    /// It is dropped: `[!]`.
    Dropped,
}

impl Default for Facets {
    fn default() -> Self {
        let fields = FIELDS.map(Facet::named).into();
        Self { chosen: [None; 3], fields, at: 0, item: 0, top: 0, asked: Asked::default() }
    }
}

/// A part of the pane's lines: one field's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its heading.
    pub(crate) start: usize,
    /// How many items have lines.
    pub(crate) shown: usize,
    /// How many have none; a line says so.
    pub(crate) more: usize,
    /// A line says what was not counted.
    pub(crate) noted: bool,
}

impl Block {
    /// Lines on which the cursor can stand.
    pub(crate) fn stops(&self) -> usize {
        (self.shown + usize::from(self.more > 0)).max(1)
    }
    /// The line behind its last, which is blank.
    fn end(&self) -> usize {
        self.start + 1 + self.shown + usize::from(self.more > 0) + usize::from(self.noted)
    }
    /// The line of a stop; a field without items is stopped at by its heading.
    fn line_of(&self, stop: usize) -> usize {
        if self.shown == 0 && self.more == 0 { self.start } else { self.start + 1 + stop }
    }
}

impl Facet {
    /// A field of which nothing is known yet.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// As the filter's terms know it.
    pub(crate) fn as_field(&self) -> Field<'_> {
        Field { name: &self.name, lists: self.counts.as_ref().is_some_and(|counts| counts.lists) }
    }

    /// How many different values there are, the absent one not among them.
    pub(crate) fn values(&self) -> usize {
        self.counts.as_ref().map_or(0, |counts| counts.values.len())
    }

    /// What an item stands for in a filter, its value as it is drawn, and how many alerts have it.
    pub(crate) fn read(&self, item: &Item) -> (Choice, Option<&Owned>, usize) {
        let counts = self.counts.as_deref();
        match item {
            Item::Absent => (None, None, counts.map_or(0, |counts| counts.absent)),
            Item::Gone(bytes) => (Some(bytes.clone()), None, 0),
            Item::Value(at) => match counts.and_then(|counts| counts.values.get(*at as usize)) {
                Some((value, alerts)) => (Some(value.borrow().bytes().to_vec()), Some(value), *alerts),
                None => (Some(Vec::new()), None, 0),
            },
        }
    }

    /// How the filter stands to a value.
    pub(crate) fn mark(&self, choice: &Choice) -> Mark {
        match (self.kept.kept.contains(choice), self.kept.dropped.contains(choice)) {
            (true, _) => Mark::Kept,
            (_, true) => Mark::Dropped,
            _ => Mark::None,
        }
    }

    /// Why some alerts are in no count, or no value is shown; `None` where all are.
    pub(crate) fn note(&self) -> Option<Clean> {
        if !is_countable(&self.name) {
            return Some("not counted: not compared by =".into());
        }
        if !self.words.is_empty() && self.items.is_empty() && self.counts.is_some() {
            return Some("no value with this text".into());
        }
        let in_lines = self.counts.as_ref().map_or(0, |counts| counts.in_lines);
        let alerts = number::counted(in_lines);
        (in_lines > 0).then(|| Clean::concat([alerts, " more, only in the lines".into()]))
    }

    /// Puts the items in order, after counts, filter, order or words have changed.
    pub(crate) fn arrange(&mut self, filter: &str) {
        self.kept = kept::read(filter, self.as_field()).0;
        let counts = self.counts.clone().unwrap_or_default();
        let words = self.words.to_lowercase().into_bytes();
        let fits = |bytes: &[u8]| words.is_empty() || find_folded(bytes, &words).is_some();
        let values = counts.values.iter().zip(0..).filter(|((value, _), _)| fits(value.borrow().bytes()));
        let mut items: Vec<u32> = values.map(|(_, at)| at).collect();
        let value = |at: &u32| counts.values.get(*at as usize).map_or(&b""[..], |(value, _)| value.borrow().bytes());
        if self.by_name {
            items.sort_by(|a, b| value(a).cmp(value(b)));
        }
        self.items = items.into_iter().map(Item::Value).collect();
        if counts.absent > 0 && fits(b"absent") {
            let fewer = |at: &Item| matches!(at, Item::Value(at) if counts.values.get(*at as usize).is_some_and(|(_, n)| *n < counts.absent));
            let at = self.items.iter().position(fewer).filter(|_| !self.by_name).unwrap_or(self.items.len());
            self.items.insert(at, Item::Absent);
        }
        self.items.extend(self.gone(&counts));
    }

    /// What the filter names and no alert has.
    fn gone(&self, counts: &Counts) -> Vec<Item> {
        let named = self.kept.kept.iter().chain(&self.kept.dropped);
        let has = |bytes: &Vec<u8>| counts.values.iter().any(|(value, _)| value.borrow().bytes() == bytes);
        let gone = named.filter_map(|choice| match choice {
            Some(bytes) => (!has(bytes)).then(|| Item::Gone(bytes.clone())),
            None => (counts.absent == 0).then_some(Item::Absent),
        });
        gone.collect()
    }
}

impl Facets {
    /// The question about the view, if it is another one than the last; and the fields that are in it.
    pub(crate) fn ask(&mut self, around: &Around<'_>) -> Option<Survey> {
        let view = self.asked.next(around)?;
        let lists = |facet: &Facet| facet.counts.as_ref().is_some_and(|counts| counts.lists);
        let fields = self.fields.iter().map(|facet| (facet.name.clone(), lists(facet))).collect();
        self.fields.iter_mut().for_each(|facet| facet.kept = kept::read(&view.filter, facet.as_field()).0);
        Some(Survey { view, fields })
    }

    /// The same view is to be counted anew: there is another field.
    pub(crate) fn again(&mut self) {
        self.asked.again();
    }

    /// Nothing is known any more: something else is loaded.
    pub(crate) fn forget(&mut self) {
        self.asked.again();
        self.fields.iter_mut().for_each(|facet| facet.counts = None);
    }

    /// When a list that has grown is to be counted anew.
    pub(crate) fn due(&self) -> Option<Millis> {
        self.asked.due()
    }

    /// Whether counts are on their way.
    pub(crate) fn is_counting(&self) -> bool {
        self.asked.waiting
    }

    /// The lines of each field where the pane is so high.
    pub(crate) fn blocks(&self, rows: usize) -> Vec<Block> {
        let shares = self.shares(rows.saturating_sub(HEAD));
        let mut start = 0;
        let block = |(facet, share): (&Facet, usize)| {
            let all = facet.items.len();
            // A line that says `1 more` is better spent on that one.
            let shown = if facet.grown || all <= share + 1 { all } else { share };
            let block = Block { start, shown, more: all - shown, noted: facet.note().is_some() };
            start = block.end() + 1;
            block
        };
        self.fields.iter().zip(shares).map(block).collect()
    }

    /// How many items of each field have lines: the small ones all theirs, the others what is left in equal parts.
    fn shares(&self, rows: usize) -> Vec<usize> {
        let notes = self.fields.iter().filter(|facet| facet.note().is_some()).count();
        let mut left = rows.saturating_sub(2 * self.fields.len() + notes);
        let mut sizes: Vec<usize> = self.fields.iter().map(|facet| facet.items.len()).collect();
        sizes.sort_unstable();
        let mut cap = FEWEST;
        for (at, size) in sizes.iter().enumerate() {
            let share = left / (sizes.len() - at);
            cap = cap.max(share);
            left = left.saturating_sub((*size).min(share));
        }
        // A field that has more needs a line to say so.
        self.fields.iter().map(|facet| if facet.items.len() > cap { cap - 1 } else { cap }).collect()
    }

    /// The field and the item under the cursor; no item where it stands on a heading or on what stands for the others.
    pub(crate) fn under_cursor(&self) -> Option<(&Facet, Option<&Item>)> {
        let facet = self.fields.get(self.at)?;
        Some((facet, facet.items.get(self.item)))
    }

    /// The line with the cursor, below the heading.
    pub(crate) fn cursor_line(&self, blocks: &[Block]) -> usize {
        blocks.get(self.at).map_or(0, |block| block.line_of(self.item.min(block.stops() - 1)))
    }
}

impl Model {
    /// Whether the facets are wanted on a screen of this width, whether there is room for them now or not.
    pub(crate) fn wants_facets(&self) -> bool {
        let class = SizeClass::of(self.size.columns);
        let chosen = self.panes.facets.chosen.get(class as usize).copied().flatten();
        chosen.unwrap_or(class == SizeClass::Wide)
    }

    /// How many columns the facets take: on a narrow screen all of them, while they have the keys.
    pub(crate) fn facet_columns(&self) -> u16 {
        let narrow = SizeClass::of(self.size.columns) == SizeClass::Narrow;
        match (self.wants_facets() && !self.detail.zoomed, narrow) {
            (true, true) if self.focus == Focus::Facets => self.size.columns,
            (true, false) => COLUMNS,
            _ => 0,
        }
    }

    /// Whether the facets are on the screen.
    pub(crate) fn shows_facets(&self) -> bool {
        self.layout().facets.columns > 0
    }
}

/// Counts have come.
pub(crate) fn take(model: &mut Model, counted: Counted) -> Vec<Effect> {
    let filter = model.narrowed.now.filter.clone();
    let facets = &mut model.panes.facets;
    if counted.generation != facets.asked.generation {
        return Vec::new();
    }
    facets.asked.waiting &= !counted.last;
    let held = facets.under_cursor().and_then(|(facet, item)| Some((facet.name.clone(), facet.read(item?).0)));
    if let Some(facet) = facets.fields.iter_mut().find(|facet| facet.name == counted.name) {
        facet.counts = Some(counted.counts);
        facet.arrange(&filter);
    }
    if let Some((name, choice)) = held {
        hold(facets, &name, &choice);
    }
    fit(model);
    Vec::new()
}

/// The cursor stays by its value.
pub(crate) fn hold(facets: &mut Facets, name: &str, choice: &Choice) {
    let Some(facet) = facets.fields.get(facets.at).filter(|facet| facet.name == name) else { return };
    let is_it = |item: &Item| facet.read(item).0 == *choice;
    if !facet.items.get(facets.item).is_some_and(is_it)
        && let Some(at) = facet.items.iter().position(is_it)
    {
        facets.item = at;
    }
}

/// Brings the cursor to a line that there is, and the lines that are drawn to the cursor.
pub(crate) fn fit(model: &mut Model) {
    let rows = usize::from(model.layout().facets.rows);
    let facets = &mut model.panes.facets;
    facets.at = facets.at.min(facets.fields.len().saturating_sub(1));
    let blocks = facets.blocks(rows);
    let Some(block) = blocks.get(facets.at) else { return };
    facets.item = facets.item.min(block.stops() - 1);
    let (line, room) = (facets.cursor_line(&blocks), rows.saturating_sub(HEAD).max(1));
    // The field's heading is seen with its first value.
    let upper = if facets.item == 0 { block.start } else { line };
    let last = blocks.last().map_or(0, Block::end).saturating_sub(room);
    facets.top =
        facets.top.clamp((line + 1).saturating_sub(room), upper.max((line + 1).saturating_sub(room))).min(last);
}

#[cfg(test)]
#[path = "facets_tests.rs"]
mod tests;
