//! Filters that were applied before: walked with the arrows, searched, remembered.
//!
//! Lives here: the list and the keys in it. Not here: the file (`app`). Imports: nothing. Promise: no filter is there
//! twice, none that does not parse; what was being typed comes back behind the newest.

use crate::state::commands::Args;
use crate::state::{Choice, Effect, Input, Layer, Model, complete, prompt};

/// How many are remembered.
pub(crate) const MOST: usize = 500;

/// The filters that were applied before.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Their texts as typed, the newest last.
    pub(crate) filters: Vec<String>,
    /// How many steps back from what is being typed.
    back: usize,
    /// What was being typed before the first step.
    draft: String,
}

impl History {
    /// Puts `filter` behind all others.
    fn push(&mut self, filter: &str) {
        self.filters.retain(|known| known != filter);
        self.filters.push(filter.to_owned());
        let surplus = self.filters.len().saturating_sub(MOST);
        self.filters.drain(..surplus);
    }
}

/// What was remembered by earlier runs: older than whatever this one has.
pub(crate) fn take(model: &mut Model, remembered: Vec<String>) -> Vec<Effect> {
    let own = std::mem::replace(&mut model.bar.history.filters, remembered);
    for filter in own {
        model.bar.history.push(&filter);
    }
    Vec::new()
}

/// A filter was applied with Enter.
pub(crate) fn remember(model: &mut Model, filter: &str) -> Vec<Effect> {
    rest(model);
    let filter = filter.trim();
    if filter.is_empty() {
        return Vec::new();
    }
    model.bar.history.push(filter);
    vec![Effect::Remember(filter.to_owned())]
}

/// Walking begins anew.
pub(crate) fn rest(model: &mut Model) {
    model.bar.history.back = 0;
}

/// The filter before, or the candidate above.
pub(crate) fn older(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if complete::is_listed(model) {
        return complete::move_by(model, -1);
    }
    walk(model, 1)
}

/// The filter after, or the candidate below.
pub(crate) fn newer(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if complete::is_offered(model) {
        return complete::move_by(model, 1);
    }
    walk(model, -1)
}

fn walk(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(Layer::Filter(input)) = model.layers.last_mut() else { return Vec::new() };
    let history = &mut model.bar.history;
    let back = history.back.saturating_add_signed(by).min(history.filters.len());
    if back == history.back {
        return Vec::new();
    }
    if history.back == 0 {
        history.draft.clone_from(&input.text);
    }
    let text = match back {
        0 => history.draft.clone(),
        _ => history.filters.iter().nth_back(back - 1).cloned().unwrap_or_default(),
    };
    *input = Input { before: input.before.clone(), ..Input::holding(&text) };
    let effects = prompt::edited(model);
    // Being edited begins anew otherwise.
    model.bar.history.back = back;
    complete::close(model);
    effects
}

/// Lists the filters of the history in front of the one that is typed.
pub(crate) fn search(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Filter(_))) {
        model.layers.push(Layer::History(Choice::default()));
    }
    Vec::new()
}

/// The filters that hold every word of `text`, the newest first.
pub(crate) fn found<'m>(model: &'m Model, text: &str) -> Vec<&'m str> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let fits = |filter: &&String| {
        let folded = filter.to_lowercase();
        words.iter().all(|word| folded.contains(word.as_str()))
    };
    model.bar.history.filters.iter().rev().filter(fits).map(String::as_str).collect()
}

/// Takes the filter under the cursor into the input below.
pub(crate) fn accept(model: &mut Model, choice: &Choice) -> Vec<Effect> {
    let chosen = found(model, &choice.input.text).get(choice.cursor).map(|filter| (*filter).to_owned());
    let (Some(text), Some(Layer::Filter(input))) = (chosen, model.layers.last_mut()) else { return Vec::new() };
    *input = Input { before: input.before.clone(), ..Input::holding(&text) };
    let effects = prompt::edited(model);
    complete::close(model);
    effects
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
