//! Files that hold alerts in another shape than one a line, read by the program from end to end.
//!
//! Each shape is made of the same real alerts (`sample-alerts/captures.jsonl`) as the tools that write it do; what comes out
//! must be those alerts, whatever was around them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test's harness")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The lines of the samples that are alerts, written without blanks.
fn alerts() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-alerts/captures.jsonl");
    let text = fs::read_to_string(path).unwrap();
    let alerts = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let alerts: Vec<_> = alerts.filter(|alert| alert.get("rule").is_some()).map(|alert| alert.to_string()).collect();
    assert!(alerts.len() > 10, "{}", alerts.len());
    alerts
}

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn query(file: &Path, flags: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    let output = command.args(["query", ""]).arg(file).args(flags).stdin(Stdio::null()).output().expect("stoop starts");
    String::from_utf8(output.stdout).expect("text")
}

fn pretty(line: &str) -> String {
    format!("{:#}", serde_json::from_str::<Value>(line).unwrap())
}

fn array(lines: &[String]) -> String {
    format!("[{}]", lines.join(","))
}

/// A name, and the alerts in that shape.
fn shapes(lines: &[String]) -> Vec<(&'static str, String)> {
    let all: Vec<_> = lines.iter().map(|line| pretty(line)).collect();
    let half = lines.len() / 2;
    let values: Value = serde_json::from_str(&array(lines)).unwrap();
    vec![
        ("pretty, a line apart", all.join("\n")),
        ("pretty, back to back", all.concat()),
        ("pretty, cut out of an array", all.join(",\n")),
        ("pretty, CRLF", all.join("\n").replace('\n', "\r\n")),
        ("array on a line", array(lines)),
        ("array of lines", format!("[\n{}\n]\n", lines.join(",\n"))),
        ("array, pretty", format!("{values:#}\n")),
        ("two arrays", format!("{}\n{}\n", array(&lines[..half]), array(&lines[half..]))),
        ("back to back", lines.concat()),
        ("with blanks between", lines.join(" ") + "\n"),
        ("CR", lines.join("\r")),
        ("array without its end", array(lines).trim_end_matches(']').to_owned()),
        ("mixed", format!("{}\n{}\n{}{}", all[0], array(&lines[1..half]), lines[half], lines[half + 1..].join("\n"))),
        ("results", json!({"results": values, "statistics": {"all": lines.len()}}).to_string()),
        ("events", format!("{:#}", json!({"events": values}))),
    ]
}

#[test]
fn alerts_of_every_shape_are_the_same_alerts() {
    let directory = TempDir::new().unwrap();
    let lines = alerts();
    let plain = directory.path().join("plain.jsonl");
    fs::write(&plain, lines.join("\n")).unwrap();
    let by = ["--by", "rule,proc.name"];
    assert_eq!(query(&plain, &["--count"]), format!("{}\n", lines.len()));
    for (shape, text) in shapes(&lines) {
        let file = directory.path().join("shape");
        fs::write(&file, text).unwrap();
        assert_eq!(query(&file, &["--count"]), format!("{}\n", lines.len()), "{shape}");
        assert_eq!(query(&file, &["--unreadable"]), "", "{shape}");
        assert_eq!(query(&file, &by), query(&plain, &by), "{shape}");
    }
}

#[test]
fn the_elements_of_an_array_come_out_byte_for_byte() {
    let directory = TempDir::new().unwrap();
    let lines = alerts();
    for text in [array(&lines), format!("[\n {}\n]", lines.join(",\n ")), lines.concat()] {
        let file = directory.path().join("shape");
        fs::write(&file, text).unwrap();
        assert_eq!(query(&file, &["--format", "json"]), lines.join("\n") + "\n");
    }
}

#[test]
fn each_hit_of_a_search_and_each_line_of_a_log_store_is_one_piece() {
    let directory = TempDir::new().unwrap();
    let lines = alerts();
    let sources = lines.iter().map(|line| json!({"_source": serde_json::from_str::<Value>(line).unwrap()}));
    let hits = json!({"took": 7, "hits": {"total": {"value": lines.len()}, "hits": sources.collect::<Vec<_>>()}});
    let pairs: Vec<_> = lines.iter().map(|line| json!(["1775503890725992942", line])).collect();
    let (first, second) = pairs.split_at(lines.len() / 2);
    let result = json!([{"stream": {"source": "syscall"}, "values": first}, {"stream": {}, "values": second}]);
    let loki = json!({"status": "success", "data": {"resultType": "streams", "result": result, "stats": {}}});
    for document in [hits, loki] {
        for text in [document.to_string(), format!("{document:#}\n")] {
            let file = directory.path().join("shape");
            fs::write(&file, text).unwrap();
            let count: usize = query(&file, &["--count"]).trim_end().parse().unwrap();
            let unreadable = query(&file, &["--unreadable"]).lines().count();
            assert_eq!(count + unreadable, lines.len());
        }
    }
}
