//! Names of fields: what the loaded alerts have, what Falco has, and the nearest to one that was mistyped.
//!
//! Lives here: what is to be said of a filter that is right and still surprises. Imports: `base`, `decode`, `store`.
//! Promise: a suggestion is at most two typing mistakes away, and one of the loaded names if any is.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::decode::Scope;
use crate::decode::value::ALERT_NAMES;
use crate::query::falco_names::{fields, is_field, is_macro};
use crate::query::family::looked_at;
use crate::query::filter::Filter;
use crate::query::tree::{Derived, Family, Kind, Left, Node};
use crate::store::Snapshot;

/// Something to say about a filter that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// Where in the filter's text, in bytes.
    pub(crate) at: Range<usize>,
    /// What is to be said.
    pub(crate) notice: Notice,
    /// The same in few words, for where a caret stands under the place.
    pub(crate) short: Clean,
    /// The name that may have been meant.
    pub(crate) fix: Option<String>,
}

/// The names of everything loaded so far, as a filter writes them; sorted, each once.
pub(crate) fn loaded_names(snapshot: &Snapshot) -> Vec<String> {
    let columns = snapshot.segments().iter().flat_map(|segment| segment.columns());
    let own = columns.filter(|column| column.scope() != Scope::Other && column.present() > 0);
    let names: BTreeSet<&str> = own.filter_map(|column| std::str::from_utf8(column.name()).ok()).collect();
    names.into_iter().map(str::to_owned).collect()
}

impl Filter {
    /// What surprises in a filter that is right: fields that no loaded alert has, macros of Falco's, operators in capitals.
    ///
    /// `known` tells whether an alert has a name; `given` are the names that alerts have, for suggestions. Without any,
    /// nothing is said of fields: nothing was loaded yet.
    pub(crate) fn warnings(&self, known: &dyn Fn(&str) -> bool, given: &[String]) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = Vec::new();
        let Some(node) = self.node() else { return warnings };
        let compares = !self.names().is_empty();
        node.each_leaf(&mut |leaf| {
            let new = match leaf {
                Node::Word(_, Some(text), at) => on_word(text, compares).map(|words| warning(at, &words)),
                _ if given.is_empty() => None,
                Node::Check(check) if !known(&check.left.name) => on_field(&check.left, given),
                Node::Family(family) if !known_by_any(family, known) => on_field(&family.left, given),
                Node::Derived(derived) => on_made(derived, known, given),
                _ => None,
            };
            let said = |new: &Warning| warnings.iter().any(|old| old.notice == new.notice);
            warnings.extend(new.filter(|new| !said(new)));
        });
        warnings
    }
}

fn warning(at: &Range<usize>, words: &str) -> Warning {
    let words = Clean::from_bytes(words.as_bytes());
    Warning { at: at.clone(), notice: Notice::said(words.clone()), short: words, fix: None }
}

fn known_by_any(family: &Family, known: &dyn Fn(&str) -> bool) -> bool {
    let mut any = false;
    family.node.each_name(&mut |name| any |= known(name));
    any
}

/// The first field that no alert has.
fn on_made(derived: &Derived, known: &dyn Fn(&str) -> bool, given: &[String]) -> Option<Warning> {
    let mut first = None;
    derived.each_field(&mut |left| {
        if first.is_none() && !known(&left.name) {
            first = on_field(left, given);
        }
    });
    first
}

/// The alert's own names are never unknown, although an alert may lack one.
fn on_field(left: &Left, given: &[String]) -> Option<Warning> {
    let name = left.name.as_str();
    if ALERT_NAMES.contains(&name) {
        return None;
    }
    let base = name.split_once('[').map_or(name, |(base, _)| base);
    let near = || nearest(name, given.iter().map(String::as_str)).or_else(|| nearest(base, fields()));
    let (words, short, fix) = if is_field(base) {
        (
            format!("{name} is a Falco field that no loaded alert has"),
            "a Falco field that no alert here has".into(),
            None,
        )
    } else if let Some(near) = near() {
        let short = Clean::from_bytes(format!("not seen; did you mean {near}?").as_bytes());
        (format!("no loaded alert has {name}; did you mean {near}?"), short, Some(near.to_owned()))
    } else {
        (format!("no loaded alert has {name}"), "not seen".into(), None)
    };
    Some(Warning { short, fix, ..warning(&left.at, &words) })
}

/// What is to be said of a field that is asked for and that no alert has, as of one that a filter compares; `given` are
/// the names that alerts have. `None`: nothing, since some alert has a field that it stands for, or nothing was read.
pub(crate) fn unknown(name: &str, given: &[String]) -> Option<Notice> {
    if given.is_empty() || ALERT_NAMES.contains(&name) {
        return None;
    }
    let has = |field: &str| given.iter().any(|given| given == field);
    let stood_for: Vec<String> = looked_at(name).into_iter().filter(|field| field != name && has(field)).collect();
    if !stood_for.is_empty() {
        let what = format!("{name} stands for several fields");
        let next = format!("Name those that are meant: {}", stood_for.join(", "));
        return Some(Notice::said(Clean::from_bytes(what.as_bytes())).with_next(Clean::from_bytes(next.as_bytes())));
    }
    let left = Left { name: name.to_owned(), kind: Kind::Plain, at: 0..0 };
    on_field(&left, given).map(|warning| warning.notice)
}

/// A word that Falco or another language would take for something else. Many macros are plain words (`container`), so
/// those are remarked on only beside a comparison.
fn on_word(text: &str, compares: bool) -> Option<String> {
    let operator = ["and", "or", "not"].into_iter().find(|word| *word != text && word.eq_ignore_ascii_case(text));
    let is_macro = is_macro(text) && (compares || text.contains('_'));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprises_are_warned_of_at_their_place() {
        let given = ["proc.name", "proc.aname[1]", "my_key"].map(str::to_owned);
        let known = |name: &str| given.iter().any(|given| given == name);
        let cases: [(&str, &[(usize, &str)]); 11] = [
            ("proc.name = x and my_key = 1", &[]),
            ("proc.nmae = x", &[(0, "no loaded alert has proc.nmae; did you mean proc.name?")]),
            ("fd.name = x", &[(0, "fd.name is a Falco field that no loaded alert has")]),
            ("proc.aname[9] = x", &[(0, "proc.aname[9] is a Falco field that no loaded alert has")]),
            ("proc.name[1] = x", &[(0, "proc.name[1] is a Falco field that no loaded alert has")]),
            ("contaner.id = x", &[(0, "no loaded alert has contaner.id; did you mean container.id?")]),
            ("nothing.like.it = x", &[(0, "no loaded alert has nothing.like.it")]),
            ("uuid = x or no.such = y or no.such = z", &[(12, "no loaded alert has no.such")]),
            ("spawned_process", &[(0, "spawned_process is searched for as a word; Falco's macros are not known here")]),
            ("container", &[]),
            (
                "rule = x and container or AND",
                &[
                    (13, "container is searched for as a word; Falco's macros are not known here"),
                    (26, "AND is searched for as a word; the operator is written and"),
                ],
            ),
        ];
        for (text, want) in cases {
            let warnings = Filter::parse(text).unwrap().warnings(&known, &given);
            let got: Vec<_> = warnings.iter().map(|r| (r.at.start, r.notice.to_string())).collect();
            assert_eq!(got, want.iter().map(|(at, words)| (*at, (*words).to_owned())).collect::<Vec<_>>(), "{text}");
        }
        assert!(Filter::parse("fd.name = x").unwrap().warnings(&|_| false, &[]).is_empty());
    }
}
