//! The rest of a filter around one comparison: which alerts it leaves where that holds, and where it does not.
//!
//! Imports: nothing. Promise: an alert is left by the filter if the comparison holds for it and it is among the first, or
//! the comparison does not hold and it is among the second; so counts under the rest give the count of the whole.

use std::ops::Range;

use crate::query::filter::{Filter, FilterError};
use crate::query::saved::{Saved, in_full};
use crate::query::terms::{join, negated, terms};

/// Holds for every alert, and for none.
const ALWAYS: &str = "(rule exists or not rule exists)";
const NEVER: &str = "(rule exists and not rule exists)";

/// The rest of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Others {
    /// What it is where the comparison holds; `None`: nothing is left then.
    pub(crate) holds: Option<String>,
    /// What it is where the comparison does not hold.
    pub(crate) fails: Option<String>,
}

impl Others {
    /// The rest of `text` around the comparison at `at`, with `open` parentheses to be closed.
    ///
    /// # Errors
    /// The rest is no filter.
    pub(crate) fn of(text: &str, at: &Range<usize>, open: usize, saved: &Saved) -> Result<Self, FilterError> {
        let with = |constant: &str| {
            let before = text.get(..at.start).unwrap_or_default();
            let after = text.get(at.end..).unwrap_or_default();
            let whole = in_full(&[before, constant, after, &")".repeat(open)].concat(), saved)?.text;
            Filter::parse(&whole)?;
            Ok(simpler(&whole))
        };
        Ok(Self { holds: with(ALWAYS)?, fails: with(NEVER)? })
    }
}

/// The filter without the constant, where that is one of its terms; `None`: it leaves nothing.
fn simpler(whole: &str) -> Option<String> {
    let texts: Vec<String> = terms(whole).into_iter().map(|term| term.text).collect();
    let constants: Vec<Option<bool>> = texts.iter().map(|text| constant(text)).collect();
    if constants.contains(&Some(false)) {
        return None;
    }
    let rest = texts.iter().zip(&constants).filter(|(_, constant)| constant.is_none()).map(|(text, _)| text);
    Some(join(&rest.collect::<Vec<_>>()))
}

/// What the term is for every alert, if it is nothing but the constant, turned round or not.
fn constant(term: &str) -> Option<bool> {
    match term {
        ALWAYS => Some(true),
        NEVER => Some(false),
        _ if term.ends_with(ALWAYS) || term.ends_with(NEVER) => {
            let inner = negated(term);
            let is_shorter = inner.len() < term.len();
            is_shorter.then(|| constant(&inner).map(|holds| !holds)).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::place::walk;

    #[test]
    fn the_rest_of_a_filter_is_told_apart_by_the_comparison() {
        let cases: [(&str, &str, Option<&str>, Option<&str>); 6] = [
            ("a.b = 1 and c.d = x", "c.d = x", Some("a.b = 1"), None),
            ("c.d = x", "c.d = x", Some(""), None),
            ("a.b = 1 and not c.d = x", "c.d = x", None, Some("a.b = 1")),
            ("not c.d = x and a.b = 1", "c.d = x", None, Some("a.b = 1")),
            ("not not c.d = x", "c.d = x", Some(""), None),
            (
                "a.b = 1 and (c.d = x",
                "c.d = x",
                Some("a.b = 1 and ((rule exists or not rule exists))"),
                Some("a.b = 1 and ((rule exists and not rule exists))"),
            ),
        ];
        for (text, comparison, holds, fails) in cases {
            let start = text.find(comparison).unwrap();
            let open = walk(text, text.len()).open;
            let found = Others::of(text, &(start..start + comparison.len()), open, &Saved::new()).unwrap();
            assert_eq!((found.holds.as_deref(), found.fails.as_deref()), (holds, fails), "{text}");
        }
    }
}
