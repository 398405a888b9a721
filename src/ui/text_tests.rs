//! Rows are cut where they end, whatever is written into them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::ui::theme::Depth;

fn theme(ascii: bool) -> Theme {
    Theme::named("dark", Depth::None, ascii).unwrap()
}

fn drawn(columns: u16, raw: &[u8], shift: usize) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns + 2, 1));
    let theme = theme(false);
    let row = Row { x: 1, y: 0, columns };
    Canvas::new(&mut buffer, &theme).write_from(row, &[(Role::Text, Clean::from_bytes(raw))], shift);
    buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn text_is_cut_with_a_sign_and_never_leaves_its_row() {
    let cases: [(u16, &[u8], &str); 12] = [
        (5, b"abc", " abc   "),
        (5, b"abcde", " abcde "),
        (5, b"abcdef", " abcd… "),
        (1, b"ab", " … "),
        (0, b"ab", "  "),
        // A cell that the wide character to its left covers holds a blank.
        (4, "漢字".as_bytes(), " 漢 字  "),
        (3, "漢字".as_bytes(), " 漢 …"),
        (5, "a漢字x".as_bytes(), " a漢 …  "),
        (4, b"\x1b[31m", " \\x1… "),
        (6, "e\u{301}a".as_bytes(), " e\u{301}a     "),
        (9, "\u{301}a".as_bytes(), " \\u{0301}a "),
        (4, "\u{202e}".as_bytes(), " \\u{… "),
    ];
    for (columns, raw, want) in cases {
        let found = drawn(columns, raw, 0);
        assert_eq!(found.trim_end(), want.trim_end(), "{raw:?} in {columns}");
    }
}

#[test]
fn a_shifted_row_begins_later() {
    let cases: [(&[u8], usize, &str); 4] =
        [(b"abcdefgh", 2, " cde… "), (b"abcdef", 2, " cdef "), (b"abc", 9, ""), ("漢字ab".as_bytes(), 1, "  字 …")];
    for (raw, shift, want) in cases {
        assert_eq!(drawn(4, raw, shift).trim_end(), want.trim_end(), "{raw:?} {shift}");
    }
}

#[test]
fn only_what_stoop_says_is_put_in_ascii() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
    let theme = theme(true);
    let row = Row { x: 0, y: 0, columns: 12 };
    let parts = [
        (Role::Text, Clean::from("a·b")),
        (Role::Separator, Clean::from(" · ")),
        (Role::Text, Clean::from("abcdefghi")),
    ];
    Canvas::new(&mut buffer, &theme).write(row, &parts);
    assert_eq!(buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect::<String>(), "a·b - abcde~");
}

proptest::proptest! {
    #[test]
    fn nothing_is_written_outside_the_row(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60), columns in 0_u16..20) {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 24, 3), ratatui::buffer::Cell::new("#"));
        let theme = theme(false);
        let row = Row { x: 2, y: 1, columns };
        Canvas::new(&mut buffer, &theme).write(row, &[(Role::Text, Clean::from_bytes(&raw))]);
        for (at, cell) in buffer.content().iter().enumerate() {
            let (x, y) = (at % 24, at / 24);
            let inside = y == 1 && (2..2 + usize::from(columns)).contains(&x);
            proptest::prop_assert!(inside || cell.symbol() == "#", "{x} {y}");
            proptest::prop_assert!(!cell.symbol().chars().any(char::is_control));
        }
    }
}
