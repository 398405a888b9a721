//! The values of fields with their counts: headings, values, bars.
//!
//! Lives here: how a line of the facets looks. Not here: which line shows what (`state::facets`). Imports: `base`,
//! `query`, `state`. Promise: only the lines in sight are made, and a count is whole wherever the pane has room for it.

use crate::base::Clean;
use crate::query::kept::Choice;
use crate::state::facets::{Block, Facet, HEAD, Item, Mark};
use crate::state::layout::Layout;
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Focus, Model};
use crate::ui::bars::columns_of;
use crate::ui::text::{Canvas, Row, cells, width};

/// Cells for a count with its blank; larger ones take them from the value.
const COUNT: u16 = 6;

/// How many bytes of a value are looked at; no pane is as wide.
const SEEN: usize = 1024;

/// Draws the pane and the line beside it; gives the row with the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Option<Row> {
    let area = layout.facets;
    for line in 0..layout.facets_rule.rows {
        if let Some(row) = Row::of(layout.facets_rule, line) {
            canvas.fill(row, Role::Separator, "│");
        }
    }
    heading(canvas, model, Row::of(area, 0)?);
    let facets = &model.panes.facets;
    let blocks = facets.blocks(usize::from(area.rows));
    let cursor = facets.cursor_line(&blocks);
    let mut found = None;
    for at in 0..usize::from(area.rows).saturating_sub(HEAD) {
        let Some(row) = Row::of(area, cells(at + HEAD)) else { break };
        let line = facets.top + at;
        let Some(number) = blocks.iter().rposition(|block| block.start <= line) else { continue };
        if let (Some(facet), Some(block)) = (facets.fields.get(number), blocks.get(number)) {
            one(canvas, model, row, (facet, block, line - block.start));
        }
        if line == cursor {
            found = Some(row);
            let role = if model.focus == Focus::Facets { Role::Accent } else { Role::Dim };
            if model.focus == Focus::Facets {
                canvas.write(row.take(1), &[words(role, "▌")]);
            }
        }
    }
    found
}

/// `FACETS  643 alerts`
fn heading(canvas: &mut Canvas<'_>, model: &Model, row: Row) {
    let role = if model.focus == Focus::Facets { Role::Accent } else { Role::Dim };
    let alerts = u64::try_from(model.list.view.rows.len()).unwrap_or(u64::MAX);
    let mut parts = vec![words(role, "FACETS  "), (Role::Dim, number::of(alerts, "alert"))];
    if model.panes.facets.is_counting() {
        parts.push(words(Role::Dim, " …"));
    }
    canvas.write(row, &parts);
}

/// Line `line` of a field's lines: its heading, a value, what stands for the others, what was not counted.
fn one(canvas: &mut Canvas<'_>, model: &Model, row: Row, (facet, block, line): (&Facet, &Block, usize)) {
    let more = usize::from(block.more > 0);
    match line {
        0 => name(canvas, row, facet),
        line if line <= block.shown => {
            if let Some(item) = facet.items.get(line - 1) {
                value(canvas, model, row, (facet, item));
            }
        }
        line if line == block.shown + 1 && more == 1 => {
            let said = Clean::concat(["  … ".into(), number::counted(block.more), " more".into()]);
            canvas.write(row, &[(Role::Dim, said)]);
        }
        line if line == block.shown + more + 1 => {
            if let Some(note) = facet.note() {
                canvas.write(row.skip(2), &[(Role::Dim, note)]);
            }
        }
        _ => {}
    }
}

/// The field's name, how its values are narrowed and sorted, how many there are.
fn name(canvas: &mut Canvas<'_>, row: Row, facet: &Facet) {
    let count = match &facet.counts {
        Some(_) => (Role::Dim, number::counted(facet.values())),
        None => words(Role::Dim, "…"),
    };
    let rest = canvas.write_right(row, &[count]);
    let mut parts = vec![(Role::Heading, Clean::from_bytes(facet.name.as_bytes()))];
    if !facet.words.is_empty() {
        parts.extend([words(Role::Dim, " /"), (Role::Text, Clean::from_bytes(facet.words.as_bytes()))]);
    }
    if facet.by_name {
        parts.push(words(Role::Dim, " by name"));
    }
    // The cursor stands on the heading where a field has no values.
    let rest = if facet.items.is_empty() { rest.skip(1) } else { rest };
    canvas.write(rest, &parts);
}

fn value(canvas: &mut Canvas<'_>, model: &Model, row: Row, (facet, item): (&Facet, &Item)) {
    let (choice, _, alerts) = facet.read(item);
    let mark = facet.mark(&choice);
    let bar = bar_columns(row.columns);
    let count = number::counted(alerts);
    let counted = COUNT.max(columns_of(count.as_str()) + 1);
    let left = row.take(row.columns.saturating_sub(bar + counted + u16::from(bar > 0)));
    let used = canvas.write(left.skip(1), &marked(model, facet, mark));
    let text = shown(facet, &choice);
    let role = if mark == Mark::Dropped { Role::Disabled } else { text.0 };
    canvas.write(left.skip(1 + used), &[(role, text.1)]);
    let number = [(Role::Text, count)];
    let end = row.skip(left.columns).take(counted);
    canvas.write(end.skip(counted - width(&number)), &number);
    let share = (alerts, facet.counts.as_ref().map_or(1, |counts| counts.total.max(1)));
    bars(canvas, row.skip(left.columns + counted + 1).take(bar), share);
}

/// `[x] ` and `[!] ` while keys go there, and wherever the filter says something of the field.
fn marked(model: &Model, facet: &Facet, mark: Mark) -> Vec<Part> {
    let facets = &model.panes.facets;
    let has_keys = model.focus == Focus::Facets && facets.under_cursor().is_some_and(|(at, _)| at.name == facet.name);
    let said = !facet.kept.kept.is_empty() || !facet.kept.dropped.is_empty();
    match mark {
        _ if !has_keys && !said => vec![words(Role::Text, " ")],
        Mark::Kept => vec![words(Role::Accent, "[x] ")],
        Mark::Dropped => vec![words(Role::Accent, "[!] ")],
        Mark::None => vec![words(Role::Dim, "[ ] ")],
    }
}

/// The value as it is drawn; what is not there, and what is empty, is told apart from every text.
fn shown(facet: &Facet, choice: &Choice) -> Part {
    match choice.as_deref() {
        // As in the list: no container at all.
        Some(b"host") if facet.name.starts_with("container.") => words(Role::Text, "<host>"),
        None => words(Role::Dim, "‹absent›"),
        Some(b"") => words(Role::Dim, "‹empty›"),
        Some(bytes) => (Role::Text, Clean::from_bytes(bytes.get(..SEEN).unwrap_or(bytes))),
    }
}

/// How many cells the longest bar has.
fn bar_columns(columns: u16) -> u16 {
    match columns {
        0..30 => 0,
        30..60 => 4,
        60.. => 20,
    }
}

/// How many of all alerts that were counted have the value.
fn bars(canvas: &mut Canvas<'_>, row: Row, (alerts, all): (usize, usize)) {
    let most = usize::from(row.columns);
    let filled = (alerts.min(all) * most * 2 + all) / (all * 2);
    canvas.block(row.take(cells(filled)), Role::Dim);
}

/// The heading of the layer that offers fields, and its rows: names that alerts have.
pub(super) fn field_rows(names: &[&str]) -> Vec<Vec<Part>> {
    names.iter().map(|name| vec![(Role::Text, Clean::from_bytes(name.as_bytes()))]).collect()
}
