//! A stretch of time as a part of a filter's text: `time >= T and time < T`.
//!
//! Lives here: `--since` and `--until`, and putting another stretch in the place of the one that a filter has. Not here:
//! how times are written (`moment`). Imports: `base`. Promise: a valid filter stays one, and means the same but for time.

use crate::base::{Clean, Notice};
use crate::query::filter::Filter;
use crate::query::moment::{self, Relative};
use crate::query::terms::terms;
use crate::query::tree::{Comparison, Node, Test};

/// A stretch of time, as it was typed: valid times, in any form that a filter takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first moment that is in.
    since: Option<String>,
    /// The first moment behind it.
    until: Option<String>,
}

/// A bound of a stretch, as a comparison with `time`.
const SINCE: &str = "time >= ";
const UNTIL: &str = "time < ";

impl Span {
    /// One from `since` to just before `until`; without either it is open at that end.
    ///
    /// # Errors
    /// One of them is no time; the notice says which, and how times are written.
    pub(crate) fn new(since: Option<&str>, until: Option<&str>) -> Result<Self, Notice> {
        Ok(Self { since: time(since, "--since")?, until: time(until, "--until")? })
    }

    /// The one that a filter has at its top: of each end the first bound.
    pub(crate) fn of(filter: &str) -> Self {
        let mut found = Self::default();
        for (end, time) in terms(filter).iter().filter_map(|term| bound(&term.text)) {
            match end {
                End::Since => found.since.get_or_insert(time),
                End::Until => found.until.get_or_insert(time),
            };
        }
        found
    }

    /// Where it begins, as it was typed.
    pub(crate) fn since(&self) -> Option<&str> {
        self.since.as_deref()
    }

    /// Where it ends, as it was typed.
    pub(crate) fn until(&self) -> Option<&str> {
        self.until.as_deref()
    }

    fn terms(&self) -> impl Iterator<Item = String> {
        let since = self.since.as_deref().map(|time| [SINCE, &written(time)].concat());
        since.into_iter().chain(self.until.as_deref().map(|time| [UNTIL, &written(time)].concat()))
    }
}

fn time(text: Option<&str>, flag: &'static str) -> Result<Option<String>, Notice> {
    let Some(text) = text.map(str::trim) else { return Ok(None) };
    if moment::parse(text).is_some() || Relative::parse(text).is_some() {
        return Ok(Some(text.to_owned()));
    }
    let what = [flag.into(), ": ".into(), Clean::from_bytes(text.as_bytes()), " is no time".into()];
    Err(Notice::said(Clean::concat(what)).with_next(Clean::from_bytes(moment::forms().as_bytes())))
}

/// A time in a filter; one with a blank in it goes in quotes.
fn written(time: &str) -> String {
    if time.contains(' ') { format!("\"{time}\"") } else { time.to_owned() }
}

/// The filter with `span` as a further condition.
pub(crate) fn within(filter: &str, span: &Span) -> String {
    let filter = filter.trim();
    let terms: Vec<String> = span.terms().collect();
    if filter.is_empty() || terms.is_empty() {
        return [filter.to_owned(), terms.join(" and ")].concat();
    }
    let terms = terms.join(" and ");
    let plain = format!("{filter} and {terms}");
    // Words that stand side by side can't stand beside a comparison, and `and` binds before `or`.
    let joins = Filter::parse(&plain).is_ok() && !is_choice(&plain);
    if joins { plain } else { format!("({filter}) and {terms}") }
}

/// The filter with the stretch of time that it has at its top, if any, taken out, and `span` in its place.
pub(crate) fn with_span(filter: &str, span: &Span) -> String {
    within(&without_span(filter), span)
}

/// The filter without the comparisons `time >= T` and `time < T` that must hold for it to hold.
pub(crate) fn without_span(filter: &str) -> String {
    let terms = terms(filter);
    let kept: Vec<&str> = terms.iter().map(|term| term.text.as_str()).filter(|term| bound(term).is_none()).collect();
    if kept.len() == terms.len() { filter.trim().to_owned() } else { kept.join(" and ") }
}

fn is_choice(filter: &str) -> bool {
    Filter::parse(filter).is_ok_and(|filter| matches!(filter.node().as_deref(), Some(Node::Or(_))))
}

/// An end of a stretch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Since,
    Until,
}

/// The T of `time >= T` or `time < T`. Not where it is in parentheses: those stay as they are.
fn bound(term: &str) -> Option<(End, String)> {
    let node = Filter::parse(term).ok()?.node()?;
    let Node::Check(check) = node.as_ref() else { return None };
    let (end, time) = match &check.test {
        Test::Compare(Comparison::GreaterOrEqual, time) => (End::Since, time),
        Test::Compare(Comparison::Less, time) => (End::Until, time),
        _ => return None,
    };
    let is_time = check.left.name == "time" && term.starts_with("time");
    is_time.then(|| (end, String::from_utf8_lossy(&time.bytes).into_owned()))
}

#[cfg(test)]
#[path = "span_tests.rs"]
mod tests;
