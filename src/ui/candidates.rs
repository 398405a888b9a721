//! Candidates below the filter bar: one row of them, or a list.
//!
//! Lives here: how they look. Not here: which there are (`state::complete`). Imports: `base`, `query`, `state`.
//! Promise: a count that is not known is not drawn, and the one that Tab puts in stands out.

use crate::base::Clean;
use crate::query::complete::Candidate;
use crate::query::place::Kind;
use crate::state::layout::Layout;
use crate::state::number;
use crate::state::page::flow::{cut, spaces, words};
use crate::state::page::{Part, Role};
use crate::state::{Model, complete};
use crate::ui::bars::columns_of;
use crate::ui::text::{Canvas, Row, cells, width};

/// Narrower screens have room for candidates only.
const NARROW: u16 = 60;

/// In the row a candidate takes at most so many cells.
const LONGEST: usize = 40;

/// The list has at most so many rows.
const ROWS: u16 = 12;

/// Draws the candidates on the bar's second row, and the list below it where it is open; `false`: there are none.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, row: Row, layout: &Layout) -> bool {
    if !complete::is_offered(model) {
        return false;
    }
    let completion = &model.bar.completion;
    let hint = match (row.columns < NARROW, completion.is_open) {
        (true, _) => "Tab",
        (false, true) => "Tab take  ↑ ↓ choose",
        (false, false) => "Tab take  ↓ more",
    };
    let rest = canvas.write_right(row, &[words(Role::Hint, hint)]);
    let mut parts = lead(model, row.columns);
    for (at, candidate) in completion.items.iter().enumerate().skip(completion.cursor) {
        let role = if at == completion.cursor { Role::Accent } else { text_role(candidate) };
        let shown = shown(candidate, role, completion.waiting);
        if width(&parts) + width(&shown) > rest.columns {
            break;
        }
        parts.extend(shown);
        let room = rest.columns.saturating_sub(width(&parts)).min(3);
        parts.push(spaces(usize::from(room)));
    }
    canvas.write(rest, &parts);
    if completion.is_open {
        list(canvas, model, row, layout);
    }
    true
}

/// What the candidates are of, below the bar's label.
fn lead(model: &Model, columns: u16) -> Vec<Part> {
    if columns < NARROW {
        return Vec::new();
    }
    let mut parts = vec![spaces(7)];
    if let Some(Kind::Value(compared)) = model.bar.completion.place.as_ref().map(|place| &place.kind) {
        parts.extend([(Role::Dim, Clean::from_bytes(compared.field.as_bytes())), spaces(3)]);
    }
    parts
}

/// What stands for a missing value is stoop's own word, all else is evidence or the filter's language.
fn text_role(candidate: &Candidate) -> Role {
    if candidate.whole { Role::Dim } else { Role::Text }
}

/// `cat 402`
fn shown(candidate: &Candidate, role: Role, waiting: bool) -> Vec<Part> {
    let mut parts = cut(role, &candidate.shown, LONGEST);
    match candidate.count {
        Some(_) if waiting => parts.push(words(Role::Dim, " …")),
        Some(count) => parts.extend([spaces(1), (Role::Dim, number::counted(count))]),
        None => {}
    }
    parts
}

fn list(canvas: &mut Canvas<'_>, model: &Model, row: Row, layout: &Layout) {
    let completion = &model.bar.completion;
    let room = layout.message.y.saturating_sub(row.y + 2).min(ROWS);
    let rows = room.min(cells(completion.items.len()));
    let top = (completion.cursor + 1).saturating_sub(usize::from(rows));
    for (line, (at, candidate)) in (1..=rows).zip(completion.items.iter().enumerate().skip(top)) {
        let place = Row { y: row.y + line, ..row };
        canvas.fill(place, Role::Text, " ");
        if at == completion.cursor {
            canvas.write(place.take(1), &[words(Role::Accent, "▌")]);
        }
        let count = candidate.count.map_or_else(Clean::default, number::counted);
        let column = place.skip(2).take(place.columns.min(64));
        let text = column.take(column.columns.saturating_sub(columns_of(count.as_str()) + 2));
        canvas.write(text, &[(text_role(candidate), candidate.shown.clone())]);
        canvas.write_right(column, &[(Role::Dim, count)]);
    }
    let end = Row { y: row.y + rows + 1, ..row };
    canvas.fill(end, Role::Separator, "─");
}
