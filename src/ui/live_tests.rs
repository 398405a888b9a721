//! Screens of a list that grows: at its end, with what is new below, after alerts were dropped, ended.
//!
//! Lives here: snapshots over the sample night as if it came live. Imports: the harness beside. Promise: no clock, no
//! path, no thread.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::base::Size;
use crate::state::Msg;
use crate::state::desk::Desk;
use crate::state::live::Growth;
use crate::store::LoadEvent;
use crate::ui::screens_tests::{Screen, compare};

const FILE: Growth = Growth { files: 1, streams: 0, follows: true };

/// The sample night's alerts from number `from` on, so many.
fn night(from: usize, count: usize) -> String {
    let mut text = String::new();
    GzDecoder::new(&include_bytes!("../../sample-alerts/overnight.jsonl.gz")[..]).read_to_string(&mut text).unwrap();
    let lines = text.lines().filter(|line| line.starts_with('{')).skip(from).take(count);
    lines.collect::<Vec<_>>().join("\n")
}

fn live(columns: u16, rows: u16) -> Screen {
    Screen { desk: Desk::live(&night(8300, 120), FILE, Size { columns, rows }) }
}

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 36)];

/// The bars around the list.
fn shot(screen: &mut Screen) -> String {
    let rows = screen.desk.model.size.rows;
    screen.keys("").shot(&[0, 1, rows - 2, rows - 1])
}

#[test]
fn at_the_end_and_with_new_alerts_below() {
    for (columns, rows) in SIZES {
        let mut screen = live(columns, rows);
        compare(&format!("live_at_the_end_{columns}x{rows}"), &shot(&mut screen));
        screen.keys("3 k").desk.comes(0, &night(8300, 260));
        compare(&format!("live_new_below_{columns}x{rows}"), &shot(&mut screen));
        screen.keys("o r");
        screen.desk.comes(0, &night(8300, 270));
        compare(&format!("live_new_in_groups_{columns}x{rows}"), &shot(&mut screen));
    }
}

#[test]
fn what_was_dropped_is_told_on_every_screen() {
    for (columns, rows) in SIZES {
        let mut screen = live(columns, rows);
        screen.keys("k").desk.comes(1, "not json\n").comes(1, &night(8420, 60));
        screen.desk.send(Msg::Load(LoadEvent::Dropped { before: 1, alerts: 1_204_120 }));
        // The bars are counted anew once a second.
        screen.desk.wait(1000);
        compare(&format!("live_dropped_{columns}x{rows}"), &shot(&mut screen));
    }
    let mut read = live(120, 36);
    read.keys("g g Enter").desk.comes(1, &night(8420, 60));
    read.desk.send(Msg::Load(LoadEvent::Dropped { before: 1, alerts: 120 }));
    compare("live_dropped_while_read_120x36", &shot(&mut read));
}

#[test]
fn nothing_yet_and_nothing_more() {
    for (columns, rows) in SIZES {
        let mut waiting =
            Screen { desk: Desk::live("", Growth { files: 0, streams: 1, follows: false }, Size { columns, rows }) };
        waiting.desk.model.loaded.title = "listening on 127.0.0.1:2803".into();
        compare(&format!("live_waiting_{columns}x{rows}"), &shot(&mut waiting));
        let mut ended = live(columns, rows);
        ended.desk.send(Msg::Load(LoadEvent::Done));
        compare(&format!("live_ended_{columns}x{rows}"), &shot(&mut ended));
    }
    let mut offered = live(120, 36);
    offered.keys("F");
    offered.desk.send(Msg::Load(LoadEvent::Done));
    compare("live_follow_offered_120x36", &shot(offered.keys("g g")));
    let mut stopped = live(80, 24);
    compare("live_stopped_80x24", &shot(stopped.keys("Ctrl-c")));
}

#[test]
fn a_facet_that_is_narrowed_to_nothing_says_so() {
    let mut screen = Screen::night(200, 50);
    screen.keys(", /").types("no such value").keys("Enter");
    compare("facet_narrowed_to_nothing_200x50", &screen.shot(&[4, 5]));
}
