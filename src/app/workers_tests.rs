//! Panics that are told, and a loader that waits for the loop.
//!
//! Promise: no terminal, no clock.

use std::sync::mpsc::channel;

use super::*;

#[test]
fn a_panic_of_a_worker_is_a_notice_without_control_characters() {
    let panics: [(&str, fn()); 2] =
        [("plain words", || panic!("plain words")), ("\\x1b[2J 7", || panic!("\x1b[2J {}", 7))];
    for (want, panics) in panics {
        let notice = shielded("the search", panics).unwrap_err();
        assert_eq!(notice.what.as_str(), format!("the search failed by a fault of stoop's own: {want}"));
    }
    assert!(!is_shielded());
}

#[test]
fn the_loader_stops_when_four_answers_wait_and_goes_on_when_one_is_taken() {
    let (inbox, events) = channel();
    let (spend, credit) = sync_channel(UNANSWERED);
    let loader = Loader { number: 1, inbox: inbox.clone(), spend, control: Arc::default() };
    let mut workers = Workers {
        inbox,
        questions: Slot::new(),
        alerts: Slot::new(),
        lines: Slot::new(),
        reports: Slot::new(),
        surveys: Slot::new(),
        charts: Slot::new(),
        beside: Beside::default(),
        typing: Slot::new(),
        leaving: Slot::new(),
        load: Load { number: 1, control: Arc::default(), credit: Some(credit) },
    };
    for _ in 0..UNANSWERED {
        assert!(loader.tell(LoadEvent::Done));
    }
    assert!(loader.spend.try_send(()).is_err(), "a fifth would wait");
    assert!(matches!(events.try_recv(), Ok(Event::Load(1, LoadEvent::Done))));
    assert!(workers.loaded(1, LoadEvent::Done).is_some());
    assert!(loader.tell(LoadEvent::Done));
    workers.load.number = 2;
    assert!(workers.loaded(1, LoadEvent::Done).is_none(), "an answer of an older load");
    workers.load.credit = None;
    assert!(!loader.tell(LoadEvent::Done), "nobody listens");
}
