//! The history of filters by keys.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::state::desk::{CLEARED, Desk};
use crate::state::{Effect, Layer, Msg};

fn typed(desk: &Desk) -> String {
    desk.model.layers.last().and_then(Layer::filter_input).map(|input| input.text.clone()).unwrap_or_default()
}

fn remembered(desk: &Desk) -> Vec<String> {
    let remembered = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Remember(filter) => Some(filter.clone()),
        _ => None,
    });
    remembered.collect()
}

#[test]
fn arrows_walk_the_filters_that_were_applied() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.send(Msg::Filters(["old.one = 1", "user.name = root"].map(str::to_owned).into()));
    for keys in
        ["f a . b = 1 Enter", "f Ctrl-u ( Enter Esc", "f Ctrl-u u s e r . n a m e = r o o t Enter", "f Ctrl-u Enter"]
    {
        desk.keys(keys);
    }
    assert_eq!(remembered(&desk), ["a.b=1", "user.name=root"], "what does not parse, and nothing, are no filters");
    let cases = [
        ("f x Up", "user.name=root"),
        ("f x Up Up", "a.b=1"),
        ("f x Up Up Up Up", "old.one = 1"),
        ("f x Up Up Up Up Up Up Up", "old.one = 1"),
        ("f x Up Up Down", "user.name=root"),
        ("f x Up Up Down Down Down", "x"),
        ("f Ctrl-p y", "user.name=rooty"),
    ];
    for (keys, want) in cases {
        desk.keys(keys);
        assert_eq!(typed(&desk), want, "{keys}");
        desk.keys("Esc Esc");
    }
    assert!(desk.model.narrowed.now.filter.is_empty(), "walking and leaving puts nothing in force");
    desk.keys("f Up Up Enter");
    assert_eq!(desk.model.narrowed.now.filter, "a.b=1");
    assert_eq!(desk.keys("f Ctrl-u Up Up").model.narrowed.now.filter, "user.name=root");
}

#[test]
fn the_history_is_searched() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.send(Msg::Filters(["proc.name = cat", "rule = x and proc.name = dog", "rule = y"].map(str::to_owned).into()));
    desk.keys("f z Ctrl-r N A M E Space p r o c");
    assert_eq!(super::found(&desk.model, "NAME proc"), ["rule = x and proc.name = dog", "proc.name = cat"]);
    desk.keys("Down Enter");
    assert_eq!(typed(&desk), "proc.name = cat");
    desk.keys("Ctrl-r Esc");
    assert_eq!(typed(&desk), "proc.name = cat", "Esc leaves what is typed");
    desk.keys("Ctrl-r x y z z y Enter");
    assert_eq!(typed(&desk), "proc.name = cat", "nothing was found");
}

#[test]
fn what_earlier_runs_applied_is_older_than_what_this_one_did() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.keys("f a . b = 1 Enter");
    desk.send(Msg::Filters((0..600).map(|n| format!("a.b = {n}")).collect()));
    assert_eq!(desk.model.bar.history.filters.len(), 500);
    assert_eq!(desk.model.bar.history.filters.last().unwrap(), "a.b=1");
}
