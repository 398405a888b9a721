//! The tab Related: what came before and after the alert, with the distances in time.
//!
//! Lives here: the lines of the timeline, its heading, tactics, and the same as Markdown. Not here: the tree (`tree`),
//! finding (`query::related`). Imports: `analysis`, `base`, `query`. Promise: item n is line n of what was found, and the
//! heading names the tie, its value and the window.

use crate::analysis::report::escape;
use crate::base::{Clean, Nanos};
use crate::query::related::{Link, Related};
use crate::query::tie::Tied;
use crate::state::commands::named;
use crate::state::number;
use crate::state::page::flow::{Flow, cut, made, spaces, words};
use crate::state::page::glyphs::{head, width};
use crate::state::page::{Part, Role, Shown, tree};
use crate::state::related::{Board, TIES};

/// Cells of the distance and of the badge, with the blanks behind.
const BEFORE_RULE: usize = 16;

/// How much of a value the heading shows, in bytes.
const HEADING: usize = 120;

/// Writes the tab.
pub(super) fn write(flow: &mut Flow, shown: &Shown<'_>) {
    let Some(board) = shown.related else { return };
    let Some(tied) = board.tie_of(shown.opened) else {
        let said = "nothing ties this alert to others: no container, host, user, process, file or address";
        return flow.write(0, &[words(Role::Dim, said)]);
    };
    if is_wide(flow) {
        flow.about(tie_words(&tied, board.window));
    }
    let Some(found) = board.found(shown.opened.row) else {
        let said = if board.is_waiting() { "looking" } else { "nothing was found yet" };
        flow.write(0, &tie_words(&tied, board.window));
        return flow.write(0, &[words(Role::Dim, said)]);
    };
    let counts = counts(shown, found);
    flow.write(0, &if is_wide(flow) { counts } else { heading(shown, &tied, found) });
    if let Some(failed) = &board.failed {
        flow.write(0, &[(Role::Error, failed.what.clone())]);
    }
    tactics(flow, shown, found);
    match &found.ancestry {
        Some(ancestry) if board.tree => tree::write(flow, ancestry),
        _ => lines(flow, found),
    }
    flow.gap();
    flow.write(0, &hints(shown));
}

/// Beside the tabs there is room for the heading.
fn is_wide(flow: &Flow) -> bool {
    flow.columns() >= 100
}

/// `container 3ad7b26ded6d · ±10 min`.
fn tie_words(tied: &Tied, window: i64) -> Vec<Part> {
    let value = Clean::from_bytes(head(&tied.value, HEADING).0);
    let window = (Role::Dim, window_words(window));
    vec![words(Role::Heading, tied.by), spaces(1), (Role::Differs, value), words(Role::Separator, " · "), window]
}

/// The same with what was found.
fn heading(shown: &Shown<'_>, tied: &Tied, found: &Related) -> Vec<Part> {
    let window = shown.related.map_or(0, |board| board.window);
    [tie_words(tied, window), vec![words(Role::Separator, " · ")], counts(shown, found)].concat()
}

/// `95 alerts · 12 of them in view`.
fn counts(shown: &Shown<'_>, found: &Related) -> Vec<Part> {
    let count = u64::try_from(found.alerts).unwrap_or(u64::MAX);
    let mut parts = vec![(Role::Dim, number::of(count, "alert"))];
    if let Some(in_view) = found.in_view {
        let said = Clean::concat([number::counted(in_view), " of them in view".into()]);
        parts.extend([words(Role::Separator, " · "), (Role::Dim, said)]);
    }
    if shown.loading || shown.related.is_some_and(Board::is_waiting) {
        parts.push(words(Role::Dim, ", so far"));
    }
    parts
}

/// `±10 min`, `±2 min 30 s`, `±1 h 20 min`, `±3 d`.
pub(crate) fn window_words(window: i64) -> Clean {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = window / Nanos::SECOND;
    let mut words = Vec::new();
    for (seconds, name) in UNITS {
        if left >= seconds && words.len() < 2 {
            words.push(format!("{} {name}", left / seconds));
            left %= seconds;
        }
    }
    Clean::from_bytes(format!("±{}", words.join(" ")).as_bytes())
}

/// A distance in time with its sign: `0s`, `+0.6s`, `-38s`, `-1m17s`, `+2h05m`.
pub(crate) fn distance(nanos: Option<i64>) -> String {
    let Some(nanos) = nanos else { return String::new() };
    let sign = if nanos < 0 { '-' } else { '+' };
    let tenths = nanos.unsigned_abs() / 100_000_000;
    let seconds = tenths / 10;
    match seconds {
        0 if nanos == 0 => "0s".to_owned(),
        0 if tenths == 0 => format!("{sign}{}", small(nanos.unsigned_abs())),
        0..10 if tenths % 10 > 0 => format!("{sign}{seconds}.{}s", tenths % 10),
        0..60 => format!("{sign}{seconds}s"),
        60..3_600 => format!("{sign}{}m{:02}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{sign}{}h{:02}m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{sign}{}d{:02}h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// Less than a tenth of a second.
fn small(nanos: u64) -> String {
    if nanos >= 1_000_000 { format!("{}ms", nanos / 1_000_000) } else { "<1ms".to_owned() }
}

/// The tactics in the order in which they came first, by the tags of the rules.
fn tactics(flow: &mut Flow, shown: &Shown<'_>, found: &Related) {
    let came = came(shown, found);
    if came.is_empty() {
        return;
    }
    let mut parts = Vec::new();
    for (at, (name, first)) in came.iter().enumerate() {
        if at > 0 {
            parts.push(words(Role::Separator, " → "));
        }
        parts.extend([(Role::Text, name.clone()), spaces(1), made(Role::Dim, &distance(Some(*first)))]);
    }
    flow.write(2, &parts);
}

fn came(shown: &Shown<'_>, found: &Related) -> Vec<(Clean, i64)> {
    let mut came: Vec<(Clean, i64)> = Vec::new();
    for (tags, first) in &found.tags {
        let tags: Vec<String> = serde_json::from_slice(tags).unwrap_or_default();
        let names = shown.opened.analysis.tactics.iter().filter(|(tag, _)| tags.contains(tag)).map(|(_, name)| name);
        for name in names {
            if !came.iter().any(|(known, _)| known == name) {
                came.push((name.clone(), *first));
            }
        }
    }
    came
}

/// How wide the columns behind the badge are: rule, process, object; 0 where there is no room.
fn columns(flow: &Flow, found: &Related) -> [usize; 3] {
    let rest = flow.columns().saturating_sub(BEFORE_RULE);
    let longest =
        |text: fn(&Link) -> &Clean| found.links.iter().map(|link| width(text(link).as_str())).max().unwrap_or(0);
    let rule = longest(|link| &link.rule).min(if rest < 40 { rest } else { rest * 9 / 20 });
    let process = longest(|link| &link.process).clamp(4, 16).min(rest.saturating_sub(rule + 2));
    let process = if process < 4 { 0 } else { process };
    // `  ×1,234 until +9m34s` stands behind the object.
    let object = rest.saturating_sub(rule + process + 4);
    [rule, process, if object < 12 { 0 } else { object }]
}

fn lines(flow: &mut Flow, found: &Related) {
    let widths = columns(flow, found);
    for (at, link) in found.links.iter().enumerate() {
        flow.begin_item();
        flow.write(BEFORE_RULE, &line(link, found.own == Some(at), widths));
        flow.end_item();
    }
    if found.left_out > 0 {
        let said = Clean::concat([number::counted(found.left_out), " more lines, further away, are not shown".into()]);
        flow.write(0, &[(Role::Dim, said)]);
    }
}

fn line(link: &Link, own: bool, [rule, process, object]: [usize; 3]) -> Vec<Part> {
    let far = distance(link.first);
    let mark = if own { words(Role::Accent, "▸") } else { spaces(1) };
    let look = if own { Role::Heading } else { Role::Dim };
    let mut parts = vec![mark, spaces(7_usize.saturating_sub(far.len())), made(look, &far), spaces(2)];
    parts.push(link.priority.map_or(spaces(4), |priority| words(Role::Priority(priority), priority.badge())));
    parts.push(spaces(2));
    parts.extend(cell(&link.rule, rule));
    let mut repeats = repeats(link);
    let taken = |repeats: &[Part]| repeats.iter().map(|(_, text)| width(text.as_str())).sum::<usize>();
    // The object says more than when the last one came.
    let about = about(link);
    if object < taken(&about).min(24) + taken(&repeats) {
        repeats.truncate(2);
    }
    let used = taken(&repeats);
    if process > 0 {
        parts.push(spaces(2));
        parts.extend(cell(&link.process, process));
    }
    if object > used {
        parts.push(spaces(2));
        parts.extend(cut_all(&about, object - used));
    }
    parts.extend(repeats);
    parts
}

/// `  ×24 to +9m34s`.
fn repeats(link: &Link) -> Vec<Part> {
    if link.count < 2 {
        return Vec::new();
    }
    let count = Clean::concat(["×".into(), number::counted(link.count)]);
    let last = distance(link.last);
    let until = if last == distance(link.first) { String::new() } else { format!(" to {last}") };
    vec![spaces(2), (Role::Heading, count), made(Role::Dim, &until)]
}

/// Text that fills its column.
fn cell(text: &Clean, columns: usize) -> Vec<Part> {
    let mut parts = cut(Role::Text, text, columns);
    let used: usize = parts.iter().map(|(_, text)| width(text.as_str())).sum();
    parts.push(spaces(columns.saturating_sub(used)));
    parts
}

/// The object, or which process started which.
fn about(link: &Link) -> Vec<Part> {
    if link.parent.is_empty() {
        return vec![(Role::Text, link.object.clone())];
    }
    vec![(Role::Text, link.parent.clone()), words(Role::Separator, " → "), (Role::Text, link.process.clone())]
}

/// As much of the parts as there is room for.
fn cut_all(parts: &[Part], columns: usize) -> Vec<Part> {
    let mut left = columns;
    let mut shown = Vec::new();
    for (role, text) in parts {
        let used = width(text.as_str());
        if used > left {
            shown.extend(cut(*role, text, left));
            break;
        }
        left -= used;
        shown.push((*role, text.clone()));
    }
    shown
}

/// The keys of the ties that the alert has, and the others of the tab.
fn hints(shown: &Shown<'_>) -> Vec<Part> {
    let has = |tie| crate::query::tie::tied(&shown.opened.alert, tie).is_ok();
    let ties = TIES.iter().filter(|(_, tie)| has(*tie)).map(|(name, _)| *name);
    let told: Vec<String> =
        ties.filter_map(named).map(|command| format!("{} {}", command.keys, command.word)).collect();
    vec![
        made(Role::Hint, &told.join("  ")),
        words(Role::Separator, " · "),
        words(Role::Hint, "< > window  t tree  E unfold"),
        words(Role::Separator, " · "),
        words(Role::Hint, "Enter go  y copy"),
    ]
}

/// What the tab shows as Markdown; `None` while nothing was found.
pub(crate) fn markdown(shown: &Shown<'_>) -> Option<String> {
    let board = shown.related?;
    let (found, tied) = (board.found(shown.opened.row)?, board.tie_of(shown.opened)?);
    let plain = |parts: &[Part]| escape::inline(&Clean::concat(parts.iter().map(|(_, text)| text.clone())));
    let mut text = vec![plain(&heading(shown, &tied, found)), String::new()];
    let came: Vec<String> =
        came(shown, found).iter().map(|(name, first)| format!("{name} {}", distance(Some(*first)))).collect();
    if !came.is_empty() {
        text.extend([escape::inline(&Clean::from_bytes(came.join(" → ").as_bytes())), String::new()]);
    }
    match &found.ancestry {
        Some(ancestry) if board.tree => text.push(tree::markdown(ancestry)),
        _ => text.extend(table(found)),
    }
    Some(text.join("\n") + "\n")
}

fn table(found: &Related) -> Vec<String> {
    let mut rows = vec!["| Δt | priority | rule | process | object | alerts |".to_owned()];
    rows.push("| --- | --- | --- | --- | --- | --- |".to_owned());
    let value = |text: &Clean| if text.is_empty() { String::new() } else { escape::cell(text) };
    for (at, link) in found.links.iter().enumerate() {
        let far = distance(link.first);
        let far = if found.own == Some(at) { format!("**{far}**") } else { far };
        let priority = link.priority.map_or("", crate::base::Priority::word);
        let object = Clean::concat(about(link).into_iter().map(|(_, text)| text));
        let (rule, process, object) = (value(&link.rule), value(&link.process), value(&object));
        rows.push(format!("| {far} | {priority} | {rule} | {process} | {object} | {} |", link.count));
    }
    rows
}

#[cfg(test)]
#[path = "related_tests.rs"]
mod tests;
