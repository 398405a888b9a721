//! What lies around an alert: how many other alerts of its container, its process and its user are within minutes of it.
//!
//! Lives here: the counts, by names that the playbooks' conditions use, and the filters that show what was counted. Not
//! here: what they mean (`analysis`). Imports: `base`, `decode`, `store`. Promise: the same rows that the filter shows.

/// How far around an alert is looked, in minutes.
pub(crate) const MINUTES: i64 = 10;

/// What every name of a count begins with: `near.container.rules`.
const PREFIX: &str = "near.";

/// Alerts that have something in common with the one in question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Circle {
    /// What they have in common: `container`, `process`, `user`, `rule`.
    pub(crate) name: &'static str,
    /// The condition that shows them, the alert itself among them.
    pub(crate) filter: String,
    /// How many other rules fired, in decimal digits.
    pub(crate) rules: String,
    /// How many other alerts there are, in decimal digits.
    pub(crate) alerts: String,
}

/// What lies around one alert. A circle that the alert's fields can't draw is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nearby {
    /// The circles.
    pub(crate) circles: Vec<Circle>,
}

/// Whether `name` is that of a count.
pub(crate) fn is_count(name: &str) -> bool {
    name.starts_with(PREFIX)
}

impl Nearby {
    /// The circle that the count `name` is of: `near.container.rules` is of `container`.
    pub(crate) fn circle(&self, name: &str) -> Option<&Circle> {
        let (circle, _) = name.strip_prefix(PREFIX)?.split_once('.')?;
        self.circles.iter().find(|c| c.name == circle)
    }

    /// The count of this name, in decimal digits; `None` where the alert can't tell.
    pub(crate) fn count(&self, name: &str) -> Option<&str> {
        let circle = self.circle(name)?;
        match name.rsplit('.').next()? {
            "rules" => Some(&circle.rules),
            "alerts" => Some(&circle.alerts),
            _ => None,
        }
    }
}
