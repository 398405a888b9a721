//! What attackers and broken senders write, sent through the program from end to end.
//!
//! Reads `tests/data/hostile`, whose README says what is in it. The figures are those of the contract: no line is lost, no
//! alert is lost, bytes come out as they went in, nothing dies, nothing that a terminal would obey reaches standard error.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test's harness")]

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

/// An alert as Falco writes it, with `NUMBER` in its output.
const GOOD: &str = r#"{"hostname":"lab","output":"18:29:57.848684705: Notice good NUMBER","output_fields":{"evt.time":1728152997848684705,"proc.name":"cat"},"priority":"Notice","rule":"Good","source":"syscall","tags":[],"time":"2024-10-05T18:29:57.848684705Z"}"#;

/// Long enough for a slow machine; what takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Lines that hold several alerts, or alerts that have brackets around them: their alerts count, not their lines.
const DOCUMENTS: [(&str, u64); 4] =
    [("array.json", 2), ("array-pretty.json", 2), ("concatenated.jsonl", 3), ("space-joined.jsonl", 2)];

/// Runs `stoop query` and looks at what must hold whatever the input is: an honest exit status, a clean standard error.
#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn query(file: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoop"));
    command.args(["query", ""]).arg(file).args(flags).stdin(Stdio::null());
    let (tell, told) = mpsc::channel();
    let runner = std::thread::Builder::new().name("stoop".to_owned());
    runner.spawn(move || tell.send(command.output())).expect("a thread");
    let output = told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("hangs: {flags:?} {}", file.display()));
    let output = output.expect("stoop starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // What is compressed and broken could not be read to its end, and that is said.
    let is_broken =
        ["ends in the middle", "is damaged", "is followed by", "needs a window"].iter().any(|w| said.contains(w));
    let is_honest = matches!((output.status.code(), is_broken), (Some(0 | 1), false) | (Some(2), true));
    assert!(is_honest, "{:?} {flags:?} {}: {said}", output.status, file.display());
    let obeyed = said.chars().find(|c| *c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(c)));
    assert_eq!(obeyed, None, "standard error for {}: {said:?}", file.display());
    output
}

/// The alerts and the unreadable lines of a file, as the program counts them.
fn counts(file: &Path) -> (u64, u64) {
    let count = String::from_utf8(query(file, &["--count"]).stdout).expect("a number");
    let unreadable = query(file, &["--unreadable"]).stdout.split(|b| *b == b'\n').count() - 1;
    (count.trim_end().parse().unwrap_or_else(|_| panic!("{}: {count:?}", file.display())), unreadable as u64)
}

fn unpack(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hostile").join(name);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The rows of a packed table: each a JSON object a line.
fn rows(name: &str) -> Vec<Value> {
    let table = unpack(name);
    table.split(|b| *b == b'\n').filter(|row| !row.is_empty()).map(|row| serde_json::from_slice(row).unwrap()).collect()
}

/// The `bytes` of a row.
fn bytes(row: &Value) -> Vec<u8> {
    STANDARD.decode(row["bytes"].as_str().unwrap()).unwrap()
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|b| *b == b'\n').collect()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| b" \t\r".contains(b))
}

fn place(directory: &TempDir, name: impl AsRef<Path>, content: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

/// Says the first line that differs, and not the megabytes around it.
fn assert_same(got: &[u8], want: &[u8]) {
    for (number, (got, want)) in lines(got).into_iter().zip(lines(want)).enumerate() {
        assert!(got == want, "line {}: {:?}", number + 1, String::from_utf8_lossy(want.get(..200).unwrap_or(want)));
    }
    assert_eq!(got.len(), want.len(), "bytes");
}

/// A good alert whose output holds `number`.
fn good(number: usize) -> Vec<u8> {
    GOOD.replace("NUMBER", &number.to_string()).into_bytes()
}

#[test]
fn every_hostile_alert_comes_out_byte_for_byte_in_its_order() {
    let directory = TempDir::new().unwrap();
    let alerts = unpack("alerts.jsonl.gz");
    let file = place(&directory, "alerts.jsonl", &alerts);
    let names: Vec<_> = rows("expect.jsonl.gz").iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    let want: Vec<_> = lines(&alerts).into_iter().zip(&names).collect();
    let output = query(&file, &["--format", "json"]).stdout;
    for (got, (line, name)) in lines(&output).into_iter().zip(&want) {
        assert!(got == *line, "{name}: {} bytes in, {} out", line.len(), got.len());
    }
    assert_eq!(lines(&output).len(), want.len(), "alerts");
    assert_eq!(counts(&file), (868, 0), "alerts, unreadable lines");
    assert_same(&query(&file, &["--format", "raw"]).stdout, &output);
}

#[test]
fn no_format_dies_of_a_hostile_alert() {
    let directory = TempDir::new().unwrap();
    let file = place(&directory, "alerts.jsonl", &unpack("alerts.jsonl.gz"));
    for flags in [&["--format", "table"][..], &["--format", "tsv"], &["--by", "rule"], &["--by", "proc.cmdline,tags"]] {
        query(&file, flags);
    }
}

#[test]
fn no_line_of_a_malformed_file_is_lost() {
    let directory = TempDir::new().unwrap();
    for row in rows("malformed.jsonl.gz") {
        let name = row["name"].as_str().unwrap();
        let (alerts, unreadable) = counts(&place(&directory, name, &bytes(&row)));
        if let Some((_, want)) = DOCUMENTS.iter().find(|(document, _)| *document == name) {
            assert_eq!((alerts, unreadable), (*want, 0), "{name}");
            continue;
        }
        if let (Some(lines), Some(blank)) = (row["lines"].as_u64(), row["blank"].as_u64()) {
            assert_eq!(alerts + unreadable + blank, lines, "{name}: {alerts} alerts, {unreadable} unreadable");
        }
        assert!(alerts >= row["must_read"].as_u64().unwrap_or(0), "{name}: {alerts} alerts");
    }
}

#[test]
fn alerts_beside_broken_json_are_all_read() {
    let directory = TempDir::new().unwrap();
    let mut text = Vec::new();
    let deep = ["[".repeat(100_000), "[{\"\":".repeat(50_000)].map(String::into_bytes);
    let broken: Vec<_> = rows("json-test-suite.jsonl.gz").iter().map(bytes).chain(deep).collect();
    for (number, broken) in broken.iter().enumerate() {
        text.extend([&good(number), &b"\n"[..], broken, b"\n"].concat());
    }
    let file = place(&directory, "broken.jsonl", &text);
    let filled = lines(&text).into_iter().filter(|line| !is_blank(line)).count() as u64;
    let (alerts, unreadable) = counts(&file);
    // One of them is an object over three lines, which is one piece, and one a bracket, which surrounds the alert after it.
    assert_eq!((alerts, unreadable), (broken.len() as u64, filled - 3 - broken.len() as u64));
}

#[test]
fn whatever_is_json_may_be_the_value_of_a_field() {
    let directory = TempDir::new().unwrap();
    let (mut sure, mut unsure) = (Vec::new(), Vec::new());
    for row in rows("json-test-suite.jsonl.gz") {
        let value = bytes(&row);
        let value = value.strip_suffix(b"\n").unwrap_or(&value);
        let line = [br#"{"rule":"r","priority":"Notice","output_fields":{"v":"#, value, b"}}\n"].concat();
        let list = if row["name"].as_str().unwrap().starts_with("y_") { &mut sure } else { &mut unsure };
        list.extend(if value.contains(&b'\n') { Vec::new() } else { line });
    }
    let file = place(&directory, "values.jsonl", &sure);
    assert_same(&query(&file, &["--format", "json"]).stdout, &sure);
    let (alerts, unreadable) = counts(&place(&directory, "unsure.jsonl", &unsure));
    assert_eq!(alerts + unreadable, lines(&unsure).len() as u64);
}

#[cfg(unix)]
#[test]
fn a_hostile_file_name_stays_a_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let text = [good(1), b"\nno alert\n".to_vec(), good(2)].concat();
    let names: [&[u8]; 7] = [
        b"-q",
        b"a\x1b[2J\x1b]0;PWND\x07",
        b"a\nb: 7",
        "\u{202e}gnp".as_bytes(),
        b"\xff\xfe",
        b"$(stoop-canary)",
        b" ",
    ];
    for name in names {
        let directory = TempDir::new().unwrap();
        let file = place(&directory, OsStr::from_bytes(name), &text);
        assert_eq!(counts(&file), (2, 1), "{}", file.display());
        assert_eq!(counts(directory.path()), (2, 1), "the directory of {}", file.display());
    }
}

#[test]
fn a_line_beyond_the_limit_is_told_of_and_those_around_it_are_read() {
    let directory = TempDir::new().unwrap();
    let text = [&good(1), &b"\n"[..], &vec![b'x'; (100 << 20) + 1], b"\n", &good(2), b"\n"].concat();
    assert_eq!(counts(&place(&directory, "longer.jsonl", &text)), (2, 1));
}

#[test]
fn a_value_of_many_megabytes_is_a_value() {
    let directory = TempDir::new().unwrap();
    let long = format!(r#"{{"rule":"r","output":"o","output_fields":{{"proc.cmdline":"{}"}}}}"#, "x".repeat(8 << 20));
    let text = [&good(1), &b"\n"[..], long.as_bytes(), b"\n", &good(2), b"\n"].concat();
    let output = query(&place(&directory, "long.jsonl", &text), &["--format", "json"]).stdout;
    assert_same(&output, &text);
}

#[test]
fn blank_lines_without_end_are_counted_and_nothing_is_lost_behind_them() {
    let directory = TempDir::new().unwrap();
    let text = [&vec![b'\n'; 2_000_000][..], &good(1), b"\n"].concat();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&text).unwrap();
    assert_eq!(counts(&place(&directory, "bomb.gz", &packer.finish().unwrap())), (1, 0));
}

#[test]
fn an_archive_of_logs_is_read_file_by_file() {
    let directory = TempDir::new().unwrap();
    let member = |name: &[u8], bytes: &[u8]| {
        let mut head = vec![0; 512];
        head[..name.len()].copy_from_slice(name);
        head[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        head[156] = b'0';
        head[257..263].copy_from_slice(b"ustar\0");
        head[148..156].fill(b' ');
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        [&head[..], bytes, &vec![0; (512 - bytes.len() % 512) % 512]].concat()
    };
    // Names are words and nothing else: no file is made, and a terminal obeys none.
    let names: [&[u8]; 4] = [b"a", b"../planted", b"/tmp/planted", b"\x1b]0;PWND\x07"];
    let broken = [&good(1)[..], b"\n", &good(2)[..40], b"\n"].concat();
    let archive: Vec<u8> = names.iter().flat_map(|name| member(name, &broken)).chain([0; 1024]).collect();
    let file = place(&directory, "logs.tar", &archive);
    assert_eq!(counts(&file), (4, 4));
    assert_eq!(counts(directory.path()), (4, 4), "in a directory");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
