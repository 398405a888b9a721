//! A filter as the terms that `and` joins: taken apart, put together, turned round.
//!
//! Lives here: text to terms and back. Not here: what becomes of them on the screen (`state`). Imports: nothing.
//! Promise: terms joined again mean what the filter meant, and a term turned round twice means what it did.

use std::ops::Range;

use crate::query::lex::{Cursor, is_blank};
use crate::query::parse::{Bare, condition};

/// One of the outermost parts that `and` joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Its text, without blanks around it.
    pub(crate) text: String,
    /// Where it stands in the filter, in bytes.
    pub(crate) at: Range<usize>,
}

/// The terms of a valid filter, in order; a filter that is joined by `or` is one. None for an empty text or one that is no
/// filter.
pub(crate) fn terms(filter: &str) -> Vec<Term> {
    let Ok(read) = condition(filter, Bare::Word) else { return Vec::new() };
    let parts = if read.is_either { vec![0..filter.len()] } else { read.parts };
    parts.into_iter().map(|part| trimmed(filter, part)).collect()
}

/// The term at `part`, without blanks around it.
fn trimmed(filter: &str, part: Range<usize>) -> Term {
    let whole = filter.get(part.clone()).unwrap_or_default();
    let is_blank = |c: char| u8::try_from(c).is_ok_and(is_blank);
    let behind = whole.trim_start_matches(is_blank);
    let start = part.start + (whole.len() - behind.len());
    let text = behind.trim_end_matches(is_blank);
    Term { text: text.to_owned(), at: start..start + text.len() }
}

/// Whether the text is joined by `or`, so that it needs parentheses beside an `and`.
fn is_either(term: &str) -> bool {
    condition(term, Bare::Word).is_ok_and(|read| read.is_either)
}

/// The filter that holds where every one of `terms`, each a valid filter, does.
pub(crate) fn join<T: AsRef<str>>(joined: &[T]) -> String {
    let parts: Vec<Term> = joined.iter().flat_map(|term| terms(term.as_ref())).collect();
    match parts.as_slice() {
        [only] => only.text.clone(),
        several => several.iter().map(|term| in_parentheses(&term.text)).collect::<Vec<_>>().join(" and "),
    }
}

/// The term, in parentheses where it needs them beside an `and`.
fn in_parentheses(term: &str) -> String {
    if is_either(term) { format!("({term})") } else { term.to_owned() }
}

/// The term that holds where `term` does not: `not x` for `x`, `x` for `not x`.
pub(crate) fn negated(term: &str) -> String {
    let parts = terms(term);
    let [only] = parts.as_slice() else { return format!("not ({})", term.trim()) };
    let mut cursor = Cursor::new(&only.text);
    if cursor.eat_keyword("not") {
        cursor.skip_blanks();
        return cursor.rest().to_owned();
    }
    if is_either(&only.text) { format!("not ({})", only.text) } else { format!("not {}", only.text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;

    #[test]
    fn a_filter_is_taken_apart_at_its_outermost_and() {
        let cases: [(&str, &[&str]); 16] = [
            ("", &[]),
            ("(", &[]),
            ("a.b = 1", &["a.b = 1"]),
            ("  a.b = 1 and not c.d exists ", &["a.b = 1", "not c.d exists"]),
            ("a.b = 1 and (c.d = 2 and e.f = 3)", &["a.b = 1", "(c.d = 2 and e.f = 3)"]),
            ("a.b = 1 or c.d = 2", &["a.b = 1 or c.d = 2"]),
            ("a.b = 1 and c.d = 2 or e.f = 3", &["a.b = 1 and c.d = 2 or e.f = 3"]),
            ("a.b = 1 and (c.d = 2 or e.f = 3)", &["a.b = 1", "(c.d = 2 or e.f = 3)"]),
            ("not(a.b = 1 or c.d = 2) and x", &["not(a.b = 1 or c.d = 2)", "x"]),
            ("cat !shadow \"two words\"", &["cat", "!shadow", "\"two words\""]),
            ("a.b = \"x and y\" and c.d = and", &["a.b = \"x and y\"", "c.d = and"]),
            ("a.b in (and, or) and c.d = 1", &["a.b in (and, or)", "c.d = 1"]),
            ("a.b = 1 and not not c.d = 2", &["a.b = 1", "not not c.d = 2"]),
            ("a.b=1 and(c.d=2)", &["a.b=1", "(c.d=2)"]),
            ("((a.b = 1))", &["((a.b = 1))"]),
            ("ä and ö", &["ä", "ö"]),
        ];
        for (filter, want) in cases {
            let found = terms(filter);
            assert_eq!(found.iter().map(|term| term.text.as_str()).collect::<Vec<_>>(), want, "{filter}");
            assert!(found.iter().all(|term| filter[term.at.clone()] == term.text), "{filter}");
        }
    }

    #[test]
    fn terms_are_joined_with_parentheses_where_they_need_them() {
        let cases: [(&[&str], &str); 6] = [
            (&[], ""),
            (&["a.b = 1 or c.d = 2"], "a.b = 1 or c.d = 2"),
            (&["a.b = 1", "c.d = 2 or e.f = 3"], "a.b = 1 and (c.d = 2 or e.f = 3)"),
            (&["cat shadow", "a.b = 1"], "cat and shadow and a.b = 1"),
            (&["a.b = 1", ""], "a.b = 1"),
            (&["(a.b = 1 or c.d = 2)", "x"], "(a.b = 1 or c.d = 2) and x"),
        ];
        for (parts, want) in cases {
            assert_eq!(join(parts), want);
            assert!(Filter::parse(want).is_ok(), "{want}");
        }
    }

    #[test]
    fn a_term_is_turned_round_and_back() {
        let cases = [
            ("a.b = 1", "not a.b = 1"),
            ("not a.b = 1", "a.b = 1"),
            ("not(a.b = 1)", "(a.b = 1)"),
            ("a.b = 1 or c.d = 2", "not (a.b = 1 or c.d = 2)"),
            ("cat shadow", "not (cat shadow)"),
            ("not not a.b = 1", "not a.b = 1"),
            ("!cat", "not !cat"),
            ("\"not\"", "not \"not\""),
            ("nothing", "not nothing"),
        ];
        for (term, want) in cases {
            assert_eq!(negated(term), want);
            assert!(Filter::parse(&negated(want)).is_ok(), "{want}");
        }
    }
}
