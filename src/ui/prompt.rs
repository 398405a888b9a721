//! What is asked on the message line, with what is to be known above it: the value of a gap, one more key.
//!
//! Lives here: how these look. Not here: what they do (`state::gaps`, `state::steps`). Imports: `base`, `state`.
//! Promise: what a prompt covers is above the message line, and what it asks about is in sight as a whole where there is
//! room.

use crate::base::{Clean, Notice};
use crate::state::page::commands::command_parts;
use crate::state::page::flow::{Flow, made, words};
use crate::state::page::{Line, Part, Role};
use crate::state::{Confirm, Effect, Fill, Wrap};
use crate::ui::filter::{Caret, asked};
use crate::ui::text::{Canvas, Row, cells};

/// The most rows of a command that are shown above a prompt.
const COMMAND_ROWS: usize = 4;

/// The rows that stay uncovered at the top: title, filter, one of the pane.
const KEPT: u16 = 3;

/// Draws the prompt for a command's next gap: the command so far and the rule for the value above, the value on `row`.
pub(super) fn gap(canvas: &mut Canvas<'_>, fill: &Fill, row: Row) -> Caret {
    let gap = fill.gaps.first()?;
    let mut rows = wrapped(row, &command_parts(&fill.command));
    rows.truncate(COMMAND_ROWS);
    rows.extend(wrapped(row, &rule(fill)));
    above(canvas, row, &rows);
    let label = made(Role::Accent, &format!("{} ({}): ", gap.name, gap.kind));
    asked(canvas, row, &[label], &fill.input)
}

/// Which value it is of how many, what it must be, which field would hold it.
fn rule(fill: &Fill) -> Vec<Part> {
    let Some(gap) = fill.gaps.first() else { return Vec::new() };
    let number = fill.of.saturating_sub(fill.gaps.len()) + 1;
    let mut parts = Vec::new();
    let mut say = |text: &str| {
        parts.extend((!parts.is_empty()).then(|| words(Role::Separator, " · ")));
        parts.push(made(Role::Dim, text));
    };
    if fill.of > 1 {
        say(&format!("{number} of {}", fill.of));
    }
    say(gap.rule());
    if !gap.fields.is_empty() {
        say(&format!("the field would be {}", gap.fields.join(" or ")));
    }
    if !gap.invalid.is_empty() {
        say(&format!("the alert's own cannot be used: {}", gap.invalid));
    }
    if fill.again {
        say("left empty, it is forgotten");
    }
    parts
}

/// Draws what waits for one more key: what it is about above, the keys on `row`; gives the place of the cursor.
pub(super) fn confirm(canvas: &mut Canvas<'_>, confirm: &Confirm, row: Row) -> (u16, u16) {
    let mut rows = match &*confirm.effect {
        Effect::Copy { text, .. } => wrapped(row, &[(Role::Text, Clean::from_bytes(text))]),
        _ => Vec::new(),
    };
    rows.truncate(COMMAND_ROWS);
    rows.extend(wrapped(row, &question(&confirm.question)));
    above(canvas, row, &rows);
    let keys = made(Role::Accent, &format!("y {}", confirm.deed));
    let used = canvas.write(row, &[keys, words(Role::Dim, " · any other key does not")]);
    (row.skip(used).x, row.y)
}

/// What speaks against it stands out by its first word.
fn question(asked: &Notice) -> Vec<Part> {
    vec![(Role::Destroys, asked.place.clone()), words(Role::Text, ": "), (Role::Text, asked.what.clone())]
}

/// The parts as rows of a screen as wide as `row`.
fn wrapped(row: Row, parts: &[Part]) -> Vec<Line> {
    let mut flow = Flow::new(row.columns.saturating_add(1), Wrap::On);
    flow.write(2, parts);
    flow.done().lines
}

/// Draws rows directly above `row`, under a line that parts them from what they cover; the last ones where room is short.
fn above(canvas: &mut Canvas<'_>, row: Row, rows: &[Line]) {
    let room = usize::from(row.y.saturating_sub(KEPT));
    let shown = rows.iter().rev().take(room.saturating_sub(1)).zip(1..);
    let mut top = row.y;
    for (line, up) in shown {
        let Some(y) = row.y.checked_sub(cells(up)) else { break };
        let place = Row { y, ..row };
        canvas.fill(place, Role::Text, " ");
        canvas.write(place, &line.parts);
        top = y;
    }
    if let Some(y) = top.checked_sub(1).filter(|_| room > 0) {
        canvas.fill(Row { y, ..row }, Role::Separator, "─");
    }
}
