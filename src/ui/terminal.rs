//! The terminal itself: its modes, its size, whether it is still there, and its keys as `base::Key`.
//!
//! Lives here: termios, the sequences that enter and leave, crossterm's events. Not here: who takes it and gives it
//! back (`app::held`), what is drawn (`screen`). Imports: `base`, `state`. Promise: nothing here starts a program or
//! writes; keys come from the terminal even when standard input is a pipe.

use std::fs::File;
use std::io;

use crossterm::Command;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton,
    MouseEvent, MouseEventKind,
};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::termios::{OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr};

use crate::base::{Clean, Key, Size};
use crate::state::mouse::Click;

/// Back to default colours: what stands on the pen when the screen is left would colour the shell.
const PLAIN_PEN: &str = "\x1b[m";

/// The device that keys come from: standard input where that is a terminal, else `/dev/tty`. crossterm reads the same.
#[derive(Debug)]
enum Tty {
    Stdin,
    Opened(File),
}

impl Tty {
    fn open() -> io::Result<Self> {
        if isatty(rustix::stdio::stdin()) {
            return Ok(Self::Stdin);
        }
        Ok(Self::Opened(File::options().read(true).write(true).open("/dev/tty")?))
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Stdin => rustix::stdio::stdin(),
            Self::Opened(file) => file.as_fd(),
        }
    }
}

/// The terminal's modes as they were when we came, to be put back.
#[derive(Debug)]
pub(crate) struct Modes {
    tty: Tty,
    before: Termios,
}

impl Modes {
    /// Remembers the modes and sets raw ones: no echo, no lines, no signals from keys.
    ///
    /// # Errors
    /// There is no terminal that keys could come from.
    pub(crate) fn raw() -> io::Result<Self> {
        let tty = Tty::open()?;
        let modes = Self { before: tcgetattr(&tty)?, tty };
        modes.raw_again()?;
        Ok(modes)
    }
    /// Sets raw modes; what was remembered stays. In the background this stops the process until it is in front again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn raw_again(&self) -> io::Result<()> {
        let mut raw = self.before.clone();
        raw.make_raw();
        // Now: waiting for the output to drain would hang on a terminal that takes nothing any more.
        Ok(tcsetattr(&self.tty, OptionalActions::Now, &raw)?)
    }
    /// Puts the modes back. A terminal that is gone has none; there is nothing to be done about it.
    pub(crate) fn restore(&self) {
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.before);
    }
}

/// What turns the screen over to us: the alternate screen, pastes in brackets, no cursor.
pub(crate) fn entering() -> String {
    let mut text = String::new();
    push(&mut text, EnterAlternateScreen);
    push(&mut text, EnableBracketedPaste);
    push(&mut text, Hide);
    text
}

/// Asks the terminal for presses of buttons and turns of the wheel, in the form that has no largest column; no moves.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";

/// Gives the mouse back.
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// What takes the mouse, or gives it back.
pub(crate) fn mouse(ours: bool) -> &'static str {
    if ours { MOUSE_ON } else { MOUSE_OFF }
}

/// Rings the terminal's bell.
pub(crate) const BELL: &[u8] = b"\x07";

/// Lets the window's title say this (OSC 2). Not everywhere can a title be kept and given back, so that in the end it is
/// empty, and the shell writes its own.
pub(crate) fn title(title: &Clean) -> String {
    ["\x1b]2;", title.as_str(), "\x1b\\"].concat()
}

/// What undoes [`entering`] and all that a frame may have left, even one that was cut off.
pub(crate) fn leaving() -> String {
    let mut text = String::new();
    push(&mut text, EndSynchronizedUpdate);
    text.push_str(PLAIN_PEN);
    text.push_str(MOUSE_OFF);
    push(&mut text, DisableBracketedPaste);
    push(&mut text, Show);
    push(&mut text, LeaveAlternateScreen);
    text
}

fn push(text: &mut String, command: impl Command) {
    // Writing to a String can't fail.
    let _ = command.write_ansi(text);
}

/// Whether standard output is a terminal.
pub(crate) fn shows() -> bool {
    isatty(rustix::stdio::stdout())
}

/// Whether standard input is a terminal, so that no alerts can come through it.
pub(crate) fn stdin_is_terminal() -> bool {
    isatty(rustix::stdio::stdin())
}

/// The size of the terminal on standard output; 80x24 for one that does not know its own.
pub(crate) fn size() -> Size {
    // Not crossterm's size(): it opens /dev/tty each time, and starts `tput` where that fails.
    match tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size { columns: size.ws_col, rows: size.ws_row },
        _ => Size { columns: 80, rows: 24 },
    }
}

/// Waits until the terminal is gone. Returns without waiting, `false`, where the system can't tell.
///
/// A hangup does not always come with SIGHUP (the shell may ignore it for us), and crossterm's `read` then spins.
pub(crate) fn wait_until_gone() -> bool {
    let Ok(tty) = Tty::open() else { return false };
    loop {
        // No events asked for: only hangup and error are told.
        let mut watched = [PollFd::new(&tty, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_) => {
                let told = watched.first().map_or(PollFlags::empty(), PollFd::revents);
                return told.intersects(PollFlags::HUP | PollFlags::ERR);
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// What the reader typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A key.
    Key(Key),
    /// A paste, as it came.
    Paste(String),
    /// Something the mouse did.
    Mouse(Click),
}

/// Waits for the next key or paste; what is neither is passed over.
///
/// # Errors
/// The terminal can't be read; it will not get better. (When it is gone this may not return: see [`wait_until_gone`].)
pub(crate) fn read() -> io::Result<Typed> {
    loop {
        match crossterm::event::read()? {
            Event::Key(event) => {
                if let Some(key) = key(event) {
                    return Ok(Typed::Key(key));
                }
            }
            Event::Mouse(event) => {
                if let Some(click) = click(event) {
                    return Ok(Typed::Mouse(click));
                }
            }
            Event::Paste(text) => return Ok(Typed::Paste(text)),
            // Sizes come by SIGWINCH: crossterm tells none while it holds half a key.
            _ => {}
        }
    }
}

/// What the mouse did; `None` for releases and all that is not asked for.
fn click(event: MouseEvent) -> Option<Click> {
    let (x, y) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Click::Press(x, y)),
        MouseEventKind::ScrollUp => Some(Click::Up(x, y)),
        MouseEventKind::ScrollDown => Some(Click::Down(x, y)),
        _ => None,
    }
}

/// The key of an event; `None` for a release and for what has no name here.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let held = event.modifiers.difference(KeyModifiers::SHIFT);
    if let KeyCode::Char(c) = event.code {
        return char_key(c, held);
    }
    if event.code == KeyCode::Enter && held == KeyModifiers::ALT {
        return Some(Key::AltEnter);
    }
    let shifted = event.modifiers.contains(KeyModifiers::SHIFT);
    match event.code {
        KeyCode::Tab if shifted && held.is_empty() => Some(Key::BackTab),
        KeyCode::BackTab if held.is_empty() => Some(Key::BackTab),
        code if event.modifiers.is_empty() => named_key(code),
        _ => None,
    }
}

fn char_key(c: char, held: KeyModifiers) -> Option<Key> {
    if held.is_empty() {
        Some(Key::Char(c))
    } else if held == KeyModifiers::CONTROL {
        Some(Key::Ctrl(c.to_ascii_lowercase()))
    } else {
        (held == KeyModifiers::ALT).then_some(Key::Alt(c))
    }
}

fn named_key(code: KeyCode) -> Option<Key> {
    Some(match code {
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number @ 1..=12) => Key::F(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_become_keys() {
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        let (ctrl, alt) = (KeyModifiers::CONTROL, KeyModifiers::ALT);
        let cases = [
            (KeyCode::Char('j'), none, Some(Key::Char('j'))),
            (KeyCode::Char('G'), shift, Some(Key::Char('G'))),
            (KeyCode::Char('c'), ctrl, Some(Key::Ctrl('c'))),
            (KeyCode::Char('C'), ctrl | shift, Some(Key::Ctrl('c'))),
            (KeyCode::Char(' '), ctrl, Some(Key::Ctrl(' '))),
            (KeyCode::Char('X'), alt | shift, Some(Key::Alt('X'))),
            (KeyCode::Char('x'), ctrl | alt, None),
            (KeyCode::Enter, none, Some(Key::Enter)),
            (KeyCode::Enter, alt, Some(Key::AltEnter)),
            (KeyCode::Enter, ctrl, None),
            (KeyCode::BackTab, shift, Some(Key::BackTab)),
            (KeyCode::Tab, shift, Some(Key::BackTab)),
            (KeyCode::Esc, none, Some(Key::Esc)),
            (KeyCode::Up, shift, None),
            (KeyCode::F(1), none, Some(Key::F(1))),
            (KeyCode::F(13), none, None),
            (KeyCode::Insert, none, None),
        ];
        for (code, modifiers, want) in cases {
            assert_eq!(key(KeyEvent::new(code, modifiers)), want, "{code:?} {modifiers:?}");
        }
    }

    #[test]
    fn a_held_key_repeats_and_a_release_is_no_key() {
        let cases = [(KeyEventKind::Press, true), (KeyEventKind::Repeat, true), (KeyEventKind::Release, false)];
        for (kind, is_key) in cases {
            let event = KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, kind);
            assert_eq!(key(event).is_some(), is_key, "{kind:?}");
        }
    }

    #[test]
    fn clicks_are_presses_of_the_left_button_and_turns_of_the_wheel() {
        let cases = [
            (MouseEventKind::Down(MouseButton::Left), Some(Click::Press(3, 4))),
            (MouseEventKind::Down(MouseButton::Right), None),
            (MouseEventKind::Up(MouseButton::Left), None),
            (MouseEventKind::Drag(MouseButton::Left), None),
            (MouseEventKind::Moved, None),
            (MouseEventKind::ScrollUp, Some(Click::Up(3, 4))),
            (MouseEventKind::ScrollDown, Some(Click::Down(3, 4))),
        ];
        for (kind, want) in cases {
            let event = MouseEvent { kind, column: 3, row: 4, modifiers: KeyModifiers::NONE };
            assert_eq!(click(event), want, "{kind:?}");
        }
    }

    #[test]
    fn the_mouse_is_left_alone_until_it_is_asked_for_and_given_back_in_any_case() {
        assert!(!entering().contains("\x1b[?100"));
        for mode in ["1000", "1006"] {
            assert!(mouse(true).contains(&format!("\x1b[?{mode}h")));
            assert!(mouse(false).contains(&format!("\x1b[?{mode}l")) && leaving().contains(&format!("\x1b[?{mode}l")));
        }
    }

    #[test]
    fn leaving_undoes_every_mode_that_entering_sets() {
        let (entering, leaving) = (entering(), leaving());
        for (set, undo) in [("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?2004h", "\x1b[?2004l"), ("\x1b[?25l", "\x1b[?25h")]
        {
            assert!(entering.contains(set) && leaving.contains(undo), "{set:?}");
        }
        assert!(
            leaving.find(PLAIN_PEN) < leaving.find("\x1b[?1049l"),
            "the pen is plain before the shell's screen is back"
        );
    }
}
