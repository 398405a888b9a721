//! Asking for what an alert does not hold, one value after the other, and remembering it for this alert.
//!
//! Lives here: the questions and what their answers do. Not here: what a value may be (`analysis`), how it is typed
//! (`input`), how it looks (`ui::overlay`). Imports: `analysis`, `base`. Promise: only a value that is good for its gap is
//! remembered, and a command leaves only when nothing more is to be asked.

use crate::analysis::{Gap, Given};
use crate::base::{Notice, RowId};
use crate::state::steps::{self, Wanted};
use crate::state::{Effect, Fill, Input, Layer, Model, session};

/// Asks for the gaps for which nothing was typed yet, then sends the command.
pub(crate) fn ask_open(model: &mut Model, wanted: Wanted) -> Vec<Effect> {
    let open = model.shown().map(|shown| shown.filled(&wanted.line).gaps().to_vec()).unwrap_or_default();
    ask(model, wanted, open)
}

/// Asks for every gap, with what was typed before to begin with, then sends the command.
pub(crate) fn ask_all(model: &mut Model, wanted: Wanted) -> Vec<Effect> {
    let all = wanted.line.gaps().to_vec();
    ask(model, wanted, all)
}

fn ask(model: &mut Model, wanted: Wanted, gaps: Vec<Gap>) -> Vec<Effect> {
    let Some(row) = model.detail.opened.as_ref().map(|opened| opened.row) else { return Vec::new() };
    let (command, input, of) = (wanted.line.clone(), Input::default(), gaps.len());
    go_on(model, Fill { row, wanted, command, of, gaps, again: false, input })
}

/// Asks for the first gap that is left; when none is, the command leaves.
fn go_on(model: &mut Model, mut fill: Fill) -> Vec<Effect> {
    let given = given(model, fill.row);
    let Some(gap) = fill.gaps.first() else {
        let line = fill.wanted.line.filled_with(given);
        return steps::leave(model, &fill.wanted, &line);
    };
    let others: Vec<Given> = given.iter().filter(|given| !given.gap.is_alike(gap)).cloned().collect();
    let before = given.iter().find(|given| given.gap.is_alike(gap));
    fill.command = fill.wanted.line.filled_with(&others);
    fill.again = before.is_some();
    fill.input = Input::holding(before.map_or("", |given| &given.typed));
    model.layers.push(Layer::Fill(Box::new(fill)));
    Vec::new()
}

/// Takes the value for the gap that was asked for; one that its type does not take stays to be mended. Nothing in place
/// of an earlier value forgets it.
pub(crate) fn accept(model: &mut Model, mut fill: Fill) -> Vec<Effect> {
    let Some(gap) = fill.gaps.first().cloned() else { return Vec::new() };
    if fill.again && fill.input.text.is_empty() {
        forget(model, fill.row, &gap);
        return session::say(model, Notice::said("forgotten").with_next("y asks for it"));
    }
    match fill.command.with_typed(&gap, &fill.input.text) {
        Ok(_) => {
            let typed = fill.input.text.clone();
            forget(model, fill.row, &gap);
            model.detail.given.entry(fill.row).or_default().push(Given { gap, typed });
            fill.gaps.remove(0);
            go_on(model, fill)
        }
        Err(why) => {
            fill.input.error = Some((0..fill.input.text.len(), Notice::said(why)));
            model.layers.push(Layer::Fill(Box::new(fill)));
            Vec::new()
        }
    }
}

fn given(model: &Model, row: RowId) -> &[Given] {
    model.detail.given.get(&row).map(Vec::as_slice).unwrap_or_default()
}

fn forget(model: &mut Model, row: RowId, gap: &Gap) {
    if let Some(given) = model.detail.given.get_mut(&row) {
        given.retain(|given| !given.gap.is_alike(gap));
    }
}

#[cfg(test)]
#[path = "gaps_tests.rs"]
mod tests;
