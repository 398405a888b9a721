//! Whether a condition holds, with two readings of absence.
//!
//! Lives here: what each operator does to a value. Not here: rows and columns (`search`). Imports: `base`, `decode`.
//! Promise: under `Absence::False` Falco's own semantics; under `Absence::Unknown` nothing follows from what is
//! missing.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::base::{Nanos, Priority};
use crate::decode::{Owned, Value, instant};
use crate::query::filter::{Absence, Fields, Truth};
use crate::query::glob;
use crate::query::list::List;
use crate::query::needle::find_folded;
use crate::query::number::Number;
use crate::query::operator::Operator;
use crate::query::tree::{Asked, Check, Comparison, Derived, Kind, ListTest, Literal, Modifier, Node, Test, TextTest};
use crate::query::value::Leaves;

/// Whether `node` holds.
pub(crate) fn truth(node: &Node, fields: &dyn Fields, absence: Absence) -> Truth {
    match node {
        Node::And(parts) => parts.iter().map(|part| truth(part, fields, absence)).fold_until(Truth::False),
        Node::Or(parts) => parts.iter().map(|part| truth(part, fields, absence)).fold_until(Truth::True),
        Node::Not(inner) => truth(inner, fields, absence).inverted(),
        Node::Macro(inner) => truth(inner, fields, absence),
        Node::Derived(derived) => derived.truth(fields, absence),
        Node::Family(family) => truth(&family.node, fields, absence),
        Node::Check(check) => check.truth(fields.field(&check.left.name), absence),
        Node::Word(word, ..) => Truth::from(fields.has_word(word)),
    }
}

/// Kleene's `and` and `or`: the strong value decides at once, an unknown one stays.
trait FoldUntil: Iterator<Item = Truth> + Sized {
    fn fold_until(self, strong: Truth) -> Truth {
        let mut whole = strong.inverted();
        for part in self {
            match part {
                part if part == strong => return strong,
                Truth::Unknown => whole = Truth::Unknown,
                _ => {}
            }
        }
        whole
    }
}

impl<I: Iterator<Item = Truth>> FoldUntil for I {}

impl Truth {
    /// What `not` makes of it.
    pub(crate) fn inverted(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Absence {
    /// What a comparison with nothing is.
    fn truth(self) -> Truth {
        match self {
            Self::False => Truth::False,
            Self::Unknown => Truth::Unknown,
        }
    }

    /// Whether the value counts as one.
    pub(crate) fn keeps(self, value: Value<'_>) -> bool {
        let known = self == Self::False || !matches!(value, Value::Text(b"" | b"<NA>" | b"N/A"));
        known && value != Value::Null
    }
}

impl Check {
    /// Whether it holds for the value that its field has.
    pub(crate) fn truth(&self, value: Option<Value<'_>>, absence: Absence) -> Truth {
        let value = value.filter(|value| absence.keeps(*value));
        match (&self.test, value) {
            (Test::Exists, value) => Truth::from(value.is_some()),
            (_, None) => absence.truth(),
            (test, Some(value)) => holds(test, self.left.kind, value).map_or(absence.truth(), Truth::from),
        }
    }

    /// Whether it holds in the list, where absence makes it false.
    pub(crate) fn matches(&self, value: Option<Value<'_>>) -> bool {
        self.truth(value, Absence::False) == Truth::True
    }
}

impl Derived {
    /// Whether it holds; what it is made of must all be there.
    pub(crate) fn truth(&self, fields: &dyn Fields, absence: Absence) -> Truth {
        let left = self.left.value(fields, absence);
        match (&self.asked, left) {
            (Asked::Of(Test::Exists), left) => Truth::from(left.is_some()),
            (_, None) => absence.truth(),
            (Asked::Of(test), Some(left)) => self.holds(test, &left, absence),
            (Asked::Against(operator, right), Some(left)) => {
                let right =
                    right.value(fields, absence).and_then(|right| against(*operator, self.kind, right.borrow()));
                right.map_or(absence.truth(), |test| self.holds(&test, &left, absence))
            }
        }
    }

    fn holds(&self, test: &Test, left: &Owned, absence: Absence) -> Truth {
        holds(test, self.kind, left.borrow()).map_or(absence.truth(), Truth::from)
    }
}

/// The test that an operator makes with a value of the alert on its right; `None`: none.
fn against(operator: Operator, kind: Kind, right: Value<'_>) -> Option<Test> {
    let literal = || Literal::of(kind, right.bytes());
    Some(match operator {
        Operator::Exists | Operator::Regex => return None,
        Operator::Compare(comparison) => Test::Compare(comparison, literal()),
        Operator::Text(test @ (TextTest::ContainsFolded | TextTest::GlobFolded)) => {
            Test::Text(test, Literal::text(right.bytes().to_ascii_lowercase()))
        }
        Operator::Text(test) | Operator::Bytes(test) => Test::Text(test, literal()),
        Operator::List(test) => {
            let items = match right {
                Value::List(json) => Leaves::of(json).map(|leaf| Literal::of(kind, leaf.bytes())).collect(),
                _ => vec![literal()],
            };
            Test::List(test, List::of(kind, test, items))
        }
    })
}

impl Check {
    /// The same as [`Check::matches`] for a comparison with a time that is there; `None`: it can't be read.
    pub(crate) fn matches_moment(&self, moment: Option<Nanos>) -> bool {
        let equals = |literal: &Literal| moment.is_some() && moment == literal.moment;
        match &self.test {
            Test::Compare(Comparison::NotEqual, literal) => !equals(literal),
            Test::Compare(comparison, literal) => {
                moment.zip(literal.moment).is_some_and(|(time, bound)| comparison.accepts(time.cmp(&bound)))
            }
            Test::List(_, list) => list.has_moment(moment),
            Test::Each(modifier, tests) => modifier
                .holds(tests.iter().map(|test| Self { test: test.clone(), ..self.clone() }.matches_moment(moment))),
            Test::Exists | Test::Text(..) | Test::Regex(_) => false,
        }
    }
}

/// `None`: the value is there but can't be read as what the field is, such as an unknown priority.
fn holds(test: &Test, kind: Kind, value: Value<'_>) -> Option<bool> {
    match test {
        Test::Exists => Some(true),
        Test::Compare(Comparison::NotEqual, literal) => {
            any_item(value, &mut |v| Some(equal(kind, v, literal))).map(|same| !same)
        }
        Test::Compare(Comparison::Equal, literal) => any_item(value, &mut |v| Some(equal(kind, v, literal))),
        Test::Compare(comparison, literal) => {
            any_item(value, &mut |v| order(kind, v, literal).map(|order| comparison.accepts(order)))
        }
        Test::Text(test, literal) => any_item(value, &mut |v| Some(fits(*test, v.bytes(), &literal.bytes))),
        Test::Regex(pattern) => any_item(value, &mut |v| Some(pattern.fits(v.bytes()))),
        Test::List(ListTest::Prefix, list) => any_item(value, &mut |v| Some(list.has_above(v.bytes()))),
        Test::List(ListTest::Intersects, list) => any_item(value, &mut |v| Some(among(kind, v, list))),
        Test::Each(modifier, tests) => {
            Some(modifier.holds(tests.iter().map(|test| holds(test, kind, value) == Some(true))))
        }
        Test::List(ListTest::In, list) => every_item(value, &mut |v| Some(among(kind, v, list))),
    }
}

/// Whether `holds` for a scalar, or for one item of a list.
fn any_item(value: Value<'_>, holds: &mut dyn FnMut(Value<'_>) -> Option<bool>) -> Option<bool> {
    match value {
        Value::List(json) => Some(Leaves::of(json).any(|leaf| holds(leaf.value()) == Some(true))),
        scalar => holds(scalar),
    }
}

/// Whether `holds` for a scalar, or for every item of a list that has any.
fn every_item(value: Value<'_>, holds: &mut dyn FnMut(Value<'_>) -> Option<bool>) -> Option<bool> {
    let Value::List(json) = value else { return holds(value) };
    let mut items = 0;
    let all = Leaves::of(json).inspect(|_| items += 1).all(|leaf| holds(leaf.value()) == Some(true));
    Some(all && items > 0)
}

/// Whether the value is in the list.
fn among(kind: Kind, value: Value<'_>, list: &List) -> bool {
    let found = match (kind, value) {
        (Kind::Plain, Value::Number(digits)) => {
            Number::parse(digits.as_bytes()).and_then(|number| list.has_number(number))
        }
        (Kind::Plain, _) => list.has_text(value.bytes()),
        (Kind::Address, _) => list.has_address(address(value)),
        _ => None,
    };
    found.unwrap_or_else(|| list.items().iter().any(|literal| equal(kind, value, literal)))
}

/// A priority or a time that can't be read equals none.
fn equal(kind: Kind, value: Value<'_>, literal: &Literal) -> bool {
    match (kind, value, literal.number) {
        (Kind::Plain, Value::Number(digits), Some(number)) => {
            let same = Number::parse(digits.as_bytes()).map(|n| n.compare(number) == Ordering::Equal);
            same.unwrap_or_else(|| digits.as_bytes() == literal.bytes)
        }
        (Kind::Plain, ..) => value.bytes() == literal.bytes,
        (Kind::Address, ..) => match (address(value), literal.address) {
            (Some(address), Some(asked)) => address == asked,
            _ => value.bytes() == literal.bytes,
        },
        (Kind::Network, ..) => {
            address(value).zip(literal.network).is_some_and(|(address, network)| network.contains(&address))
        }
        _ => order(kind, value, literal) == Some(Ordering::Equal),
    }
}

fn address(value: Value<'_>) -> Option<IpAddr> {
    std::str::from_utf8(value.bytes()).ok()?.parse().ok()
}

/// How the value stands to the literal; the worse of two priorities is the greater.
fn order(kind: Kind, value: Value<'_>, literal: &Literal) -> Option<Ordering> {
    match kind {
        Kind::Severity => Some(literal.priority?.cmp(&Priority::parse(value.bytes())?)),
        Kind::Moment => Some(instant(value.bytes())?.cmp(&literal.moment?)),
        Kind::Network => None,
        Kind::Plain | Kind::Address => Some(match (Number::parse(value.bytes()), literal.number) {
            (Some(a), Some(b)) => a.compare(b),
            _ => value.bytes().cmp(&literal.bytes),
        }),
    }
}

impl Modifier {
    /// Whether as many of the tests hold as it asks for.
    fn holds(self, tests: impl Iterator<Item = bool>) -> bool {
        let (count, held) = tests.fold((0, 0), |(count, held), holds| (count + 1, held + usize::from(holds)));
        match self {
            Self::One => held == 1,
            Self::Any => held > 0,
            Self::All => count > 0 && held == count,
        }
    }
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

fn fits(test: TextTest, value: &[u8], part: &[u8]) -> bool {
    match test {
        TextTest::Contains => memchr::memmem::find(value, part).is_some(),
        TextTest::ContainsFolded => find_folded(value, part).is_some(),
        TextTest::StartsWith => value.starts_with(part),
        TextTest::EndsWith => value.ends_with(part),
        TextTest::Glob => glob::fits(part, value),
        TextTest::GlobFolded => glob::fits(part, &value.to_ascii_lowercase()),
    }
}
