//! `C` by keys: which alerts, what differs, what leaves.
//!
//! Imports: the desk of this room. Promise: real alerts, and a worker that answers at once.

use super::*;
use crate::state::desk::Desk;
use crate::state::difference::Verdict;

fn lines() -> String {
    let line = |second: u32, fields: &str| {
        format!(
            "{{\"rule\":\"R\",\"hostname\":\"node-a\",\"time\":\"2024-10-05T10:00:{second:02}Z\",\"output_fields\":{{{fields}}}}}\n"
        )
    };
    [
        line(0, r#""proc.name":"cat","proc.pid":5,"proc.exepath":"/bin/cat","proc.cwd":"","user.name":"root""#),
        line(1, r#""proc.name":"cat","proc.pid":6,"proc.exepath":"/tmp/c|t","fd.name":"/etc/shadow","user.name":null"#),
        line(2, r#""proc.name":"cat","proc.exepath":"/bin/cat","user.name":"root""#),
        line(3, r#""proc.name":"cat","proc.exepath":"/bin/cat","user.name":"root""#),
    ]
    .concat()
}

fn text(lines: &[Vec<Part>]) -> Vec<String> {
    let line = |parts: &Vec<Part>| parts.iter().map(|(_, text)| text.as_str()).collect::<String>();
    let single = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.iter().map(line).map(single).collect()
}

fn shown(desk: &Desk) -> Vec<String> {
    let Some(Layer::Compare(comparison)) = desk.model.layers.last() else { panic!("no comparison") };
    text(&[vec![comparison.heading()], comparison.lines(100)].concat())
}

#[test]
fn a_marked_alert_and_the_one_under_the_cursor_are_compared() {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    desk.keys("Space C").serve();
    let want = [
        "compare A 10:00:00.000 node-a B 10:00:01.000 node-a 4 differ · 3 equal",
        "proc.exepath /bin/cat /tmp/c|t differs",
        "proc.cwd \"\" ‹absent› only in A",
        "user.name root ‹absent› only in A",
        "fd.name ‹absent› /etc/shadow only in B",
    ];
    assert_eq!(shown(&desk), want);
    desk.keys("x");
    assert_eq!(shown(&desk)[3..], ["proc.cwd ‹absent› \"\" only in B", "user.name ‹absent› root only in B"]);
    desk.keys("x e");
    assert_eq!(shown(&desk).len(), 5 + 3 + 2);
    assert!(shown(&desk).contains(&"proc.pid 5 6 volatile".to_owned()), "{:?}", shown(&desk));
    desk.keys("Esc");
    assert!(desk.model.layers.is_empty());
}

#[test]
fn two_marked_alerts_are_compared_wherever_the_cursor_is_and_three_are_too_many() {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    desk.keys("Space j Space C").serve();
    assert!(shown(&desk)[0].starts_with("compare A 10:00:00.000 node-a B 10:00:02.000"), "{:?}", shown(&desk));
    desk.keys("Esc k k Space C");
    assert_eq!(desk.said(), "3 alerts are marked; two can be compared. Space takes a mark away");
    desk.keys("k Space C").serve();
    assert!(shown(&desk)[0].contains("B 10:00:02.000"));
}

#[test]
fn without_a_mark_the_alert_stands_beside_what_is_usual() {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    desk.keys("j C").serve();
    let want = [
        "compare A 10:00:01.000 node-a B usual of 3 others 3 differ · 3 equal",
        "proc.exepath /tmp/c|t /bin/cat new here · usual in 3 of 3",
        "fd.name /etc/shadow ‹absent› new here · usual in 3 of 3",
        "user.name ‹absent› root new here · usual in 3 of 3",
    ];
    assert_eq!(shown(&desk), want);
}

#[test]
fn what_leaves_is_a_table_that_no_value_breaks() {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    desk.keys("Space C").serve().keys("y");
    let [(what, table)] = desk.copied().try_into().unwrap();
    assert_eq!(what, "the comparison");
    assert!(table.contains("| `proc.exepath` | `/bin/cat` | `/tmp/c`&#124;`t` | differs |\n"), "{table}");
    assert!(table.contains("| `proc.cwd` | (empty) | absent | only in A |\n"), "{table}");
    assert!(table.lines().skip(2).all(|line| line.matches('|').count() == 5), "{table}");
}

#[test]
fn an_older_answer_is_dropped_and_a_line_that_is_gone_closes_the_layer() {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    desk.keys("C Esc C");
    let old = crate::state::Msg::Compared(Generation::default().next(), Err(Notice::said("gone")));
    desk.send(old);
    assert!(desk.model.layers.len() == 1 && desk.said().is_empty());
    desk.send(crate::state::Msg::Compared(Generation::default().next().next(), Err(Notice::said("gone"))));
    assert!(desk.model.layers.is_empty() && desk.said() == "gone");
}

#[test]
fn a_long_value_is_cut_so_that_the_difference_is_in_sight() {
    let long = "/very/long/path/that/both/of/them/share/up/to/the/very/end/of/it/";
    let pair = |name: &str| Some(Clean::from_bytes([long, name].concat().as_bytes()));
    let row = Row { name: "f".into(), a: pair("left"), b: pair("right"), verdict: Verdict::Differs, usual: None };
    let lines = text(&difference::lines(&[row], 80));
    assert!(lines[0].contains("left") && lines[0].contains("right") && lines[0].contains('…'), "{lines:?}");
}

proptest::proptest! {
    #[test]
    fn no_value_and_no_width_breaks_the_layout(a in "\\PC{0,80}", b in "\\PC{0,80}", columns in 0..200_usize) {
        let clean = |text: &str| Some(Clean::from_bytes(text.as_bytes()));
        let row = Row { name: clean(&a).unwrap(), a: clean(&a), b: clean(&b), verdict: Verdict::Differs, usual: None };
        for line in difference::lines(&[row], columns) {
            let used: usize = line.iter().map(|(_, text)| crate::state::page::glyphs::width(text.as_str())).sum();
            proptest::prop_assert!(used <= columns.max(60), "{used} {columns}");
        }
    }
}
