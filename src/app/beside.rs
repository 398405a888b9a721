//! Threads for what lies beside one alert: those that share a tie with it, and another to compare it with.
//!
//! Lives here: how they are asked and answer. Not here: the work (`query`). Imports: every room below `app`. Promise: the
//! newest question wins, and a panic is a `Notice`.

use std::io;
use std::sync::Arc;

use crate::app::browse::{Event, Inbox};
use crate::app::slot::Slot;
use crate::app::workers::{serve, shielded};
use crate::base::Generation;
use crate::query::compared::{Wanted, compared};
use crate::query::related::{Question, related};
use crate::state::Msg;
use crate::store::Snapshot;

/// What is to be compared, and in what.
type WantedPair = (Generation, Wanted, Snapshot);

/// The two threads as the loop sees them.
#[derive(Debug)]
pub(crate) struct Beside {
    surroundings: Arc<Slot<Question>>,
    pairs: Arc<Slot<WantedPair>>,
}

impl Default for Beside {
    fn default() -> Self {
        Self { surroundings: Slot::new(), pairs: Slot::new() }
    }
}

impl Beside {
    /// Starts the threads.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn start(inbox: &Inbox) -> io::Result<Self> {
        Ok(Self { surroundings: serve("related", inbox, relate)?, pairs: serve("compare", inbox, compare)? })
    }
    /// Asks for the alerts that share a tie with one.
    pub(crate) fn relate(&self, question: Question) {
        self.surroundings.put(question);
    }
    /// Asks for two alerts, or one and what is usual.
    pub(crate) fn compare(&self, generation: Generation, wanted: Wanted, snapshot: Snapshot) {
        self.pairs.put((generation, wanted, snapshot));
    }
}

fn relate(asked: &Slot<Question>, inbox: &Inbox) {
    loop {
        let question = asked.take();
        let found = shielded("looking around the alert", || related(&question, &|| asked.is_waiting()));
        if let Some(found) = found.transpose()
            && inbox.send(Event::Msg(Msg::Related(question.generation, found.map(Arc::new)))).is_err()
        {
            return;
        }
    }
}

fn compare(asked: &Slot<WantedPair>, inbox: &Inbox) {
    loop {
        let (generation, wanted, snapshot) = asked.take();
        let read = shielded("comparing", || compared(&wanted, &snapshot, &|| asked.is_waiting()));
        if let Some(read) = read.and_then(|read| read).transpose()
            && inbox.send(Event::Msg(Msg::Compared(generation, read.map(Arc::new)))).is_err()
        {
            return;
        }
    }
}
