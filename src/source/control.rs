//! What the loop may ask of reading that is under way, from another thread.
//!
//! Lives here: the flags and the way to wake the reader. Imports: siblings. Promise: a request that comes before reading
//! has begun counts as well.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};

use crate::source::intake::Woken;

/// What the loop may ask of a load under way.
#[derive(Debug, Default)]
pub(crate) struct Control {
    stop: AtomicBool,
    follows: AtomicBool,
    stays: AtomicBool,
    wakes: Mutex<Option<Sender<Woken>>>,
}

impl Control {
    /// For a reader that waits for [`Control::follow`] after everything was read, until it is stopped.
    pub(crate) fn that_stays() -> Self {
        Self { stays: AtomicBool::new(true), ..Self::default() }
    }
    /// Ends the load early; what was told stays true.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }
    /// Whether it is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
    /// Whether files are watched for more after everything that is there was read.
    pub(crate) fn follow(&self, follows: bool) {
        self.follows.store(follows, Ordering::Relaxed);
        self.wake();
    }
    /// See [`Control::follow`].
    pub(crate) fn follows(&self) -> bool {
        self.follows.load(Ordering::Relaxed)
    }
    /// See [`Control::that_stays`].
    pub(super) fn stays(&self) -> bool {
        self.stays.load(Ordering::Relaxed)
    }
    /// From now on requests wake the reader that listens there.
    pub(super) fn wakes(&self, reader: Sender<Woken>) {
        *self.wakes.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader);
    }
    fn wake(&self) {
        if let Some(reader) = &*self.wakes.lock().unwrap_or_else(PoisonError::into_inner) {
            // A reader that has ended needs no waking.
            let _ = reader.send(Woken::Asked);
        }
    }
}
