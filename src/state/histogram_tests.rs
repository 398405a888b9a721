//! Over time by keys: when there are bars, the cursor, the brush, what it does to the filter.

use super::*;
use crate::base::Size;
use crate::state::Msg;
use crate::state::desk::Desk;

/// Alerts at these minutes after 18:00, as filters of minutes: the second of each is Critical.
fn lines(minutes: &[u32]) -> String {
    let line = |(at, minute): (usize, &u32)| {
        let time = format!("2024-10-05T{:02}:{:02}:30Z", 18 + minute / 60, minute % 60);
        let priority = if at == 1 { "Critical" } else { "Notice" };
        format!(r#"{{"rule":"r","output":"o","priority":"{priority}","time":"{time}"}}"#)
    };
    minutes.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn desk(columns: u16, rows: u16) -> Desk {
    Desk::loaded(&lines(&[0, 5, 5, 6, 61, 120, 121, 300]), columns, rows)
}

fn in_view(desk: &Desk) -> usize {
    desk.model.list.view.rows.len()
}

#[test]
fn the_height_asks_for_bars_and_i_is_remembered() {
    for (rows, want) in [(24, Bars::Off), (30, Bars::One), (44, Bars::One), (45, Bars::Three)] {
        let mut desk = desk(120, rows);
        assert_eq!(desk.model.bars(), want, "{rows}");
        desk.keys("i");
        let next = desk.model.bars();
        assert_ne!(next, want);
        assert_eq!(desk.model.focus == Focus::Histogram, next == Bars::Three);
        desk.send(Msg::Resized(Size { columns: 120, rows: if rows < 30 { 50 } else { 20 } }));
        desk.send(Msg::Resized(Size { columns: 120, rows }));
        assert_eq!(desk.model.bars(), next);
        desk.keys("i i");
        assert_eq!(desk.model.bars(), want);
    }
}

#[test]
fn the_brush_keeps_and_cuts_what_it_counts() {
    let mut desk = desk(120, 36);
    let counted = desk.model.panes.histogram.counted.clone().unwrap();
    assert_eq!((counted.step.words(), counted.buckets.len()), ("5 min", 61));
    desk.keys("Shift-Tab");
    assert_eq!((desk.model.focus, desk.model.panes.histogram.at), (Focus::Histogram, 0));
    desk.keys("l v 1 1 l x");
    assert_eq!(desk.model.narrowed.now.filter, "not (time >= 2024-10-05T18:05:00Z and time < 2024-10-05T19:05:00Z)");
    assert_eq!(in_view(&desk), 4);
    desk.keys("u v h h Enter");
    let filter = &desk.model.narrowed.now.filter;
    assert_eq!(filter, "time >= 2024-10-05T18:50:00Z and time < 2024-10-05T19:05:00Z");
    assert_eq!((in_view(&desk), desk.model.panes.histogram.anchor), (1, None));
    desk.keys("Enter");
    assert_eq!(
        desk.model.narrowed.now.filter.matches("time").count(),
        2,
        "another stretch takes the place of the one before"
    );
    desk.keys("u u u");
    assert_eq!(in_view(&desk), 8);
    desk.keys("v Esc");
    assert_eq!(
        (desk.model.focus, desk.model.panes.histogram.anchor),
        (Focus::Histogram, None),
        "Esc gives up the brush first"
    );
    desk.keys("Esc");
    assert_eq!(desk.model.focus, Focus::List);
}

#[test]
fn buckets_get_longer_and_shorter_around_the_cursor() {
    let mut desk = desk(120, 50);
    desk.keys("Shift-Tab G");
    let at = |desk: &Desk| {
        let chart = &desk.model.panes.histogram;
        let counted = chart.counted.clone().unwrap();
        (counted.step.words(), counted.buckets[chart.at].alerts)
    };
    assert_eq!(at(&desk), ("5 min", 1));
    desk.keys(">");
    assert_eq!(at(&desk), ("10 min", 1));
    desk.keys("> > g g");
    assert_eq!(at(&desk), ("1 h", 4));
    desk.keys("< < < <");
    assert_eq!(at(&desk).0, "1 min");
    let chart = &desk.model.panes.histogram;
    assert_eq!(chart.first_in(20), 0);
    desk.keys("G");
    let chart = &desk.model.panes.histogram;
    let (all, first) = (chart.counted.as_ref().unwrap().buckets.len(), chart.first_in(20));
    assert_eq!((all, first), (301, 281), "the cursor is in sight");
}

#[test]
fn it_follows_filter_and_size() {
    let mut desk = desk(120, 36);
    desk.keys("f p r i o r i t y = c r i t i c a l Enter");
    let counted = desk.model.panes.histogram.counted.clone().unwrap();
    assert_eq!((counted.buckets.len(), counted.buckets[0].alerts), (1, 1));
    desk.keys("u");
    desk.send(Msg::Resized(Size { columns: 60, rows: 36 }));
    let counted = desk.model.panes.histogram.counted.clone().unwrap();
    assert_eq!((counted.step.words(), counted.buckets.len()), ("10 min", 31));
}
