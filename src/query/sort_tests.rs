//! Orders against what a plain sort says.
//!
//! Imports: `store`. Promise: tables, no clock.

use std::sync::Arc;

use super::*;
use crate::base::{Generation, Nanos};
use crate::query::search::Searcher;
use crate::query::{Question, View};
use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;
use crate::store::load::{Control, load};

fn rows(lines: &str, order: Order) -> Vec<usize> {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let names = [SourceName::Memory("test", Arc::new(lines.as_bytes().to_vec()))];
    load(&names, &sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    let question = Question {
        generation: Generation::default(),
        snapshot,
        filter: String::new(),
        narrowing: String::new(),
        grouping: None,
        order: Some(order),
        anchor: None,
        since: None,
        now: Nanos::default(),
    };
    let mut last = View::default();
    Searcher::default().answer(&question, &|| false, &mut |view| last = view);
    last.rows.iter().map(|row| row.row()).collect()
}

#[test]
fn every_order_is_stable_and_leaves_rows_without_a_value_last() {
    let line = |time: &str, priority: &str, output: &str, fields: &str| {
        format!(
            "{{\"rule\":\"r\",\"output\":\"{output}\",\"time\":\"{time}\",\"priority\":\"{priority}\",\
             \"output_fields\":{{{fields}}}}}\n"
        )
    };
    let at = |second: u32| format!("2024-10-06T02:15:{second:02}Z");
    let lines = [
        line(&at(1), "Notice", "b", r#""n":10,"f":"x""#),
        line(&at(2), "Critical", "a", r#""n":9,"g":"a""#),
        line(&at(3), "odd", "b", r#""n":"z""#),
        line("", "Notice", "c", r#""n":null,"f":"b""#),
        line(&at(0), "Critical", "a", r#""n":9.5,"g":"w","f":"c""#),
        line(&at(3), "Debug", "d", ""),
    ]
    .concat();
    let fields = |names: &[&str]| By::Fields(names.iter().map(|name| (*name).to_owned()).collect());
    // In the order of time: 4 0 1 2 5 3.
    let cases = [
        (By::Time, [4, 0, 1, 2, 5, 3], [5, 2, 1, 0, 4, 3]),
        (By::Priority, [4, 1, 0, 3, 5, 2], [5, 0, 3, 4, 1, 2]),
        (fields(&["n"]), [1, 4, 0, 2, 5, 3], [2, 0, 4, 1, 5, 3]),
        (fields(&["f", "g"]), [1, 3, 4, 0, 2, 5], [0, 4, 3, 1, 2, 5]),
        (fields(&["output"]), [4, 1, 0, 2, 3, 5], [5, 3, 0, 2, 4, 1]),
        (fields(&["no.such"]), [4, 0, 1, 2, 5, 3], [4, 0, 1, 2, 5, 3]),
    ];
    for (by, forwards, backwards) in cases {
        let order = |direction| Order { by: by.clone(), direction };
        assert_eq!(rows(&lines, order(Direction::Forwards)), forwards, "{by:?}");
        assert_eq!(rows(&lines, order(Direction::Backwards)), backwards, "{by:?} backwards");
    }
}

#[test]
fn addresses_sort_by_value_and_times_by_moment() {
    let line = |ip: &str, time: &str| {
        format!("{{\"rule\":\"r\",\"output\":\"o\",\"time\":\"{time}\",\"output_fields\":{{\"fd.sip\":\"{ip}\"}}}}\n")
    };
    let lines = [
        line("10.0.0.10", "2024-10-06T02:00:00Z"),
        line("x", "2024-10-06T02:00:01Z"),
        line("::1", "2024-10-06T02:00:02.5Z"),
        line("10.0.0.9", "2024-10-06T04:00:02+02:00"),
    ]
    .concat();
    // In the order of time: 0 1 3 2.
    for (field, forwards, backwards) in [("fd.sip", [3, 0, 2, 1], [1, 2, 0, 3]), ("time", [0, 1, 3, 2], [2, 3, 1, 0])] {
        let order = |direction| Order { by: By::Fields(vec![field.to_owned()]), direction };
        assert_eq!(rows(&lines, order(Direction::Forwards)), forwards, "{field}");
        assert_eq!(rows(&lines, order(Direction::Backwards)), backwards, "{field} backwards");
    }
}
