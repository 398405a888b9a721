//! The operators of conditions: how they are written, which are known here.
//!
//! Imports: nothing. Promise: an operator of Falco's that is not known here is told apart from a word.

use crate::query::lex::{Cursor, is_blank};
use crate::query::tree::{Comparison, ListTest, TextTest};

/// An operator, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `exists`
    Exists,
    /// `=` and its like.
    Compare(Comparison),
    /// One on text.
    Text(TextTest),
    /// One on bytes, which are written in hexadecimal digits.
    Bytes(TextTest),
    /// `regex`
    Regex,
    /// One on lists.
    List(ListTest),
}

/// Operators written as signs, the longer before the shorter.
const SIGNS: [(&str, Comparison); 7] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// Operators written as words.
const WORDS: [(&str, Operator); 13] = [
    ("exists", Operator::Exists),
    ("in", Operator::List(ListTest::In)),
    ("intersects", Operator::List(ListTest::Intersects)),
    ("contains", Operator::Text(TextTest::Contains)),
    ("icontains", Operator::Text(TextTest::ContainsFolded)),
    ("startswith", Operator::Text(TextTest::StartsWith)),
    ("endswith", Operator::Text(TextTest::EndsWith)),
    ("glob", Operator::Text(TextTest::Glob)),
    ("iglob", Operator::Text(TextTest::GlobFolded)),
    ("regex", Operator::Regex),
    ("pmatch", Operator::List(ListTest::Prefix)),
    ("bcontains", Operator::Bytes(TextTest::Contains)),
    ("bstartswith", Operator::Bytes(TextTest::StartsWith)),
];

/// Words that may have been meant by a mistyped one.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word)
}

/// Goes past the operator that stands at the cursor; `None`, without moving, when none does.
pub(crate) fn eat(cursor: &mut Cursor<'_>) -> Option<Operator> {
    let sign = SIGNS.iter().find(|(sign, _)| cursor.rest().starts_with(sign));
    if let Some((sign, comparison)) = sign {
        cursor.eat(sign);
        return Some(Operator::Compare(*comparison));
    }
    let (word, operator) = WORDS.iter().find(|(word, operator)| stands(cursor, word, *operator))?;
    cursor.eat(word);
    Some(*operator)
}

/// Whether `word` stands here as a whole. `existsand` is Falco's own: `exists` needs no blank behind it.
fn stands(cursor: &Cursor<'_>, word: &str, operator: Operator) -> bool {
    let glued = operator == Operator::Exists && cursor.rest().starts_with(word) && {
        let mut behind = cursor.clone();
        behind.eat(word);
        behind.sees("and") || behind.sees("or")
    };
    let blank_behind = cursor.peek_at(word.len()).is_none_or(is_blank);
    match operator {
        // `startswith"x"` and `contains(x)` are no operators in Falco either.
        Operator::Text(_) | Operator::Bytes(_) | Operator::Regex => cursor.rest().starts_with(word) && blank_behind,
        _ => glued || cursor.sees(word),
    }
}
