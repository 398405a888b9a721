//! What the backend writes, read by an emulator of a terminal.
//!
//! Promise: after each frame the emulator shows that frame, whatever came before.

use std::num::NonZeroU16;

use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ratatui::{Frame, Terminal};

use super::*;
use crate::ui::screen::frame;

const COLUMNS: u16 = 20;
const ROWS: u16 = 4;

/// Column, row, text, style.
type Texts<'a> = &'a [(u16, u16, &'a str, Style)];

/// A terminal with a backend of ours, and an emulator that is fed what it writes.
struct Bench {
    terminal: Terminal<Sparing>,
    emulator: vt100::Parser,
}

impl Bench {
    fn new() -> Self {
        let Ok(terminal) = Terminal::new(Sparing::new(Size { columns: COLUMNS, rows: ROWS }));
        let emulator = vt100::Parser::new(NonZeroU16::new(ROWS).unwrap(), NonZeroU16::new(COLUMNS).unwrap(), 0);
        let mut bench = Self { terminal, emulator };
        let Ok(()) = bench.terminal.clear();
        bench
    }
    /// Draws a frame of these texts and gives what was written.
    fn draw(&mut self, texts: Texts<'_>) -> String {
        self.frame(|frame| {
            for (x, y, text, style) in texts {
                frame.buffer_mut().set_string(*x, *y, text, *style);
            }
        })
    }
    fn frame(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> String {
        let bytes = frame(&mut self.terminal, draw);
        self.emulator.process(&bytes);
        String::from_utf8(bytes).unwrap().replace('\x1b', "ESC")
    }
}

fn plain() -> Style {
    Style::new()
}

#[test]
fn a_frame_that_changes_nothing_has_no_bytes() {
    let mut bench = Bench::new();
    let texts = [(0, 0, "CRIT Drop and execute", plain().bold()), (3, 2, "漢字", plain())];
    assert!(!bench.draw(&texts).is_empty());
    assert_eq!(bench.draw(&texts), "");
}

#[test]
fn only_what_differs_is_written() {
    let green = plain().fg(Color::LightGreen);
    let cases: [(Texts<'_>, &str); 8] = [
        (&[(4, 1, "x", plain())], "ESC[2;5Hx"),
        (&[(0, 0, "x", plain())], "ESC[Hx"),
        (&[(0, 2, "x", plain())], "ESC[3Hx"),
        // The cursor bar goes one row down.
        (&[(0, 1, "▌", green)], "ESC[2HESC[92m▌"),
        // A gap of six cells is written again, one of seven is not.
        (&[(0, 1, "x", plain()), (7, 1, "y", plain())], "ESC[2Hx      y"),
        (&[(0, 1, "x", plain()), (8, 1, "y", plain())], "ESC[2HxESC[2;9Hy"),
        // After what terminals count differently the place is said.
        (&[(0, 1, "e\u{301}x", plain())], "ESC[2He\u{301}ESC[2;2Hx"),
        // Behind the last column too: some terminals stay there, some go on.
        (&[(19, 1, "x", plain()), (0, 2, "y", plain())], "ESC[2;20HxESC[3Hy"),
    ];
    for (texts, want) in cases {
        let mut bench = Bench::new();
        bench.draw(&[]);
        assert_eq!(bench.draw(texts), want, "{texts:?}");
    }
}

#[test]
fn a_gap_in_other_colours_is_jumped_over() {
    let mut bench = Bench::new();
    let red = plain().fg(Color::Red);
    bench.draw(&[(0, 0, "abcdef", red)]);
    assert_eq!(
        bench.draw(&[
            (0, 0, "abcdef", red),
            (0, 0, "X", plain().fg(Color::Reset)),
            (5, 0, "Y", plain().fg(Color::Reset))
        ]),
        "ESC[HESC[mXESC[1;6HY"
    );
}

#[test]
fn the_pen_stays_as_it_is_between_frames() {
    let mut bench = Bench::new();
    let dim = plain().add_modifier(Modifier::DIM);
    bench.draw(&[(0, 0, "a", dim)]);
    assert_eq!(bench.draw(&[(0, 0, "b", dim)]), "ESC[Hb");
}

#[test]
fn a_long_frame_is_one_update() {
    let mut bench = Bench::new();
    bench.draw(&[]);
    let styles = [plain().fg(Color::Rgb(1, 2, 3)), plain().fg(Color::Rgb(3, 2, 1))];
    let row: Vec<(u16, u16, &str, Style)> = (0..20).map(|x| (x, 0, "x", styles[usize::from(x) % 2])).collect();
    let written = bench.draw(&row);
    assert!(written.starts_with("ESC[?2026hESC[H") && written.ends_with("ESC[?2026l"), "{written}");
}

#[test]
fn the_cursor_is_moved_and_shown_only_when_that_changes() {
    let mut bench = Bench::new();
    let mut with_cursor = |at: Option<(u16, u16)>, text: &'static str| {
        bench.frame(|frame| {
            frame.buffer_mut().set_string(0, 0, text, plain());
            if let Some(place) = at {
                frame.set_cursor_position(place);
            }
        })
    };
    with_cursor(None, "");
    let cases = [
        (Some((3, 1)), "", "ESC[2;4HESC[?25h"),
        (Some((3, 1)), "", ""),
        (Some((4, 1)), "", "ESC[2;5H"),
        (Some((1, 0)), "a", "ESC[Ha"),
        (Some((2, 0)), "ab", "ESC[1;2Hb"),
        (Some((3, 3)), "abc", "ESC[1;3HcESC[4;4H"),
        (None, "abc", "ESC[?25l"),
        (None, "abd", "ESC[1;3Hd"),
        (Some((3, 3)), "abd", "ESC[4;4HESC[?25h"),
    ];
    for (at, text, want) in cases {
        assert_eq!(with_cursor(at, text), want, "{at:?} {text}");
    }
}

#[test]
fn a_control_character_stops_at_the_last_gate() {
    let mut backend = Sparing::new(Size { columns: COLUMNS, rows: ROWS });
    for symbol in ["\x1b", "\x1b[2J", "\u{9b}", "", "\u{301}", "\n", "a\u{7f}"] {
        let mut cell = Cell::default();
        cell.set_symbol(symbol);
        let Ok(()) = backend.draw([(0, 0, &cell)].into_iter());
        assert_eq!(backend.finish(None), b"\x1b[H?", "{symbol:?}");
    }
}

/// A frame: texts of several widths and styles at any place, also half outside.
fn frames() -> impl Strategy<Value = Vec<Vec<(u16, u16, String, Style)>>> {
    let words = prop_oneof!["[a-z ]{1,12}", "[漢字ａ]{1,4}", "[ ▌…·×é]{1,8}", "(e\u{301}|x|🦅| ){1,4}"];
    let colors = prop_oneof![
        proptest::strategy::Just(Color::Reset),
        any::<u8>().prop_map(Color::Indexed),
        any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
    ];
    let styles = (colors.clone(), colors, 0_u16..0x200).prop_map(|(fg, bg, bits)| {
        // The emulator knows neither blinking nor crossed out, and bold and dim not together.
        let weight = if bits % 2 == 0 { Modifier::BOLD } else { Modifier::DIM };
        let known = weight | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::REVERSED;
        Style::new().fg(fg).bg(bg).add_modifier(Modifier::from_bits_truncate(bits) & known)
    });
    let text = (0..COLUMNS, 0..ROWS, words, styles);
    proptest::collection::vec(proptest::collection::vec(text, 0..6), 1..6)
}

/// Row by row what a reader sees: characters, and the looks of each cell.
fn seen(emulator: &vt100::Parser) -> Vec<String> {
    let screen = emulator.screen();
    let cells = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| (y, x)));
    let cells = cells.filter_map(|(y, x)| screen.cell(y, x));
    cells
        .filter(|cell| !cell.is_wide_continuation())
        .map(|cell| {
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let shown = text != " " || cell.inverse() || cell.underline();
            let letters = shown
                .then(|| (cell.fgcolor(), cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse()));
            format!("{text}{:?}{letters:?}", cell.bgcolor())
        })
        .collect()
}

/// The same frame on a terminal of which nothing was known.
fn drawn_anew(buffer: &Buffer) -> vt100::Parser {
    let mut bench = Bench::new();
    bench.frame(|frame| frame.buffer_mut().merge(buffer));
    bench.emulator
}

proptest! {
    #[test]
    fn the_terminal_shows_each_frame_whatever_came_before(frames in frames()) {
        let mut bench = Bench::new();
        for frame in frames {
            let mut whole = Buffer::empty(ratatui::layout::Rect::new(0, 0, COLUMNS, ROWS));
            for (x, y, text, style) in &frame {
                whole.set_string(*x, *y, text, *style);
            }
            bench.frame(|frame| frame.buffer_mut().merge(&whole));
            prop_assert_eq!(seen(&bench.emulator), seen(&drawn_anew(&whole)));
        }
    }
}
