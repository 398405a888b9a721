//! The terms of the filter as chips: `[priority >= Warning] [not hostname = node-b] (off: user.name = root)`.
//!
//! Lives here: how they look, which part of a long row is in sight. Not here: what keys do to them (`state::chips`).
//! Imports: `base`, `query`, `state`. Promise: the chip with the focus is in sight, and a place in the filter is found
//! again in them.

use std::ops::Range;

use crate::base::Clean;
use crate::query::terms::terms;
use crate::state::chips::{Chip, chips};
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Layer, Model, Narrowing};
use crate::ui::bars::columns_of;
use crate::ui::text::{Canvas, Row, width};

/// A row of chips: its parts, and where each chip begins and ends in it, in cells.
#[derive(Default)]
pub(super) struct Chips {
    parts: Vec<Part>,
    cells: Vec<Range<u16>>,
}

impl Chips {
    /// Those of a narrowing; `focus` is the place of the one with the focus.
    pub(super) fn of(narrowing: &Narrowing, focus: Option<usize>) -> Self {
        let mut row = Self::default();
        for (at, chip) in chips(narrowing).iter().enumerate() {
            row.push(chip, focus == Some(at));
        }
        let off = &narrowing.off.words;
        if !off.is_empty() {
            row.gap();
            row.parts.extend([
                words(Role::Disabled, "(off: words "),
                text(Role::Disabled, off),
                words(Role::Disabled, ")"),
            ]);
        }
        row
    }

    fn gap(&mut self) {
        if !self.parts.is_empty() {
            self.parts.push(words(Role::Text, " "));
        }
    }

    fn push(&mut self, chip: &Chip, has_focus: bool) {
        self.gap();
        let start = width(&self.parts);
        let (sign, inside) = match (has_focus, chip.is_on) {
            (true, true) => (Role::Accent, Role::Text),
            (true, false) => (Role::Accent, Role::Disabled),
            (false, true) => (Role::Dim, Role::Text),
            (false, false) => (Role::Disabled, Role::Disabled),
        };
        let (open, close) = if chip.is_on { ("[", "]") } else { ("(off: ", ")") };
        self.parts.extend([words(sign, open), text(inside, &chip.text), words(sign, close)]);
        self.cells.push(start..width(&self.parts));
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Draws them; of a row that is too long the part around the chip with the focus. Gives the cells that are out of
    /// sight at the left, and those that were drawn.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, row: Row, focus: Option<usize>) -> (u16, u16) {
        let focused = focus.and_then(|at| self.cells.get(at)).cloned();
        let shift = focused.as_ref().map_or(0, |cells| shift(cells, row.columns));
        let used = canvas.write_from(row, &self.parts, usize::from(shift));
        if shift > 0 {
            canvas.write(row.take(1), &[words(Role::Dim, "…")]);
        }
        if let Some(cells) = focused {
            let start = cells.start.saturating_sub(shift);
            canvas.underline(row.skip(start).take(cells.end.saturating_sub(shift).saturating_sub(start)));
        }
        (shift, used)
    }

    /// Where the chip begins, behind what is out of sight.
    pub(super) fn start(&self, at: usize, shift: u16) -> u16 {
        self.cells.get(at).map_or(0, |cells| cells.start.saturating_sub(shift))
    }

    /// Where a place in the filter stands in the row, in cells: behind the bracket of its chip.
    pub(super) fn columns_to(&self, narrowing: &Narrowing, place: &Range<usize>) -> Option<(u16, u16)> {
        let all = chips(narrowing);
        let on = all.iter().zip(&self.cells).filter(|(chip, _)| chip.is_on);
        let (term, (_, cells)) = terms(&narrowing.filter)
            .into_iter()
            .zip(on)
            .find(|(term, _)| term.at.start <= place.start && place.start < term.at.end.max(term.at.start + 1))?;
        let column = |at: usize| {
            let before = term.text.get(..at.saturating_sub(term.at.start)).unwrap_or(&term.text);
            cells.start + 1 + columns_of(Clean::from_bytes(before.as_bytes()).as_str())
        };
        Some((column(place.start), column(place.end)))
    }
}

/// How many cells are to be left out at the left, so that these are in sight.
fn shift(cells: &Range<u16>, room: u16) -> u16 {
    let past = (cells.end + 1).saturating_sub(room);
    past.min(cells.start.saturating_sub(1))
}

fn text(role: Role, text: &str) -> Part {
    (role, Clean::from_bytes(text.as_bytes()))
}

/// The chips left and right of the one that is being edited, with its brackets.
pub(super) fn around(model: &Model) -> (Vec<Part>, Vec<Part>) {
    let Some(Layer::Chip(editing)) = model.layers.last() else { return (Vec::new(), Vec::new()) };
    let (mut before, mut behind) = (Chips::default(), Chips::default());
    for (at, chip) in chips(&editing.input.before.narrowing).iter().enumerate() {
        match at.cmp(&editing.at) {
            std::cmp::Ordering::Less => before.push(chip, false),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => behind.push(chip, false),
        }
    }
    before.gap();
    before.parts.push(words(Role::Accent, "["));
    let mut right = vec![words(Role::Accent, "]")];
    if !behind.is_empty() {
        right.push(words(Role::Text, " "));
    }
    right.extend(behind.parts);
    (before.parts, right)
}
