//! The clipboard: OSC 52 to the terminal, tmux's own buffer inside tmux, a file for what is too long.
//!
//! Lives here: the ways a copy can take. Not here: which text it is (`state::copy`). Imports: `base`, `state`.
//! Promise: the message says what was done and by which way; nobody answers an OSC 52, so no message can say more. This is
//! the only place in the program that starts another: tmux, and with fixed arguments.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::browse::{Event, Inbox};
use crate::app::environment::Inside;
use crate::app::output::Output;
use crate::app::slot::Slot;
use crate::app::workers;
use crate::base::{Clean, Notice};
use crate::state::{Msg, number};

/// The longest text for OSC 52, in bytes: its base64 is 99,992, and terminals cut at 100,000.
const LIMIT_BYTES: usize = 74_994;

/// The longest piece that GNU screen passes on, with its envelope.
const SCREEN_PIECE: usize = 768;

/// The clipboard as the loop sees it.
#[derive(Clone, Debug)]
pub(crate) struct Clipboard {
    copies: Arc<Slot<(Clean, Vec<u8>)>>,
}

impl Clipboard {
    /// Starts the thread that sends; tmux may take its time.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn start(ways: Ways) -> io::Result<Self> {
        let copies: Arc<Slot<(Clean, Vec<u8>)>> = Slot::new();
        let queue = Arc::clone(&copies);
        workers::thread("clipboard", move || {
            loop {
                let (what, text) = queue.take();
                ways.deliver(what, &text);
            }
        })?;
        Ok(Self { copies })
    }
    /// Sends `text`; `what` is its name in the message. One that still waits is left out: the newest is what stays.
    pub(crate) fn send(&self, what: Clean, text: Vec<u8>) {
        self.copies.put((what, text));
    }
}

/// The ways that a copy can take.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    /// What stands between us and the terminal.
    pub(crate) inside: Inside,
    /// stoop's directory for state; `None`: no file can be written.
    pub(crate) state: Option<PathBuf>,
    /// The way to the terminal.
    pub(crate) output: Output,
    /// Where it is told.
    pub(crate) inbox: Inbox,
}

impl Ways {
    fn deliver(&self, what: Clean, text: &[u8]) {
        let bytes = counted(text.len());
        if self.inside == Inside::Tmux && load_buffer(text).is_ok() {
            self.say(said(&format!("sent to tmux's buffer: {bytes}"), what));
        } else if text.len() <= LIMIT_BYTES {
            let notice = said(&format!("sent to the terminal's clipboard: {bytes} (OSC 52)"), what);
            self.output.clip(sequence(text, self.inside), notice);
        } else {
            self.say(self.write_file(what, text));
        }
    }
    fn write_file(&self, what: Clean, text: &[u8]) -> Notice {
        let too_long = format!("{}, more than a terminal's clipboard takes", counted(text.len()));
        let Some(directory) = &self.state else {
            return Notice::said(Clean::from_bytes(format!("not sent: {too_long}").as_bytes()))
                .with_next("Set HOME, then it is written to a file");
        };
        match write_private(directory, text) {
            Ok(path) => said(&format!("written to {}: {too_long}", path.display()), what),
            Err(why) => Notice::said(Clean::from_bytes(format!("not sent: {too_long}; {why}").as_bytes()))
                .at(Clean::from_bytes(directory.display().to_string().as_bytes())),
        }
    }
    fn say(&self, notice: Notice) {
        // Nobody listens any more when the program is about to end.
        let _ = self.inbox.send(Event::Msg(Msg::Sent(notice)));
    }
}

fn said(sentence: &str, what: Clean) -> Notice {
    Notice::said(Clean::from_bytes(sentence.as_bytes())).with_next(what)
}

/// `1 byte`, `214 bytes`, `74,994 bytes`.
fn counted(bytes: usize) -> Clean {
    number::of(u64::try_from(bytes).unwrap_or(u64::MAX), "byte")
}

/// The sequence that asks the terminal to take `text`. Selection `c` alone: mosh knows no other.
fn sequence(text: &[u8], inside: Inside) -> Vec<u8> {
    let osc = format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes();
    match inside {
        Inside::Screen => enveloped(&osc),
        Inside::Terminal | Inside::Tmux => osc,
    }
}

/// The sequence in pieces that GNU screen hands through unread. Base64 holds no ESC, so only the first piece has one.
fn enveloped(osc: &[u8]) -> Vec<u8> {
    let (begin, end) = (b"\x1bP", b"\x1b\\");
    let pieces = osc.chunks(SCREEN_PIECE - begin.len() - end.len());
    pieces.flat_map(|piece| [begin.as_slice(), piece, end].concat()).collect()
}

/// Fills tmux's buffer, and with `-w` (from 3.2 on) the clipboard of the terminal around it.
fn load_buffer(text: &[u8]) -> io::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tmux drops OSC 52 by its defaults, so its buffer is filled by itself"
    )]
    let mut tmux = Command::new("tmux");
    tmux.args(["load-buffer", "-w", "-"]);
    let mut tmux = tmux.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let written = tmux.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text));
    let status = tmux.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err(io::Error::other("tmux refused")) }
}

/// Writes `copy.txt` that only the user can read. Whatever had the name goes first: a link would lead elsewhere.
fn write_private(directory: &Path, text: &[u8]) -> io::Result<PathBuf> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let path = directory.join("copy.txt");
    match fs::remove_file(&path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(text)?;
    Ok(path)
}

#[cfg(test)]
#[path = "clipboard_tests.rs"]
mod tests;
