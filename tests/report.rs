//! The report as the program writes it: what a careful analyst would say of the sample alerts, and nothing that the
//! alerts' texts could do to the document.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a harness: a failure here is a failed test")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use tempfile::TempDir;

const SEEDS: &str = include_str!("../sample-alerts/seeds.jsonl");

/// Every section's parts, in order.
const PARTS: [&str; 9] = [
    "Summary",
    "Event details",
    "Analysis",
    "Possible explanations",
    "Potential impact",
    "Mitigation",
    "Configuration changes",
    "Further action",
    "Conclusion",
];

/// What the first reports of these alerts advised, and none of it works.
const WRONG: [&str; 13] = [
    "nosymlink",
    "/etc/default/hardness",
    "harden.conf",
    "usermod -aG",
    "--since=1h",
    "falco.conf",
    "rules.conf",
    "authorized action",
    "pattern: openat",
    "legitimate system process",
    "createSymlink {",
    "proc_exepath ==",
    "web application firewall",
];

/// Values that would be markup, links, cells, tags or the end of something.
const HOSTILE: [&str; 14] = [
    "</code></pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil.invalid/x.png)",
    "```\n# owned\n```",
    "~~~~\n# owned",
    "a|b|c\n| --- |",
    "**x** _y_ `z`",
    "\n\n# owned\n\n- x",
    "\n> quoted",
    "<!-- gone",
    "[x]: http://evil.invalid\n\n[x]",
    "&lt;b&gt; \" ' \u{202e}\u{1b}[2J",
    "\u{2028}1. x\r\n---\r\n",
];

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn stoop(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stoop"))
        .args(args)
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn report(args: &[&str], input: &[u8]) -> String {
    let args = [&["report"], args].concat();
    let output = stoop(&args, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn scratch(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn hostile_alerts() -> Vec<u8> {
    let alert = |value: &str| {
        serde_json::json!({ "rule": value, "priority": value, "hostname": value, "output": value, "tags": [value],
            "output_fields": { "proc.name": value, "fd.name": value, "container.id": value, "container.name": value,
                "proc.cmdline": value, "user.name": value, value: value } })
        .to_string()
            + "\n"
    };
    HOSTILE.iter().map(|value| alert(value)).collect::<String>().into_bytes()
}

/// Alerts of which hardly anything is known, or far too much.
fn poor_alerts() -> Vec<u8> {
    let long = "x".repeat(10_000);
    let lines = [
        r#"{"rule":"A","priority":"Notice"}"#.to_owned(),
        r#"{"rule":"A","priority":null,"output":null,"time":null,"hostname":null,"tags":null,"output_fields":{"proc.name":null,"fd.name":null},"source":null,"uuid":null,"message":null,"x":null,"output":"o"}"#.to_owned(),
        format!(r#"{{"rule":"{long}","priority":"Critical","output":"{long}"}}"#),
        r#"{"rule":"","output":""}"#.to_owned(),
    ];
    (lines.join("\n") + "\n").into_bytes()
}

/// The headings of a Markdown document with their levels, and everything in it that is live and should not be.
fn outline(markdown: &str) -> (Vec<(usize, String)>, Vec<String>) {
    let (mut headings, mut live, mut inside) = (Vec::new(), Vec::new(), None);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                inside = Some(());
                headings.push((level as usize, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => inside = None,
            Event::Text(text) | Event::Code(text) if inside.is_some() => headings.last_mut().unwrap().1.push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => live.push(format!("HTML {text}")),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => live.push(dest_url.to_string()),
            Event::Start(tag @ (Tag::Emphasis | Tag::Strikethrough)) => live.push(format!("{tag:?}")),
            _ => {}
        }
    }
    (headings, live)
}

/// The tags of a page, in order, with their attributes; what breaks it is a failed test.
fn tags(html: &str) -> Vec<String> {
    const VOID: [&str; 2] = ["meta", "!DOCTYPE"];
    let (mut tags, mut open): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(open.last().is_some_and(|tag| tag == "style") || !text.contains('>'), "a stray > in {text:?}");
        let (tag, next) = after.split_once('>').expect("a tag that ends");
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed), "{tag}"),
            None if !VOID.contains(&name) => open.push(name.to_owned()),
            None => {}
        }
        tags.push(tag.to_owned());
        rest = next;
    }
    assert!(open.is_empty(), "left open: {open:?}");
    tags
}

fn check_page(html: &str) {
    for tag in tags(html) {
        let lower = tag.to_ascii_lowercase();
        let bad = ["script", "src=", "href=\"http", "<img", "onerror", "iframe", "link ", "style="];
        assert!(!bad.iter().any(|bad| lower.contains(bad)), "{tag}");
        if let Some(there) = lower.split("href=\"").nth(1) {
            assert!(there.starts_with('#'), "{tag}");
        }
    }
    assert!(html.contains("default-src 'none'") && html.contains("name=\"viewport\"") && html.contains("@media print"));
}

#[test]
fn the_seeds_are_answered_and_the_wrong_advice_is_not_there() {
    let text = report(&[], SEEDS.as_bytes());
    let facts = [
        "event-generator",
        "This looks like a test of the detection",
        "/tmp/falco-event-generator-syscall-CreateSymlinkOverSensitiveFiles-2168505094/etc_link",
        "/tmp/falco-event-generator-syscall-ClearLogActivities-239577459/syslog",
        "T1685.006",
        "unresolved",
        "stat --",
        "&& unlink ",
        "docker inspect dca990c78804",
        "Proposed verdict, once somebody confirms that he ran it at this time: **test**",
        "First step: ask who ran it.",
        "pgrep -a -f -- '[e]vent-generator|[I]nvoke-AtomicTest'",
        "Not in the alert: ",
    ];
    for fact in facts {
        assert!(text.contains(fact), "{fact}\n{text}");
    }
    let html = report(&["--format", "html"], SEEDS.as_bytes());
    let json = report(&["--format", "json"], SEEDS.as_bytes());
    for wrong in WRONG {
        assert!(![&text, &html, &json].iter().any(|text| text.contains(wrong)), "{wrong}");
    }
}

#[test]
fn every_section_of_every_sample_has_all_parts_in_order() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-alerts");
    for name in ["seeds.jsonl", "captures.jsonl"] {
        for grouping in ["--group", "--each"] {
            let text = report(&[grouping, samples.join(name).to_str().unwrap()], b"");
            let (headings, live) = outline(&text);
            assert_eq!(live, Vec::<String>::new(), "{name}");
            assert_eq!(headings.iter().filter(|(level, _)| *level == 1).count(), 1, "{name}");
            let chapters: Vec<&str> =
                headings.iter().filter(|(level, _)| *level == 2).map(|(_, text)| text.as_str()).collect();
            assert_eq!(chapters.first(), Some(&"How to read it"));
            assert_eq!(chapters.last(), Some(&"Appendix"));
            let parts: Vec<&str> =
                headings.iter().filter(|(level, _)| *level == 3).map(|(_, text)| text.as_str()).collect();
            let (parts, appendix) = parts.split_at(parts.len() - 2);
            assert_eq!(parts.len(), (chapters.len() - 3) * PARTS.len(), "{name} {grouping}");
            parts.chunks(PARTS.len()).for_each(|section| assert_eq!(section, PARTS));
            assert_eq!(appendix, ["Alert lines", "Inputs"]);
        }
    }
}

#[test]
fn nothing_of_an_alert_becomes_structure() {
    let plain = |value: &str| serde_json::json!({"rule": value, "output": "o"}).to_string();
    for input in [hostile_alerts(), poor_alerts(), plain("# x").into_bytes()] {
        let text = report(&["--each"], &input);
        let (headings, live) = outline(&text);
        assert_eq!(live, Vec::<String>::new());
        let own: Vec<&str> = headings.iter().filter(|(level, _)| *level > 2).map(|(_, text)| text.as_str()).collect();
        let kinds = ["Ask", "Inspect", "Preserve evidence", "Contain", "Eradicate", "Tune", "Alert lines", "Inputs"];
        assert!(own.iter().all(|text| PARTS.contains(text) || kinds.contains(text)), "{own:?}");
        assert!(headings.iter().all(|(_, text)| text.chars().count() < 500), "a title is short");
        check_page(&report(&["--each", "--format", "html"], &input));
        let json: serde_json::Value = serde_json::from_str(&report(&["--each", "--format", "json"], &input)).unwrap();
        assert!(json.as_array().unwrap().iter().all(|section| section["commands"][0]["ways"].is_array()));
    }
}

#[test]
fn a_table_has_as_many_cells_in_each_row_as_in_its_head() {
    let text = report(&["--each"], &hostile_alerts());
    let (mut cells, mut width, mut in_code) = (0, 0, false);
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Table(columns)) => width = columns.len(),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => assert_eq!(cells, width),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => {}
        }
    }
    assert!(!in_code && width > 0);
}

#[test]
fn a_page_holds_no_script_and_nothing_from_elsewhere() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-alerts/captures.jsonl");
    let html = report(&["--format", "html", samples.to_str().unwrap()], b"");
    check_page(&html);
    let anchors: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for there in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(anchors.iter().filter(|anchor| **anchor == there).count(), 1, "{there}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the sum is that of the usual program")]
fn the_sums_are_those_of_sha256sum() {
    let at = scratch(&[("a.jsonl", SEEDS.as_bytes()), ("b.jsonl", b"{\"rule\":\"B\",\"output\":\"x\"}\n")]);
    let (a, b) = (path(&at, "a.jsonl"), path(&at, "b.jsonl"));
    let text = report(&[&a, &b], b"");
    let sums = Command::new("sha256sum").args([&a, &b]).output().unwrap();
    for line in String::from_utf8(sums.stdout).unwrap().lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let row = text.lines().find(|row| row.starts_with(&format!("| `{name}` |"))).expect(name);
        assert!(row.contains(&format!("`{sum}`")), "{row}");
    }
    let sum = String::from_utf8(Command::new("sha256sum").arg(&a).output().unwrap().stdout).unwrap();
    let piped = report(&[], SEEDS.as_bytes());
    let row = piped.lines().find(|row| row.starts_with("| `standard input` |")).unwrap();
    assert!(row.contains(sum.split_whitespace().next().unwrap()), "{row}");
}

#[test]
fn the_same_alerts_make_the_same_bytes() {
    for format in ["markdown", "html", "json"] {
        let of = || report(&["--format", format], &[SEEDS.as_bytes(), &hostile_alerts()].concat());
        assert_eq!(of(), of(), "{format}");
    }
}

#[test]
fn no_report_holds_an_escape_sequence() {
    for format in ["markdown", "html"] {
        let text = report(&["--each", "--format", format], &hostile_alerts());
        let hidden = |c: &char| (c.is_control() && *c != '\n') || ['\u{202e}', '\u{2028}'].contains(c);
        assert_eq!(text.chars().find(hidden), None, "{format}");
    }
}

#[test]
fn a_report_never_takes_the_place_of_its_input() {
    let at = scratch(&[("a.jsonl", SEEDS.as_bytes())]);
    let a = path(&at, "a.jsonl");
    let output = stoop(&["report", &a, "-o", &a], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the alerts come from it"));
    assert_eq!(fs::read(&a).unwrap(), SEEDS.as_bytes());
}

/// `count` truncations of a log by logrotate, one by a web server's shell in their middle.
fn rotations_around_one_attack(count: usize) -> Vec<u8> {
    let alert = |number: usize| {
        let (parent, command, flags) = if number == count / 2 {
            ("nginx", "bash -c EVIL".to_owned(), "O_TRUNC")
        } else {
            ("logrotate", format!("bash rotate{}.sh", "x".repeat(number)), "O_TRUNC|O_F_CREATED")
        };
        let fields = serde_json::json!({
            "container.id": "host", "user.name": "root", "evt.type": "open", "fd.name": "/opt/app/secure",
            "proc.name": "bash", "proc.pname": parent, "proc.exepath": "/usr/bin/bash", "proc.cmdline": command,
            "evt.arg.flags": flags,
        });
        serde_json::json!({"rule": "Clear Log Activities", "priority": "Error", "output": "o", "output_fields": fields})
    };
    (0..count).flat_map(|number| format!("{}\n", alert(number)).into_bytes()).collect()
}

#[test]
fn one_attack_among_alike_alerts_is_not_lost() {
    // With 200 kinds the sections are coarser, and one alert stands for all.
    for count in [3, 200] {
        let text = report(&["-"], &rotations_around_one_attack(count));
        assert!(text.contains("bash -c EVIL"), "{count}");
        assert!(text.contains("**leans malicious**"), "{count}");
    }
}

#[test]
fn a_mark_of_a_test_tool_does_not_call_off_a_strong_case() {
    let fields = |command: &str| {
        let fields = serde_json::json!({
            "container.id": "host", "user.name": "root", "user.uid": 0, "fd.name": "/var/log/auth.log", "proc.name": "bash",
            "proc.pname": "nginx", "proc.exepath": "/tmp/.x/bash", "proc.cmdline": command,
        });
        serde_json::json!({"rule": "Clear Log Activities", "priority": "Error", "output": "o", "output_fields": fields})
    };
    for (command, marked) in [("bash -c x", false), ("bash -c mangoart", false), ("bash goart x", true)] {
        let text = report(&["-"], fields(command).to_string().as_bytes());
        assert_eq!(text.contains("This looks like a test of the detection"), marked, "{command}");
        assert!(!text.contains("Reading: **test tool**"), "{command}");
        assert_eq!(text.contains("If nobody did, treat it as hostile."), marked, "{command}");
    }
}
