//! Groups against what a plain count over decoded alerts says.
//!
//! Imports: `store`, `decode`. Promise: real files, several segments' worth of forms, no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::{Generation, ListPos};
use crate::query::search::Searcher;
use crate::query::{Question, View};
use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;
use crate::store::load::{Control, load};

fn loaded(lines: &str) -> Snapshot {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let names = [SourceName::Memory("test", Arc::new(lines.as_bytes().to_vec()))];
    load(&names, &sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    snapshot
}

/// Rule, second, priority, host, process; an empty process is absent.
type Row<'a> = (&'a str, u32, &'a str, &'a str, &'a str);

fn line((rule, second, priority, host, process): &Row<'_>) -> String {
    let process = if process.is_empty() { String::new() } else { format!(r#","proc.name":"{process}""#) };
    format!(
        "{{\"rule\":\"{rule}\",\"time\":\"2024-10-06T02:15:{second:02}Z\",\"priority\":\"{priority}\",\
         \"hostname\":\"{host}\",\"output_fields\":{{\"a\":1{process}}}}}\n"
    )
}

fn asked(snapshot: &Snapshot, grouping: Grouping, order: Option<Order>) -> View {
    let question = Question {
        generation: Generation::default(),
        snapshot: snapshot.clone(),
        filter: String::new(),
        narrowing: String::new(),
        grouping: Some(grouping),
        order,
        anchor: Some(RowId::new(0, 0)),
        since: None,
        now: Nanos::default(),
    };
    let mut last = View::default();
    Searcher::default().answer(&question, &|| false, &mut |view| last = view);
    last
}

fn by(fields: &[&str]) -> Grouping {
    Grouping::By(fields.iter().map(|name| (*name).to_owned()).collect())
}

/// The rows of each group, in order.
fn told(view: &View) -> Vec<Vec<usize>> {
    let groups = view.groups.as_ref().unwrap();
    groups.iter().map(|group| view.rows[group.rows.clone()].iter().map(|row| row.row()).collect()).collect()
}

const ROWS: [Row<'_>; 7] = [
    ("b", 9, "Notice", "n1", "cat"),
    ("a", 1, "Warning", "n1", "sh"),
    ("b", 3, "Notice", "n2", ""),
    ("c", 4, "Critical", "n1", "cat"),
    ("a", 2, "Warning", "n1", "cat"),
    ("b", 5, "Notice", "n2", "sh"),
    ("d", 6, "nonsense", "", "sh"),
];

#[test]
fn groups_come_worst_first_and_rarest_first_and_their_alerts_by_time() {
    let snapshot = loaded(&ROWS.iter().map(line).collect::<String>());
    let order = |by, direction| Some(Order { by, direction });
    let fields = |name: &str| By::Fields(vec![name.to_owned()]);
    let (forwards, backwards) = (Direction::Forwards, Direction::Backwards);
    let cases = [
        (by(&["rule"]), None, vec![vec![3], vec![1, 4], vec![2, 5, 0], vec![6]]),
        (by(&["rule"]), order(By::Count, forwards), vec![vec![2, 5, 0], vec![1, 4], vec![3], vec![6]]),
        (by(&["rule"]), order(By::Count, backwards), vec![vec![3], vec![6], vec![1, 4], vec![2, 5, 0]]),
        (by(&["rule"]), order(By::Time, forwards), vec![vec![1, 4], vec![2, 5, 0], vec![3], vec![6]]),
        (by(&["rule"]), order(fields("rule"), backwards), vec![vec![6], vec![3], vec![2, 5, 0], vec![1, 4]]),
        (by(&["proc.name"]), None, vec![vec![4, 3, 0], vec![1, 5, 6], vec![2]]),
        (by(&["proc.name"]), order(fields("proc.name"), backwards), vec![vec![1, 5, 6], vec![4, 3, 0], vec![2]]),
        (by(&["hostname", "rule"]), None, vec![vec![3], vec![1, 4], vec![0], vec![2, 5], vec![6]]),
        (by(&["no.such"]), None, vec![vec![1, 4, 2, 3, 5, 6, 0]]),
    ];
    for (grouping, order, want) in cases {
        assert_eq!(told(&asked(&snapshot, grouping.clone(), order.clone())), want, "{grouping:?} {order:?}");
    }
    let view = asked(&snapshot, by(&["rule"]), None);
    let groups = view.groups.as_ref().unwrap();
    assert_eq!(groups.iter().map(|group| group.hosts).collect::<Vec<_>>(), [1, 1, 2, 1]);
    let worst = groups.iter().map(|group| group.worst).collect::<Vec<_>>();
    assert_eq!(worst, [Some(Priority::Critical), Some(Priority::Warning), Some(Priority::Notice), None]);
    assert_eq!(view.anchor, Some(ListPos(5)), "where the first row stands now");
    let seconds = |time: Nanos| time.0 / 1_000_000_000 % 60;
    let (first, last) = groups[2].span(&snapshot, &view.rows).unwrap();
    assert_eq!((seconds(first), seconds(last)), (3, 9));
    let edges: Vec<Nanos> = (0..4).map(|n| Nanos(first.0 + n * 3_000_000_000)).collect();
    assert_eq!(groups[2].counts(&snapshot, &view.rows, &edges), [2, 0, 1]);
}

#[test]
fn alike_are_alerts_that_differ_in_numbers_and_ids() {
    let event = |file: &str, process: &str| {
        format!(
            "{{\"rule\":\"r\",\"output\":\"o\",\"output_fields\":{{\"fd.name\":\"{file}\",\"proc.name\":\"{process}\"}}}}\n"
        )
    };
    let lines = [
        event("/tmp/x-123/syslog", "cat"),
        event("/tmp/x-77/syslog", "cat"),
        event("/tmp/x-77/syslog", "dd"),
        event("/tmp/y-77/syslog", "cat"),
        event("10.0.0.1:4000->10.9.9.9:443", "cat"),
        event("10.0.0.1:4001->10.9.9.9:443", "cat"),
        event("/var/lib/0a1b2c3d4e/log", "cat"),
        event("/var/lib/ffb2c3d4e9/log", "cat"),
    ];
    let mut groups = told(&asked(&loaded(&lines.concat()), Grouping::Alike, None));
    groups.sort();
    assert_eq!(groups, [vec![0, 1], vec![2], vec![3], vec![4, 5], vec![6, 7]]);
}

#[test]
fn values_that_are_only_in_lines_make_groups_too() {
    let long = |end: &str| ["x".repeat(300).as_str(), end].concat();
    let event = |output: &str, argument: &str| {
        format!("{{\"rule\":\"r\",\"output\":\"{output}\",\"output_fields\":{{\"long\":\"{argument}\"}}}}\n")
    };
    let lines = [event("a", &long("1")), event("b", &long("1")), event("a", &long("2")), event("a", "short")];
    let snapshot = loaded(&lines.concat());
    for (field, want) in [("output", vec![vec![0, 2, 3], vec![1]]), ("long", vec![vec![0, 1], vec![2], vec![3]])] {
        let mut groups = told(&asked(&snapshot, by(&[field]), None));
        groups.sort();
        assert_eq!(groups, want, "{field}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn groups_are_what_a_plain_count_says(
        rows in proptest::collection::vec(
            (
                proptest::sample::select(vec!["a", "b", "c\\u00e9"]),
                0_u32..60,
                proptest::sample::select(vec!["Critical", "Notice", "odd"]),
                proptest::sample::select(vec!["", "n1", "n2"]),
                proptest::sample::select(vec!["", "cat", "sh", "7", "7.0"]),
            ),
            0..80,
        ),
        fields in proptest::sample::subsequence(vec!["rule", "proc.name", "hostname", "priority"], 1..4),
    ) {
        let snapshot = loaded(&rows.iter().map(line).collect::<String>());
        let view = asked(&snapshot, by(&fields), None);
        let value = |row: &Row<'_>, name: &str| match name {
            "rule" => row.0.to_owned(),
            "proc.name" => row.4.to_owned(),
            "hostname" => row.3.to_owned(),
            _ => row.2.to_owned(),
        };
        let mut want: BTreeMap<Vec<String>, BTreeSet<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            want.entry(fields.iter().map(|name| value(row, name)).collect()).or_default().insert(at);
        }
        let want: BTreeSet<BTreeSet<usize>> = want.into_values().collect();
        let got = told(&view);
        prop_assert_eq!(got.iter().map(Vec::len).sum::<usize>(), rows.len());
        for group in &got {
            prop_assert!(group.is_sorted_by_key(|at| (rows[*at].1, *at)), "{:?}", group);
        }
        prop_assert_eq!(got.into_iter().map(BTreeSet::from_iter).collect::<BTreeSet<_>>(), want);
    }
}
