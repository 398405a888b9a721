//! The filter bar: the filter and the words in force or being typed, how many alerts they leave, what is wrong with them.
//!
//! Lives here: the bar's two rows, and drawing a line of text that is being typed. Imports: `base`, `state`.
//! Promise: the place where the next character goes is always in sight, and a mistake is marked at its place.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::state::chips::Off;
use crate::state::layout::Layout;
use crate::state::number;
use crate::state::page::flow::words;
use crate::state::page::{Part, Role};
use crate::state::{Input, Layer, Model};
use crate::ui::bars::{columns_of, notice};
use crate::ui::candidates;
use crate::ui::chips::{self, Chips};
use crate::ui::text::{Canvas, Row, cells, width};

/// Where the terminal's cursor is to stand.
pub(super) type Caret = Option<(u16, u16)>;

/// Draws the bar; gives the place of the cursor while something is typed in it.
pub(super) fn bar(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) -> Caret {
    let first = Row::of(layout.filter, 0)?;
    let second = Row::of(layout.second, 0);
    match model.layers.last() {
        Some(Layer::Filter(input)) => filter(canvas, model, (first, input), layout),
        Some(Layer::Chip(editing)) => filter(canvas, model, (first, &editing.input), layout),
        Some(Layer::Narrow(input)) => {
            let row = match second.filter(|_| !model.narrowed.now.filter.is_empty()) {
                Some(row) => {
                    at_rest(canvas, model, (first, None), &[]);
                    row
                }
                None => first,
            };
            let plain = Around::labelled(label(row, Kind::Words));
            typed(canvas, row, (&plain, input), &count(model, row.columns)).0
        }
        Some(Layer::Chips(at)) => {
            let both = both(model, second);
            let (focus, standing) = at_rest(canvas, model, (first, Some(*at)), &both);
            below(canvas, model, second, &standing);
            focus
        }
        _ => {
            let both = both(model, second);
            let (_, standing) = at_rest(canvas, model, (first, None), &both);
            below(canvas, model, second, &standing);
            None
        }
    }
}

/// Draws a filter, or a chip of one, that is being typed, with what is to be said below it.
fn filter(canvas: &mut Canvas<'_>, model: &Model, (first, input): (Row, &Input), layout: &Layout) -> Caret {
    let right = if input.error.is_some() { still_showing(model) } else { count(model, first.columns) };
    let (before, behind) = chips::around(model);
    let around = Around { label: label(first, Kind::Filter), before, behind };
    let (caret, text) = typed(canvas, first, (&around, input), &right);
    let second = Row::of(layout.second, 0)?;
    if candidates::draw(canvas, model, second, layout) {
        return caret;
    }
    match (&input.error, &model.bar.mark) {
        (Some((place, why)), _) => mistake(canvas, second, text.columns_to(place), (why, why)),
        (None, Some(mark)) if !mark.short.is_empty() => {
            let key = if mark.fix.is_some() { " Tab" } else { "" };
            let short = Notice::said(Clean::concat([mark.short.clone(), key.into()]));
            mistake(canvas, second, text.columns_to(&mark.at), (&short, &short));
        }
        _ => in_words(canvas, model, second, &[]),
    }
    caret
}

/// What stands at the right end of the first row: the count, unless the words' row has it.
fn both(model: &Model, second: Option<Row>) -> Vec<Part> {
    let now = &model.narrowed.now;
    let both = !now.filter.is_empty() && !now.words.is_empty() && second.is_some();
    if both { Vec::new() } else { count(model, model.size.columns) }
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

/// Draws filter or words in force; gives the place of the chip with the focus.
fn at_rest<'m>(
    canvas: &mut Canvas<'_>,
    model: &'m Model,
    (row, focus): (Row, Option<usize>),
    right: &[Part],
) -> (Caret, Resting<'m>) {
    let now = &model.narrowed.now;
    let rest = canvas.write_right(row, right);
    let chips = Chips::of(now, focus);
    let narrow = row.columns < CHIPS && focus.is_none() && now.off == Off::default();
    let kind = if chips.is_empty() && !now.words.is_empty() { Kind::Words } else { Kind::Filter };
    let used = canvas.write(rest, &[label(row, kind)]);
    if chips.is_empty() || narrow {
        let text = match (now.filter.is_empty(), kind) {
            (true, Kind::Filter) => "none",
            (true, Kind::Words) => now.words.as_str(),
            (false, _) => now.filter.as_str(),
        };
        canvas.write(rest.skip(used), &[(Role::Text, Clean::from_bytes(text.as_bytes()))]);
        return (None, Resting::Plain(Standing { text, label: used, before: 0, hidden: 0 }));
    }
    let (shift, drawn) = chips.draw(canvas, rest.skip(used), focus);
    let hint = [words(Role::Hint, "  f edit  c chips  ! negate last  u undo  \\ off")];
    let behind = rest.skip(used + drawn);
    if row.columns >= WIDE && focus.is_none() && width(&hint) <= behind.columns {
        canvas.write(behind, &hint);
    }
    let place = rest.skip(used + focus.map_or(0, |at| chips.start(at, shift)));
    (focus.map(|_| (place.x, place.y)), Resting::Chips { chips, label: used, shift })
}

/// Narrower screens show a filter without brackets.
const CHIPS: u16 = 60;

/// Screens of this width have room for the keys beside the chips.
const WIDE: u16 = 160;

/// Where the filter in force stands in its row.
enum Resting<'m> {
    Plain(Standing<'m>),
    Chips { chips: Chips, label: u16, shift: u16 },
}

impl Resting<'_> {
    fn columns_to(&self, model: &Model, place: &Range<usize>) -> (u16, u16) {
        match self {
            Self::Plain(standing) => standing.columns_to(place),
            Self::Chips { chips, label, shift } => {
                let (from, to) = chips.columns_to(&model.narrowed.now, place).unwrap_or_default();
                (label + from.saturating_sub(*shift), label + to.saturating_sub(*shift))
            }
        }
    }
}

/// The second row: the words on top of the filter, else a field that no alert has, marked under the filter.
fn below(canvas: &mut Canvas<'_>, model: &Model, row: Option<Row>, filter: &Resting<'_>) {
    let Some(row) = row else { return };
    let now = &model.narrowed.now;
    let warning = model.narrowed.warning.as_ref();
    if now.words.is_empty() || now.filter.is_empty() {
        if let Some(warning) = warning {
            let short = Notice::said(warning.short.clone());
            mistake(canvas, row, filter.columns_to(model, &warning.at), (&short, &warning.notice));
        }
        return;
    }
    let mut said = Vec::new();
    if let Some(warning) = warning {
        said.push(words(Role::Separator, " · "));
        said.extend(notice(&warning.notice, Role::Error));
    }
    in_words(canvas, model, row, &said);
}

/// The words in force with their count, and what is said behind them.
fn in_words(canvas: &mut Canvas<'_>, model: &Model, row: Row, said: &[Part]) {
    let now = &model.narrowed.now;
    if now.words.is_empty() {
        return;
    }
    let mut parts = vec![label(row, Kind::Words), (Role::Text, Clean::from_bytes(now.words.as_bytes()))];
    parts.extend_from_slice(said);
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
fn mistake(canvas: &mut Canvas<'_>, row: Row, (from, to): (u16, u16), (short, why): (&Notice, &Notice)) {
    let from = from.min(row.columns.saturating_sub(1));
    let carets = to.saturating_sub(from).clamp(1, row.columns.saturating_sub(from).max(1));
    // The carets say where.
    let said = notice(&Notice { place: Clean::default(), ..short.clone() }, Role::Error);
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
    /// Cells of the label.
    label: u16,
    /// Cells between the label and the text.
    before: u16,
    /// Cells behind the label that are out of sight at its left.
    hidden: u16,
}

impl Standing<'_> {
    /// The columns in the row at which a range of bytes begins and ends.
    fn columns_to(&self, place: &Range<usize>) -> (u16, u16) {
        let column = |at: usize| {
            let text = self.text.get(..at).unwrap_or(self.text);
            let drawn = self.before + columns_of(Clean::from_bytes(text.as_bytes()).as_str());
            self.label + drawn.saturating_sub(self.hidden)
        };
        (column(place.start), column(place.end))
    }
}

/// What stands around a text that is being typed.
struct Around {
    label: Part,
    before: Vec<Part>,
    behind: Vec<Part>,
}

impl Around {
    fn labelled(label: Part) -> Self {
        Self { label, before: Vec::new(), behind: Vec::new() }
    }
}

/// Draws a line of text being typed, with a block where the next character goes.
fn typed<'a>(
    canvas: &mut Canvas<'_>,
    row: Row,
    (around, input): (&Around, &'a Input),
    right: &[Part],
) -> (Caret, Standing<'a>) {
    let rest = canvas.write_right(row, right);
    let label = canvas.write(rest, std::slice::from_ref(&around.label));
    let (caret, hidden) = line_between(canvas, rest.skip(label), input, (&around.before, &around.behind));
    (caret, Standing { text: &input.text, label, before: width(&around.before), hidden })
}

/// Draws the text of an input; gives the place of the cursor and how many cells are out of sight at the left.
pub(super) fn line(canvas: &mut Canvas<'_>, row: Row, input: &Input) -> (Caret, u16) {
    line_between(canvas, row, input, (&[], &[]))
}

/// The same with parts before and behind it, which move along.
fn line_between(canvas: &mut Canvas<'_>, row: Row, input: &Input, (left, right): (&[Part], &[Part])) -> (Caret, u16) {
    let (before, after) = input.text.split_at_checked(input.at).unwrap_or((&input.text, ""));
    let text = |piece: &str| (Role::Text, Clean::from_bytes(piece.as_bytes()));
    let before = text(before);
    let column = width(left) + columns_of(before.1.as_str());
    let hidden = (column + 1).saturating_sub(row.columns);
    let place = row.skip(column - hidden).take(1);
    let own = [before, text(after), words(Role::Text, " ")];
    canvas.write_from(row, &[left, own.as_slice(), right].concat(), usize::from(hidden));
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
