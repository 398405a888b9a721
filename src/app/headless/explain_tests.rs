//! The explanation as it is printed, for a filter alone and for loaded alerts.

use super::*;
use crate::source::{Limits, SourceName};
use std::sync::Arc;

fn explained(filter: &str, lines: Option<&str>) -> String {
    let filter = Filter::parse(filter).unwrap();
    let snapshot = lines.map(|lines| {
        let name = SourceName::Memory("test", Arc::new(lines.as_bytes().to_vec()));
        loaded(&[name], Limits::default()).0
    });
    super::explained(&filter, snapshot.as_ref()).join("\n")
}

#[test]
fn a_filter_is_explained_in_the_order_in_which_it_is_answered() {
    insta::assert_snapshot!(explained(
        "shadow and output regex \".*etc/sh.*\" and (proc.pid > 5 or proc.name = cat) and not rule = x \
         and time >= 2024-10-05 and fd.name in (a, b) and tolower(proc.name) = cat",
        None
    ));
}

#[test]
fn every_reason_for_looking_for_nothing_is_told() {
    let cases = [
        ("a exists", "any value will do"),
        ("a != b", "other values are wanted"),
        ("a > 1", "greater or smaller values are wanted"),
        ("a = 1", "a number may be spelt in several ways"),
        ("fd.sip = ::1", "a time, an IPv6 address or a network may be spelt in several ways"),
        ("a regex \".*[0-9].*\"", "the pattern has no text that every value must have"),
        ("a glob *", "the pattern has no text that every value must have"),
        ("a = \"\"", "the text is empty"),
        ("a in (b, c, d, e, f, g, h, i, j)", "too many texts to look for each"),
        ("len(proc.args) = 1", "the value is made from others"),
        ("not a = b", "behind not, alerts without the text are wanted"),
        ("a = b or c = 1", "another part of the same or may hold in a line without the text"),
    ];
    let crowded = (0..30).map(|n| format!("a = b{n}")).collect::<Vec<_>>().join(" or ");
    let crowded = (crowded.as_str(), "the or has too many texts to look for each");
    for (filter, reason) in cases.into_iter().chain([crowded]) {
        let explained = explained(filter, None);
        assert!(explained.contains(&format!("nothing is looked for: {reason}")), "{filter}\n{explained}");
    }
}

#[test]
fn a_filter_of_many_terms_is_explained_without_counting_for_each() {
    let filter = (0..200).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    let told = explained(&filter, Some(r#"{"rule":"r","output":"word0"}"#));
    assert_eq!(told.matches("alone it holds for").count(), COUNTED_TERMS);
    assert_eq!(told.matches("so far it leaves").count(), COUNTED_TERMS);
    assert!(told.contains("\n200. word") || told.contains(" 200. word"), "every term is there");
    assert!(told.contains("counted for the first 40 terms only.\nIn all: 0 of 1 alert"), "{told}");
}

#[test]
fn with_alerts_each_term_says_what_it_leaves() {
    let line = |name: &str, pid: u32, output: &str| {
        format!(
            "{{\"rule\":\"r\",\"output\":\"{output}\",\"time\":\"2024-10-05T00:00:00Z\",\"output_fields\":{{\"proc.name\":\"{name}\",\"proc.pid\":{pid}}}}}"
        )
    };
    let lines = [line("cat", 1, "reads etc/shadow"), line("cat", 7, "reads"), line("sh", 8, "reads etc/shadow")];
    let filter = "output contains etc/shadow and proc.name = cat and proc.pid < 8 and no.such = x";
    insta::assert_snapshot!(explained(filter, Some(&lines.join("\n"))));
    let filter = "output contains etc/shadow and proc.name = cat";
    assert!(
        explained(filter, Some(&lines.join("\n")))
            .ends_with("In all: 1 of 3 alerts; 2 lines read again, 1 of them decoded")
    );
}

#[test]
fn a_time_from_the_newest_alert_is_counted_as_query_counts_it() {
    let line = |time: &str| format!(r#"{{"rule":"r","output":"o","time":"2024-10-05T{time}Z"}}"#);
    let lines = [line("18:00:00"), line("18:20:00"), line("18:30:00")].join("\n");
    for filter in ["time >= @last-15m", "time >= @last-15m and rule = r"] {
        let told = explained(filter, Some(&lines));
        assert!(told.contains("In all: 2 of 3 alerts"), "{told}");
        assert!(told.contains("alone it holds for 2 of 3 alerts"), "{told}");
    }
    assert!(explained("time >= @last-15m", None).contains("@last-15m"), "without alerts it stands as it was written");
}
