//! Loading, messages, interrupting, every way out.
//!
//! Imports: `base`, `source`, `store`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::base::{Clean, Key, Notice};
use crate::source::SourceName;
use crate::state::desk::{Desk, row, view};
use crate::state::live::{Growth, Stage};
use crate::state::{Choice, Effect, Layer, Leave, Msg, Start};
use crate::store::{Counts, LoadEvent, Snapshot};

#[test]
fn esc_ends_on_the_list_and_never_quits() {
    for keys in ["?", ":", "/ x", "f a", "g m", "Tab", "Tab 3 z", "g", "1 2", "Tab ? x", "z"] {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys("/ w Enter").keys(keys).keys(&"Esc ".repeat(20));
        assert!(desk.model.is_bare(), "{keys}");
        assert_eq!(desk.model.narrowed.now.words, "w", "{keys}");
        assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Quit(_))), "{keys}");
    }
}

#[test]
fn ways_out() {
    let cases = [
        ("q", Some(Leave::Quit)),
        ("Tab q", None),
        ("Tab q q", Some(Leave::Quit)),
        ("Tab Q", Some(Leave::Quit)),
        ("/ q", None),
        ("/ Q", None),
        ("? q", None),
        ("Ctrl-c", None),
        ("Ctrl-c Ctrl-c", Some(Leave::Interrupted)),
        ("Ctrl-c j Ctrl-c", None),
        ("/ x Ctrl-c", None),
        (": q u i t Enter", Some(Leave::Quit)),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(keys);
        let left = desk.effects.iter().find_map(|e| match e {
            Effect::Quit(leave) => Some(*leave),
            _ => None,
        });
        assert_eq!(left, want, "{keys}");
    }
    let mut desk = Desk::with(100, 120, 36);
    desk.keys("Ctrl-c").wait(2001).keys("Ctrl-c");
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Quit(_))), "2 s later it is a first one again");
}

#[test]
fn interrupting_stops_what_runs() {
    let mut desk = Desk::with(100, 120, 36);
    desk.model.loaded.stage = Stage::Loading;
    desk.keys("Ctrl-c");
    assert!(matches!(desk.effects.pop(), Some(Effect::StopLoading)));
    desk.quiet(Msg::Key(Key::Char('/')));
    let asked = desk.quiet(Msg::Key(Key::Char('x')));
    let [Effect::Ask(question)] = asked.as_slice() else { panic!("{asked:?}") };
    desk.keys("Ctrl-c");
    assert!(matches!(desk.effects.pop(), Some(Effect::StopCounting)));
    desk.send(Msg::View(view(question.generation, vec![row(1)], true)));
    assert_eq!(desk.model.list.view.rows.len(), 100, "what comes late is dropped");
    assert!(desk.said().starts_with("counting stopped"));
    assert!(matches!(desk.model.layers.last(), Some(Layer::Narrow(_))));
}

#[test]
fn a_load_starts_afresh_but_keeps_the_filter() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("/ x Enter 5 j");
    let late = desk.model.narrowed.asked;
    desk.send(Msg::Begin(Clean::from("other"), Snapshot::default(), Growth::default()));
    desk.send(Msg::View(view(late, vec![row(1)], true)));
    assert_eq!(desk.at(), (0, None, 0));
    desk.grow();
    assert_eq!(desk.model.list.view.rows.len(), 50);
    assert_eq!(desk.at(), (0, Some(0), 0));
}

#[test]
fn the_start_page_loads_what_is_chosen() {
    let offer = |title: &'static str| Start {
        source: SourceName::Path(title.into()),
        title: Clean::from(title),
        about: Clean::default(),
    };
    let mut desk = Desk::default();
    desk.model.layers.push(Layer::Start(vec![offer("a"), offer("b")], Choice::default()));
    desk.keys("Esc j j Enter");
    assert!(matches!(desk.effects.as_slice(), [Effect::Load(source)] if *source == offer("b").source));
    assert!(desk.model.layers.is_empty());
}

#[test]
fn progress_tells_the_time_left() {
    let mut desk = Desk::with(0, 80, 24);
    desk.send(Msg::Begin(Clean::from("big"), Snapshot::default(), Growth::default()));
    let progress = |bytes| {
        Msg::Load(LoadEvent::Progress { unreadable: Vec::new(), counts: Counts::default(), bytes, total: Some(1500) })
    };
    desk.send(progress(100));
    assert_eq!(desk.model.progress().unwrap().seconds_left, None);
    desk.wait(1000);
    desk.send(progress(400));
    assert_eq!(desk.model.progress().unwrap().seconds_left, Some(3));
    desk.send(Msg::Load(LoadEvent::Done));
    assert_eq!(desk.model.progress(), None);
}

#[test]
fn messages_go_with_the_next_key_that_does_something() {
    let mut desk = Desk::with(100, 80, 24);
    desk.send(Msg::Sent(Notice::said("sent")));
    desk.keys("%");
    assert_eq!(desk.said(), "sent", "a key that means nothing changes nothing");
    desk.keys("j");
    assert_eq!(desk.said(), "");
    desk.keys("g m");
    assert!(matches!(desk.model.layers.last(), Some(Layer::Messages(choice)) if choice.cursor == 0));
}

#[test]
fn unreadable_lines_are_listed_and_show_their_bytes() {
    let long = "x".repeat(300);
    let mut desk = Desk::loaded(&format!("{{\"rule\":\"r\",\"output\":\"o\"}}\n{{\"a\":\x1b\n{long}\n"), 80, 24);
    assert_eq!(desk.model.loaded.counts.unreadable, 2);
    desk.keys("g u j Enter");
    let Some(Layer::Bytes(bytes)) = desk.model.layers.last() else { panic!("no bytes") };
    assert_eq!(bytes.line, 3);
    desk.serve();
    let Some(Layer::Bytes(bytes)) = desk.model.layers.last() else { panic!("no bytes") };
    assert_eq!(bytes.text.as_str(), long);
    desk.keys("q k Enter").serve();
    let Some(Layer::Bytes(bytes)) = desk.model.layers.last() else { panic!("no bytes") };
    assert_eq!(bytes.text.as_str(), "{\"a\":\\x1b");
    desk.keys("Enter Esc");
    assert!(desk.model.is_bare());
    assert_eq!(Desk::with(1, 80, 24).keys("g u").said(), "every line so far was read: no line is unreadable");
}
