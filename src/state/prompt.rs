//! What is typed on the bottom line and in the filter bar, and what Enter makes of it.
//!
//! Lives here: the filter and word prompts, live with every key; running a command by name; pasting. Not here: editing
//! (`input`). Imports: `base`, `query`. Promise: a text that is no filter leaves the list as it is and says where and why.

use crate::base::{Clean, Notice};
use crate::query::filter::Filter;
use crate::state::commands::{self, Args};
use crate::state::{
    Effect, Input, Layer, Model, Narrowing, brush, facet_keys, gaps, help, input, layers, narrowing, session,
};

/// Opens the filter for editing.
pub(crate) fn edit_filter(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let before = narrowing::step(model);
    let input = Input { before, ..Input::holding(&model.narrowed.now.filter) };
    model.layers.push(Layer::Filter(input));
    Vec::new()
}

/// Puts the palette's condition in force; without one, opens the filter for editing.
pub(crate) fn filter(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if args.text.is_empty() {
        return edit_filter(model, args);
    }
    match Filter::parse(args.text) {
        Ok(_) => narrowing::apply(model, Narrowing { filter: args.text.to_owned(), ..model.narrowed.now.clone() }),
        Err(error) => session::say(model, error.notice),
    }
}

/// Puts the palette's words in force; without any, opens the words for editing.
pub(crate) fn narrow(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if !args.text.is_empty() {
        return narrowing::apply(model, Narrowing { words: args.text.to_owned(), ..model.narrowed.now.clone() });
    }
    let before = narrowing::step(model);
    let input = Input { before, ..Input::holding(&model.narrowed.now.words) };
    model.layers.push(Layer::Narrow(input));
    Vec::new()
}

/// Puts typed text into the input in front.
pub(crate) fn insert(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(input) = model.input_mut() else { return Vec::new() };
    if input.insert(text) {
        model.messages.now = None;
        return edited(model);
    }
    session::say(model, Notice::said("the text is as long as it may be; nothing was put in").at(input::MAX_BYTES))
}

/// Takes pasted text: into an input only, where it can run nothing.
pub(crate) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.input_mut().is_some() {
        return insert(model, text);
    }
    let next = Clean::from("f or / opens one");
    session::say(model, Notice::said("pasted text goes into inputs only, so it was left out").with_next(next))
}

/// The text in front has changed: lists and filters follow with every key.
pub(crate) fn edited(model: &mut Model) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Filter(_)) => filter_edited(model),
        Some(Layer::Narrow(input)) => {
            let (words, before) = (input.text.trim().to_owned(), input.before.clone());
            narrowing::change(model, Narrowing { words, ..model.narrowed.now.clone() }, &before)
        }
        Some(Layer::Values(input)) => {
            let words = input.text.trim().to_owned();
            facet_keys::narrow_to(model, words)
        }
        Some(Layer::Fill(fill)) => {
            fill.input.error = None;
            Vec::new()
        }
        Some(Layer::Help(choice) | Layer::Palette(choice) | Layer::Fields(_, choice)) => {
            choice.cursor = 0;
            choice.top = 0;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn filter_edited(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Filter(input)) = model.layers.last_mut() else { return Vec::new() };
    let parsed = Filter::parse(&input.text);
    let is_half_typed = parsed.as_ref().is_ok_and(|filter| !filter.words().is_empty());
    input.error = parsed.err().map(|error| (error.at, error.notice));
    // A field's name is a word until its operator is typed: a list that was emptied by it would stay so at a mistake.
    if input.error.is_some() || is_half_typed {
        return Vec::new();
    }
    apply_filter(model)
}

/// Puts the filter that is typed in force.
fn apply_filter(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Filter(input)) = model.layers.last() else { return Vec::new() };
    // Blanks in front stay: places in the filter are places in what is typed.
    let (filter, before) = (input.text.trim_end().to_owned(), input.before.clone());
    narrowing::change(model, Narrowing { filter, ..model.narrowed.now.clone() }, &before)
}

/// Takes what the layer in front offers.
pub(crate) fn accept(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Filter(input)) => accept_filter(model, input),
        Some(Layer::Narrow(input)) => {
            narrowing::keep(model, input.before);
            Vec::new()
        }
        Some(Layer::Time(input)) => brush::goto(model, &Args { text: input.text.trim(), ..Args::default() }),
        Some(Layer::Fields(names, choice)) => {
            let name = facet_keys::offered(&names, &choice.input.text).into_iter().nth(choice.cursor);
            name.map_or_else(Vec::new, |name| facet_keys::add_named(model, name))
        }
        Some(Layer::Fill(fill)) => gaps::accept(model, *fill),
        Some(Layer::Confirm(confirm)) => vec![*confirm.effect],
        Some(Layer::Palette(choice)) => run_named(model, choice.input.text.trim(), choice.cursor),
        Some(Layer::Unreadable(choice)) => layers::show_bytes(model, choice),
        Some(Layer::Start(offers, choice)) => {
            offers.into_iter().nth(choice.cursor).map(|offer| Effect::Load(offer.source)).into_iter().collect()
        }
        Some(Layer::Help(_) | Layer::Messages(_) | Layer::Bytes(_) | Layer::Values(_) | Layer::Compare(_)) | None => {
            Vec::new()
        }
    }
}

fn accept_filter(model: &mut Model, input: Input) -> Vec<Effect> {
    let (error, before) = (input.error.clone(), input.before.clone());
    model.layers.push(Layer::Filter(input));
    if let Some((_, notice)) = error {
        return session::say(model, notice);
    }
    let effects = apply_filter(model);
    model.layers.pop();
    narrowing::keep(model, before);
    effects
}

/// Runs the command that stands at `cursor` among those that `text` may mean.
fn run_named(model: &mut Model, text: &str, cursor: usize) -> Vec<Effect> {
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let entry = help::palette(text).into_iter().nth(cursor);
    if let Some(command) = entry.and_then(|entry| commands::named(entry.name)) {
        return (command.run)(model, &Args { text: rest.trim(), ..Args::default() });
    }
    let what = Clean::concat(["no command is called ".into(), Clean::from_bytes(name.as_bytes())]);
    session::say(model, Notice::said(what).with_next(": alone lists them"))
}

/// Completes the name of the command at the cursor.
pub(crate) fn complete(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if let Some(Layer::Fields(names, choice)) = model.layers.last_mut() {
        let name = facet_keys::offered(names, &choice.input.text).into_iter().nth(choice.cursor).map(Input::holding);
        (choice.input, choice.cursor) = (name.unwrap_or_default(), 0);
        return Vec::new();
    }
    let Some(Layer::Palette(choice)) = model.layers.last() else { return Vec::new() };
    let text = choice.input.text.trim_start();
    let Some(entry) = help::palette(text).into_iter().nth(choice.cursor) else { return Vec::new() };
    let rest = text.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
    let blank = if entry.argument.is_empty() { "" } else { " " };
    let completed = Input::holding(&[entry.name, blank, rest].concat());
    if let Some(Layer::Palette(choice)) = model.layers.last_mut() {
        choice.input = completed;
        choice.cursor = 0;
    }
    Vec::new()
}

#[cfg(test)]
#[path = "prompt_tests.rs"]
mod tests;
