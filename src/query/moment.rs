//! Moments as filters and alerts spell them.
//!
//! Imports: `base`. Promise: nanoseconds are kept, and a text without a zone is read as UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::base::Nanos;

/// A moment as alerts carry it, RFC 3339; `None`: it is none, or lies outside the years 1677 to 2262.
pub(crate) fn parse_rfc3339(text: &[u8]) -> Option<Nanos> {
    let text = std::str::from_utf8(text).ok()?;
    DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt().map(Nanos)
}

/// A moment as a filter may write it: RFC 3339, the same without a zone or without seconds, or a date (its midnight).
pub(crate) fn parse(text: &str) -> Option<Nanos> {
    parse_rfc3339(text.as_bytes()).or_else(|| {
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
