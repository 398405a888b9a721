//! Groups by keys: folding, staying, undoing.
//!
//! Imports: the desk of this room. Promise: no screen, no clock.

use crate::base::{Key, Size};
use crate::query::group::Grouping;
use crate::state::Msg;
use crate::state::desk::Desk;
use crate::state::lines::Line;

/// Six rules as an analyst meets them: 4, 3, 1 alerts.
fn desk() -> Desk {
    let line = |(at, rule, priority, process): (u32, &str, &str, &str)| {
        format!(
            "{{\"rule\":\"{rule}\",\"priority\":\"{priority}\",\"time\":\"2024-10-06T02:15:{at:02}Z\",\
             \"hostname\":\"n\",\"output_fields\":{{\"proc.name\":\"{process}\"}}}}\n"
        )
    };
    let rows = [
        (0, "noise", "Notice", "calico"),
        (1, "shell", "Warning", "sh"),
        (2, "noise", "Notice", "calico"),
        (3, "miner", "Critical", "kdev"),
        (4, "noise", "Notice", "curl"),
        (5, "shell", "Warning", "bash"),
        (6, "noise", "Notice", "calico"),
        (7, "shell", "Warning", "sh"),
    ];
    Desk::loaded(&rows.map(line).concat(), 80, 24)
}

/// What stands on each line: a group's count, or an alert's row behind a blank.
fn lines(desk: &Desk) -> Vec<String> {
    let list = &desk.model.list;
    let told = |at| match list.line(at)? {
        Line::Group(group) => Some(list.groups()[group].rows.len().to_string()),
        Line::Alert(place) => Some(format!(" {}", list.view.rows[place].row())),
    };
    (0..list.len()).filter_map(told).collect()
}

fn by_field(name: &str) -> Grouping {
    Grouping::By(vec![name.to_owned()])
}

#[test]
fn groups_are_made_opened_and_taken_apart_by_keys() {
    let mut desk = desk();
    desk.keys("j j j");
    assert_eq!(desk.at().1, Some(3));
    desk.keys("o r");
    assert_eq!(lines(&desk), ["1", "3", "4"], "the worst first, of equally bad ones the rarest");
    assert_eq!((desk.at().0, desk.at().1), (0, Some(3)), "the cursor stays with its alert's group");
    desk.keys("j Enter");
    assert_eq!(lines(&desk), ["1", "3", " 1", " 5", " 7", "4"]);
    desk.keys("j j");
    assert_eq!(desk.at().1, Some(5));
    desk.keys("h");
    assert_eq!((lines(&desk).len(), desk.at().0, desk.at().1), (3, 1, Some(1)), "h on an alert closes its group");
    desk.keys("l");
    assert_eq!(lines(&desk).len(), 6);
    desk.keys("G l j j j j");
    assert_eq!((lines(&desk).len(), desk.at().1), (10, Some(6)));
    desk.keys("{");
    assert_eq!(desk.at().0, 5, "first to the header of its own group");
    desk.keys("{ {");
    assert_eq!(desk.at().0, 0);
    desk.keys("2 }");
    assert_eq!(desk.at().0, 5);
    desk.keys("E");
    assert_eq!((lines(&desk).len(), desk.at().0), (3, 2), "E closes all, and the cursor stays on its group");
    desk.keys("E");
    assert_eq!((lines(&desk).len(), desk.at().0), (11, 6));
    desk.keys("o o");
    assert_eq!((lines(&desk).len(), desk.at().1), (8, Some(0)), "the first of the group under the cursor");
    assert_eq!(desk.model.narrowed.now.grouping, None);
}

#[test]
fn undo_brings_grouping_and_order_back_one_by_one() {
    let mut desk = desk();
    desk.keys("j j o r s n o p");
    assert_eq!(lines(&desk), ["1", "1", "2", "1", "3"], "another grouping has its own usual order");
    desk.keys("u");
    assert_eq!(
        (desk.model.narrowed.now.grouping.clone(), lines(&desk)),
        (Some(by_field("rule")), ["4", "3", "1"].map(str::to_owned).to_vec())
    );
    desk.keys("u");
    assert_eq!(lines(&desk), ["1", "3", "4"]);
    assert_eq!(desk.said(), "order: highest priority first");
    desk.keys("u");
    assert_eq!((lines(&desk).len(), desk.at().0), (8, 2));
    assert_eq!(desk.said(), "groups: apart");
    desk.keys("Ctrl-r Ctrl-r Ctrl-r");
    assert_eq!(desk.model.narrowed.now.grouping, Some(by_field("proc.name")));
}

#[test]
fn a_filter_keeps_open_groups_open_and_the_cursor_on_its_group() {
    let mut desk = desk();
    desk.keys("o r G Enter");
    assert_eq!(lines(&desk).len(), 7);
    for c in "f proc.name!=curl".chars() {
        desk.send(Msg::Key(if c == ' ' { continue } else { Key::Char(c) }));
    }
    desk.keys("Enter");
    assert_eq!(lines(&desk), ["1", "3", "3", " 0", " 2", " 6"]);
    assert_eq!(desk.at().0, 2);
    assert_eq!(desk.model.row_number(), Some((3, 6)));
}

#[test]
fn the_palette_groups_by_any_fields() {
    let mut desk = desk();
    let cases = [
        ("group rule, proc.name", Some(5), ""),
        ("group alike", Some(5), ""),
        ("group none", None, ""),
        ("group none", None, "the list is not grouped"),
        ("group a,b,c,d,e,f,g", None, "six fields at most make a group"),
    ];
    for (typed, groups, said) in cases {
        desk.keys(":");
        for c in typed.chars() {
            desk.send(Msg::Key(Key::Char(c)));
        }
        desk.keys("Enter");
        let found = desk.model.list.view.groups.as_ref().map(|groups| groups.len());
        assert_eq!((found, desk.said().as_str()), (groups, said), "{typed}");
    }
    desk.keys("l l l l o .");
    assert_eq!(desk.model.narrowed.now.grouping, Some(by_field("proc.name")), "the field under the cursor");
}

#[test]
fn an_order_is_turned_round_by_the_same_key() {
    let mut desk = desk();
    let rows = |desk: &Desk| desk.model.list.view.rows.iter().map(|row| row.row()).collect::<Vec<_>>();
    desk.keys("j");
    for (keys, want, at) in [
        ("s t", vec![7, 6, 5, 4, 3, 2, 1, 0], 6),
        ("s t", vec![0, 1, 2, 3, 4, 5, 6, 7], 1),
        ("s p", vec![3, 1, 5, 7, 0, 2, 4, 6], 1),
        ("s p", vec![0, 2, 4, 6, 1, 5, 7, 3], 4),
        ("s r", vec![3, 0, 2, 4, 6, 1, 5, 7], 5),
        ("l l l l s c", vec![5, 0, 2, 6, 4, 3, 1, 7], 6),
    ] {
        desk.keys(keys);
        assert_eq!((rows(&desk), desk.at().0), (want, at), "{keys}");
        assert_eq!(desk.at().1, Some(1), "{keys}: the cursor stays on its alert");
    }
    desk.keys("s n");
    assert_eq!(desk.said(), "only groups have a count. o makes groups");
}

#[test]
fn every_size_shows_the_cursor_among_groups() {
    let mut desk = desk();
    desk.keys("o r E G");
    for (columns, rows) in [(40, 12), (200, 50), (60, 13), (80, 24)] {
        desk.send(Msg::Resized(Size { columns, rows }));
        assert!(desk.model.visible().contains(&desk.at().0), "{columns}x{rows}");
    }
}
