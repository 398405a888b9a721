//! Filter and words: live, restored, undone.

use crate::state::desk::Desk;
use crate::state::narrowing::distance;

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
    assert_eq!(desk.said(), "filter none · words xy");
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

#[test]
fn distance_counts_letters() {
    let cases =
        [("", "", 0), ("abc", "", 3), ("proc.nmae", "proc.name", 1), ("proc.nam", "proc.name", 1), ("a", "b", 1)];
    for (a, b, want) in cases {
        assert_eq!(distance(a.as_bytes(), b.as_bytes()), want, "{a} {b}");
        assert_eq!(distance(b.as_bytes(), a.as_bytes()), want, "{b} {a}");
    }
}
