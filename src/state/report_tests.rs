//! `:report`: what goes into it, which files it takes, asking before one is replaced.
//!
//! Imports: the desk of this room. Promise: tables of keys; nothing is written.

use std::path::Path;

use crate::state::desk::Desk;
use crate::state::report::{Format, Report};
use crate::state::{Effect, Layer, Msg};

fn reports(desk: &Desk) -> Vec<Report> {
    let reports = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Report(report) => Some(report.clone()),
        _ => None,
    });
    reports.collect()
}

/// The palette's text, letter by letter.
fn typed(text: &str) -> String {
    text.chars().map(|c| if c == ' ' { "Space ".to_owned() } else { format!("{c} ") }).collect()
}

#[test]
fn the_file_s_name_says_how_it_is_written() {
    let cases = [
        ("r.md", Some(Format::Markdown)),
        ("/a b/case.HTML", Some(Format::Html)),
        ("x.json", Some(Format::Json)),
        ("r.txt", None),
        ("r", None),
        (".md", None),
        ("a.md/x", None),
    ];
    for (path, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(": r e p o r t Space").keys(&typed(path)).keys("Enter");
        let reports = reports(&desk);
        assert_eq!(reports.first().map(|report| report.format), want, "{path}");
        match reports.first() {
            Some(report) => assert_eq!((report.path.as_str(), report.rows.len(), report.replace), (path, 100, false)),
            None => assert_eq!(desk.said(), format!("{path}: a report is a file that ends in .md, .html or .json")),
        }
    }
}

#[test]
fn it_holds_what_is_in_view() {
    let mut desk = Desk::with(100, 120, 36);
    desk.keys("f x = y Enter R Enter");
    let [report] = reports(&desk).try_into().unwrap();
    assert_eq!((report.path.as_str(), report.rows.len()), ("report.md", 90));
    let mut desk = Desk::with(0, 120, 36);
    assert_eq!(desk.keys("R Enter").said(), "there is no alert");
    let mut desk = Desk::with(100, 120, 36);
    desk.model.narrowed.waiting = true;
    desk.keys("R Enter");
    assert!(reports(&desk).is_empty() && desk.said().starts_with("the list is still being counted"), "{}", desk.said());
}

#[test]
fn a_file_is_replaced_only_after_one_more_key() {
    for (keys, replaced) in [("y", true), ("Esc", false), ("Enter", false), ("n", false)] {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys("R Enter");
        let asked = reports(&desk).remove(0);
        desk.effects.clear();
        desk.send(Msg::Exists(asked));
        assert!(matches!(desk.model.layers.last(), Some(Layer::Confirm(_))));
        desk.keys(keys);
        assert_eq!(reports(&desk).iter().any(|report| report.replace), replaced, "{keys}");
        assert!(desk.model.layers.is_empty(), "{keys}");
    }
}

#[test]
fn a_tilde_is_the_user_s_home() {
    let mut desk = Desk::with(1, 120, 36);
    desk.keys(": r e p o r t Space ~ / a . m d Enter");
    let [report] = reports(&desk).try_into().unwrap();
    let at = |report: &Report, home: Option<&str>| report.clone().below(home.map(Path::new)).path;
    assert_eq!(at(&report, Some("/home/lea")), "/home/lea/a.md");
    assert_eq!(at(&report, None), "~/a.md");
    for path in ["a/~/b.md", "~lea/b.md", "b.md"] {
        assert_eq!(at(&Report { path: path.to_owned(), ..report.clone() }, Some("/home/lea")), path);
    }
}
