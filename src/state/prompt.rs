//! What is typed on the bottom line and in the filter bar, and what Enter makes of it.
//!
//! Lives here: the filter and word prompts, live with every key; running a command by name; pasting. Not here: editing
//! (`input`). Imports: `base`, `query`. Promise: a text that is no filter leaves the list as it is and says where and why.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::query::fields::Warning;
use crate::query::saved::{InFull, parse};
use crate::query::terms::{is_either, join};
use crate::state::bar::Mark;
use crate::state::chips::{Chip, chips, with_chips};
use crate::state::commands::{self, Args};
use crate::state::{
    Effect, Input, Layer, Model, Narrowing, brush, complete, facet_keys, gaps, help, history, input, layers, narrowing,
    session,
};

/// Opens the filter for editing.
pub(crate) fn edit_filter(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let before = narrowing::step(model);
    let input = Input { before, ..Input::holding(&model.narrowed.now.filter) };
    model.layers.push(Layer::Filter(input));
    complete::close(model);
    history::rest(model);
    mark(model, &InFull::of(&model.narrowed.now.filter.clone()));
    Vec::new()
}

/// Puts the palette's condition in force; without one, opens the filter for editing.
pub(crate) fn filter(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if args.text.is_empty() {
        return edit_filter(model, args);
    }
    match parse(args.text, &model.saved()) {
        Ok((full, _)) => narrowing::apply(model, Narrowing { filter: full.text, ..model.narrowed.now.clone() }),
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
        Some(Layer::Filter(_) | Layer::Chip(_)) => filter_edited(model),
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
        Some(Layer::Help(choice) | Layer::Palette(choice) | Layer::Fields(_, choice) | Layer::History(choice)) => {
            choice.cursor = 0;
            choice.top = 0;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// The place moved in the text: candidates are those of another place.
pub(crate) fn moved(model: &mut Model) -> Vec<Effect> {
    complete::close(model);
    Vec::new()
}

/// A filter as it is being typed, the terms around an edited chip included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The whole text.
    pub(crate) text: String,
    /// The caret in it, in bytes.
    pub(crate) caret: usize,
    /// Where the input's own text begins in it, and how long that is.
    own: Range<usize>,
}

impl Typed {
    /// A place of the whole text as one of the input's.
    pub(crate) fn in_input(&self, at: &Range<usize>) -> Range<usize> {
        let place = |at: usize| at.clamp(self.own.start, self.own.end) - self.own.start;
        place(at.start)..place(at.end)
    }
}

/// The filter that is being typed; `None`: none is.
pub(crate) fn typed(model: &Model) -> Option<Typed> {
    let layer = model.layers.last()?;
    let input = layer.filter_input()?;
    let (before, behind) = match layer {
        Layer::Chip(editing) => {
            let (before, behind) = around(&editing.input.before.narrowing, editing.at);
            let is_alone = before.is_empty() && behind.is_empty();
            // What is typed may become an `or`.
            if is_alone { (before, behind) } else { (before + "(", [")", &behind].concat()) }
        }
        _ => (String::new(), String::new()),
    };
    let own = before.len()..before.len() + input.text.len();
    let text = [before.as_str(), &input.text, &behind].concat();
    Some(Typed { text, caret: own.start + input.at, own })
}

/// What stands before and behind a chip in the filter.
fn around(narrowing: &Narrowing, at: usize) -> (String, String) {
    let all = chips(narrowing);
    let on = |part: &[Chip]| {
        let texts: Vec<&str> = part.iter().filter(|chip| chip.is_on).map(|chip| chip.text.as_str()).collect();
        // Joined with a word, so that each has the parentheses that it needs.
        if texts.is_empty() { String::new() } else { join(&[texts.as_slice(), &["x"]].concat()) }
    };
    let before = on(all.get(..at).unwrap_or_default());
    let behind = on(all.get(at + 1..).unwrap_or_default());
    let before = before.strip_suffix('x').unwrap_or_default().to_owned();
    let behind = behind.strip_suffix(" and x").map_or_else(String::new, |text| format!(" and {text}"));
    (before, behind)
}

fn filter_edited(model: &mut Model) -> Vec<Effect> {
    let Some(text) = model.layers.last().and_then(Layer::filter_input).map(|input| input.text.clone()) else {
        return Vec::new();
    };
    history::rest(model);
    model.bar.mark = None;
    let parsed = parse(&text, &model.saved());
    let mut effects = Vec::new();
    let mut error = None;
    match parsed {
        // A field's name is a word until its operator is typed: a list that was emptied by it would stay so at a mistake.
        Ok((_, filter)) if !filter.words().is_empty() => {}
        Ok((full, _)) => effects = apply_typed(model, &full),
        Err(wrong) => {
            model.bar.mark =
                wrong.fix.map(|fix| Mark { at: wrong.at.clone(), short: Clean::default(), fix: Some(fix) });
            error = Some((wrong.at, wrong.notice));
        }
    }
    if let Some(input) = model.input_mut() {
        input.error = error;
    }
    effects.extend(complete::follow(model));
    effects
}

/// Puts the filter that is typed in force.
fn apply_typed(model: &mut Model, full: &InFull) -> Vec<Effect> {
    // Blanks in front stay: places in the filter are places in what is typed.
    let text = full.text.trim_end();
    let (next, before) = match model.layers.last() {
        Some(Layer::Filter(input)) => {
            (Narrowing { filter: text.to_owned(), ..model.narrowed.now.clone() }, input.before.clone())
        }
        Some(Layer::Chip(editing)) => {
            let before = &editing.input.before;
            let mut all = chips(&before.narrowing);
            if let Some(chip) = all.get_mut(editing.at) {
                *chip = Chip::on(text.to_owned());
            }
            (with_chips(&before.narrowing, &all), before.clone())
        }
        _ => return Vec::new(),
    };
    let effects = narrowing::change(model, next, &before);
    mark(model, full);
    effects
}

/// Marks what surprises in the filter in force at its place in what is typed.
fn mark(model: &mut Model, full: &InFull) {
    let start = match model.layers.last() {
        Some(Layer::Chip(editing)) => {
            let (before, behind) = around(&editing.input.before.narrowing, editing.at);
            let in_parentheses = is_either(&full.text) && (!before.is_empty() || !behind.is_empty());
            before.len() + usize::from(in_parentheses)
        }
        _ => 0,
    };
    let end = start + full.text.len();
    let here = |warning: &&Warning| warning.at.start >= start && warning.at.end <= end;
    model.bar.mark = model.narrowed.warning.as_ref().filter(here).map(|warning| Mark {
        at: full.typed(&(warning.at.start - start..warning.at.end - start)),
        short: warning.short.clone(),
        fix: warning.fix.clone(),
    });
}

/// Takes what the layer in front offers.
pub(crate) fn accept(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match model.layers.pop() {
        Some(layer @ (Layer::Filter(_) | Layer::Chip(_))) => accept_filter(model, layer),
        Some(Layer::History(choice)) => history::accept(model, &choice),
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
        Some(
            Layer::Help(_)
            | Layer::Messages(_)
            | Layer::Bytes(_)
            | Layer::Values(_)
            | Layer::Compare(_)
            | Layer::Chips(_),
        )
        | None => Vec::new(),
    }
}

fn accept_filter(model: &mut Model, layer: Layer) -> Vec<Effect> {
    complete::close(model);
    let Some(input) = layer.filter_input().cloned() else { return Vec::new() };
    let is_chip = matches!(layer, Layer::Chip(_));
    model.layers.push(layer);
    let full = match parse(&input.text, &model.saved()) {
        Ok((full, _)) => full,
        Err(error) => return session::say(model, error.notice),
    };
    let mut effects = apply_typed(model, &full);
    model.layers.pop();
    narrowing::keep(model, input.before);
    let applied = if is_chip { model.narrowed.now.filter.clone() } else { input.text };
    effects.extend(history::remember(model, &applied));
    chips_left(model);
    effects
}

/// The chips keep the focus only while there are any.
fn chips_left(model: &mut Model) {
    let last = chips(&model.narrowed.now).len().checked_sub(1);
    match (last, model.layers.last_mut()) {
        (Some(last), Some(Layer::Chips(at))) => *at = (*at).min(last),
        (None, Some(Layer::Chips(_))) => drop(model.layers.pop()),
        _ => {}
    }
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

/// Completes the name of the command at the cursor, or what stands at the caret of a filter.
pub(crate) fn complete(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if let Some(Layer::Fields(names, choice)) = model.layers.last_mut() {
        let name = facet_keys::offered(names, &choice.input.text).into_iter().nth(choice.cursor).map(Input::holding);
        (choice.input, choice.cursor) = (name.unwrap_or_default(), 0);
        return Vec::new();
    }
    if model.layers.last().is_some_and(|layer| layer.filter_input().is_some()) {
        return complete::tab(model);
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
