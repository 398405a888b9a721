//! What `y` sends of an alert: itself, a value, its line.
//!
//! Lives here: which text it is. Not here: commands (`steps`), how it gets to a clipboard (`app`). Imports: `base` to
//! `decode`. Promise: no control character leaves as itself.
//!
//! Evidence leaves byte for byte where it can. A line with control characters leaves with JSON's escapes for them, which
//! say the same to whoever reads the JSON; a value, or a line that is no UTF-8, leaves in the form in which it is drawn.

use std::sync::Arc;

use crate::base::{Clean, Generation, Notice, RowId};
use crate::decode;
use crate::query::literal::one_line;
use crate::state::commands::{Args, Pane};
use crate::state::page::{self, Page, Part, Role};
use crate::state::steps;
use crate::state::{Confirm, Effect, Focus, Layer, Model, Opened, Tab, cell, detail, list, number, session};

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The alert as it came, or what else has the focus.
    Focused,
    /// The value of the cell or field under the cursor.
    Value,
    /// The line as it came.
    Raw,
    /// The alert's output text.
    Output,
    /// The alert's uuid.
    Uuid,
    /// Nothing: the alerts with the value under the cursor are kept.
    Keep,
    /// Nothing: they are dropped.
    Drop,
}

/// What can be named after `copy`.
const KINDS: &str = "copy takes alert, value, raw, output, uuid, condition, command, undo, check, script or tuning";

/// A text with its name in the message, or what to say instead.
type Found = Result<(Clean, Vec<u8>), Clean>;

/// Sends what the palette names, or what has the focus.
pub(crate) fn copy(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match args.text {
        "" | "alert" => send(model, What::Focused),
        "value" => send(model, What::Value),
        "raw" => send(model, What::Raw),
        "output" => send(model, What::Output),
        "uuid" => send(model, What::Uuid),
        "condition" => condition(model, args),
        "command" => steps::send_command(model, args),
        "undo" => steps::send_undo(model, args),
        "check" => steps::send_check(model, args),
        "script" => steps::send_script(model, args),
        "tuning" => steps::send_exception(model, args),
        _ => session::say(model, Notice::said(KINDS)),
    }
}

/// Sends the filter in force, as `-q` takes it.
pub(crate) fn condition(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let now = &model.narrowed.now;
    if now.filter.is_empty() {
        let next = if now.words.is_empty() { "" } else { "the words of / can't be one" };
        return session::say(model, Notice::said("no filter is in force").with_next(next));
    }
    let what = if now.words.is_empty() { "the filter" } else { "the filter, without the words of /" };
    vec![Effect::Copy { what: what.into(), text: one_line(&now.filter).into_bytes() }]
}

/// Sends something of the alert that has the focus; one that was not read yet is read first.
pub(crate) fn send(model: &mut Model, what: What) -> Vec<Effect> {
    if matches!(what, What::Focused | What::Raw) && model.pane() == Pane::List && !model.list.marked.is_empty() {
        return send_marked(model);
    }
    let Some(row) = model.list.row else {
        let notice = list::nothing_here(model);
        return session::say(model, notice);
    };
    match &model.detail.opened {
        // In the panes it is the alert that is shown, even when the cursor has just gone on.
        Some(opened) if opened.row == row || model.focus == Focus::Detail => {
            let opened = Arc::clone(opened);
            deliver(model, what, &opened)
        }
        _ => owe(model, what, row),
    }
}

/// More alerts than this are sent only after one more key.
const MANY: usize = 500;

/// Sends the lines of the marked alerts, in the order in which they came.
fn send_marked(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<RowId> = model.list.marked.iter().collect();
    let count = rows.len();
    let effect = Effect::CopyLines(rows, model.loaded.snapshot.clone());
    if count <= MANY {
        return vec![effect];
    }
    let question = Notice::said(Clean::concat([number::counted(count), " alerts are marked".into()]));
    model.layers.push(Layer::Confirm(Confirm { question, deed: "sends them", effect: Box::new(effect) }));
    Vec::new()
}

fn owe(model: &mut Model, what: What, row: RowId) -> Vec<Effect> {
    let effects = detail::want(model, row);
    if effects.is_empty() && model.detail.failed.is_some() {
        return model.detail.failed.clone().map_or_else(Vec::new, |notice| session::say(model, notice));
    }
    model.detail.owed = Some((model.detail.asked, what));
    effects
}

/// Sends what waited for the alert of this request.
pub(crate) fn pay(model: &mut Model, asked: Generation, read: &Result<Arc<Opened>, Notice>) -> Vec<Effect> {
    let Some((_, what)) = model.detail.owed.take_if(|(owed, _)| *owed == asked) else { return Vec::new() };
    match read {
        Ok(opened) => deliver(model, what, opened),
        Err(notice) => session::say(model, notice.clone()),
    }
}

fn deliver(model: &mut Model, what: What, opened: &Opened) -> Vec<Effect> {
    if matches!(what, What::Keep | What::Drop) {
        return cell::deliver(model, what, opened);
    }
    match text(model, what, opened) {
        Ok((what, text)) => vec![Effect::Copy { what, text }],
        Err(why) => session::say(model, Notice::said(why)),
    }
}

fn text(model: &Model, what: What, opened: &Opened) -> Found {
    match (what, model.focus, model.detail.tab) {
        (What::Focused | What::Value, Focus::Detail, Tab::Fields) => field(model, opened),
        (What::Focused, Focus::Detail, Tab::Analysis) => {
            Ok(("the analysis".into(), plain(&model.page().unwrap_or_default())))
        }
        (What::Focused, ..) => Ok(("the alert".into(), line(&decode::own(&opened.line)))),
        (What::Raw, ..) => Ok(("the line".into(), line(&opened.line))),
        (What::Value | What::Keep | What::Drop, ..) => shown(model, opened),
        (What::Output, ..) => named(opened, "output"),
        (What::Uuid, ..) => named(opened, "uuid"),
    }
}

/// The value of the field under the cursor.
fn field(model: &Model, opened: &Opened) -> Found {
    let text = page::item_text(Tab::Fields, opened, model.tab_state().item);
    text.map(|text| ("the value".into(), value(&text))).ok_or_else(|| "no value is under the cursor".into())
}

/// The value of the list's cell under the cursor.
fn shown(model: &Model, opened: &Opened) -> Found {
    named(opened, &cell::listed_field(model, opened))
}

/// The value of `name`, or that the alert has none.
fn named(opened: &Opened, name: &str) -> Found {
    let shown = Clean::from_bytes(name.as_bytes());
    match opened.alert.named(name) {
        Some(found) => Ok((shown, value(found.bytes()))),
        None => Err(Clean::concat(["this alert has no ".into(), shown])),
    }
}

/// A value as it leaves: itself, or as it is drawn where a terminal would act on it.
fn value(raw: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(raw) {
        Ok(text) if !text.chars().any(char::is_control) => raw.to_vec(),
        _ => Clean::from_bytes(raw).as_str().into(),
    }
}

/// A line as it leaves: itself, or with JSON's escapes for control characters, or as it is drawn.
pub(crate) fn line(raw: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(raw) else { return value(raw) };
    let mut safe = Vec::with_capacity(raw.len());
    for piece in text.split_inclusive(char::is_control) {
        let (before, control) = split_control(piece);
        safe.extend_from_slice(before.as_bytes());
        safe.extend(control.map(|c| format!("\\u{:04x}", u32::from(c))).unwrap_or_default().bytes());
    }
    safe
}

/// The control character at the end of `piece`, apart from what stands before it.
fn split_control(piece: &str) -> (&str, Option<char>) {
    let control = piece.chars().next_back().filter(|c| c.is_control());
    let before = control.map_or(piece, |c| piece.strip_suffix(c).unwrap_or(piece));
    (before, control)
}

/// The text of a page, without roles and keys; it is clean already.
fn plain(page: &Page) -> Vec<u8> {
    let told = |(role, text): &Part| (*role != Role::Hint).then(|| text.clone());
    let lines = page.lines.iter().map(|line| Clean::concat(line.parts.iter().filter_map(told)));
    lines.map(|line| line.as_str().trim_end().to_owned()).collect::<Vec<_>>().join("\n").into_bytes()
}

#[cfg(test)]
#[path = "copy_tests.rs"]
mod tests;
