//! Names that may stand at a place of a filter: fields, operators, saved filters.
//!
//! Lives here: which fit, in which order. Imports: `base`, `decode`, `store`. Promise: a name that no filter can write is
//! not offered, and thousands of names cost no more than a few.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::{Clean, RowId};
use crate::decode::value::ALERT_NAMES;
use crate::decode::{Owned, Scope};
use crate::query::complete::{Candidate, MOST, Typing};
use crate::query::family;
use crate::query::filter::Filter;
use crate::query::letters::Letters;
use crate::query::literal::spelling;
use crate::query::tree::{Kind, Node};
use crate::store::Snapshot;

/// So many alerts of a larger view tell which fields are frequent.
const SAMPLE: usize = 2048;

/// More names are not looked at.
const MOST_NAMES: usize = 4096;

/// Fields by how many alerts in view have them. The order may rest on a sample: no count is shown.
pub(super) fn fields(typing: &Typing) -> Vec<Candidate> {
    let letters = String::from_utf8_lossy(&typing.place.typed).into_owned();
    let letters = Letters::new(&letters);
    let step = (typing.view.len() / SAMPLE).max(1);
    let mut names: BTreeMap<String, usize> = ALERT_NAMES.iter().map(|name| ((*name).to_owned(), 0)).collect();
    for segment in typing.snapshot.segments() {
        let own = segment.columns().iter().filter(|column| column.scope() != Scope::Other && column.present() > 0);
        let fitting = own.filter_map(|column| std::str::from_utf8(column.name()).ok());
        names.extend(fitting.take(MOST_NAMES).map(|name| (name.to_owned(), 0)));
    }
    names.retain(|name, _| letters.score(name.as_bytes()).is_some());
    for (name, count) in names.iter_mut().take(MOST_NAMES) {
        let scope = Scope::of(name);
        let has = |row: &&RowId| typing.snapshot.cell(**row, scope, name).is_some();
        *count = typing.view.iter().step_by(step).filter(has).count();
    }
    let mut ranked: Vec<(Reverse<Option<u8>>, Reverse<usize>, String)> = names
        .into_iter()
        .map(|(name, count)| (Reverse(letters.score(name.as_bytes())), Reverse(count), name))
        .collect();
    ranked.sort();
    let spelt = ranked.into_iter().filter_map(|(_, _, name)| spelling(&name));
    spelt.take(MOST).map(plain).collect()
}

fn plain(text: String) -> Candidate {
    Candidate { shown: Clean::from_bytes(text.as_bytes()), put: text, whole: false, count: None }
}

/// Saved filters by name.
pub(super) fn saved(typing: &Typing) -> Vec<Candidate> {
    let typed = String::from_utf8_lossy(&typing.place.typed).into_owned();
    let letters = Letters::new(typed.strip_prefix('@').unwrap_or(&typed));
    let names = typing.saved.iter().filter(|name| letters.score(name.as_bytes()).is_some());
    names.take(MOST).map(|name| plain(format!("@{name}"))).collect()
}

/// Operators that fit what the field holds, the likeliest first.
pub(super) fn operators(typing: &Typing, field: &str) -> Vec<Candidate> {
    let Some(name) = name_of(field) else { return Vec::new() };
    let is_known = ALERT_NAMES.contains(&name.as_str())
        || family::looked_at(&name).iter().any(|name| first_value(&typing.snapshot, name).is_some());
    if !is_known {
        return Vec::new();
    }
    let typed = String::from_utf8_lossy(&typing.place.typed).into_owned();
    let letters = Letters::new(&typed);
    let fitting =
        operators_of(&typing.snapshot, &name).iter().filter(|operator| letters.score(operator.as_bytes()).is_some());
    fitting.map(|operator| plain((*operator).to_owned())).collect()
}

fn operators_of(snapshot: &Snapshot, name: &str) -> &'static [&'static str] {
    const TEXT: &[&str] = &[
        "=",
        "in",
        "contains",
        "startswith",
        "endswith",
        "!=",
        "exists",
        "icontains",
        "glob",
        "iglob",
        "regex",
        "pmatch",
        "intersects",
    ];
    const NUMBER: &[&str] = &["=", ">", "<", ">=", "<=", "!=", "in", "exists"];
    const ORDERED: &[&str] = &[">=", "=", "<=", ">", "<", "!=", "in", "exists"];
    const LIST: &[&str] = &["=", "in", "intersects", "contains", "exists", "!="];
    const NETWORK: &[&str] = &["=", "in", "!=", "exists", "intersects"];
    match (family::kind(name), first_value(snapshot, name)) {
        (Kind::Severity | Kind::Moment, _) => ORDERED,
        (Kind::Network, _) => NETWORK,
        (_, Some(Owned::Number(_))) => NUMBER,
        (_, Some(Owned::List(_))) => LIST,
        _ => TEXT,
    }
}

/// A value that some alert has.
fn first_value(snapshot: &Snapshot, name: &str) -> Option<Owned> {
    let columns = snapshot.segments().iter().filter_map(|segment| segment.column(Scope::of(name), name.as_bytes()));
    let mut columns = columns.filter(|column| column.present() > 0);
    let column = columns.next()?;
    let entries = u32::try_from(column.entries()).unwrap_or(u32::MAX);
    let mut first = None;
    if let Some(cell) = (0..entries).find_map(|entry| column.entry(entry)) {
        cell.read(|value| first = Some(value.to_owned()));
    }
    // The value of a long text is not in the column.
    Some(first.unwrap_or(Owned::Text(Vec::new())))
}

/// The field's name as alerts have it.
pub(super) fn name_of(written: &str) -> Option<String> {
    let node = Filter::parse(&format!("{written} exists")).ok()?.node()?;
    match node.as_ref() {
        Node::Check(check) => Some(check.left.name.clone()),
        Node::Family(family) => Some(family.left.name.clone()),
        _ => None,
    }
}
