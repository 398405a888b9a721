//! The panes: opening, places by size, tabs, moving in a page.
//!
//! Imports: `base`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::base::{Millis, Notice, Size};
use crate::state::desk::{Desk, opened, row};
use crate::state::detail::moved;
use crate::state::page::{Line, Page};
use crate::state::{Focus, Msg, Place, Tab, TabState};

#[test]
fn the_pane_follows_a_cursor_that_rests() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80);
    assert_eq!(desk.opens().iter().map(|o| o.1).collect::<Vec<_>>(), [0]);
    assert_eq!(desk.model.due(), None);
    for _ in 0..50 {
        desk.keys("j").wait(30);
        assert!(!desk.model.list.settled);
    }
    assert_eq!(desk.opens().len(), 1, "a held key opens nothing");
    assert_eq!(desk.model.due(), Some(Millis(desk.model.clock.0 + 50)));
    desk.wait(50);
    assert_eq!(desk.opens().last().unwrap().1, 50);
    assert!(desk.model.list.settled);
    desk.wait(1000);
    assert_eq!(desk.opens().len(), 2, "nothing is asked twice");
}

#[test]
fn an_older_alert_never_replaces_a_newer_one() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80).keys("j").wait(80);
    let opens = desk.opens();
    desk.send(Msg::Opened(opens[1].0, Ok(opened(row(1), b"new"))));
    desk.send(Msg::Opened(opens[0].0, Ok(opened(row(0), b"old"))));
    assert_eq!(desk.model.detail.opened.as_ref().unwrap().line, b"new");
    desk.keys("j").wait(80);
    let last = *desk.opens().last().unwrap();
    assert!(desk.model.detail.opened.is_some(), "the last alert is drawn until the next is there");
    desk.send(Msg::Opened(last.0, Err(Notice::said("the file has changed"))));
    assert!(desk.model.detail.opened.is_none());
    assert!(desk.model.detail.failed.is_some());
}

#[test]
fn panes_open_move_and_close_by_size() {
    let cases = [
        // columns, keys; place, focus
        (80, "", Place::Off, Focus::List),
        (80, "Enter", Place::Full, Focus::Detail),
        (80, "Enter Esc", Place::Off, Focus::List),
        (80, "Enter q", Place::Off, Focus::List),
        (80, "Tab Tab", Place::Off, Focus::List),
        (80, "p", Place::Full, Focus::Detail),
        (80, "p p", Place::Off, Focus::List),
        (120, "", Place::Below, Focus::List),
        (120, "Enter", Place::Below, Focus::Detail),
        (120, "Tab", Place::Below, Focus::Detail),
        (120, "Tab Shift-Tab", Place::Below, Focus::List),
        (120, "p", Place::Off, Focus::List),
        (120, "p Enter", Place::Below, Focus::Detail),
        (120, "p p", Place::Right, Focus::List),
        (120, "Tab p", Place::Off, Focus::List),
        (120, "z", Place::Off, Focus::List),
        (120, "Tab z", Place::Full, Focus::Detail),
        (120, "Tab z Esc", Place::Below, Focus::List),
        (200, "", Place::Right, Focus::List),
        (200, "p", Place::Below, Focus::List),
        (200, "z Esc", Place::Right, Focus::List),
    ];
    for (columns, keys, place, focus) in cases {
        let mut desk = Desk::with(100, columns, 36);
        desk.keys(keys);
        assert_eq!((desk.model.place(), desk.model.focus), (place, focus), "{columns} {keys}");
    }
}

#[test]
fn the_choice_of_a_place_is_kept_for_each_size() {
    let mut desk = Desk::with(100, 200, 50);
    desk.keys("p");
    for (columns, place) in [(120, Place::Below), (80, Place::Off), (200, Place::Below), (39, Place::Off)] {
        desk.send(Msg::Resized(Size { columns, rows: 50 }));
        assert_eq!(desk.model.place(), place, "{columns}");
    }
}

#[test]
fn tabs_turn_and_digits_name_them() {
    let cases = [
        ("Tab ]", Tab::Analysis),
        ("Tab [", Tab::Related),
        ("Tab ] ] ] ] ]", Tab::Fields),
        ("Tab 3", Tab::Commands),
        ("Tab 5", Tab::Related),
        ("Tab 4 1", Tab::Fields),
        ("2 j", Tab::Fields),
        (": t a b - 2 Enter", Tab::Analysis),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        assert_eq!(desk.keys(keys).model.detail.tab, want, "{keys}");
    }
}

/// One digit a line is its item, `-` a heading.
fn page(lines: &str) -> Page {
    let item = |c: char| c.to_digit(10).map(|n| usize::try_from(n).unwrap());
    let items = lines.chars().filter_map(item).max().map_or(0, |last| last + 1);
    let lines = lines.chars().map(|c| Line { item: item(c), parts: Vec::new() }).collect();
    Page { lines, items, ..Page::default() }
}

/// Lines, rows, moves; item and first line afterwards.
type Moves = (&'static str, usize, &'static [isize], (usize, usize));

#[test]
fn a_pane_moves_by_items_and_keeps_them_in_sight() {
    let cases: [Moves; 12] = [
        ("-0123", 3, &[1], (1, 0)),
        ("-0123", 3, &[1, 1], (2, 1)),
        ("-0123", 3, &[1, 1, 1, 1], (3, 2)),
        ("-0123", 3, &[1, 1, 1, -1, -1, -1], (0, 0)),
        ("-0123", 3, &[isize::MAX], (3, 2)),
        ("-0123", 3, &[isize::MAX, isize::MIN], (0, 0)),
        ("0111112", 3, &[1, 1], (1, 2)),
        ("0111112", 3, &[1, 1, 1, 1, 1], (2, 4)),
        ("0111112", 3, &[isize::MAX, -1], (1, 3)),
        ("------", 4, &[1], (0, 1)),
        ("------", 4, &[9, -1], (0, 1)),
        ("", 4, &[1, -1, isize::MAX], (0, 0)),
    ];
    for (lines, rows, moves, want) in cases {
        let page = page(lines);
        let state = moves.iter().fold(TabState::default(), |state, delta| moved(state, &page, rows, *delta));
        assert_eq!((state.item, state.top), want, "{lines} {moves:?}");
    }
}
