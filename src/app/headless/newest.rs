//! What times of a filter are counted from: the clock, and the newest alert of the sources.
//!
//! Lives here: the pass that looks for it, and holding what could be read only once. Imports: the rooms up to `query`.
//! Promise: without a time that is counted from the newest alert, nothing is read and nothing is held.

use std::fs;
use std::io::Read;
use std::sync::Arc;

use crate::app::clock;
use crate::app::headless::out::Flow;
use crate::app::headless::scan::{Hit, Taker, Wants, scan};
use crate::base::{Nanos, Notice};
use crate::decode::instant;
use crate::query::filter::Filter;
use crate::query::moment::Reference;
use crate::source::{self, Found, Limits, SourceName};

/// The filter with every time in it as it is now, and what is to be read in place of `names`: a stream was read already
/// if the newest alert had to be found.
///
/// # Errors
/// A stream could not be read to its end.
pub(crate) fn settled(
    filter: &Filter,
    names: Vec<SourceName>,
    limits: &Limits,
) -> Result<(Filter, Vec<SourceName>), Notice> {
    let reference = Reference { now: clock::now(), last: None };
    if !filter.needs_last() {
        return Ok((filter.at(reference), names));
    }
    let held = names.into_iter().map(|name| held(name, limits)).collect::<Result<Vec<_>, _>>()?;
    let last = newest(&held, limits);
    Ok((filter.at(Reference { last, ..reference }), held))
}

/// A file as it is; a stream as what it gives, in memory, because it gives it only once.
fn held(name: SourceName, limits: &Limits) -> Result<SourceName, Notice> {
    let found = match &name {
        SourceName::Stdin => Found::Stdin,
        SourceName::Path(path) if is_stream(path) => Found::Named(path.clone()),
        SourceName::Path(_) | SourceName::Packed(..) | SourceName::Memory(..) => return Ok(name),
    };
    let mut bytes = Vec::new();
    let read = source::pass(&found, limits)?.waiting().read_to_end(&mut bytes);
    read.map_err(|why| source::cannot_read(&found.title(), &why))?;
    Ok(SourceName::Memory("standard input", Arc::new(bytes)))
}

/// One that can't be looked at is told of when it is read.
fn is_stream(path: &std::path::Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

/// The latest time of any alert.
struct Newest {
    fields: [String; 1],
    so_far: Option<Nanos>,
}

impl Taker for Newest {
    fn wants(&self) -> Wants<'_> {
        Wants::Fields(&self.fields)
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        let time = hit.alert.named("time").and_then(|time| instant(time.bytes()));
        self.so_far = self.so_far.max(time);
        Flow::On
    }
}

fn newest(names: &[SourceName], limits: &Limits) -> Option<Nanos> {
    let mut newest = Newest { fields: ["time".to_owned()], so_far: None };
    scan(names, &Filter::default(), &mut newest, limits);
    newest.so_far
}
