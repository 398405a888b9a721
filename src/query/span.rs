//! A stretch of time as a part of a filter's text: `time >= T and time < T`.
//!
//! Lives here: putting another stretch in the place of the one that a filter has. Imports: `base`. Promise: a valid filter
//! stays one, and means the same but for time.

use crate::base::{Clean, Notice};
use crate::query::filter::Filter;
use crate::query::moment;
use crate::query::terms::{join, terms};
use crate::query::tree::{Comparison, Node, Test};

/// A stretch of time, as it was typed: valid times, in any form that a filter takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first moment that is in.
    since: Option<String>,
    /// The first moment behind it.
    until: Option<String>,
}

impl Span {
    /// One from `since` to just before `until`; without either it is open at that end.
    ///
    /// # Errors
    /// One of them is no time.
    pub(crate) fn new(since: Option<&str>, until: Option<&str>) -> Result<Self, Notice> {
        Ok(Self { since: time(since)?, until: time(until)? })
    }
}

fn time(text: Option<&str>) -> Result<Option<String>, Notice> {
    let Some(text) = text.map(str::trim) else { return Ok(None) };
    if moment::parse(text).is_some() {
        return Ok(Some(text.to_owned()));
    }
    let what = Clean::concat([Clean::from_bytes(text.as_bytes()), " is no time".into()]);
    Err(Notice::said(what).with_next("a time is written 2024-10-05T18:29 or 2024-10-05T18:29:05Z"))
}

/// The filter with the stretch of time that it has at its top, if any, taken out, and `span` in its place.
pub(crate) fn with_span(filter: &str, span: &Span) -> String {
    let bound = |sign: &str, time: &Option<String>| time.as_ref().map(|time| format!("time {sign} \"{time}\""));
    let written =
        |term: String| if term.contains(' ') && term.matches(' ').count() > 2 { term } else { term.replace('"', "") };
    let others = terms(filter).into_iter().map(|term| term.text).filter(|term| !is_bound(term));
    let bounds = [bound(">=", &span.since), bound("<", &span.until)].into_iter().flatten().map(written);
    join(&others.chain(bounds).collect::<Vec<_>>())
}

fn is_bound(term: &str) -> bool {
    let node = Filter::parse(term).ok().and_then(|filter| filter.node());
    let Some(Node::Check(check)) = node.as_deref() else { return false };
    let test = matches!(check.test, Test::Compare(Comparison::GreaterOrEqual | Comparison::Less, _));
    check.left.name == "time" && test && term.starts_with("time")
}
