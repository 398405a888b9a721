//! A stretch of time as a part of a filter's text: `time >= T and time < T`.
//!
//! Lives here: `--since` and `--until`, and putting another stretch in the place of the one that a filter has. Not here:
//! how times are written (`moment`). Imports: `base`. Promise: a valid filter stays one, and means the same but for time.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::query::filter::Filter;
use crate::query::lex::Cursor;
use crate::query::moment::{self, Relative};
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
    let filter = filter.trim();
    let terms = terms(filter);
    let kept: Vec<&str> = terms.iter().filter_map(|at| filter.get(at.clone())).filter(|term| !is_bound(term)).collect();
    if kept.len() == terms.len() { filter.to_owned() } else { kept.join(" and ") }
}

/// What a filter at its top says about time: the texts of the bounds, the last of each.
pub(crate) fn span_of(filter: &str) -> Span {
    let mut span = Span::default();
    for term in terms(filter).into_iter().filter_map(|at| filter.get(at)) {
        let bound = |comparison| bound(term, comparison).map(|at| unquoted(term.get(at..).unwrap_or_default()));
        span.since = bound(Comparison::GreaterOrEqual).or(span.since);
        span.until = bound(Comparison::Less).or(span.until);
    }
    span
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

fn is_choice(filter: &str) -> bool {
    Filter::parse(filter).is_ok_and(|filter| matches!(filter.node().as_deref(), Some(Node::Or(_))))
}

fn is_bound(term: &str) -> bool {
    [Comparison::GreaterOrEqual, Comparison::Less].into_iter().any(|wanted| bound(term, wanted).is_some())
}

/// Where the time begins in a term that is `time`, this comparison and a time.
fn bound(term: &str, wanted: Comparison) -> Option<usize> {
    let node = Filter::parse(term).ok()?.node()?;
    let Node::Check(check) = node.as_ref() else { return None };
    let is_it = check.left.name == "time" && matches!(&check.test, Test::Compare(found, _) if *found == wanted);
    let sign = if wanted == Comparison::Less { "<" } else { ">=" };
    // Not where it is in parentheses: those stay as they are.
    (is_it && term.starts_with("time")).then(|| term.find(sign).map(|at| at + sign.len()))?
}

/// The parts of a filter that `and` joins at its top, in order; one where it is no such filter. Between `and` and `and` a
/// part is as short as it can be while it is a condition of its own: `proc.name = and` is one.
fn terms(filter: &str) -> Vec<Range<usize>> {
    if is_choice(filter) {
        return std::iter::once(0..filter.len()).collect();
    }
    let mut terms = Vec::new();
    let mut start = 0;
    for at in ands(filter).into_iter().chain(std::iter::once(filter.len()..filter.len())) {
        let part = filter.get(start..at.start).unwrap_or_default();
        if Filter::parse(part).is_ok_and(|filter| filter.node().is_some()) {
            let blank = part.len() - part.trim_start().len();
            terms.push(start + blank..start + part.trim_end().len());
            start = at.end;
        }
    }
    terms
}

/// Where `and` stands outside of parentheses and quotes.
fn ands(filter: &str) -> Vec<Range<usize>> {
    let mut cursor = Cursor::new(filter);
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    while let Some(byte) = cursor.peek() {
        let at = cursor.at();
        match byte {
            b'"' | b'\'' => {
                if cursor.quoted().is_err() {
                    break;
                }
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && cursor.eat_keyword("and") => found.push(at..cursor.at()),
            _ => drop(cursor.bare()),
        }
        if cursor.at() == at {
            cursor.pass();
        }
    }
    found
}

#[cfg(test)]
#[path = "span_tests.rs"]
mod tests;
