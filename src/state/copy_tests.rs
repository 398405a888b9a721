//! What leaves by `y`: evidence without control characters.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clipboard.

use crate::state::Msg;
use crate::state::desk::{CLEARED, Desk, opened, row};

#[test]
fn copies_wait_for_the_alert_that_they_are_of() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("j y y j");
    assert!(desk.copied().is_empty());
    let first = desk.opens()[0];
    assert_eq!(first.1, 1);
    desk.wait(80);
    assert_eq!(desk.opens().len(), 1, "a newer request could take its place");
    desk.send(Msg::Opened(first.0, Ok(opened(row(1), b"{}"))));
    assert_eq!(desk.opens().last().unwrap().1, 2, "the cursor's alert is asked for now");
    assert_eq!(desk.copied(), [("the alert".to_owned(), "{}".to_owned())]);
    assert!(desk.model.detail.opened.is_none(), "it is copied, not shown: the cursor is elsewhere");
    desk.open_with(b"second");
    desk.keys("y r");
    assert_eq!(desk.copied().last().unwrap().1, "second", "what is there is sent at once");
}

#[test]
fn what_is_copied_holds_no_control_character() {
    let cases: [(&str, &[u8], &str); 6] = [
        ("y y", b"{\"a\":\"b\"}", "{\"a\":\"b\"}"),
        ("y y", b"{\"a\":\"\x1b\"}", "{\"a\":\"\\u001b\"}"),
        ("y r", "\u{9b}x\u{202e}".as_bytes(), "\\u009bx\u{202e}"),
        ("y y", b"\xff\x07", "\\xff\\x07"),
        ("y o", b"", "a\\x1bb"),
        ("y u", b"", "u-1"),
    ];
    for (keys, line, want) in cases {
        let mut desk = Desk::with(100, 80, 24);
        desk.wait(80);
        desk.open_with(line);
        assert_eq!(desk.keys(keys).copied().last().unwrap().1, want, "{keys} {line:?}");
    }
}

#[test]
fn the_value_of_a_cell_is_that_of_its_column() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80);
    desk.open_with(b"");
    desk.keys("4 l y v");
    assert_eq!(desk.copied(), [("proc.name".to_owned(), "cat".to_owned())]);
    assert_eq!(desk.keys("h y v").said(), "this alert has no container.name");
    let unnamed = CLEARED.replace("\"container.name\":\"web\",", "");
    let mut desk = Desk::loaded(&unnamed, 120, 36);
    desk.keys("3 l y v");
    assert_eq!(desk.copied(), [("container.id".to_owned(), "dca990c78804".to_owned())], "as the list shows it");
}

#[test]
fn in_the_panes_it_is_what_the_pane_shows() {
    let line = r#"{"rule":"r","priority":"Notice","output":"o","output_fields":{"proc.name":"c\u0007t"}}"#;
    let cases = [
        ("Tab y y", "the value", "r"),
        ("Tab j y v", "the value", "Notice"),
        ("Tab j j y y", "the value", "c\\x07t"),
        ("Tab 4 y y", "the alert", line),
        ("Tab y r", "the line", line),
    ];
    for (keys, what, text) in cases {
        let mut desk = Desk::loaded(line, 120, 36);
        desk.keys(keys);
        assert_eq!(desk.copied(), [(what.to_owned(), text.to_owned())], "{keys}");
    }
    let mut desk = Desk::loaded(line, 120, 36);
    desk.keys("Tab 2 y y");
    let [(what, text)] = desk.copied().try_into().unwrap();
    assert!(what == "the analysis" && text.contains('\n') && !text.contains('\x07'), "{text}");
}
