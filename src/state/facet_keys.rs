//! What keys do in the facets: keep a value, drop it, sort, narrow, add a field and remove it.
//!
//! Lives here: the commands of that pane. Not here: its lines (`facets`). Imports: `base`, `query`. Promise: what is kept and
//! dropped of a field is one term each in the filter, one step of undo, and read back from there.

use crate::base::{Clean, Notice};
use crate::query::fields::loaded_names;
use crate::query::kept::{self, Choice, Kept};
use crate::query::literal::{keep, spelling};
use crate::query::terms::join;
use crate::state::commands::Args;
use crate::state::facets::{Block, Facet, HEAD, fit, hold};
use crate::state::layout::SizeClass;
use crate::state::{Choice as Offer, Effect, Focus, Input, Layer, Model, Narrowing, narrowing, session};

/// Goes to the facets, which are shown if they are not; from there puts them away. Kept for screens of this width.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let class = SizeClass::of(model.size.columns);
    // Where they stand beside the list unasked, the first key goes there.
    let seen = model.focus == Focus::Facets;
    if let Some(slot) = model.panes.facets.chosen.get_mut(class as usize) {
        *slot = Some(!seen);
    }
    if seen {
        leave(model);
        return Vec::new();
    }
    model.detail.zoomed = false;
    model.focus = Focus::Facets;
    if !model.shows_facets() {
        model.focus = Focus::List;
        return session::say(
            model,
            Notice::said("there is no room for facets beside the list").with_next("p moves the detail"),
        );
    }
    fit(model);
    Vec::new()
}

fn leave(model: &mut Model) {
    if model.focus == Focus::Facets {
        model.focus = Focus::List;
    }
}

/// Moves over the values of all fields.
pub(crate) fn move_by(model: &mut Model, delta: isize) -> Vec<Effect> {
    let blocks = model.panes.facets.blocks(usize::from(model.layout().facets.rows));
    let facets = &mut model.panes.facets;
    let before: usize = blocks.iter().take(facets.at).map(Block::stops).sum();
    let all: usize = blocks.iter().map(Block::stops).sum();
    let mut stop = (before + facets.item).saturating_add_signed(delta).min(all.saturating_sub(1));
    for (at, block) in blocks.iter().enumerate() {
        if stop < block.stops() {
            (facets.at, facets.item) = (at, stop);
            break;
        }
        stop -= block.stops();
    }
    fit(model);
    Vec::new()
}

/// To the first value of the next field, `count` times.
pub(crate) fn next_field(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let facets = &mut model.panes.facets;
    (facets.at, facets.item) = (facets.at.saturating_add(args.times()), 0);
    fit(model);
    Vec::new()
}

/// To the first value of the field before, `count` times.
pub(crate) fn previous_field(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let facets = &mut model.panes.facets;
    (facets.at, facets.item) = (facets.at.saturating_sub(args.times()), 0);
    fit(model);
    Vec::new()
}

/// Keeps the value under the cursor, or no longer.
pub(crate) fn keep_value(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |kept, choice| {
        kept.dropped.retain(|other| *other != choice);
        switch(&mut kept.kept, choice);
    })
}

/// Drops the value under the cursor, or no longer.
pub(crate) fn drop_value(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |kept, choice| {
        kept.kept.retain(|other| *other != choice);
        switch(&mut kept.dropped, choice);
    })
}

/// Keeps only the value under the cursor; where it stands on what stands for the others, shows them.
pub(crate) fn only(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if is_on_more(model) {
        return grow(model, args);
    }
    change(model, |kept, choice| *kept = Kept { kept: vec![choice], dropped: Vec::new() })
}

fn switch(choices: &mut Vec<Choice>, choice: Choice) {
    let before = choices.len();
    choices.retain(|other| *other != choice);
    if choices.len() == before {
        choices.push(choice);
    }
}

fn is_on_more(model: &Model) -> bool {
    let facets = &model.panes.facets;
    let blocks = facets.blocks(usize::from(model.layout().facets.rows));
    blocks.get(facets.at).is_some_and(|block| block.more > 0 && facets.item >= block.shown)
}

/// Changes what is kept and dropped of the field under the cursor, by its value there.
fn change(model: &mut Model, with: impl FnOnce(&mut Kept, Choice)) -> Vec<Effect> {
    if is_on_more(model) {
        return session::say(model, Notice::said("more values are behind this line").with_next("Enter shows them"));
    }
    let Some((facet, Some(item))) = model.panes.facets.under_cursor() else {
        return session::say(model, Notice::said("no value is under the cursor"));
    };
    let (choice, value, _) = facet.read(item);
    let filter = if kept::is_choosable(&facet.name, &choice) {
        let (mut kept, _) = kept::read(&model.narrowed.now.filter, facet.as_field());
        with(&mut kept, choice);
        kept::write(&model.narrowed.now.filter, facet.as_field(), &kept)
    } else {
        // What can't be compared with can still be selected, alone.
        join(&[model.narrowed.now.filter.clone(), keep(&facet.name, value.map(|value| value.borrow()))])
    };
    let effects = narrowing::apply(model, Narrowing { filter, ..model.narrowed.now.clone() });
    arrange(model);
    effects
}

/// Marks and values that no alert has follow the filter at once; counts come later.
fn arrange(model: &mut Model) {
    let filter = model.narrowed.now.filter.clone();
    let facets = &mut model.panes.facets;
    let held = facets.under_cursor().and_then(|(facet, item)| Some((facet.name.clone(), facet.read(item?).0)));
    facets.fields.iter_mut().for_each(|facet| facet.arrange(&filter));
    if let Some((name, choice)) = held {
        hold(facets, &name, &choice);
    }
    fit(model);
}

/// Sorts the values of the field under the cursor by name, or by count.
pub(crate) fn sort(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let at = model.panes.facets.at;
    let Some(facet) = model.panes.facets.fields.get_mut(at) else { return Vec::new() };
    facet.by_name = !facet.by_name;
    let order = if facet.by_name { " sorted by name" } else { " sorted by count" };
    let said = Clean::concat([name(facet), order.into()]);
    arrange(model);
    session::say(model, Notice::said(said))
}

fn name(facet: &Facet) -> Clean {
    Clean::from_bytes(facet.name.as_bytes())
}

/// Shows every value of the field under the cursor, or as many as fit.
pub(crate) fn grow(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let at = model.panes.facets.at;
    if let Some(facet) = model.panes.facets.fields.get_mut(at) {
        facet.grown = !facet.grown;
    }
    fit(model);
    Vec::new()
}

/// Opens a line for text that narrows the values of the field under the cursor.
pub(crate) fn narrow(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some((facet, _)) = model.panes.facets.under_cursor() else { return Vec::new() };
    let input = Input { before: narrowing::step(model), ..Input::holding(&facet.words) };
    model.layers.push(Layer::Values(input));
    Vec::new()
}

/// The text that narrows the values is this now.
pub(crate) fn narrow_to(model: &mut Model, words: String) -> Vec<Effect> {
    let at = model.panes.facets.at;
    if let Some(facet) = model.panes.facets.fields.get_mut(at) {
        facet.words = words;
    }
    model.panes.facets.item = 0;
    arrange(model);
    Vec::new()
}

/// Adds the field that the palette names; without a name, the one whose cell the list's cursor is in; in the pane, offers
/// all that alerts have.
pub(crate) fn add(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if !args.text.is_empty() {
        return add_named(model, args.text);
    }
    let cell = model.list.columns.name(model.list.column).filter(|name| *name != "object" && *name != "time");
    match (model.focus, cell.map(str::to_owned)) {
        (Focus::List, Some(name)) => add_named(model, &name),
        _ => offer(model, args),
    }
}

/// Offers the names of all fields that are loaded.
pub(crate) fn offer(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let names = loaded_names(&model.loaded.snapshot);
    let writable: Vec<String> = names.into_iter().filter(|name| spelling(name).is_some()).collect();
    model.layers.push(Layer::Fields(writable, Offer::default()));
    Vec::new()
}

/// The names that the text in the layer leaves.
pub(crate) fn offered<'n>(names: &'n [String], text: &str) -> Vec<&'n str> {
    let text = text.trim();
    let mut found: Vec<&str> = names.iter().map(String::as_str).filter(|name| name.contains(text)).collect();
    found.sort_by_key(|name| !name.starts_with(text));
    found
}

/// Adds a field, or goes to it where it is there already, and shows the pane.
pub(crate) fn add_named(model: &mut Model, name: &str) -> Vec<Effect> {
    if spelling(name).is_none() {
        let what = Clean::concat(["no filter can name the field ".into(), Clean::from_bytes(name.as_bytes())]);
        return session::say(model, Notice::said(what));
    }
    let facets = &mut model.panes.facets;
    let at = facets.fields.iter().position(|facet| facet.name == name).unwrap_or_else(|| {
        facets.fields.insert(0, Facet::named(name));
        facets.again();
        0
    });
    let facets = &mut model.panes.facets;
    (facets.at, facets.item) = (at, 0);
    if model.focus == Focus::Facets {
        fit(model);
        return Vec::new();
    }
    if let Some(slot) = model.panes.facets.chosen.get_mut(SizeClass::of(model.size.columns) as usize) {
        *slot = Some(false);
    }
    toggle_on(model)
}

fn toggle_on(model: &mut Model) -> Vec<Effect> {
    model.focus = Focus::List;
    toggle(model, &Args::default())
}

/// Takes the field under the cursor out of the pane; the filter stays.
pub(crate) fn remove(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let facets = &mut model.panes.facets;
    if facets.fields.len() <= 1 {
        return session::say(model, Notice::said("the last field stays").with_next("+ adds another one first"));
    }
    let removed = facets.fields.remove(facets.at.min(facets.fields.len() - 1));
    facets.item = 0;
    fit(model);
    session::say(model, Notice::said(Clean::concat([name(&removed), " is counted no longer".into()])))
}

/// A line of the pane was clicked: the cursor goes there; on the value under the cursor, keeps it.
pub(crate) fn click(model: &mut Model, line: u16) -> Vec<Effect> {
    let blocks = model.panes.facets.blocks(usize::from(model.layout().facets.rows));
    let line = (usize::from(line) + model.panes.facets.top).checked_sub(HEAD);
    let was = (model.focus, model.panes.facets.at, model.panes.facets.item);
    model.focus = Focus::Facets;
    let Some(line) = line else { return Vec::new() };
    let Some((at, block)) = blocks.iter().enumerate().rfind(|(_, block)| block.start <= line) else {
        return Vec::new();
    };
    let item = (line - block.start).saturating_sub(1).min(block.stops() - 1);
    (model.panes.facets.at, model.panes.facets.item) = (at, item);
    let on_item = line > block.start && line <= block.start + block.stops();
    if on_item && was == (Focus::Facets, at, item) {
        return if is_on_more(model) { grow(model, &Args::default()) } else { keep_value(model, &Args::default()) };
    }
    fit(model);
    Vec::new()
}
