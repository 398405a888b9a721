//! `P` and `:pivot`: the filter, the place of the cursor, the way back.
//!
//! Imports: the desk of this room. Promise: real alerts and the real search.

use proptest::prelude::*;

use crate::base::{Key, Nanos};
use crate::decode;
use crate::query::filter::Filter;
use crate::state::Msg;
use crate::state::desk::Desk;
use crate::state::pivot::duration;

fn lines() -> String {
    let line = |n: u32| {
        let pod = if n.is_multiple_of(3) { r#","k8s.pod.name":"web""# } else { "" };
        format!(
            "{{\"rule\":\"R{}\",\"hostname\":\"node-a\",\"time\":\"2024-10-05T10:{:02}:00Z\",\"output_fields\":{{\"container.id\":\"c{}\",\"proc.name\":\"a b\",\"user.loginuid\":-1{pod}}}}}\n",
            n % 2,
            n,
            n % 4
        )
    };
    (0..60).map(line).collect()
}

fn palette(desk: &mut Desk, text: &str) {
    desk.keys(":");
    desk.send(Msg::Paste(text.to_owned()));
    desk.keys("Enter");
}

#[test]
fn two_keys_show_everything_and_one_leads_back() {
    let mut desk = Desk::loaded(&lines(), 80, 24);
    desk.keys("l l 3 0 G k k");
    let before = (desk.at(), desk.model.list.column, desk.model.narrowed.now.clone());
    let row = desk.model.list.row;
    desk.keys("P c");
    assert_eq!(desk.model.narrowed.now.filter, "container.id = c3");
    assert_eq!((desk.model.list.view.rows.len(), desk.model.list.row), (15, row));
    assert_eq!(desk.said(), "everything of container c3. u leads back");
    desk.keys("u");
    assert_eq!((desk.at(), desk.model.list.column, desk.model.narrowed.now.clone()), before);
}

#[test]
fn a_count_is_minutes_around_the_alert() {
    let mut desk = Desk::loaded(&lines(), 80, 24);
    desk.keys("3 0 G 5 P r");
    let want = "rule = R1 and time >= 2024-10-05T10:24:00Z and time <= 2024-10-05T10:34:00Z";
    assert_eq!((desk.model.narrowed.now.filter.as_str(), desk.model.list.view.rows.len()), (want, 5));
}

#[test]
fn what_cannot_be_drawn_says_which_field_is_missing() {
    let cases = [
        ("P d", "everything of pod web. u leads back"),
        ("j P d", "this alert has no k8s.pod.name"),
        ("P l", "this alert has no user.loginuid that is set"),
        ("P a", "this alert has no fd.rip, and no fd.name of a connection"),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::loaded(&lines(), 80, 24);
        assert_eq!(desk.keys(keys).said(), want, "{keys}");
    }
    assert_eq!(Desk::with(0, 80, 24).keys("P c").said(), "there is no alert");
}

#[test]
fn a_duration_is_written_in_several_ways() {
    let minute = Nanos::MINUTE;
    let cases = [
        ("10", Some(10 * minute)),
        ("10m", Some(10 * minute)),
        ("±10min", Some(10 * minute)),
        ("-90s", Some(90 * Nanos::SECOND)),
        ("2h", Some(120 * minute)),
        ("1d", Some(Nanos::DAY)),
        ("10smin", None),
        ("min", None),
        ("", None),
        ("9999999999999999d", None),
    ];
    for (word, want) in cases {
        assert_eq!(duration(word), want, "{word}");
    }
}

#[test]
fn the_palette_names_a_field_and_how_far() {
    let cases = [
        ("pivot proc.name", "proc.name = \"a b\""),
        ("pivot proc.name 2m", "proc.name = \"a b\" and time >= 2024-10-05T09:58:00Z and time <= 2024-10-05T10:02:00Z"),
        ("pivot container", "container.id = c0"),
        ("pivot rule 1h", "rule = R0 and time >= 2024-10-05T09:00:00Z and time <= 2024-10-05T11:00:00Z"),
        ("pivot", ""),
        ("pivot proc.name soon", ""),
        ("pivot fd.name", ""),
        ("pivot proc.name 1m x", ""),
        ("pivot (", ""),
    ];
    for (text, want) in cases {
        let mut desk = Desk::loaded(&lines(), 80, 24);
        palette(&mut desk, text);
        assert_eq!(desk.model.narrowed.now.filter, want, "{text}");
        assert!(!desk.said().is_empty(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_pivot_on_any_value_selects_that_value(values in prop::collection::vec("\\PC{0,8}|[0-9]{1,2}|\"|\\\\", 2..8), at in any::<prop::sample::Index>()) {
        let lines: Vec<String> = values.iter().map(|value| serde_json::json!({"rule": "r", "output_fields": {"proc.name": value}}).to_string() + "\n").collect();
        let mut desk = Desk::loaded(&lines.concat(), 80, 24);
        let row = at.index(values.len());
        for _ in 0..row {
            desk.send(Msg::Key(Key::Char('j')));
        }
        palette(&mut desk, "pivot proc.name");
        let filter = Filter::parse(&desk.model.narrowed.now.filter).unwrap();
        let fits = |line: &String| filter.matches(&decode::alert(line.as_bytes()).unwrap());
        prop_assert!(fits(&lines[row]));
        let alike = values.iter().filter(|value| **value == values[row]);
        prop_assert_eq!(lines.iter().filter(|line| fits(line)).count(), alike.count());
    }
}
