//! What rows are sorted by.
//!
//! Imports: `base`, `decode`, `query` (what kind of value a field has). Promise: a total order in which equals stay as they
//! came and absent values are last, forwards and backwards.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::base::{Nanos, Priority};
use crate::decode::{Value, instant};
use crate::query::family::kind;
use crate::query::number::Number;
use crate::query::tree::Kind;

/// A value as it sorts: what can be read as what the field is comes before what can't, nothing comes last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    /// A time.
    Moment(Nanos),
    /// A priority: debug before emergency, as in `priority >= warning`.
    Severity(Priority),
    /// An address; those of IPv4 first.
    Address(IpAddr),
    /// A number, or a text that spells one.
    Number(Number),
    /// Any other value, by its first [`MOST_TEXT_BYTES`].
    Text(Box<[u8]>),
    /// No value.
    Absent,
}

/// More of a text is not remembered: texts that are alike so far stay in input order.
const MOST_TEXT_BYTES: usize = 1024;

/// Which way rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The least first.
    Up,
    /// The greatest first.
    Down,
}

impl Key {
    /// The key of the field `name` with this value.
    pub(crate) fn of(name: &str, value: Option<Value<'_>>) -> Self {
        let Some(value) = value.filter(|value| *value != Value::Null) else { return Self::Absent };
        let bytes = value.bytes();
        let read = match kind(name) {
            Kind::Moment => instant(bytes).map(Self::Moment),
            Kind::Severity => Priority::parse(bytes).map(Self::Severity),
            Kind::Address | Kind::Network => address(bytes).map(Self::Address),
            Kind::Plain => Number::parse(bytes).map(Self::Number),
        };
        read.unwrap_or_else(|| Self::Text(bytes.get(..MOST_TEXT_BYTES).unwrap_or(bytes).into()))
    }

    /// How it stands to another key of the same field.
    pub(crate) fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        match (self, other) {
            (Self::Absent, _) | (_, Self::Absent) => self.rank().cmp(&other.rank()),
            _ if direction == Direction::Down => other.upwards(self),
            _ => self.upwards(other),
        }
    }

    fn upwards(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Moment(a), Self::Moment(b)) => a.cmp(b),
            (Self::Severity(a), Self::Severity(b)) => b.cmp(a),
            (Self::Address(a), Self::Address(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.compare(*b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Moment(_) | Self::Severity(_) | Self::Address(_) | Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Absent => 2,
        }
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(name: &str, values: &[Option<Value<'static>>], direction: Direction) -> Vec<String> {
        let mut keys: Vec<_> = values.iter().map(|value| (Key::of(name, *value), *value)).collect();
        keys.sort_by(|a, b| a.0.compare(&b.0, direction));
        let shown = |value: Option<Value<'_>>| value.map_or("-".to_owned(), |v| v.clean().as_str().to_owned());
        keys.into_iter().map(|(_, value)| shown(value)).collect()
    }

    #[test]
    fn values_sort_as_what_they_are() {
        let text = |text: &'static str| Some(Value::Text(text.as_bytes()));
        let number = |digits: &'static str| Some(Value::Number(digits));
        let cases = [
            ("proc.pid", vec![number("10"), text("9"), None, number("9.5"), text("x")], "9 9.5 10 x -"),
            (
                "priority",
                vec![text("Critical"), text("odd"), text("info"), None, text("warning")],
                "info warning Critical odd -",
            ),
            (
                "time",
                vec![text("2024-10-05T20:00:00+02:00"), text("never"), text("2024-10-05T17:59:59Z"), None],
                "2024-10-05T17:59:59Z 2024-10-05T20:00:00+02:00 never -",
            ),
            ("fd.sip", vec![text("10.0.0.10"), text("::1"), text("10.0.0.9"), text("x")], "10.0.0.9 10.0.0.10 ::1 x"),
            ("rule", vec![text("b"), text("a"), Some(Value::Null), text("B")], "B a b "),
            (
                "big",
                vec![number("18446744073709551615"), number("18446744073709551614"), number("-1")],
                "-1 18446744073709551614 18446744073709551615",
            ),
        ];
        for (name, values, want) in cases {
            let up = sorted(name, &values, Direction::Up);
            assert_eq!(up.join(" "), want, "{name}");
            let absent = up.iter().filter(|shown| ["-", ""].contains(&shown.as_str())).count();
            let mut down = sorted(name, &values, Direction::Down);
            assert!(
                down.split_off(down.len() - absent).iter().all(|shown| ["-", ""].contains(&shown.as_str())),
                "{name}"
            );
            assert!(down.iter().eq(up.iter().take(down.len()).rev()), "{name}: {down:?}");
        }
    }

    #[test]
    fn equals_stay_as_they_came_both_ways() {
        let values = [Some(Value::Text(b"1")), Some(Value::Number("1")), Some(Value::Text(b"1.0"))];
        for direction in [Direction::Up, Direction::Down] {
            assert_eq!(sorted("n", &values, direction).join(" "), "1 1 1.0");
        }
    }
}
