//! Typing: prefixes, the palette, pasting.
//!
//! Imports: `base`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::base::Millis;
use crate::state::desk::Desk;
use crate::state::{Msg, help};

#[test]
fn prefixes_tell_how_they_go_on() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80).keys("g");
    assert_eq!(desk.model.due(), Some(Millis(desk.model.clock.0 + 300)));
    desk.wait(300);
    let hints = help::hints(&desk.model);
    let hints: Vec<(&str, &str)> = hints.iter().map(|(keys, word)| (keys.as_str(), *word)).collect();
    assert_eq!(hints, [("g", "first"), ("t", "time"), ("u", "unreadable lines"), ("m", "messages")]);
    assert_eq!(desk.model.due(), None);
}

#[test]
fn pasted_text_goes_into_inputs_only() {
    let mut desk = Desk::with(100, 120, 36);
    desk.send(Msg::Paste("q\nQ".to_owned()));
    assert!(desk.effects.is_empty());
    assert!(desk.said().starts_with("pasted text goes into inputs only"));
    desk.keys("/");
    desk.send(Msg::Paste("a\nb\x1b".to_owned()));
    assert_eq!(desk.model.narrowed.now.words, "a b");
    assert!(desk.model.messages.now.is_none());
}

#[test]
fn a_field_s_name_narrows_nothing_before_its_operator_is_typed() {
    let cases = [
        ("f p r i o r i t y", ""),
        ("f p r i o r i t y Space > = Space w a r n n i n g", ""),
        ("f a . b = c Space a n d Space d", "a.b=c"),
        ("f c a t Enter", "cat"),
        ("f c a t Esc", ""),
        ("f c a t Enter u", ""),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(keys);
        assert_eq!(desk.model.narrowed.now.filter, want, "{keys}");
    }
}

#[test]
fn the_palette_runs_commands_by_name() {
    let cases = [
        (": g o t o Space 5 0 Enter", 49),
        (": g o t o Space 1 , 0 0 0 Enter", 99),
        (": g o t Enter", 0),
        (": l a s t Enter", 99),
        (": c u r s o r - d o Enter", 1),
        (": g o Tab 7 Enter", 6),
        (": x y z z y Enter", 0),
    ];
    for (keys, cursor) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(keys);
        assert_eq!(desk.at().0, cursor, "{keys}");
        assert!(desk.model.layers.is_empty(), "{keys}");
    }
    let mut desk = Desk::with(100, 120, 36);
    desk.keys(": n a r r o w Space a b Enter");
    assert_eq!(desk.model.narrowed.now.words, "ab");
    assert_eq!(desk.keys(": x y z z y Enter").said(), "no command is called xyzzy. : alone lists them");
}
