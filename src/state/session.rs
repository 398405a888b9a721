//! The run as a whole: loading, messages, interrupting, leaving.
//!
//! Lives here: what the loader tells, the message line. Imports: `base`, `store`.
//! Promise: `q` on the bare list leaves at once and loses nothing; `^C` leaves only when pressed twice.

use crate::base::{Clean, Generation, Millis, Notice};
use crate::state::commands::Args;
use crate::state::live::{Growth, Stage};
use crate::state::{
    Effect, Leave, List, Loaded, Model, alarm, detail, gone, layers, list, live, narrowing, number, related,
};
use crate::store::{LoadEvent, Snapshot};

/// How many messages are remembered.
const MESSAGES: usize = 200;

/// How long after `^C` a second one leaves, in milliseconds.
const TWICE_MS: u64 = 2000;

/// Says something on the message line and remembers it.
pub(crate) fn say(model: &mut Model, notice: Notice) -> Vec<Effect> {
    let log = &mut model.messages.log;
    log.push_back(notice.clone());
    let surplus = log.len().saturating_sub(MESSAGES);
    log.drain(..surplus);
    model.messages.now = Some(notice);
    model.messages.since = model.clock;
    Vec::new()
}

/// A load begins: what was there before goes, filter and words stay.
pub(crate) fn begin(model: &mut Model, (title, snapshot): (Clean, Snapshot), growth: Growth) -> Vec<Effect> {
    model.loaded = Loaded { title, snapshot, stage: Stage::Loading, since: model.clock, ..Loaded::default() };
    live::begin(model, growth);
    detail::close(model);
    model.detail.given.clear();
    model.panes.facets.forget();
    model.panes.histogram.forget();
    related::forget(model);
    let columns = std::mem::take(&mut model.list.columns);
    model.list = List { columns, ..List::default() };
    // Answers over the old snapshot are dropped.
    model.narrowed.asked = model.narrowed.asked.next();
    model.narrowed.changed = model.narrowed.asked;
    model.narrowed.waiting = false;
    model.narrowed.stale = false;
    model.narrowed.old = Generation::default();
    Vec::new()
}

/// The loader says something.
pub(crate) fn load(model: &mut Model, event: LoadEvent) -> Vec<Effect> {
    match event {
        LoadEvent::Segment { index, segment } => {
            alarm::hear(model, index, &segment);
            let is_first = model.loaded.snapshot.segments().is_empty();
            model.loaded.snapshot = model.loaded.snapshot.with_segment(index, segment);
            // More alerts have more names, so that a warning may go but none comes.
            if is_first || model.narrowed.warning.is_some() {
                narrowing::warn(model);
            }
            list::ask_grown(model)
        }
        LoadEvent::Retracted(place) => {
            model.loaded.unreadable.retain(|line| line.place != place);
            Vec::new()
        }
        LoadEvent::Progress { unreadable, counts, bytes, total } => {
            model.loaded.unreadable.extend(unreadable);
            model.loaded.counts = counts;
            model.loaded.bytes = bytes;
            model.loaded.total = total;
            Vec::new()
        }
        LoadEvent::Skipped(notice) | LoadEvent::Failed(notice) | LoadEvent::Said(notice) => say(model, notice),
        LoadEvent::Ended(title, alerts) => say(model, has_ended(title, alerts)),
        LoadEvent::Following => live::following(model),
        LoadEvent::Dropped { before, alerts } => gone::drop_before(model, before, alerts),
        LoadEvent::Done => done(model),
    }
}

/// `standard input has ended: 1,204 alerts came through it`.
fn has_ended(title: Clean, alerts: u64) -> Notice {
    let came = Clean::concat([number::of(alerts, "alert"), " came through it".into()]);
    Notice::said(Clean::concat([title, " has ended: ".into(), came]))
}

/// An empty load is an answer too: without a question the list would wait for ever. What was counted around the open
/// alert was so far, and is counted anew.
fn done(model: &mut Model) -> Vec<Effect> {
    live::end(model);
    if model.loaded.snapshot.segments().is_empty() { list::ask_grown(model) } else { detail::again(model) }
}

/// Draws everything anew.
pub(crate) fn redraw(_: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    vec![Effect::Redraw]
}

/// Gives the terminal back and stops.
pub(crate) fn suspend(_: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    vec![Effect::Suspend]
}

/// Closes what is in front; on the bare list, leaves.
pub(crate) fn quit(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if model.is_bare() { quit_all(model, args) } else { layers::back(model, args) }
}

/// Leaves from anywhere.
pub(crate) fn quit_all(_: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    vec![Effect::Quit(Leave::Quit)]
}

/// Stops loading, or a count, or what is being typed; with nothing to stop, leaves the second time.
pub(crate) fn interrupt(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if model.loaded.stage != Stage::Ended {
        return stop_reading(model);
    }
    if model.narrowed.waiting {
        return stop_counting(model);
    }
    if !model.is_bare() {
        return layers::back(model, args);
    }
    if args.interrupted.is_some_and(|Millis(at)| model.clock.0.saturating_sub(at) <= TWICE_MS) {
        return vec![Effect::Quit(Leave::Interrupted)];
    }
    model.pending.interrupted = Some(model.clock);
    say(model, Notice::said("nothing runs that ^C could stop").with_next("^C again leaves, q too"))
}

/// Stops loading, following, or listening.
fn stop_reading(model: &mut Model) -> Vec<Effect> {
    let what = if model.loaded.is_loading() { "loading stopped" } else { "reading stopped" };
    // At once, not when the loader says so: it may hang on a pipe, and a second ^C must mean something.
    live::end(model);
    model.live.stopped = true;
    say(model, Notice::said(Clean::concat([what.into(), "; what is there stays".into()])));
    vec![Effect::StopLoading]
}

/// Gives up the answer that is awaited; the list keeps what was found so far.
fn stop_counting(model: &mut Model) -> Vec<Effect> {
    model.narrowed.asked = model.narrowed.asked.next();
    model.narrowed.changed = model.narrowed.asked;
    model.narrowed.waiting = false;
    model.list.view.complete = false;
    say(model, Notice::said("counting stopped; the list holds what was found so far"));
    vec![Effect::StopCounting]
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
