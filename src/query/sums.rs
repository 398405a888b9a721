//! How many alerts have each value, where several spellings are one value.
//!
//! Lives here: what is one value to `=`: `1` and `1.0`, `info` and `Informational`, an item of a list. Not here: which rows
//! are counted (`counts`). Imports: `base`, `decode`. Promise: a value's sum is the number of alerts that `=` leaves, but
//! for -0.0 and for numbers beyond 38 digits.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::base::Priority;
use crate::decode::{Owned, Value};
use crate::query::number::Number;
use crate::query::tree::Kind;
use crate::query::value::Leaves;

/// Alerts by value.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// By bytes: texts, and all that compares as text.
    texts: HashMap<Vec<u8>, Text, RandomState>,
    wholes: HashMap<i128, usize, RandomState>,
    /// By the bits of the number, with its first spelling.
    floats: HashMap<u64, (String, usize), RandomState>,
    /// Alerts that have a text in a list, and the number that it spells too: `["1", 1]`.
    twice: HashMap<Vec<u8>, usize, RandomState>,
    lists: bool,
}

#[derive(Debug)]
struct Text {
    like: Like,
    alerts: usize,
}

/// What kind of value the first one was.
#[derive(Clone, Copy, Debug)]
enum Like {
    Text,
    Number,
    Bool,
    Object,
}

/// One value, whatever its spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum One {
    Whole(i128),
    Float(u64),
    Text(Vec<u8>),
}

impl One {
    fn of(number: Number) -> Self {
        match number {
            Number::Whole(whole) => Self::Whole(whole),
            #[expect(clippy::cast_possible_truncation, reason = "its size was looked at")]
            Number::Float(float) if float.fract() == 0.0 && float.abs() < 1e38 => Self::Whole(float as i128),
            Number::Float(float) => Self::Float(float.to_bits()),
        }
    }
}

/// What a value compares as.
enum Compares<'v> {
    Number(Number),
    Text(&'v [u8]),
    Written(String),
}

fn compares(kind: Kind, value: Value<'_>) -> Compares<'_> {
    let bytes = value.bytes();
    let address = || std::str::from_utf8(bytes).ok()?.parse::<IpAddr>().ok();
    let number = || matches!(value, Value::Number(_)).then(|| Number::parse(bytes)).flatten();
    match kind {
        Kind::Plain => number().map_or(Compares::Text(bytes), Compares::Number),
        Kind::Severity => {
            Priority::parse(bytes).map_or(Compares::Text(bytes), |known| Compares::Text(known.word().as_bytes()))
        }
        Kind::Address => address().map_or(Compares::Text(bytes), |address| Compares::Written(address.to_string())),
        Kind::Moment | Kind::Network => Compares::Text(bytes),
    }
}

fn like(value: Value<'_>) -> Like {
    match value {
        Value::Number(_) => Like::Number,
        Value::Bool(_) => Like::Bool,
        Value::Object(_) => Like::Object,
        Value::Text(_) | Value::List(_) | Value::Null => Like::Text,
    }
}

impl Sums {
    /// So many alerts have this value.
    pub(super) fn add_value(&mut self, kind: Kind, value: Value<'_>, alerts: usize) {
        if let Value::List(_) = value {
            return self.add_set(kind, &[value.to_owned()], alerts);
        }
        match compares(kind, value) {
            Compares::Text(bytes) => self.add_text(bytes, like(value), alerts),
            Compares::Written(text) => self.add_text(text.as_bytes(), Like::Text, alerts),
            Compares::Number(number) => self.add_number(number, value.bytes(), alerts),
        }
    }

    /// So many alerts have this whole number.
    pub(super) fn add_whole(&mut self, kind: Kind, number: i128, alerts: usize) {
        match kind {
            Kind::Plain => *self.wholes.entry(number).or_default() += alerts,
            _ => self.add_value(kind, Value::Number(&number.to_string()), alerts),
        }
    }

    /// So many alerts have all these values, and the items of those that are lists.
    pub(super) fn add_set(&mut self, kind: Kind, values: &[Owned], alerts: usize) {
        let mut all: BTreeSet<One> = BTreeSet::new();
        self.lists = true;
        let mut see = |value: Value<'_>| {
            let one = match compares(kind, value) {
                Compares::Number(number) => One::of(number),
                Compares::Text(bytes) => One::Text(bytes.to_vec()),
                Compares::Written(text) => One::Text(text.into_bytes()),
            };
            // The first spelling is the one that is shown.
            if all.insert(one) {
                self.add_value(kind, value, alerts);
            }
        };
        for value in values {
            match value {
                Owned::List(json) => Leaves::of(json).for_each(|leaf| see(leaf.value())),
                scalar => see(scalar.borrow()),
            }
        }
        for one in &all {
            if let One::Text(text) = one
                && Number::parse(text).is_some_and(|number| all.contains(&One::of(number)))
            {
                *self.twice.entry(text.clone()).or_default() += alerts;
            }
        }
    }

    fn add_text(&mut self, bytes: &[u8], like: Like, alerts: usize) {
        match self.texts.get_mut(bytes) {
            Some(text) => text.alerts += alerts,
            None => drop(self.texts.insert(bytes.to_vec(), Text { like, alerts })),
        }
    }

    fn add_number(&mut self, number: Number, spelt: &[u8], alerts: usize) {
        match One::of(number) {
            One::Whole(whole) => *self.wholes.entry(whole).or_default() += alerts,
            One::Float(bits) => {
                let spelling = || (String::from_utf8_lossy(spelt).into_owned(), 0);
                self.floats.entry(bits).or_insert_with(spelling).1 += alerts;
            }
            One::Text(text) => self.add_text(&text, Like::Number, alerts),
        }
    }

    /// Whether an alert may have several values.
    pub(super) fn has_lists(&self) -> bool {
        self.lists
    }

    /// Takes the sums of other alerts.
    pub(super) fn add(&mut self, other: Self) {
        self.lists |= other.lists;
        for (bytes, text) in other.texts {
            self.texts.entry(bytes).or_insert(Text { alerts: 0, ..text }).alerts += text.alerts;
        }
        for (whole, alerts) in other.wholes {
            *self.wholes.entry(whole).or_default() += alerts;
        }
        for (bits, (spelling, alerts)) in other.floats {
            self.floats.entry(bits).or_insert((spelling, 0)).1 += alerts;
        }
        for (bytes, alerts) in other.twice {
            *self.twice.entry(bytes).or_default() += alerts;
        }
    }

    /// Every value with its sum, most first, then numbers by size and texts by their bytes.
    pub(super) fn values(mut self, kind: Kind) -> Vec<(Owned, usize)> {
        let texts = std::mem::take(&mut self.texts);
        let has_text = |spelt: &str| !texts.is_empty() && texts.contains_key(spelt.as_bytes());
        let wholes = self.wholes.iter().filter(|(whole, _)| !has_text(&whole.to_string()));
        let mut all: Vec<(Reverse<usize>, One, Like)> =
            wholes.map(|(whole, alerts)| (Reverse(*alerts), One::Whole(*whole), Like::Number)).collect();
        let floats = self.floats.iter().filter(|(_, (spelling, _))| !has_text(spelling));
        all.extend(floats.map(|(bits, (_, alerts))| (Reverse(*alerts), One::Float(*bits), Like::Number)));
        for (bytes, text) in texts {
            // A text that spells a number is kept by the filter that keeps the number.
            let number = if kind == Kind::Plain { Number::parse(&bytes) } else { None };
            let alerts = text.alerts + number.map_or(0, |number| self.of_number(number));
            let twice = self.twice.get(&bytes).copied().unwrap_or_default();
            all.push((Reverse(alerts - twice.min(alerts)), One::Text(bytes), text.like));
        }
        all.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        all.into_iter().map(|(Reverse(alerts), one, like)| (self.owned(one, like), alerts)).collect()
    }

    fn of_number(&self, number: Number) -> usize {
        match One::of(number) {
            One::Whole(whole) => self.wholes.get(&whole).copied().unwrap_or_default(),
            One::Float(bits) => self.floats.get(&bits).map_or(0, |(_, alerts)| *alerts),
            One::Text(_) => 0,
        }
    }

    fn owned(&self, one: One, like: Like) -> Owned {
        let spelling = |bits| self.floats.get(&bits).map(|(spelling, _)| spelling.clone());
        match (one, like) {
            (One::Whole(whole), _) => Owned::Number(whole.to_string()),
            (One::Float(bits), _) => Owned::Number(spelling(bits).unwrap_or_default()),
            (One::Text(bytes), Like::Text) => Owned::Text(bytes),
            (One::Text(bytes), Like::Number) => Owned::Number(String::from_utf8_lossy(&bytes).into_owned()),
            (One::Text(bytes), Like::Bool) => Owned::Bool(bytes == b"true"),
            (One::Text(bytes), Like::Object) => Owned::Object(bytes),
        }
    }
}

/// The bytes by which values of a field that are one value are known: `info` is `Informational`.
pub(super) fn canonical(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    match compares(kind, Value::Text(bytes)) {
        Compares::Written(text) => text.into_bytes(),
        _ if kind == Kind::Severity => Priority::parse(bytes).map_or(bytes, |known| known.word().as_bytes()).to_vec(),
        _ => bytes.to_vec(),
    }
}
