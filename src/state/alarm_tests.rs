//! Bell and title: what they count, how often, and that they are off unless asked.
//!
//! Imports: `base`, `store`, and the desk of this room. Promise: tables of keys, no terminal, no clock.

use crate::base::Size;
use crate::state::desk::Desk;
use crate::state::live::Growth;
use crate::state::live::tests::lines;
use crate::state::{Effect, Msg};
use crate::store::LoadEvent;

const SIZE: Size = Size { columns: 80, rows: 24 };

fn desk(keys: &str) -> Desk {
    let mut desk = Desk::live(&lines(1..=20), Growth { files: 1, streams: 0, follows: true }, SIZE);
    desk.keys(keys).wait(5000);
    desk.effects.clear();
    desk
}

/// How often it rang, and what the title said.
fn heard(desk: &mut Desk) -> (usize, Vec<String>) {
    let mut titles = Vec::new();
    let mut rings = 0;
    for effect in desk.effects.drain(..) {
        match effect {
            Effect::Ring => rings += 1,
            Effect::Title(title) => titles.push(title.to_string()),
            _ => {}
        }
    }
    (rings, titles)
}

const BELL: &str = ": b e l l Space c r i t i c a l Enter";
const TITLE: &str = ": t i t l e Space c r i t i c a l Enter";

#[test]
fn nothing_rings_unless_it_was_asked_for() {
    let mut desk = desk("");
    desk.comes(0, &lines(1..=60)).wait(2000);
    assert_eq!(heard(&mut desk), (0, Vec::new()));
}

#[test]
fn the_bell_rings_at_most_once_a_second_and_what_it_owes_it_rings_later() {
    let mut desk = desk(BELL);
    desk.comes(0, &lines(1..=29)).wait(2000);
    assert_eq!(heard(&mut desk).0, 0, "none is Critical");
    desk.comes(0, &lines(1..=60));
    assert_eq!(heard(&mut desk).0, 1, "four came at once");
    desk.comes(0, &lines(1..=70));
    assert_eq!(heard(&mut desk).0, 0, "200 ms later");
    assert!(desk.model.due().is_some());
    desk.wait(1000);
    assert_eq!(heard(&mut desk).0, 1);
    desk.wait(5000).wait(5000);
    assert_eq!(heard(&mut desk).0, 0);
}

#[test]
fn a_filter_hides_no_alarm_and_what_was_there_is_none() {
    let mut desk = desk(&[BELL, "f p r o c . n a m e = s h Enter"].join(" "));
    desk.comes(0, &lines(1..=30));
    assert_eq!(heard(&mut desk).0, 1, "the Critical one is by cat");
    let mut fresh = Desk::default();
    fresh.model.live.alarm.bell = crate::base::Priority::parse(b"critical");
    fresh.send(Msg::Begin("x".into(), crate::store::Snapshot::default(), Growth::default()));
    fresh.comes(0, &lines(1..=50));
    fresh.send(Msg::Load(LoadEvent::Following));
    fresh.wait(2000);
    assert_eq!(heard(&mut fresh).0, 0);
}

#[test]
fn the_title_counts_what_came_until_the_reader_goes_to_the_end() {
    let mut desk = desk(&[TITLE, "k"].join(" "));
    desk.comes(0, &lines(1..=50));
    assert_eq!(heard(&mut desk).1, ["stoop: 3 Critical"]);
    desk.comes(0, &lines(1..=60)).wait(1000);
    assert_eq!(heard(&mut desk).1, ["stoop: 4 Critical"]);
    desk.keys("G").wait(1000);
    assert_eq!(heard(&mut desk).1, [""]);
    desk.keys(": t i t l e Space o f f Enter").comes(0, &lines(1..=90)).wait(2000);
    assert_eq!(heard(&mut desk).1, [""; 0]);
}

#[test]
fn at_the_end_any_key_tells_that_the_reader_has_seen_it() {
    let mut desk = desk(TITLE);
    desk.comes(0, &lines(1..=50));
    assert_eq!(heard(&mut desk).1, ["stoop: 3 Critical"]);
    desk.wait(3000);
    assert_eq!(heard(&mut desk).1, [""; 0]);
    desk.keys("j").wait(1000);
    assert_eq!(heard(&mut desk).1, [""]);
}

#[test]
fn bell_and_title_take_a_priority_or_off() {
    let mut desk = desk("");
    let cases = [
        ("bell", "bell needs a priority, or off; now it is off. bell critical"),
        ("bell loud", "bell needs a priority, or off; now it is off. bell critical"),
        ("bell warning", "the bell rings for a new alert that is Warning or worse"),
        ("bell", "bell needs a priority, or off; now it is Warning. bell critical"),
        ("bell off", "the bell is off"),
        ("title Critical", "the window's title counts new alerts that are Critical or worse"),
        ("title off", "the window's title is left alone"),
    ];
    for (text, want) in cases {
        let keys: Vec<String> =
            text.chars().map(|c| if c == ' ' { "Space".to_owned() } else { c.to_string() }).collect();
        desk.keys(":").keys(&keys.join(" ")).keys("Enter");
        assert_eq!(desk.said(), want, "{text}");
    }
}
