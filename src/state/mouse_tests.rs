//! Clicks at the places of the layout.

use super::*;
use crate::base::Size;
use crate::state::desk::Desk;
use crate::state::{Layer, Msg};

fn desk(columns: u16, rows: u16) -> Desk {
    let line = |n: u16| {
        format!(
            r#"{{"rule":"r{}","output":"o","priority":"Notice","time":"2024-10-05T{:02}:00:00Z","output_fields":{{}}}}"#,
            n % 3,
            n % 24
        )
    };
    let mut desk =
        Desk::named("test", (0..40).map(line).collect::<Vec<_>>().join("\n").into_bytes(), Size { columns, rows });
    desk.keys("F2");
    desk.wait(crate::state::SETTLE_MS).serve();
    desk
}

fn press(desk: &mut Desk, area: Area, x: u16, y: u16) {
    desk.send(Msg::Mouse(Click::Press(area.x + x, area.y + y)));
}

#[test]
fn it_is_off_until_it_is_asked_for_and_asked_for_again_after_a_stop() {
    let mut desk = Desk::with(50, 80, 24);
    let before = desk.at();
    desk.send(Msg::Mouse(Click::Press(5, 10)));
    desk.send(Msg::Mouse(Click::Down(5, 10)));
    assert_eq!((desk.at(), desk.model.panes.mouse), (before, Mouse::Terminal));
    let asked = |desk: &mut Desk| {
        let effects = std::mem::take(&mut desk.effects);
        effects
            .into_iter()
            .filter_map(|e| if let Effect::Mouse(ours) = e { Some(ours) } else { None })
            .collect::<Vec<_>>()
    };
    desk.send(Msg::Resumed);
    assert!(asked(&mut desk).is_empty());
    desk.keys("F2");
    desk.send(Msg::Resumed);
    desk.keys("F2");
    assert_eq!(asked(&mut desk), [true, true, false]);
}

#[test]
fn a_click_moves_and_a_second_one_on_the_same_row_opens() {
    let mut desk = desk(200, 50);
    let layout = desk.model.layout();
    press(&mut desk, layout.list, 4, 7);
    assert_eq!((desk.at().0, desk.model.focus), (7, Focus::List));
    press(&mut desk, layout.list, 9, 7);
    assert_eq!(desk.model.focus, Focus::Detail);
    press(&mut desk, layout.list, 4, 8);
    assert_eq!((desk.at().0, desk.model.focus), (8, Focus::List));
    press(&mut desk, layout.list, 4, layout.list.rows - 1);
    assert_eq!(desk.at().0, 8, "below the last row there is nothing");
    desk.send(Msg::Mouse(Click::Down(0, 0)));
    assert_eq!(desk.at().0, 11);
    desk.send(Msg::Mouse(Click::Up(0, 0)));
    assert_eq!(desk.at().0, 8);
}

#[test]
fn tabs_fields_values_and_buckets_take_clicks() {
    let mut desk = desk(200, 50);
    let layout = desk.model.layout();
    for (x, tab) in [(2, Tab::Fields), (14, Tab::Analysis), (27, Tab::Commands), (41, Tab::Raw), (70, Tab::Raw)] {
        press(&mut desk, layout.tabs, x, 0);
        assert_eq!(desk.model.detail.tab, tab, "{x}");
    }
    press(&mut desk, layout.tabs, 2, 0);
    press(&mut desk, layout.pane, 3, 2);
    assert_eq!((desk.model.focus, desk.model.tab_state().item), (Focus::Detail, 2));
    press(&mut desk, layout.facets, 4, 4);
    assert_eq!((desk.model.focus, desk.model.panes.facets.item), (Focus::Facets, 1));
    press(&mut desk, layout.facets, 4, 4);
    assert_eq!(desk.model.narrowed.now.filter, "rule = r1");
    desk.keys("u");
    let x = brush::bars_at(&desk.model);
    press(&mut desk, layout.histogram, x + 4, 2);
    let chart = &desk.model.panes.histogram;
    assert_eq!((desk.model.focus, chart.at, chart.anchor), (Focus::Histogram, 4, None));
    press(&mut desk, layout.histogram, x + 9, 0);
    let chart = &desk.model.panes.histogram;
    assert_eq!((chart.at, chart.anchor), (9, Some(4)));
    press(&mut desk, layout.histogram, 3, 0);
    assert_eq!(desk.model.panes.histogram.at, 9, "left of the bars");
}

#[test]
fn no_click_reaches_what_lies_below_a_layer_and_no_place_is_too_far() {
    let mut desk = desk(120, 36);
    let list = desk.model.layout().list;
    desk.keys("f x");
    press(&mut desk, list, 3, 3);
    desk.send(Msg::Mouse(Click::Down(3, 3)));
    assert!(matches!(desk.model.layers.last(), Some(Layer::Filter(_))));
    desk.keys("Esc ?");
    desk.send(Msg::Mouse(Click::Down(3, 3)));
    assert!(matches!(desk.model.layers.last(), Some(Layer::Help(choice)) if choice.cursor == 3));
    desk.keys("Esc");
    for size in [(40, 12), (30, 8), (200, 50), (99, 30)] {
        desk.send(Msg::Resized(Size { columns: size.0, rows: size.1 }));
        for x in (0..220).step_by(7) {
            for y in 0..60 {
                desk.send(Msg::Mouse(Click::Press(x, y)));
            }
        }
        desk.send(Msg::Mouse(Click::Press(u16::MAX, u16::MAX)));
    }
}
