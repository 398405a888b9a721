//! What alerts are sorted by, on the screen and on the command line.
//!
//! Lives here: a value as it sorts. Not here: sorting (`sort`, and `query` of the command line). Imports: `base`, `decode`.
//! Promise: a total order of the values of one field, in which values that compare equal with `=` are equal; what has no
//! value is last, forwards and backwards.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::base::{Nanos, Priority};
use crate::decode::{Value, instant};
use crate::query::number::Number;
use crate::query::tree::Kind;

/// A value as it sorts: what can be read as what the field is comes before what can't.
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
}

/// More of a text is not remembered: texts that are alike so far stay as they came.
const MOST_TEXT_BYTES: usize = 1024;

/// Which way alerts are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The smallest first; in the list oldest, worst or most first.
    #[default]
    Forwards,
    /// The other way round.
    Backwards,
}

impl Direction {
    /// The other one.
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Forwards => Self::Backwards,
            Self::Backwards => Self::Forwards,
        }
    }

    /// An order of two in this direction.
    pub(crate) fn of(self, order: Ordering) -> Ordering {
        match self {
            Self::Forwards => order,
            Self::Backwards => order.reverse(),
        }
    }
}

impl Key {
    /// The key of a value of a field of this kind; `None` for null, which is no value.
    pub(crate) fn of(kind: Kind, value: Value<'_>) -> Option<Self> {
        if value == Value::Null {
            return None;
        }
        let bytes = value.bytes();
        let read = match kind {
            Kind::Moment => moment(value).map(Self::Moment),
            Kind::Severity => Priority::parse(bytes).map(Self::Severity),
            Kind::Address | Kind::Network => address(bytes).map(Self::Address),
            Kind::Plain => Number::parse(bytes).map(Self::Number),
        };
        Some(read.unwrap_or_else(|| Self::Text(bytes.get(..MOST_TEXT_BYTES).unwrap_or(bytes).into())))
    }

    /// Which of two keys of the same field comes first.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Moment(a), Self::Moment(b)) => a.cmp(b),
            (Self::Severity(a), Self::Severity(b)) => b.cmp(a),
            (Self::Address(a), Self::Address(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.compare(*b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.is_text().cmp(&other.is_text()),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

/// Which of two alerts comes first by their keys; one without a key is last in both directions.
pub(crate) fn compare(a: Option<&Key>, b: Option<&Key>, direction: Direction) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => direction.of(a.compare(b)),
        _ => a.is_none().cmp(&b.is_none()),
    }
}

/// A time as an alert writes it, or as columns hold it: as its nanoseconds.
fn moment(value: Value<'_>) -> Option<Nanos> {
    match value {
        Value::Number(digits) => digits.parse().ok().map(Nanos),
        other => instant(other.bytes()),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::family::kind;

    fn sorted(name: &str, values: &[Option<Value<'static>>], direction: Direction) -> Vec<String> {
        let key = |value: &Option<Value<'static>>| value.and_then(|value| Key::of(kind(name), value));
        let mut keys: Vec<_> = values.iter().map(|value| (key(value), *value)).collect();
        keys.sort_by(|a, b| compare(a.0.as_ref(), b.0.as_ref(), direction));
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
            let up = sorted(name, &values, Direction::Forwards);
            assert_eq!(up.join(" "), want, "{name}");
            let absent = up.iter().filter(|shown| ["-", ""].contains(&shown.as_str())).count();
            let mut down = sorted(name, &values, Direction::Backwards);
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
        for direction in [Direction::Forwards, Direction::Backwards] {
            assert_eq!(sorted("n", &values, direction).join(" "), "1 1 1.0");
        }
    }
}
