//! Clean text → cells; the only place where text reaches the screen.
//!
//! Lives here: writing parts into a row, cutting them, underlining what matched. Not here: what is written where.
//! Imports: `base`, `state`. Promise: only `Clean` is drawn, nothing is drawn outside its row, a wide character is never
//! split, and what is cut ends with `…`.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::base::Clean;
use crate::state::layout::Area;
use crate::state::page::glyphs::{Glyph, glyphs};
use crate::state::page::{Part, Role};
use crate::ui::theme::Theme;

/// The cells that a frame is drawn into.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
}

/// A stretch of one row of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Column of its first cell.
    pub(super) x: u16,
    /// Row of the screen.
    pub(super) y: u16,
    /// How many cells it has.
    pub(super) columns: u16,
}

impl Row {
    /// Row `line` of an area, from 0; `None` where the area has no such row.
    pub(super) fn of(area: Area, line: u16) -> Option<Self> {
        let inside = line < area.rows && area.columns > 0;
        inside.then(|| Self { x: area.x, y: area.y.saturating_add(line), columns: area.columns })
    }
    /// What is left behind the first `columns`.
    pub(super) fn skip(self, columns: u16) -> Self {
        let columns = columns.min(self.columns);
        Self { x: self.x.saturating_add(columns), columns: self.columns - columns, ..self }
    }
    /// The first `columns`.
    pub(super) fn take(self, columns: u16) -> Self {
        Self { columns: self.columns.min(columns), ..self }
    }
}

/// A number of cells as it is used on the screen.
pub(super) fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// How many cells parts take.
pub(super) fn width(parts: &[Part]) -> u16 {
    cells(parts.iter().map(|(_, text)| crate::state::page::glyphs::width(text.as_str())).sum())
}

impl<'a> Canvas<'a> {
    /// Cells, and how roles look in them.
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buffer, theme }
    }

    /// Writes parts from the left; gives the number of cells that they took.
    pub(super) fn write(&mut self, row: Row, parts: &[Part]) -> u16 {
        self.write_from(row, parts, 0)
    }

    /// The same without the first `shift` cells of the text.
    pub(super) fn write_from(&mut self, row: Row, parts: &[Part], shift: usize) -> u16 {
        let whole = Ink { matches: &[], cut: false };
        self.draw(row, parts, shift, &whole)
    }

    /// Writes parts at the right end; gives what is left of the row, two cells between.
    pub(super) fn write_right(&mut self, row: Row, parts: &[Part]) -> Row {
        let used = width(parts).min(row.columns);
        self.write(row.skip(row.columns - used), parts);
        row.take((row.columns - used).saturating_sub(2))
    }

    /// Writes a value of which `matches` are underlined; `cut`: the value goes on beyond the text.
    pub(super) fn write_value(&mut self, row: Row, part: &Part, matches: &[Range<usize>], cut: bool) -> u16 {
        self.draw(row, std::slice::from_ref(part), 0, &Ink { matches, cut })
    }

    /// Fills the row with one of the program's signs.
    pub(super) fn fill(&mut self, row: Row, role: Role, sign: &'static str) {
        let style = self.theme.style(role);
        let sign = self.theme.glyphs().sign(sign);
        for x in row.x..row.x.saturating_add(row.columns) {
            self.cell(x, row.y, sign, style);
        }
    }

    /// Fills the row with a bar so many eighths high; none at all where that is 0.
    pub(super) fn bar(&mut self, row: Row, role: Role, eighths: usize) {
        // Turned round, what is blank would be the bar.
        let style = self.theme.style(role).remove_modifier(Modifier::REVERSED);
        let sign = self.theme.glyphs().level(eighths);
        for x in row.x..row.x.saturating_add(row.columns) {
            self.cell(x, row.y, sign, style);
        }
    }

    /// Fills the row with a bar that lies.
    pub(super) fn block(&mut self, row: Row, role: Role) {
        let style = self.theme.style(role);
        let sign = self.theme.glyphs().block();
        for x in row.x..row.x.saturating_add(row.columns) {
            self.cell(x, row.y, sign, style);
        }
    }

    /// Underlines the row's cells, whatever stands in them.
    pub(super) fn underline(&mut self, row: Row) {
        self.add(row, Modifier::UNDERLINED);
    }

    /// Swaps the colours of the row's cells, whatever stands in them.
    pub(super) fn reverse(&mut self, row: Row) {
        self.add(row, Modifier::REVERSED);
    }

    fn add(&mut self, row: Row, modifier: Modifier) {
        for x in row.x..row.x.saturating_add(row.columns) {
            if let Some(cell) = self.buffer.cell_mut((x, row.y)) {
                cell.set_style(Style::default().add_modifier(modifier));
            }
        }
    }

    fn draw(&mut self, row: Row, parts: &[Part], shift: usize, ink: &Ink<'_>) -> u16 {
        let columns = usize::from(row.columns);
        let goes_on = ink.cut || !fits(parts, shift.saturating_add(columns));
        let room = if goes_on { columns.saturating_sub(1) } else { columns };
        let mut place = Place { row, shift, room, used: 0, seen: 0 };
        for (role, text) in parts {
            if !self.part(&mut place, *role, text, ink.matches) {
                break;
            }
        }
        if goes_on && columns > 0 {
            let style = self.theme.style(Role::Dim);
            let sign = self.theme.glyphs().sign("…");
            self.cell(row.x.saturating_add(cells(place.used)), row.y, sign, style);
            place.used += 1;
        }
        cells(place.used)
    }

    /// Draws one part as far as there is room; `false`: there is none any more.
    fn part(&mut self, place: &mut Place, role: Role, text: &Clean, matches: &[Range<usize>]) -> bool {
        let own = self.theme.style(role);
        let (escape, found) = (self.theme.style(Role::Escape), self.theme.style(Role::Match));
        for glyph in glyphs(text.as_str()) {
            let before = place.seen;
            place.seen += glyph.columns;
            if before < place.shift {
                // The half of a wide character that is in sight stays blank.
                place.used += place.seen.saturating_sub(place.shift).min(place.room);
                continue;
            }
            if place.used + glyph.columns > place.room {
                return false;
            }
            let is_escape = holds(text.escapes(), glyph.at) || glyph.columns > 2;
            let style = if is_escape { escape } else { own };
            let style = if holds(matches, glyph.at) { style.patch(found) } else { style };
            self.glyph(place, role, &glyph, style);
        }
        true
    }

    fn glyph(&mut self, place: &mut Place, role: Role, glyph: &Glyph<'_>, style: Style) {
        let drawn = glyph.drawn();
        let at = |used: usize| place.row.x.saturating_add(cells(used));
        if glyph.columns > 2 {
            for (offset, letter) in drawn.char_indices() {
                self.cell(at(place.used + offset), place.row.y, letter.encode_utf8(&mut [0; 4]), style);
            }
        } else {
            // Alert text is never put in other letters; what stoop says itself is.
            let evidence = matches!(role, Role::Text | Role::Match | Role::Differs);
            let shown = if evidence { &drawn } else { self.theme.glyphs().sign(&drawn) };
            self.cell(at(place.used), place.row.y, shown, style);
            if glyph.columns == 2 {
                self.cell(at(place.used + 1), place.row.y, " ", style);
            }
        }
        place.used += glyph.columns;
    }

    /// The only place where a cell is written; outside the screen there is none.
    fn cell(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.reset();
            cell.set_symbol(symbol).set_style(style);
        }
    }
}

/// What is to be seen in a value beside its role.
struct Ink<'a> {
    matches: &'a [Range<usize>],
    cut: bool,
}

/// How far a row is written.
struct Place {
    row: Row,
    /// Cells of the text that are left out at its start.
    shift: usize,
    /// Cells that may be written.
    room: usize,
    /// Cells that were written.
    used: usize,
    /// Cells of the text that were looked at.
    seen: usize,
}

fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let first = ranges.partition_point(|range| range.end <= at);
    ranges.get(first).is_some_and(|range| range.contains(&at))
}

/// Whether parts take no more than so many cells; looks no further than it must.
fn fits(parts: &[Part], columns: usize) -> bool {
    let mut left = columns;
    let glyphs = parts.iter().flat_map(|(_, text)| glyphs(text.as_str()));
    glyphs.map(|glyph| glyph.columns).all(|columns| match left.checked_sub(columns) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    })
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
