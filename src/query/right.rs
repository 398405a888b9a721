//! The right side of a comparison: a number, a value, a list; checked against what the field can be.
//!
//! Imports: `base`, `decode`. Promise: a priority that does not exist and a time that is none are errors at their place.

use std::ops::Range;

use crate::base::Priority;
use crate::decode::value::ALERT_NAMES;
use crate::query::fields::nearest;
use crate::query::filter::FilterError;
use crate::query::lex::{Cursor, is_blank, refuse, refuse_with, shorten};
use crate::query::list::List;
use crate::query::moment::FORMS;
use crate::query::number::Number;
use crate::query::operand_parse;
use crate::query::operator::Operator;
use crate::query::pattern::{self, Pattern};
use crate::query::tree::{Asked, Comparison, Kind, Left, ListTest, Literal, Modifier, Test, TextTest};

/// A value as it is written.
struct Written {
    at: Range<usize>,
    bytes: Vec<u8>,
}

/// Reads what the operator, which stands at `sign`, needs on its right.
pub(crate) fn read(
    cursor: &mut Cursor<'_>,
    left: &Left,
    (operator, sign): (Operator, Range<usize>),
    level: usize,
) -> Result<Asked, FilterError> {
    cursor.skip_blanks();
    fits_kind(cursor, left, operator, &sign)?;
    if operator != Operator::Exists && operand_parse::begins(cursor) {
        return against(cursor, operator, &sign, level);
    }
    match operator {
        Operator::Compare(Comparison::Equal | Comparison::NotEqual) | Operator::Text(_) | Operator::Regex => {
            modified(cursor, left, operator, sign)
        }
        _ => test(cursor, left, operator, sign),
    }
    .map(Asked::Of)
}

/// Networks have no order and no letters.
fn fits_kind(cursor: &Cursor<'_>, left: &Left, operator: Operator, sign: &Range<usize>) -> Result<(), FilterError> {
    let fits = match operator {
        Operator::Exists | Operator::Compare(Comparison::Equal | Comparison::NotEqual) => true,
        Operator::List(test) => test != ListTest::Prefix,
        _ => false,
    };
    if left.kind != Kind::Network || fits {
        return Ok(());
    }
    let what = format!("{} does not go with {}", cursor.slice(sign.clone()), left.name);
    Err(refuse_with(sign.clone(), what, "networks compare by = != in intersects exists"))
}

/// `val(proc.pname)`, or a transformer.
fn against(
    cursor: &mut Cursor<'_>,
    operator: Operator,
    sign: &Range<usize>,
    level: usize,
) -> Result<Asked, FilterError> {
    if operator == Operator::Regex {
        let next = "an expression stands in the text itself, as in Falco";
        return Err(refuse_with(sign.clone(), "regex does not go with a field on its right", next));
    }
    Ok(Asked::Against(operator, operand_parse::right(cursor, level)?))
}

/// One value, or `oneof`, `anyof`, `allof` with a list of them, each with blanks around the word.
fn modified(cursor: &mut Cursor<'_>, left: &Left, operator: Operator, sign: Range<usize>) -> Result<Test, FilterError> {
    let mut behind = cursor.clone();
    let word = behind.bare();
    let modifier = match behind.slice(word.clone()) {
        "oneof" => Modifier::One,
        "anyof" => Modifier::Any,
        "allof" => Modifier::All,
        _ => return test(cursor, left, operator, sign),
    };
    let blanks = word.start > sign.end && behind.peek().is_some_and(is_blank);
    behind.skip_blanks();
    let ends = matches!(behind.peek(), None | Some(b')')) || behind.sees("and") || behind.sees("or");
    if !blanks || ends {
        return test(cursor, left, operator, sign);
    }
    *cursor = behind;
    let written = items(cursor, word)?;
    let tests = written.into_iter().map(|written| one(cursor, written, left, operator));
    Ok(Test::Each(modifier, tests.collect::<Result<_, _>>()?))
}

/// The test of one value that was read already.
fn one(cursor: &mut Cursor<'_>, written: Written, left: &Left, operator: Operator) -> Result<Test, FilterError> {
    Ok(match operator {
        Operator::Compare(comparison) => Test::Compare(comparison, literal(written, left)?),
        Operator::Text(test) => Test::Text(test, text(written, test)),
        Operator::Bytes(test) => Test::Text(test, bytes(written)?),
        Operator::Regex => Test::Regex(pattern(cursor, written)?),
        Operator::List(test) => Test::List(test, List::of(left.kind, test, vec![literal(written, left)?])),
        Operator::Exists => Test::Exists,
    })
}

fn test(cursor: &mut Cursor<'_>, left: &Left, operator: Operator, sign: Range<usize>) -> Result<Test, FilterError> {
    match operator {
        Operator::Exists => Ok(Test::Exists),
        Operator::Compare(comparison) if takes_number(left, comparison) => {
            number(cursor, sign).map(|literal| Test::Compare(comparison, literal))
        }
        Operator::List(test) => {
            list(cursor, left, sign).map(|items| Test::List(test, List::of(left.kind, test, items)))
        }
        _ => {
            let written = value(cursor, sign)?;
            one(cursor, written, left, operator)
        }
    }
}

/// Only the alert's own names, which Falco does not have, compare with more than numbers.
fn takes_number(left: &Left, comparison: Comparison) -> bool {
    !matches!(comparison, Comparison::Equal | Comparison::NotEqual) && !ALERT_NAMES.contains(&left.name.as_str())
}

fn number(cursor: &mut Cursor<'_>, sign: Range<usize>) -> Result<Literal, FilterError> {
    let expected = cursor.found();
    let found = cursor.found_text();
    let at = cursor.bare();
    let text = cursor.slice(at);
    let Some(number) = Number::parse_bound(text) else {
        let sign = cursor.slice(sign);
        let what = format!("expected a number after \"{sign}\", found {found}");
        return Err(refuse_with(expected, what, "a number is written 10, -1, 0x1f, 1.5 or 1e+6, without quotes"));
    };
    Ok(Literal { number: Some(number), ..Literal::text(text.as_bytes().to_vec()) })
}

fn value(cursor: &mut Cursor<'_>, sign: Range<usize>) -> Result<Written, FilterError> {
    if matches!(cursor.peek(), Some(b'"' | b'\'')) {
        return cursor.quoted().map(|quote| Written { at: quote.at, bytes: quote.bytes });
    }
    if cursor.peek() == Some(b'(') {
        let sign = cursor.slice(sign);
        return Err(refuse(cursor.found(), format!("{sign} needs one value, in takes a list")));
    }
    let at = cursor.bare();
    let text = cursor.slice(at.clone());
    if text.is_empty() || is_keyword_by_mistake(cursor, text) {
        let found = if text.is_empty() { cursor.found() } else { at };
        return Err(no_value(cursor, sign, found));
    }
    Ok(Written { at, bytes: text.as_bytes().to_vec() })
}

/// `proc.name = and proc.pname = x`: the value is missing, although `and` could be one.
fn is_keyword_by_mistake(cursor: &Cursor<'_>, text: &str) -> bool {
    let mut behind = cursor.clone();
    behind.skip_blanks();
    let ends = matches!(behind.peek(), None | Some(b')')) || behind.sees("and") || behind.sees("or");
    matches!(text, "and" | "or") && !ends
}

fn no_value(cursor: &Cursor<'_>, sign: Range<usize>, found: Range<usize>) -> FilterError {
    let word = cursor.slice(found.clone());
    let shown = if word.is_empty() { "the end".to_owned() } else { format!("\"{}\"", shorten(word)) };
    let what = format!("expected a value after {}, found {shown}", cursor.slice(sign));
    let next = if matches!(word, "and" | "or") {
        format!("the word itself is written \"{word}\" in quotes")
    } else {
        String::new()
    };
    refuse_with(found, what, next)
}

fn list(cursor: &mut Cursor<'_>, left: &Left, sign: Range<usize>) -> Result<Vec<Literal>, FilterError> {
    items(cursor, sign)?.into_iter().map(|written| literal(written, left)).collect()
}

fn items(cursor: &mut Cursor<'_>, sign: Range<usize>) -> Result<Vec<Written>, FilterError> {
    let open = cursor.found();
    let sign = cursor.slice(sign);
    if !cursor.eat("(") {
        let what = format!("expected a list in parentheses after {sign}, found {}", cursor.found_text());
        return Err(refuse_with(open, what, "a list is written (a, b); lists of Falco's by name are not known here"));
    }
    let mut items = Vec::new();
    cursor.skip_blanks();
    if cursor.eat(")") {
        return Ok(items);
    }
    loop {
        items.push(item(cursor, &open)?);
        cursor.skip_blanks();
        if cursor.eat(")") {
            return Ok(items);
        }
        if !cursor.eat(",") {
            return Err(no_item_end(cursor, open));
        }
        cursor.skip_blanks();
    }
}

fn item(cursor: &mut Cursor<'_>, open: &Range<usize>) -> Result<Written, FilterError> {
    if matches!(cursor.peek(), Some(b'"' | b'\'')) {
        return cursor.quoted().map(|quote| Written { at: quote.at, bytes: quote.bytes });
    }
    let at = cursor.bare();
    match (at.is_empty(), cursor.peek()) {
        (false, _) => Ok(Written { bytes: cursor.slice(at.clone()).as_bytes().to_vec(), at }),
        (true, None) => Err(refuse(open.clone(), "the list opened here is never closed")),
        (true, Some(_)) => {
            Err(refuse(cursor.found(), format!("expected an item of the list, found {}", cursor.found_text())))
        }
    }
}

fn no_item_end(cursor: &Cursor<'_>, open: Range<usize>) -> FilterError {
    if cursor.peek().is_none() {
        return refuse(open, "the list opened here is never closed");
    }
    let what = format!("expected \",\" or \")\" in the list, found {}", cursor.found_text());
    refuse_with(cursor.found(), what, "an item with blanks or signs goes in quotes")
}

/// A value for a test on text; patterns and parts that fold are kept in lower case.
fn text(written: Written, test: TextTest) -> Literal {
    let mut bytes = written.bytes;
    if matches!(test, TextTest::ContainsFolded | TextTest::GlobFolded) {
        bytes.make_ascii_lowercase();
    }
    Literal::text(bytes)
}

/// Bytes in hexadecimal digits, two for each.
fn bytes(written: Written) -> Result<Literal, FilterError> {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = written.bytes.chunks(2).map(pair).collect();
    let bytes = bytes.ok_or_else(|| {
        refuse_with(written.at, "expected bytes in hexadecimal digits", "the text GET is written 474554")
    })?;
    Ok(Literal::text(bytes))
}

fn pattern(cursor: &mut Cursor<'_>, written: Written) -> Result<Pattern, FilterError> {
    cursor.patterns += 1;
    if cursor.patterns > pattern::MOST {
        let what = format!("a filter can have {} regular expressions at most", pattern::MOST);
        return Err(refuse_with(written.at, what, "one expression can stand for several: (a|b)"));
    }
    let text = String::from_utf8_lossy(&written.bytes).into_owned();
    Pattern::parse(&text).map_err(|why| {
        let next = "the expression must fit the whole value: .*word.* finds a word in it";
        refuse_with(written.at, format!("bad regex: {}", why.trim_end_matches('.')), next)
    })
}

fn literal(written: Written, left: &Left) -> Result<Literal, FilterError> {
    let literal = Literal::of(left.kind, &written.bytes);
    let text = String::from_utf8_lossy(&written.bytes);
    match left.kind {
        Kind::Severity if literal.priority.is_none() => Err(no_priority(&text, written.at)),
        Kind::Moment if literal.moment.is_none() && literal.relative.is_none() => Err(no_moment(&text, written.at)),
        Kind::Address if literal.address.is_none() => Err(no_address(&text, left, written.at)),
        Kind::Network if literal.network.is_none() => Err(no_network(&text, left, written.at)),
        _ => Ok(literal),
    }
}

fn no_address(text: &str, left: &Left, at: Range<usize>) -> FilterError {
    let what = format!("{} is no IP address", shorten(text));
    let net = text.contains('/').then(|| left.name.replace("ip", "net"));
    match net {
        Some(net) => refuse_with(at, what, format!("a network is compared with {net}")),
        None => refuse_with(at, what, "parts of one are found by contains, startswith, endswith, glob and regex"),
    }
}

fn no_network(text: &str, left: &Left, at: Range<usize>) -> FilterError {
    let what = format!("{} is no network", shorten(text));
    refuse_with(
        at,
        what,
        format!("a network is written 10.0.0.0/8; one address is compared with {}", left.name.replace("net", "ip")),
    )
}

fn no_priority(text: &str, at: Range<usize>) -> FilterError {
    let what = format!("priority has no value {}", shorten(text));
    let words = Priority::ALL.map(Priority::word);
    match nearest_word(text, &words) {
        Some(word) => refuse(at, format!("{what}; did you mean {word}?")).with_fix(word),
        None => refuse_with(at, what, format!("its values are {}", words.join(", "))),
    }
}

/// The nearest word in any case; the beginning of one is near to it as well: `warn`.
fn nearest_word<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let lower = text.to_ascii_lowercase();
    let begun = words.iter().find(|w| lower.len() >= 3 && w.to_ascii_lowercase().starts_with(&lower)).copied();
    begun.or_else(|| {
        words.iter().find(|w| nearest(&lower, [w.to_ascii_lowercase().as_str()].into_iter()).is_some()).copied()
    })
}

fn no_moment(text: &str, at: Range<usize>) -> FilterError {
    let what = format!("{} is no time", shorten(text));
    refuse_with(at, what, FORMS)
}
