//! Marks: a selection for the next step.
//!
//! Lives here: setting and taking them. Imports: `base`. Promise: marks stay with their alerts, whatever is filtered.

use crate::state::commands::Args;
use crate::state::{Effect, Model, list};

/// Marks the alert under the cursor, or takes its mark, and goes down.
pub(crate) fn toggle(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    if let Some(row) = model.list.row
        && !model.list.marked.remove(&row)
    {
        model.list.marked.insert(row);
    }
    list::down(model, &Args::default())
}
