//! The rows around list and panes: title, message line, hints.
//!
//! Lives here: counts and their words, what the message line says. Not here: the filter bar (`filter`). Imports:
//! `base`, `decode`, `state`. Promise: lines read = alerts + unreadable + blank can be read off wherever there is room.

use crate::base::{Clean, Notice};
use crate::decode::{Scope, Value};
use crate::state::layout::Area;
use crate::state::mouse::Mouse;
use crate::state::number;
use crate::state::page::flow::{cut, spaces, words};
use crate::state::page::glyphs::{self, head};
use crate::state::page::{Part, Role};
use crate::state::{Model, groups, help, sorting};
use crate::ui::list;
use crate::ui::live;
use crate::ui::text::{Canvas, Row, cells, width};

/// What stands between two parts of a bar.
pub(super) fn dot() -> Part {
    words(Role::Separator, " · ")
}

fn join(pieces: impl IntoIterator<Item = Clean>) -> Part {
    (Role::Text, Clean::concat(pieces))
}

/// Draws the title: the program, the sources, what was read, the zone of the times.
pub(super) fn title(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let Some(row) = Row::of(area, 0) else { return };
    let zone = words(Role::Dim, "UTC");
    let lines = number::of(model.loaded.counts.lines, "line");
    let arranged = arranged(model);
    let behind = |part: Part| [vec![part, dot()], arranged.clone(), vec![zone.clone()]].concat();
    let rights = [
        behind((Role::Dim, sum(model))),
        behind((Role::Dim, lines)),
        [arranged.clone(), vec![zone.clone()]].concat(),
        vec![zone.clone()],
    ];
    let left = title_parts(model, row.columns);
    let room = row.columns.saturating_sub(width(&left) + 2);
    let counted = model.loaded.counts.lines > 0;
    let fitting = rights.iter().enumerate().find(|(at, right)| (*at >= 2 || counted) && width(right) <= room);
    let rest = match fitting {
        Some((_, right)) => canvas.write_right(row, right),
        None => row,
    };
    canvas.write(rest, &left);
}

/// `by rule · highest priority first · `, where the list is not plainly by time.
fn arranged(model: &Model) -> Vec<Part> {
    let now = &model.narrowed.now;
    let mut parts = Vec::new();
    if let Some(by) = groups::title(now.grouping.as_ref()) {
        parts.extend([(Role::Text, by), dot()]);
    }
    if now.grouping.is_some() || now.order.is_some() {
        parts.extend([(Role::Text, sorting::title(now)), dot()]);
    }
    parts
}

/// `12,003 lines = 12,000 alerts + 3 unreadable + 0 blank`.
fn sum(model: &Model) -> Clean {
    let counts = &model.loaded.counts;
    Clean::concat([
        number::of(counts.lines, "line"),
        " = ".into(),
        number::of(counts.alerts, "alert"),
        " + ".into(),
        number::grouped(counts.unreadable),
        " unreadable + ".into(),
        number::grouped(counts.blank),
        " blank".into(),
    ])
}

fn title_parts(model: &Model, columns: u16) -> Vec<Part> {
    let loaded = &model.loaded;
    let mut parts = vec![words(Role::Text, "stoop")];
    if loaded.title.is_empty() {
        return parts;
    }
    let counts = counts(model, columns);
    if columns < live::NARROW {
        parts.push(spaces(1));
    } else {
        // A long name gives way to the counts.
        let room = columns.saturating_sub(width(&counts) + 16).max(12);
        parts.push(spaces(2));
        parts.extend(cut(Role::Text, &loaded.title, usize::from(room)));
        parts.push(dot());
    }
    parts.extend(counts);
    parts
}

/// `12,000 alerts · 3 unreadable lines`; no words about lines that are not there.
fn counts(model: &Model, columns: u16) -> Vec<Part> {
    let counts = &model.loaded.counts;
    let alerts = u64::try_from(model.loaded.snapshot.alerts()).unwrap_or(u64::MAX).max(counts.alerts);
    let mut parts = live::counted(model, alerts, columns);
    if counts.unreadable > 0 {
        let unreadable = join([number::grouped(counts.unreadable), " unreadable".into()]);
        parts.extend([dot(), unreadable]);
        if columns >= live::NARROW {
            parts.push(words(Role::Text, if counts.unreadable == 1 { " line" } else { " lines" }));
        }
    }
    if counts.blank > 0 && columns >= live::NARROW {
        parts.extend([dot(), join([number::grouped(counts.blank), " blank".into()])]);
    }
    parts
}

/// A notice on one row: what happened, and dim what to do about it.
pub(super) fn notice(notice: &Notice, role: Role) -> Vec<Part> {
    let mut parts = Vec::new();
    if !notice.place.is_empty() {
        parts.extend([(role, notice.place.clone()), words(role, ": ")]);
    }
    parts.push((role, notice.what.clone()));
    if !notice.next.is_empty() {
        parts.extend([dot(), (Role::Dim, notice.next.clone())]);
    }
    parts
}

/// Draws the message line: a message, or how far loading is, or what the alert under the cursor says.
pub(super) fn message(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let Some(row) = Row::of(area, 0) else { return };
    if model.tells_news() {
        live::news(canvas, model, row);
    } else if let Some(now) = &model.messages.now {
        canvas.write(row, &notice(now, Role::Notice));
    } else if model.loaded.is_loading() {
        loading(canvas, model, row);
    } else if row.columns < live::NARROW {
        let parts = model.list.row.map(|id| list::summary(model, id, row.columns)).unwrap_or_default();
        canvas.write(row, &parts);
    } else if let Some((text, cut)) = output(model, row.columns) {
        canvas.write_value(row, &(Role::Text, text), &[], cut);
    }
}

fn loading(canvas: &mut Canvas<'_>, model: &Model, row: Row) {
    let Some(progress) = model.progress() else { return };
    let read = match progress.total {
        Some(total) => Clean::concat([number::size(progress.bytes), " of ".into(), number::size(total)]),
        None => number::size(progress.bytes),
    };
    let mut parts = vec![join(["loading ".into(), read]), dot()];
    let alerts = u64::try_from(progress.alerts).unwrap_or(u64::MAX);
    parts.push((Role::Text, number::of(alerts, "alert")));
    if let Some(seconds) = progress.seconds_left {
        parts.extend([dot(), join([number::grouped(seconds), " s left".into()])]);
    }
    let right = [words(Role::Dim, "list is live"), dot(), words(Role::Dim, "Ctrl-c stops here")];
    let rest = if width(&parts) + 2 + width(&right) <= row.columns { canvas.write_right(row, &right) } else { row };
    canvas.write(rest, &parts);
}

/// What the opened alert says, without the time and the priority that the list shows; whether it goes on.
fn output(model: &Model, columns: u16) -> Option<(Clean, bool)> {
    let opened = model.detail.opened.as_ref().filter(|_| model.list.row.is_some())?;
    let Some(Value::Text(raw)) = opened.alert.get(Scope::Alert, "output") else { return None };
    let (start, whole) = head(without_prefix(raw), usize::from(columns) * 4 + 16);
    Some((Clean::from_bytes(start), !whole))
}

/// The text behind `02:15:20.377401822: Critical `, where it begins so.
fn without_prefix(raw: &[u8]) -> &[u8] {
    let clock = raw.iter().take_while(|byte| byte.is_ascii_digit() || b":.".contains(byte)).count();
    let Some(rest) = raw.get(clock..).and_then(|rest| rest.strip_prefix(b" ")).filter(|_| clock > 8) else {
        return raw;
    };
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is_priority = rest.get(..word).is_some_and(|word| crate::base::Priority::parse(word).is_some());
    rest.get(word..).and_then(|rest| rest.strip_prefix(b" ")).filter(|_| is_priority).unwrap_or(raw)
}

/// Draws the bottom line: the row's number, the next useful keys.
pub(super) fn hints(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let Some(row) = Row::of(area, 0) else { return };
    let left = place(model, row.columns);
    let mut keys = help::hints(model);
    let room = row.columns.saturating_sub(width(&left) + 2);
    while keys.len() > 1 && width(&hint_parts(&keys)) > room {
        // The last one leads to all others.
        keys.remove(keys.len() - 2);
    }
    let rest = canvas.write_right(row, &hint_parts(&keys));
    canvas.write(rest, &left);
}

fn hint_parts(keys: &[(String, &'static str)]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, (key, word)) in keys.iter().enumerate() {
        let text = [if at == 0 { "" } else { "  " }, key, if word.is_empty() { "" } else { " " }, word].concat();
        parts.push((Role::Hint, Clean::from_bytes(text.as_bytes())));
    }
    parts
}

/// `row 8,451`, with ` of 12,000` where there is room; it follows a cursor that rests. Then the keys typed so far.
fn place(model: &Model, columns: u16) -> Vec<Part> {
    let is_covered = model.layers.iter().any(|layer| !layer.is_prompt());
    let mut parts = Vec::new();
    if model.live.at_end && !is_covered {
        // The row is the last, whose number is beside the filter already.
        parts.push(words(Role::Hint, "following"));
    } else if let Some((number, count)) = model.row_number().filter(|_| model.list.settled && !is_covered) {
        parts.push((Role::Hint, Clean::concat(["row ".into(), number::counted(number)])));
        if columns >= 100 {
            parts.push((Role::Hint, Clean::concat([" of ".into(), number::counted(count)])));
        }
    }
    if !model.list.marked.is_empty() && !is_covered {
        let before = if parts.is_empty() { "" } else { " · " };
        let marked = number::counted(model.list.marked.len());
        parts.push((Role::Hint, Clean::concat([before.into(), marked, " marked".into()])));
    }
    if model.panes.mouse == Mouse::Ours {
        parts.extend((!parts.is_empty()).then(|| spaces(2)));
        parts.push(words(Role::Accent, "[mouse]"));
    }
    let count = model.pending.count.map(|count| count.to_string());
    let prefix = model.pending.prefix.map(|key| key.to_string());
    if count.is_some() || prefix.is_some() {
        let typed = [count.unwrap_or_default(), prefix.unwrap_or_default()].concat();
        parts.extend([spaces(2), (Role::Accent, Clean::from_bytes(typed.as_bytes()))]);
    }
    parts
}

/// Cells that a text takes.
pub(super) fn columns_of(text: &str) -> u16 {
    cells(glyphs::width(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_line_leaves_out_what_the_list_shows() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b"02:15:20.377401822: Critical Executing binary", b"Executing binary"),
            (b"18:29:57.848: Warning Log files", b"Log files"),
            (b"2024-10-05T18:29:57.848: Warning Log", b"2024-10-05T18:29:57.848: Warning Log"),
            (b"02:15:20.377401822: Something else", b"02:15:20.377401822: Something else"),
            (b"Shell spawned", b"Shell spawned"),
            (b"", b""),
        ];
        for (raw, want) in cases {
            assert_eq!(without_prefix(raw), want, "{raw:?}");
        }
    }
}
