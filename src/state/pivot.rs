//! `P` and `:pivot`: everything of the same container, process, user …
//!
//! Lives here: putting the filter of a tie in force. Not here: the ties (`query::tie`). Imports: `base`, `decode`, `query`.
//! Promise: the cursor stays on its alert, one undo leads back, and the filter shows the alerts that Related counts.

use crate::base::{Clean, Nanos, Notice, RowId};
use crate::decode::{Scope, Value};
use crate::query::filter::Filter;
use crate::query::literal::literal;
use crate::query::moment;
use crate::query::related::filter;
use crate::query::tie::{Seen, Tie, Tied, tied};
use crate::state::commands::Args;
use crate::state::page::related::window_words;
use crate::state::{Effect, Focus, Model, Narrowing, Opened, list, live, narrowing, session};

/// Words that `:pivot` takes beside the names of fields.
const WORDS: [(&str, Tie); 11] = [
    ("container", Tie::Container),
    ("pod", Tie::Pod),
    ("process", Tie::Process),
    ("user", Tie::User),
    ("session", Tie::Session),
    ("login", Tie::Login),
    ("host", Tie::Host),
    ("file", Tie::File),
    ("address", Tie::Address),
    ("connection", Tie::Address),
    ("rule", Tie::Rule),
];

/// Shows everything that shares the tie with the alert under the cursor; a count is a number of minutes around it.
pub(crate) fn to(model: &mut Model, args: &Args<'_>, tie: Tie) -> Vec<Effect> {
    let minutes = args.count.and_then(|count| i64::try_from(count).ok());
    to_tie(model, tie, minutes.map(|minutes| minutes.saturating_mul(Nanos::MINUTE)))
}

fn to_tie(model: &mut Model, tie: Tie, window: Option<i64>) -> Vec<Effect> {
    let Some(row) = row(model) else {
        let notice = list::nothing_here(model);
        return session::say(model, notice);
    };
    let found = match opened(model, row) {
        Some(opened) => tied(&opened.alert, tie),
        None => match Seen::of(&model.loaded.snapshot, row) {
            Some(seen) => tied(&seen, tie),
            None => Err("the alert is still being read; once more, please".into()),
        },
    };
    match found {
        Ok(tied) => show(model, row, &tied, window),
        Err(why) => session::say(model, Notice::said(why)),
    }
}

/// The alert that is meant: the one in the panes when they have the focus, else the one under the cursor.
fn row(model: &Model) -> Option<RowId> {
    let open = model.detail.opened.as_ref().map(|opened| opened.row);
    if model.focus == Focus::Detail { open.or(model.list.row) } else { model.list.row }
}

fn opened(model: &Model, row: RowId) -> Option<&Opened> {
    model.detail.opened.as_deref().filter(|opened| opened.row == row)
}

/// Puts the filter in force in place of filter and words, as one step.
fn show(model: &mut Model, row: RowId, tied: &Tied, window: Option<i64>) -> Vec<Effect> {
    let filter = filter(&model.loaded.snapshot, row, &tied.condition, window);
    if let Err(error) = Filter::parse(&filter) {
        return session::say(model, error.notice);
    }
    let narrowing = Narrowing { filter, order: model.narrowed.now.order.clone(), ..Narrowing::default() };
    if narrowing == model.narrowed.now {
        return session::say(model, Notice::said("these alerts are in view already"));
    }
    model.focus = Focus::List;
    model.detail.zoomed = false;
    // The alert that it is about stays under the cursor, whatever comes.
    let before = narrowing::step(model);
    live::leave(model);
    let value = Clean::from_bytes(&tied.value);
    let mut what = Clean::concat(["everything of ".into(), tied.by.into(), " ".into(), value]);
    if let Some(window) = window {
        what = Clean::concat([what, " · ".into(), window_words(window)]);
    }
    session::say(model, Notice::said(what).with_next("u leads back"));
    narrowing::apply_from(model, narrowing, before)
}

/// Shows what has the same value of the field, or the same tie, that the palette names, and how far around the alert.
pub(crate) fn field(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let (name, window) = match read(args.text) {
        Ok(read) => read,
        Err(why) => return session::say(model, why),
    };
    if let Some((_, tie)) = WORDS.iter().find(|(word, _)| *word == name) {
        return to_tie(model, *tie, window);
    }
    let Some(row) = row(model) else {
        let notice = list::nothing_here(model);
        return session::say(model, notice);
    };
    match valued(model, row, name) {
        Ok(tied) => show(model, row, &Tied { by: "the same value:", ..tied }, window),
        Err(why) => session::say(model, Notice::said(why)),
    }
}

/// The name and the window, in nanoseconds.
fn read(text: &str) -> Result<(&str, Option<i64>), Notice> {
    let mut words = text.split_ascii_whitespace();
    let usage = || Notice::said("pivot needs a field, and takes a duration").with_next("pivot proc.name 10m");
    let name = words.next().ok_or_else(usage)?;
    let window = words.next().map(|word| duration(word).ok_or_else(usage)).transpose()?;
    if words.next().is_some() { Err(usage()) } else { Ok((name, window)) }
}

/// `90s`, `10m`, `10min`, `2h`, `1d`, `1w`, in nanoseconds; a number alone is minutes.
fn duration(word: &str) -> Option<i64> {
    let word = word.trim_start_matches(['-', '+', '±']);
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    match word.strip_suffix("min").or(is_number.then_some(word)) {
        Some(minutes) => moment::duration(&format!("{minutes}m")),
        None => moment::duration(word),
    }
}

fn valued(model: &Model, row: RowId, name: &str) -> Result<Tied, Clean> {
    let named = || Clean::from_bytes(name.as_bytes());
    let absent = || Clean::concat(["this alert has no ".into(), named()]);
    let read = |value: Value<'_>| value.to_owned();
    let value = if let Some(opened) = opened(model, row) {
        opened.alert.named(name).map(read).ok_or_else(absent)?
    } else {
        let cell = model.loaded.snapshot.cell(row, Scope::of(name), name).ok_or_else(absent)?;
        cell.read(read).ok_or("the alert is still being read; once more, please")?
    };
    let bytes = value.borrow().bytes().to_vec();
    let condition = format!("{name} = {}", literal(&bytes));
    let is_true = |filter: Filter| filter.matches(&Seen::one(name, value));
    match Filter::parse(&condition).map(is_true) {
        Ok(true) => Ok(Tied { tie: Tie::Rule, by: "", condition, value: bytes }),
        Ok(false) => Err(Clean::concat([named(), " is a list, which compares with no value".into()])),
        Err(error) => Err(error.notice.what),
    }
}

#[cfg(test)]
#[path = "pivot_tests.rs"]
mod tests;
