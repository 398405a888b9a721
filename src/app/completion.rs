//! The workers of the filter bar: candidates for what is typed, counts without one of the terms.
//!
//! Lives here: their loops. Not here: the answers (`query::complete`), how threads are fed (`workers`). Imports: `query`, `state`.
//! Promise: the newest question wins, and a panic is a `Notice`.

use crate::app::browse::{Event, Inbox};
use crate::app::slot::Slot;
use crate::app::workers::shielded;
use crate::query::complete::{Completer, Leaving, Typing};
use crate::state::Msg;

/// Answers what is asked for the filter that is typed.
pub(super) fn complete(wanted: &Slot<Typing>, inbox: &Inbox) {
    let mut completer = Completer::default();
    loop {
        let typing = wanted.take();
        let found = shielded("the completion", || completer.answer(&typing, &|| wanted.is_waiting()));
        let msg = match found {
            Ok(Some(candidates)) => Msg::Candidates(candidates),
            Ok(None) => continue,
            Err(notice) => {
                completer = Completer::default();
                Msg::Say(notice)
            }
        };
        if inbox.send(Event::Msg(msg)).is_err() {
            return;
        }
    }
}

/// Counts what filters leave.
pub(super) fn count_without(wanted: &Slot<Leaving>, inbox: &Inbox) {
    let mut completer = Completer::default();
    loop {
        let leaving = wanted.take();
        let counted = shielded("the count", || completer.counted(&leaving, &|| wanted.is_waiting()));
        let msg = match counted {
            Ok(Some(counts)) => Msg::Without(leaving.generation, counts),
            Ok(None) => continue,
            Err(notice) => {
                completer = Completer::default();
                Msg::Say(notice)
            }
        };
        if inbox.send(Event::Msg(msg)).is_err() {
            return;
        }
    }
}
