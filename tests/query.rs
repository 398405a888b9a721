//! `stoop query` with rows: fields, counts, order, formats, stretches of time; the program run as a user runs it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a harness: a failure here is a failed test")]

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use pulldown_cmark::{Event, Options, Parser, TagEnd};
use tempfile::TempDir;

/// Five alerts not in the order of time: a file can be read again, numbers and absent values are among them.
const ALERTS: &str = r#"{"rule":"B","priority":"Warning","time":"2024-10-05T18:30:00Z","output_fields":{"proc.name":"cat","n":10}}
{"rule":"A","priority":"Critical","time":"2024-10-05T18:10:00.5Z","output_fields":{"proc.name":"sh","n":9}}
{"rule":"B","priority":"Notice","time":"2024-10-05T20:20:00+02:00","output_fields":{"proc.name":"cat","proc.aname[2]":"sshd"}}
{"rule":"C","priority":"debug","output_fields":{"proc.name":"sh","n":"11"}}
{"rule":"A","priority":"Error","time":"2024-10-05T18:29:59.999999999Z","output_fields":{"proc.name":null,"n":-1}}
"#;

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn stoop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    command.args(args).stdin(Stdio::null());
    command
}

fn piped(args: &[&str], input: &[u8]) -> Output {
    let mut child = stoop(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A bad filter ends the program before it reads: that the pipe is closed then is no failure.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn file(bytes: &[u8]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// The rules of what is printed, from a file and from a pipe, which must agree.
fn rules(args: &[&str], alerts: &str) -> String {
    let (_folder, path) = file(alerts.as_bytes());
    let args = [&["query"], args].concat();
    let (read, streamed) = (stoop(&[&args[..], &[&path]].concat()).output().unwrap(), piped(&args, alerts.as_bytes()));
    assert_eq!(
        text(&read.stdout),
        text(&streamed.stdout),
        "{args:?}\n{}{}",
        text(&read.stderr),
        text(&streamed.stderr)
    );
    let rule = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line)
            .unwrap()
            .get("rule")
            .and_then(|rule| rule.as_str())
            .unwrap()
            .to_owned()
    };
    text(&read.stdout).lines().map(rule).collect()
}

#[test]
fn fields_come_in_the_order_asked_for_in_every_format() {
    let cases = [
        (
            "json",
            "{\"n\":10,\"rule\":\"B\",\"proc.aname[2]\":null}\n{\"n\":9,\"rule\":\"A\",\"proc.aname[2]\":null}\n\
             {\"n\":null,\"rule\":\"B\",\"proc.aname[2]\":\"sshd\"}\n",
        ),
        ("tsv", "n\trule\tproc.aname[2]\n10\tB\t\n9\tA\t\n\tB\tsshd\n"),
        ("csv", "n,rule,proc.aname[2]\n10,B,\n9,A,\n,B,sshd\n"),
        (
            "markdown",
            "| `n` | `rule` | `proc.aname[2]` |\n| --- | --- | --- |\n| `10` | `B` |  |\n| `9` | `A` |  |\n|  | `B` | `sshd` |\n",
        ),
        ("table", "n   rule  proc.aname[2]\n10  B\n9   A\n    B     sshd\n"),
    ];
    for (format, want) in cases {
        let args = ["query", "", "--fields", "n,rule,proc.aname[2]", "--limit", "3", "--format", format];
        let got = piped(&args, ALERTS.as_bytes());
        assert_eq!(text(&got.stdout), want, "{format}\n{}", text(&got.stderr));
        assert_eq!(text(&got.stderr), "", "{format}");
    }
    let columns = piped(&["query", "rule = C", "--format", "csv"], ALERTS.as_bytes());
    assert_eq!(text(&columns.stdout), "time,priority,rule,hostname,container.name,proc.name,output\n,debug,C,,,sh,\n");
}

#[test]
fn combinations_of_values_are_counted() {
    let cases: [(&[&str], &str); 5] = [
        (
            &["--by", "rule,proc.name"],
            "{\"count\":2,\"rule\":\"B\",\"proc.name\":\"cat\"}\n{\"count\":1,\"rule\":\"A\",\"proc.name\":null}\n\
             {\"count\":1,\"rule\":\"A\",\"proc.name\":\"sh\"}\n{\"count\":1,\"rule\":\"C\",\"proc.name\":\"sh\"}\n",
        ),
        (&["--by", "rule", "--sort", "count", "--format", "csv"], "count,rule\n1,C\n2,A\n2,B\n"),
        (&["--by", "rule", "--sort", "rule:desc", "--format", "tsv", "--limit", "2"], "count\trule\n1\tC\n2\tB\n"),
        (&["--by", "n", "--sort", "n", "--format", "csv"], "count,n\n1,-1\n1,9\n1,10\n1,11\n1,\n"),
        (&["--by", "proc.name", "--format", "table"], "count  proc.name\n    2  cat\n    2  sh\n    1  (absent)\n"),
    ];
    for (args, want) in cases {
        let got = piped(&[&["query", ""], args].concat(), ALERTS.as_bytes());
        assert_eq!(text(&got.stdout), want, "{args:?}\n{}", text(&got.stderr));
    }
}

#[test]
fn alerts_sort_by_what_a_field_is() {
    let cases: [(&[&str], &str); 10] = [
        (&["", "--sort", "time"], "ABABC"),
        (&["", "--sort", "time:desc"], "BABAC"),
        (&["", "--sort", "n"], "AABCB"),
        (&["", "--sort", "n:desc"], "CBAAB"),
        (&["", "--sort", "priority"], "CBBAA"),
        (&["", "--sort", "priority:desc"], "AABBC"),
        (&["", "--sort", "rule"], "AABBC"),
        (&["", "--sort", "no.such"], "BABCA"),
        (&["", "--sort", "time:desc", "--limit", "2"], "BA"),
        (&["rule != A", "--sort", "n:desc", "--fields", "rule"], "CBB"),
    ];
    for (args, want) in cases {
        assert_eq!(rules(args, ALERTS), want, "{args:?}");
    }
}

#[test]
fn sorted_alerts_are_their_own_bytes_also_behind_a_mark_and_with_odd_line_ends() {
    let lines = ["{\"rule\":\"B\", \"output\":\"\\u0041\",\"n\": 1.50}", "{\"rule\":\"A\",\"output\":\"x\"}"];
    let input = ["\u{feff}", lines[0], "\r\nno alert\n\n", lines[1]].concat();
    let (_folder, path) = file(input.as_bytes());
    for format in ["raw", "json"] {
        let got = stoop(&["query", "", &path, "--sort", "rule", "--format", format]).output().unwrap();
        assert_eq!(text(&got.stdout), [lines[1], "\n", lines[0], "\n"].concat(), "{format}");
    }
}

#[test]
fn with_a_limit_the_first_of_many_are_the_right_ones() {
    let alert = |n: u32| serde_json::json!({"rule": "r", "output_fields": {"n": n * 7_919 % 20_000}}).to_string();
    let alerts = (0..20_000).map(alert).collect::<Vec<_>>().join("\n");
    let got = piped(
        &["query", "", "--sort", "n:desc", "--limit", "5", "--fields", "n", "--format", "tsv"],
        alerts.as_bytes(),
    );
    assert_eq!(text(&got.stdout), "n\n19999\n19998\n19997\n19996\n19995\n");
}

#[test]
fn a_stretch_of_time_begins_at_its_beginning_and_ends_before_its_end() {
    let cases: [(&[&str], &str); 9] = [
        (&["", "--since", "2024-10-05T18:20:00Z"], "BBA"),
        (&["", "--since", "2024-10-05 18:20", "--until", "2024-10-05T18:30:00Z"], "BA"),
        (&["", "--until", "2024-10-05T18:20:00Z"], "A"),
        (&["rule = A or rule = B", "--since", "@last-1s"], "BA"),
        (&["rule = A", "--since=@last-10m", "--until=@last"], "A"),
        (&["", "--since", "@last18:29:59"], "BA"),
        (&["time >= @last-10m and rule = B"], "BB"),
        (&["time >= '2024-10-05 18:20' and time < 2024-10-05T18:30:00Z"], "BA"),
        (&["", "--since", "-1w"], ""),
    ];
    for (args, want) in cases {
        assert_eq!(rules(args, ALERTS), want, "{args:?}");
    }
    let report = piped(&["report", "--since", "@last", "--format", "json"], ALERTS.as_bytes());
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&report.stdout).unwrap().as_array().unwrap().len(), 1);
}

#[test]
fn relative_times_are_counted_from_now() {
    #[expect(clippy::disallowed_methods, reason = "what is tested is that the program looks at the clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let at = |rule: &str, ago: u64| {
        let time = chrono::DateTime::from_timestamp(i64::try_from(now - ago).unwrap(), 0).unwrap().to_rfc3339();
        format!("{{\"rule\":\"{rule}\",\"priority\":\"Error\",\"time\":\"{time}\"}}\n")
    };
    let alerts = [at("A", 3 * 86_400), at("B", 3 * 3_600), at("C", 60)].concat();
    let clock =
        chrono::DateTime::from_timestamp(i64::try_from(now - 7_200).unwrap(), 0).unwrap().format("%H:%M").to_string();
    for (since, want) in [("-1h", "C"), ("-1d", "BC"), ("-1w", "ABC"), (clock.as_str(), "C")] {
        assert_eq!(rules(&["", "--since", since], &alerts), want, "{since}");
        assert_eq!(rules(&[&format!("time >= {since}")], &alerts), want, "{since} in the filter");
    }
}

/// The rows of a csv text, as RFC 4180 reads them.
fn csv_rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = csv.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, quoted) {
            ('"', true) if rest.peek() == Some(&'"') => cell.extend(rest.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (c, _) => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "an open end");
    rows
}

const HOSTILE: [&str; 9] = [
    "plain",
    "=cmd|' /C calc'!A0",
    "a\",\"=1+1\n=2",
    "\t@SUM(1)",
    "  ＝1",
    "| --- |\n<script>alert(1)</script>",
    "`x` [a](http://b.example) \\",
    "-5",
    "\u{1b}[2J\u{202e}",
];

fn hostile() -> String {
    let line = |value: &&str| {
        serde_json::json!({"rule": value, "output": "o", "output_fields": {value.to_owned(): 1}}).to_string()
    };
    HOSTILE.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn csv_is_read_back_as_it_was_and_no_cell_runs() {
    let got = piped(&["query", "", "--fields", "rule,=cmd(),output", "--format", "csv"], hostile().as_bytes());
    let rows = csv_rows(&text(&got.stdout));
    assert_eq!(rows[0], ["rule", "'=cmd()", "output"]);
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    for (row, value) in rows.iter().skip(1).zip(HOSTILE) {
        let cell = &row[0];
        assert!(cell == value || *cell == format!("'{value}"), "{value:?} became {cell:?}");
        assert!(cell == "-5" || !cell.trim_start().starts_with(['=', '+', '-', '@', '＝']), "{cell:?} runs");
        assert_eq!(row[1..], ["", "o"], "{value:?}");
    }
}

#[test]
fn no_value_breaks_a_markdown_table() {
    for args in [&["--fields", "rule,output"][..], &["--by", "rule,output"]] {
        let got = text(&piped(&[&["query", "", "--format", "markdown"], args].concat(), hostile().as_bytes()).stdout);
        let mut cells = 0;
        for event in Parser::new_ext(&got, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::End(TagEnd::TableCell) => cells += 1,
                Event::Html(_)
                | Event::InlineHtml(_)
                | Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Paragraph) => {
                    panic!("{args:?}: {event:?} in\n{got}")
                }
                _ => {}
            }
        }
        let columns = got.lines().nth(1).unwrap().matches("---").count();
        assert_eq!(cells, columns * (HOSTILE.len() + 1), "{args:?}\n{got}");
        assert!(!got.contains('\u{1b}') && !got.contains('\u{202e}'), "{got}");
    }
}

#[test]
fn a_field_that_no_alert_has_is_named_with_the_nearest() {
    let cases = [
        (["--fields", "rule,proc.nmae"], "no loaded alert has proc.nmae; did you mean proc.name?"),
        (["--by", "rule,proc.nmae"], "no loaded alert has proc.nmae; did you mean proc.name?"),
        (["--sort", "proc.nmae:desc"], "no loaded alert has proc.nmae; did you mean proc.name?"),
        (["--fields", "proc.aname"], "proc.aname stands for several fields. Name those that are meant: proc.aname[2]"),
        (["--fields", "what ever"], "no loaded alert has what ever"),
    ];
    for (args, want) in cases {
        let got = piped(&[&["query", ""], &args[..]].concat(), ALERTS.as_bytes());
        assert_eq!((status(&got), text(&got.stderr).trim_end()), (0, want), "{args:?}");
    }
    assert_eq!(text(&piped(&["query", "", "--fields", "hostname"], ALERTS.as_bytes()).stderr), "", "it could have one");
}

#[test]
fn bad_input_is_refused_with_its_place_and_what_to_do() {
    let deep = format!("{}a.b = 1{}", "(".repeat(101), ")".repeat(101));
    let large = format!("proc.name = x {}", "and proc.name = x ".repeat(6_000)) + "xor proc.name = y";
    let unclosed = "(".repeat(100_000);
    let cases: [(&[&str], &[&str]); 13] = [
        (&[&deep], &["filter, column", "nested too deeply", "^"]),
        (&[&large], &["filter, column 108015", "found \"xor\"", "^"]),
        (&[&unclosed], &["nested too deeply", "^"]),
        (&["proc.name is cat"], &["filter, column 11", "expected an operator", "^"]),
        (&["proc.pid > many"], &["filter, column 12", "expected a number", "^"]),
        (&["time >= yesterday"], &["filter, column 9", "yesterday is no time", "@last-15m", "^"]),
        (&["priority >= bad"], &["filter, column 13", "priority has no value bad", "^"]),
        (&["fd.sip = 300.1.1.1"], &["filter, column 10", "is no IP address", "^"]),
        (&["a.b regex '('"], &["filter, column 11", "bad regex", "^"]),
        (&["", "--since", "yesterday"], &["--since: yesterday is no time", "-15m"]),
        (&["", "--until", "18:99"], &["--until: 18:99 is no time", "@last18:29"]),
        (
            &["", "--fields", "rule", "--format", "raw"],
            &["--format raw prints whole input lines", "leave --fields out"],
        ),
        (&["", "--by", "rule", "--sort", "time"], &["--by prints no column time", "Sort by count or rule"]),
    ];
    for (args, wants) in cases {
        let got = piped(&[&["query"], args].concat(), ALERTS.as_bytes());
        let said = text(&got.stderr);
        assert_eq!((status(&got), text(&got.stdout).as_str()), (2, ""), "{args:?}\n{said}");
        for want in wants {
            assert!(said.contains(want), "{want:?} is not in {said:?}");
        }
        assert!(said.len() < 1_000, "{} bytes for one mistake", said.len());
    }
}

#[test]
fn a_source_that_is_not_there_hides_no_other() {
    let (_folder, path) = file(ALERTS.as_bytes());
    let got = stoop(&["query", "", &path, "/nowhere/b.jsonl", "--sort", "rule", "--fields", "rule"]).output().unwrap();
    assert_eq!((status(&got), text(&got.stdout).lines().count()), (2, 5), "{}", text(&got.stderr));
}
