//! When the loop sleeps, and when it draws.
//!
//! Promise: no terminal, no thread.

use super::*;

fn times() -> Times {
    Times {
        started: Instant::now(),
        dirty: false,
        pressing: true,
        calm: false,
        drawn: None,
        resize: None,
        resumed: None,
    }
}

#[test]
fn the_loop_sleeps_when_nothing_is_owed() {
    let busy_or_not = [false, true];
    for busy in busy_or_not {
        assert_eq!(times().patience(None, busy), None);
    }
    // The writer tells when it is done; until then there is nothing to wake up for.
    assert_eq!(Times { dirty: true, ..times() }.patience(None, true), None);
}

#[test]
fn the_loop_wakes_for_what_is_owed_first() {
    let later = Instant::now() + Duration::from_secs(1000);
    let cases = [
        (Times { dirty: true, ..times() }, None, Duration::ZERO),
        (times(), Some(Millis(0)), Duration::from_millis(1)),
        (Times { resize: Some(Instant::now()), ..times() }, Some(Millis(1_000_000)), Duration::ZERO),
        (Times { resize: Some(later), dirty: true, ..times() }, Some(Millis(0)), Duration::from_millis(1)),
    ];
    for (times, due, want) in cases {
        assert_eq!(times.patience(due, false), Some(want), "{times:?} {due:?}");
    }
    let drawn = Times { dirty: true, drawn: Some(Instant::now()), ..times() };
    assert!(drawn.patience(None, false).is_some_and(|wait| wait <= FRAME));
}

#[test]
fn a_frame_is_drawn_only_when_it_says_something_and_the_last_is_written() {
    let short_ago = Instant::now().checked_sub(AFTER_CALM);
    let (long_ago, longer_ago) = (Instant::now().checked_sub(FRAME), Instant::now().checked_sub(CALM_FRAME));
    let cases = [
        (times(), false, false),
        (Times { dirty: true, ..times() }, false, true),
        (Times { dirty: true, ..times() }, true, false),
        (Times { dirty: true, drawn: long_ago, ..times() }, false, true),
        (Times { dirty: true, drawn: short_ago, ..times() }, false, false),
        (Times { dirty: true, calm: true, drawn: short_ago, ..times() }, false, true),
        (Times { dirty: true, pressing: false, drawn: long_ago, ..times() }, false, false),
        (Times { dirty: true, pressing: false, drawn: longer_ago, ..times() }, false, true),
        (Times { dirty: true, resize: Some(Instant::now()), ..times() }, false, false),
    ];
    for (times, busy, want) in cases {
        assert_eq!(times.may_draw(busy), want, "{times:?} {busy}");
    }
}

#[test]
fn with_f_streams_are_followed_as_files_are() {
    let (pipe, file) = (SourceName::Stdin, SourceName::Path("events.json".into()));
    let cases = [
        (vec![pipe.clone()], Following::On, false, (0, 1, true)),
        (vec![pipe], Following::Off, false, (0, 1, false)),
        (vec![], Following::On, true, (0, 1, true)),
        (vec![file], Following::On, true, (1, 1, true)),
        (vec![], Following::On, false, (0, 0, false)),
    ];
    for (names, following, listens, want) in cases {
        let Growth { files, streams, follows } = growth(&names, following, listens);
        assert_eq!((files, streams, follows), want, "{names:?} {following:?}");
    }
}
