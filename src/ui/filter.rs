//! The filter bar: the filter and the words in force or being typed, how many alerts they leave, what is wrong with them.
//!
//! Lives here: the bar's two rows, and drawing a line of text that is being typed. Imports: `base`, `state`.
//! Promise: the place where the next character goes is always in sight, and a mistake is marked at its place.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::state::layout::Layout;
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Input, Layer, Model};
use crate::ui::bars::{columns_of, notice};
use crate::ui::text::{Canvas, Row, cells, width};

/// Where the terminal's cursor is to stand.
pub(super) type Caret = Option<(u16, u16)>;

/// Draws the bar; gives the place of the cursor while something is typed in it.
pub(super) fn bar(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Caret {
    let first = Row::of(layout.filter, 0)?;
    let second = Row::of(layout.second, 0);
    let now = &model.narrowed.now;
    match model.layers.last() {
        Some(Layer::Filter(input)) => {
            let right = if input.error.is_some() { still_showing(model) } else { count(model, first.columns) };
            let (caret, text) = typed(canvas, first, (label(first, Kind::Filter), input), &right);
            match (&input.error, second) {
                (Some((place, why)), Some(row)) => mistake(canvas, row, text.columns_to(place), why),
                (None, Some(row)) => below(canvas, model, row, &text),
                _ => {}
            }
            caret
        }
        Some(Layer::Narrow(input)) => {
            let row = match second.filter(|_| !now.filter.is_empty()) {
                Some(row) => {
                    resting(canvas, first, (Kind::Filter, &now.filter), &[]);
                    row
                }
                None => first,
            };
            typed(canvas, row, (label(row, Kind::Words), input), &count(model, row.columns)).0
        }
        _ => {
            at_rest(canvas, model, first, second);
            None
        }
    }
}

/// What a row of the bar shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Filter,
    Words,
}

/// The word before the text; where there is little room, only what tells words from a filter.
fn label(row: Row, kind: Kind) -> Part {
    let text = match (kind, row.columns < 60) {
        (Kind::Filter, false) => "filter ",
        (Kind::Words, false) => "narrow ",
        (Kind::Filter, true) => "",
        (Kind::Words, true) => "/",
    };
    words(Role::Dim, text)
}

fn at_rest(canvas: &mut Canvas<'_>, model: &Model, first: Row, second: Option<Row>) {
    let now = &model.narrowed.now;
    let (kind, text) = match (now.filter.is_empty(), now.words.is_empty()) {
        (true, true) => (Kind::Filter, "none"),
        (true, false) => (Kind::Words, now.words.as_str()),
        (false, _) => (Kind::Filter, now.filter.as_str()),
    };
    let both = !now.filter.is_empty() && !now.words.is_empty() && second.is_some();
    let right = if both { Vec::new() } else { count(model, first.columns) };
    let standing = resting(canvas, first, (kind, text), &right);
    if let Some(row) = second {
        below(canvas, model, row, &standing);
    }
}

fn resting<'a>(canvas: &mut Canvas<'_>, row: Row, (kind, text): (Kind, &'a str), right: &[Part]) -> Standing<'a> {
    let rest = canvas.write_right(row, right);
    let label = label(row, kind);
    let before = width(std::slice::from_ref(&label));
    canvas.write(rest, &[label, (Role::Text, Clean::from_bytes(text.as_bytes()))]);
    Standing { text, label: before, hidden: 0 }
}

/// The second row: the words on top of the filter, else a field that no alert has, marked under the filter.
fn below(canvas: &mut Canvas<'_>, model: &Model, row: Row, filter: &Standing<'_>) {
    let now = &model.narrowed.now;
    let warning = model.narrowed.warning.as_ref();
    if now.words.is_empty() || now.filter.is_empty() {
        if let Some((place, warning)) = warning {
            mistake(canvas, row, filter.columns_to(place), warning);
        }
        return;
    }
    let mut parts = vec![label(row, Kind::Words), (Role::Text, Clean::from_bytes(now.words.as_bytes()))];
    if let Some((_, warning)) = warning {
        parts.push(words(Role::Separator, " · "));
        parts.extend(notice(warning, Role::Error));
    }
    let rest = canvas.write_right(row, &count(model, row.columns));
    canvas.write(rest, &parts);
}

/// `643 of 12,000`, or that it is being counted.
fn count(model: &Model, columns: u16) -> Vec<Part> {
    let (rows, all) = (model.list.view.rows.len(), model.loaded.snapshot.alerts());
    let is_narrowed = !model.narrowed.now.filter.is_empty() || !model.narrowed.now.words.is_empty();
    let mut parts = Vec::new();
    if model.is_counting() && is_narrowed {
        if rows == 0 {
            return vec![words(Role::Dim, "… counting")];
        }
        parts.push(words(Role::Dim, "… "));
    }
    if let Some(groups) = model.list.view.groups.as_ref().filter(|_| columns >= 60) {
        let groups = number::of(u64::try_from(groups.len()).unwrap_or(u64::MAX), "group");
        parts.extend([(Role::Text, groups), words(Role::Separator, " · ")]);
    }
    parts.push((Role::Text, number::counted(rows)));
    if columns >= 60 {
        parts.push((Role::Text, Clean::concat([" of ".into(), number::counted(all)])));
    }
    parts
}

fn still_showing(model: &Model) -> Vec<Part> {
    let rows = number::counted(model.list.view.rows.len());
    vec![
        words(Role::Error, "error"),
        words(Role::Separator, " · "),
        (Role::Dim, Clean::concat(["still showing ".into(), rows])),
    ]
}

/// The carets under what is wrong, and why, to their right or their left; where neither has room, only why.
fn mistake(canvas: &mut Canvas<'_>, row: Row, (from, to): (u16, u16), why: &Notice) {
    let from = from.min(row.columns.saturating_sub(1));
    let carets = to.saturating_sub(from).clamp(1, row.columns.saturating_sub(from).max(1));
    // The carets say where.
    let said = notice(&Notice { place: Clean::default(), ..why.clone() }, Role::Error);
    let needed = width(&said);
    let after = row.skip(from + carets + 1);
    let beside = if needed <= after.columns { Some(after) } else { from.checked_sub(needed + 1).map(|x| row.skip(x)) };
    match beside {
        Some(beside) => {
            canvas.fill(row.skip(from).take(carets), Role::Error, "^");
            canvas.write(beside.take(needed), &said);
        }
        None => {
            canvas.write(row, &notice(why, Role::Error));
        }
    }
}

/// Where a typed text stands in its row.
struct Standing<'a> {
    text: &'a str,
    /// Cells before the text.
    label: u16,
    /// Cells of the text that are out of sight at its left.
    hidden: u16,
}

impl Standing<'_> {
    /// The columns in the row at which a range of bytes begins and ends.
    fn columns_to(&self, place: &Range<usize>) -> (u16, u16) {
        let column = |at: usize| {
            let before = self.text.get(..at).unwrap_or(self.text);
            let drawn = columns_of(Clean::from_bytes(before.as_bytes()).as_str());
            self.label + drawn.saturating_sub(self.hidden)
        };
        (column(place.start), column(place.end))
    }
}

/// Draws a line of text being typed, with a block where the next character goes.
fn typed<'a>(
    canvas: &mut Canvas<'_>,
    row: Row,
    (label, input): (Part, &'a Input),
    right: &[Part],
) -> (Caret, Standing<'a>) {
    let rest = canvas.write_right(row, right);
    let used = canvas.write(rest, &[label]);
    let (caret, hidden) = line(canvas, rest.skip(used), input);
    (caret, Standing { text: &input.text, label: used, hidden })
}

/// Draws the text of an input; gives the place of the cursor and how many cells are out of sight at the left.
pub(super) fn line(canvas: &mut Canvas<'_>, row: Row, input: &Input) -> (Caret, u16) {
    let (before, after) = input.text.split_at_checked(input.at).unwrap_or((&input.text, ""));
    let text = |piece: &str| (Role::Text, Clean::from_bytes(piece.as_bytes()));
    let before = text(before);
    let column = columns_of(before.1.as_str());
    let hidden = (column + 1).saturating_sub(row.columns);
    let place = row.skip(column - hidden).take(1);
    canvas.write_from(row, &[before, text(after), words(Role::Text, " ")], usize::from(hidden));
    if after.is_empty() {
        canvas.fill(place, Role::Accent, "█");
    } else {
        canvas.reverse(place);
    }
    (Some((place.x, place.y)), hidden)
}

/// A row for what asks for a value: its label, then the text.
pub(super) fn asked(canvas: &mut Canvas<'_>, row: Row, label: &[Part], input: &Input) -> Caret {
    let used = canvas.write(row.take(row.columns / 2), label);
    let (caret, _) = line(canvas, row.skip(used), input);
    if let (Some((_, why)), Some((x, _))) = (&input.error, caret) {
        let behind = cells(crate::state::page::glyphs::width(&input.text)) + 3;
        let at = (used + behind).max(x.saturating_sub(row.x) + 3);
        canvas.write(row.skip(at), &notice(why, Role::Error));
    }
    caret
}
