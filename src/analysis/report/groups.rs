//! Alerts gathered by what makes them alike.
//!
//! Lives here: which alerts count as alike, and what is kept of each group: its first alert, a count, two times.
//! Imports: `base`, `decode`. Promise: alerts of two rules, hosts, containers, programs, users or objects stay apart.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::analysis::facts::Facts;
use crate::analysis::moment;
use crate::analysis::report::Found;
use crate::base::{Clean, Priority};
use crate::decode::Alert;

/// What alike alerts have in common, beside the object.
const ALIKE: [&str; 7] = ["rule", "priority", "hostname", "container.id", "proc.name", "proc.exepath", "user.name"];
/// The object: the first of these that the alert has.
const OBJECT: [&str; 6] =
    ["fd.name", "evt.arg.linkpath", "evt.arg.newpath", "evt.arg.path", "proc.cmdline", "ka.target.name"];

/// One section of the report.
#[derive(Debug)]
pub(crate) struct Section {
    /// The bytes of the first alert.
    pub(crate) line: Vec<u8>,
    /// The first alert.
    pub(crate) alert: Alert,
    /// Where it stands.
    pub(crate) place: Clean,
    /// How many alerts.
    pub(crate) count: u64,
    /// The earliest of their times.
    pub(crate) first: Option<DateTime<Utc>>,
    /// The latest.
    pub(crate) last: Option<DateTime<Utc>>,
    /// How many of them record no time.
    pub(crate) undated: u64,
}

impl Section {
    /// A section with one alert.
    pub(crate) fn of(found: Found<'_>) -> Self {
        let at = time(found.alert);
        let (line, alert) = (found.line.to_vec(), found.alert.clone());
        Self { line, alert, place: found.place.clone(), count: 1, first: at, last: at, undated: at.is_none().into() }
    }

    fn count_in(&mut self, at: Option<DateTime<Utc>>) {
        self.count += 1;
        self.undated += u64::from(at.is_none());
        self.first = [self.first, at].into_iter().flatten().min();
        self.last = [self.last, at].into_iter().flatten().max();
    }
}

/// Groups in the order in which they began.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    places: HashMap<Vec<u8>, usize>,
    sections: Vec<Section>,
}

impl Groups {
    /// Takes an alert into its group.
    pub(crate) fn add(&mut self, found: Found<'_>) {
        let key = key(found.alert);
        if let Some(section) = self.places.get(&key).and_then(|place| self.sections.get_mut(*place)) {
            section.count_in(time(found.alert));
        } else {
            self.places.insert(key, self.sections.len());
            self.sections.push(Section::of(found));
        }
    }

    /// The sections, the worst priority first, else as they began.
    pub(crate) fn into_sections(mut self) -> Vec<Section> {
        self.sections.sort_by_key(|section| Facts::of(&section.alert).priority().unwrap_or(Priority::Debug));
        self.sections
    }
}

fn time(alert: &Alert) -> Option<DateTime<Utc>> {
    moment::instant(Facts::of(alert).bytes("time")?)
}

/// The object without what is new each time: of a connection, `10.0.0.5:43210->10.96.0.1:443`, where it goes.
fn lasting(object: &[u8]) -> &[u8] {
    let arrow = object.windows(2).position(|pair| pair == b"->");
    arrow.and_then(|at| object.get(at + 2..)).unwrap_or(object)
}

/// Each part with its length before it, so that no two alerts run together; an absent part has none.
fn key(alert: &Alert) -> Vec<u8> {
    let facts = Facts::of(alert);
    let object = OBJECT.into_iter().find(|name| facts.bytes(name).is_some());
    let mut key = Vec::new();
    for name in ALIKE.into_iter().chain(object) {
        if let Some(value) = facts.bytes(name).map(|value| if Some(name) == object { lasting(value) } else { value }) {
            key.extend_from_slice(name.as_bytes());
            key.extend_from_slice(&value.len().to_le_bytes());
            key.extend_from_slice(value);
        }
    }
    key
}
