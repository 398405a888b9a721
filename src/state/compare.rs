//! `C`: two alerts side by side, or one beside what is usual of its rule.
//!
//! Lives here: which alerts, the layer's keys, what leaves. Not here: what differs (`difference`), reading (`query`).
//! Imports: `analysis`, `base`, `query`. Promise: an answer to an older request is dropped, and no value breaks the table
//! that leaves.

use std::sync::Arc;

use crate::analysis::report::escape;
use crate::base::{Clean, Generation, Notice, RowId};
use crate::query::compared::{Compared, Wanted};
use crate::state::commands::Args;
use crate::state::difference::{self, Row};
use crate::state::page::Part;
use crate::state::{Effect, Focus, Layer, Model, list, session};

/// The layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// The request that it waits for, or that was answered.
    generation: Generation,
    /// What was read; `None`: not yet.
    pub(crate) compared: Option<Arc<Compared>>,
    /// Equal and volatile fields are shown as well.
    pub(crate) equal: bool,
    /// The second side stands first.
    pub(crate) swapped: bool,
    /// The first line that is drawn.
    pub(crate) top: usize,
}

impl Comparison {
    /// The rows, in order; those that are folded away left out.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let all = self.compared.as_ref().map(|compared| difference::rows(compared, self.swapped)).unwrap_or_default();
        all.into_iter().filter(|row| self.equal || !row.verdict.is_folded()).collect()
    }

    /// The lines below the heading.
    pub(crate) fn lines(&self, columns: u16) -> Vec<Vec<Part>> {
        difference::lines(&self.rows(), usize::from(columns))
    }

    /// The heading: both sides, how many fields differ and how many do not.
    pub(crate) fn heading(&self) -> Vec<Part> {
        self.compared.as_ref().map(|compared| difference::heading(compared, self.swapped)).unwrap_or_default()
    }
}

/// Compares: the two that are marked, or the marked one with the one under the cursor, or that with its like.
pub(crate) fn compare(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let wanted = match wanted(model) {
        Ok(wanted) => wanted,
        Err(why) => return session::say(model, why),
    };
    model.related.compared = model.related.compared.next();
    let generation = model.related.compared;
    model.layers.push(Layer::Compare(Box::new(Comparison { generation, ..Comparison::default() })));
    vec![Effect::Compare(generation, wanted, model.loaded.snapshot.clone())]
}

fn wanted(model: &Model) -> Result<Wanted, Notice> {
    let open = model.detail.opened.as_ref().map(|opened| opened.row).filter(|_| model.focus == Focus::Detail);
    let Some(here) = open.or(model.list.row) else { return Err(list::nothing_here(model)) };
    let marked: Vec<RowId> = model.list.marked.iter().take(3).collect();
    match marked.as_slice() {
        [a, b] => Ok(Wanted::Two(*a, *b)),
        [a] if *a != here => Ok(Wanted::Two(*a, here)),
        [] | [_] => Ok(Wanted::Usual(here, Arc::clone(&model.list.view.rows))),
        _ => {
            let what = format!("{} alerts are marked; two can be compared", model.list.marked.len());
            Err(Notice::said(Clean::from_bytes(what.as_bytes())).with_next("Space takes a mark away"))
        }
    }
}

/// What was to be compared was read: it is shown if it is still waited for.
pub(crate) fn take(model: &mut Model, generation: Generation, read: Result<Arc<Compared>, Notice>) -> Vec<Effect> {
    let waits = |layer: &Layer| matches!(layer, Layer::Compare(comparison) if comparison.generation == generation);
    let Some(at) = model.layers.iter().position(waits) else { return Vec::new() };
    match (read, model.layers.get_mut(at)) {
        (Ok(compared), Some(Layer::Compare(comparison))) => {
            comparison.compared = Some(compared);
            Vec::new()
        }
        (Err(why), _) => {
            model.layers.remove(at);
            session::say(model, why)
        }
        (Ok(_), _) => Vec::new(),
    }
}

fn change(model: &mut Model, how: impl FnOnce(&mut Comparison)) -> Vec<Effect> {
    if let Some(Layer::Compare(comparison)) = model.layers.last_mut() {
        how(comparison);
    }
    Vec::new()
}

/// Shows equal and volatile fields, or folds them away.
pub(crate) fn toggle_equal(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |comparison| {
        comparison.equal = !comparison.equal;
        comparison.top = 0;
    })
}

/// The second side stands first, or the first again.
pub(crate) fn swap(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    change(model, |comparison| comparison.swapped = !comparison.swapped)
}

/// Sends what is shown as a table.
pub(crate) fn copy(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let Some(Layer::Compare(comparison)) = model.layers.last() else { return Vec::new() };
    if comparison.compared.is_none() {
        return session::say(model, Notice::said("nothing was read yet"));
    }
    vec![Effect::Copy { what: "the comparison".into(), text: markdown(comparison).into_bytes() }]
}

fn markdown(comparison: &Comparison) -> String {
    let heading = Clean::concat(comparison.heading().into_iter().map(|(_, text)| text));
    let mut text = vec![escape::inline(&heading), String::new(), "| field | A | B | |".to_owned()];
    text.push("| --- | --- | --- | --- |".to_owned());
    let value = |value: &Option<Clean>| match value {
        None => "absent".to_owned(),
        Some(text) => escape::cell(text),
    };
    for row in comparison.rows() {
        let (name, said) = (escape::cell(&row.name), escape::inline(&row.said()));
        text.push(format!("| {name} | {} | {} | {said} |", value(&row.a), value(&row.b)));
    }
    text.join("\n") + "\n"
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
