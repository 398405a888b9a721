//! Filter and words: live with every key, restored, undone, warned of.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::state::desk::Desk;
use crate::state::{Layer, Msg};

#[test]
fn words_narrow_with_every_key_and_esc_restores() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("2 5 j l l");
    let before = desk.at();
    desk.keys("/ x y");
    assert_eq!((desk.model.list.view.rows.len(), desk.model.narrowed.now.words.as_str()), (34, "xy"));
    desk.keys("Esc");
    assert_eq!(desk.at(), before);
    assert_eq!(desk.model.narrowed.now.words, "");
    assert!(desk.model.narrowed.undo.is_empty(), "what was cancelled is no step");
    desk.keys("/ x y Enter");
    assert_eq!(desk.model.narrowed.now.words, "xy");
    assert!(desk.model.layers.is_empty());
    desk.keys("/ z Esc");
    assert_eq!(desk.model.narrowed.now.words, "xy", "Esc restores what was before, not nothing");
}

#[test]
fn undo_brings_words_row_column_and_scroll_back() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("5 5 j l l");
    let before = (desk.at(), desk.model.list.column);
    desk.keys("/ x y Enter g g h h f a . b = 1 Enter");
    let narrowed = desk.model.narrowed.now.clone();
    assert_eq!((narrowed.filter.as_str(), narrowed.words.as_str()), ("a.b=1", "xy"));
    desk.keys("u");
    assert_eq!((desk.model.narrowed.now.filter.as_str(), desk.model.narrowed.now.words.as_str()), ("", "xy"));
    assert_eq!(desk.said(), "words xy");
    desk.keys("u");
    assert_eq!((desk.at(), desk.model.list.column), before);
    assert_eq!(desk.keys("u").said(), "nothing to undo");
    desk.keys("Ctrl-r Ctrl-r");
    assert_eq!(desk.model.narrowed.now, narrowed);
    assert_eq!(desk.keys("Ctrl-r").said(), "nothing to redo");
    desk.keys("2 u");
    assert_eq!((desk.at(), desk.model.list.column), before);
}

#[test]
fn clear_is_one_step() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("/ x Enter : c l e a r Enter");
    assert_eq!(desk.model.narrowed.now.words, "");
    desk.keys("u");
    assert_eq!(desk.model.narrowed.now.words, "x");
}

const ALERT: &str = r#"{"rule":"r","priority":"Notice","output_fields":{"proc.name":"cat"}}"#;

#[test]
fn a_text_that_is_no_filter_leaves_the_list_and_says_where() {
    let mut desk = Desk::loaded(ALERT, 120, 36);
    desk.keys("f r u l e Space = Space r");
    assert_eq!(desk.model.narrowed.now.filter, "rule = r");
    desk.keys("Space a n d Space (");
    assert_eq!(desk.model.narrowed.now.filter, "rule = r", "the last good one stays in force");
    let Some(Layer::Filter(input)) = desk.model.layers.last() else { panic!("no filter") };
    let (at, notice) = input.error.clone().unwrap();
    assert!(at.start <= input.text.len() && !notice.what.is_empty());
    desk.keys("Enter");
    assert_eq!(desk.model.layers.len(), 1, "Enter can't apply it");
    assert_eq!(desk.said(), notice.to_string());
    desk.keys("Backspace Backspace Backspace Backspace Backspace Backspace Enter");
    assert!(desk.model.layers.is_empty());
    assert_eq!(desk.model.narrowed.undo.len(), 1, "typing is one step");
    assert_eq!(desk.keys("u").model.narrowed.now.filter, "");
    desk.keys(": f i l t e r Space ( Enter");
    assert!(!desk.said().is_empty() && desk.model.narrowed.now.filter.is_empty());
    desk.keys(": f i l t e r Space r u l e = r Enter");
    assert_eq!(desk.model.narrowed.now.filter, "rule=r");
}

#[test]
fn a_field_that_no_alert_has_is_named_with_the_nearest() {
    let cases = [
        ("proc.name = cat", None),
        ("rule = r and priority >= notice", None),
        ("not proc.nmae = cat", Some((4..13, "no loaded alert has proc.nmae; did you mean proc.name?"))),
        ("k8s.pod.name exists", Some((0..12, "k8s.pod.name is a Falco field that no loaded alert has"))),
    ];
    for (filter, want) in cases {
        let mut desk = Desk::loaded(ALERT, 120, 36);
        desk.keys(":");
        desk.send(Msg::Paste(format!("filter {filter}")));
        desk.keys("Enter");
        let warning =
            desk.model.narrowed.warning.as_ref().map(|warning| (warning.at.clone(), warning.notice.to_string()));
        assert_eq!(warning, want.map(|(at, text)| (at, text.to_owned())), "{filter}");
        assert!(desk.keys("u").model.narrowed.warning.is_none());
    }
}
