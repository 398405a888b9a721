//! Names of fields: what the loaded alerts have, what Falco has, and the nearest to one that was mistyped.
//!
//! Lives here: what is to be said of a filter that is right and still surprises. Imports: `base`, `decode`, `store`.
//! Promise: a suggestion is at most two typing mistakes away, and one of the loaded names if any is.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::decode::Scope;
use crate::decode::value::ALERT_NAMES;
use crate::query::falco_names::{FIELDS, MACROS};
use crate::query::filter::Filter;
use crate::query::tree::{Left, Node};
use crate::store::Snapshot;

/// The names that loaded alerts have, as a filter writes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

/// Something to say about a filter that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Where in the filter's text, in bytes.
    pub(crate) at: Range<usize>,
    /// What is to be said.
    pub(crate) notice: Notice,
}

impl Names {
    /// Those of everything loaded so far.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let columns = snapshot.segments().iter().flat_map(|segment| segment.columns());
        let named = columns.filter(|column| column.scope() != Scope::Other && column.present() > 0);
        named.filter_map(|column| std::str::from_utf8(column.name()).ok()).map(str::to_owned).collect()
    }

    /// Adds the names of one alert, for a pass over lines that keeps no columns.
    pub(crate) fn add(&mut self, name: &str) {
        if !self.0.contains(name) {
            self.0.insert(name.to_owned());
        }
    }
}

impl FromIterator<String> for Names {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl Filter {
    /// What surprises in the filter: fields that no loaded alert has, macros of Falco's, operators in capitals. Nothing
    /// while nothing is loaded.
    pub(crate) fn remarks(&self, loaded: &Names) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = Vec::new();
        let Some(node) = self.node().filter(|_| !loaded.0.is_empty()) else { return remarks };
        let compares = !self.names().is_empty();
        node.each_leaf(&mut |leaf| {
            let remark = match leaf {
                Node::Check(check) => on_field(&check.left, loaded),
                Node::Word(_, Some(text), at) => on_word(text, compares).map(|words| remark(at, &words)),
                _ => None,
            };
            let known = |new: &Remark| remarks.iter().any(|old| old.notice == new.notice);
            remarks.extend(remark.filter(|new| !known(new)));
        });
        remarks
    }
}

fn remark(at: &Range<usize>, words: &str) -> Remark {
    Remark { at: at.clone(), notice: Notice::said(Clean::from_bytes(words.as_bytes())) }
}

fn on_field(left: &Left, loaded: &Names) -> Option<Remark> {
    let name = left.name.as_str();
    if loaded.0.contains(name) {
        return None;
    }
    let base = name.split_once('[').map_or(name, |(base, _)| base);
    let mine = || loaded.0.iter().map(String::as_str);
    let words = if FIELDS.binary_search(&base).is_ok() {
        format!("{name} is a Falco field that no loaded alert has")
    } else if ALERT_NAMES.contains(&name) {
        format!("no loaded alert has {name}")
    } else {
        match nearest(name, mine()).or_else(|| nearest(base, FIELDS.into_iter())) {
            Some(near) => format!("no loaded alert has {name}; did you mean {near}?"),
            None => format!("no loaded alert has {name}"),
        }
    };
    Some(remark(&left.at, &words))
}

/// A word that Falco or another language would take for something else. Many macros are plain words (`container`), so
/// those are remarked on only beside a comparison.
fn on_word(text: &str, compares: bool) -> Option<String> {
    let operator = ["and", "or", "not"].into_iter().find(|word| *word != text && word.eq_ignore_ascii_case(text));
    let is_macro = MACROS.binary_search(&text).is_ok() && (compares || text.contains('_'));
    match operator {
        Some(word) => Some(format!("{text} is searched for as a word; the operator is written {word}")),
        None if is_macro => Some(format!("{text} is searched for as a word; Falco's macros are not known here")),
        None if ALERT_NAMES.contains(&text) && compares => {
            Some(format!("{text} is searched for as a word; a field needs an operator behind it"))
        }
        None => None,
    }
}

/// The candidate that is nearest to `name`, at most two letters put in, left out or exchanged; the first of equals.
pub(crate) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let near = candidates.filter_map(|candidate| distance(name, candidate).map(|distance| (distance, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Longer names get no suggestion, so that a filter of a megabyte costs nothing.
const LONGEST_NAME: usize = 80;

/// Levenshtein's distance; `None` when it is above 2, or so large that hardly a letter is kept.
fn distance(a: &str, b: &str) -> Option<usize> {
    let limit = 2.min(a.len().min(b.len()) / 2);
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.bytes().enumerate() {
        let mut left = row + 1;
        let mut corner = row;
        let mut line = vec![left];
        for (other, up) in b.bytes().zip(above.iter().skip(1)) {
            left = (corner + usize::from(letter != other)).min(left + 1).min(up + 1);
            corner = *up;
            line.push(left);
        }
        above = line;
    }
    above.last().copied().filter(|distance| *distance <= limit)
}
