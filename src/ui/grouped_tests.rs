//! Screens of a list in groups.
//!
//! Lives here: snapshots over the sample night. Imports: the harness beside. Promise: no clock, no path, no thread.

use crate::ui::screens_tests::{Screen, compare};

/// The list's rows, and the bars around it.
fn shown(screen: &mut Screen, rows: std::ops::Range<u16>) -> String {
    let last = screen.desk.model.size.rows - 1;
    let rows: Vec<u16> = [0, 1].into_iter().chain(rows).chain([last]).collect();
    screen.shot(&rows)
}

#[test]
fn groups_at_the_three_sizes() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 50)] {
        let mut screen = Screen::night(columns, rows);
        screen.keys("o r } } Enter j");
        compare(&format!("groups_by_rule_{columns}x{rows}"), &shown(&mut screen, 2..16));
    }
}

#[test]
fn groups_by_likeness_sorted_by_count() {
    let mut screen = Screen::night(120, 36);
    screen.keys("o d s n g g Space");
    compare("groups_by_likeness_120x36", &shown(&mut screen, 2..14));
}

#[test]
fn columns_that_were_chosen() {
    let mut screen = Screen::night(120, 36);
    screen.keys(":").types("columns time,proc.name:20,user.name,output").keys("Enter s c");
    compare("chosen_columns_120x36", &shown(&mut screen, 2..8));
}

#[test]
fn the_alerts_own_values_have_columns_too() {
    let mut screen = Screen::night(120, 36);
    screen.keys(":").types("columns hostname,source,rule,tags").keys("Enter");
    let text = screen.shot(&[]);
    let row = text.lines().nth(4).unwrap();
    assert!(["node-a", "syscall", "Run shell untrusted", "T1059.004"].iter().all(|value| row.contains(value)), "{row}");
}

#[test]
fn within_a_group_the_cell_that_keys_act_on_is_underlined() {
    let mut screen = Screen::night(120, 36);
    screen.keys("o r } } Enter j");
    let cases = ["2024-10-05 18:00:09.297", "", "", "calico-node", "calico-node", "192.0.2.12:55762->10.96.0.1:443"];
    for want in cases {
        assert_eq!(screen.underlined(10), want);
        screen.keys("l");
    }
    screen.keys("h =");
    assert_eq!(screen.desk.model.narrowed.now.filter, "proc.name = calico-node");
}
