//! The wall clock. Everything below `app` is told what it shows.
//!
//! Imports: `base`. Promise: it is asked when a command starts, and not again, so that one run has one now.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::Nanos;

/// Now; the ends of what nanoseconds can tell for a clock that is set beyond them.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Nanos {
    let nanos = |span: std::time::Duration| i64::try_from(span.as_nanos()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Nanos(nanos(since)),
        Err(before) => Nanos(-nanos(before.duration())),
    }
}
