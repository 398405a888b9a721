//! The counts against the plainest way: every alert decoded, every value asked of the filter that keeps it.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::decode;
use crate::query::filter::Filter;
use crate::query::halves::FEW;
use crate::query::literal::literal;
use crate::query::value::Leaves;
use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;
use crate::store::load::{Control, load};

/// Several sources make several segments.
fn loaded(parts: &[Vec<String>]) -> Snapshot {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let mut segments = Vec::new();
    for lines in parts {
        let mut last = None;
        let name = SourceName::Memory("test", Arc::new(lines.join("\n").into_bytes()));
        load(&[name], &sources, &Control::default(), &mut |event| {
            if let LoadEvent::Segment { segment, .. } = event {
                last = Some(segment);
            }
            true
        });
        segments.extend(last);
    }
    for (at, segment) in segments.into_iter().enumerate() {
        snapshot = snapshot.with_segment(at, segment);
    }
    snapshot
}

fn rows(snapshot: &Snapshot) -> Vec<RowId> {
    let rows =
        |(at, segment): (usize, &Arc<Segment>)| (0..segment.len()).map(move |row| id(at, row)).collect::<Vec<_>>();
    snapshot.segments().iter().enumerate().flat_map(rows).collect()
}

fn id(segment: usize, row: usize) -> RowId {
    RowId::new(u16::try_from(segment).unwrap(), u16::try_from(row).unwrap())
}

/// How many of the lines have the value, by the filter that keeps it where there is one.
fn plainly(name: &str, value: &Owned, alerts: &[decode::Alert]) -> usize {
    let bytes = value.borrow().bytes();
    let has_bytes = |value: Value<'_>| match value {
        Value::List(json) => Leaves::of(json).any(|leaf| leaf.value().bytes() == bytes),
        scalar => scalar.bytes() == bytes,
    };
    match Filter::parse(&format!("{name} = {}", literal(bytes))) {
        Ok(filter) => alerts.iter().filter(|alert| filter.matches(*alert)).count(),
        Err(_) => alerts.iter().filter(|alert| of(alert, name).any(has_bytes)).count(),
    }
}

/// What an alert has of the fields for which a name stands.
fn of<'a>(alert: &'a decode::Alert, name: &str) -> impl Iterator<Item = Value<'a>> {
    let members = family::looked_at(name);
    members.into_iter().filter_map(move |name| alert.named(&name)).filter(|value| *value != Value::Null)
}

fn is_empty(value: Value<'_>) -> bool {
    matches!(value, Value::List(json) if Leaves::of(json).next().is_none())
}

fn check(parts: &[Vec<String>], name: &str, keep: &dyn Fn(usize) -> bool) {
    let snapshot = loaded(parts);
    let (mut all, mut lines): (Vec<RowId>, Vec<&String>) = (rows(&snapshot), parts.iter().flatten().collect());
    let mut at = 0..;
    all.retain(|_| keep(at.next().unwrap()));
    let mut at = 0..;
    lines.retain(|_| keep(at.next().unwrap()));
    let alerts: Vec<_> = lines.iter().map(|line| decode::alert(line.as_bytes()).unwrap()).collect();
    let counts = counts(&snapshot, &all, name, &|| false).unwrap();
    assert_eq!(counts.total, alerts.len());
    let exists = Filter::parse(&format!("{name} exists")).unwrap();
    let present: Vec<_> = alerts.iter().filter(|alert| exists.matches(*alert)).cloned().collect();
    assert_eq!(counts.absent, alerts.len() - present.len(), "{name}: {lines:?}");
    let mut seen: Vec<_> = counts.values.iter().map(|(value, _)| value.borrow().bytes()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), counts.values.len(), "a value twice: {counts:?}");
    if counts.in_lines > 0 {
        assert!(lines.iter().any(|line| line.len() > 256), "{lines:?}");
        return;
    }
    for (value, count) in &counts.values {
        assert_eq!(*count, plainly(name, value, &present), "{name} {value:?} of {lines:?}");
        assert!(*count > 0);
    }
    let listed = |alert: &decode::Alert| {
        counts.values.iter().any(|(value, _)| plainly(name, value, std::slice::from_ref(alert)) > 0)
    };
    let empty = |alert: &decode::Alert| of(alert, name).all(is_empty);
    assert!(present.iter().all(|alert| listed(alert) || empty(alert)), "{name} {counts:?} of {lines:?}");
}

fn line(value: &str) -> String {
    format!(r#"{{"rule":"r","output":"o","priority":"Notice","output_fields":{{{value}}}}}"#)
}

#[test]
fn several_spellings_of_a_value_count_together() {
    let values = [
        r#""f":1"#,
        r#""f":1.0"#,
        r#""f":"1""#,
        r#""f":"1.0""#,
        r#""f":["1",1,"1"]"#,
        r#""f":[]"#,
        "",
        r#""f":null"#,
        r#""f":"f","f":1"#,
    ];
    let lines: Vec<String> = values.iter().map(|value| line(value)).collect();
    let snapshot = loaded(std::slice::from_ref(&lines));
    let counts = counts(&snapshot, &rows(&snapshot), "f", &|| false).unwrap();
    let want = [(Owned::Text(b"1".to_vec()), 5), (Owned::Text(b"1.0".to_vec()), 5)];
    assert_eq!((counts.values.as_slice(), counts.absent, counts.in_lines, counts.total), (want.as_slice(), 2, 0, 9));
    check(&[lines], "f", &|_| true);
}

#[test]
fn most_come_first_then_numbers_by_size_and_texts() {
    let lines: Vec<String> =
        ["10", "9", "\"b\"", "\"a\"", "\"a\"", "2.5"].iter().map(|v| line(&format!("\"f\":{v}"))).collect();
    let snapshot = loaded(&[lines]);
    let counts = counts(&snapshot, &rows(&snapshot), "f", &|| false).unwrap();
    let got: Vec<_> =
        counts.values.iter().map(|(v, n)| (String::from_utf8_lossy(v.borrow().bytes()).into_owned(), *n)).collect();
    assert_eq!(
        got.iter().map(|(v, n)| (v.as_str(), *n)).collect::<Vec<_>>(),
        [("a", 2), ("9", 1), ("10", 1), ("2.5", 1), ("b", 1)]
    );
}

#[test]
fn long_values_are_not_guessed() {
    let long = "x".repeat(300);
    let lines = vec![line(&format!("\"f\":\"{long}a\"")), line(&format!("\"f\":\"{long}b\"")), line("\"f\":\"c\"")];
    let snapshot = loaded(&[lines]);
    let found = counts(&snapshot, &rows(&snapshot), "f", &|| false).unwrap();
    assert_eq!((found.in_lines, found.values.len()), (2, 1));
    let found = counts(&snapshot, &rows(&snapshot), "output", &|| false).unwrap();
    assert_eq!((found.in_lines, found.values.len(), found.absent), (3, 0, 0));
}

#[test]
fn a_question_that_nobody_waits_for_is_given_up() {
    let snapshot = loaded(&[vec![line("\"f\":1")]]);
    assert_eq!(counts(&snapshot, &rows(&snapshot), "f", &|| true), None);
}

#[test]
fn two_threads_count_what_one_does() {
    let snapshot = loaded(&[["1", "\"a\"", "[\"a\",2]"].map(|value| line(&format!("\"f\":{value}"))).to_vec()]);
    let all = rows(&snapshot).repeat(FEW);
    for name in ["f", "proc.aname"] {
        let often = counts(&snapshot, &all, name, &|| false).unwrap();
        let one = counts(&snapshot, &rows(&snapshot), name, &|| false).unwrap();
        let times = |(value, count): (Owned, usize)| (value, count * FEW);
        assert_eq!(often.values, one.values.into_iter().map(times).collect::<Vec<_>>());
        assert_eq!((often.absent, often.total), (one.absent * FEW, one.total * FEW));
    }
}

const NAMES: [&str; 7] = ["proc.name", "fd.sip", "fd.ip", "fd.port", "tags", "priority", "proc.aname"];

fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        4 => prop::sample::select(vec!["\"a\"", "\"1\"", "1", "1.0", "-1", "\"1.50\"", "1.5", "\"\"", "true", "\"true\"", "\"::1\"", "\"0:0::1\"", "\"10.0.0.1\"", "\"Warning\"", "\"warning\"", "\"odd\"", "\"info\"", "\"a\\u001b\\u202e\\\"\"", "{\"a\":1}", "1e2", "100", "null"]).prop_map(str::to_owned),
        1 => (0..6_u8).prop_map(|n| n.to_string()),
        1 => Just(format!("\"{}\"", "x".repeat(300))),
    ];
    prop_oneof![4 => scalar.clone(), 1 => vec(scalar, 0..4).prop_map(|items| format!("[{}]", items.join(",")))]
}

fn alert() -> impl Strategy<Value = String> {
    let fields = ["proc.name", "fd.sip", "fd.cip", "fd.sport", "fd.cport", "proc.pname", "proc.aname[2]"];
    let field =
        (prop::sample::select(fields.to_vec()), value()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
    (prop::option::of(value()), prop::option::of(value()), vec(field, 0..4)).prop_map(|(priority, tags, fields)| {
        let own =
            |name: &str, value: Option<String>| value.map(|value| format!("\"{name}\":{value},")).unwrap_or_default();
        let (priority, tags) = (own("priority", priority), own("tags", tags));
        format!("{{{priority}{tags}\"rule\":\"r\",\"output\":\"o\",\"output_fields\":{{{}}}}}", fields.join(","))
    })
}

proptest! {
    #[test]
    fn every_count_is_what_its_filter_leaves(
        parts in vec(vec(alert(), 1..40), 1..3),
        repeat in 1..3_usize,
        every in 1..3_usize,
        name in prop::sample::select(NAMES.to_vec()),
    ) {
        let parts: Vec<Vec<String>> = parts.into_iter().map(|lines| (0..repeat).flat_map(|_| lines.clone()).collect()).collect();
        check(&parts, name, &|at| at % every == 0);
    }
}
