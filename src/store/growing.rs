//! One column while it is being filled.
//!
//! Lives here: the three ways to keep values, and which one a name gets. Imports: `decode`. Promise: memory grows with the
//! values that are there, not with names times rows.

use std::sync::Arc;

use crate::decode::{Scope, Value};
use crate::store::column::{Column, Ids, Integers, Rows, Values};
use crate::store::dictionary::Interner;

/// One name's values so far.
#[derive(Debug)]
pub(super) struct Growing {
    pub(super) scope: Scope,
    pub(super) name: Box<[u8]>,
    /// The columns that came next.
    pub(super) follow: Follow,
    /// The rows that have a value, in order.
    rows: Vec<u16>,
    /// Their values, the n-th of the n-th such row.
    values: Filling,
}

/// How the values are kept.
#[derive(Debug)]
enum Filling {
    Entries { ids: Vec<u16>, interner: Interner },
    Integers(Vec<i128>),
    InLine,
}

/// The two columns that came last after another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Follow {
    newest: Option<u32>,
    older: Option<u32>,
}

impl Follow {
    pub(super) fn guesses(self) -> [Option<u32>; 2] {
        [self.newest, self.older]
    }
    pub(super) fn learn(&mut self, at: u32) {
        if self.newest != Some(at) {
            self.older = self.newest.replace(at);
        }
    }
}

/// Below so many rows no way of keeping is judged: too few to tell, and too few to matter.
const ENOUGH_ROWS: usize = 2048;

impl Growing {
    /// Without a value yet.
    pub(super) fn new(scope: Scope, name: &[u8]) -> Self {
        let is_long = scope == Scope::Alert && matches!(name, b"output" | b"message" | b"time");
        let values = if is_long { Filling::InLine } else { Filling::entries() };
        Self { scope, name: name.into(), follow: Follow::default(), rows: Vec::new(), values }
    }
    /// Whether it is the alert's own time, whose instant has a place of its own.
    pub(super) fn is_time(&self) -> bool {
        self.scope == Scope::Alert && *self.name == *b"time"
    }
    /// Whether no row has the name.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// Gives row `row`, the last one, a value, in place of one that it has.
    pub(super) fn set(&mut self, row: u16, value: Value<'_>) {
        if self.rows.last() == Some(&row) {
            self.values.pop();
        } else {
            self.rows.push(row);
        }
        self.values.push(value);
    }
    /// Row `row`, the last one, has no value.
    pub(super) fn clear(&mut self, row: u16) {
        if self.rows.last() == Some(&row) {
            self.rows.pop();
            self.values.pop();
        }
    }
    /// The column as it is; `None` when no row of the `all` committed ones has the name.
    pub(super) fn seal(&self, all: usize, times: &Arc<[i64]>) -> Option<Column> {
        let has_open_row = self.rows.last().is_some_and(|&row| usize::from(row) >= all);
        let count = self.rows.len() - usize::from(has_open_row);
        let rows = self.rows.get(..count).filter(|rows| !rows.is_empty())?;
        let values = match &self.values {
            Filling::InLine => Values::InLine,
            Filling::Integers(numbers) => by_value(rows, numbers.get(..count).unwrap_or_default(), times),
            Filling::Entries { ids, interner } => {
                self.seal_entries(rows, ids.get(..count).unwrap_or_default(), interner, times)
            }
        };
        Some(Column { scope: self.scope, name: self.name.clone(), rows: Rows::of(rows, all), values })
    }
    fn seal_entries(&self, rows: &[u16], ids: &[u16], interner: &Interner, times: &Arc<[i64]>) -> Values {
        match self.best(ids, interner) {
            Best::InLine => Values::InLine,
            Best::Integers(numbers) => by_value(rows, &numbers, times),
            Best::Entries => Values::Entries(Ids::of(ids, interner.len()), interner.seal()),
        }
    }
    /// Forgets the values, keeps the way in which they are kept best.
    pub(super) fn restart(&mut self) {
        if let Filling::Entries { ids, interner } = &self.values {
            match self.best(ids, interner) {
                Best::InLine => self.values = Filling::InLine,
                Best::Integers(_) => self.values = Filling::Integers(Vec::new()),
                Best::Entries => {}
            }
        }
        self.rows.clear();
        self.values.clear();
    }
    fn best(&self, ids: &[u16], interner: &Interner) -> Best {
        let (values, distinct) = (ids.len(), interner.len());
        if distinct * 3 > values
            && let Some(numbers) = interner.integers()
        {
            return Best::Integers(ids.iter().map(|&id| numbers.get(usize::from(id)).copied().unwrap_or(0)).collect());
        }
        // Process names and command lines repeat; what does not is an id, found by a filter in the line.
        let may_leave = self.scope != Scope::Alert || *self.name == *b"uuid";
        let is_id = distinct * 8 > values * 7 && interner.bytes() > distinct * 24;
        if may_leave && is_id && values >= ENOUGH_ROWS { Best::InLine } else { Best::Entries }
    }
}

/// The best way to keep what is there.
enum Best {
    Entries,
    Integers(Vec<i128>),
    InLine,
}

impl Filling {
    fn entries() -> Self {
        Self::Entries { ids: Vec::new(), interner: Interner::default() }
    }
    fn push(&mut self, value: Value<'_>) {
        match self {
            Self::InLine => {}
            Self::Integers(numbers) => match usual_integer(value) {
                Some(number) => numbers.push(number),
                None => self.push_odd(value),
            },
            Self::Entries { ids, interner } => match interner.intern(value, ids.last().copied()) {
                Some(id) => ids.push(id),
                None => *self = Self::InLine,
            },
        }
    }
    /// Something else in a column of numbers: it becomes a dictionary.
    fn push_odd(&mut self, value: Value<'_>) {
        let Self::Integers(numbers) = std::mem::replace(self, Self::entries()) else {
            return;
        };
        for number in numbers {
            self.push(Value::Number(&number.to_string()));
        }
        self.push(value);
    }
    fn pop(&mut self) {
        match self {
            Self::InLine => {}
            Self::Integers(numbers) => drop(numbers.pop()),
            Self::Entries { ids, .. } => drop(ids.pop()),
        }
    }
    fn clear(&mut self) {
        match self {
            Self::InLine => {}
            Self::Integers(numbers) => numbers.clear(),
            Self::Entries { ids, interner } => {
                ids.clear();
                interner.clear();
            }
        }
    }
}

fn by_value(rows: &[u16], numbers: &[i128], times: &Arc<[i64]>) -> Values {
    let is_time =
        |(&row, &number): (&u16, &i128)| times.get(usize::from(row)).is_some_and(|&t| i128::from(t) == number);
    if rows.iter().zip(numbers).all(is_time) {
        return Values::Times(Arc::clone(times));
    }
    match Integers::of(numbers) {
        Some(integers) => Values::Integers(integers),
        None => as_entries(numbers),
    }
}

/// Numbers that lie too far apart for one base.
fn as_entries(numbers: &[i128]) -> Values {
    let mut filling = Filling::entries();
    for number in numbers {
        filling.push(Value::Number(&number.to_string()));
    }
    match filling {
        Filling::Entries { ids, interner } => Values::Entries(Ids::of(&ids, interner.len()), interner.seal()),
        Filling::Integers(_) | Filling::InLine => Values::InLine,
    }
}

/// A whole number from i64's smallest to u64's largest that is spelt as Rust spells it, so that it can be spelt again.
fn usual_integer(value: Value<'_>) -> Option<i128> {
    match value {
        Value::Number(digits) => integer(digits.as_bytes()),
        _ => None,
    }
}

/// See [`usual_integer`]; `digits` is a valid JSON number.
pub(super) fn integer(digits: &[u8]) -> Option<i128> {
    let (is_negative, magnitude) = match digits {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, digits),
    };
    if magnitude.len() > 20 || (is_negative && magnitude == b"0") {
        return None;
    }
    let magnitude = magnitude
        .iter()
        .try_fold(0_i128, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i128::from(digit - b'0')))?;
    let number = if is_negative { -magnitude } else { magnitude };
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&number).then_some(number)
}
