//! The right side of a comparison: a number, a value, a list; checked against what the field can be.
//!
//! Imports: `base`, `decode`. Promise: a priority that does not exist and a time that is none are errors at their place.

use std::ops::Range;

use crate::base::Priority;
use crate::decode::value::ALERT_NAMES;
use crate::query::fields::nearest;
use crate::query::filter::FilterError;
use crate::query::lex::{Cursor, refuse, refuse_with, shorten};
use crate::query::moment;
use crate::query::number::Number;
use crate::query::operator::{self, Operator, is_transformer};
use crate::query::tree::{Comparison, Kind, Left, Literal, Pattern, Test, TextTest};

/// A value as it is written.
struct Written {
    at: Range<usize>,
    bytes: Vec<u8>,
}

/// Reads what `operator`, which stands at `sign`, needs on its right.
pub(crate) fn read(
    cursor: &mut Cursor<'_>,
    left: &Left,
    operator: Operator,
    sign: Range<usize>,
) -> Result<Test, FilterError> {
    cursor.skip_blanks();
    match operator {
        Operator::Exists => Ok(Test::Exists),
        Operator::Compare(comparison) if takes_number(left, comparison) => {
            number(cursor, sign).map(|literal| Test::Compare(comparison, literal))
        }
        Operator::Compare(comparison) => {
            literal(value(cursor, sign)?, left.kind).map(|literal| Test::Compare(comparison, literal))
        }
        Operator::Text(test) => Ok(Test::Text(test, text(value(cursor, sign)?, test))),
        Operator::Bytes(test) => bytes(value(cursor, sign)?).map(|literal| Test::Text(test, literal)),
        Operator::Regex => pattern(value(cursor, sign)?).map(Test::Regex),
        Operator::List(test) => list(cursor, left, sign).map(|items| Test::List(test, items)),
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
    Ok(Literal { bytes: text.as_bytes().to_vec(), number: Some(number), priority: None, moment: None })
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
    known_value(cursor, text, at.clone())?;
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

/// Refuses what Falco reads as a transformer or a modifier and stoop would read as text.
fn known_value(cursor: &Cursor<'_>, text: &str, at: Range<usize>) -> Result<(), FilterError> {
    let mut behind = cursor.clone();
    behind.skip_blanks();
    let before_list = behind.peek() == Some(b'(');
    let transformer = is_transformer(text) && cursor.peek() == Some(b'(');
    let modifier = matches!(text, "oneof" | "anyof" | "allof") && before_list;
    if transformer || modifier {
        return Err(refuse_with(at, format!("{text} is not known here"), operator::KNOWN));
    }
    Ok(())
}

fn list(cursor: &mut Cursor<'_>, left: &Left, sign: Range<usize>) -> Result<Vec<Literal>, FilterError> {
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
        items.push(literal(item(cursor, &open)?, left.kind)?);
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
    Literal { bytes, number: None, priority: None, moment: None }
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
    Ok(Literal { bytes, number: None, priority: None, moment: None })
}

fn pattern(written: Written) -> Result<Pattern, FilterError> {
    let text = String::from_utf8_lossy(&written.bytes).into_owned();
    Pattern::parse(&text).map_err(|why| {
        let next = "the expression must fit the whole value: .*word.* finds a word in it";
        refuse_with(written.at, format!("bad regex: {why}"), next)
    })
}

fn literal(written: Written, kind: Kind) -> Result<Literal, FilterError> {
    let text = String::from_utf8_lossy(&written.bytes);
    let (mut priority, mut moment) = (None, None);
    match kind {
        Kind::Plain => {}
        Kind::Severity => {
            priority = Some(Priority::parse(&written.bytes).ok_or_else(|| no_priority(&text, written.at))?);
        }
        Kind::Moment => moment = Some(moment::parse(&text).ok_or_else(|| no_moment(&text, written.at))?),
    }
    let number = Number::parse(&written.bytes);
    Ok(Literal { number, priority, moment, bytes: written.bytes })
}

fn no_priority(text: &str, at: Range<usize>) -> FilterError {
    let what = format!("priority has no value {}", shorten(text));
    let words = Priority::ALL.map(Priority::word);
    match nearest_word(text, &words) {
        Some(word) => refuse(at, format!("{what}; did you mean {word}?")),
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
    refuse_with(
        at,
        what,
        "a time is written 2024-10-05, 2024-10-05T18:29 or 2024-10-05T18:29:05.5Z, in UTC unless it has a zone",
    )
}
