//! The tab Analysis: lines that rest on other alerts, going to them, and what is still being counted.
//!
//! Imports: `analysis`, and the desk of this room. Promise: tables of keys, no screen, no clock.

use std::sync::Arc;

use crate::analysis::{Analysis, Evidence, Side, Stance};
use crate::base::Clean;
use crate::state::desk::{CLEARED, Desk};
use crate::state::links::moved;
use crate::state::live::Stage;
use crate::state::page::{Line, Page};
use crate::state::{Effect, Focus, Msg, Tab, TabState};
use crate::store::LoadEvent;

/// A line that rests on a count.
fn counted(stance: Stance, there: &str) -> Evidence {
    let name = Clean::from("near.container.rules");
    Evidence {
        id: "around".into(),
        text: "4 other rules fired in this container in the 10 minutes before".into(),
        stance,
        side: Side::Malicious,
        weight: 2,
        fields: vec![(name, (stance == Stance::True).then(|| "4".into()))],
        there: there.to_owned(),
    }
}

/// Three alerts, the second with its analysis as `change` leaves it.
fn desk(change: impl Fn(&mut Analysis)) -> Desk {
    let mut desk = Desk::loaded(&CLEARED.repeat(3), 120, 36);
    desk.keys("j").wait(80).serve().keys("Tab 2");
    let found = &mut desk.model.detail.opened.as_mut().and_then(Arc::get_mut).unwrap().analysis;
    found.evidence.retain(|line| !line.fields.iter().any(|(name, _)| name.as_str().starts_with("near.")));
    found.counted = true;
    change(found);
    desk
}

/// What the tab in front says, wherever its rows end.
fn said(desk: &Desk) -> String {
    let parts = desk.model.page().unwrap().lines.into_iter().flat_map(|line| line.parts);
    let text: String = parts.map(|(_, text)| text.as_str().to_owned()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_key_goes_to_the_alerts_behind_a_line_and_undo_comes_back() {
    let mut desk = desk(|found| found.evidence.insert(0, counted(Stance::True, "proc.name = truncate")));
    assert!(said(&desk).contains("10 minutes before · Enter shows them"), "{}", said(&desk));
    let row = desk.model.list.row;
    desk.keys("/ c l e a r Enter");
    let before = desk.model.narrowed.now.clone();
    desk.keys("Enter");
    let now = &desk.model.narrowed.now;
    assert_eq!((now.filter.as_str(), now.words.as_str()), ("proc.name = truncate", ""));
    assert_eq!((desk.model.focus, desk.model.list.row), (Focus::List, row));
    desk.keys("j u");
    assert_eq!((&desk.model.narrowed.now, desk.model.list.row), (&before, row));
}

#[test]
fn without_such_a_line_under_the_cursor_the_key_says_so() {
    let mut none = desk(|_| ());
    assert!(none.keys("Enter").said().starts_with("no line that rests on other alerts"), "{}", none.said());
    let mut bad = desk(|found| found.evidence.insert(0, counted(Stance::True, "proc.name =")));
    let before = bad.model.narrowed.now.clone();
    bad.keys("Enter");
    assert!(!bad.said().is_empty() && bad.model.narrowed.now == before, "a filter that is none changes nothing");
}

#[test]
fn what_is_still_counted_is_neither_known_nor_missing() {
    let open = |found: &mut Analysis| {
        found.evidence.push(counted(Stance::Unresolved, ""));
        found.missing.push("near.container.rules".into());
        found.counted = false;
    };
    let waiting = desk(open);
    assert!(said(&waiting).contains("still counting the alerts around this one"), "{}", said(&waiting));
    assert!(!said(&waiting).contains("near.") && !said(&waiting).contains("4 other rules"), "{}", said(&waiting));
    let unknown = desk(|found| {
        open(found);
        found.counted = true;
    });
    assert!(
        said(&unknown).contains("not known: 4 other rules") && said(&unknown).contains("(needs the alert's container)")
    );
    assert!(!said(&unknown).contains("still counting") && !said(&unknown).contains("near."), "{}", said(&unknown));
    let mut so_far = desk(|found| found.evidence.insert(0, counted(Stance::True, "proc.name = x")));
    so_far.model.loaded.stage = Stage::Loading;
    assert!(said(&so_far).contains("minutes before, so far · Enter"), "{}", said(&so_far));
}

#[test]
fn when_loading_ends_the_open_alert_is_counted_anew_and_the_reader_stays() {
    let mut desk = desk(|_| ());
    desk.keys("j j j j j");
    let (state, row) = (desk.model.tab_state(), desk.model.list.row);
    assert!(state.top > 0);
    let line = desk.model.page().unwrap().lines[state.top].clone();
    let effects = desk.quiet(Msg::Load(LoadEvent::Done));
    assert!(matches!(effects.as_slice(), [Effect::Open(generation, again, _)]
        if *generation == desk.model.detail.asked && Some(*again) == row));
    // The first answer, then the counted one: two messages of one request.
    let opened = desk.model.detail.opened.clone().unwrap();
    let mut more = Analysis { counted: true, ..opened.analysis.clone() };
    more.evidence.insert(0, counted(Stance::True, "proc.name = x"));
    let more = crate::state::Opened {
        analysis: more,
        alert: crate::decode::alert(&opened.line).unwrap(),
        line: opened.line.clone(),
        source: opened.source.clone(),
        ..*opened
    };
    desk.send(Msg::Opened(desk.model.detail.asked, Ok(opened)));
    assert_eq!(desk.model.tab_state(), state);
    desk.send(Msg::Opened(desk.model.detail.asked, Ok(Arc::new(more))));
    assert_eq!(desk.model.page().unwrap().lines[desk.model.tab_state().top], line, "one line more stands above");
    assert_eq!(desk.model.detail.tab, Tab::Analysis);
}

/// One digit a line is its item, `-` no item.
fn page(lines: &str) -> Page {
    let item = |c: char| c.to_digit(10).map(|n| usize::try_from(n).unwrap());
    let items = lines.chars().filter_map(item).max().map_or(0, |last| last + 1);
    let lines = lines.chars().map(|c| Line { item: item(c), parts: Vec::new() }).collect();
    Page { lines, items, links: vec![String::new(); items], ..Page::default() }
}

/// Lines, rows, moves; item and first line afterwards.
type Moves = (&'static str, usize, &'static [isize], (usize, usize));

#[test]
fn a_page_with_links_is_read_by_lines_and_stops_at_them() {
    let cases: [Moves; 9] = [
        ("-01----", 4, &[1], (1, 0)),
        ("-01----", 4, &[1, 1], (1, 1)),
        ("-01----", 4, &[1, 1, 1, 1, 1], (1, 3)),
        ("-01----", 4, &[1, -1], (0, 0)),
        ("0-----1", 3, &[1, 1, 1, 1], (1, 4)),
        ("0-----1", 3, &[isize::MAX], (1, 4)),
        ("0-----1", 3, &[isize::MAX, isize::MIN], (0, 0)),
        ("0-----1", 3, &[isize::MAX, -1, -1, -1, -1], (0, 0)),
        ("0", 3, &[1, 1, -1], (0, 0)),
    ];
    for (lines, rows, moves, want) in cases {
        let page = page(lines);
        let state = moves.iter().fold(TabState::default(), |state, delta| moved(state, &page, rows, *delta));
        assert_eq!((state.item, state.top), want, "{lines} {moves:?}");
    }
}
