//! How much was done, so that a worker knows when to look up.
//!
//! Imports: nothing. Promise: it counts work, not time, so that the same question is answered in the same steps.

/// Looks for something newer about once a millisecond of work.
pub(crate) struct Watch<'a> {
    newer: &'a dyn Fn() -> bool,
    /// Work since it last looked.
    unwatched: usize,
    /// Work since [`Watch::is_due`] last said so.
    untold: usize,
    /// After how much work there is something to tell.
    tell_after: usize,
}

/// Work is counted in bytes that could be searched in the same time, about one a nanosecond.
const LOOK_EVERY: usize = 1 << 20;

/// About eight milliseconds: what is found first is shown at once.
const TELL_FIRST: usize = 8 << 20;

/// About thirty milliseconds.
const TELL_EVERY: usize = 30 << 20;

impl<'a> Watch<'a> {
    /// One that asks `newer`.
    pub(crate) fn new(newer: &'a dyn Fn() -> bool) -> Self {
        Self { newer, unwatched: 0, untold: 0, tell_after: TELL_FIRST }
    }

    /// Counts work; `None` when something newer waits and the work is to be given up.
    pub(crate) fn spend(&mut self, work: usize) -> Option<()> {
        self.unwatched += work;
        self.untold += work;
        if self.unwatched < LOOK_EVERY {
            return Some(());
        }
        self.unwatched = 0;
        if (self.newer)() { None } else { Some(()) }
    }

    /// Whether enough was done to tell what came of it.
    pub(crate) fn is_due(&mut self) -> bool {
        let due = self.untold >= self.tell_after;
        if due {
            (self.untold, self.tell_after) = (0, TELL_EVERY);
        }
        due
    }
}
