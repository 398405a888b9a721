//! The program in a real terminal: it opens, answers keys, and gives the terminal back whatever ends it.
//!
//! Lives here: what only a pseudo-terminal can show. Not here: what a key does (tests in `state`), how a screen looks
//! (snapshots). Promise: nothing is measured and nothing sleeps; see `pty`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a harness: what fails here fails the test")]

mod pty;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portable_pty::CommandBuilder;
use pty::{Terminal, alerts, command};

use rustix::process::{Pid, Signal, kill_process};

/// Exit statuses, as the contract has them.
const HUNG_UP: u32 = 129;
const INTERRUPTED: u32 = 130;
const TERMINATED: u32 = 143;

/// The program under test.
const STOOP: &str = env!("CARGO_BIN_EXE_stoop");

fn stoop(arguments: &[&str]) -> CommandBuilder {
    command(STOOP, arguments)
}

fn open(columns: u16, rows: u16) -> (tempfile::TempDir, Terminal) {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 300);
    let mut terminal = Terminal::start(stoop(&[&file]), columns, rows);
    terminal.entered();
    (directory, terminal)
}

/// What the terminal's clipboard got last.
fn clipboard(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let (_, last) = text.rsplit_once("\x1b]52;c;").unwrap();
    let (body, _) = last.split_once('\x07').unwrap();
    String::from_utf8(STANDARD.decode(body).unwrap()).unwrap()
}

#[test]
fn a_reader_opens_moves_narrows_reads_copies_and_leaves() {
    let (directory, mut terminal) = open(80, 24);
    let lines = std::fs::read_to_string(directory.path().join("alerts.jsonl")).unwrap();
    terminal.see("300 of 300").see("Rule 0").see("row 1");
    // Move.
    terminal.type_in("jj").see("row 3").type_in("G").see("Rule 299").see("row 300").type_in("gg").see("row 1");
    // Narrow: every word must be found; Esc would take it back, Enter keeps it.
    terminal.type_in("/proc-123").see("1 of 300").see("Rule 123").see_no_more("Rule 12 ").type_in("\r");
    // Open it, look at every tab.
    terminal.type_in("\r").see("proc.name").see("output 123");
    terminal.type_in("]").see("[2 Analysis]").type_in("]").see("[3 Commands]").type_in("]").see("[4 Raw]").see("u-123");
    terminal.type_in("\x1b").see_no_more("[4 Raw]");
    // Copy the alert as it came.
    let line = lines.lines().nth(123).unwrap();
    let before = terminal.raw_len();
    terminal.type_in("yy").see(&format!("sent to the terminal's clipboard: {} bytes (OSC 52)", line.len()));
    assert_eq!(clipboard(&terminal.raw_since(before)), line);
    // Undo brings the whole list back.
    terminal.type_in("u").see("300 of 300").settled().type_in("q");
    assert_eq!(terminal.status(), 0);
    terminal.assert_given_back("q");
}

#[test]
fn a_stretch_of_time_stands_in_the_filter_and_one_key_takes_it_back() {
    let mut terminal = Terminal::start(stoop(&["demo", "--since", "@last-30m", "--until", "@last"]), 100, 30);
    terminal.entered().see("time >= @last-30m and time < @last").type_in("u").see_no_more("@last");
    terminal.settled().type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_script_of_what_only_looks_leaves_as_it_is_and_a_report_is_asked_for_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("one.jsonl");
    let alert = concat!(
        r#"{"hostname":"node-a","rule":"Clear Log Activities","priority":"Warning","source":"syscall","output":"o","#,
        r#""time":"2024-10-05T18:29:57Z","output_fields":{"container.id":"host","fd.name":"/var/log/syslog"}}"#,
    );
    std::fs::write(&file, alert).unwrap();
    let mut terminal = Terminal::start(stoop(&[file.to_str().unwrap()]), 120, 36);
    terminal.see("1 of 1").type_in("\r3").see("[3 Commands]").see("read-only");
    let before = terminal.raw_len();
    terminal.type_in("B").see("sent to the terminal's clipboard: ");
    let script = clipboard(&terminal.raw_since(before));
    assert!(script.starts_with("#!/bin/sh\n# rule Clear Log Activities\n"), "{script}");
    terminal.type_in("R").see("report FILE").type_in("\x15report x.txt\r").see("ends in .md, .html or .json");
    terminal.type_in("Q");
    assert_eq!(terminal.status(), 0);
}

/// A directory with a program `tmux` that does `script`.
fn with_tmux(script: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let tmux = directory.path().join("tmux");
    std::fs::write(&tmux, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&tmux, std::fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

fn open_inside_tmux(bin: &Path, file: &str) -> Terminal {
    let mut program = stoop(&[file]);
    program.env("TMUX", "/tmp/tmux-0/default,1,0");
    program.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    let mut terminal = Terminal::start(program, 80, 24);
    terminal.see("3 of 3").see("output 0");
    terminal
}

#[test]
fn inside_tmux_a_copy_goes_to_its_buffer() {
    let tmux = with_tmux(r#"echo "$@" >"${0%tmux}arguments"; cat >"${0%tmux}buffer""#);
    let file = alerts(tmux.path(), 3);
    let lines = std::fs::read_to_string(&file).unwrap();
    let line = lines.lines().next().unwrap();
    let mut terminal = open_inside_tmux(tmux.path(), &file);
    terminal.type_in("yy").see(&format!("sent to tmux's buffer: {} bytes", line.len()));
    assert_eq!(std::fs::read_to_string(tmux.path().join("buffer")).unwrap(), line);
    assert_eq!(std::fs::read_to_string(tmux.path().join("arguments")).unwrap(), "load-buffer -w -\n");
    assert!(!pty::contains(&terminal.raw_since(0), b"\x1b]52"), "one way is enough");
}

#[test]
fn where_tmux_refuses_a_copy_goes_to_the_terminal() {
    let tmux = with_tmux("exit 1");
    let mut terminal = open_inside_tmux(tmux.path(), &alerts(tmux.path(), 3));
    terminal.type_in("yy").see("sent to the terminal's clipboard: ").written(0, b"\x1b]52;c;");
}

/// The rows of a screen, blanks at their ends aside.
fn rows(contents: &str) -> Vec<String> {
    contents.lines().map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn a_terminal_that_shrinks_and_grows_shows_what_it_did_before() {
    let (_directory, mut terminal) = open(80, 24);
    terminal.see("300 of 300").type_in("jjj").see("row 4").see("output 3").settled();
    let before = rows(&terminal.contents());
    terminal.resize(10, 3).wait("a sentence for a small screen", |screen| screen.contents().starts_with("stoop nee"));
    terminal.resize(1, 1).settled();
    terminal.resize(200, 50).see("300 of 300").see("Rule 40");
    terminal.resize(80, 24).wait("the screen of before", |screen| rows(&screen.contents()) == before);
    terminal.type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_key_that_changes_nothing_writes_nothing() {
    let (_directory, mut terminal) = open(80, 24);
    terminal.see("300 of 300").see("row 1").type_in("j").see("row 2").type_in("k").see("row 1").settled();
    let before = terminal.raw_len();
    // Up from the first row, keys without a command, a release of half a sequence. `j` shows that all were read.
    terminal.type_in("kkk%\x1b[24;7~\x1b[I").type_in("j").see("row 2");
    let written = String::from_utf8(terminal.raw_since(before)).unwrap();
    let addressed = written.matches("\x1b[").count();
    assert!(written.len() < 400 && addressed < 30, "{} bytes: {written:?}", written.len());
}

#[test]
fn without_a_source_the_start_page_offers_what_was_opened_before_and_the_demo() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 5);
    let start = |arguments: &[&str]| {
        let mut program = stoop(arguments);
        program.env("XDG_STATE_HOME", directory.path().join("state"));
        Terminal::start(program, 120, 36)
    };
    let remembered = directory.path().join("state/stoop/recent");
    start(&[&file]).see("5 of 5").wait("the path to be remembered", |_| remembered.exists()).type_in("q").status();
    let mut terminal = start(&[]);
    terminal.see("No source given").see("opened before").see("sample alerts, built in");
    terminal.type_in("\r").see("5 of 5").settled().type_in("q");
    assert_eq!(terminal.status(), 0);
    start(&[]).see("opened before").type_in("j\r").see("12,000 of 12,000").type_in("q").status();
}

#[test]
fn a_browser_without_a_source_that_opens_does_not_begin() {
    let directory = tempfile::tempdir().unwrap();
    let (file, missing) = (alerts(directory.path(), 5), directory.path().join("missing.jsonl"));
    let missing = missing.to_str().unwrap();
    let mut terminal = Terminal::start(stoop(&[missing]), 120, 36);
    terminal.see("missing.jsonl: no such file or directory. Check the path");
    assert_eq!(terminal.status(), 2);
    let mut terminal = Terminal::start(stoop(&[missing, &file]), 120, 36);
    terminal.entered().see("5 of 5").see("no such file or directory").type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn without_colour_none_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = stoop(&[&alerts(directory.path(), 30)]);
    program.env("NO_COLOR", "1");
    program.env("COLORTERM", "truecolor");
    let mut terminal = Terminal::start(program, 80, 24);
    terminal.see("30 of 30").type_in("jjj\r]").see("[2 Analysis]").type_in("Q");
    assert_eq!(terminal.status(), 0);
    let written = String::from_utf8(terminal.raw_since(0)).unwrap();
    let codes = written.split("\x1b[").filter_map(|sequence| sequence.split_once('m')).map(|(codes, _)| codes);
    let codes = codes.filter(|codes| codes.bytes().all(|b| b.is_ascii_digit() || b == b';'));
    for code in codes.flat_map(|codes| codes.split(';')) {
        assert!(code.parse::<u8>().unwrap_or(0) < 30, "a colour: {code}");
    }
}

#[test]
fn in_a_locale_without_utf8_only_ascii_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = stoop(&[&alerts(directory.path(), 30)]);
    program.env("LANG", "C");
    let mut terminal = Terminal::start(program, 120, 36);
    terminal.see("30 of 30").type_in("jjj\r]").see("[2 Analysis]").type_in("?");
    terminal.see("cursor-down").type_in("\x1b").see_no_more("Help").type_in("Q");
    assert_eq!(terminal.status(), 0);
    let written = terminal.raw_since(0);
    assert!(written.is_ascii(), "{}", String::from_utf8_lossy(&written));
}

#[test]
fn a_paste_is_no_row_of_keys() {
    let (_directory, mut terminal) = open(80, 24);
    terminal.see("300 of 300").type_in("\x1b[200~qQjj\rq\x1b[201~").settled();
    terminal.type_in("/\x1b[200~proc-7\nq\x1b[201~").see("No alert matches").type_in("\x1b").see("Rule 1").type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn leaving_by_a_key_gives_the_terminal_back() {
    // `^C` stops what runs first; with nothing to stop, the second one leaves.
    for (keys, status) in [("q", 0), ("Q", 0), ("\x03\x03", INTERRUPTED)] {
        // The shell stands for whoever gets the terminal back; it shows that its own screen is as it was.
        let directory = tempfile::tempdir().unwrap();
        let file = alerts(directory.path(), 3);
        let script = format!("printf 'before\\n'; {STOOP} {file}; echo status $?; read line");
        let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
        terminal.entered().see("3 of 3");
        assert_ne!(terminal.modes(), terminal.fresh_modes(), "raw mode");
        terminal.see("output 0").type_in(keys).see(&format!("before\nstatus {status}"));
        assert_eq!(terminal.modes(), terminal.fresh_modes(), "{keys:?}");
        terminal.assert_given_back(keys);
    }
}

#[test]
fn a_signal_gives_the_terminal_back_and_tells_in_the_status() {
    let cases = [(Signal::TERM, TERMINATED), (Signal::HUP, HUNG_UP), (Signal::INT, INTERRUPTED), (Signal::QUIT, 131)];
    for (signal, status) in cases {
        let (_directory, mut terminal) = open(80, 24);
        terminal.settled().signal(signal);
        assert_eq!(terminal.status(), status, "{signal:?}");
        terminal.assert_given_back(&format!("{signal:?}"));
        assert_eq!(terminal.modes(), terminal.fresh_modes(), "{signal:?}");
    }
}

#[test]
fn a_key_ends_it_while_it_loads_from_a_pipe_that_gives_nothing() {
    let script = format!("sleep 1000 | {{ {STOOP} -; echo status $?; }}");
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().type_in("Q").see("status 0");
    terminal.assert_given_back("a hanging pipe");
}

#[test]
fn keys_come_from_the_terminal_while_alerts_come_through_a_pipe() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 3);
    let script = format!("cat {file} | {STOOP}; echo status $?; read line");
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().see("Rule 2").type_in("q").see("status 0");
}

/// The number that the program under test has printed before it took the screen.
fn printed_pid(raw: &[u8]) -> Pid {
    let text = String::from_utf8_lossy(raw);
    let (_, rest) = text.split_once("pid ").unwrap();
    let (number, _) = rest.split_once('\r').unwrap();
    Pid::from_raw(number.parse().unwrap()).unwrap()
}

#[test]
fn a_stopped_program_leaves_the_terminal_and_takes_it_again() {
    // `^Z` as a key, SIGTSTP, and the SIGSTOP that nobody can catch.
    for stop in [None, Some(Signal::TSTP), Some(Signal::STOP)] {
        let directory = tempfile::tempdir().unwrap();
        let file = alerts(directory.path(), 3);
        let job = format!("sh -c 'echo pid $$; exec {STOOP} {file}'; stty sane; echo stopped as $?");
        let script = format!("set -m; {job}; read line; fg >/dev/null; echo status $?; read line");
        let mut terminal = Terminal::start(command("/bin/bash", &["-c", &script]), 80, 24);
        terminal.entered().settled();
        match stop {
            None => drop(terminal.type_in("\x1a")),
            Some(signal) => kill_process(printed_pid(&terminal.raw_since(0)), signal).unwrap(),
        }
        terminal.see("stopped as");
        if stop != Some(Signal::STOP) {
            terminal.assert_given_back(&format!("{stop:?}"));
        }
        let before = terminal.raw_len();
        terminal.type_in("\r").written(before, b"\x1b[?1049h").settled();
        terminal.entered().type_in("q").see("status 0");
        terminal.assert_given_back(&format!("{stop:?}"));
    }
}

#[test]
fn the_mouse_is_the_terminals_before_it_is_asked_for_and_after_every_way_out() {
    const ON: &[u8] = b"\x1b[?1000h";
    const OFF: &[u8] = b"\x1b[?1000l";
    for (way, status) in [(None, 0), (Some(Signal::TERM), TERMINATED), (Some(Signal::HUP), HUNG_UP)] {
        let (_directory, mut terminal) = open(80, 24);
        terminal.settled();
        assert!(!pty::contains(&terminal.raw_since(0), ON));
        terminal.type_in("\x1bOQ").see("[mouse]").see("row 1");
        // A click on the third row of the list, and the wheel.
        terminal.type_in("\x1b[<0;5;6M\x1b[<0;5;6m").see("row 3").type_in("\x1b[<65;5;6M").see("row 6");
        let before = terminal.raw_len();
        match way {
            None => drop(terminal.type_in("q")),
            Some(signal) => drop(terminal.signal(signal)),
        }
        assert_eq!(terminal.status(), status);
        terminal.assert_given_back(&format!("{way:?}"));
        assert!(pty::contains(&terminal.raw_since(before), OFF), "{way:?}");
    }
    // A stop gives it back, and going on takes it again.
    let (_directory, mut terminal) = open(80, 24);
    terminal.settled().type_in("\x1bOQ").see("[mouse]").settled();
    let before = terminal.raw_len();
    terminal.type_in("\x1a").written(before, OFF).written(before, ON).settled().type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn without_a_shell_to_come_back_from_a_stop_is_no_stop() {
    let (_directory, mut terminal) = open(80, 24);
    let before = terminal.raw_len();
    terminal
        .settled()
        .type_in("\x1a")
        .written(before, b"\x1b[?1049l")
        .written(before, b"\x1b[?1049h")
        .settled()
        .type_in("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn when_the_terminal_vanishes_the_program_ends() {
    let (_directory, mut terminal) = open(80, 24);
    terminal.settled().vanish();
    assert_eq!(terminal.status(), HUNG_UP);
}

#[test]
fn when_the_terminal_vanishes_and_no_signal_comes_the_program_ends_too() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 3);
    let report = directory.path().join("status");
    // The hangup's signal goes to the shell, which does not care.
    let script = format!("trap '' HUP; {STOOP} {file}; echo $? > {}", report.display());
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().settled().vanish();
    terminal.status();
    assert_eq!(std::fs::read_to_string(report).unwrap(), "129\n");
}

#[test]
fn what_keeps_it_from_starting_is_said_and_the_terminal_is_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 3);
    let cases = [
        (format!("{STOOP} {file} >/dev/null"), "stoop needs a terminal on stdout; for text use"),
        (format!("{STOOP} {file} >&-"), "stoop needs a terminal on stdout; for text use"),
        (format!("TERM=dumb {STOOP} {file}"), "stoop needs a terminal on stdout; for text use"),
        (format!("{STOOP} -"), "no alerts come through standard input"),
        (format!("{STOOP} --theme beige {file}"), "beige"),
        (format!("{STOOP} {file}.old"), "alerts.jsonl.old: no such file or directory"),
        (format!("{STOOP} -q 'proc.name =' {file}"), "expected a value"),
        // A session of its own has no terminal, so there are no keys.
        (format!("setsid {STOOP} {file} </dev/null"), "there is no terminal that keys could come from"),
    ];
    for (line, sentence) in cases {
        let script = format!("{line}; echo status $?; read line");
        let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 200, 24);
        terminal.see("status 2").see(sentence);
        assert!(!pty::contains(&terminal.raw_since(0), b"\x1b"), "{line}");
    }
}
