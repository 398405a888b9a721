//! Times beside and below the bars of the histogram.
//!
//! Lives here: how much of a time is written. Imports: `base`, `query`. Promise: days are named where the bars span them,
//! seconds where a bucket is shorter than a minute.

use chrono::{DateTime, Utc};

use crate::base::{Clean, Nanos};
use crate::query::histogram::Histogram;

/// How the times of a histogram are written.
fn form(counted: &Histogram) -> &'static str {
    let span = counted.begins(counted.buckets.len()).0.saturating_sub(counted.begins(0).0);
    let step = counted.step.nanos();
    match (span > Nanos::DAY, step) {
        _ if step >= Nanos::DAY => "%Y-%m-%d",
        (true, _) => "%m-%d %H:%M",
        (false, step) if step < Nanos::MINUTE => "%H:%M:%S",
        _ => "%H:%M",
    }
}

/// A time as it stands beside the bars.
pub(crate) fn time(counted: &Histogram, Nanos(at): Nanos) -> Clean {
    let at = DateTime::<Utc>::from_timestamp_nanos(at);
    Clean::from_bytes(at.format(form(counted)).to_string().as_bytes())
}

/// How many cells such a time takes.
pub(crate) fn width(counted: Option<&Histogram>) -> u16 {
    let width = counted.map_or(5, |counted| time(counted, counted.begins(0)).as_str().len());
    u16::try_from(width).unwrap_or(u16::MAX)
}
