//! The pen: colours and attributes that the terminal draws with, and the shortest way from one pen to another.
//!
//! Lives here: SGR. Not here: which style a role has (`theme`), where it is drawn (`backend`). Imports: nothing of the
//! house. Promise: after `change(from, to)` a terminal whose pen was `from` draws with `to`.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Colours and attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pen {
    /// Colour of the letters.
    pub(super) fg: Color,
    /// Colour behind them.
    pub(super) bg: Color,
    /// Bold, dim, underline, …
    pub(super) attributes: Modifier,
}

/// Attributes that are seen on a blank.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Bold and dim have one code that ends both.
const WEIGHT: Modifier = Modifier::BOLD.union(Modifier::DIM);

/// Attribute, the code that begins it, the code that ends it.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// The pen that a cell is drawn with.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, attributes: cell.modifier }
    }
    /// Whether `cell` looks the same when it is drawn with this pen: on a blank only the ground and a line are seen.
    pub(super) fn suits(self, cell: &Cell) -> bool {
        let wanted = Self::of(cell);
        let blank = cell.symbol() == " " && !(self.attributes | wanted.attributes).intersects(SEEN_ON_BLANK);
        self == wanted || (blank && self.bg == wanted.bg)
    }
    /// Writes the sequence that turns this pen into `to`; nothing when they are equal.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let (step, anew) = (self.step(to), to.anew());
        let codes = if step.len() < anew.len() { step } else { anew };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(codes.as_bytes());
        out.push(b'm');
    }
    /// The codes that change only what differs.
    fn step(self, to: Self) -> String {
        let mut codes = Codes::default();
        let mut gone = self.attributes.difference(to.attributes);
        let mut come = to.attributes.difference(self.attributes);
        if gone.intersects(WEIGHT) {
            gone.remove(WEIGHT);
            come.insert(to.attributes.intersection(WEIGHT));
            codes.push(22);
        }
        for (_, _, end) in ATTRIBUTES.iter().filter(|(attribute, ..)| gone.contains(*attribute)) {
            codes.push(*end);
        }
        codes.attributes(come);
        if self.fg != to.fg {
            codes.color(to.fg, 30);
        }
        if self.bg != to.bg {
            codes.color(to.bg, 40);
        }
        codes.0
    }
    /// The codes that begin with a plain pen; empty for the plain pen itself.
    fn anew(self) -> String {
        if self == Self::default() {
            return String::new();
        }
        // An empty first code is 0, the plain pen.
        let mut codes = Codes(";".to_owned());
        codes.attributes(self.attributes);
        if self.fg != Color::Reset {
            codes.color(self.fg, 30);
        }
        if self.bg != Color::Reset {
            codes.color(self.bg, 40);
        }
        codes.0
    }
}

/// Numbers with semicolons between them.
#[derive(Default)]
struct Codes(String);

impl Codes {
    fn push(&mut self, code: u8) {
        if !self.0.is_empty() && self.0 != ";" {
            self.0.push(';');
        }
        // Writing to a String can't fail.
        let _ = write!(self.0, "{code}");
    }
    fn all(&mut self, codes: &[u8]) {
        for code in codes {
            self.push(*code);
        }
    }
    fn attributes(&mut self, attributes: Modifier) {
        for (_, begin, _) in ATTRIBUTES.iter().filter(|(attribute, ..)| attributes.contains(*attribute)) {
            self.push(*begin);
        }
    }
    /// `base`: 30 for the letters, 40 for the ground.
    fn color(&mut self, color: Color, base: u8) {
        match (color, palette(color)) {
            (Color::Rgb(r, g, b), _) => self.all(&[base + 8, 2, r, g, b]),
            (_, None) => self.push(base + 9),
            (_, Some(index @ 0..=7)) => self.push(base + index),
            (_, Some(index @ 8..=15)) => self.push(base + 60 + (index - 8)),
            (_, Some(index)) => self.all(&[base + 8, 5, index]),
        }
    }
}

/// A color's place in the palette of 256; `None`: the terminal's own.
fn palette(color: Color) -> Option<u8> {
    Some(match color {
        Color::Reset | Color::Rgb(..) => return None,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) => index,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pen(fg: Color, bg: Color, attributes: Modifier) -> Pen {
        Pen { fg, bg, attributes }
    }

    fn written(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "ESC")
    }

    #[test]
    fn a_change_takes_the_shortest_way() {
        let plain = Pen::default();
        let bold = pen(Color::Reset, Color::Reset, Modifier::BOLD);
        let rust = pen(Color::Rgb(1, 22, 255), Color::Reset, Modifier::BOLD);
        let dim = pen(Color::Reset, Color::Reset, Modifier::DIM);
        let bar = pen(Color::LightGreen, Color::Indexed(236), Modifier::empty());
        let cases = [
            (plain, plain, ""),
            (plain, bold, "ESC[1m"),
            (bold, plain, "ESC[m"),
            (plain, rust, "ESC[1;38;2;1;22;255m"),
            (bold, rust, "ESC[38;2;1;22;255m"),
            (rust, bold, "ESC[;1m"),
            (bold, dim, "ESC[;2m"),
            (plain, bar, "ESC[92;48;5;236m"),
            (bar, pen(Color::Gray, Color::Indexed(236), Modifier::empty()), "ESC[37m"),
            (bar, pen(Color::LightGreen, Color::Reset, Modifier::empty()), "ESC[49m"),
        ];
        for (from, to, want) in cases {
            assert_eq!(written(from, to), want, "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_blank_needs_the_pen_only_for_what_is_seen_on_it() {
        let bold = pen(Color::Red, Color::Reset, Modifier::BOLD);
        let line = pen(Color::Red, Color::Reset, Modifier::UNDERLINED);
        let mut ground = Cell::new(" ");
        ground.bg = Color::Blue;
        let cases = [
            (bold, Cell::new(" "), true),
            (bold, Cell::new("x"), false),
            (line, Cell::new(" "), false),
            (bold, ground, false),
        ];
        for (pen, cell, want) in cases {
            assert_eq!(pen.suits(&cell), want, "{pen:?} {cell:?}");
        }
    }
}
