//! Values under the cursor by keys: kept, dropped, gone to.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::query::filter::Filter;
use crate::state::Msg;
use crate::state::desk::Desk;

const ALERTS: &str = r#"{"rule":"Read it","priority":"Warning","time":"2024-10-06T02:15:20.377Z","output_fields":{"container.id":"3ad7","container.name":"web","proc.name":"cat","proc.pid":7,"fd.name":"/etc/shadow"}}
{"rule":"Read it","priority":"Notice","time":"2024-10-06T02:15:20.900Z","output_fields":{"container.id":"host","proc.name":"a \"b\" and c","evt.arg.linkpath":"/x"}}
{"rule":"Other","priority":"odd","time":"2024-10-06T02:16:00Z","output_fields":{"container.id":"77aa","container.name":"<NA>","proc.name":"cat","proc.pid":7}}
{"rule":"Other","output_fields":{"user.name":"root"}}"#;

fn filter(keys: &str) -> String {
    let mut desk = Desk::loaded(ALERTS, 120, 36);
    desk.keys(keys).serve();
    desk.model.narrowed.now.filter.clone()
}

#[test]
fn the_cell_under_the_cursor_makes_the_term_that_selects_what_it_shows() {
    let second = "(time >= 2024-10-06T02:15:20Z and time < 2024-10-06T02:15:21Z)";
    let cases = [
        ("=", second.to_owned()),
        ("-", format!("not {second}")),
        ("l =", "priority = Warning".to_owned()),
        ("l l =", "rule = \"Read it\"".to_owned()),
        ("l l l =", "container.name = web".to_owned()),
        ("j l l l =", "container.id = host".to_owned()),
        ("j j l l l -", "not container.id = 77aa".to_owned()),
        ("j j l =", "priority regex \"odd\"".to_owned()),
        ("l l l l =", "proc.name = cat".to_owned()),
        ("j l l l l -", "not proc.name = \"a \\x22b\\x22 and c\"".to_owned()),
        ("l l l l l =", "fd.name = /etc/shadow".to_owned()),
        ("j l l l l l =", "evt.arg.linkpath = /x".to_owned()),
        ("G l l l l =", "not proc.name exists".to_owned()),
        ("G l l l l -", "proc.name exists".to_owned()),
        ("G =", "not time exists".to_owned()),
        ("G l -", "priority exists".to_owned()),
        ("l l = l l -", "rule = \"Read it\" and not proc.name = cat".to_owned()),
        ("l l = l l l l l = u", "rule = \"Read it\"".to_owned()),
    ];
    for (keys, want) in cases {
        assert_eq!(filter(keys), want, "{keys}");
    }
}

#[test]
fn the_value_that_is_sent_is_the_one_that_is_shown() {
    for (keys, want) in [("l l l y v", ("container.name", "web")), ("j j l l l y v", ("container.id", "77aa"))] {
        let mut desk = Desk::loaded(ALERTS, 120, 36);
        desk.keys(keys).serve();
        assert_eq!(desk.copied(), [(want.0.to_owned(), want.1.to_owned())], "{keys}");
    }
}

#[test]
fn marked_alerts_are_kept_and_dropped_together() {
    let cases = [
        ("Space Space k k l l l l =", "proc.name in (\"a \\x22b\\x22 and c\", cat)"),
        ("Space j Space k k k l l -", "not rule in (\"Read it\", Other)"),
        ("Space j Space k l l l l =", "proc.name = cat"),
        ("Space Space l l l =", "(container.id = host or container.name = web)"),
        ("Space j j Space l -", "not (not priority exists or priority = Warning)"),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::loaded(ALERTS, 120, 36);
        desk.keys(keys);
        assert_eq!(desk.model.narrowed.now.filter, want, "{keys}");
    }
}

#[test]
fn a_value_that_looks_like_a_comparison_is_a_value() {
    let lists = r#"{"rule":"a","tags":["x = 1"],"output_fields":{"proc.env[a = b]":"1"}}
{"rule":"b","tags":["x = 2"],"output_fields":{"proc.env[a = b]":"2"}}
{"rule":"c","tags":["y"],"output_fields":{"proc.env[a = b]":"3"}}"#;
    let cases = [("tags", "(tags in (\"x = 1\") or tags in (\"x = 2\"))"), ("fd.name", "not fd.name exists")];
    for (column, want) in cases {
        let mut desk = Desk::loaded(lists, 120, 36);
        desk.keys(":").send(Msg::Paste(format!("columns {column}")));
        desk.keys("Enter Space Space =").serve();
        assert_eq!(desk.model.narrowed.now.filter, want, "{column}");
    }
    let of_one_name = ["proc.env[\"a = b\"] = 1".to_owned(), "proc.env[\"a = b\"] = 2".to_owned()];
    assert_eq!(super::any_of(&of_one_name), "(proc.env[\"a = b\"] = 1 or proc.env[\"a = b\"] = 2)");
}

#[test]
fn an_alert_that_is_dropped_leaves_those_without_the_field() {
    let mut desk = Desk::loaded(ALERTS, 120, 36);
    desk.keys("l l l l -");
    assert_eq!(desk.model.list.view.rows.len(), 2);
    assert_eq!(desk.said(), "added not proc.name = cat: 2 alerts. u takes it back");
    desk.keys("u");
    assert_eq!((desk.model.list.view.rows.len(), desk.at().0), (4, 0));
    let mut desk = Desk::loaded(ALERTS, 120, 36);
    desk.keys("l l l l = =");
    assert_eq!(desk.said(), "proc.name = cat is in force already");
    assert_eq!(desk.keys("-").said(), "now not proc.name = cat: 2 alerts. u takes it back");
}

#[test]
fn every_field_of_an_alert_makes_a_term_that_selects_it() {
    for row in 0..4 {
        let mut desk = Desk::loaded(ALERTS, 120, 36);
        desk.keys(&"j ".repeat(row)).wait(80).serve();
        desk.keys("Enter").serve();
        let items = desk.model.page().map_or(0, |page| page.items);
        assert!(items > 1);
        for _ in 0..items {
            desk.keys("=").serve();
            let filter = desk.model.narrowed.now.filter.clone();
            let opened = desk.model.detail.opened.clone().unwrap();
            assert!(!filter.is_empty() && Filter::parse(&filter).unwrap().matches(&opened.alert), "{filter}");
            desk.keys("u j");
        }
    }
}

#[test]
fn stars_lead_to_the_same_value_without_a_filter() {
    let cases = [
        ("l l l l *", 2, ""),
        ("l l l l * #", 0, ""),
        ("l l *", 1, ""),
        ("l l * *", 1, "no alert below has this value"),
        ("#", 0, "no alert above has this value"),
        ("*", 1, ""),
        ("G l l l l #", 3, "no alert above has this value"),
        ("l l l *", 0, "no alert below has this value"),
    ];
    for (keys, at, said) in cases {
        let mut desk = Desk::loaded(ALERTS, 120, 36);
        desk.keys(keys);
        assert_eq!((desk.at().0, desk.said().as_str()), (at, said), "{keys}");
        assert!(desk.model.narrowed.now.filter.is_empty());
    }
    let mut desk = Desk::loaded(ALERTS, 120, 36);
    desk.wait(80).serve();
    desk.keys("Enter").serve();
    let pid = desk.model.page().unwrap();
    let pid = pid.lines.iter().find(|line| line.parts.iter().any(|(_, text)| text.as_str() == "proc.pid")).unwrap();
    desk.keys(&"j ".repeat(pid.item.unwrap())).keys("*");
    assert_eq!(desk.at().0, 2, "numbers are values too");
}
