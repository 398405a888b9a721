//! The alerts of a report, read again from where they lie.
//!
//! Lives here: one line, its alert, its place, and what lies around it. Imports: `base`, `source`, `decode`, `store`,
//! `query`. Promise: a line that has changed or is gone is told, and the report goes on without it.

use crate::base::{Clean, Notice, RowId};
use crate::decode::{self, Alert, Scope, Value};
use crate::query::nearby::{Nearby, nearby};
use crate::source::SourceId;
use crate::store::Snapshot;

/// One alert as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Its own bytes ([`decode::own`]), without its envelope; empty where it can't be read.
    pub(crate) line: Vec<u8>,
    /// The alert in them.
    pub(crate) alert: Alert,
    /// Where it stands: `overnight.jsonl:8453`.
    pub(crate) place: Clean,
    /// Why it can't be read.
    pub(crate) lost: Option<Notice>,
}

/// Reads alerts.
pub(crate) struct Reader<'a> {
    /// Where they are from.
    pub(crate) snapshot: &'a Snapshot,
    stopped: &'a dyn Fn() -> bool,
}

impl<'a> Reader<'a> {
    /// Of `snapshot`, until `stopped`.
    pub(crate) fn new(snapshot: &'a Snapshot, stopped: &'a dyn Fn() -> bool) -> Self {
        Self { snapshot, stopped }
    }

    /// The alert of `row`.
    pub(crate) fn record(&self, row: RowId) -> Record {
        let place = self.place(row);
        match self.line(row) {
            Ok((line, alert)) => Record { line, alert, place, lost: None },
            Err(notice) => Record { place, lost: Some(notice), ..Record::default() },
        }
    }

    /// `FILE:LINE`.
    pub(crate) fn place(&self, row: RowId) -> Clean {
        let Some(place) = self.snapshot.segment(row).and_then(|segment| segment.place(row.row())) else {
            return Clean::default();
        };
        let title = self.snapshot.sources().title(place.span.source);
        Clean::concat([title, Clean::from_bytes(format!(":{}", place.line).as_bytes())])
    }

    /// The source that `row` stands in.
    pub(crate) fn source(&self, row: RowId) -> Option<SourceId> {
        let place = self.snapshot.segment(row)?.place(row.row())?;
        Some(place.span.source)
    }

    /// The name of the rule, from the column where it has it.
    pub(crate) fn rule(&self, row: RowId) -> Option<Clean> {
        let named = self.snapshot.cell(row, Scope::Alert, "rule")?.read(|value| Clean::from_bytes(value.bytes()));
        named.or_else(|| self.line(row).ok()?.1.get(Scope::Alert, "rule").map(Value::clean))
    }

    fn line(&self, row: RowId) -> Result<(Vec<u8>, Alert), Notice> {
        let place = self.snapshot.segment(row).and_then(|segment| segment.place(row.row()));
        let place = place.ok_or_else(|| Notice::said("there is no such alert any more"))?;
        let line = self.snapshot.sources().read(place.span)?;
        let alert = decode::alert(&line).map_err(|reason| {
            Notice::said(Clean::from_bytes(format!("the line is no alert any more: {reason}").as_bytes()))
                .at(self.place(row))
        })?;
        Ok((decode::own(&line).into_owned(), alert))
    }

    /// What lies around the alert; `None` where it could not be counted.
    pub(crate) fn nearby(&self, row: RowId, alert: &Alert) -> Option<Nearby> {
        nearby(self.snapshot, row, alert, self.stopped)
    }
}
