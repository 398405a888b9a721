//! A list that goes on growing: how far reading is, whether the cursor goes along, what is new to the reader.
//!
//! Lives here: following and `F`. Not here: what is dropped (`gone`), bell and title (`alarm`). Imports: `base`, `query`,
//! `store`. Promise: the cursor goes along only while the reader stands at the end of the order of time and does nothing
//! else; what came since the reader left the end is counted, under the filter.

use std::sync::Arc;

use crate::base::{Clean, Millis, Notice, Priority, RowId};
use crate::query::Fresh;
use crate::query::order::key;
use crate::state::alarm::{self, Alarm};
use crate::state::commands::Args;
use crate::state::{Effect, Focus, Loaded, Model, Msg, detail, list, number, session};
use crate::store::LoadEvent;

/// How far reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What is there is being read.
    Loading,
    /// Everything that was there was read, and more may come.
    Following,
    /// Nothing more comes.
    #[default]
    Ended,
}

/// What the sources of a load may still give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Growth {
    /// How many files and directories the user named: they can be watched.
    pub(crate) files: usize,
    /// How many sources give alerts for as long as they are open: standard input, a listener.
    pub(crate) streams: usize,
    /// Files are watched for more, and the list begins at its end (`-f`, `F`).
    pub(crate) follows: bool,
}

impl Growth {
    /// Whether files are watched; streams are followed for as long as they are open.
    fn follows_files(self) -> bool {
        self.follows && self.files > 0
    }
}

/// The list as something that grows.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// What the sources may still give.
    pub(crate) growth: Growth,
    /// At some time of this load everything was read and more could come.
    pub(crate) has_grown: bool,
    /// The reader stopped reading with `^C`.
    pub(crate) stopped: bool,
    /// The reader stands at the end: the cursor goes along with what comes.
    pub(crate) at_end: bool,
    /// Bell and title.
    pub(crate) alarm: Alarm,
    /// No alert of the list as it is shown has this id or a greater one.
    shown: Option<RowId>,
    /// The same of the newest question.
    asked: Option<RowId>,
    /// Alerts from here on are new to the reader; `None`: none is.
    left: Option<RowId>,
}

/// What is new to the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// How many alerts; in the order of time those below the cursor.
    pub(crate) count: usize,
    /// The worst priority among them, where it is urgent, and how many have it.
    pub(crate) worst: Option<(Priority, usize)>,
}

/// A message gives way to what is new when it has stood for so long, in milliseconds.
const MESSAGE_MS: u64 = 4000;

impl Loaded {
    /// Whether what is there is still being read.
    pub(crate) fn is_loading(&self) -> bool {
        self.stage == Stage::Loading
    }
}

impl Model {
    /// What is new to the reader; `None`: nothing.
    pub(crate) fn news(&self) -> Option<News> {
        self.live.left.filter(|_| !self.loaded.is_loading())?;
        let (view, snapshot) = (&self.list.view, &self.loaded.snapshot);
        let below = |cursor: RowId| {
            let last = key(snapshot, cursor);
            view.fresh.partition_point(|fresh| key(snapshot, fresh.row) <= last)
        };
        let seen = self.list.row.filter(|_| view.is_by_time).map_or(0, below);
        let fresh = view.fresh.get(seen..).unwrap_or_default();
        (!fresh.is_empty()).then(|| News { count: fresh.len(), worst: worst(fresh) })
    }

    /// Whether the message line tells what is new rather than the message that stands there.
    pub(crate) fn tells_news(&self) -> bool {
        let is_old = self.clock.0 >= self.messages.since.0.saturating_add(MESSAGE_MS);
        (self.messages.now.is_none() || is_old) && self.news().is_some()
    }

    /// When a message gives way to what is new.
    pub(crate) fn news_due(&self) -> Option<Millis> {
        let at = Millis(self.messages.since.0.saturating_add(MESSAGE_MS));
        (self.messages.now.is_some() && at > self.clock && self.news().is_some()).then_some(at)
    }

    /// Whether the message tells only what came to a list that is followed: nobody waits for it.
    pub(crate) fn only_grows_by(&self, msg: &Msg) -> bool {
        let is_growth = match msg {
            Msg::Load(event) => matches!(event, LoadEvent::Segment { .. } | LoadEvent::Progress { .. }),
            Msg::View(view) => view.generation > self.narrowed.changed,
            Msg::Counted(_) | Msg::Charted(..) => true,
            _ => false,
        };
        is_growth && self.loaded.stage == Stage::Following
    }

    /// Whether the list has an end that what comes is added to.
    pub(crate) fn is_in_order_of_time(&self) -> bool {
        self.narrowed.now.grouping.is_none() && self.narrowed.now.order.is_none()
    }

    /// Whether the end of the list may still be followed.
    fn may_grow(&self) -> bool {
        let Growth { streams, follows, .. } = self.live.growth;
        match self.loaded.stage {
            Stage::Loading => follows || streams > 0,
            Stage::Following => true,
            Stage::Ended => follows,
        }
    }
}

/// The worst priority, where it is urgent, and how many have it.
fn worst(fresh: &[Fresh]) -> Option<(Priority, usize)> {
    let worst = fresh.iter().filter_map(|fresh| fresh.priority).min().filter(|worst| *worst <= list::URGENT)?;
    Some((worst, fresh.iter().filter(|fresh| fresh.priority == Some(worst)).count()))
}

/// Another load begins.
pub(crate) fn begin(model: &mut Model, growth: Growth) {
    let alarm = std::mem::take(&mut model.live.alarm).afresh();
    model.live = Live { growth, at_end: growth.follows, alarm, ..Live::default() };
}

/// A question is asked about what is loaded; gives the id from which on alerts are new to the reader.
pub(crate) fn ask(model: &mut Model) -> Option<RowId> {
    model.live.asked = Some(model.loaded.snapshot.end());
    model.live.left
}

/// The newest question has its whole answer.
pub(crate) fn answered(model: &mut Model) {
    model.live.shown = model.live.asked;
}

/// Everything that was there was read, and more may come.
pub(crate) fn following(model: &mut Model) -> Vec<Effect> {
    if model.live.stopped {
        return Vec::new();
    }
    let was_loading = model.loaded.is_loading();
    model.loaded.stage = Stage::Following;
    model.live.has_grown = true;
    if !model.live.at_end && model.live.left.is_none() {
        model.live.left = Some(model.loaded.snapshot.end());
    }
    match was_loading {
        true if model.loaded.snapshot.segments().is_empty() => list::ask_grown(model),
        // What was counted around the open alert was so far.
        true => detail::again(model),
        false => Vec::new(),
    }
}

/// Nothing more comes.
pub(crate) fn end(model: &mut Model) {
    model.loaded.stage = Stage::Ended;
    model.live.growth.follows = false;
    model.live.at_end = false;
}

/// The reader goes away from the end, or looks at something: the cursor stays from now on.
pub(crate) fn leave(model: &mut Model) {
    if !std::mem::take(&mut model.live.at_end) || model.loaded.is_loading() {
        return;
    }
    model.live.left = model.live.shown.or_else(|| Some(model.loaded.snapshot.end()));
    // The answer that is on its way does not tell apart what is new.
    model.narrowed.stale |= model.narrowed.waiting;
}

/// The reader goes to the end: nothing is new any more, and the cursor goes along where more may come.
pub(crate) fn arrive(model: &mut Model) {
    if !model.is_in_order_of_time() {
        return;
    }
    model.live.at_end = model.may_grow();
    model.live.left = None;
    model.list.view.fresh = Arc::default();
    alarm::calm(model);
}

/// Puts what a step of undo knew back in force.
pub(crate) fn restore(model: &mut Model, at_end: bool) {
    if at_end { arrive(model) } else { leave(model) }
}

/// Takes the cursor along with what has come. Called after every message.
pub(crate) fn stick(model: &mut Model) {
    if model.focus == Focus::Detail || !model.is_in_order_of_time() {
        leave(model);
    }
    // Half a command, or a layer, is about the alert that stood under the cursor when it was begun.
    let is_busy = !model.layers.is_empty() || model.pending.prefix.is_some() || model.list.range.is_some();
    if model.live.at_end && !is_busy {
        list::to_end(model);
    }
}

/// Follows, or no longer.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.live.growth.follows_files() { unfollow(model) } else { follow(model) }
}

/// Follows or not, as the palette says.
pub(crate) fn set(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match args.text {
        "" => toggle(model, args),
        "on" if model.live.growth.follows_files() => session::say(model, Notice::said("following already")),
        "on" => follow(model),
        "off" if !model.live.growth.follows_files() => session::say(model, Notice::said("no file is followed")),
        "off" => unfollow(model),
        _ => session::say(model, Notice::said("follow needs on or off").with_next("follow on")),
    }
}

fn follow(model: &mut Model) -> Vec<Effect> {
    if let Some(why) = cannot_grow(model) {
        return session::say(model, why);
    }
    model.live.growth.follows = true;
    let is_last = model.list.cursor.0 + 1 >= model.list.len();
    if is_last {
        arrive(model);
    }
    let notice = Notice::said("following: new alerts appear at the end");
    session::say(model, if is_last { notice } else { notice.with_next("G goes there") });
    vec![Effect::Follow(true)]
}

/// Why there is nothing to follow.
fn cannot_grow(model: &Model) -> Option<Notice> {
    let Growth { files, streams, .. } = model.live.growth;
    if model.live.stopped {
        return Some(Notice::said("reading was stopped with ^C").with_next("Open it again to follow it"));
    }
    if files > 0 {
        return None;
    }
    Some(match (streams, model.loaded.stage) {
        (0, _) => Notice::said("nothing that is loaded can grow, so there is nothing to follow"),
        (_, Stage::Ended) => Notice::said("the stream has ended: nothing more comes"),
        _ => Notice::said("a stream is followed for as long as it is open").with_next("^C stops it"),
    })
}

fn unfollow(model: &mut Model) -> Vec<Effect> {
    model.live.growth.follows = false;
    leave(model);
    let files = u64::try_from(model.live.growth.files).unwrap_or(u64::MAX);
    let stay = if files == 1 { " stays as it is" } else { " stay as they are" };
    let said = ["not following any more; ".into(), number::of(files, "file"), stay.into()];
    session::say(model, Notice::said(Clean::concat(said)));
    vec![Effect::Follow(false)]
}

#[cfg(test)]
#[path = "live_tests.rs"]
pub(crate) mod tests;
