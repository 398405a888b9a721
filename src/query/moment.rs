//! Moments as filters spell them; how alerts do is `decode`'s.
//!
//! Imports: `base`, `decode`. Promise: nanoseconds are kept, and a text without a zone is read as UTC.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::base::Nanos;
use crate::decode::instant;

/// A moment as a filter may write it: RFC 3339, the same without a zone or without seconds, or a date (its midnight).
pub(crate) fn parse(text: &str) -> Option<Nanos> {
    instant(text.as_bytes()).or_else(|| {
        let moment = local(text).or_else(|| Some(date(text)?.and_time(NaiveTime::MIN)))?;
        moment.and_utc().timestamp_nanos_opt().map(Nanos)
    })
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_spells_a_moment_in_several_ways() {
        let cases = [
            ("1970-01-01", Some(0)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T01:00:00.000000001+01:00", Some(1)),
            ("1970-01-01T00:01", Some(60_000_000_000)),
            ("1970-01-01 00:00:01.5", Some(1_500_000_000)),
            ("2024-13-01", None),
            ("18:29", None),
            ("9999-01-01", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse(text), want.map(Nanos), "{text}");
        }
    }
}
