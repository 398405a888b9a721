//! What lies over the screen: opening, leaving, moving in it.
//!
//! Lives here: help, palette, unreadable lines, messages. Not here: what is typed into them (`prompt`). Imports:
//! `base`, `source`. Promise: `Esc` always leaves one layer, never the program, never a filter.

use crate::base::{Clean, Notice};
use crate::source::ByteSpan;
use crate::state::commands::Args;
use crate::state::{
    Bytes, Choice, Effect, Focus, Input, Layer, Model, brush, complete, facet_keys, help as table, history, narrowing,
    session,
};

/// How much of a line that is no alert is shown, in bytes.
const SHOWN_BYTES: usize = 64 << 10;

impl Model {
    /// The text being typed in the layer in front; `None` when nothing is typed there.
    pub(crate) fn input_mut(&mut self) -> Option<&mut Input> {
        match self.layers.last_mut()? {
            Layer::Narrow(input) | Layer::Filter(input) | Layer::Values(input) | Layer::Time(input) => Some(input),
            Layer::Chip(editing) => Some(&mut editing.input),
            Layer::Fill(fill) => Some(&mut fill.input),
            Layer::Help(choice) | Layer::Palette(choice) | Layer::Fields(_, choice) | Layer::History(choice) => {
                Some(&mut choice.input)
            }
            _ => None,
        }
    }

    /// Nothing lies over the list, and it has the focus: there is nothing to go back from.
    pub(crate) fn is_bare(&self) -> bool {
        let bottom = self.layers.iter().all(|layer| matches!(layer, Layer::Start(..)));
        bottom && self.focus == Focus::List && !self.detail.zoomed
    }
}

impl Layer {
    /// Whether it leaves list and panes in sight and asks for something on a row of its own.
    pub(crate) fn is_prompt(&self) -> bool {
        matches!(
            self,
            Self::Filter(_)
                | Self::Values(_)
                | Self::Time(_)
                | Self::Narrow(_)
                | Self::Chips(_)
                | Self::Chip(_)
                | Self::Fill(_)
                | Self::Confirm(_)
        )
    }

    /// The text of a filter, or of one chip of it, that is being typed.
    pub(crate) fn filter_input(&self) -> Option<&Input> {
        match self {
            Self::Filter(input) => Some(input),
            Self::Chip(editing) => Some(&editing.input),
            _ => None,
        }
    }
}

/// Closes the layer in front, or leaves the pane, or gives the other pane its place back.
pub(crate) fn back(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let was_listed = complete::is_listed(model);
    complete::close(model);
    if was_listed {
        return Vec::new();
    }
    match model.layers.pop() {
        Some(Layer::Narrow(input) | Layer::Filter(input)) => return narrowing::restore(model, &input.before),
        Some(Layer::Values(_)) => return facet_keys::narrow_to(model, String::new()),
        Some(Layer::Chip(editing)) => return narrowing::restore(model, &editing.input.before),
        // Behind the start page there is nothing.
        Some(start @ Layer::Start(..)) => model.layers.push(start),
        Some(_) => {}
        None if model.focus == Focus::Histogram => return brush::back(model),
        None => {
            model.focus = Focus::List;
            model.detail.zoomed = false;
        }
    }
    Vec::new()
}

/// Shows every key.
pub(crate) fn help(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    model.layers.push(Layer::Help(Choice::default()));
    Vec::new()
}

/// Lets a command be named.
pub(crate) fn palette(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    model.layers.push(Layer::Palette(Choice::default()));
    Vec::new()
}

/// Lists the lines that are no alerts.
pub(crate) fn unreadable(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.loaded.unreadable.is_empty() {
        return session::say(model, Notice::said("every line so far was read: no line is unreadable"));
    }
    model.layers.push(Layer::Unreadable(Choice::default()));
    Vec::new()
}

/// Lists what the message line said, the newest in front.
pub(crate) fn messages(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.messages.log.is_empty() {
        return session::say(model, Notice::said("no message so far"));
    }
    model.layers.push(Layer::Messages(Choice::default()));
    move_by(model, isize::MAX)
}

/// Shows the bytes of the unreadable line under the cursor; `choice` stays behind them.
pub(crate) fn show_bytes(model: &mut Model, choice: Choice) -> Vec<Effect> {
    let line = model.loaded.unreadable.get(choice.cursor).cloned();
    model.layers.push(Layer::Unreadable(choice));
    let Some(line) = line else { return Vec::new() };
    let span = line.place.span;
    model.layers.push(Layer::Bytes(Bytes { span, line: line.place.line, text: line.start, top: 0 }));
    vec![Effect::Read(span, model.loaded.snapshot.clone())]
}

/// The bytes of a line were read: they are shown if they are still asked for.
pub(crate) fn take_line(model: &mut Model, span: ByteSpan, read: Result<Vec<u8>, Notice>) -> Vec<Effect> {
    match (read, model.layers.last_mut()) {
        (Ok(raw), Some(Layer::Bytes(bytes))) if bytes.span == span => {
            bytes.text = Clean::from_bytes(raw.get(..SHOWN_BYTES).unwrap_or(&raw));
            Vec::new()
        }
        (Ok(_), _) => Vec::new(),
        (Err(notice), _) => session::say(model, notice),
    }
}

/// Moves the cursor of the layer in front, and its rows with it.
pub(crate) fn move_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    let (items, rows) = (items(model), usize::from(model.size.rows.saturating_sub(4)).max(1));
    let last = items.saturating_sub(1);
    match model.layers.last_mut() {
        Some(Layer::Compare(compared)) => compared.top = compared.top.saturating_add_signed(delta).min(last),
        Some(Layer::Bytes(bytes)) => bytes.top = bytes.top.saturating_add_signed(delta).min(last),
        Some(
            Layer::Help(choice)
            | Layer::Palette(choice)
            | Layer::Fields(_, choice)
            | Layer::Unreadable(choice)
            | Layer::Messages(choice)
            | Layer::History(choice)
            | Layer::Start(_, choice),
        ) => {
            choice.cursor = choice.cursor.saturating_add_signed(delta).min(last);
            let lowest = (choice.cursor + 1).saturating_sub(rows);
            choice.top = choice.top.clamp(lowest, choice.cursor);
        }
        _ => {}
    }
    Vec::new()
}

/// How many items the layer in front has; for bytes, how many rows they fill.
fn items(model: &Model) -> usize {
    match model.layers.last() {
        Some(Layer::Help(choice)) => table::help(model, &choice.input.text).len(),
        Some(Layer::Palette(choice)) => table::palette(&choice.input.text).len(),
        Some(Layer::Fields(names, choice)) => facet_keys::offered(names, &choice.input.text).len(),
        Some(Layer::Unreadable(_)) => model.loaded.unreadable.len(),
        Some(Layer::Messages(_)) => model.messages.log.len(),
        Some(Layer::Start(offers, _)) => offers.len(),
        Some(Layer::Compare(compared)) => compared.lines(model.size.columns).len(),
        Some(Layer::History(choice)) => history::found(model, &choice.input.text).len(),
        Some(Layer::Bytes(bytes)) => bytes.text.as_str().len().div_ceil(usize::from(model.size.columns).max(1)),
        _ => 0,
    }
}
