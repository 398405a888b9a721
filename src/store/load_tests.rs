//! Tests of the room `store`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::base::{Priority, RowId};
use crate::decode;
use crate::decode::{Alert, Owned, Scope, Value};
use crate::store::{Cell, Column, Counts, Slot, Snapshot, Unreadable};

/// What a load told.
#[derive(Debug, Default)]
struct Told {
    snapshot: Snapshot,
    counts: Counts,
    unreadable: Vec<Unreadable>,
    skipped: Vec<String>,
    failed: Vec<String>,
    segments: usize,
    done: bool,
}

fn told(names: &[SourceName]) -> Told {
    let sources = Arc::<Sources>::default();
    let mut told = Told { snapshot: Snapshot::new(Arc::clone(&sources)), ..Told::default() };
    load(names, &sources, &Control::default(), &mut |event| {
        told.hear(event);
        true
    });
    told
}

fn told_of(path: &Path) -> Told {
    told(&[SourceName::Path(path.to_owned())])
}

impl Told {
    fn hear(&mut self, event: LoadEvent) {
        assert!(!self.done);
        match event {
            LoadEvent::Segment { index, segment } => {
                self.segments += 1;
                self.snapshot = self.snapshot.with_segment(index, segment);
            }
            LoadEvent::Progress { unreadable, counts, .. } => {
                assert_eq!(counts.lines, counts.alerts + counts.unreadable + counts.blank);
                assert!(counts.alerts >= self.snapshot.alerts() as u64);
                self.counts = counts;
                self.unreadable.extend(unreadable);
            }
            LoadEvent::Skipped(notice) | LoadEvent::Said(notice) => self.skipped.push(notice.to_string()),
            LoadEvent::Retracted(_) | LoadEvent::Ended(..) | LoadEvent::Following | LoadEvent::Dropped { .. } => {}
            LoadEvent::Failed(notice) => self.failed.push(notice.to_string()),
            LoadEvent::Done => self.done = true,
        }
    }
}

fn memory(text: impl Into<Vec<u8>>) -> Told {
    told(&[SourceName::Memory("test", Arc::new(text.into()))])
}

fn counts(lines: u64, alerts: u64, unreadable: u64, blank: u64) -> Counts {
    Counts { lines, alerts, unreadable, blank }
}

/// What a sealed segment says of a row is what the row's line says, value for value.
fn assert_true_to_lines(snapshot: &Snapshot) {
    for segment in snapshot.segments() {
        let mut present = vec![0; segment.columns().len()];
        for row in 0..segment.len() {
            let place = segment.place(row).unwrap();
            let line = snapshot.sources().read(place.span).unwrap();
            let alert = decode::alert(&line).unwrap();
            for (column, present) in segment.columns().iter().zip(&mut present) {
                let name = std::str::from_utf8(column.name()).unwrap();
                let value = alert.get(column.scope(), name);
                *present += usize::from(value.is_some());
                assert_slot(column, row, value);
                assert_eq!(segment.cell(row, column.scope(), column.name()).is_some(), value.is_some(), "{name}");
            }
            assert_eq!(segment.priority(row), text(&alert, "priority").and_then(Priority::parse));
            assert_eq!(segment.time(row), text(&alert, "time").and_then(decode::instant));
            let filled = alert.entries.iter().filter(|e| e.value != Owned::Null);
            assert!(filled.into_iter().all(|e| segment.column(e.scope, &e.name).is_some()));
        }
        let said: Vec<usize> = segment.columns().iter().map(Column::present).collect();
        assert_eq!(said, present);
        assert!(segment.cell(segment.len(), Scope::Alert, b"rule").is_none());
        assert!(segment.place(segment.len()).is_none() && segment.time(segment.len()).is_none());
    }
}

fn text<'a>(alert: &'a Alert, name: &str) -> Option<&'a [u8]> {
    match alert.named(name)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn owned(value: Value<'_>) -> Owned {
    value.to_owned()
}

fn assert_slot(column: &Column, row: usize, value: Option<Value<'_>>) {
    let cell = match (column.slot(row), value) {
        (Slot::Absent, None) => return,
        (Slot::InLine, Some(_)) => return assert_eq!(column.entries(), 0),
        (Slot::Entry(entry), Some(_)) => {
            assert!((entry as usize) < column.entries());
            column.entry(entry).unwrap()
        }
        (slot, value) => panic!("{slot:?} {value:?} {}", column.name().escape_ascii()),
    };
    let name = column.name().escape_ascii();
    match cell {
        Cell::Start(start) => assert!(matches!(value, Some(Value::Text(v) | Value::List(v)) if v.starts_with(start))),
        cell => assert_eq!(cell.read(owned), value.map(owned), "{name}"),
    }
}

#[test]
fn lines_are_alerts_unreadable_or_blank_and_nothing_else() {
    let good = r#"{"rule":"a","output":"b"}"#;
    let cases = [
        (String::new(), counts(0, 0, 0, 0)),
        (format!("{good}\n{good}"), counts(2, 2, 0, 0)),
        (format!("\u{feff}{good}\r\n\r\n \t\n{good}\r\n"), counts(4, 2, 0, 2)),
        (format!("{good}\nnot one\n{{\"rule\":\"a\n\n"), counts(4, 1, 2, 1)),
        (format!("\n\n{{}}\n{good}{good}\n\0\n"), counts(6, 2, 2, 2)),
        (format!("[{good},\n{good}, 5]\n{{\n{}\n{good}x{good}\n", good.trim_start_matches('{')), counts(5, 3, 2, 0)),
    ];
    for (text, want) in cases {
        let told = memory(text.as_str());
        assert_eq!((told.counts, told.done), (want, true), "{text:?}");
        assert_eq!(told.snapshot.alerts() as u64, want.alerts, "{text:?}");
        assert_eq!(told.unreadable.len() as u64, want.unreadable, "{text:?}");
        assert_eq!(told.skipped.len(), usize::from(want.alerts == 0), "{text:?}");
        assert_true_to_lines(&told.snapshot);
    }
}

#[test]
fn an_unreadable_line_has_its_place_reason_and_beginning() {
    let told = memory("{\"rule\":\"a\",\"output\":\"b\"}\n\x1b[2J{\"rule\":\"a\n{}\r\n");
    let said: Vec<String> = told
        .unreadable
        .iter()
        .map(|u| format!("{} {} {} {}: {}", u.place.line, u.place.span.start, u.place.span.len, u.start, u.reason))
        .collect();
    assert_eq!(
        said,
        ["2 26 14 \\x1b[2J{\"rule\":\"a: no JSON: it does not begin with {", "3 41 2 {}: no alert: no \"rule\" in it"]
    );
}

#[test]
fn the_list_of_unreadable_lines_is_bounded_but_every_one_is_counted() {
    let told = memory("x\n".repeat(150_000));
    assert_eq!(told.counts, counts(150_000, 0, 150_000, 0));
    assert_eq!(told.unreadable.len(), 100_000);
    assert_eq!(told.unreadable.iter().filter(|u| !u.start.is_empty()).count(), 10_000);
}

/// Alerts with every kind of column: constant, few values, many numbers, ids, rare names, odd types, long values.
fn many_alerts(count: u64) -> String {
    let mut all = String::new();
    for n in 0..count {
        let time = format!("2024-10-05T18:29:57.{n:09}Z");
        let nanos = 1_728_152_997_000_000_000_u64 + n;
        let mixed = [format!("{n}"), format!("\"{n}\""), "null".to_owned(), format!("[{}]", n % 3)];
        let odd = if n == 5000 { "-0".to_owned() } else { format!("{}", u64::MAX - n) };
        let rare = if n % 50 == 0 { format!(",\"rare.{}\":true", n % 7) } else { String::new() };
        writeln!(
            all,
            "{{\"output\":\"o{n}\",\"output_fields\":{{\"evt.time\":{nanos},\"proc.pid\":{},\"proc.name\":\"p{}\",\
             \"id\":\"{:032x}\",\"mixed\":{},\"odd\":{odd},\"wide\":{},\"long\":\"{}{n}\"{rare}}},\
             \"priority\":\"{}\",\"rule\":\"r{}\",\"time\":\"{time}\"}}",
            n * 7919 % 4_000_000,
            n % 300,
            u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834),
            mixed[usize::try_from(n % 4).unwrap()],
            if n % 2 == 0 { i64::MIN.to_string() } else { (u64::MAX - n).to_string() },
            "x".repeat(if n % 3 == 0 { 300 } else { 3 }),
            ["Notice", "warning", "odd"][usize::try_from(n % 3).unwrap()],
            n % 2,
        )
        .unwrap();
        if n % 1000 == 999 {
            all += "\nbroken {\n{\"rule\":\"given up\",\"output_fields\":{\"proc.name\":\"gone\",\"new\":1\n";
        }
    }
    all
}

#[test]
fn columns_say_what_the_lines_say() {
    let told = memory(many_alerts(6000));
    assert_eq!(told.counts, counts(6018, 6000, 12, 6));
    assert_true_to_lines(&told.snapshot);
    let segment = &told.snapshot.segments()[0];
    let form = |name: &str| segment.column(Scope::Field, name.as_bytes()).map(Column::form);
    let cases = [
        ("evt.time", Some("times")),
        ("proc.pid", Some("integers")),
        ("proc.name", Some("entries")),
        ("id", Some("in line")),
        ("mixed", Some("entries")),
        ("odd", Some("entries")),
        ("rare.0", Some("entries")),
        ("new", None),
    ];
    for (name, want) in cases {
        assert_eq!(form(name), want, "{name}");
    }
}

#[test]
fn a_longer_segment_takes_the_place_of_a_shorter_one_and_rows_stay() {
    let text = many_alerts(70_000);
    let sources = Arc::<Sources>::default();
    let (mut snapshot, mut first_rows) = (Snapshot::new(Arc::clone(&sources)), Vec::new());
    let name = SourceName::Memory("test", Arc::new(text.into_bytes()));
    load(&[name], &sources, &Control::default(), &mut |event| {
        let LoadEvent::Segment { index, segment } = event else {
            return true;
        };
        if let Some(shorter) = snapshot.segments().get(index) {
            assert!(shorter.len() < segment.len());
            for row in [0, shorter.len() / 2, shorter.len() - 1] {
                assert_eq!(shorter.place(row), segment.place(row));
                assert_eq!(shorter.time(row), segment.time(row));
            }
        }
        first_rows.push(segment.len());
        snapshot = snapshot.with_segment(index, segment);
        true
    });
    assert!(first_rows[0] < 3000, "the first block is shown: {first_rows:?}");
    assert_eq!(snapshot.segments().iter().map(|s| s.len()).collect::<Vec<_>>(), [65_536, 70_000 - 65_536]);
    let row = RowId::new(1, 0);
    assert_eq!(snapshot.segment(row).unwrap().place(0).unwrap().line, 65_537 + 65 * 3);
    assert_eq!(snapshot.cell(row, Scope::Alert, "rule"), Some(Cell::Whole(Value::Text(b"r0"))));
}

#[test]
fn columns_are_narrow() {
    let told = memory(many_alerts(20_000));
    let bytes: usize = told.snapshot.segments().iter().map(|s| s.heap_bytes()).sum();
    // Of which 85 are the three columns that are made to be dear: `long`, `odd` and `wide`.
    assert!(bytes / 20_000 < 130, "{} bytes an alert", bytes / 20_000);
}

#[test]
fn names_beyond_measure_are_left_out_of_the_columns_and_that_is_said() {
    let fields: Vec<String> = (0..70_000).map(|n| format!("\"k{n}\":{n}")).collect();
    let line = format!("{{\"rule\":\"x\",\"output_fields\":{{\"{}\":1,{}}}}}", "k".repeat(5000), fields.join(","));
    let told = memory(line);
    assert_eq!((told.counts.alerts, told.skipped.len()), (1, 1));
    let segment = &told.snapshot.segments()[0];
    assert_eq!(segment.columns().len(), 65_536);
    let cell = segment.cell(0, Scope::Field, b"k65000").unwrap();
    assert_eq!(cell.read(|value| value == Value::Number("65000")), Some(true));
}

#[test]
fn of_doubled_names_the_last_counts_in_columns_too() {
    let told = memory(concat!(
        r#"{"rule":"a","rule":"b","output":"o","time":"2024-10-05T18:29:57Z","time":"x","output_fields":{"f":1,"g":2,"f":null}}"#,
        "\n",
        r#"{"rule":"a","output_fields":{"f":1,"g":2},"output_fields":{"g":"three"}}"#,
        "\n",
        r#"{"rule":"a","output":"o","output_fields":{"f":"\ud800"},"output_fields":null}"#,
        "\n",
    ));
    assert_eq!(told.counts.alerts, 3);
    assert_true_to_lines(&told.snapshot);
}

#[test]
fn a_file_in_a_directory_without_an_alert_is_named_and_not_counted() {
    let top = tempfile::tempdir().unwrap();
    let good = "{\"rule\":\"a\",\"output\":\"b\"}\n";
    fs::write(top.path().join("a.jsonl"), format!("oops\n{good}")).unwrap();
    fs::write(top.path().join("b-README"), "one\n\ntwo\n").unwrap();
    fs::write(top.path().join("c.jsonl"), good).unwrap();
    fs::write(top.path().join("d-empty"), "").unwrap();
    let told = told_of(top.path());
    assert_eq!(told.counts, counts(3, 2, 1, 0));
    assert_eq!(told.unreadable.len(), 1);
    let skipped: Vec<bool> = told.skipped.iter().map(|s| s.ends_with(": no alert in it")).collect();
    assert_eq!(skipped, [true, true], "{:?}", told.skipped);
    assert!(told.failed.is_empty());
    assert_true_to_lines(&told.snapshot);
    let places: Vec<_> = (0..2).map(|row| told.snapshot.segments()[0].place(row).unwrap()).collect();
    assert_eq!(places.iter().map(|p| (p.span.source.0, p.line)).collect::<Vec<_>>(), [(0, 2), (2, 1)]);
}

#[test]
fn what_gives_no_alert_says_so_and_what_to_do() {
    let top = tempfile::tempdir().unwrap();
    fs::create_dir(top.path().join("empty")).unwrap();
    let files: [(&str, &[u8]); 2] = [
        (
            "text", b"one

",
        ),
        ("none", b""),
    ];
    for (name, bytes) in files {
        fs::write(top.path().join(name), bytes).unwrap();
    }
    let cases = [
        (
            "text",
            "text: no alert in it; 1 line unreadable, 1 blank. Falco writes one JSON alert a line with json_output: true",
        ),
        ("none", "none: no alert in it; it is empty. Falco writes one JSON alert a line with json_output: true"),
    ];
    for (name, want) in cases {
        let told = told_of(&top.path().join(name));
        assert!(told.skipped.len() == 1 && told.skipped[0].ends_with(want), "{:?}", told.skipped);
    }
    for (name, want) in [
        ("missing", "missing: no such file or directory. Check the path"),
        ("empty", "empty: no alert in its 0 files. Name the file that Falco writes, or the directory it is in"),
    ] {
        let told = told_of(&top.path().join(name));
        assert!(told.failed.len() == 1 && told.failed[0].ends_with(want), "{:?}", told.failed);
        assert!(told.done && told.counts == counts(0, 0, 0, 0));
    }
}

#[test]
fn a_missing_source_does_not_keep_the_others_from_loading() {
    let good = SourceName::Memory("demo", Arc::new(b"{\"rule\":\"a\",\"output\":\"b\"}".to_vec()));
    let told = told(&[SourceName::Path("no/such/file".into()), good]);
    assert_eq!((told.failed.len(), told.counts.alerts), (1, 1));
}

#[test]
fn a_silent_stream_is_shown_at_once_and_can_be_left() {
    let top = tempfile::tempdir().unwrap();
    let path = top.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
    let (name, stop, sources) = (SourceName::Path(path.clone()), Control::default(), Arc::<Sources>::default());
    let (to_writer, from_loader) = std::sync::mpsc::channel();
    let writer = std::thread::Builder::new().spawn(move || {
        let mut fifo = fs::OpenOptions::new().write(true).open(path).unwrap();
        for _ in 0..3 {
            fifo.write_all(b"{\"rule\":\"a\",\"output\":\"b\"}\n").unwrap();
            from_loader.recv().unwrap();
        }
        // The other end is left while this one stays open.
        from_loader.recv().unwrap();
    });
    let mut shown = Vec::new();
    load(&[name], &sources, &stop, &mut |event| {
        if let LoadEvent::Segment { segment, .. } = event {
            shown.push(segment.len());
            to_writer.send(()).unwrap();
            if shown.len() == 3 {
                stop.stop();
            }
        }
        true
    });
    assert_eq!(shown, [1, 2, 3]);
    to_writer.send(()).unwrap();
    writer.unwrap().join().unwrap();
}

#[test]
fn nobody_listening_ends_the_load() {
    let text = "{\"rule\":\"a\",\"output\":\"b\"}\n".repeat(200_000);
    let name = SourceName::Memory("test", Arc::new(text.into_bytes()));
    let mut told = 0;
    load(&[name.clone(), name], &Arc::default(), &Control::default(), &mut |_| {
        told += 1;
        false
    });
    assert!(told < 8, "{told}");
}

proptest! {
    #[test]
    fn counts_add_up_on_any_bytes(pieces in prop::collection::vec(any_piece(), 0..60)) {
        let bytes = pieces.concat();
        let says = |v: &serde_json::Value| ["priority", "output", "output_fields"].iter().any(|part| !v[part].is_null());
        let is_alert = |line: &[u8]| serde_json::from_slice(line).is_ok_and(|v| says(&v) && v["rule"].is_string());
        let lines_that_are_alerts = bytes.split(|&b| b == b'\n').filter(|line| is_alert(line)).count() as u64;
        let told = memory(bytes);
        prop_assert_eq!(told.counts.lines, told.counts.alerts + told.counts.unreadable + told.counts.blank);
        prop_assert!(told.counts.alerts >= lines_that_are_alerts, "{} alerts", told.counts.alerts);
        prop_assert_eq!(told.counts.alerts, told.snapshot.alerts() as u64);
        prop_assert_eq!(told.counts.unreadable, told.unreadable.len() as u64);
        assert_true_to_lines(&told.snapshot);
    }
}

/// Whole alerts, parts of alerts, line ends, single bytes.
fn any_piece() -> impl Strategy<Value = Vec<u8>> {
    let fixed = [
        "{\"rule\":\"a\",\"output_fields\":{\"f\":1,\"g\":\"x\"}}\n",
        "{\"rule\":\"a\",\"output_fields\":{\"g\":null,\"f\":-9223372036854775808},\"priority\":\"info\"}\r\n",
        "{\"rule\":\"b\",\"output_fields\":{\"f\":18446744073709551615},\"time\":\"2024-10-05T18:29:57Z\"}\n",
        "{\"rule\":\"b\",\"f\":1,\"output\":\"\\ud800\",\"output_fields\":{\"h\":[1,{}]}}\n",
        "{\"rule\":",
        "\"a\"",
        ",\"output\":\"o\"}",
        "}",
        "\n",
        "\r\n",
        " ",
        "\u{feff}",
        "\0",
        "\r",
    ];
    prop_oneof![
        9 => prop::sample::select(fixed.to_vec()).prop_map(|s| s.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|b| vec![b]),
    ]
}
