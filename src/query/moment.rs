//! Moments as filters, `--since` and `--until` spell them; how alerts do is `decode`'s.
//!
//! Lives here: absolute moments, those that are counted from now or from the newest alert. Not here: what now is (`app`
//! says). Imports: `base`, `decode`. Promise: nanoseconds are kept, a text without a zone is read as UTC, and no number
//! of weeks overflows.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};

use crate::base::Nanos;
use crate::decode::instant;

/// What a relative moment is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The wall clock.
    pub(crate) now: Nanos,
    /// The newest alert's time; `None`: no alert has one.
    pub(crate) last: Option<Nanos>,
}

/// A moment that is known only when the filter is asked: `-15m`, `18:29`, `@last-15m`, `@last18:29`, `@last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relative {
    from: Anchor,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Now,
    /// The newest alert.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// So many nanoseconds before.
    Back(i64),
    /// The last time before, or then, at which a UTC clock showed this, in nanoseconds since midnight.
    Clock(i64),
}

/// What an error tells about the ways to write a time.
pub(crate) const FORMS: &str = "a time is written 2024-10-05 or 2024-10-05T18:29:05.5Z (UTC without a zone), 18:29 for the latest that has \
     passed, -15m, -2h or -2d for before now; from the newest alert @last, @last-15m, @last18:29";

/// [`FORMS`] as a sentence of its own.
pub(crate) fn forms() -> String {
    FORMS.replacen("a time", "A time", 1)
}

/// A moment as a filter may write it: RFC 3339, the same without a zone or without seconds, or a date (its midnight).
pub(crate) fn parse(text: &str) -> Option<Nanos> {
    instant(text.as_bytes()).or_else(|| {
        let moment = local(text).or_else(|| Some(date(text)?.and_time(NaiveTime::MIN)))?;
        moment.and_utc().timestamp_nanos_opt().map(Nanos)
    })
}

/// A moment as exact as it is, as a filter may write it: `2024-10-05T18:29:57.848684705Z`.
pub(crate) fn written(Nanos(at): Nanos) -> String {
    DateTime::<Utc>::from_timestamp_nanos(at).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

impl Relative {
    /// Reads one; `None`: it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (from, way) = match text.strip_prefix("@last") {
            Some("") => return Some(Self { from: Anchor::Last, way: Way::Back(0) }),
            Some(way) => (Anchor::Last, way),
            None => (Anchor::Now, text),
        };
        let way = match way.strip_prefix('-') {
            Some(back) => Way::Back(duration(back)?),
            None => Way::Clock(clock(way)?),
        };
        Some(Self { from, way })
    }

    /// Whether it is counted from the newest alert.
    pub(crate) fn needs_last(self) -> bool {
        self.from == Anchor::Last
    }

    /// The moment; `None` where no alert has a time and it is counted from one.
    pub(crate) fn at(self, reference: Reference) -> Option<Nanos> {
        let Nanos(from) = match self.from {
            Anchor::Now => reference.now,
            Anchor::Last => reference.last?,
        };
        Some(Nanos(match self.way {
            Way::Back(nanos) => from.saturating_sub(nanos),
            Way::Clock(of_day) => {
                let passed = from.saturating_sub(of_day);
                passed.div_euclid(Nanos::DAY).saturating_mul(Nanos::DAY).saturating_add(of_day)
            }
        }))
    }
}

/// `15m`: a whole number of seconds, minutes, hours, days or weeks, in nanoseconds.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let digits = text.get(..text.len().checked_sub(1)?)?;
    let unit = match text.as_bytes().last()? {
        b's' => Nanos::SECOND,
        b'm' => Nanos::MINUTE,
        b'h' => Nanos::HOUR,
        b'd' => Nanos::DAY,
        b'w' => 7 * Nanos::DAY,
        _ => return None,
    };
    number(digits, 18)?.checked_mul(unit)
}

/// `18:29` or `18:29:30`.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, parts.next()?);
    let second = parts.next().unwrap_or("00");
    let of_day = |digits: &str| number(digits, 2).filter(|count| digits.len() == 2 && *count < 60);
    let (minute, second) = (of_day(minute)?, of_day(second)?);
    (hour < 24 && parts.next().is_none())
        .then_some(hour * Nanos::HOUR + minute * Nanos::MINUTE + second * Nanos::SECOND)
}

/// At most `most` digits and nothing else.
fn number(digits: &str, most: usize) -> Option<i64> {
    let is_number = (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
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

    #[test]
    fn a_relative_moment_is_counted_from_now_or_from_the_newest_alert() {
        let reference =
            Reference { now: parse("2024-10-06T12:00:00.5Z").unwrap(), last: parse("2024-10-05T18:29:57.848684705Z") };
        let cases = [
            ("-30s", "2024-10-06T11:59:30.5Z"),
            ("-15m", "2024-10-06T11:45:00.5Z"),
            ("-2h", "2024-10-06T10:00:00.5Z"),
            ("-2d", "2024-10-04T12:00:00.5Z"),
            ("-1w", "2024-09-29T12:00:00.5Z"),
            ("-0s", "2024-10-06T12:00:00.5Z"),
            ("18:29", "2024-10-05T18:29:00Z"),
            ("11:59", "2024-10-06T11:59:00Z"),
            ("12:00:00", "2024-10-06T12:00:00Z"),
            ("12:00:01", "2024-10-05T12:00:01Z"),
            ("9:05", "2024-10-06T09:05:00Z"),
            ("@last", "2024-10-05T18:29:57.848684705Z"),
            ("@last-15m", "2024-10-05T18:14:57.848684705Z"),
            ("@last18:29", "2024-10-05T18:29:00Z"),
            ("@last18:29:58", "2024-10-04T18:29:58Z"),
        ];
        for (text, want) in cases {
            let relative = Relative::parse(text).unwrap();
            assert_eq!(relative.at(reference), parse(want), "{text}");
            assert_eq!(relative.needs_last(), text.starts_with('@'), "{text}");
        }
        let no_last = Reference { last: None, ..reference };
        assert_eq!(Relative::parse("@last-15m").unwrap().at(no_last), None);
    }

    #[test]
    fn what_is_no_relative_moment_is_none() {
        let odd = [
            "",
            "-",
            "-m",
            "15m",
            "+15m",
            "-15",
            "-15x",
            "-1.5h",
            "--5m",
            "-5 m",
            "-99999999999999999w",
            "- 5m",
            "-1h30m",
            "24:00",
            "18:60",
            "18:29:60",
            "18:2",
            "18",
            ":29",
            "18:29:",
            "18:29:30.5",
            "18:29Z",
            "١٨:٢٩",
            "-١m",
            "@last ",
            "@last+5m",
            "@now",
            "@",
            "last",
            "@LAST",
            "now",
            "2024-10-05",
        ];
        for text in odd {
            assert_eq!(Relative::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_overflow() {
        for now in [i64::MIN, i64::MAX, -1, 0] {
            for text in ["-15000w", "-0s", "00:00", "23:59:59"] {
                let at = Relative::parse(text).unwrap().at(Reference { now: Nanos(now), last: None });
                assert!(at.unwrap().0 <= now.max(i64::MIN + Nanos::DAY), "{text} from {now}");
            }
        }
    }
}
