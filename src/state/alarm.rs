//! Bell and window title: what tells a reader who looks elsewhere that something urgent came. Off unless asked.
//!
//! Lives here: when to ring, what the title says. Not here: the bytes (`ui::terminal`). Imports: `base`, `store`.
//! Promise: every alert that comes live counts, whatever the filter leaves in view: a filter must not hide an alarm. Bell
//! and title each change at most once a second; the title is stoop's own words and a number.

use crate::base::{Clean, Millis, Notice, Priority};
use crate::state::commands::Args;
use crate::state::live::Stage;
use crate::state::{Effect, Model, number, session};
use crate::store::Segment;

/// Bell and title change at most once in so long, in milliseconds.
const PAUSE_MS: u64 = 1000;

/// When the bell rings and what the title says.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    /// The bell rings for alerts of this priority and worse.
    pub(crate) bell: Option<Priority>,
    /// The title counts alerts of this priority and worse.
    pub(crate) title: Option<Priority>,
    /// Something came for which the bell has not rung yet.
    owed: bool,
    rung: Option<Millis>,
    /// By priority, how many alerts the title counts.
    counts: [usize; Priority::ALL.len()],
    /// What the title says.
    says: Clean,
    titled: Option<Millis>,
}

impl Alarm {
    /// The same for another load; what stands in the title stays known.
    pub(crate) fn afresh(self) -> Self {
        Self { owed: false, counts: Default::default(), ..self }
    }

    /// `stoop: 3 Critical`; empty where there is nothing to tell.
    fn wanted(&self) -> Clean {
        let worst = Priority::ALL.into_iter().zip(self.counts).find(|(_, count)| *count > 0);
        worst.map_or_else(Clean::default, |(priority, count)| {
            Clean::concat(["stoop: ".into(), number::counted(count), " ".into(), priority.word().into()])
        })
    }

    /// When bell or title may change next, where they are to.
    fn due(&self) -> (Option<Millis>, Option<Millis>) {
        let after = |last: Option<Millis>| Millis(last.map_or(0, |last| last.0.saturating_add(PAUSE_MS)));
        let title = (self.wanted() != self.says).then(|| after(self.titled));
        (self.owed.then(|| after(self.rung)), title)
    }
}

impl Model {
    /// When bell or title are due.
    pub(crate) fn alarm_due(&self) -> Option<Millis> {
        let (bell, title) = self.live.alarm.due();
        bell.into_iter().chain(title).min()
    }
}

/// Alerts come: segment number `index` is about to be this one. What is loaded at the start is no news.
pub(crate) fn hear(model: &mut Model, index: usize, segment: &Segment) {
    let alarm = &mut model.live.alarm;
    let Some(least) = alarm.bell.max(alarm.title).filter(|_| model.loaded.stage == Stage::Following) else { return };
    let known = model.loaded.snapshot.segments().get(index).map_or(0, |before| before.len());
    let came = (known..segment.len()).filter_map(|row| segment.priority(row));
    for priority in came.filter(|priority| *priority <= least) {
        alarm.owed |= alarm.bell.is_some_and(|bell| priority <= bell);
        let counts = alarm.title.is_some_and(|title| priority <= title);
        if let Some(count) = alarm.counts.get_mut(priority as usize).filter(|_| counts) {
            *count += 1;
        }
    }
}

/// The reader is at the end and has seen what came.
pub(crate) fn calm(model: &mut Model) {
    model.live.alarm.counts = Default::default();
}

/// Rings and writes the title, where that is due. Called after every message.
pub(crate) fn sound(model: &mut Model) -> Vec<Effect> {
    let (clock, alarm) = (model.clock, &mut model.live.alarm);
    let (bell, title) = alarm.due();
    let mut effects = Vec::new();
    if bell.is_some_and(|due| due <= clock) {
        (alarm.owed, alarm.rung) = (false, Some(clock));
        effects.push(Effect::Ring);
    }
    if title.is_some_and(|due| due <= clock) {
        (alarm.says, alarm.titled) = (alarm.wanted(), Some(clock));
        effects.push(Effect::Title(alarm.says.clone()));
    }
    effects
}

/// Rings for alerts of the priority that the palette names, or not at all.
pub(crate) fn bell(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let alarm = &mut model.live.alarm;
    let notice = match Asked::of(args.text) {
        Asked::Nothing => usage("bell", alarm.bell),
        Asked::Off => {
            (alarm.bell, alarm.owed) = (None, false);
            Notice::said("the bell is off")
        }
        Asked::Least(least) => {
            alarm.bell = Some(least);
            said("the bell rings for a new alert that is ", least)
        }
    };
    session::say(model, notice)
}

/// Counts alerts of the priority that the palette names in the window's title, or none.
pub(crate) fn title(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let notice = match Asked::of(args.text) {
        Asked::Nothing => usage("title", model.live.alarm.title),
        Asked::Off => {
            model.live.alarm.title = None;
            calm(model);
            Notice::said("the window's title is left alone")
        }
        Asked::Least(least) => {
            model.live.alarm.title = Some(least);
            calm(model);
            said("the window's title counts new alerts that are ", least)
        }
    };
    session::say(model, notice)
}

/// What the palette asks for.
enum Asked {
    Off,
    Least(Priority),
    /// It is neither a priority nor `off`.
    Nothing,
}

impl Asked {
    fn of(text: &str) -> Self {
        match Priority::parse(text.as_bytes()) {
            Some(least) => Self::Least(least),
            None if text == "off" => Self::Off,
            None => Self::Nothing,
        }
    }
}

fn said(what: &'static str, least: Priority) -> Notice {
    Notice::said(Clean::concat([what.into(), least.word().into(), " or worse".into()]))
}

fn usage(name: &'static str, now: Option<Priority>) -> Notice {
    let now = now.map_or("off", Priority::word);
    let what = Clean::concat([name.into(), " needs a priority, or off; now it is ".into(), now.into()]);
    Notice::said(what).with_next(Clean::concat([name.into(), " critical".into()]))
}

#[cfg(test)]
#[path = "alarm_tests.rs"]
mod tests;
