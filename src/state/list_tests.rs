//! The list: moving, staying on an alert, taking answers, and that no key brings it out of order.
//!
//! Imports: `base`, `store`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use std::sync::Arc;

use crate::base::{Key, ListPos, Nanos, Notice, RowId, Size};
use crate::state::commands::{COMMANDS, Command};
use crate::state::desk::{CLEARED, Desk, row, view};
use crate::state::list::ask_changed;
use crate::state::{Effect, Input, Layer, Msg};
use crate::store::{LoadEvent, Segment};

#[test]
fn movement_keys_move_cursor_and_list() {
    // 100 rows, 19 of them in sight; cursor and first row drawn afterwards
    let cases = [
        ("", (0, 0)),
        ("j j k", (1, 0)),
        ("Down Up Up", (0, 0)),
        ("1 2 j", (12, 0)),
        ("1 8 j", (18, 0)),
        ("1 9 j", (19, 10)),
        ("G", (99, 81)),
        ("G j", (99, 81)),
        ("G g g", (0, 0)),
        ("End Home", (0, 0)),
        ("5 0 G", (49, 40)),
        ("5 0 g g", (49, 40)),
        ("9 9 9 9 9 9 9 9 9 9 9 9 G", (99, 81)),
        ("Ctrl-d", (9, 9)),
        ("j Ctrl-d", (10, 9)),
        ("Ctrl-d Ctrl-u", (0, 0)),
        ("PgDn", (19, 19)),
        ("2 PgDn", (38, 38)),
        ("G Ctrl-f", (99, 81)),
        ("G PgUp", (80, 62)),
        ("0 j", (1, 0)),
        ("1 0 Esc j", (1, 0)),
        ("g x j", (1, 0)),
        ("g Esc j", (1, 0)),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 80, 24);
        let (cursor, shown, top) = desk.keys(keys).at();
        assert_eq!((cursor, top), want, "{keys}");
        assert_eq!(shown, Some(cursor), "{keys}");
    }
}

#[test]
fn an_empty_list_bears_every_key() {
    let mut desk = Desk::with(0, 80, 24);
    desk.keys("j k G g g Ctrl-d PgUp ) ( l h Enter y y Y z p w u Ctrl-r : Esc g u g m ? Esc Tab [ ] 1 f a Esc / b Enter Enter");
    assert_eq!(desk.model.list.row, None);
    assert!(desk.copied().is_empty());
}

#[test]
fn the_row_under_the_cursor_stays_when_rows_come_in() {
    let mut desk = Desk::with(50, 80, 24);
    desk.keys("3 0 j");
    let before = desk.at();
    desk.rows = 500;
    desk.grow();
    assert_eq!(desk.at(), before);
    // Rows before it: the row of the screen stays, the number grows.
    let generation = desk.model.narrowed.asked;
    let rows = (0..200).map(|n| RowId::new(0, n)).filter(|r| r.row() != 7);
    let mut earlier: Vec<RowId> = rows.collect();
    earlier.retain(|r| r.row() >= 5);
    desk.send(Msg::View(view(generation, earlier, true)));
    let (cursor, shown, top) = desk.at();
    assert_eq!(shown, Some(30));
    assert_eq!(cursor - top, before.0 - before.2);
}

#[test]
fn a_row_that_leaves_the_view_gives_the_cursor_to_the_next() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("1 6 j / x");
    assert_eq!(desk.at().1, Some(16), "even rows are left");
    desk.keys("x");
    assert_eq!(desk.at().1, Some(18), "every third row is left, 16 is not");
    desk.keys("Backspace Backspace");
    assert_eq!(desk.at().1, Some(16), "without words it comes back to where the prompt was opened");
}

#[test]
fn an_open_alert_that_words_take_away_is_told_of() {
    let mut desk = Desk::with(100, 120, 36);
    desk.keys("1 6 j Tab / x");
    assert!(desk.model.messages.now.is_none(), "even rows are left, 16 too");
    desk.keys("x");
    assert!(desk.said().starts_with("the alert that was open does not match"), "{}", desk.said());
}

#[test]
fn answers_to_what_was_asked_before_a_change_are_dropped() {
    let mut desk = Desk::with(100, 80, 24);
    let old = desk.model.narrowed.asked;
    let effects = desk.quiet(Msg::Key(Key::Char('/')));
    assert!(effects.is_empty());
    let effects = desk.quiet(Msg::Key(Key::Char('x')));
    let [Effect::Ask(question)] = effects.as_slice() else { panic!("{effects:?}") };
    desk.send(Msg::View(view(old, vec![row(1)], true)));
    assert_eq!(desk.model.list.view.rows.len(), 100, "an old answer changes nothing");
    assert!(desk.model.is_counting());
    desk.send(Msg::View(view(question.generation, vec![row(3)], false)));
    assert_eq!(desk.model.list.view.rows.len(), 1, "half of the new one is shown");
    assert!(desk.model.is_counting());
    desk.send(Msg::View(view(question.generation, vec![row(0), row(3)], true)));
    assert_eq!(desk.at().1, Some(0), "the row that was left on the way is found again");
    assert!(!desk.model.is_counting());
}

#[test]
fn while_loading_one_question_is_open_at_a_time_and_the_list_never_shrinks() {
    let mut desk = Desk::with(100, 80, 24);
    let segment = || Msg::Load(LoadEvent::Segment { index: 0, segment: Arc::new(Segment::default()) });
    let first = desk.quiet(segment());
    let [Effect::Ask(question)] = first.as_slice() else { panic!("{first:?}") };
    assert!(desk.quiet(segment()).is_empty());
    assert!(desk.quiet(segment()).is_empty());
    let half = view(question.generation, vec![row(0)], false);
    assert!(desk.quiet(Msg::View(half)).is_empty());
    assert_eq!(desk.model.list.view.rows.len(), 100);
    let whole = view(question.generation, (0..120).map(row).collect(), true);
    let next = desk.quiet(Msg::View(whole));
    assert!(matches!(next.as_slice(), [Effect::Ask(q)] if q.generation > question.generation));
    assert_eq!(desk.model.list.view.rows.len(), 120);
}

#[test]
fn row_scroll_and_tab_survive_every_resize() {
    let mut desk = Desk::with(300, 200, 50);
    desk.keys("1 0 0 j Ctrl-d 1 2 j");
    let before = desk.at();
    for (columns, rows) in [(80, 24), (40, 12), (39, 11), (1, 1), (0, 0), (300, 100), (200, 50)] {
        desk.send(Msg::Resized(Size { columns, rows }));
        assert_eq!(desk.at().1, before.1);
        let visible = desk.model.visible();
        assert!(visible.is_empty() || visible.contains(&desk.at().0), "{columns}x{rows}: {visible:?}");
    }
    assert_eq!(desk.at(), before);
}

#[test]
fn the_list_position_is_told() {
    let mut desk = Desk::with(100, 80, 24);
    assert_eq!(desk.keys("1 0 j").model.row_number(), Some((11, 100)));
    assert_eq!(desk.model.visible(), 0..19);
    assert_eq!(desk.model.list.cursor, ListPos(10));
}

/// Lines of alerts: second and priority of each.
fn alerts(of: &[(u32, &str)]) -> String {
    let line = |(second, priority): &(u32, &str)| {
        format!("{{\"rule\":\"r\",\"priority\":\"{priority}\",\"time\":\"2024-10-06T02:15:{second:02}Z\"}}\n")
    };
    of.iter().map(line).collect()
}

#[test]
fn the_list_is_in_time_order_and_a_row_is_found_by_it() {
    let rows = [(5, "Error"), (1, "Alert"), (3, "Notice"), (1, "Error"), (4, "Alert")];
    let mut desk = Desk::loaded(&alerts(&rows), 80, 24);
    let shown = |desk: &Desk| desk.model.list.view.rows.iter().map(|row| row.row()).collect::<Vec<_>>();
    assert_eq!(shown(&desk), [1, 3, 2, 4, 0]);
    desk.keys("j j");
    for (keys, rows, under) in
        [("/ 'error", vec![3, 0], 0), ("/ 'alert", vec![1, 4], 4), ("/ 'notice", vec![2], 2), ("/ zzz", vec![], 9)]
    {
        for c in keys.chars() {
            desk.send(Msg::Key(if c == ' ' { continue } else { Key::Char(c) }));
        }
        assert_eq!((shown(&desk), desk.at().1), (rows, Some(under).filter(|row| *row < 9)), "{keys}");
        desk.keys("Esc");
        assert_eq!((shown(&desk), desk.at().1), (vec![1, 3, 2, 4, 0], Some(2)), "{keys}, then Esc");
    }
}

#[test]
fn urgent_alerts_are_stopped_at() {
    let words = ["Notice", "Critical", "Error", "Alert", "Warning", "Emergency", "Debug"];
    let rows: Vec<(u32, &str)> = (0..).zip(words).collect();
    let cases = [
        (")", 1, ""),
        (") )", 3, ""),
        ("2 )", 3, ""),
        ("9 )", 5, ""),
        (") ) ) )", 5, "no alert below is Critical or worse"),
        ("G (", 5, ""),
        ("G 2 (", 3, ""),
        ("(", 0, "no alert above is Critical or worse"),
    ];
    for (keys, at, said) in cases {
        let mut desk = Desk::loaded(&alerts(&rows), 80, 24);
        desk.keys(keys);
        assert_eq!((desk.at().0, desk.said().as_str()), (at, said), "{keys}");
    }
}

/// What must hold after every message, whatever it was.
fn check(desk: &Desk, after: &str) {
    let list = &desk.model.list;
    assert_eq!(list.row_at(list.cursor.0), list.row, "{after}");
    let visible = desk.model.visible();
    let shown = desk.model.layout().list.rows > 0 && list.row.is_some();
    assert!(!shown || visible.contains(&list.cursor.0), "{after}: {visible:?} {}", list.cursor.0);
    let rows = usize::from(desk.model.layout().list.rows);
    let full = visible.len() == rows.min(list.len());
    assert!(!shown || full, "{after}: {visible:?}, {rows} rows for {}", list.view.rows.len());
    let input = desk.model.layers.last().and_then(typed);
    assert!(input.is_none_or(|input| input.text.is_char_boundary(input.at)), "{after}");
}

fn typed(layer: &Layer) -> Option<&Input> {
    match layer {
        Layer::Narrow(input) | Layer::Filter(input) => Some(input),
        Layer::Help(choice) | Layer::Palette(choice) => Some(&choice.input),
        _ => None,
    }
}

fn any_chord() -> impl proptest::strategy::Strategy<Value = Vec<Key>> {
    let mut chords: Vec<Vec<Key>> = COMMANDS.iter().flat_map(Command::chords).collect();
    chords.extend("0123456789xa'!(\u{301}漢".chars().map(|c| vec![Key::Char(c)]));
    proptest::sample::select(chords)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
    #[test]
    fn no_keys_bring_the_model_out_of_order(
        chords in proptest::collection::vec((any_chord(), 0_u8..12), 1..60),
        sizes in proptest::collection::vec((0_u16..220, 0_u16..60), 4),
    ) {
        for mut desk in [Desk::with(70, 120, 36), Desk::loaded(&CLEARED.repeat(50), 120, 36)] {
            for (chord, chance) in &chords {
                match chance {
                    0..4 => {
                        let (columns, rows) = sizes[usize::from(*chance)];
                        desk.send(Msg::Resized(Size { columns, rows }));
                    }
                    4 => { desk.wait(100).serve(); }
                    5 => { desk.rows += 30; desk.grow(); }
                    _ => {}
                }
                for key in chord {
                    desk.send(Msg::Key(*key));
                }
                check(&desk, &format!("{chord:?}"));
            }
        }
    }
}

#[test]
fn a_question_without_an_answer_does_not_keep_the_next_one_waiting() {
    let mut desk = Desk::with(100, 80, 24);
    desk.quiet(Msg::Key(Key::Char('/')));
    let older = desk.model.narrowed.asked;
    desk.quiet(Msg::Key(Key::Char('x')));
    desk.send(Msg::Unanswered(older, Notice::said("late")));
    assert!(desk.model.narrowed.waiting, "that was another question");
    desk.send(Msg::Unanswered(desk.model.narrowed.asked, Notice::said("the search failed")));
    assert_eq!((desk.said().as_str(), desk.model.is_counting()), ("the search failed", true));
    let grown = Msg::Load(LoadEvent::Segment { index: 0, segment: Arc::new(Segment::default()) });
    assert!(matches!(desk.quiet(grown).as_slice(), [Effect::Ask(_)]));
}

#[test]
fn a_question_tells_what_time_it_is_then() {
    let mut desk = Desk::default();
    desk.model.started = Nanos(5_999_000_000);
    desk.wait(2_500);
    let asked = ask_changed(&mut desk.model);
    let [Effect::Ask(question)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(question.now, Nanos(7_000_000_000), "in whole seconds");
}
