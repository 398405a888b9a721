//! Alerts that come while the browser is open: the cursor stays, what is new is counted, one key leads to it.
//!
//! Lives here: what only a pseudo-terminal and a real pipe can show. Not here: who moves the cursor (tests in `state`).
//! Promise: nothing is measured and nothing sleeps; see `pty`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a harness: what fails here fails the test")]
#![expect(dead_code, reason = "the harness is shared; not every test needs all of it")]

mod pty;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use pty::{Terminal, command, contains};
use rustix::fs::{CWD, Mode, mkfifoat};

/// A stream that a test writes alerts to, and the browser that reads it.
struct Stream {
    terminal: Terminal,
    pipe: Option<File>,
    next: usize,
    _directory: tempfile::TempDir,
}

impl Stream {
    /// The browser with `arguments` before a named pipe.
    fn open(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path: PathBuf = directory.path().join("events");
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
        let arguments: Vec<&str> = arguments.iter().copied().chain([path.to_str().unwrap()]).collect();
        let mut terminal = Terminal::start(command(env!("CARGO_BIN_EXE_stoop"), &arguments), 80, 24);
        terminal.entered();
        // Opening waits for the reader.
        let pipe = Some(File::options().write(true).open(&path).unwrap());
        Self { terminal, pipe, next: 0, _directory: directory }
    }

    /// The next `count` alerts, the last of them of this priority.
    fn give(&mut self, count: usize, priority: &str) -> &mut Self {
        let mut text = String::new();
        for n in self.next..self.next + count {
            let priority = if n + 1 == self.next + count { priority } else { "Notice" };
            let (minute, second) = (n / 60, n % 60);
            let _ = writeln!(
                text,
                "{{\"rule\":\"Rule {n}\",\"priority\":\"{priority}\",\"output\":\"output {n}\",\
                 \"time\":\"2024-10-06T02:{minute:02}:{second:02}Z\",\"output_fields\":{{\"proc.name\":\"p{}\"}}}}",
                n % 2
            );
        }
        self.next += count;
        self.pipe.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
        self
    }

    fn see(&mut self, text: &str) -> &mut Self {
        self.terminal.see(text);
        self
    }

    fn type_in(&mut self, keys: &str) -> &mut Self {
        self.terminal.type_in(keys);
        self
    }

    fn see_no_more(&mut self, text: &str) -> &mut Self {
        self.terminal.see_no_more(text);
        self
    }
}

#[test]
fn the_cursor_stays_what_is_new_is_counted_and_one_key_leads_there() {
    let mut stream = Stream::open(&[]);
    stream.give(50, "Notice").see("· live · 50 alerts").see("50 of 50").see("row 1");
    stream.give(27, "Critical").see("following · 27 new below, 1 Critical").see("G go there").see("row 1");
    stream.see("77 of 77").type_in("G").see("Rule 76 ").see_no_more("new below");
    stream.give(3, "Notice").see("Rule 79 ").see("▌ 02:01:19.000 NOTE Rule 79");
    stream.type_in("k").see("▌ 02:01:18.000 NOTE Rule 78");
    stream.give(2, "Notice").see("following · 2 new below").see("▌ 02:01:18.000 NOTE Rule 78");
    stream.type_in("\x1b[F").see("▌ 02:01:21.000 NOTE Rule 81");
    // The end of the stream.
    stream.pipe = None;
    stream.see("· ended · 82 alerts").type_in("q");
    assert_eq!(stream.terminal.status(), 0);
    stream.terminal.assert_given_back("q");
}

#[test]
fn what_comes_moves_nothing_on_the_screen_but_the_counters_and_nothing_new_writes_nothing() {
    let mut stream = Stream::open(&[]);
    stream.give(100, "Notice").see("100 of 100").see("row 1").see("output 0");
    stream.terminal.settled();
    let screen =
        |stream: &Stream| stream.terminal.contents().lines().skip(2).take(20).map(str::to_owned).collect::<Vec<_>>();
    let before = screen(&stream);
    for n in 1..=10 {
        stream
            .give(100, "Notice")
            .see(&format!("{} new below", if n < 10 { (n * 100).to_string() } else { "1,000".into() }));
    }
    stream.see("1,100 of 1,100");
    assert_eq!(screen(&stream), before);
    stream.terminal.settled();
    let written = stream.terminal.raw_len();
    // Something must be waited for: a key that changes one cell pair shows that nothing else was written before it.
    stream.type_in("%%%j").see("row 2");
    let bytes = stream.terminal.raw_since(written);
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
}

#[test]
fn the_first_interrupt_stops_reading_and_the_next_ones_leave() {
    let mut stream = Stream::open(&[]);
    stream.give(5, "Notice").see("· live · 5 alerts").type_in("\x03").see("reading stopped; what is there stays");
    stream.see("· stopped · 5 alerts").type_in("\x03").see("^C again leaves").type_in("\x03");
    assert_eq!(stream.terminal.status(), 130);
}

#[test]
fn f_says_what_it_does_and_a_filter_keeps_counting() {
    let mut stream = Stream::open(&[]);
    stream.give(10, "Notice").see("· live · 10 alerts").type_in("F").see("following: new alerts appear at the end");
    stream.see("G goes there").type_in("F").see("not following any more; 1 file stays as it is");
    stream.type_in("fproc.name = p1\r").see("5 of 10").give(20, "Notice").see("10 new below").see("15 of 30");
    stream
        .type_in("G")
        .see("following")
        .see("▌ 02:00:29.000 NOTE Rule 29")
        .give(2, "Notice")
        .see("▌ 02:00:31.000 NOTE Rule 31");
}

#[test]
fn bell_and_title_come_when_asked_for_and_the_title_is_given_back() {
    const TITLE: &[u8] = b"\x1b]2;stoop: 1 Critical\x1b\\";
    const EMPTY: &[u8] = b"\x1b]2;\x1b\\";
    let mut stream = Stream::open(&[]);
    stream.give(5, "Critical").see("· live · 5 alerts").give(1, "Critical").see("1 new below, 1 Critical");
    let quiet = stream.terminal.raw_since(0);
    assert!(!contains(&quiet, b"\x07") && !contains(&quiet, b"\x1b]2"), "off unless asked");
    stream.type_in(":bell critical\r").see("the bell rings").type_in(":title critical\r").see("title counts");
    let before = stream.terminal.raw_len();
    stream.give(1, "Warning").see("2 new below").give(1, "Critical").see("3 new below");
    stream.terminal.written(before, b"\x07").written(before, TITLE);
    let before = stream.terminal.raw_len();
    stream.type_in("G");
    stream.terminal.written(before, EMPTY);
    stream.give(1, "Critical");
    stream.terminal.written(before, TITLE);
    let before = stream.terminal.raw_len();
    stream.type_in("q");
    assert_eq!(stream.terminal.status(), 0);
    assert!(contains(&stream.terminal.raw_since(before), EMPTY));
    stream.terminal.assert_given_back("q");
}
