//! Every form in which alerts arrive gives the alerts that the plain form gives: the program run as a user runs it.
//!
//! `forms` makes one file of each form.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test's harness"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Map, Value};

mod forms;

/// What a file must give.
#[derive(Clone, Copy, Debug)]
enum Holds {
    /// So many of the plain alerts from the first on, as JSON, and so many lines that are none.
    Json(usize, usize),
    /// At least so many of the plain alerts from the first on, whatever becomes of the rest.
    Least(usize),
    /// As text: so many alerts, and so many lines that are none.
    Text(usize, usize),
}

const FILES: [(&str, Holds); 44] = [
    ("array-one-line.json", Holds::Json(16, 0)),
    ("array.json", Holds::Json(16, 0)),
    ("cloudevents-batch.json", Holds::Json(5, 0)),
    ("cloudevents.jsonl", Holds::Json(16, 0)),
    ("cloudwatch.jsonl", Holds::Json(16, 0)),
    ("compose.log", Holds::Json(16, 0)),
    ("cri.log", Holds::Json(16, 1)),
    ("docker-json-file.log", Holds::Json(16, 0)),
    ("elasticsearch-bulk.ndjson", Holds::Json(6, 6)),
    ("elasticsearch-hits.ndjson", Holds::Json(16, 0)),
    ("elasticsearch-search.json", Holds::Json(16, 0)),
    ("falcosidekick-ui-search.json", Holds::Json(16, 0)),
    ("falcosidekick-ui.json", Holds::Json(16, 0)),
    ("falcosidekick.jsonl", Holds::Json(16, 0)),
    ("journald-text.json", Holds::Text(15, 1)),
    ("journald.json", Holds::Json(16, 0)),
    ("kafka-kcat.jsonl", Holds::Json(16, 0)),
    ("kinesis.jsonl", Holds::Json(16, 0)),
    ("kubectl-prefix.log", Holds::Json(16, 0)),
    ("kubectl-timestamps.log", Holds::Json(16, 0)),
    ("loki-logcli.jsonl", Holds::Json(16, 0)),
    ("loki-query.json", Holds::Json(16, 0)),
    ("mixed-stdout.log", Holds::Json(10, 19)),
    ("nats-sub.log", Holds::Json(16, 17)),
    ("plain.jsonl", Holds::Json(16, 0)),
    ("plain.jsonl.gz", Holds::Json(16, 0)),
    ("plain.jsonl.zst", Holds::Json(16, 0)),
    ("pretty.json", Holds::Json(16, 0)),
    ("redis-list.txt", Holds::Json(16, 0)),
    ("stern.log", Holds::Json(16, 0)),
    ("syslog-cef.log", Holds::Text(5, 0)),
    ("syslog-json.log", Holds::Json(16, 0)),
    ("syslog-rfc5424.log", Holds::Json(16, 0)),
    ("syslog-text.log", Holds::Text(16, 0)),
    ("table-discover.csv", Holds::Json(16, 0)),
    ("table-excel.csv", Holds::Json(16, 0)),
    ("table.csv", Holds::Json(16, 0)),
    ("text-iso8601.log", Holds::Text(11, 18)),
    ("text.log", Holds::Text(7, 18)),
    ("truncated.jsonl", Holds::Json(8, 1)),
    ("truncated.jsonl.gz", Holds::Least(8)),
    ("two-members.jsonl.gz", Holds::Json(16, 0)),
    ("utf16le-bom-crlf.log", Holds::Json(16, 0)),
    ("utf8-bom-crlf.jsonl", Holds::Json(16, 0)),
];

/// Where a form lies; they are made once a run.
fn path(name: &str) -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("forms");
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in forms::forms() {
            fs::write(folder.join(name), bytes).unwrap();
        }
        folder
    });
    folder.join(name)
}

/// The lines that `stoop query` prints of a file.
#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn query(name: &str, flags: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    let output = command.args(["query", ""]).arg(path(name)).args(flags).stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let fits = match output.status.code() {
        Some(2) => name == "truncated.jsonl.gz" && told.contains("gzip data ends in the middle"),
        code => matches!(code, Some(0 | 1)),
    };
    assert!(fits, "{name}: {told}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn alerts(name: &str) -> Vec<Map<String, Value>> {
    query(name, &["--format", "json"]).iter().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// falcosidekick leaves out the zeros at a time's end.
fn time(alert: &Map<String, Value>) -> &str {
    alert["time"].as_str().unwrap().trim_end_matches('Z').trim_end_matches('0')
}

fn assert_equal(name: &str, got: &Map<String, Value>, want: &Map<String, Value>) {
    for key in ["rule", "priority", "output", "output_fields", "tags", "hostname", "source"] {
        let mut want = want.get(key).cloned();
        // A cell can't tell null from nothing.
        if let Some(Value::Object(fields)) = want.as_mut().filter(|_| name == "table-discover.csv") {
            fields.retain(|_, value| !value.is_null());
        }
        assert_eq!(got.get(key), want.as_ref(), "{key} in {name}");
    }
    assert_eq!(time(got), time(want), "{name}");
}

/// Of a text: what it tells is what the alert that it was printed from says.
fn assert_recovered(name: &str, got: &Map<String, Value>, plain: &[Map<String, Value>]) {
    let output = got["output"].as_str().unwrap();
    let Some(want) = plain.iter().find(|alert| output.starts_with(alert["output"].as_str().unwrap())) else {
        return;
    };
    assert_eq!(got["priority"], want["priority"], "{name}");
    let (times, near) = ((got.get("time"), time(want)), &time(want)[..19]);
    let classic = times.0.is_none() && want["output"].as_str().unwrap().as_bytes()[2] == b':';
    assert!(classic || times.0.is_some_and(|got| got.as_str().unwrap().starts_with(near)), "{name}: {times:?}");
    let (fields, known) = (got["output_fields"].as_object().unwrap(), want["output_fields"].as_object().unwrap());
    for (field, value) in fields {
        let same = known.get(field).is_none_or(|known| known == value || known.is_null() && value == "");
        assert!(same || output.ends_with("\u{1b}[0m"), "{field} in {name}: {value} {:?}", known.get(field));
    }
    let told =
        known.iter().filter(|(name, value)| !value.is_null() && *value != "<NA>" && !name.starts_with("evt.time"));
    let missing: Vec<_> = told.filter(|(name, _)| !fields.contains_key(*name)).map(|(name, _)| name).collect();
    assert!(missing.is_empty(), "{name}: {missing:?} not recovered from {output}");
}

#[test]
fn every_form_gives_the_alerts_that_the_plain_form_gives() {
    let plain = alerts("plain.jsonl");
    assert_eq!(plain.len(), 16);
    for (name, holds) in &FILES {
        let (got, others) = (alerts(name), query(name, &["--unreadable"]).len());
        match *holds {
            Holds::Json(count, none) => assert_eq!((got.len(), others), (count, none), "{name}"),
            Holds::Least(count) => assert!(got.len() >= count, "{name}"),
            Holds::Text(count, none) => {
                assert_eq!((got.len(), others), (count, none), "{name}");
                for alert in &got {
                    assert_recovered(name, alert, &plain);
                }
                continue;
            }
        }
        got.iter().zip(&plain).for_each(|(got, want)| assert_equal(name, got, want));
    }
}

#[test]
fn every_form_is_tested() {
    let mut made: Vec<&str> = forms::forms().iter().map(|(name, _)| *name).collect();
    made.sort_unstable();
    assert_eq!(made, FILES.map(|(name, _)| name));
}

#[test]
fn an_alert_comes_out_as_it_is_and_its_line_whole() {
    let plain = fs::read_to_string(path("plain.jsonl")).unwrap();
    let alerts: Vec<&str> = plain.lines().collect();
    for name in ["docker-json-file.log", "journald.json", "compose.log", "cri.log", "syslog-rfc5424.log"] {
        assert_eq!(query(name, &["--format", "json"]), alerts, "{name}");
    }
    for name in ["docker-json-file.log", "journald.json", "syslog-cef.log", "redis-list.txt"] {
        let file = fs::read_to_string(path(name)).unwrap();
        assert_eq!(query(name, &["--format", "raw"]), file.lines().collect::<Vec<_>>(), "{name}");
        assert_eq!(query(name, &["--format", "raw", "--sort", "line"]).len(), file.lines().count(), "{name}");
    }
}

#[test]
fn what_lies_between_alerts_is_named() {
    let told =
        query("mixed-stdout.log", &["--unreadable"]).concat() + &query("nats-sub.log", &["--unreadable"]).concat();
    for words in ["Falco's start-up message", "Falco's statistics", "^C as it was typed", "a header of nats sub"] {
        assert!(told.contains(words), "{words}");
    }
}

#[test]
fn filters_find_the_same_in_every_form() {
    let filters =
        ["user.uid = 0", "output contains \"/etc/\"", "not proc.name exists", "tags intersects (container)", "\"sh\""];
    for filter in filters {
        let want = count("plain.jsonl", filter);
        for (name, holds) in &FILES {
            if let Holds::Json(16, _) = holds {
                assert_eq!(count(name, filter), want, "{filter} in {name}");
            }
        }
    }
}

fn count(name: &str, filter: &str) -> String {
    count_in(&path(name), filter)
}

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn count_in(file: &Path, filter: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    let output = command.args(["query", filter, "--count"]).arg(file).stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What a spreadsheet would run, quotes and line ends, what looks like another alert, and numbers.
const ODD: [&str; 3] = [
    r#"{"rule":"=1+1","priority":"Notice","output":"-c \n{\"rule\":\"forged\",\"output\":\"x\"}","output_fields":{"proc.pid":7}}"#,
    r#"{"rule":"a \"b\", c","output":"'=x","tags":["k8s","a,b"],"output_fields":{"proc.cmdline":"\t=x","proc.pid":"007"}}"#,
    r#"{"rule":"'\tx","output":"\"\rz\n,","time":"2024-10-06T02:15:20.377401822Z","output_fields":{"proc.cmdline":" x "}}"#,
];

#[test]
fn what_is_printed_as_csv_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let [lines, table] = ["alerts.jsonl", "alerts.csv"].map(|name| folder.path().join(name).display().to_string());
    fs::write(&lines, fs::read_to_string(path("plain.jsonl")).unwrap() + &ODD.join("\n")).unwrap();
    let fields = "rule,priority,time,source,hostname,tags,output,proc.cmdline,proc.pid,proc.name,user.uid,container.id";
    let printed = |name: &str, format: &str| query(name, &["--format", format, "--fields", fields]).join("\n") + "\n";
    fs::write(&table, printed(&lines, "csv")).unwrap();
    for format in ["csv", "tsv"] {
        let (again, first) = (printed(&table, format), printed(&lines, format));
        for (again, first) in again.lines().zip(first.lines()) {
            assert_eq!(again, first);
        }
        assert_eq!(again.len(), first.len());
    }
    assert_eq!(query(&table, &["--unreadable"]), Vec::<String>::new());
    let pids = |name: &str| count_in(Path::new(name), "proc.pid = 7");
    assert_eq!(pids(&table), pids(&lines));
}

#[test]
fn what_only_looks_like_a_table_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let plain = fs::read_to_string(path("plain.jsonl")).unwrap();
    for head in ["Alerts, by rule, output and priority", "rule, output", "count,rule,priority", "rule"] {
        let file = folder.path().join("file").display().to_string();
        fs::write(&file, format!("{head}\n{plain}")).unwrap();
        assert_eq!((alerts(&file).len(), query(&file, &["--unreadable"]).len()), (16, 1), "{head}");
    }
}

#[test]
fn a_row_that_does_not_fit_is_told_and_its_text_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv").display().to_string();
    let forged = r#"{""rule"":""forged"",""output"":""x""}"#;
    fs::write(&file, format!("rule,output\na,b\nc\nd,\"\n{forged}\n\"\ne,f,\"{forged}\"\n\"g\"h,i\n")).unwrap();
    assert_eq!(query(&file, &["--format", "tsv", "--fields", "rule"]), ["rule", "a", "d"]);
    let told = query(&file, &["--unreadable"]);
    assert_eq!(told.len(), 3, "{told:?}");
    for (line, number) in told.iter().zip([3, 7, 8]) {
        let want = format!("table.csv:{number}: no alert: a row whose cells do not fit its header");
        assert!(line.ends_with(&want), "{line}");
    }
}
