//! The tree that a condition is parsed into; the parser makes it, the evaluator and the searcher read it.
//!
//! Lives here: the shapes only. Imports: `base`. Promise: a node is at most [`MAX_LEVELS`] deep, whatever the text was.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use ipnet::IpNet;

use crate::base::{Nanos, Priority};
use crate::query::list::List;
use crate::query::moment::{self, Reference, Relative};
use crate::query::needle::Word;
use crate::query::number::Number;
use crate::query::operand::Operand;
use crate::query::operator::Operator;
use crate::query::pattern::Pattern;

/// How many levels Falco's parser goes down before it refuses: 19 parentheses around a name, 18 around a comparison.
pub(crate) const MAX_LEVELS: usize = 100;

/// A condition or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// All of them hold.
    And(Vec<Node>),
    /// At least one of them holds.
    Or(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// The condition behind a macro's name.
    Macro(Arc<Node>),
    /// A comparison with one field.
    Check(Check),
    /// A comparison with what is made of fields, or with a field on its right side.
    Derived(Box<Derived>),
    /// A comparison with a name that stands for several fields.
    Family(Box<Family>),
    /// A word search: the word, its text where it stands without quotes, and where it stands.
    Word(Box<Word>, Option<String>, Range<usize>),
}

/// A comparison with one field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    /// The left side.
    pub(crate) left: Left,
    /// What is asked of it.
    pub(crate) test: Test,
    /// What must stand in the raw line.
    pub(crate) needle: Needle,
}

/// Words of which one must stand in the raw line of an alert that fulfils a comparison, or why nothing can be said.
pub(crate) type Needle = Result<Vec<Word>, Unsaid>;

/// Why nothing can be said about the raw line of an alert that fulfils a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsaid {
    /// Any value will do.
    Exists,
    /// Other values than the one in the filter will do.
    Unequal,
    /// Greater or smaller values will do.
    Order,
    /// A number may be spelt in several ways.
    Number,
    /// A time, an address of version 6 or a network may be spelt in several ways.
    Spelling,
    /// The pattern has no text that every value must have.
    Pattern,
    /// The text is empty.
    Empty,
    /// There are too many texts to look for each.
    Many,
    /// The value is made of others.
    Made,
    /// It is part of a comparison that is looked for as a whole.
    Whole,
}

/// A comparison of which a side is made of fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Derived {
    /// The left side.
    pub(crate) left: Operand,
    /// How its values compare.
    pub(crate) kind: Kind,
    /// What is asked of it.
    pub(crate) asked: Asked,
}

/// What is asked of a value that was made of fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    /// What stands in the text.
    Of(Test),
    /// An operator with another made value on its right.
    Against(Operator, Operand),
}

/// A comparison with a name that stands for several fields: `fd.ip` for both addresses, `proc.aname` for all ancestors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Family {
    /// The left side.
    pub(crate) left: Left,
    /// The same of its fields.
    pub(crate) node: Node,
    /// What is asked of them.
    pub(crate) test: Test,
    /// What must stand in the raw line.
    pub(crate) needle: Needle,
}

/// The left side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Left {
    /// The field's name with its argument as alerts spell it: `proc.aname[2]`.
    pub(crate) name: String,
    /// What kind of value it has.
    pub(crate) kind: Kind,
    /// Where it stands in the text.
    pub(crate) at: Range<usize>,
}

/// How the values of a field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As numbers where both sides are numbers, else as bytes.
    Plain,
    /// By severity: `>= warning` is warning and worse.
    Severity,
    /// As moments.
    Moment,
    /// As IP addresses: `::1` is `0:0:0:0:0:0:0:1`.
    Address,
    /// An address equals the networks that it lies in.
    Network,
}

/// What is asked of the left side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// It is there.
    Exists,
    /// It compares with a value in this way.
    Compare(Comparison, Literal),
    /// It is text that fits.
    Text(TextTest, Literal),
    /// It is text that the expression fits from end to end.
    Regex(Pattern),
    /// It is in a list.
    List(ListTest, List),
    /// So many of these hold.
    Each(Modifier, Vec<Test>),
}

/// `=` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `=`, `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Operators on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTest {
    /// `contains`
    Contains,
    /// `icontains`: ASCII letters fold.
    ContainsFolded,
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `glob`
    Glob,
    /// `iglob`: ASCII letters fold.
    GlobFolded,
}

/// How many tests of a list must hold; none holds of an empty list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modifier {
    /// `oneof`: exactly one.
    One,
    /// `anyof`: at least one.
    Any,
    /// `allof`: every one.
    All,
}

/// Operators on lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListTest {
    /// `in`: the value, or every item of it, is in the list.
    In,
    /// `intersects`: the value, or an item of it, is in the list.
    Intersects,
    /// `pmatch`: a path of the list is the value, or one of the directories that it lies in.
    Prefix,
}

/// A value on the right side, read once in every way in which it can compare.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Literal {
    /// Its bytes; folded to lower case for an operator that folds.
    pub(crate) bytes: Vec<u8>,
    /// The number that it spells.
    pub(crate) number: Option<Number>,
    /// The priority that it names; only where the field is one.
    pub(crate) priority: Option<Priority>,
    /// The moment that it names; only where the field is one.
    pub(crate) moment: Option<Nanos>,
    /// The moment that it names as one that is counted from another; `moment` is known once that is. See
    /// [`Node::settle_moments`].
    pub(crate) relative: Option<Relative>,
    /// The address that it spells; only where the field is one.
    pub(crate) address: Option<IpAddr>,
    /// The network that it spells; only where the field compares with networks.
    pub(crate) network: Option<IpNet>,
}

impl Literal {
    /// One that is nothing but its bytes.
    pub(crate) fn text(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// One of an alert's own values, read as far as it can be.
    pub(crate) fn of(kind: Kind, bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let plain = Self { bytes: bytes.to_vec(), number: Number::parse(bytes), ..Self::default() };
        match kind {
            Kind::Plain => plain,
            Kind::Severity => Self { priority: Priority::parse(bytes), ..plain },
            Kind::Moment => match moment::parse(text) {
                None => Self { relative: Relative::parse(text), ..plain },
                moment => Self { moment, ..plain },
            },
            Kind::Address => Self { address: text.parse().ok(), ..plain },
            Kind::Network => Self { network: text.parse().ok(), ..plain },
        }
    }
}

impl Node {
    /// Shows every comparison and word of the tree to `see`, in the order of the text.
    pub(crate) fn each_leaf<'n>(&'n self, see: &mut dyn FnMut(&'n Self)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_leaf(see)),
            Self::Not(inner) => inner.each_leaf(see),
            Self::Macro(inner) => inner.each_leaf(see),
            Self::Check(_) | Self::Derived(_) | Self::Family(_) | Self::Word(..) => see(self),
        }
    }

    /// Shows the name of every field that it compares to `see`, in the order of the text.
    pub(crate) fn each_name<'n>(&'n self, see: &mut dyn FnMut(&'n str)) {
        self.each_leaf(&mut |leaf| match leaf {
            Self::Check(check) => see(&check.left.name),
            Self::Derived(derived) => derived.each_field(&mut |left| see(&left.name)),
            Self::Family(family) => family.node.each_name(see),
            _ => {}
        });
    }
}

impl Node {
    /// Shows every moment that is counted from another to `see`, with the comparison it stands in.
    pub(crate) fn each_relative<'n>(&'n self, see: &mut dyn FnMut(&'n Check, Relative)) {
        self.each_leaf(&mut |leaf| {
            let Self::Check(check) = leaf else { return };
            check.test.each_literal(&mut |literal| literal.relative.into_iter().for_each(|moment| see(check, moment)));
        });
    }

    /// Makes of every moment that is counted from another the one that it is then.
    pub(crate) fn settle_moments(&mut self, reference: Reference) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.settle_moments(reference)),
            Self::Not(inner) => inner.settle_moments(reference),
            Self::Check(check) if check.left.kind == Kind::Moment => check.test.settle_moments(reference),
            // No macro has one, no name that stands for several fields is a time's, and what is made of fields is text.
            Self::Macro(_) | Self::Check(_) | Self::Derived(_) | Self::Family(_) | Self::Word(..) => {}
        }
    }
}

impl Test {
    fn each_literal<'t>(&'t self, see: &mut dyn FnMut(&'t Literal)) {
        match self {
            Self::Compare(_, literal) | Self::Text(_, literal) => see(literal),
            Self::List(_, list) => list.items().iter().for_each(see),
            Self::Each(_, tests) => tests.iter().for_each(|test| test.each_literal(see)),
            Self::Exists | Self::Regex(_) => {}
        }
    }

    fn settle_moments(&mut self, reference: Reference) {
        match self {
            Self::Compare(_, literal) => literal.settle(reference),
            Self::List(test, list) => {
                let mut items = list.items().to_vec();
                for literal in &mut items {
                    literal.settle(reference);
                }
                *list = List::of(Kind::Moment, *test, items);
            }
            Self::Each(_, tests) => tests.iter_mut().for_each(|test| test.settle_moments(reference)),
            Self::Exists | Self::Regex(_) | Self::Text(..) => {}
        }
    }
}

impl Literal {
    fn settle(&mut self, reference: Reference) {
        if let Some(relative) = self.relative.take() {
            self.moment = relative.at(reference);
        }
    }
}

impl Derived {
    /// Shows every field that it reads to `see`.
    pub(crate) fn each_field<'d>(&'d self, see: &mut dyn FnMut(&'d Left)) {
        self.left.each_field(see);
        if let Asked::Against(_, right) = &self.asked {
            right.each_field(see);
        }
    }
}

/// The only one of `parts`, or what `many` makes of them.
pub(super) fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            many(parts)
        }
    }
}

/// The node, turned round where it is negated; what was turned round already loses that.
pub(super) fn invert(node: Node, negated: bool) -> Node {
    match (node, negated) {
        (node, false) => node,
        (Node::Not(inner), true) => *inner,
        (node, true) => Node::Not(Box::new(node)),
    }
}
