//! Candidates by keys.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::base::Generation;
use crate::query::complete::{Candidate, Candidates};
use crate::state::desk::{CLEARED, Desk};
use crate::state::{Layer, Msg, input};

fn typed(desk: &Desk) -> String {
    let Some(input) = desk.model.layers.last().and_then(Layer::filter_input) else { return String::new() };
    let (before, behind) = input.text.split_at(input.at);
    format!("{before}|{behind}")
}

fn offered(desk: &Desk) -> Vec<String> {
    desk.model.bar.completion.items.iter().map(|candidate| candidate.shown.to_string()).collect()
}

/// Presses keys one by one, each followed by what the worker has to say.
fn press(desk: &mut Desk, keys: &str) {
    for key in keys.split_ascii_whitespace() {
        desk.keys(key).serve();
    }
}

#[test]
fn tab_puts_in_what_is_offered_and_goes_on_to_what_comes_next() {
    let cases = [
        ("f p r o Tab", "proc.name |"),
        ("f p Tab", "p|"),
        ("f p r o Tab Tab", "proc.name = |"),
        ("f p r o Tab Tab Tab", "proc.name = truncate|"),
        ("f p r o Tab i n Tab Tab", "proc.name in (truncate|"),
        ("f p r i o Tab Tab e r r Tab", "priority >= Error|"),
        ("f p r o c . n a m e = t r u Left Left", "proc.name=t|ru"),
        ("f p r o c . n a m e = t r u Tab", "proc.name=truncate|"),
        ("f p r o c . n m a e = x Tab", "proc.name|=x"),
        ("f u s e r . n a m e = a b s Tab", "not user.name exists|"),
        ("f p r i o r i t y = W a r n i n x Tab", "priority=Warning|"),
        ("f @ u r g Tab", "@urgent|"),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::loaded(CLEARED, 120, 36);
        press(&mut desk, keys);
        assert_eq!(typed(&desk), want, "{keys}: {:?}", offered(&desk));
    }
}

#[test]
fn candidates_come_after_three_letters_or_when_they_are_wanted() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    press(&mut desk, "f p r");
    assert!(offered(&desk).is_empty());
    press(&mut desk, "Tab");
    assert!(offered(&desk).contains(&"proc.name".to_owned()), "{:?}", offered(&desk));
    press(&mut desk, "Backspace Backspace Backspace");
    press(&mut desk, "p r o");
    assert_eq!(offered(&desk).first().map(String::as_str), Some("proc.name"));
    press(&mut desk, "Esc");
    assert!(desk.model.layers.is_empty());
}

#[test]
fn enter_is_never_taken_and_the_list_closes_before_the_input() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    press(&mut desk, "f p r o c . n a m e = t r u");
    assert!(super::is_offered(&desk.model));
    press(&mut desk, "Down Down");
    assert!(super::is_listed(&desk.model));
    press(&mut desk, "Esc");
    assert!(!super::is_offered(&desk.model) && !desk.model.layers.is_empty());
    press(&mut desk, "n Down Enter");
    assert_eq!(desk.model.narrowed.now.filter, "proc.name=trun");
    assert!(desk.model.layers.is_empty());
}

#[test]
fn an_answer_to_an_older_key_is_dropped() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.keys("f p r o c");
    let candidate = Candidate { shown: "old".into(), put: "old".to_owned(), whole: false, count: None };
    let answer = Candidates { generation: Generation::default(), items: vec![candidate] };
    desk.send(Msg::Candidates(answer));
    assert!(offered(&desk).is_empty());
    desk.serve();
    assert!(offered(&desk).contains(&"proc.name".to_owned()));
}

#[test]
fn a_chip_is_completed_under_the_other_chips() {
    let other = CLEARED.replace("\"truncate\"", "\"cat\"").replace("Warning", "Notice");
    let mut desk = Desk::loaded(&[CLEARED, &other].concat(), 120, 36);
    press(&mut desk, "f p r i o r i t y = n o t i c e Space a n d Space p r o c . n a m e = x Enter");
    press(&mut desk, "c Enter Backspace Tab");
    let counts: Vec<_> = desk.model.bar.completion.items.iter().map(|c| (c.put.clone(), c.count)).collect();
    assert_eq!(counts.first(), Some(&("cat".to_owned(), Some(1))), "{counts:?}");
    assert!(counts.contains(&("truncate".to_owned(), Some(0))), "{counts:?}");
    press(&mut desk, "Tab Enter");
    assert_eq!(desk.model.narrowed.now.filter, "priority=notice and proc.name=cat");
}

#[test]
fn too_long_a_paste_changes_nothing() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    press(&mut desk, "f r u l e = x");
    desk.send(Msg::Paste("x".repeat(1 << 20)));
    assert_eq!(
        desk.said(),
        format!("{}: the text is as long as it may be; nothing was put in", input::MAX_BYTES).trim()
    );
    assert_eq!((typed(&desk).as_str(), desk.model.narrowed.now.filter.as_str()), ("rule=x|", "rule=x"));
    desk.send(Msg::Paste(" and (".to_owned() + &"(".repeat(200)));
    assert_eq!(desk.model.narrowed.now.filter, "rule=x");
    assert!(desk.model.layers.last().unwrap().filter_input().unwrap().error.is_some());
}
