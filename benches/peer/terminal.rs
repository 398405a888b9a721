//! The browser in a pseudo-terminal of 80x24, as the benchmark sees it: bytes, and the screen they make.
//!
//! Imports: nothing of stoop's. Promise: what the program asks of a terminal is answered, so that it does not wait.

use std::io::{self, Read as _, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// What a program may ask, and what xterm says.
const ANSWERS: [(&[u8], &[u8]); 3] =
    [(b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b]11;?", b"\x1b]11;rgb:1d1d/1f1f/2121\x1b\\")];
/// A key is answered when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(150);
/// How long the first screen of the loaded file may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running browser.
pub(crate) struct Session {
    screen: vt100::Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    written: usize,
    ended: bool,
    /// Dropping it would hang the terminal up.
    _master: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Starts the program on a file.
    pub(crate) fn start(program: &str, file: &Path) -> io::Result<Self> {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).map_err(io::Error::other)?;
        let mut command = CommandBuilder::new(program);
        command.arg(file);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("XDG_STATE_HOME", "/dev/null/state");
        let child = pair.slave.spawn_command(command).map_err(io::Error::other)?;
        let mut reader = pair.master.try_clone_reader().map_err(io::Error::other)?;
        let keys = pair.master.take_writer().map_err(io::Error::other)?;
        let (tell, output) = mpsc::channel();
        std::thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            let mut block = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut block) {
                if tell.send(block.get(..count).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        })?;
        let screen =
            vt100::Parser::new(NonZero::<u16>::MIN.saturating_add(23), NonZero::<u16>::MIN.saturating_add(79), 0);
        Ok(Self { screen, output, keys, child, written: 0, ended: false, _master: pair.master })
    }
    /// The number of the process.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.process_id()
    }
    /// Waits until the screen shows `text`; false when it never does.
    pub(crate) fn until(&mut self, text: &str) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && !self.ended && !self.screen.screen().contents().contains(text) {
            self.take(QUIET);
        }
        self.screen.screen().contents().contains(text)
    }
    /// Waits until nothing comes any more: all bytes so far.
    pub(crate) fn settle(&mut self) -> usize {
        while self.take(QUIET * 5) > 0 {}
        self.written
    }
    /// Presses a key: how many bytes come for it.
    pub(crate) fn press(&mut self, key: &[u8]) -> io::Result<usize> {
        let before = self.written;
        self.keys.write_all(key)?;
        self.keys.flush()?;
        while self.take(QUIET) > 0 {}
        Ok(self.written - before)
    }
    /// Does nothing for five seconds: how many bytes come meanwhile.
    pub(crate) fn rest(&mut self) -> usize {
        let (begun, before) = (Instant::now(), self.written);
        while begun.elapsed() < Duration::from_secs(5) && !self.ended {
            self.take(QUIET);
        }
        self.written - before
    }
    /// Leaves the program.
    pub(crate) fn end(mut self) -> io::Result<()> {
        let _ = self.press(b"Q");
        self.child.kill().or(Ok(()))
    }
    /// One block of output, if it comes in time: its length.
    fn take(&mut self, patience: Duration) -> usize {
        let block = match self.output.recv_timeout(patience) {
            Ok(block) => block,
            Err(why) => {
                self.ended = why == RecvTimeoutError::Disconnected;
                return 0;
            }
        };
        for (question, answer) in ANSWERS {
            if block.windows(question.len()).any(|window| window == question) {
                let _ = self.keys.write_all(answer);
            }
        }
        self.screen.process(&block);
        self.written += block.len();
        block.len()
    }
}

/// `1,000,000`, as the program writes numbers.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
