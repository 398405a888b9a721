//! What the panes around the list ask for: the values of fields, alerts over time.
//!
//! Lives here: the two threads' work. Not here: counting itself (`query`), how threads are fed (`workers`). Imports:
//! `query`, `state`. Promise: a newer question ends an older one, and a fault is told.

use std::sync::Arc;

use crate::app::browse::{Event, Inbox};
use crate::app::slot::Slot;
use crate::app::workers::shielded;
use crate::query::histogram::histogram;
use crate::query::survey::{self, Survey};
use crate::state::Msg;
use crate::state::histogram::Wanted;

/// Counts the fields of one question after the other.
pub(crate) fn count_fields(surveys: &Slot<Survey>, inbox: &Inbox) {
    loop {
        let survey = surveys.take();
        let newer = || surveys.is_waiting();
        let done = shielded("counting the values", || {
            survey::survey(&survey, &newer, &mut |counted| {
                let _ = inbox.send(Event::Msg(Msg::Counted(counted)));
            });
        });
        if let Err(notice) = done {
            let _ = inbox.send(Event::Msg(Msg::Say(notice)));
        }
    }
}

/// Counts alerts over time, one question after the other.
pub(crate) fn count_over_time(wanted: &Slot<Wanted>, inbox: &Inbox) {
    loop {
        let asked = wanted.take();
        let view = &asked.view;
        let newer = || wanted.is_waiting();
        let counted = shielded("counting over time", || histogram(&view.snapshot, &view.rows, asked.wish, &newer));
        let msg = match counted {
            Ok(Some(counted)) => Msg::Charted(view.generation, Arc::new(counted)),
            Ok(None) => continue,
            Err(notice) => Msg::Say(notice),
        };
        if inbox.send(Event::Msg(msg)).is_err() {
            return;
        }
    }
}
