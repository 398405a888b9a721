//! Filters that were saved under a name: `@calm` stands for its text.
//!
//! Lives here: names, the shipped ones, putting texts in for names. Not here: where they are kept (`app`). Imports:
//! nothing. Promise: a name stands only where a term may begin, so that no value is taken for one; places in the whole
//! text lead back to places in what was typed; names in saved texts end somewhere.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::query::fields::nearest;
use crate::query::filter::{Filter, FilterError};
use crate::query::lex::{refuse, refuse_with, shorten};
use crate::query::place::walk;
use crate::query::terms::{is_either, terms};

/// Texts by name, without the `@`.
pub(crate) type Saved = BTreeMap<String, String>;

/// What is there without anybody having saved it.
const SHIPPED: [(&str, &str); 2] =
    [("urgent", "priority >= Critical"), ("internal", "rule startswith \"Falco internal:\"")];

/// How deep names may stand in saved texts.
const DEEPEST: usize = 8;

/// The longest text that names may grow to, in bytes.
pub(crate) const LONGEST: usize = 64 << 10;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 40;

/// A filter without names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InFull {
    /// Its text.
    pub(crate) text: String,
    /// Where names stood in what was typed, and where their texts stand now.
    pieces: Vec<(Range<usize>, Range<usize>)>,
}

/// Whether a filter can be saved under this name: letters, digits, `-`, `_` and dots, at most 40 of them.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits)
}

/// The shipped filters, of which one's own of the same name take the place.
pub(crate) fn with_shipped(own: Saved) -> Saved {
    let shipped = SHIPPED.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut all = Saved::from(shipped);
    all.extend(own);
    all
}

/// Puts the texts of saved filters in for their names.
///
/// # Errors
/// A name that nothing is saved under, or whose text is no filter, at its place in `typed`.
pub(crate) fn in_full(typed: &str, saved: &Saved) -> Result<InFull, FilterError> {
    in_full_below(typed, saved, DEEPEST)
}

/// Reads a filter with names of saved ones in it.
///
/// # Errors
/// What is wrong, at its place in `typed`.
pub(crate) fn parse(typed: &str, saved: &Saved) -> Result<(InFull, Filter), FilterError> {
    let full = in_full(typed, saved).map_err(|error| error.placed(typed, "filter"))?;
    let at_name = |error: FilterError| FilterError { at: full.typed(&error.at), ..error }.placed(typed, "filter");
    let filter = Filter::parse(&full.text).map_err(at_name)?;
    Ok((full, filter))
}

fn in_full_below(typed: &str, saved: &Saved, levels: usize) -> Result<InFull, FilterError> {
    let mut full = InFull::default();
    let mut copied = 0;
    let names = walk(typed, typed.len()).saved;
    let is_alone = |at: &Range<usize>| typed.get(at.clone()).is_some_and(|name| name == typed.trim());
    for at in names {
        let text = found(typed, &at, saved, levels)?;
        full.text.push_str(typed.get(copied..at.start).unwrap_or_default());
        let start = full.text.len();
        let bare = is_alone(&at) || (terms(&text).len() == 1 && !is_either(&text));
        let parts = if bare { ["", text.as_str(), ""] } else { ["(", text.as_str(), ")"] };
        full.text.extend(parts);
        full.pieces.push((at.clone(), start..full.text.len()));
        copied = at.end;
        if full.text.len() > LONGEST {
            return Err(refuse(at, "the saved filters in it make it too long"));
        }
    }
    full.text.push_str(typed.get(copied..).unwrap_or_default());
    Ok(full)
}

/// The text behind the name at `at`, without names.
fn found(typed: &str, at: &Range<usize>, saved: &Saved, levels: usize) -> Result<String, FilterError> {
    let written = typed.get(at.clone()).unwrap_or_default();
    let name = written.strip_prefix('@').unwrap_or_default();
    let Some(text) = saved.get(name).filter(|text| !text.is_empty()) else {
        let what = format!("no saved filter is called {}", shorten(written));
        return Err(match nearest(name, saved.keys().map(String::as_str)) {
            Some(near) => {
                let near = format!("@{near}");
                refuse(at.clone(), format!("{what}; did you mean {near}?")).with_fix(&near)
            }
            None => refuse_with(at.clone(), what, "to search for it as a word, put it in quotes"),
        });
    };
    let Some(below) = levels.checked_sub(1) else {
        return Err(refuse(at.clone(), format!("the saved filter {written} stands for itself")));
    };
    let inner = in_full_below(text, saved, below);
    let text = inner.and_then(|inner| Filter::parse(&inner.text).map(|_| inner.text));
    text.map_err(|error| refuse(at.clone(), format!("the saved filter {written} is none: {}", error.notice.what)))
}

impl InFull {
    /// A text without names.
    pub(crate) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), pieces: Vec::new() }
    }

    /// Where a place in the whole text lies in what was typed: in a saved text, its name.
    pub(crate) fn typed(&self, at: &Range<usize>) -> Range<usize> {
        let start = self.typed_place(at.start, |name| name.start);
        let end = self.typed_place(at.end, |name| name.end);
        start..end.max(start)
    }

    fn typed_place(&self, at: usize, of: fn(&Range<usize>) -> usize) -> usize {
        let before = self.pieces.iter().rev().find(|(_, now)| now.start <= at);
        match before {
            Some((name, now)) if at < now.end || (at == now.end && at > now.start) => of(name),
            Some((name, now)) => name.end + (at - now.end),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        let own = [
            ("calm", "priority < Warning or rule = x"),
            ("both", "a.b = 1 and @calm"),
            ("loop", "@loop"),
            ("bad", "a.b ="),
            ("one", "a.b = 1"),
        ];
        with_shipped(own.map(|(name, text)| (name.to_owned(), text.to_owned())).into())
    }

    #[test]
    fn a_name_stands_for_its_text_where_a_term_may_begin() {
        let cases = [
            ("", ""),
            ("@calm", "priority < Warning or rule = x"),
            (" @calm ", " priority < Warning or rule = x "),
            ("a.b = 1 and @calm", "a.b = 1 and (priority < Warning or rule = x)"),
            ("not @one and @urgent", "not a.b = 1 and priority >= Critical"),
            ("(@both) or x.y = 1", "((a.b = 1 and (priority < Warning or rule = x))) or x.y = 1"),
            ("time >= @last-15m", "time >= @last-15m"),
            ("a.b in (@calm, x) and c.d = @one", "a.b in (@calm, x) and c.d = @one"),
            ("\"@calm\"", "\"@calm\""),
            ("@internal", "rule startswith \"Falco internal:\""),
        ];
        for (typed, want) in cases {
            assert_eq!(in_full(typed, &saved()).unwrap().text, want, "{typed}");
        }
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_an_error_at_its_place() {
        let cases = [
            ("x and @clam", 6..11, "no saved filter is called @clam; did you mean @calm?"),
            ("@nothing.like", 0..13, "no saved filter is called @nothing.like"),
            ("@loop", 0..5, "the saved filter @loop is none"),
            ("@bad", 0..4, "the saved filter @bad is none: expected a value after ="),
        ];
        for (typed, at, what) in cases {
            let error = in_full(typed, &saved()).unwrap_err();
            assert_eq!(error.at, at, "{typed}");
            assert!(error.notice.what.as_str().starts_with(what), "{}", error.notice);
        }
        assert!(Filter::parse("@calm").is_err(), "a name that was not put in is never searched for");
    }

    #[test]
    fn places_lead_back_to_what_was_typed() {
        let typed = "x and @calm and (a.b = 1";
        let full = in_full(typed, &saved()).unwrap();
        let at = |text: &str| full.text.find(text).map(|at| at..at + text.len()).unwrap();
        for (text, want) in [("x", 0..1), ("rule = x", 6..11), ("a.b = 1", 17..24), ("Warning", 6..11)] {
            assert_eq!(full.typed(&at(text)), want, "{text}");
        }
        assert_eq!(full.typed(&(full.text.len()..full.text.len())), 24..24);
    }

    #[test]
    fn names_that_grow_for_ever_end() {
        let text = vec!["@b"; 4000].join(" and ");
        let saved: Saved =
            [("a", text.as_str()), ("b", text.as_str())].map(|(n, t)| (n.to_owned(), t.to_owned())).into();
        assert!(in_full("@a", &saved).is_err());
    }
}
