//! Whether a raw line may match a condition, told from its bytes before anything is decoded.
//!
//! Imports: `base`. Promise: `false` is certain for every JSON spelling of the alert.

use std::net::IpAddr;

use crate::base::Priority;
use crate::query::filter::Filter;
use crate::query::needle::Word;
use crate::query::tree::{Comparison, Kind, Left, ListTest, Literal, Node, Test, TextTest};

impl Filter {
    /// Whether the alert in the raw `line` may match, in the reading where absence makes a comparison false.
    pub(crate) fn could_match_line(&self, line: &[u8]) -> bool {
        self.node().is_none_or(|node| could_match(&node, line))
    }
}

fn could_match(node: &Node, line: &[u8]) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| could_match(part, line)),
        Node::Or(parts) => parts.iter().any(|part| could_match(part, line)),
        Node::Not(_) | Node::Derived(_) => true,
        Node::Macro(inner) => could_match(inner, line),
        Node::Word(word, ..) => word.could_stand_in(line),
        Node::Family(family) => family.signs.is_empty() || family.signs.iter().any(|sign| sign.could_stand_in(line)),
        Node::Check(check) => check.signs.is_empty() || check.signs.iter().any(|sign| sign.could_stand_in(line)),
    }
}

/// Looking for more words than this costs about as much as decoding.
const MOST_SIGNS: usize = 8;

/// Words of which one must stand in a line that fulfils the comparison; none when nothing can be said.
pub(crate) fn signs(left: &Left, test: &Test) -> Vec<Word> {
    let signs: Option<Vec<Word>> = match test {
        Test::Compare(Comparison::Equal, literal) => sign(left.kind, literal).map(|sign| vec![sign]),
        Test::Text(TextTest::Contains | TextTest::StartsWith | TextTest::EndsWith, literal) => {
            Some(vec![Word::exact(&literal.bytes)])
        }
        Test::Text(TextTest::ContainsFolded, literal) => Some(vec![Word::folded(&literal.bytes)]),
        Test::List(ListTest::In | ListTest::Intersects, literals) => {
            literals.iter().map(|literal| sign(left.kind, literal)).collect()
        }
        _ => None,
    };
    signs.filter(|signs| signs.len() <= MOST_SIGNS).unwrap_or_default()
}

/// A number and a time can be spelt in many ways, a priority in any case.
fn sign(kind: Kind, literal: &Literal) -> Option<Word> {
    match (kind, literal.priority) {
        (Kind::Moment | Kind::Network, _) => None,
        // An older one has one spelling, a newer one many.
        (Kind::Address, _) => literal.address.filter(IpAddr::is_ipv4).map(|_| Word::exact(&literal.bytes)),
        (Kind::Severity, Some(Priority::Informational)) => Some(Word::folded(b"info")),
        (Kind::Severity, priority) => priority.map(|priority| Word::folded(priority.word().as_bytes())),
        (Kind::Plain, _) if literal.number.is_some() => None,
        (Kind::Plain, _) => Some(Word::exact(&literal.bytes)),
    }
}
