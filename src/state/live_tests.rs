//! Following: who moves the cursor, what counts as new, F.
//!
//! Imports: `base`, `store`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use std::fmt::Write as _;

use crate::base::{Priority, Size};
use crate::state::Msg;
use crate::state::desk::Desk;
use crate::state::live::{Growth, News, Stage};
use crate::state::{Effect, Focus};
use crate::store::LoadEvent;

const FILE: Growth = Growth { files: 1, streams: 0, follows: true };
const PIPE: Growth = Growth { files: 0, streams: 1, follows: false };
const SIZE: Size = Size { columns: 80, rows: 24 };

/// Alerts of these seconds; of even ones by cat, every tenth one is Critical.
pub(crate) fn lines(seconds: impl IntoIterator<Item = usize>) -> String {
    let mut text = String::new();
    for second in seconds {
        let process = if second.is_multiple_of(2) { "cat" } else { "sh" };
        let priority = if second.is_multiple_of(10) { "Critical" } else { "Notice" };
        let (minute, second_of) = (second / 60, second % 60);
        let _ = writeln!(
            text,
            r#"{{"rule":"Rule {second}","priority":"{priority}","output":"o","time":"2024-10-05T18:{minute:02}:{second_of:02}Z","output_fields":{{"proc.name":"{process}"}}}}"#
        );
    }
    text
}

fn news(count: usize, worst: Option<(Priority, usize)>) -> News {
    News { count, worst }
}

#[test]
fn with_f_the_list_opens_at_the_end_and_goes_along() {
    let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
    assert_eq!(desk.at(), (49, Some(49), 31));
    desk.comes(0, &lines(1..=60));
    assert_eq!(desk.at(), (59, Some(59), 41));
    assert_eq!(desk.model.news(), None);
    // A late one stands in the middle; the end stays the end.
    desk.comes(0, &(lines(1..=60) + &lines([5])));
    assert_eq!(desk.at().0, 60);
    assert_eq!(desk.at().1, Some(59));
}

#[test]
fn a_stream_opens_at_the_top_and_is_followed_from_g_on() {
    let mut desk = Desk::live(&lines(1..=50), PIPE, SIZE);
    assert_eq!(desk.at(), (0, Some(0), 0));
    desk.comes(0, &lines(1..=55));
    assert_eq!((desk.at(), desk.model.news()), ((0, Some(0), 0), Some(news(5, None))));
    desk.keys("G");
    assert_eq!((desk.at().1, desk.model.news()), (Some(54), None));
    desk.comes(0, &lines(1..=57));
    assert_eq!((desk.at().1, desk.model.news()), (Some(56), None));
}

#[test]
fn whoever_moves_away_stays_and_is_told_what_is_new_below() {
    for keys in ["k", "PgUp", "Ctrl-u", "g g", "4 0 G", "1 0 k", "(", "k j", "P p", "Enter", ": g o t o Space 3 Enter"]
    {
        let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
        desk.keys(keys);
        let before = desk.at();
        desk.comes(0, &lines(1..=58)).comes(0, &(lines(1..=77) + &lines([3])));
        let (at, shown, top) = desk.at();
        assert_eq!(shown, before.1, "{keys}");
        assert_eq!(at - top, before.0 - before.2, "{keys}: the row of the screen stays too");
        if keys != "P p" && keys != "( " {
            let critical = Some((Priority::Critical, 2));
            let late = usize::from(shown.is_some_and(|row| row < 3));
            assert_eq!(desk.model.news(), Some(news(27 + late, critical)), "{keys}");
        }
        desk.keys("Esc Esc Esc u G");
        assert_eq!((desk.model.news(), desk.model.live.at_end), (None, true), "{keys}: one key leads back");
        desk.comes(0, &(lines(1..=77) + &lines([3, 90])));
        assert_eq!(desk.at().1, Some(78), "{keys}: and it is followed again");
    }
}

#[test]
fn at_the_end_down_stays_at_the_end_and_what_is_read_or_half_typed_holds_still() {
    let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
    desk.keys("j Space").comes(0, &lines(1..=51));
    assert_eq!(desk.at().1, Some(50));
    for (keys, then) in [("y", "Esc"), (":", "Esc"), ("?", "Esc"), ("v", "v")] {
        let at = desk.at().1.unwrap();
        desk.keys(keys).comes(0, &lines(1..=at + 2));
        assert_eq!(desk.at().1, Some(at), "{keys}");
        desk.keys(then);
        assert_eq!(desk.at().1, Some(at + 1), "{keys}");
    }
    desk.keys("Enter").comes(0, &lines(1..=70));
    assert_eq!((desk.at().1, desk.model.focus), (Some(54), Focus::Detail));
    desk.keys("Esc").comes(0, &lines(1..=71));
    assert_eq!((desk.at().1, desk.model.news()), (Some(54), Some(news(16, Some((Priority::Critical, 2))))));
}

#[test]
fn what_is_new_is_counted_under_the_filter_and_below_the_cursor() {
    let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
    desk.keys("k").comes(0, &lines(1..=60));
    assert_eq!(desk.model.news(), Some(news(10, Some((Priority::Critical, 1)))));
    desk.keys("f p r o c . n a m e = s h Enter");
    assert_eq!(desk.model.news(), Some(news(5, None)));
    desk.keys("u").keys("j j j");
    assert_eq!(desk.model.news(), Some(news(8, Some((Priority::Critical, 1)))), "two of them lie above the cursor");
    desk.keys("o r");
    assert_eq!(desk.model.news(), Some(news(10, Some((Priority::Critical, 1)))), "in groups nothing is below");
    desk.keys("u G");
    assert_eq!(desk.model.news(), None);
}

#[test]
fn a_filter_keeps_the_end_other_orders_leave_it_and_undo_brings_it_back() {
    let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
    desk.keys("f p r o c . n a m e = s h Enter").comes(0, &lines(1..=54));
    assert_eq!(desk.at().1, Some(52));
    desk.keys("u").comes(0, &lines(1..=56));
    assert_eq!(desk.at().1, Some(55));
    for (keys, count) in [("s p", 60), ("o r", 64), ("s t", 68)] {
        let before = desk.at().1;
        desk.keys(keys).comes(0, &lines(1..=count));
        assert_eq!((desk.at().1, desk.model.live.at_end), (before, false), "{keys}");
        desk.keys("u");
        assert_eq!((desk.at().1, desk.model.live.at_end), (Some(count - 1), true), "{keys}");
    }
}

#[test]
fn with_f_a_stream_opens_at_the_end_too_and_f_says_that_it_is_followed() {
    let mut desk = Desk::live(&lines(1..=50), Growth { follows: true, ..PIPE }, SIZE);
    assert_eq!((desk.at().0, desk.model.live.at_end), (49, true));
    for keys in ["F", ": f o l l o w Space o n Enter"] {
        desk.keys(keys);
        assert_eq!(desk.said(), "a stream is followed for as long as it is open. ^C stops it", "{keys}");
    }
    desk.send(Msg::Load(LoadEvent::Done));
    assert_eq!((desk.at().0, desk.model.live.at_end), (49, false), "nothing more comes");
}

#[test]
fn f_follows_what_can_grow_and_says_what_cannot() {
    let follows = |desk: &Desk| {
        desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::Follow(follows) => Some(*follows),
            _ => None,
        })
    };
    let mut desk = Desk::live(&lines(1..=50), Growth { files: 3, ..Growth::default() }, SIZE);
    desk.send(Msg::Load(LoadEvent::Done));
    desk.keys("F");
    assert_eq!(
        (desk.said().as_str(), follows(&desk)),
        ("following: new alerts appear at the end. G goes there", Some(true))
    );
    assert_eq!(desk.at().0, 0, "the cursor stays");
    desk.keys("F");
    assert_eq!(
        (desk.said().as_str(), follows(&desk)),
        ("not following any more; 3 files stay as they are", Some(false))
    );
    desk.keys("G F");
    assert_eq!(desk.said(), "following: new alerts appear at the end");
    assert!(desk.model.live.at_end);
    let cases = [
        ("o n", "following already"),
        ("o f f", "not following any more; 3 files stay as they are"),
        ("o f f", "no file is followed"),
        ("x", "follow needs on or off. follow on"),
    ];
    for (text, want) in cases {
        desk.keys(": f o l l o w Space").keys(text).keys("Enter");
        assert_eq!(desk.said(), want, "{text}");
    }
    let mut demo = Desk::loaded(&lines(1..=5), 80, 24);
    demo.keys("F");
    assert_eq!(
        (demo.said().as_str(), follows(&demo)),
        ("nothing that is loaded can grow, so there is nothing to follow", None)
    );
    let mut pipe = Desk::live(&lines(1..=5), PIPE, SIZE);
    pipe.keys("F");
    assert_eq!(pipe.said(), "a stream is followed for as long as it is open. ^C stops it");
    pipe.send(Msg::Load(LoadEvent::Done));
    pipe.keys("F");
    assert_eq!((pipe.said().as_str(), follows(&pipe)), ("the stream has ended: nothing more comes", None));
}

#[test]
fn interrupting_stops_reading_first_and_then_leaves() {
    let mut desk = Desk::live(&lines(1..=5), FILE, SIZE);
    desk.keys("Ctrl-c");
    assert_eq!(desk.said(), "reading stopped; what is there stays");
    assert!(matches!(desk.effects.pop(), Some(Effect::StopLoading)));
    desk.send(Msg::Load(LoadEvent::Following));
    assert_eq!(desk.model.loaded.stage, Stage::Ended, "what comes late changes nothing");
    desk.keys("F");
    assert_eq!(desk.said(), "reading was stopped with ^C. Open it again to follow it");
    desk.keys("Ctrl-c Ctrl-c");
    assert!(matches!(desk.effects.pop(), Some(Effect::Quit(_))));
}

#[test]
fn in_a_flood_the_list_is_asked_for_ten_times_a_second_and_the_count_does_not_flicker() {
    let mut desk = Desk::live(&lines(1..=5), FILE, SIZE);
    desk.keys("f p r o c . n a m e = s h Enter").wait(1000);
    let mut asked = 0;
    for n in 0..100 {
        let before = desk.model.narrowed.asked;
        desk.reads(0, &lines(1..=6 + n));
        assert!(!desk.model.is_counting());
        assert!(desk.model.due().is_some() || !desk.model.narrowed.stale, "what is owed wakes the loop");
        desk.wait(10);
        asked += usize::from(desk.model.narrowed.asked != before);
    }
    desk.wait(100);
    assert!((9..=11).contains(&asked), "{asked}");
    assert_eq!(desk.model.list.view.rows.len(), 53, "the last is there too");
}

#[test]
fn a_message_gives_way_to_what_is_new_after_a_while() {
    let mut desk = Desk::live(&lines(1..=50), FILE, SIZE);
    desk.keys("k").comes(0, &lines(1..=60));
    desk.send(Msg::Say(crate::base::Notice::said("the file was rotated")));
    assert!(!desk.model.tells_news());
    assert!(desk.model.due().is_some());
    desk.wait(4000);
    assert!(desk.model.tells_news());
    desk.wait(100).serve();
    assert_eq!(desk.model.due(), None, "then the loop sleeps");
}

#[test]
fn what_stands_around_a_flood_is_counted_once_a_second_and_to_its_end() {
    let mut desk = Desk::live(&lines(1..=50), FILE, Size { columns: 200, rows: 50 });
    desk.keys("k Enter 5").serve();
    desk.wait(3000).serve();
    let (mut surveys, mut related) = (0, 0);
    for n in 0..30 {
        desk.effects.clear();
        let before = desk.model.panes.facets.is_counting();
        desk.reads(0, &lines(1..=51 + n)).wait(100);
        related += desk.effects.iter().filter(|effect| matches!(effect, Effect::Relate(_))).count();
        desk.serve();
        let total =
            desk.model.panes.facets.fields.first().and_then(|facet| facet.counts.as_ref()).map_or(0, |c| c.total);
        surveys += usize::from(total == 51 + n);
        assert!(!before);
    }
    assert!((2..=4).contains(&surveys), "{surveys}");
    assert!((2..=4).contains(&related), "{related}");
    desk.wait(1000).serve();
    let total = desk.model.panes.facets.fields.first().and_then(|facet| facet.counts.as_ref()).map_or(0, |c| c.total);
    assert_eq!(total, 80);
    desk.wait(1000).wait(1000).serve();
    assert_eq!(desk.model.due(), None, "then the loop sleeps");
}
