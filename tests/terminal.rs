//! The program in a real terminal: it opens, answers keys, and gives the terminal back whatever ends it.
//!
//! Lives here: what only a pseudo-terminal can show. Not here: what a key does (tests in `state`), how a screen looks
//! (snapshots). Promise: nothing is measured and nothing sleeps; see `pty`.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here fails the test")]

mod pty;

use pty::{Terminal, alerts, command, stoop};
use rustix::process::Signal;

/// Exit statuses, as the contract has them.
const HUNG_UP: u32 = 129;
const INTERRUPTED: u32 = 130;
const TERMINATED: u32 = 143;

fn open(columns: u16, rows: u16) -> (tempfile::TempDir, Terminal) {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 300);
    let mut terminal = Terminal::start(stoop(&[&file]), columns, rows);
    terminal.entered();
    (directory, terminal)
}

#[test]
fn leaving_by_a_key_gives_the_terminal_back() {
    for (keys, status) in [("q", 0), ("Q", 0), ("\x03\x03\x03", INTERRUPTED)] {
        // The shell stands for whoever gets the terminal back; it shows that its own screen is as it was.
        let directory = tempfile::tempdir().unwrap();
        let file = alerts(directory.path(), 3);
        let script = format!("printf 'before\\n'; {} {file}; echo status $?; read line", env!("CARGO_BIN_EXE_stoop"));
        let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
        terminal.see("before");
        let modes = terminal.modes();
        terminal.entered();
        assert_ne!(terminal.modes(), modes, "raw mode");
        terminal.settled().type_in(keys).see(&format!("before\nstatus {status}"));
        assert_eq!(terminal.modes(), modes, "{keys:?}");
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
        assert!(terminal.modes().contains("ICANON") && terminal.modes().contains("ECHO"), "{}", terminal.modes());
    }
}

#[test]
fn a_key_ends_it_while_it_loads_from_a_pipe_that_gives_nothing() {
    let script = format!("sleep 1000 | {{ {} -; echo status $?; }}", env!("CARGO_BIN_EXE_stoop"));
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().type_in("Q").see("status 0");
    terminal.assert_given_back("a hanging pipe");
}

#[test]
fn keys_come_from_the_terminal_while_alerts_come_through_a_pipe() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 3);
    let script = format!("cat {file} | {}; echo status $?; read line", env!("CARGO_BIN_EXE_stoop"));
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().see("Rule 2").type_in("q").see("status 0");
}

#[test]
fn a_stopped_program_leaves_the_terminal_and_takes_it_again() {
    // `^Z` as a key, SIGTSTP and the SIGSTOP that nobody can catch.
    for stop in ["\x1a", "TSTP", "STOP"] {
        let directory = tempfile::tempdir().unwrap();
        let file = alerts(directory.path(), 3);
        let program = env!("CARGO_BIN_EXE_stoop");
        let script = format!(
            "set -m; echo before; {program} {file}; stty sane; echo stopped as $?; read line; fg >/dev/null; echo status $?; read line"
        );
        let mut terminal = Terminal::start(command("/bin/bash", &["-c", &script]), 80, 24);
        terminal.entered().settled();
        if stop == "\x1a" {
            terminal.type_in(stop);
        } else {
            let send = format!("pkill -{stop} -P {}", terminal.pid().as_raw_nonzero());
            assert!(std::process::Command::new("/bin/sh").args(["-c", &send]).status().unwrap().success());
        }
        terminal.see("stopped as");
        if stop != "STOP" {
            terminal.assert_given_back(stop);
        }
        let before = terminal.raw_len();
        terminal.type_in("\r").written(before, b"\x1b[?1049h").settled();
        terminal.entered().type_in("q").see("status 0");
        terminal.assert_given_back(stop);
    }
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
    let program = env!("CARGO_BIN_EXE_stoop");
    let script = format!("trap '' HUP; {program} {file}; echo $? > {}", report.display());
    let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 80, 24);
    terminal.entered().settled().vanish();
    terminal.status();
    assert_eq!(std::fs::read_to_string(report).unwrap(), "129\n");
}

#[test]
fn without_a_terminal_it_says_what_to_use_instead() {
    let directory = tempfile::tempdir().unwrap();
    let file = alerts(directory.path(), 3);
    let program = env!("CARGO_BIN_EXE_stoop");
    let cases = [
        (format!("{program} {file} >/dev/null"), "stoop needs a terminal on stdout; for text use"),
        (format!("{program} {file} >&-"), "stoop needs a terminal on stdout; for text use"),
        (format!("TERM=dumb {program} {file}"), "stoop needs a terminal on stdout; for text use"),
        (format!("{program} -"), "no alerts come through standard input"),
    ];
    for (line, sentence) in cases {
        let script = format!("{line}; echo status $?; read line");
        let mut terminal = Terminal::start(command("/bin/sh", &["-c", &script]), 120, 24);
        terminal.see("status 2").see(sentence);
        assert!(!pty::contains(&terminal.raw_since(0), b"\x1b"), "{line}");
    }
}
