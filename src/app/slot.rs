//! A place for one question to a thread that works behind the screen.
//!
//! Lives here: putting one there, waiting for one. Not here: the threads (`workers`). Imports: nothing. Promise: only the
//! newest question is held, and whoever works on an older one can learn that it is overtaken.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A place for one question; a newer one takes the place of one that was not begun.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    held: Mutex<Option<T>>,
    filled: Condvar,
}

impl<T> Slot<T> {
    /// An empty place.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { held: Mutex::new(None), filled: Condvar::new() })
    }
    /// Puts a question there.
    pub(crate) fn put(&self, question: T) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(question);
        self.filled.notify_one();
    }
    /// Waits for a question.
    pub(crate) fn take(&self) -> T {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match held.take() {
                Some(question) => return question,
                None => held = self.filled.wait(held).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
    /// Whether a newer question waits.
    pub(crate) fn is_waiting(&self) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_question_takes_the_place_of_one_not_begun() {
        let slot = Slot::new();
        slot.put(1);
        slot.put(2);
        assert!(slot.is_waiting());
        assert_eq!(slot.take(), 2);
        assert!(!slot.is_waiting());
    }
}
