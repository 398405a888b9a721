//! The contract of the command line: exit status, what goes to which stream, byte-for-byte output.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a harness: a failure here is a failed test")]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const SEEDS: &str = include_str!("../sample-alerts/seeds.jsonl");

/// Two alerts, a blank line, a line that is no alert; key order, spacing and escapes that a rewrite would change.
const MIXED: &[u8] = b"{\"rule\":\"A\", \"priority\":\"Warning\",\"time\":\"2024-10-05T18:29:57.1Z\",\"output_fields\": {\"proc.name\":\"c\\u0061t\",\"n\":1.50}}\n\
\n\
not an alert\n\
{\"output\":\"tab\\there\",\"priority\":\"critical\",\"rule\":\"B\",\"output_fields\":{\"proc.name\":\"sh\",\"container.id\":\"host\"}}\n";

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn stoop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    stoop(args).output().unwrap()
}

fn run_with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = stoop(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A bad filter ends the program before it reads: that the pipe is closed then is no failure.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn the_exit_status_says_whether_something_matched() {
    let at = folder(&[("a.jsonl", MIXED), ("none.txt", b"no alert\nat all\n"), ("empty", b"")]);
    let file = path(&at, "a.jsonl");
    let none = path(&at, "none.txt");
    let empty = path(&at, "empty");
    let missing = path(&at, "missing");
    let cases: [(&[&str], i32); 20] = [
        (&["query", "", &file], 0),
        (&["query", "proc.name = cat", &file], 0),
        (&["query", "proc.name = nobody", &file], 1),
        (&["query", "proc.name =", &file], 2),
        (&["query", "", &none], 1),
        (&["query", "", &empty], 1),
        (&["query", "", &missing], 2),
        (&["query", "", &file, &missing], 2),
        (&["query", "--unreadable", &file], 0),
        (&["query", "--explain", "proc.name = cat"], 0),
        (&["query", "--explain", "proc.name = nobody", &file], 0),
        (&["query", "--explain", "proc.name ="], 2),
        (&["query", "--explain", "", &missing], 2),
        (&["query", "--explain", "x", "--count"], 2),
        (&["query", "--explain", "x", "--sort", "time"], 2),
        (&["query", "--no-such-flag", "", &file], 2),
        (&["report", "-q", "proc.name = cat", &file], 0),
        (&["report", "-q", "proc.name = nobody", &file], 1),
        (&["report", &missing], 2),
        (&["--help"], 0),
    ];
    for (args, want) in cases {
        let got = run(args);
        assert_eq!(status(&got), want, "{args:?}\n{}", text(&got.stderr));
    }
}

#[test]
fn json_gives_back_the_alert_lines_byte_for_byte() {
    let got = run_with_input(&["query", "", "--format", "json"], MIXED);
    let lines: Vec<&[u8]> = MIXED.split(|b| *b == b'\n').filter(|l| l.starts_with(b"{")).collect();
    assert_eq!(got.stdout, [lines.join(&b'\n'), b"\n".to_vec()].concat());
    assert_eq!(run_with_input(&["query", ""], MIXED).stdout, got.stdout, "json is the default into a pipe");
    assert_eq!(run_with_input(&["query", "", "--format", "raw", "-"], MIXED).stdout, got.stdout);
}

#[test]
fn a_line_that_is_no_alert_is_said_once_on_standard_error_and_can_be_listed() {
    let at = folder(&[("a.jsonl", MIXED)]);
    let file = path(&at, "a.jsonl");
    let got = run(&["query", "", &file]);
    let said = text(&got.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("1 of 4 lines") && said.contains("--unreadable"), "{said}");
    let listed = text(&run(&["query", "--unreadable", &file]).stdout);
    assert!(listed.starts_with(&format!("{file}:3: ")), "{listed}");
    assert_eq!(listed.lines().count(), 1);
}

#[test]
fn counts_and_rows_come_as_asked() {
    let cases: [(&[&str], &str); 11] = [
        (&["query", "", "--count"], "2\n"),
        (&["query", "proc.name = cat or proc.name = sh", "--count"], "2\n"),
        (&["query", "priority >= critical", "--count", "--format", "json"], "1\n"),
        (&["query", "cat", "--count"], "1\n"),
        (&["query", "absent", "--count"], "0\n"),
        (
            &["query", "", "--by", "proc.name", "--format", "json"],
            "{\"count\":1,\"proc.name\":\"cat\"}\n{\"count\":1,\"proc.name\":\"sh\"}\n",
        ),
        (
            &["query", "", "--by", "container.id", "--format", "json"],
            "{\"count\":1,\"container.id\":null}\n{\"count\":1,\"container.id\":\"host\"}\n",
        ),
        (&["query", "", "--by", "rule", "--format", "tsv"], "count\trule\n1\tA\n1\tB\n"),
        (&["query", "", "--by", "rule", "--limit", "1"], "{\"count\":1,\"rule\":\"A\"}\n"),
        (
            &["query", "rule = B", "--format", "tsv"],
            "time\tpriority\trule\thostname\tcontainer.name\tproc.name\toutput\n\tcritical\tB\t\t\tsh\ttab\\there\n",
        ),
        (&["query", "", "--count", "--limit", "0"], ""),
    ];
    for (args, want) in cases {
        let got = run_with_input(args, MIXED);
        assert_eq!(text(&got.stdout), want, "{args:?}\n{}", text(&got.stderr));
    }
}

#[test]
fn a_field_that_no_alert_has_is_said_and_the_nearest_named() {
    for args in [["query", "", "--by", "proc.nmae"].as_slice(), &["query", "proc.nmae = cat"]] {
        let said = text(&run_with_input(args, MIXED).stderr);
        assert!(said.contains("no loaded alert has proc.nmae; did you mean proc.name?"), "{args:?}: {said}");
    }
}

#[test]
fn a_saved_filter_stands_for_itself_wherever_a_filter_is_taken() {
    let folder =
        folder(&[("a.jsonl", MIXED), ("state/stoop/saved-filters", b"@cats proc.name = cat or proc.name = dog\n")]);
    let (file, state) = (path(&folder, "a.jsonl"), path(&folder, "state"));
    let query = |filter: &str| {
        let output = stoop(&["query", filter, &file, "--count"]).env("XDG_STATE_HOME", &state).output().unwrap();
        (text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(query("@cats").0, "1\n");
    assert_eq!(query("not @cats and @urgent").0, "1\n");
    let (told, why) = query("rule = A and @cast");
    assert!(told.is_empty() && why.contains("\n               ^\n") && why.contains("did you mean @cats?"), "{why}");
    let report =
        stoop(&["report", "-q", "@cats", &file, "--format", "json"]).env("XDG_STATE_HOME", &state).output().unwrap();
    assert_eq!(text(&report.stdout).matches("\"rule\":\"A\"").count(), 1);
    assert!(!text(&report.stdout).contains("\"rule\":\"B\""));
}

#[test]
fn an_explanation_is_of_the_stretch_of_time_asked_for() {
    let at = folder(&[("a.jsonl", MIXED)]);
    let got = run(&["query", "--explain", "", &path(&at, "a.jsonl"), "--until", "1999-01-01"]);
    assert!(text(&got.stdout).contains("In all: 0 of "), "{}", text(&got.stdout));
}

#[test]
fn an_option_before_a_command_is_explained() {
    let said = text(&run(&["--theme", "light", "demo"]).stderr);
    assert!(said.contains("stoop demo --theme light"), "{said}");
}

#[test]
fn a_report_gives_no_time_to_an_alert_that_records_none() {
    let report = text(&run_with_input(&["report", "-q", "rule startswith Create"], SEEDS.as_bytes()).stdout);
    assert!(
        report.contains("2 alike alerts, at 2024-10-05T18:29:57.848684705Z; one of them does not record its time.")
    );
}

#[test]
fn what_nobody_knows_does_not_read_like_a_finding() {
    let report = text(&run_with_input(&["report"], SEEDS.as_bytes()).stdout);
    let unresolved: Vec<&str> = report.lines().filter(|line| line.starts_with("| unresolved")).collect();
    assert!(!unresolved.is_empty(), "{report}");
    assert!(unresolved.iter().all(|line| line.contains("| Not known: ")), "{unresolved:#?}");
}

#[test]
fn limit_stops_after_so_many_rows() {
    let got = run_with_input(&["query", "", "--limit", "2"], SEEDS.as_bytes());
    assert_eq!(text(&got.stdout).lines().collect::<Vec<_>>(), SEEDS.lines().take(2).collect::<Vec<_>>());
}

#[test]
fn a_bad_filter_gets_its_place_and_prints_nothing() {
    let got = run_with_input(&["query", "proc.name = cat and (rule = x"], MIXED);
    assert_eq!((status(&got), text(&got.stdout)), (2, String::new()));
    let said = text(&got.stderr);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.iter().any(|l| l.contains("proc.name = cat and (rule = x")), "{said}");
    let caret = lines.iter().find_map(|l| l.find('^')).expect("a caret");
    assert_eq!(said.matches("column").count(), 1, "the place is told once\n{said}");
    let shown = lines.iter().find_map(|l| l.find('(')).expect("the filter");
    assert_eq!(caret, shown, "the caret stands under the place\n{said}");
}

#[test]
fn bad_input_gets_a_sentence_with_what_to_do() {
    let at = folder(&[("dir/readme.txt", b"words\n"), ("none.txt", b"words\n"), ("a.jsonl", MIXED)]);
    let dir = path(&at, "dir");
    let none = path(&at, "none.txt");
    let missing = path(&at, "missing.jsonl");
    let cases: [(&[&str], &[&str]); 3] = [
        (&["query", "", &missing], &["missing.jsonl", "no such file"]),
        (&["query", "", &dir], &["dir", "no alert"]),
        (&["query", "", &none], &["none.txt", "no alert", "--unreadable"]),
    ];
    for (args, wants) in cases {
        let said = text(&run(args).stderr);
        for want in wants {
            assert!(said.contains(want), "{args:?}: {want:?} is not in {said:?}");
        }
    }
}

#[test]
fn a_file_without_alerts_in_a_folder_is_named_as_skipped() {
    let at = folder(&[("d/a.jsonl", MIXED), ("d/readme.txt", b"words\n"), ("d/.hidden", b"words\n")]);
    let got = run(&["query", "", "--count", &path(&at, "d")]);
    let said = text(&got.stderr);
    assert_eq!(text(&got.stdout), "2\n");
    assert!(said.contains("readme.txt") && !said.contains(".hidden"), "{said}");
    assert!(said.contains("1 of 4 lines"), "its lines are not counted: {said}");
}

#[test]
fn why_a_file_in_a_folder_gives_no_alert_is_told() {
    let damaged = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff";
    let at = folder(&[("d/a.jsonl", MIXED), ("d/damaged.gz", damaged)]);
    let got = run(&["query", "", "--count", &path(&at, "d")]);
    let said = text(&got.stderr);
    assert_eq!((text(&got.stdout).as_str(), status(&got)), ("2\n", 2), "{said}");
    assert!(said.contains("cannot read") && said.contains("damaged.gz") && !said.contains("no alert in it"), "{said}");
}

#[test]
fn a_closed_pipe_ends_quietly_with_what_was_earned() {
    let at = folder(&[("a.jsonl", SEEDS.repeat(2_000).as_bytes())]);
    let mut child =
        stoop(&["query", "", &path(&at, "a.jsonl")]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let got = child.wait_with_output().unwrap();
    assert_eq!((status(&got), text(&got.stderr)), (0, String::new()));
}

#[test]
fn without_a_terminal_the_browser_says_what_to_use() {
    let at = folder(&[("a.jsonl", MIXED)]);
    for args in [vec![path(&at, "a.jsonl")], vec!["demo".to_owned()]] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let got = run(&args);
        let said = text(&got.stderr);
        assert_eq!(status(&got), 2, "{said}");
        assert!(said.contains("stoop query") && said.contains("terminal"), "{said}");
    }
}

#[test]
fn help_lists_what_there_is_and_nothing_else() {
    let help = text(&run(&["--help"]).stdout) + &text(&run(&["query", "--help"]).stdout);
    for there in [
        "demo",
        "query",
        "report",
        "--theme",
        "--count",
        "--by",
        "--unreadable",
        "--limit",
        "--since",
        "--until",
        "--sort",
        "--fields",
        "--follow",
        "--listen",
        "--keep",
        "--keep-alerts",
        "--keep-memory",
        "--max-expand",
    ] {
        assert!(help.contains(there), "{there} is missing");
    }
    for later in ["tune", "triage", "completions", "--state"] {
        assert!(!help.contains(later), "{later} is not there yet");
    }
}

#[test]
fn a_file_that_can_not_be_read_does_not_hide_the_others() {
    let at = folder(&[("a.jsonl", MIXED)]);
    let got = run(&["query", "", "--count", &path(&at, "missing"), &path(&at, "a.jsonl")]);
    assert_eq!((status(&got), text(&got.stdout)), (2, "2\n".to_owned()));
}

#[test]
fn a_report_is_written_to_the_file_that_is_named() {
    let at = folder(&[("a.jsonl", SEEDS.as_bytes())]);
    let to = path(&at, "report.md");
    let got = run(&["report", &path(&at, "a.jsonl"), "-o", &to]);
    assert_eq!((status(&got), text(&got.stdout)), (0, String::new()), "{}", text(&got.stderr));
    let report = fs::read_to_string(Path::new(&to)).unwrap();
    assert!(report.contains("event-generator") && report.contains("Clear Log Activities"), "{report}");
    let json = run(&["report", &path(&at, "a.jsonl"), "--format", "json"]);
    let parsed: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let readings: Vec<_> = parsed.as_array().unwrap().iter().map(|s| s["analysis"]["reading"].clone()).collect();
    assert!(readings.iter().all(|r| r == "test"), "{readings:?}");
}

#[test]
fn a_report_does_not_take_the_place_of_a_link_or_of_another_s_file() {
    let at = folder(&[("a.jsonl", MIXED), ("real.md", b"old"), ("other", b"other")]);
    std::os::unix::fs::symlink("real.md", at.path().join("link.md")).unwrap();
    std::os::unix::fs::symlink("other", at.path().join("real.md.unfinished")).unwrap();
    let output = run(&["report", "-o", &path(&at, "link.md"), &path(&at, "a.jsonl")]);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    assert!(at.path().join("link.md").is_symlink(), "the link is a file now");
    assert!(fs::read(at.path().join("real.md")).unwrap().len() > 100);
    assert_eq!(fs::read(at.path().join("other")).unwrap(), b"other");
    assert!(at.path().join("real.md.unfinished").is_symlink(), "somebody's file of that name is gone");
}

#[test]
fn the_ending_of_a_report_s_file_says_how_it_is_written_unless_an_option_does() {
    let at = folder(&[("a.jsonl", MIXED)]);
    let html: &[&str] = &["--format", "html"];
    for (name, options, want) in [
        ("r.html", &[][..], "<!DOCTYPE html"),
        ("r.JSON", &[], "["),
        ("r.md", &[], "# "),
        ("r.txt", &[], "# "),
        ("r.md", html, "<!DOCTYPE html"),
    ] {
        let (to, from) = (path(&at, name), path(&at, "a.jsonl"));
        let output = run(&[&["report", "-o", &to, &from], options].concat());
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        let written = fs::read_to_string(&to).unwrap();
        assert!(
            written.to_lowercase().starts_with(&want.to_lowercase()),
            "{name}: {}",
            written.lines().next().unwrap()
        );
    }
}

#[test]
fn a_report_keeps_the_mode_of_the_file_that_it_replaces_and_its_input_by_whatever_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let at = folder(&[("real.md.unfinished", MIXED), ("real.md", b"old")]);
    fs::set_permissions(path(&at, "real.md"), fs::Permissions::from_mode(0o600)).unwrap();
    let output = run(&["report", "-o", &path(&at, "real.md"), &path(&at, "real.md.unfinished")]);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    assert_eq!(fs::read(at.path().join("real.md.unfinished")).unwrap(), MIXED);
    assert_eq!(fs::metadata(at.path().join("real.md")).unwrap().permissions().mode() & 0o777, 0o600);
    std::os::unix::fs::symlink("new.md", at.path().join("dangling.md")).unwrap();
    run(&["report", "-o", &path(&at, "dangling.md"), &path(&at, "real.md.unfinished")]);
    assert!(at.path().join("dangling.md").is_symlink() && at.path().join("new.md").exists());
}

/// Through a pipe of its own, which stands for a device: what is written over in place of written to is not the machine's.
#[test]
fn a_report_is_written_into_a_pipe_not_over_it() {
    use std::os::unix::fs::FileTypeExt as _;
    let at = folder(&[("a.jsonl", MIXED)]);
    let pipe = path(&at, "pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    let reader = {
        let pipe = pipe.clone();
        std::thread::Builder::new().spawn(move || fs::read(pipe).unwrap().len()).unwrap()
    };
    let output = run(&["report", "-o", &pipe, &path(&at, "a.jsonl")]);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "a file has taken the pipe's place");
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    assert!(reader.join().unwrap() > 100);
}

#[test]
fn what_is_said_is_said_once_and_counts_right() {
    let at = folder(&[("none", b"nothing\n")]);
    let output = run(&["query", "a.b =", &path(&at, "none")]);
    assert_eq!(text(&output.stderr).matches("column").count(), 1, "{}", text(&output.stderr));
    let output = run(&["query", "", &path(&at, "none")]);
    assert!(text(&output.stderr).contains("1 of 1 line is no alert."), "{}", text(&output.stderr));
}
