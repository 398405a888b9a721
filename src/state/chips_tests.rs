//! Chips by keys: each change is one step, and what is switched off is not forgotten.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use super::*;
use crate::state::desk::CLEARED;
use crate::state::desk::Desk;

fn desk(filter: &str) -> Desk {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.keys(":");
    desk.send(crate::state::Msg::Paste(format!("filter {filter}")));
    desk.keys("Enter");
    desk
}

/// `[a] (off: b)`
fn told(desk: &Desk) -> String {
    let shown = |chip: &Chip| if chip.is_on { format!("[{}]", chip.text) } else { format!("({})", chip.text) };
    chips(&desk.model.narrowed.now).iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn keys_change_chips_one_by_one_and_undo_takes_each_back() {
    let cases = [
        ("!", "[a.b = 1] [c.d = 2] [not e.f = 3]"),
        ("c !", "[a.b = 1] [c.d = 2] [not e.f = 3]"),
        ("c h ! !", "[a.b = 1] [c.d = 2] [e.f = 3]"),
        ("c h Space", "[a.b = 1] (c.d = 2) [e.f = 3]"),
        ("c h Space Space", "[a.b = 1] [c.d = 2] [e.f = 3]"),
        ("c h Space !", "[a.b = 1] (not c.d = 2) [e.f = 3]"),
        ("c h h -", "[c.d = 2] [e.f = 3]"),
        ("c - - -", ""),
        ("c H", "[a.b = 1] [e.f = 3] [c.d = 2]"),
        ("c H H", "[e.f = 3] [a.b = 1] [c.d = 2]"),
        ("c L", "[a.b = 1] [c.d = 2] [e.f = 3]"),
        ("c h Space H", "(c.d = 2) [a.b = 1] [e.f = 3]"),
        ("c h Enter Backspace 7 Enter", "[a.b = 1] [c.d = 7] [e.f = 3]"),
        ("c h Enter Backspace 7 Esc", "[a.b = 1] [c.d = 2] [e.f = 3]"),
        ("c h Enter Ctrl-u Enter", "[a.b = 1] [e.f = 3]"),
        ("c h Enter Space o r Space x . y = 1 Enter", "[a.b = 1] [(c.d = 2 or x.y=1)] [e.f = 3]"),
        ("c h Space Enter Backspace 7 Enter", "[a.b = 1] [c.d = 7] [e.f = 3]"),
        ("\\", "(a.b = 1) (c.d = 2) (e.f = 3)"),
        ("c h Space Esc \\ \\", "[a.b = 1] (c.d = 2) [e.f = 3]"),
        ("c h Space u", "[a.b = 1] [c.d = 2] [e.f = 3]"),
        ("c h Space f Ctrl-u x . y = 1 Enter", "[a.b = 1] (c.d = 2) [e.f = 3]"),
        ("c h Space Esc f Ctrl-u x . y = 1 Enter", "[x.y=1] (c.d = 2)"),
    ];
    for (keys, want) in cases {
        let mut desk = desk("a.b = 1 and c.d = 2 and e.f = 3");
        desk.keys(keys);
        assert_eq!(told(&desk), want, "{keys}");
        desk.keys("Esc Esc Esc");
        for _ in 0..desk.model.narrowed.undo.len() - 1 {
            desk.keys("u");
        }
        assert_eq!(told(&desk), "[a.b = 1] [c.d = 2] [e.f = 3]", "{keys}");
    }
}

#[test]
fn words_are_switched_off_with_the_filter_and_on_again() {
    let mut desk = desk("proc.name = truncate");
    desk.keys("/ s y s Enter \\");
    assert_eq!((told(&desk).as_str(), desk.model.narrowed.now.words.as_str()), ("(proc.name = truncate)", ""));
    assert_eq!(desk.model.list.view.rows.len(), 1);
    desk.keys("\\");
    assert_eq!((told(&desk).as_str(), desk.model.narrowed.now.words.as_str()), ("[proc.name = truncate]", "sys"));
    desk.keys("u");
    assert_eq!(told(&desk), "(proc.name = truncate)");
    desk.keys(": c l e a r Enter");
    assert_eq!(Desk::loaded(CLEARED, 120, 36).keys("\\").said(), "neither filter nor words are in force");
    assert_eq!(Desk::loaded(CLEARED, 120, 36).keys("c").said(), "no filter is in force. f opens one");
    assert_eq!(Desk::loaded(CLEARED, 120, 36).keys("!").said(), "no filter is in force. f opens one");
}

#[test]
fn esc_many_times_ends_on_the_list_with_the_filter_untouched() {
    for keys in ["c", "c Enter x", "f x", "c ?", "f Tab Down Down", "f Ctrl-r", ": x"] {
        let mut desk = desk("a.b = 1 and c.d = 2");
        desk.keys(keys);
        desk.keys(&"Esc ".repeat(20));
        assert!(desk.model.is_bare() && desk.model.layers.is_empty(), "{keys}");
        assert_eq!(told(&desk), "[a.b = 1] [c.d = 2]", "{keys}");
    }
}

#[test]
fn the_message_tells_what_was_done_and_what_it_leaves() {
    let mut desk = desk("proc.name = truncate and user.name = root");
    assert_eq!(desk.keys("!").said(), "now not user.name = root: 0 alerts. u takes it back");
    assert_eq!(desk.keys("c -").said(), "taken away: not user.name = root: 1 alert. u takes it back");
}

#[test]
fn what_would_match_without_a_term_is_counted_where_nothing_does() {
    let mut desk = desk("proc.name = truncate and user.name = lea");
    desk.serve();
    let terms = &desk.model.bar.without.terms;
    let told: Vec<_> = terms.iter().map(|(term, count)| (term.to_string(), *count)).collect();
    assert_eq!(told, [("proc.name = truncate".to_owned(), Some(0)), ("user.name = lea".to_owned(), Some(1))]);
}

#[test]
fn the_filter_is_copied_as_it_is_taken_again() {
    let mut desk = desk("proc.name = \"a\tb\" and user.name = root");
    desk.keys("/ x Enter y c");
    let copied = desk.copied();
    let want = ("the filter, without the words of /", "proc.name = \"a b\" and user.name = root");
    assert_eq!(copied, [(want.0.to_owned(), want.1.to_owned())]);
    assert!(Desk::loaded(CLEARED, 120, 36).keys("y c").said().starts_with("no filter is in force"));
}
