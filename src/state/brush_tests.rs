//! Times that readers type, hours, and bounds of a filter.

use crate::base::ListPos;
use crate::state::desk::Desk;

fn lines(times: &[&str]) -> String {
    let line = |time: &&str| format!(r#"{{"rule":"r","output":"o","priority":"Notice","time":"{time}"}}"#);
    times.iter().map(line).collect::<Vec<_>>().join("\n")
}

const TIMES: [&str; 6] = [
    "2024-10-05T18:00:10Z",
    "2024-10-05T18:30:00Z",
    "2024-10-05T21:00:00Z",
    "2024-10-05T21:59:59.5Z",
    "2024-10-06T02:15:20Z",
    "?",
];

fn desk() -> Desk {
    Desk::loaded(&lines(&TIMES), 120, 36)
}

fn palette(desk: &mut Desk, text: &str) {
    desk.keys(":");
    for letter in text.chars() {
        desk.send(crate::state::Msg::Key(crate::base::Key::Char(letter)));
    }
    desk.keys("Enter");
}

#[test]
fn a_time_is_gone_to_however_it_is_written() {
    let cases = [
        ("goto 18:30", 1),
        ("goto 18:31", 2),
        ("goto 02:15", 4),
        ("goto 21:59:59.2", 3),
        ("goto +3h", 3),
        ("goto +180m", 3),
        ("goto 2024-10-05T21:00:00+00:00", 2),
        ("goto 2024-10-06", 4),
        ("goto 3", 2),
    ];
    for (text, want) in cases {
        let mut desk = desk();
        palette(&mut desk, text);
        assert_eq!(desk.model.list.cursor, ListPos(want), "{text}: {}", desk.said());
    }
    let mut desk = desk();
    desk.keys("G k g t - 1 0 m Enter");
    assert_eq!(desk.model.list.cursor, ListPos(4), "the first at or after 02:05:20");
    palette(&mut desk, "goto yesterday");
    assert!(desk.said().starts_with("yesterday is no time"), "{}", desk.said());
    palette(&mut desk, "goto 2025-01-01");
    assert_eq!(desk.said(), "no alert in view is as late");
}

#[test]
fn a_time_of_the_next_day_is_found_where_no_histogram_is_shown() {
    let mut desk = Desk::loaded(&lines(&TIMES), 80, 24);
    palette(&mut desk, "goto 02:15");
    assert_eq!(desk.model.list.cursor, ListPos(4), "{}", desk.said());
    desk.keys("g g g t 0 2 : 1 5 Enter");
    assert_eq!(desk.model.list.cursor, ListPos(4), "{}", desk.said());
}

#[test]
fn hours_without_alerts_are_passed_over() {
    let mut desk = desk();
    let at = |desk: &Desk| desk.model.list.cursor.0;
    assert_eq!(at(desk.keys("}")), 2);
    assert_eq!(at(desk.keys("}")), 4);
    assert_eq!(at(desk.keys("}")), 5, "those without a time come last");
    assert_eq!(at(desk.keys("}")), 5);
    assert_eq!(desk.said(), "no later hour has alerts");
    assert_eq!(at(desk.keys("{")), 4);
    assert_eq!(at(desk.keys("2 {")), 0);
    assert_eq!(at(desk.keys("j {")), 0, "to the first of its own hour");
}

#[test]
fn since_and_until_are_one_stretch_of_the_filter() {
    let mut desk = desk();
    for (text, want) in [
        ("since 18:30", "time >= 2024-10-05T18:30:00Z"),
        ("until 2024-10-05T21:00:00Z", "time >= 2024-10-05T18:30:00Z and time < 2024-10-05T21:00:00Z"),
        ("since 18:10", "time >= 2024-10-05T18:10:00Z and time < 2024-10-05T21:00:00Z"),
        ("since", "time < 2024-10-05T21:00:00Z"),
        ("until", ""),
    ] {
        palette(&mut desk, text);
        assert_eq!(desk.model.narrowed.now.filter, want, "{text}: {}", desk.said());
    }
}
