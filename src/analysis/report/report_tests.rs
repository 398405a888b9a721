//! Reports of the seeds and of made alerts.

use std::sync::Arc;

use super::*;
use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;
use crate::store::load::{Control, load};

const SEEDS: &str = include_str!("../../../tests/data/short-seeds.jsonl");

/// The report of all lines, in input order.
fn report(lines: &[&str], grouping: Grouping, format: Format) -> String {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let name = SourceName::Memory("seeds.jsonl", Arc::new(lines.join("\n").into_bytes()));
    load(&[name], &sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    let count = u16::try_from(snapshot.alerts()).unwrap();
    let rows: Vec<RowId> = (0..count).map(|row| RowId::new(0, row)).collect();
    let options = Options { grouping, format, filter: "", stopped: &|| false };
    let mut out = Vec::new();
    let written = write(&snapshot, &rows, &Playbooks::bundled(), options, &mut out).unwrap();
    assert_eq!((written.alerts, written.lost.len()), (u64::from(count), 0));
    String::from_utf8(out).unwrap()
}

fn seeds() -> Vec<&'static str> {
    SEEDS.lines().collect()
}

fn json(lines: &[&str], grouping: Grouping) -> serde_json::Value {
    serde_json::from_str(&report(lines, grouping, Format::Json)).unwrap()
}

#[test]
fn no_key_of_the_documented_form_is_left_out() {
    let sections = json(&seeds(), Grouping::Alike);
    let want: [(&str, &[&str]); 8] = [
        ("", &["alert", "count", "first", "last", "analysis", "commands"]),
        (
            "/analysis",
            &["summary", "playbook", "reading", "score", "evidence", "questions", "attack", "explanations", "impact"],
        ),
        ("/analysis/score", &["malicious", "benign", "unresolved"]),
        ("/analysis/evidence/0", &["text", "stance", "side", "weight", "fields"]),
        ("/analysis/questions/0", &["ask", "why", "yes", "no", "command"]),
        ("/analysis/attack/0", &["id", "name", "was"]),
        ("/analysis/explanations/0", &["text", "verdict", "weight"]),
        ("/commands/0", &["id", "title", "kind", "risk", "runs_on", "command", "undo", "check", "breaks", "unfilled"]),
    ];
    for section in sections.as_array().unwrap() {
        for (place, keys) in want {
            let object = section.pointer(place).unwrap().as_object().unwrap();
            assert!(keys.iter().all(|key| object.contains_key(*key)), "{place} {object:?}");
        }
    }
}

#[test]
fn the_words_of_the_documented_form_are_the_documented_ones() {
    let sections = json(&seeds(), Grouping::Alike);
    let words = |place: &str, key: &str| -> Vec<String> {
        let lists = sections.as_array().unwrap().iter().flat_map(|s| s.pointer(place).unwrap().as_array().unwrap());
        let mut words: Vec<String> = lists.filter_map(|item| item[key].as_str().map(str::to_owned)).collect();
        words.sort();
        words.dedup();
        words
    };
    assert_eq!(words("/analysis/evidence", "stance"), ["against", "for", "unresolved"]);
    assert_eq!(words("/analysis/evidence", "side"), ["benign", "context", "malicious", "test"]);
    assert_eq!(words("/analysis/explanations", "verdict"), ["benign", "malicious", "test"]);
    assert_eq!(words("/commands", "risk"), ["changes-state", "destructive", "read-only"]);
    assert_eq!(words("/commands", "kind"), ["contain", "eradicate", "inspect", "preserve", "tune"]);
    assert_eq!(sections.pointer("/0/analysis/reading").unwrap(), "test");
}

#[test]
fn an_alert_in_a_json_report_has_its_own_bytes() {
    let line = r#"{"rule":"R","output":"a","output_fields":{"b.c":1.50,"b.c":1e2}, "tags" : []}"#;
    let text = report(&[line], Grouping::Each, Format::Json);
    assert!(
        text.contains(r#""alert":{"rule":"R","output":"a","output_fields":{"b.c":1.50,"b.c":1e2},"tags":[]}"#),
        "{text}"
    );
}

#[test]
fn alike_alerts_make_one_section_with_count_and_times() {
    let with_time = |time: &str| {
        format!(r#"{{"rule":"R","priority":"Notice","time":"{time}","output_fields":{{"fd.name":"/a"}}}}"#)
    };
    let lines = [
        with_time("2024-10-05T18:29:58.5Z"),
        with_time("2024-10-05T18:29:57Z"),
        r#"{"rule":"R","priority":"Notice","output_fields":{"fd.name":"/a"}}"#.to_owned(),
        r#"{"rule":"R","priority":"Notice","output_fields":{"fd.name":"/b"}}"#.to_owned(),
        r#"{"rule":"Q","priority":"Critical","output":"x"}"#.to_owned(),
    ];
    let to = |port: u32| {
        format!(r#"{{"rule":"N","priority":"Debug","output_fields":{{"fd.name":"10.0.0.5:{port}->10.96.0.1:443"}}}}"#)
    };
    let lines = [lines.as_slice(), &[to(43210), to(43211)]].concat();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let told = |grouping| -> Vec<String> {
        let sections = json(&lines, grouping);
        sections.as_array().unwrap().iter().map(|s| format!("{} {} {}", s["count"], s["first"], s["last"])).collect()
    };
    let grouped = told(Grouping::Alike);
    assert_eq!(
        grouped,
        ["1 null null", r#"3 "2024-10-05T18:29:57Z" "2024-10-05T18:29:58.500Z""#, "1 null null", "2 null null"]
    );
    assert_eq!(told(Grouping::Each).len(), 7);
}

#[test]
fn a_report_of_nothing_is_still_one() {
    assert_eq!(report(&[], Grouping::Alike, Format::Json), "[]\n");
    assert!(report(&[], Grouping::Alike, Format::Markdown).contains("No alert is in this report."));
}

#[test]
fn the_markdown_of_a_seed_answers_it_and_gives_no_wrong_advice() {
    let text = report(&seeds(), Grouping::Alike, Format::Markdown);
    let facts = [
        "# Alert report: ",
        "### Summary",
        "### Event details",
        "### Analysis",
        "### Possible explanations",
        "### Potential impact",
        "### Mitigation",
        "### Further action",
        "### Conclusion",
        "## Appendix",
        "This looks like a test of the detection",
        "malicious 2, benign 1, unresolved 13, test mark 5",
        "malicious 0, benign 0, unresolved 24",
        "malicious 0, benign 3, unresolved 12, test mark 10",
        "| test | 5 |",
        "Proposed verdict, once somebody confirms that he ran it at this time: **test**",
        "&& unlink /tmp/falco-event-generator-syscall-CreateSymlinkOverSensitiveFiles-2168505094/etc_link",
        "unlink '<LINK>'",
        "kill -STOP '<PID>'",
        "--since '2024-10-05 18:14:57 UTC' --until '2024-10-05 18:34:57 UTC'",
        "docker inspect dca990c78804",
        "`T1685.006` (`T1070.002` until",
        "### Configuration changes",
        "### Inputs",
        "sysctl fs.protected_symlinks",
    ];
    for fact in facts {
        assert!(text.contains(fact), "{fact}\n{text}");
    }
    for wrong in ["usermod -aG", "hardness", "nosymlink", "--since=1h", "falco.conf", "yet to be"] {
        assert!(!text.contains(wrong), "{wrong}");
    }
}

#[test]
fn the_same_alerts_make_the_same_report() {
    for format in [Format::Markdown, Format::Html, Format::Json] {
        assert_eq!(report(&seeds(), Grouping::Alike, format), report(&seeds(), Grouping::Alike, format));
    }
}

#[test]
fn nothing_of_an_alert_is_live_in_markdown() {
    let hostile = [
        "<script>alert(1)</script>",
        "[x](javascript:1)",
        "![x](http://evil.invalid)",
        "```\n# x\n```",
        "a|b|c",
        "a\\|b",
        "**x**",
        "\n- x",
        "\n> x",
        "<!-- x",
        "`a``b",
        "~~~\nx",
        "[x]: http://evil.invalid",
        "    x",
        "1. x",
        "# x",
        "&lt;b&gt;",
    ];
    for value in hostile {
        let line = serde_json::json!({ "rule": value, "hostname": value, "output": value, "output_fields": {
            "proc.name": value, "fd.name": value, value: value, "container.id": value } });
        let text = report(&[&line.to_string()], Grouping::Each, Format::Markdown);
        let mut fence = "";
        for row in text.lines() {
            let ticks = row.get(..row.len() - row.trim_start_matches('`').len()).unwrap();
            if !fence.is_empty() {
                fence = if row == fence { "" } else { fence };
            } else if ticks.len() >= 3 {
                fence = ticks;
            } else {
                assert_eq!(live_part(row), None, "{value:?}: {row}");
            }
        }
        assert!(fence.is_empty(), "{value:?}");
    }
}

/// What in a row, escapes and code spans aside, is more than text; what the report itself writes is fine.
fn live_part(row: &str) -> Option<&'static str> {
    let row: Vec<char> = row.chars().collect();
    let run = |at: usize| row.iter().skip(at).take_while(|c| **c == '`').count();
    let close = |from: usize, ticks: usize| {
        (from..row.len()).find(|at| (*at == from || row[at - 1] != '`') && run(*at) == ticks)
    };
    let (mut plain, mut at) = (String::new(), 0);
    while let Some(c) = row.get(at) {
        at += match (c, run(at)) {
            ('\\', _) => 2,
            ('`', ticks) => match close(at + ticks, ticks) {
                Some(end) => end + ticks - at,
                None => return Some("an open code span"),
            },
            (c, _) => {
                plain.push(*c);
                1
            }
        };
    }
    let checks = [
        ("HTML", plain.contains('<')),
        ("a link", plain.contains('[') || plain.contains("://")),
        ("a fence", plain.starts_with("~~~")),
        ("a heading", plain.starts_with('#') && plain.trim_end().ends_with(" x")),
        ("a cell", plain.starts_with('|') && !matches!(plain.matches('|').count(), 3 | 5 | 7)),
        ("code", plain.starts_with("    ")),
    ];
    checks.into_iter().find(|(_, found)| *found).map(|(what, _)| what)
}

#[test]
fn a_stopped_report_is_an_error() {
    let snapshot = Snapshot::new(Arc::default());
    let options = Options { grouping: Grouping::Each, format: Format::Markdown, filter: "", stopped: &|| true };
    let mut out = Vec::new();
    assert!(write(&snapshot, &[RowId::new(0, 0)], &Playbooks::bundled(), options, &mut out).is_err());
}

#[test]
fn where_there_are_too_many_sections_likeness_gets_coarser_and_a_test_stays_apart() {
    let line = |n: usize, path: &str| {
        format!(
            r#"{{"rule":"R","priority":"Notice","hostname":"h{n}","output_fields":{{"proc.name":"p{n}","fd.name":"{path}{n}","container.id":"c{n}"}}}}"#
        )
    };
    let mut lines: Vec<String> = (0..400).map(|n| line(n, "/a/")).collect();
    lines.push(line(1, "/tmp/falco-event-generator-syscall-X-"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let sections = json(&lines, Grouping::Alike);
    let counts: Vec<_> = sections.as_array().unwrap().iter().map(|s| s["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [400, 1]);
    let text = report(&lines, Grouping::Alike, Format::Markdown);
    for said in
        ["They differ in:", "- 400 hosts: `h0`, `h1`, `h2`, `h3` and 396 more", "; 398 lines between them are left out"]
    {
        assert!(text.contains(said), "{said}");
    }
}
