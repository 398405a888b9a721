//! The terminal while it is ours: taken once, given back once, by whoever comes first.
//!
//! Lives here: raw mode and screen together, the panic hook, leaving the process. Imports: `base`, `ui`.
//! Promise: after `give_back` the terminal is as it was, and who calls it second waits until the first is done.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write as _};
use std::panic::{PanicHookInfo, set_hook};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use crate::app::output::Output;
use crate::app::workers;
use crate::base::Clean;
use crate::ui::terminal::Modes;

/// Exit status of an error, a fault of our own too.
pub(crate) const FAILED: u8 = 2;

/// One process has one terminal, and a signal or a panic must find it without being handed anything.
static HELD: Mutex<Option<Held>> = Mutex::new(None);

struct Held {
    modes: Modes,
    output: Output,
}

fn held() -> MutexGuard<'static, Option<Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the terminal: raw mode, then the screen. When it is ours already and others may have changed it meanwhile (a
/// stop that can't be caught), what it was before we first came stays what it is given back as.
///
/// # Errors
/// There is no terminal for keys.
pub(crate) fn take(output: &Output) -> io::Result<()> {
    let mut held = held();
    match held.as_ref() {
        Some(held) => {
            held.modes.raw_again()?;
            // A second entering would forget where the shell's cursor was.
            output.leave();
        }
        None => *held = Some(Held { modes: Modes::raw()?, output: output.clone() }),
    }
    output.enter();
    Ok(())
}

/// Gives the terminal back. Does nothing when it is not ours.
pub(crate) fn give_back() {
    restore(&mut held());
}

fn restore(held: &mut Option<Held>) {
    if let Some(Held { modes, output }) = held.take() {
        output.leave();
        modes.restore();
    }
}

/// Gives the terminal back and ends the process with `status` at once, whatever other threads are doing.
pub(crate) fn end(status: u8) -> ! {
    give_back();
    // Not std's exit: other threads run, and there is nothing that destructors would have to save.
    signal_hook::low_level::exit(i32::from(status))
}

/// Makes every panic give the terminal back before it is told, and end the process: half a program helps nobody. A
/// worker's panic is left to the worker, which makes a `Notice` of it.
pub(crate) fn hook_panics() {
    set_hook(Box::new(|panic| {
        if workers::is_shielded() {
            return;
        }
        match HELD.try_lock() {
            Ok(mut held) => restore(&mut held),
            Err(TryLockError::Poisoned(poisoned)) => restore(&mut poisoned.into_inner()),
            // Somebody gives it back already, perhaps this very thread.
            Err(TryLockError::WouldBlock) => {}
        }
        tell(panic);
        signal_hook::low_level::exit(i32::from(FAILED))
    }));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let words = workers::words(panic.payload());
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "stoop had to stop: a fault in {place}: {words}");
    let _ = writeln!(stderr, "No alert was changed. Please report it with these lines and what was pressed before.");
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        let _ = writeln!(stderr, "{}", Clean::from_bytes(trace.to_string().as_bytes()).as_str().replace("\\x0a", "\n"));
    }
}

#[cfg(test)]
#[path = "held_tests.rs"]
mod tests;
