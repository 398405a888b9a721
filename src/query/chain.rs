//! One value of each row of a segment: that of the first field of several which the row has.
//!
//! Lives here: numbering what the columns hold, and which rows' values are only in their lines. Not here: what is made of
//! the values (`group`, `sort`). Imports: `base`, `decode`, `store`. Promise: a number stands for one whole value; a value
//! that no column holds whole is read from its line, never guessed.

use std::collections::HashMap;

use crate::base::RowId;
use crate::decode::{Alert, Scope, Value};
use crate::query::bits::Bits;
use crate::query::lines::{LineReader, Stretches};
use crate::query::watch::Watch;
use crate::store::{Cell, Column, Segment, Slot, Snapshot};

/// Fields of which the first that is there counts.
pub(crate) type Fields = [String];

/// What is known of one row's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The row has none of the fields.
    Absent,
    /// The number of its value, below [`Chain::codes`].
    Known(u32),
    /// Only its line tells.
    InLine,
}

/// The columns of the fields in one segment.
pub(crate) struct Chain<'s> {
    links: Vec<Link<'s>>,
    codes: u32,
    /// Names that the segment has no column for may be in the lines.
    leaves_names_out: bool,
}

/// One column, and the number of its first entry.
struct Link<'s> {
    column: &'s Column,
    base: u32,
    /// The column knows only the beginning of these entries; empty where it knows all.
    is_start: Vec<bool>,
}

impl<'s> Chain<'s> {
    /// Of `fields` in `segment`.
    pub(crate) fn of(segment: &'s Segment, fields: &Fields) -> Self {
        let found: Vec<_> = fields.iter().filter_map(|name| segment.column(Scope::of(name), name.as_bytes())).collect();
        let is_hidden = segment.leaves_names_out() && found.len() < fields.len();
        let mut chain = Self { links: Vec::new(), codes: 0, leaves_names_out: is_hidden };
        for column in found {
            let entries = u32::try_from(column.entries()).unwrap_or(u32::MAX);
            chain.links.push(Link { column, base: chain.codes, is_start: starts(column, entries) });
            chain.codes = chain.codes.saturating_add(entries);
        }
        chain
    }

    /// How many numbers there are.
    pub(crate) fn codes(&self) -> usize {
        self.codes as usize
    }

    /// The only column that there is, where it knows every value whole.
    pub(crate) fn only(&self) -> Option<&'s Column> {
        match self.links.as_slice() {
            [link] if !self.needs_lines() => Some(link.column),
            _ => None,
        }
    }

    /// Whether values of some rows may be only in their lines.
    pub(crate) fn needs_lines(&self) -> bool {
        let is_short = |link: &Link<'_>| !link.is_start.is_empty() || link.column.entries() == 0;
        self.leaves_names_out || self.links.iter().any(is_short)
    }

    /// What is known of row `row`.
    pub(crate) fn code(&self, row: usize) -> Code {
        if self.leaves_names_out {
            return Code::InLine;
        }
        for link in &self.links {
            match link.column.slot(row) {
                Slot::Absent => {}
                Slot::InLine => return Code::InLine,
                Slot::Entry(entry) if link.is_start.get(entry as usize) == Some(&true) => return Code::InLine,
                Slot::Entry(entry) => return Code::Known(link.base + entry),
            }
        }
        Code::Absent
    }

    /// Hands the value of a number to `with`; `None` for one that no row has.
    pub(crate) fn read<T>(&self, code: u32, with: impl FnOnce(Value<'_>) -> T) -> Option<T> {
        let after = self.links.partition_point(|link| link.base <= code);
        let link = self.links.get(after.checked_sub(1)?)?;
        link.column.entry(code - link.base)?.read(with)
    }
}

/// Which entries are beginnings; nothing where none is.
fn starts(column: &Column, entries: u32) -> Vec<bool> {
    let starts: Vec<bool> = (0..entries).map(|entry| matches!(column.entry(entry), Some(Cell::Start(_)))).collect();
    if starts.contains(&true) { starts } else { Vec::new() }
}

/// The value of the first of `fields` that the alert has.
pub(crate) fn value_of<'a>(alert: &'a Alert, fields: &Fields) -> Option<Value<'a>> {
    fields.iter().filter_map(|name| alert.named(name)).find(|value| *value != Value::Null)
}

/// Reads the lines of `rows` and makes something of each alert; a line that can't be read any more is left out. `None`
/// when something newer waits.
pub(crate) fn from_lines<T>(
    (snapshot, segment): (&Snapshot, &Segment),
    rows: &Bits,
    names: Vec<String>,
    make: &mut dyn FnMut(&Alert) -> T,
    watch: &mut Watch<'_>,
) -> Option<HashMap<usize, T>> {
    let mut reader = LineReader::for_names(Some(names));
    let mut told = HashMap::new();
    let ended = Stretches::default().each_line(snapshot, segment, rows.rows(), &mut |row, text| {
        let line = text.map_or(&[][..], |text| text.line);
        if let Some(alert) = reader.read(line) {
            told.insert(row, make(alert));
        }
        watch.spend(line.len())
    });
    ended.map(|()| told)
}

/// Of each segment the rows that are among `rows`.
pub(crate) fn by_segment(snapshot: &Snapshot, rows: &[RowId]) -> Vec<Bits> {
    let mut parts: Vec<Bits> = snapshot.segments().iter().map(|segment| Bits::none(segment.len())).collect();
    for row in rows {
        if let Some(bits) = parts.get_mut(row.segment()) {
            bits.set(row.row());
        }
    }
    parts
}

/// Puts `value` in the place `at`, where there is one.
pub(super) fn put<T>(all: &mut [T], at: usize, value: T) {
    if let Some(slot) = all.get_mut(at) {
        *slot = value;
    }
}
