//! The field and the value under the cursor, in the list and in the tab Fields: kept, dropped, gone to again.
//!
//! Lives here: which field a cell shows, and the terms made of it. Not here: how terms are written (`terms`). Imports:
//! `base`, `decode`, `store`, `query`. Promise: a term made from a cell selects what the cell shows, and an alert that
//! was not read yet is read rather than guessed at.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::base::{Clean, Nanos, Notice, RowId};
use crate::decode::{Owned, Scope, Value};
use crate::query::bits::Bits;
use crate::query::columns::Rows;
use crate::query::filter::Filter;
use crate::query::moment::written;
use crate::query::terms::negated;
use crate::query::tree::Node;
use crate::query::watch::Watch;
use crate::state::columns::{self, fields_of};
use crate::state::commands::Args;
use crate::state::copy::{self, What};
use crate::state::{Effect, Focus, Model, Opened, Tab, list, page, session, terms};
use crate::store::{Cell, Segment, Snapshot};

/// A field as it stands in one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name as alerts have it.
    name: String,
    /// Its value; `None`: the alert does not have it.
    value: Option<Owned>,
}

/// What the cursor stands on.
enum Under {
    /// A field and its value.
    Field(Found),
    /// A time in the list, which shows no more than its second.
    Second(Nanos),
    /// Only the alert's line tells.
    InLine,
    /// Nothing that a filter could ask for, and why.
    Nothing(Notice),
}

/// Keeps the alerts with the value under the cursor.
pub(crate) fn keep(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    act(model, What::Keep)
}

/// Drops the alerts with the value under the cursor.
pub(crate) fn drop(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    act(model, What::Drop)
}

fn act(model: &mut Model, what: What) -> Vec<Effect> {
    if model.focus == Focus::List && !model.list.marked.is_empty() {
        return match of_marked(model) {
            Ok(term) if what == What::Keep => terms::add(model, term),
            Ok(term) => terms::add(model, negated(&term)),
            Err(why) => session::say(model, why),
        };
    }
    match under(model) {
        // The alert is read first.
        Under::InLine => copy::send(model, what),
        Under::Nothing(why) => session::say(model, why),
        Under::Field(found) => add(model, what, &found),
        Under::Second(time) => {
            let second = second(time);
            let term = if what == What::Keep { second } else { format!("not {second}") };
            terms::add(model, term)
        }
    }
}

/// The most values that marked alerts may have for a term to be made of them.
const MOST_VALUES: usize = 40;

/// The term that keeps what any of the marked alerts has in the column under the cursor.
fn of_marked(model: &Model) -> Result<String, Notice> {
    let mut conditions = BTreeSet::new();
    for row in model.list.marked.iter() {
        let condition = match in_list(model, row) {
            Under::Field(found) => terms::keep(&found.name, found.value.as_ref().map(Owned::borrow)),
            Under::Second(time) => second(time),
            Under::InLine | Under::Nothing(_) => String::new(),
        };
        if condition.is_empty() {
            return Err(Notice::said("a marked alert has a value here that no filter can be made of"));
        }
        conditions.insert(condition);
        if conditions.len() > MOST_VALUES {
            let what = "the marked alerts have more than 40 values in this column";
            return Err(Notice::said(what).with_next("choose another column, or mark fewer"));
        }
    }
    let conditions: Vec<String> = conditions.into_iter().collect();
    Ok(any_of(&conditions))
}

/// `name in (a, b)` where that says it, else the conditions joined by `or`. A value or the argument of a name may hold a
/// ` = ` of its own, so only a plain name is taken for one.
fn any_of(conditions: &[String]) -> String {
    let is_plain = |(name, _): &(&str, &str)| !name.contains(['"', '(', ' ']);
    let parts: Option<Vec<(&str, &str)>> = conditions.iter().map(|c| c.split_once(" = ").filter(is_plain)).collect();
    match (conditions, parts) {
        ([only], _) => only.clone(),
        (_, Some(parts)) if parts.iter().all(|(name, _)| parts.first().is_some_and(|(first, _)| name == first)) => {
            let name = parts.first().map_or("", |(name, _)| name);
            let values: Vec<&str> = parts.iter().map(|(_, value)| *value).collect();
            format!("{name} in ({})", values.join(", "))
        }
        _ => format!("({})", conditions.join(" or ")),
    }
}

fn add(model: &mut Model, what: What, found: &Found) -> Vec<Effect> {
    let value = found.value.as_ref().map(Owned::borrow);
    let term = if what == What::Keep { terms::keep(&found.name, value) } else { terms::drop(&found.name, value) };
    terms::add(model, term)
}

/// Goes on with what waited for the alert.
pub(crate) fn deliver(model: &mut Model, what: What, opened: &Opened) -> Vec<Effect> {
    match in_opened(model, opened) {
        Ok(found) => add(model, what, &found),
        Err(why) => session::say(model, why),
    }
}

/// The second that holds a moment.
fn second(Nanos(nanos): Nanos) -> String {
    let from = nanos.div_euclid(Nanos::SECOND).saturating_mul(Nanos::SECOND);
    format!("(time >= {} and time < {})", written(Nanos(from)), written(Nanos(from.saturating_add(Nanos::SECOND))))
}

fn under(model: &Model) -> Under {
    if is_in_fields(model) {
        let opened = model.detail.opened.as_ref();
        return opened
            .map_or(Under::InLine, |opened| in_opened(model, opened).map_or_else(Under::Nothing, Under::Field));
    }
    model.list.row.map_or_else(|| Under::Nothing(list::nothing_here(model)), |row| in_list(model, row))
}

/// The name of the field under the cursor, in the list or among the values of the alert.
pub(crate) fn name(model: &Model) -> Option<String> {
    if is_in_fields(model) {
        let opened = model.detail.opened.as_ref()?;
        return page::item_name(opened, model.tab_state().item);
    }
    let row = model.list.row?;
    let has = |name: &String| model.loaded.snapshot.cell(row, Scope::of(name), name).is_some();
    let fields = fields_of(&columns::focused(model));
    fields.iter().find(|name| has(name)).or(fields.first()).cloned()
}

fn is_in_fields(model: &Model) -> bool {
    model.focus == Focus::Detail && model.detail.tab == Tab::Fields
}

/// The field under the cursor of an alert that was read.
fn in_opened(model: &Model, opened: &Opened) -> Result<Found, Notice> {
    if is_in_fields(model) {
        let entry = page::item_entry(opened, model.tab_state().item);
        let entry = entry.ok_or_else(|| Notice::said("no value is under the cursor"))?;
        let name = String::from_utf8(entry.name).map_err(|_| not_a_name())?;
        let is_reached = Scope::of(&name) == entry.scope;
        return if is_reached { Ok(Found { name, value: Some(entry.value) }) } else { Err(not_a_name()) };
    }
    let name = listed_field(model, opened);
    let value = opened.alert.named(&name).map(Value::to_owned);
    Ok(Found { name, value })
}

/// The field that the column under the cursor shows of an alert that was read.
pub(crate) fn listed_field(model: &Model, opened: &Opened) -> String {
    shown_field(&columns::focused(model), |name| opened.alert.named(name).map(Value::to_owned))
}

fn not_a_name() -> Notice {
    Notice::said("a filter can't ask for a field of this name")
}

/// The field that the column shows of an alert: of the container its name, its id, or that there is none.
fn shown_field(column: &str, value: impl Fn(&str) -> Option<Owned>) -> String {
    let fields = fields_of(column);
    match column {
        "container.name" => {
            let is = |name: &str, words: &[&[u8]]| value(name).is_some_and(|v| words.contains(&v.borrow().bytes()));
            let has_name = value("container.name").is_some() && !is("container.name", &[b"", b"<NA>"]);
            let by_id = is("container.id", &[b"host"]) || (!has_name && value("container.id").is_some());
            if by_id { "container.id" } else { "container.name" }.to_owned()
        }
        _ => fields.iter().find(|name| value(name).is_some()).or(fields.first()).cloned().unwrap_or_default(),
    }
}

fn in_list(model: &Model, row: RowId) -> Under {
    let snapshot = &model.loaded.snapshot;
    let Some(segment) = snapshot.segment(row) else { return Under::Nothing(list::nothing_here(model)) };
    let column = columns::focused(model);
    if let ("time", Some(time)) = (column.as_str(), segment.time(row.row())) {
        return Under::Second(time);
    }
    // A value that is only in the line is none of those that stand for something else.
    let value = |name: &str| known(segment, row, name).unwrap_or(Owned::Text(b"\xff long".to_vec()));
    let name = shown_field(&column, |name| Some(value(name)).filter(|value| *value != Owned::Null));
    match known(segment, row, &name) {
        Some(value) => Under::Field(Found { name, value: Some(value).filter(|value| *value != Owned::Null) }),
        None => Under::InLine,
    }
}

/// The value as the columns have it, null for one that is absent; `None`: they do not know it.
fn known(segment: &Segment, row: RowId, name: &str) -> Option<Owned> {
    let scope = Scope::of(name);
    match segment.cell(row.row(), scope, name.as_bytes()) {
        None if segment.leaves_names_out() && segment.column(scope, name.as_bytes()).is_none() => None,
        None => Some(Owned::Null),
        // A time is held as a number there.
        Some(Cell::Integer(_)) if name == "time" => None,
        Some(cell) => {
            let mut whole = None;
            cell.read(|value| whole = Some(value.to_owned()))?;
            whole
        }
    }
}

/// To the next alert in view that has the value under the cursor, `count` times.
pub(crate) fn next_same(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let at = model.list.cursor.0;
    to_same(model, (at + 1)..model.list.len(), args.times(), "below")
}

/// To the alert before that has the value under the cursor, `count` times.
pub(crate) fn previous_same(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    to_same(model, (0..model.list.cursor.0).rev(), args.times(), "above")
}

fn to_same(model: &mut Model, places: impl Iterator<Item = usize>, times: usize, side: &'static str) -> Vec<Effect> {
    let condition = match under(model) {
        Under::Field(found) => terms::keep(&found.name, found.value.as_ref().map(Owned::borrow)),
        Under::Second(time) => second(time),
        Under::Nothing(why) => return session::say(model, why),
        Under::InLine => String::new(),
    };
    let Some(mut same) = Same::of(&model.loaded.snapshot, &condition) else {
        return session::say(model, Notice::said("this value can't be compared without reading every line"));
    };
    let fits = |at: &usize| {
        let is_header = model.list.header_at(*at).is_some();
        !is_header && model.list.row_at(*at).is_some_and(|row| same.has(row))
    };
    let found = places.filter(fits).take(times).last();
    if let Some(at) = found {
        return list::go(model, at);
    }
    let what = Clean::concat(["no alert ".into(), side.into(), " has this value".into()]);
    session::say(model, Notice::said(what))
}

/// The alerts that fulfil a condition as far as the columns know, segment by segment as they are come to.
struct Same<'s> {
    snapshot: &'s Snapshot,
    node: Arc<Node>,
    rows: HashMap<usize, Bits>,
}

impl<'s> Same<'s> {
    fn of(snapshot: &'s Snapshot, condition: &str) -> Option<Self> {
        let node = Filter::parse(condition).ok()?.node()?;
        Some(Self { snapshot, node, rows: HashMap::new() })
    }
    fn has(&mut self, row: RowId) -> bool {
        let Some(segment) = self.snapshot.segment(row) else { return false };
        let node = &self.node;
        let rows = self.rows.entry(row.segment()).or_insert_with(|| {
            let every = Bits::all(segment.len());
            let found = Rows { segment }.node(node, &every, &mut Watch::new(&|| false));
            found.map(|found| found.yes).unwrap_or_default()
        });
        rows.has(row.row())
    }
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
