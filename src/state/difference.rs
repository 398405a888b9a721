//! What differs between two alerts, or between one and what is usual: rows, and how they are laid out.
//!
//! Lives here: the verdict on each field, the order of rows, cutting long values so that the difference stays in sight.
//! Imports: `base`, `decode`, `query`. Promise: every field of either side has one row; only `Clean` text comes out.

use crate::base::Clean;
use crate::decode::{Alert, Scope, Value};
use crate::query::compared::{Against, Compared, Side, Usual, is_volatile};
use crate::state::number;
use crate::state::page::flow::{cut, made, spaces, words};
use crate::state::page::glyphs::{fit, glyphs, head, width};
use crate::state::page::{Part, Role};

/// What is to be said of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The values differ.
    Differs,
    /// The second side does not have it.
    OnlyA,
    /// The first side does not have it.
    OnlyB,
    /// They are equal.
    Equal,
    /// They are never equal: a time, an id.
    Volatile,
}

impl Verdict {
    /// Equal and volatile fields are folded away at first.
    pub(crate) fn is_folded(self) -> bool {
        matches!(self, Self::Equal | Self::Volatile)
    }
}

/// A field with both values; `None`: absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: Clean,
    /// The first side's value.
    pub(crate) a: Option<Clean>,
    /// The second side's.
    pub(crate) b: Option<Clean>,
    /// What is to be said of them.
    pub(crate) verdict: Verdict,
    /// How common the values are, where that was counted.
    pub(crate) usual: Option<Clean>,
}

impl Row {
    /// The verdict in words.
    pub(crate) fn said(&self) -> Clean {
        if let Some(usual) = &self.usual {
            return usual.clone();
        }
        Clean::from(match self.verdict {
            Verdict::Differs => "differs",
            Verdict::OnlyA => "only in A",
            Verdict::OnlyB => "only in B",
            Verdict::Equal => "=",
            Verdict::Volatile => "volatile",
        })
    }
}

/// How much of a value is compared on the screen, in bytes.
const SHOWN: usize = 16 << 10;

/// How many fields have a row.
const MAX_ROWS: usize = 2_000;

/// A value as it is shown; a text and what reads like it are told apart.
fn shown(value: Value<'_>) -> Option<Clean> {
    match value {
        Value::Null => None,
        other => Some(Clean::from_bytes(head(other.bytes(), SHOWN).0)),
    }
}

/// Every field of either side: what differs first, then what only one has, then the rest.
pub(crate) fn rows(compared: &Compared, swapped: bool) -> Vec<Row> {
    let mut rows = match &compared.b {
        Against::Alert(b) => of_two(&compared.a.alert, &b.alert),
        Against::Usual(total, usual) => of_usual(&compared.a.alert, usual, *total),
    };
    if swapped {
        rows.iter_mut().for_each(Row::swap);
    }
    // Stable: the rest stays in the order of the line.
    rows.sort_by_key(|row| row.verdict);
    rows
}

impl Row {
    fn swap(&mut self) {
        std::mem::swap(&mut self.a, &mut self.b);
        self.verdict = match self.verdict {
            Verdict::OnlyA => Verdict::OnlyB,
            Verdict::OnlyB => Verdict::OnlyA,
            same => same,
        };
    }
}

fn of_two(a: &Alert, b: &Alert) -> Vec<Row> {
    let in_b = |scope, name: &[u8]| b.entries.iter().find(|entry| entry.scope == scope && entry.name == name);
    let in_a = |scope, name: &[u8]| a.entries.iter().any(|entry| entry.scope == scope && entry.name == name);
    let both = a.entries.iter().take(MAX_ROWS).map(|entry| {
        let other = in_b(entry.scope, &entry.name).map_or(Value::Null, |entry| entry.value.borrow());
        row(&entry.name, entry.value.borrow(), other)
    });
    let only_b = b.entries.iter().take(MAX_ROWS).filter(|entry| !in_a(entry.scope, &entry.name));
    both.chain(only_b.map(|entry| row(&entry.name, Value::Null, entry.value.borrow()))).collect()
}

fn row(name: &[u8], a: Value<'_>, b: Value<'_>) -> Row {
    let verdict = match (a, b) {
        (a, b) if a == b => Verdict::Equal,
        _ if is_volatile(name) => Verdict::Volatile,
        (_, Value::Null) => Verdict::OnlyA,
        (Value::Null, _) => Verdict::OnlyB,
        _ => Verdict::Differs,
    };
    Row { name: Clean::from_bytes(head(name, SHOWN).0), a: shown(a), b: shown(b), verdict, usual: None }
}

fn of_usual(alert: &Alert, usual: &[Usual], total: usize) -> Vec<Row> {
    let one = |usual: &Usual| {
        let own = alert.entries.iter().find(|entry| entry.scope == usual.scope && entry.name == usual.name);
        let own = own.map_or(Value::Null, |entry| entry.value.borrow());
        let most = usual.value.as_ref().map_or(Value::Null, |value| value.borrow());
        Row { usual: Some(how_usual(usual, total)), ..row(&usual.name, own, most) }
    };
    let counted = usual.iter().map(one);
    let is_counted = |scope: Scope, name: &[u8]| usual.iter().any(|usual| usual.scope == scope && usual.name == name);
    let rest = alert.entries.iter().take(MAX_ROWS).filter(|entry| !is_counted(entry.scope, &entry.name)).map(|entry| {
        let unknown = row(&entry.name, entry.value.borrow(), Value::Null);
        Row { verdict: Verdict::Volatile, usual: Some("not counted".into()), ..unknown }
    });
    counted.chain(rest).collect()
}

/// `new · usual 612 of 640`, `3 alike · usual 612 of 640`, `640 of 640 alike`.
fn how_usual(usual: &Usual, total: usize) -> Clean {
    let of = Clean::concat([number::counted(usual.count), " of ".into(), number::counted(total)]);
    match usual.alike {
        0 => Clean::concat(["new here · usual in ".into(), of]),
        alike if alike == usual.count => Clean::concat([of, " alike".into()]),
        alike => Clean::concat([number::counted(alike), " alike · usual in ".into(), of]),
    }
}

/// `compare  A 02:15:20.377 node-a   B 03:41:07.112 node-b   4 differ · 21 equal`.
pub(crate) fn heading(compared: &Compared, swapped: bool) -> Vec<Part> {
    let a = side(&compared.a);
    let b = match &compared.b {
        Against::Alert(b) => side(b),
        Against::Usual(total, _) => {
            vec![(Role::Dim, Clean::concat(["usual of ".into(), number::counted(*total), " others".into()]))]
        }
    };
    let (first, second) = if swapped { (b, a) } else { (a, b) };
    let all = rows(compared, swapped);
    let count = |wanted: fn(Verdict) -> bool| number::counted(all.iter().filter(|row| wanted(row.verdict)).count());
    let differ = Clean::concat([count(|verdict| verdict < Verdict::Equal), " differ".into()]);
    let equal = Clean::concat([count(|verdict| verdict == Verdict::Equal), " equal".into()]);
    let mut parts = vec![words(Role::Heading, "compare"), words(Role::Accent, "  A ")];
    parts.extend(first);
    parts.push(words(Role::Accent, "   B "));
    parts.extend(second);
    parts.extend([spaces(3), (Role::Heading, differ), words(Role::Separator, " · "), (Role::Dim, equal)]);
    parts
}

fn side(side: &Side) -> Vec<Part> {
    let time = side.time.map(|at| chrono::DateTime::from_timestamp_nanos(at.0).format("%H:%M:%S%.3f").to_string());
    vec![made(Role::Text, &time.unwrap_or_default()), spaces(1), (Role::Text, side.host.clone())]
}

/// Rows as lines for so many columns; below 60 each value has a line of its own.
pub(crate) fn lines(rows: &[Row], columns: usize) -> Vec<Vec<Part>> {
    if rows.is_empty() {
        return vec![vec![words(Role::Dim, "nothing differs; e shows the equal fields")]];
    }
    let longest = rows.iter().map(|row| width(row.name.as_str())).max().unwrap_or(0);
    let said = rows.iter().map(|row| width(row.said().as_str())).max().unwrap_or(0).min(columns / 3);
    let name = longest.min(24).min(columns / 4);
    let value = columns.saturating_sub(name + said + 8) / 2;
    if columns < 60 {
        rows.iter().flat_map(|row| stacked(row, columns)).collect()
    } else {
        rows.iter().map(|row| beside(row, [name, value])).collect()
    }
}

fn beside(row: &Row, [name, value]: [usize; 2]) -> Vec<Part> {
    let (a, b) = values(row, value);
    let mut parts = padded(label(row, name), name + 2);
    parts.extend(padded(a, value + 2));
    parts.extend(padded(b, value + 2));
    parts.push((said_role(row), row.said()));
    parts
}

fn stacked(row: &Row, columns: usize) -> Vec<Vec<Part>> {
    let (a, b) = values(row, columns.saturating_sub(5));
    let mut first = label(row, columns / 2);
    first.extend([spaces(2), (said_role(row), row.said())]);
    let under = |side: &'static str, value: Vec<Part>| [vec![words(Role::Dim, side)], value].concat();
    vec![first, under("  A ", a), under("  B ", b)]
}

fn said_role(row: &Row) -> Role {
    if row.verdict < Verdict::Equal { Role::Heading } else { Role::Dim }
}

fn label(row: &Row, columns: usize) -> Vec<Part> {
    let role = if row.verdict < Verdict::Equal { Role::Text } else { Role::Dim };
    cut(role, &row.name, columns)
}

fn padded(mut parts: Vec<Part>, columns: usize) -> Vec<Part> {
    let used: usize = parts.iter().map(|(_, text)| width(text.as_str())).sum();
    parts.push(spaces(columns.saturating_sub(used)));
    parts
}

/// Both values in so many columns; what they have in common at their start gives way to what differs.
fn values(row: &Row, columns: usize) -> (Vec<Part>, Vec<Part>) {
    let differs = row.verdict < Verdict::Equal;
    let same = match (&row.a, &row.b) {
        (Some(a), Some(b)) if differs => common(a.as_str(), b.as_str()),
        _ => 0,
    };
    (value(row.a.as_ref(), (differs, same), columns), value(row.b.as_ref(), (differs, same), columns))
}

/// How many bytes both begin with, up to a glyph's start.
fn common(a: &str, b: &str) -> usize {
    let (mut at, pairs) = (0, glyphs(a).zip(glyphs(b)));
    for (one, _) in pairs.take_while(|(one, other)| one.text == other.text) {
        at = one.at + one.text.len();
    }
    at
}

fn value(text: Option<&Clean>, (differs, same): (bool, usize), columns: usize) -> Vec<Part> {
    let Some(text) = text else { return vec![words(Role::Dim, "‹absent›")] };
    if text.is_empty() {
        return vec![words(Role::Dim, "\"\"")];
    }
    let from = start(text.as_str(), same, columns);
    let mut left = columns;
    let mut parts = Vec::new();
    if from > 0 {
        parts.push(words(Role::Dim, "…"));
        left = left.saturating_sub(1);
    }
    let (rest, end) = (text.slice(from..text.as_str().len()), text.as_str().len());
    let (mut cut, _) = fit(rest.as_str(), left);
    if from + cut < end {
        cut = fit(rest.as_str(), left.saturating_sub(1)).0;
    }
    let same = same.clamp(from, from + cut);
    let role = if differs { Role::Differs } else { Role::Dim };
    parts.extend([(Role::Text, text.slice(from..same)), (role, text.slice(same..from + cut))]);
    if from + cut < end {
        parts.push(words(Role::Dim, "…"));
    }
    parts
}

/// Where to begin so that what differs is in sight: at the start where all fits or the difference is near.
fn start(text: &str, same: usize, columns: usize) -> usize {
    if fit(text, columns).0 == text.len() || width(text.get(..same).unwrap_or_default()) < columns * 2 / 3 {
        return 0;
    }
    let before: Vec<usize> = glyphs(text.get(..same).unwrap_or_default()).map(|glyph| glyph.at).collect();
    before.len().checked_sub(columns / 3).and_then(|at| before.get(at)).copied().unwrap_or(0)
}
