//! ratatui's `Backend` that writes few bytes a key: a frame is collected in memory, and nothing is said twice.
//!
//! Lives here: the shadow of the screen, the way from cell to cell. Not here: colours as codes (`pen`), who writes the
//! bytes (`app`). Imports: `base`. Promise: a frame that changes nothing has no bytes; no control character of a cell
//! leaves; every frame begins at an absolute position, so whatever else was written does not matter.

use std::convert::Infallible;

use crossterm::cursor::{Hide, Show};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType as Erased, EndSynchronizedUpdate};
use crossterm::{Command, QueueableCommand as _};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size as Cells};
use unicode_width::UnicodeWidthStr as _;

use crate::base::Size;
use crate::ui::pen::Pen;

/// Unchanged cells up to this many are written again rather than jumped over: an address takes four to eight bytes.
const GAP: u16 = 6;

/// Frames over this many bytes are bracketed as one update (16 bytes). A shorter one arrives in one piece anyway.
const SYNCHRONIZED_OVER: usize = 256;

/// A terminal that is written to as little as possible.
#[derive(Debug)]
pub(super) struct Sparing {
    size: Size,
    /// What stands in each cell, row by row; `None`: the right half of a wide character, or unknown.
    shadow: Vec<Option<Cell>>,
    pen: Pen,
    /// Where the next character would go; `None`: unknown, or behind the last column.
    at: Option<Position>,
    cursor: Cursor,
    /// Places right of what this frame has written, where half a wide character may be left.
    torn: Vec<Position>,
    frame: Vec<u8>,
}

/// The terminal's cursor as the last frame left it, and as the next is to.
#[derive(Debug, Default)]
struct Cursor {
    shown: bool,
    /// Where it stands between frames.
    parked: Option<Position>,
    /// Where it is to stand; `None`: hidden.
    wanted: Option<Position>,
}

impl Sparing {
    /// A terminal of this size of which nothing is known yet; it is to be cleared first.
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            shadow: unknown(size),
            pen: Pen::default(),
            at: None,
            cursor: Cursor::default(),
            torn: Vec::new(),
            frame: Vec::new(),
        }
    }
    /// The terminal has this size now, and what stands on it is unknown.
    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.shadow = unknown(size);
    }
    /// The screen was left and entered again: no cursor, a plain pen.
    pub(super) fn entered(&mut self) {
        self.pen = Pen::default();
        self.cursor = Cursor::default();
    }
    /// Whether a wide character stands somewhere, so that [`Sparing::finish`] may have to mend.
    pub(super) fn has_wide(&self) -> bool {
        self.shadow.contains(&None)
    }
    /// The bytes of the frame, which is over. `drawn`: all of it, needed where there were wide characters.
    pub(super) fn finish(&mut self, drawn: Option<&Buffer>) -> Vec<u8> {
        if let Some(drawn) = drawn {
            self.mend(drawn);
        }
        self.park();
        self.at = None;
        if self.frame.len() > SYNCHRONIZED_OVER {
            let body = std::mem::take(&mut self.frame);
            self.command(BeginSynchronizedUpdate);
            self.frame.extend_from_slice(&body);
            self.command(EndSynchronizedUpdate);
        }
        std::mem::take(&mut self.frame)
    }

    /// Writes the cells again that lost the other half of a wide character. ratatui takes them for unchanged blanks, but
    /// the terminal may have given them the colours of what was written beside them.
    fn mend(&mut self, drawn: &Buffer) {
        for place in std::mem::take(&mut self.torn) {
            let unknown = self.known(place).is_none() && !self.is_covered(place);
            if let Some(cell) = drawn.cell(place).filter(|_| unknown) {
                self.put(place, cell);
            }
        }
    }
    fn known(&self, place: Position) -> Option<&Cell> {
        self.shadow.get(self.index(place))?.as_ref()
    }
    /// Whether the character to the left reaches into `place`.
    fn is_covered(&self, place: Position) -> bool {
        let left = place.x.checked_sub(1).and_then(|x| self.known(Position { x, y: place.y }));
        left.is_some_and(|cell| cell.symbol().width() > 1)
    }

    fn put(&mut self, place: Position, cell: &Cell) {
        // What lies outside is not there: a frame may be drawn for a size that has just gone.
        if place.x >= self.size.columns || place.y >= self.size.rows {
            return;
        }
        self.go_to(place);
        if !self.pen.suits(cell) {
            self.pen.change(Pen::of(cell), &mut self.frame);
            self.pen = Pen::of(cell);
        }
        self.letter(place, cell);
    }
    /// Writes the cell's character; the pen suits it, the cursor stands there.
    fn letter(&mut self, place: Position, cell: &Cell) {
        let symbol = drawable(cell.symbol());
        self.frame.extend_from_slice(symbol.as_bytes());
        let width = u16::try_from(symbol.width()).unwrap_or(1).max(1);
        let next = place.x.saturating_add(width);
        let beside = Position { x: next, y: place.y };
        if next < self.size.columns && self.known(beside).is_none() {
            self.torn.push(beside);
        }
        for covered in 1..width {
            self.remember(Position { x: place.x.saturating_add(covered), y: place.y }, None);
        }
        self.remember(place, Some(cell.clone()));
        self.at = (next < self.size.columns && is_steady(symbol)).then_some(beside);
    }
    fn remember(&mut self, place: Position, cell: Option<Cell>) {
        let index = self.index(place);
        if let Some(known) = self.shadow.get_mut(index).filter(|_| place.x < self.size.columns) {
            *known = cell;
        }
    }
    fn index(&self, place: Position) -> usize {
        usize::from(place.y) * usize::from(self.size.columns) + usize::from(place.x)
    }

    fn go_to(&mut self, place: Position) {
        if self.at == Some(place) {
            return;
        }
        let address = address(place);
        match self.gap_to(place) {
            Some(gap) if gap.len() <= address.len() => self.frame.extend_from_slice(&gap),
            _ => self.frame.extend_from_slice(&address),
        }
        self.at = Some(place);
    }
    /// The unchanged characters between the cursor and `place`, if they are few, plain and in the colours of the pen.
    fn gap_to(&self, place: Position) -> Option<Vec<u8>> {
        let from = self.at.filter(|at| at.y == place.y && at.x < place.x && place.x - at.x <= GAP)?;
        let cells = self.shadow.get(self.index(from)..self.index(place))?;
        cells.iter().map(|cell| self.written_again(cell.as_ref()?)).collect()
    }
    fn written_again(&self, cell: &Cell) -> Option<u8> {
        match cell.symbol().as_bytes() {
            [byte @ b' '..=b'~'] if self.pen.suits(cell) => Some(*byte),
            _ => None,
        }
    }

    /// Puts the cursor where the frame wants it, if it is not there.
    fn park(&mut self) {
        let moved = !self.frame.is_empty() || self.cursor.parked != self.cursor.wanted;
        if let Some(place) = self.cursor.wanted.filter(|place| moved && self.at != Some(*place)) {
            self.frame.extend_from_slice(&address(place));
        }
        self.cursor.parked = self.cursor.wanted;
        match (self.cursor.shown, self.cursor.wanted.is_some()) {
            (false, true) => self.command(Show),
            (true, false) => self.command(Hide),
            _ => {}
        }
        self.cursor.shown = self.cursor.wanted.is_some();
    }
    fn command(&mut self, command: impl Command) {
        // Writing to memory can't fail.
        drop(self.frame.queue(command));
    }
}

fn unknown(size: Size) -> Vec<Option<Cell>> {
    vec![None; usize::from(size.columns) * usize::from(size.rows)]
}

/// The bytes that move the cursor to `place`, as few as they can be.
fn address(place: Position) -> Vec<u8> {
    let (row, column) = (u32::from(place.y) + 1, u32::from(place.x) + 1);
    let text = match (row, column) {
        (1, 1) => "\x1b[H".to_owned(),
        (row, 1) => format!("\x1b[{row}H"),
        (row, column) => format!("\x1b[{row};{column}H"),
    };
    text.into_bytes()
}

/// The last gate: only `Clean` text comes here, and should ever anything else, it stops here.
fn drawable(symbol: &str) -> &str {
    let harmless = symbol.width() > 0 && !symbol.chars().any(char::is_control);
    if harmless { symbol } else { "?" }
}

/// Whether every terminal moves on by one cell for it. After all else the next cell is addressed, so that a terminal that
/// counts an emoji or a mark otherwise draws one cell wrong and not the rest of the row.
fn is_steady(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let steady = |c| {
        matches!(c, '\u{20}'..='\u{2ff}' | '\u{370}'..='\u{52f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}')
    };
    chars.next().is_some_and(steady) && chars.next().is_none()
}

impl Backend for Sparing {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        for (x, y, cell) in content {
            self.put(Position { x, y }, cell);
        }
        Ok(())
    }
    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.wanted = None;
        Ok(())
    }
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.wanted = self.cursor.wanted.or(self.cursor.parked);
        Ok(())
    }
    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor.wanted.unwrap_or_default())
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor.wanted = Some(position.into());
        Ok(())
    }
    fn clear(&mut self) -> Result<(), Infallible> {
        Pen::change(self.pen, Pen::default(), &mut self.frame);
        self.pen = Pen::default();
        self.command(Clear(Erased::All));
        self.shadow.fill(Some(Cell::EMPTY));
        self.at = None;
        Ok(())
    }
    fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
        // A full screen is only ever cleared as a whole.
        self.clear()
    }
    fn size(&self) -> Result<Cells, Infallible> {
        Ok(Cells { width: self.size.columns, height: self.size.rows })
    }
    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: Cells { width: self.size.columns, height: self.size.rows }, pixels: Cells::ZERO })
    }
    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
#[path = "backend_tests.rs"]
mod tests;
