//! Marks by keys.
//!
//! Imports: the desk of this room. Promise: no screen, no clock.

use super::*;
use crate::state::desk::Desk;

fn marked(desk: &Desk) -> Vec<usize> {
    desk.model.list.marked.iter().map(RowId::row).collect()
}

fn desk() -> Desk {
    let line = |n: usize| {
        let rule = ["a", "b"][n % 2];
        format!(
            "{{\"rule\":\"{rule}\",\"output\":\"o\",\"priority\":\"Notice\",\"time\":\"2024-10-06T02:15:{n:02}Z\"}}\n"
        )
    };
    Desk::loaded(&(0..10).map(line).collect::<String>(), 80, 24)
}

#[test]
fn keys_mark_and_every_change_is_one_step() {
    let mut desk = desk();
    desk.keys("Space j x");
    assert_eq!((marked(&desk), desk.at().0), (vec![0, 2], 3));
    desk.keys("k Space");
    assert_eq!(marked(&desk), [0], "a second time takes the mark away");
    desk.keys("3 Space");
    assert_eq!((marked(&desk), desk.at().0), (vec![0, 3, 4, 5], 6));
    desk.keys("v j j v");
    assert_eq!((marked(&desk), desk.said().as_str()), (vec![0, 3, 4, 5, 6, 7, 8], "7 marked. u takes it back"));
    desk.keys("A");
    assert_eq!(marked(&desk).len(), 10);
    desk.keys("A");
    assert_eq!(marked(&desk).len(), 0);
    desk.keys("u u");
    assert_eq!(marked(&desk).len(), 7);
    desk.keys("u");
    assert_eq!((marked(&desk), desk.at().0), (vec![0, 3, 4, 5], 8));
    desk.keys("9 u");
    assert_eq!((marked(&desk), desk.at().0), (vec![], 0));
    desk.keys("9 Ctrl-r");
    assert_eq!(marked(&desk).len(), 0, "redo goes to the end");
}

#[test]
fn a_group_is_marked_whole() {
    let mut desk = desk();
    desk.keys("o r j Space");
    assert_eq!(marked(&desk), [1, 3, 5, 7, 9]);
    desk.keys("Enter j j Space");
    assert_eq!(marked(&desk), [1, 5, 7, 9]);
    desk.keys("{ Space");
    assert_eq!(marked(&desk).len(), 5, "a group of which not all are marked is marked");
    desk.keys("k Space");
    assert_eq!(marked(&desk).len(), 0);
}

#[test]
fn a_copy_is_of_what_is_marked() {
    let mut desk = desk();
    desk.keys("Space j Space y y");
    let copied = |desk: &Desk| match desk.effects.last() {
        Some(Effect::CopyLines(rows, _)) => rows.iter().map(|row| row.row()).collect(),
        _ => Vec::new(),
    };
    assert_eq!(copied(&desk), [0, 2]);
    desk.effects.clear();
    desk.keys("A A y y");
    assert_eq!(copied(&desk).len(), 0, "without marks it is the alert under the cursor");
}

#[test]
fn a_set_of_marks_is_a_set() {
    let rows: Vec<RowId> =
        [(0, 5), (3, 65_535), (0, 5), (1, 0)].map(|(segment, row)| RowId::new(segment, row)).to_vec();
    let mut marks = Marks::default();
    marks.insert(&rows);
    assert_eq!((marks.len(), marks.has_all(&rows[1..])), (3, true));
    assert_eq!(marks.iter().collect::<Vec<_>>(), [rows[0], rows[3], rows[1]]);
    let before = marks.clone();
    marks.remove(&rows[..2]);
    assert_eq!((marks.len(), marks.contains(rows[0]), before.len()), (1, false, 3));
}
