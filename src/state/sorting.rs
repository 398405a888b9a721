//! The order of the list: which column it is sorted by, and which way.
//!
//! Lives here: the keys `s` and their like. Not here: sorting (`query::sort`). Imports: `base`, `query`. Promise: the same
//! key again turns the order round; rows that compare equal stay in the order of time.

use crate::base::{Clean, Notice};
use crate::query::key::Direction;
use crate::query::sort::{By, Order};
use crate::state::commands::Args;
use crate::state::{Effect, Model, Narrowing, columns, narrowing, session};

/// Sorts by what the palette names.
pub(crate) fn sort(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let (name, direction) = match args.text.rsplit_once(char::is_whitespace) {
        Some((name, "desc")) => (name.trim(), Direction::Backwards),
        _ => (args.text, Direction::Forwards),
    };
    let by = match name {
        "" => {
            let what = "sort takes time, priority, count or a field, and desc";
            return session::say(model, Notice::said(what).with_next("sort proc.name desc"));
        }
        "time" => By::Time,
        "priority" => By::Priority,
        "count" => By::Count,
        field => By::Fields(columns::fields_of(field)),
    };
    put(model, Order { by, direction })
}

/// Sorts by `by`; the same again turns the order round.
pub(crate) fn by(model: &mut Model, by: By) -> Vec<Effect> {
    let now = &model.narrowed.now;
    let is_default = now.order.is_none() && by == usual(now.grouping.is_some());
    let direction = match &now.order {
        Some(order) if order.by == by => order.direction.turned(),
        None if is_default => Direction::Backwards,
        _ => Direction::Forwards,
    };
    put(model, Order { by, direction })
}

/// Sorts by the column under the cursor.
pub(crate) fn by_column(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    match columns::focused(model).as_str() {
        "time" => by(model, By::Time),
        "priority" => by(model, By::Priority),
        name => {
            let fields = columns::fields_of(name);
            by(model, By::Fields(fields))
        }
    }
}

/// What a list is sorted by unless told.
fn usual(is_grouped: bool) -> By {
    if is_grouped { By::Priority } else { By::Time }
}

fn put(model: &mut Model, order: Order) -> Vec<Effect> {
    let is_grouped = model.narrowed.now.grouping.is_some();
    if order.by == By::Count && !is_grouped {
        return session::say(model, Notice::said("only groups have a count").with_next("o makes groups"));
    }
    let is_usual = order.by == usual(is_grouped) && order.direction == Direction::Forwards;
    let order = (!is_usual).then_some(order);
    if order == model.narrowed.now.order {
        return session::say(model, Notice::said("the list is in this order already"));
    }
    let narrowing = Narrowing { order, ..model.narrowed.now.clone() };
    session::say(
        model,
        Notice::said(Clean::concat(["order: ".into(), title(&narrowing)])).with_next("u takes it back"),
    );
    narrowing::apply(model, narrowing)
}

/// The order in words.
pub(crate) fn title(now: &Narrowing) -> Clean {
    let is_grouped = now.grouping.is_some();
    let Some(order) = &now.order else {
        return if is_grouped { "highest priority first" } else { "oldest first" }.into();
    };
    let is_forwards = order.direction == Direction::Forwards;
    let words = |forwards: &'static str, backwards: &'static str| if is_forwards { forwards } else { backwards }.into();
    match &order.by {
        By::Time => words("oldest first", "newest first"),
        By::Priority => words("highest priority first", "lowest priority first"),
        By::Count => words("most first", "fewest first"),
        By::Fields(fields) => {
            let name = fields.first().map(String::as_str).unwrap_or_default();
            Clean::concat([Clean::from_bytes(name.as_bytes()), words("", ", last first")])
        }
    }
}
