//! Standard output of the commands without a screen: bytes as they came, or their visible form on a terminal.
//!
//! Imports: `base`. Promise: a closed pipe ends the output quietly, and what a terminal would act on or hide never
//! reaches one as itself.

use std::fmt::Write as _;
use std::io::{self, BufWriter, ErrorKind, Write};

use crate::base::clean::is_hidden;
use crate::base::{Clean, Notice};

/// Where rows go.
pub(crate) struct Out<W: Write> {
    to: BufWriter<W>,
    is_terminal: bool,
    failed: Option<Notice>,
    closed: bool,
}

/// Whether more output is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Go on.
    On,
    /// The reader has gone, the disk is full, or the limit is reached.
    Stop,
}

impl<W: Write> Out<W> {
    /// Writes to `to`; `is_terminal` makes what a terminal would act on visible.
    pub(crate) fn new(to: W, is_terminal: bool) -> Self {
        Self { to: BufWriter::with_capacity(1 << 16, to), is_terminal, failed: None, closed: false }
    }

    /// Whether the reader is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// One line of text.
    pub(crate) fn text(&mut self, line: &[u8]) -> Flow {
        if self.is_terminal { self.put(Clean::from_bytes(line).as_str().as_bytes()) } else { self.put(line) }
    }

    /// One line of JSON: on a terminal, a hidden character in it is written as JSON's own escape.
    pub(crate) fn json(&mut self, line: &[u8]) -> Flow {
        if self.is_terminal { self.put(visible_json(line).as_bytes()) } else { self.put(line) }
    }

    /// Sends what is buffered; more may follow.
    pub(crate) fn flush(&mut self) -> Flow {
        let done = self.to.flush();
        self.note(done)
    }

    /// Sends what is buffered. `Err`: not everything could be written, and why.
    pub(crate) fn finish(mut self) -> Result<(), Notice> {
        let done = self.to.flush();
        self.note(done);
        self.failed.map_or(Ok(()), Err)
    }

    fn put(&mut self, line: &[u8]) -> Flow {
        let done = self.to.write_all(line).and_then(|()| self.to.write_all(b"\n"));
        self.note(done)
    }

    fn note(&mut self, done: io::Result<()>) -> Flow {
        match done {
            Ok(()) if !self.closed => return Flow::On,
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => {
                self.closed = true;
                self.failed.get_or_insert(Notice::said(Clean::from_bytes(
                    format!("cannot write to standard output: {error}").as_bytes(),
                )));
            }
        }
        Flow::Stop
    }
}

/// JSON with `\u009b` for what a terminal would act on or hide; a byte that is no UTF-8 stands as `\xNN`.
fn visible_json(line: &[u8]) -> String {
    let mut shown = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_hidden(c) { push_json_escape(&mut shown, c) } else { shown.push(c) }
        }
        shown.push_str(Clean::from_bytes(chunk.invalid()).as_str());
    }
    shown
}

fn push_json_escape(shown: &mut String, c: char) {
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        let _ = write!(shown, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(is_terminal: bool, write: impl FnOnce(&mut Out<&mut Vec<u8>>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = Out::new(&mut bytes, is_terminal);
        write(&mut out);
        out.finish().unwrap();
        bytes
    }

    #[test]
    fn only_a_terminal_gets_the_visible_form() {
        let cases: [(&[u8], &str, &str); 5] = [
            (b"plain", "plain", "plain"),
            (b"a\x1b[2Jb", "a\\x1b[2Jb", "a\\u001b[2Jb"),
            ("\u{9b}m".as_bytes(), "\\u{009b}m", "\\u009bm"),
            ("\u{e0041}".as_bytes(), "\\u{e0041}", "\\udb40\\udc41"),
            (b"\xff", "\\xff", "\\xff"),
        ];
        for (raw, text, json) in cases {
            assert_eq!(written(true, |o| assert_eq!(o.text(raw), Flow::On)), [text.as_bytes(), b"\n"].concat());
            assert_eq!(written(true, |o| assert_eq!(o.json(raw), Flow::On)), [json.as_bytes(), b"\n"].concat());
            assert_eq!(written(false, |o| assert_eq!(o.text(raw), Flow::On)), [raw, b"\n"].concat());
            assert_eq!(written(false, |o| assert_eq!(o.json(raw), Flow::On)), [raw, b"\n"].concat());
        }
    }

    struct Broken(ErrorKind);
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
        for (kind, fails) in [(ErrorKind::BrokenPipe, false), (ErrorKind::StorageFull, true)] {
            let mut out = Out::new(Broken(kind), false);
            let long = vec![b'x'; 1 << 17];
            assert_eq!(out.text(&long), Flow::Stop);
            assert_eq!(out.finish().is_err(), fails);
        }
    }
}
