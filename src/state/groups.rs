//! Groups in the list: what alerts are gathered by, folding and unfolding.
//!
//! Lives here: the keys `o` and their like. Not here: gathering (`query::group`), which line is what (`lines`). Imports:
//! `base`, `query`. Promise: what the cursor stands on stays under it, and one undo takes a grouping back.

use crate::base::{Clean, Notice};
use crate::query::group::{Grouping, MOST_FIELDS};
use crate::state::commands::Args;
use crate::state::lines::{Fold, Line};
use crate::state::{Effect, Folds, Model, Narrowing, cell, detail, list, narrowing, session};

/// Groups by the fields that the palette names, by likeness, or not at all.
pub(crate) fn group(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    match args.text {
        "" => session::say(model, Notice::said("group takes fields, alike or none").with_next("group rule, proc.name")),
        "none" => ungroup(model),
        "alike" => set(model, Some(Grouping::Alike)),
        fields => {
            let fields: Vec<String> =
                fields.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            if fields.len() > MOST_FIELDS {
                return session::say(model, Notice::said("six fields at most make a group"));
            }
            set(model, Some(Grouping::By(fields)))
        }
    }
}

/// Groups by one field.
pub(crate) fn by(model: &mut Model, field: &str) -> Vec<Effect> {
    set(model, Some(Grouping::By(vec![field.to_owned()])))
}

/// Groups by the field under the cursor.
pub(crate) fn by_focused(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match cell::name(model) {
        Some(name) => by(model, &name),
        None => session::say(model, Notice::said("no field is under the cursor")),
    }
}

/// Groups alike alerts.
pub(crate) fn alike(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    set(model, Some(Grouping::Alike))
}

/// Takes the groups apart.
pub(crate) fn none(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    ungroup(model)
}

fn ungroup(model: &mut Model) -> Vec<Effect> {
    if model.narrowed.now.grouping.is_none() {
        return session::say(model, Notice::said("the list is not grouped"));
    }
    set(model, None)
}

fn set(model: &mut Model, grouping: Option<Grouping>) -> Vec<Effect> {
    if grouping == model.narrowed.now.grouping {
        return session::say(model, Notice::said("the list is grouped so already").with_next("oo takes groups apart"));
    }
    // An order of groups is none of alerts, and the other way round.
    narrowing::apply(model, Narrowing { grouping, order: None, ..model.narrowed.now.clone() })
}

/// Opens the alert under the cursor; a group is opened or closed.
pub(crate) fn open(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    if is_on_group(model) { fold(model, None) } else { detail::open(model, args) }
}

/// Whether the cursor stands on a group.
pub(crate) fn is_on_group(model: &Model) -> bool {
    model.list.header_at(model.list.cursor.0).is_some()
}

/// Whether the cursor stands on a group that is open.
pub(crate) fn is_on_open_group(model: &Model) -> bool {
    model.list.header_at(model.list.cursor.0).is_some_and(|group| model.list.folds.is_open(group.id))
}

/// Opens or closes the group under the cursor; `None`: whichever it is not.
pub(crate) fn fold(model: &mut Model, to: Option<Fold>) -> Vec<Effect> {
    let Some(group) = model.list.group_of(model.list.cursor.0) else { return Vec::new() };
    let Some(id) = model.list.groups().get(group).map(|group| group.id) else { return Vec::new() };
    let is_open = model.list.folds.is_open(id);
    let opens = to.map_or(!is_open, |to| to == Fold::Open);
    if opens == is_open {
        return Vec::new();
    }
    model.list.folds.put(id, if opens { Fold::Open } else { Fold::Closed });
    model.list.arrange();
    let line = model.list.header_line(group).unwrap_or_default();
    list::go(model, line)
}

/// Opens every group, or closes all where one is open.
pub(crate) fn fold_all(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if model.list.view.groups.is_none() {
        return session::say(model, Notice::said("the list is not grouped").with_next("o groups it"));
    }
    let held = model.held_now();
    let to = if model.list.folds.are_closed() { Fold::Open } else { Fold::Closed };
    model.list.folds = Folds::all(to);
    model.list.arrange();
    let at = held.map_or(0, |held| list::line_of(model, held));
    list::go(model, at)
}

/// To the next group, `count` times.
pub(crate) fn next(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let Some(group) = model.list.group_of(model.list.cursor.0) else { return Vec::new() };
    let last = model.list.groups().len().saturating_sub(1);
    let line = model.list.header_line(group.saturating_add(args.times()).min(last)).unwrap_or_default();
    list::go(model, line)
}

/// To the group before, `count` times; from inside one first to its header.
pub(crate) fn previous(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let at = model.list.cursor.0;
    let Some(group) = model.list.group_of(at) else { return Vec::new() };
    let back = args.times() - usize::from(matches!(model.list.line(at), Some(Line::Alert(_)))).min(args.times());
    let line = model.list.header_line(group.saturating_sub(back)).unwrap_or_default();
    list::go(model, line)
}

/// How the list is grouped, in words; `None`: it is not.
pub(crate) fn title(grouping: Option<&Grouping>) -> Option<Clean> {
    Some(match grouping? {
        Grouping::Alike => "by likeness".into(),
        Grouping::By(fields) => Clean::from_bytes(format!("by {}", fields.join(", ")).as_bytes()),
    })
}

#[cfg(test)]
#[path = "groups_tests.rs"]
mod tests;
