//! `--by`: how many alerts have each combination of values.
//!
//! Imports: the rooms up to `query`. Promise: a number and the text of its digits are two values, and so are an empty text
//! and none; of equally frequent ones the order is that of their values.

use std::cmp::Ordering;
use std::io::Write;

use hashbrown::HashMap;

use crate::app::headless::out::{Flow, Out};
use crate::app::headless::scan::{Hit, Taker, Wants};
use crate::app::headless::sheet::{COUNT, Sheet};
use crate::app::headless::sorted::Order;
use crate::decode::Value;
use crate::query::family::kind;
use crate::query::key::{Key, compare};

/// Counts the combinations of the values of some fields.
pub(crate) struct Counting<'a> {
    fields: &'a [String],
    counts: HashMap<Box<[u8]>, u64>,
    /// Memory to put a combination together in.
    combination: Vec<u8>,
}

impl<'a> Counting<'a> {
    /// Of these fields.
    pub(crate) fn new(fields: &'a [String]) -> Self {
        Self { fields, counts: HashMap::new(), combination: Vec::new() }
    }

    /// Prints a row for each combination, the most frequent first unless another order is asked for.
    pub(crate) fn print<W: Write>(
        self,
        order: Option<&Order>,
        limit: u64,
        sheet: &mut Sheet<'_>,
        out: &mut Out<W>,
    ) -> Flow {
        let mut rows: Vec<Row<'_>> = self.counts.iter().map(|(key, count)| Row::new(*count, key)).collect();
        rows.sort_by(Row::compare);
        if let Some(order) = order {
            self.sort(&mut rows, order);
        }
        let mut flow = sheet.head(out);
        for row in rows.iter().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            if flow == Flow::Stop {
                return flow;
            }
            let count = row.count.to_string();
            let values: Vec<_> =
                std::iter::once(Value::Number(&count)).chain(row.values.iter().copied()).map(Some).collect();
            flow = sheet.row(&values, out);
        }
        sheet.end(out)
    }

    fn sort(&self, rows: &mut [Row<'_>], order: &Order) {
        let Some(column) = self.fields.iter().position(|field| *field == order.field) else {
            return rows.sort_by(|a, b| order.direction.of(a.count.cmp(&b.count)));
        };
        let kind = kind(&order.field);
        for row in rows.iter_mut() {
            row.key = row.values.get(column).and_then(|value| Key::of(kind, *value));
        }
        rows.sort_by(|a, b| compare(a.key.as_ref(), b.key.as_ref(), order.direction));
    }
}

impl Taker for Counting<'_> {
    fn wants(&self) -> Wants<'_> {
        Wants::Fields(self.fields)
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        self.combination.clear();
        for field in self.fields {
            push(&mut self.combination, hit.alert.named(field).unwrap_or(Value::Null));
        }
        match self.counts.get_mut(self.combination.as_slice()) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(self.combination.as_slice().into(), 1);
            }
        }
        Flow::On
    }
}

/// A row before it is printed.
struct Row<'k> {
    count: u64,
    values: Vec<Value<'k>>,
    /// What it is sorted by, where that is one of its values.
    key: Option<Key>,
}

impl<'k> Row<'k> {
    fn new(count: u64, mut key: &'k [u8]) -> Self {
        let values = std::iter::from_fn(|| pulled(&mut key)).collect();
        Self { count, values, key: None }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let values = |row: &Self| -> Vec<(u8, &'k [u8])> {
            row.values.iter().map(|value| (letter(*value), value.bytes())).collect()
        };
        other.count.cmp(&self.count).then_with(|| values(self).cmp(&values(other)))
    }
}

/// What tells the kinds of values apart in a key.
fn letter(value: Value<'_>) -> u8 {
    match value {
        Value::Null => b'-',
        Value::Bool(_) => b'b',
        Value::List(_) => b'l',
        Value::Number(_) => b'n',
        Value::Object(_) => b'o',
        Value::Text(_) => b't',
    }
}

/// Adds a value to a key: its kind, its length, its bytes.
fn push(key: &mut Vec<u8>, value: Value<'_>) {
    let bytes = value.bytes();
    key.push(letter(value));
    key.extend((bytes.len() as u64).to_le_bytes());
    key.extend(bytes);
}

/// Takes the next value off a key; `None` at its end.
fn pulled<'k>(key: &mut &'k [u8]) -> Option<Value<'k>> {
    let (kind, rest) = key.split_first()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (bytes, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    *key = rest;
    Some(match kind {
        b'b' => Value::Bool(bytes == b"true"),
        b'l' => Value::List(bytes),
        b'n' => Value::Number(str::from_utf8(bytes).unwrap_or_default()),
        b'o' => Value::Object(bytes),
        b't' => Value::Text(bytes),
        _ => Value::Null,
    })
}

/// The columns of a sheet of counts by these fields.
pub(crate) fn columns(fields: &[String]) -> Vec<String> {
    std::iter::once(COUNT.to_owned()).chain(fields.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_is_read_back_as_it_was() {
        let values = [
            Value::Null,
            Value::Text(b""),
            Value::Text(b"12"),
            Value::Number("12"),
            Value::Bool(true),
            Value::List(b"[1]"),
            Value::Object(b"{}"),
            Value::Text(b"-\0t\xff"),
        ];
        let mut key = Vec::new();
        for value in values {
            push(&mut key, value);
        }
        assert_eq!(Row::new(1, &key).values, values);
        let mut ordered: Vec<_> = values.iter().map(|value| letter(*value)).collect();
        ordered.dedup();
        assert_eq!(ordered.len(), 7);
    }
}
