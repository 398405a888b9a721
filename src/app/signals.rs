//! Signals, and the terminal that vanishes.
//!
//! Lives here: which signal means what. Not here: giving the terminal back (`held`). Imports: `ui`.
//! Promise: TERM, HUP, INT, QUIT and a hangup without a signal end the process from here, without waiting for the loop
//! or for the reader, which may spin for ever when its terminal is gone.

use std::ffi::c_int;
use std::io;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use crate::app::browse::{Event, Inbox};
use crate::app::held;
use crate::app::workers;
use crate::ui::terminal;

/// Exit status after a hangup, with or without its signal.
pub(crate) const HUNG_UP: u8 = 129;

/// Watches for signals from now on. Their actions are set when this returns, so none can come too early.
///
/// # Errors
/// The system refuses a handler or a thread.
pub(crate) fn watch(inbox: Inbox) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    workers::thread("signals", move || {
        for signal in signals.forever() {
            if !receive(signal, &inbox) {
                return;
            }
        }
    })
}

/// Whether somebody still wants to know.
fn receive(signal: c_int, inbox: &Inbox) -> bool {
    let event = match signal {
        SIGWINCH => Event::Resized,
        SIGTSTP => Event::Stop,
        SIGCONT => Event::Continued,
        _ => held::end(status(signal)),
    };
    inbox.send(event).is_ok()
}

/// 128 and the signal's number, as shells count.
fn status(signal: c_int) -> u8 {
    u8::try_from(signal).map_or(HUNG_UP, |number| 128 + number)
}

/// Ends the process when the terminal has gone, even where nobody sends SIGHUP.
///
/// # Errors
/// No thread.
pub(crate) fn watch_terminal() -> io::Result<()> {
    workers::thread("hangup", || {
        if terminal::wait_until_gone() {
            held::end(HUNG_UP);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_with_the_status_that_shells_know() {
        let cases = [(SIGHUP, 129), (SIGINT, 130), (SIGQUIT, 131), (SIGTERM, 143)];
        for (signal, want) in cases {
            assert_eq!(status(signal), want, "{signal}");
        }
    }
}
