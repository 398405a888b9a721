//! What a cell of the list shows: the beginning of a value, read from the columns, never more than fits.
//!
//! Lives here: which value a column shows. Not here: where columns stand (`list`). Imports: `base`, `decode`, `store`,
//! `state`. Promise: a value of any length costs what its cell has room for.

use chrono::DateTime;

use crate::base::{Clean, Nanos, RowId};
use crate::decode::{Scope, Value};
use crate::state::OBJECT;
use crate::state::page::glyphs::head;
use crate::store::{Cell, Snapshot};

/// A value's beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// What is drawn of it.
    pub(super) text: Clean,
    /// The value goes on beyond that.
    pub(super) cut: bool,
}

/// Reads cells of one alert.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) row: RowId,
}

impl Reader<'_> {
    /// What the column `name` of the list shows in `columns` cells; the time and the priority have their own ways.
    pub(super) fn column(self, name: &str, columns: u16) -> Shown {
        let shown = match name {
            "container.name" => self.container(columns),
            "object" => OBJECT.into_iter().find_map(|name| self.value(Scope::Field, name, columns)),
            field => self.value(Scope::of(field), field, columns),
        };
        shown.unwrap_or_default()
    }

    /// The container's name, or its id; `<host>` outside containers.
    fn container(self, columns: u16) -> Option<Shown> {
        let id = self.value(Scope::Field, "container.id", columns);
        if id.as_ref().is_some_and(|id| id.text.as_str() == "host") {
            return Some(Shown { text: "<host>".into(), cut: false });
        }
        let name = self.value(Scope::Field, "container.name", columns);
        name.filter(|name| !["", "<NA>"].contains(&name.text.as_str())).or(id)
    }

    /// The value's beginning; `None` when the alert does not have the name.
    pub(super) fn value(self, scope: Scope, name: &str, columns: u16) -> Option<Shown> {
        // Four bytes are the longest character; the rest is for marks that take no cell of their own.
        let bytes = usize::from(columns) * 4 + 16;
        let short = |raw: &[u8]| {
            let (start, whole) = head(raw, bytes);
            Shown { text: Clean::from_bytes(start), cut: !whole }
        };
        Some(match self.snapshot.cell(self.row, scope, name)? {
            Cell::Whole(Value::Text(raw) | Value::List(raw) | Value::Object(raw)) => short(raw),
            Cell::Whole(Value::Number(digits)) => short(digits.as_bytes()),
            Cell::Integer(number) => short(number.to_string().as_bytes()),
            Cell::Whole(other) => Shown { text: other.clean(), cut: false },
            Cell::Start(raw) => Shown { cut: true, ..short(raw) },
            // The line is read for the alert that is open; a list must not wait for a disk.
            Cell::InLine => Shown { text: "…".into(), cut: false },
        })
    }
}

/// A moment as chrono's `format` says, in UTC.
pub(super) fn moment(Nanos(nanos): Nanos, format: &'static str) -> Clean {
    Clean::from_bytes(DateTime::from_timestamp_nanos(nanos).format(format).to_string().as_bytes())
}
