//! Dropped alerts: list, cursor, marks, undo, what is read.
//!
//! Imports: `base`, `store`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::base::{RowId, Size};
use crate::state::desk::Desk;
use crate::state::live::Growth;
use crate::state::live::tests::lines;
use crate::state::{Effect, Focus, Msg};
use crate::store::LoadEvent;

/// Three segments of 20 alerts each; times go on, but the first of the second is the oldest of all.
fn desk(follows: bool) -> Desk {
    let growth = Growth { files: 1, streams: 0, follows };
    let mut desk = Desk::live(&lines(101..=120), growth, Size { columns: 80, rows: 24 });
    desk.comes(1, &(lines([1]) + &lines(121..=139))).comes(2, &lines(140..=159));
    desk.wait(1000).serve();
    desk
}

fn drop_before(desk: &mut Desk, before: usize, alerts: u64) {
    desk.send(Msg::Load(LoadEvent::Dropped { before, alerts }));
    desk.wait(200).serve();
}

fn under(desk: &Desk) -> Option<(usize, usize)> {
    desk.model.list.row.map(|row| (row.segment(), row.row()))
}

fn none_is_gone(desk: &Desk) {
    let model = &desk.model;
    assert!(model.list.view.rows.iter().all(|row| !model.is_gone(*row)));
    assert!(model.list.marked.iter().all(|row| !model.is_gone(row)));
    assert!(model.list.row.is_none_or(|row| !model.is_gone(row)));
}

#[test]
fn the_cursor_goes_to_the_nearest_that_is_left_and_says_so() {
    // where the cursor stands, what is dropped, where it is then
    let cases = [
        ("g g", 1, (1, 0), false),
        ("5 G", 1, (1, 1), true),
        ("2 1 G", 1, (1, 1), true),
        ("2 2 G", 1, (1, 1), false),
        ("4 5 G", 2, (2, 4), false),
        ("3 0 G", 2, (2, 0), true),
        ("/ x Backspace 5 Esc 5 G", 1, (1, 1), true),
        ("o r g g", 1, (1, 0), true),
    ];
    for (keys, before, want, says) in cases {
        let mut desk = desk(false);
        desk.keys(keys);
        drop_before(&mut desk, before, 20 * before as u64);
        if keys != "o r g g" {
            assert_eq!(under(&desk), Some(want), "{keys}");
            let said = "the cursor's alert was dropped with the oldest";
            assert_eq!(desk.said().starts_with(said), says, "{keys}: {}", desk.said());
        }
        none_is_gone(&desk);
        assert_eq!(desk.model.list.view.rows.len(), 60 - 20 * before, "{keys}");
        assert_eq!(desk.model.loaded.dropped, 20 * before as u64);
    }
}

#[test]
fn at_the_end_the_cursor_stays_there_without_a_word_and_all_may_go() {
    let mut desk = desk(true);
    drop_before(&mut desk, 2, 40);
    assert_eq!((under(&desk), desk.said().as_str()), (Some((2, 19)), ""));
    drop_before(&mut desk, 3, 60);
    assert_eq!((under(&desk), desk.model.list.view.rows.len()), (None, 0));
    desk.keys("j k G g g Space v Enter Esc ( ) o r u P p");
    desk.comes(3, &lines(160..=170));
    none_is_gone(&desk);
    assert_eq!(desk.model.list.view.rows.len(), 11);
}

#[test]
fn marks_ranges_and_steps_of_undo_lose_what_is_gone() {
    let mut desk = desk(false);
    desk.keys("g g 6 0 Space g g f r u l e Space ! = Space x Enter 3 G v");
    assert_eq!(desk.model.list.marked.len(), 60);
    drop_before(&mut desk, 1, 20);
    assert_eq!((desk.model.list.marked.len(), desk.model.list.range), (40, None));
    none_is_gone(&desk);
    desk.keys("u");
    none_is_gone(&desk);
    desk.keys("9 u");
    none_is_gone(&desk);
    desk.keys("9 9 Ctrl-r");
    none_is_gone(&desk);
    assert_eq!(desk.model.list.marked.len(), 40);
}

#[test]
fn an_answer_that_was_under_way_brings_nothing_back() {
    let mut desk = desk(false);
    let asked = desk.quiet(Msg::Key(crate::base::Key::Char('/')));
    assert!(asked.is_empty());
    let asked = desk.quiet(Msg::Key(crate::base::Key::Char('o')));
    let [Effect::Ask(question)] = asked.as_slice() else { panic!("{asked:?}") };
    let mut views = Vec::new();
    crate::query::search::Searcher::default().answer(question, &|| false, &mut |view| views.push(view));
    assert_eq!(views.last().unwrap().rows.len(), 60);
    let later = desk.quiet(Msg::Load(LoadEvent::Dropped { before: 1, alerts: 20 }));
    assert!(!later.iter().any(|effect| matches!(effect, Effect::Ask(_))), "the answer is not given up");
    for view in views {
        desk.send(Msg::View(view));
        none_is_gone(&desk);
    }
    desk.wait(200);
    assert_eq!(desk.model.list.view.rows.len(), 40);
}

#[test]
fn groups_lose_what_is_gone_at_once() {
    let mut desk = desk(false);
    desk.keys("o p E 3 j");
    drop_before(&mut desk, 1, 20);
    none_is_gone(&desk);
    let groups = desk.model.list.groups();
    assert_eq!(groups.iter().map(|group| group.rows.len()).sum::<usize>(), 40);
    // By itself, without the answer that follows.
    let mut still = self::desk(false);
    still.keys("o p");
    let effects = still.quiet(Msg::Load(LoadEvent::Dropped { before: 2, alerts: 40 }));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask(_))) || still.model.narrowed.stale);
    let groups = still.model.list.groups();
    assert_eq!(groups.last().unwrap().rows.end, 20);
    none_is_gone(&still);
}

#[test]
fn an_alert_that_is_read_stays_as_it_was_read() {
    let mut desk = desk(false);
    desk.keys("5 G").wait(200).serve();
    desk.keys("Enter").serve();
    let read = desk.model.detail.opened.as_ref().unwrap().row;
    drop_before(&mut desk, 1, 20);
    desk.wait(1000).serve();
    desk.send(Msg::Load(LoadEvent::Done));
    desk.serve();
    assert_eq!(desk.model.focus, Focus::Detail);
    assert_eq!(desk.model.detail.opened.as_ref().map(|opened| opened.row), Some(read));
    assert!(desk.model.opened_is_gone() && desk.model.detail.failed.is_none());
    desk.keys("] ] ] [ 5 j k y y").serve();
    desk.keys("Esc j").wait(1000).serve();
    assert!(!desk.model.opened_is_gone(), "the panes follow the cursor again");
    assert_eq!(desk.model.detail.opened.as_ref().map(|opened| opened.row), desk.model.list.row);
}

#[test]
fn no_key_finds_a_row_that_is_gone() {
    for command in crate::state::table::COMMANDS {
        for chord in command.chords() {
            let mut desk = desk(false);
            desk.keys("5 G Space").wait(100).serve();
            desk.keys("o p");
            desk.keys("u");
            drop_before(&mut desk, 2, 40);
            for key in chord {
                desk.send(Msg::Key(key));
            }
            desk.wait(500).serve();
            none_is_gone(&desk);
        }
    }
    assert_eq!(RowId::new(0, 1).segment(), 0);
}
