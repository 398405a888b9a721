//! An alert's time, moved and written as the tools of a command read it.
//!
//! Lives here: RFC 3339 in, five spellings out. Not here: any clock. Imports: nothing of the house.
//! Promise: always UTC; an instant that no tool could read (before 1970, after 9999) is refused.

use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, TimeDelta, Utc};

/// How an instant is written in a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `2024-10-05 18:29:57 UTC`: journalctl, find.
    Time,
    /// The same without the zone, behind `TZ=UTC`: last.
    Stamp,
    /// `2024-10-05T18:29:57Z`: docker, kubectl.
    Rfc3339,
    /// `10/05/24`: ausearch behind `LC_ALL=C TZ=UTC`; the C locale has a year of two digits.
    AuditDate,
    /// `18:29:57`: the word after it.
    AuditTime,
}

impl Form {
    /// Reads the type's name in a playbook.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "time" => Some(Self::Time),
            "stamp" => Some(Self::Stamp),
            "rfc3339" => Some(Self::Rfc3339),
            "audit_date" => Some(Self::AuditDate),
            "audit_time" => Some(Self::AuditTime),
            _ => None,
        }
    }

    /// The type's name in a playbook.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Stamp => "stamp",
            Self::Rfc3339 => "rfc3339",
            Self::AuditDate => "audit_date",
            Self::AuditTime => "audit_time",
        }
    }

    fn write(self, instant: DateTime<Utc>) -> String {
        match self {
            Self::Time => instant.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            Self::Stamp => instant.format("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Rfc3339 => instant.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Self::AuditDate => instant.format("%m/%d/%y").to_string(),
            Self::AuditTime => instant.format("%H:%M:%S").to_string(),
        }
    }
}

/// What is said of a text that is no instant.
const NO_INSTANT: &str = "no time like 2024-10-05T18:29:57Z";

/// Reads `-15m` or `+1h` as seconds; units `s m h d`.
pub(crate) fn shift_seconds(text: &str) -> Option<i64> {
    let sign = if text.starts_with('+') { 1 } else { -1 };
    let digits = text.strip_prefix(['+', '-'])?;
    let unit = match digits.bytes().last()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3600,
        b'd' => 86_400,
        _ => return None,
    };
    let count: u32 = digits.get(..digits.len() - 1)?.parse().ok()?;
    Some(sign * i64::from(count) * unit)
}

/// The alert's `time`, moved by `seconds`; on `Err`, what is wrong with it.
pub(crate) fn shifted(raw: &[u8], form: Form, seconds: i64) -> Result<String, &'static str> {
    let instant = instant(raw).ok_or(NO_INSTANT)?;
    let moved = TimeDelta::try_seconds(seconds).and_then(|by| instant.checked_add_signed(by));
    written(moved.ok_or(NO_INSTANT)?, form)
}

/// A time that the analyst typed, with or without the zone `UTC`, to the second.
pub(crate) fn typed(raw: &[u8], form: Form) -> Result<String, &'static str> {
    let text = std::str::from_utf8(raw).map_err(|_| NO_INSTANT)?.trim();
    let plain = text.strip_suffix(" UTC").unwrap_or(text);
    let naive = NaiveDateTime::parse_from_str(plain, "%Y-%m-%d %H:%M:%S").ok().map(|at| at.and_utc());
    written(naive.or_else(|| instant(text.as_bytes())).ok_or(NO_INSTANT)?, form)
}

fn written(instant: DateTime<Utc>, form: Form) -> Result<String, &'static str> {
    if !(1970..=9999).contains(&instant.year()) {
        return Err("a time before 1970 or after 9999");
    }
    Ok(form.write(instant))
}

/// Reads RFC 3339 with any offset; `None` for anything else.
pub(crate) fn instant(raw: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(raw).ok()?;
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
}

/// `2024-10-05T18:29:57.848684705Z`, as exact as the instant is.
pub(crate) fn exact(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_moved_and_written_for_its_tool() {
        let cases = [
            ("2024-10-05T18:29:57.848684705Z", Form::Time, -900, Ok("2024-10-05 18:14:57 UTC")),
            ("2024-10-05T18:29:57.848684705Z", Form::Stamp, -43_200, Ok("2024-10-05 06:29:57")),
            ("2024-12-31T23:59:59Z", Form::Rfc3339, 300, Ok("2025-01-01T00:04:59Z")),
            ("2024-10-05T18:29:57Z", Form::AuditDate, -86_400, Ok("10/04/24")),
            ("2024-10-05T18:29:57Z", Form::AuditTime, -900, Ok("18:14:57")),
            ("2024-10-05T20:29:57+02:00", Form::Rfc3339, 0, Ok("2024-10-05T18:29:57Z")),
            ("1970-01-01T00:00:00Z", Form::Time, -1, Err("a time before 1970 or after 9999")),
            ("9999-12-31T23:59:59Z", Form::Time, 1, Err("a time before 1970 or after 9999")),
            ("18:29:57", Form::Time, 0, Err(NO_INSTANT)),
            ("2024-10-05T18:29:57Z; reboot", Form::Time, 0, Err(NO_INSTANT)),
        ];
        for (raw, form, by, want) in cases {
            assert_eq!(shifted(raw.as_bytes(), form, by).as_deref(), want.as_deref(), "{raw}");
        }
    }

    #[test]
    fn a_typed_time_is_not_moved() {
        for typed_text in ["2024-10-05 18:29:57", "2024-10-05 18:29:57 UTC", " 2024-10-05T18:29:57Z "] {
            assert_eq!(typed(typed_text.as_bytes(), Form::Rfc3339).as_deref(), Ok("2024-10-05T18:29:57Z"));
        }
        assert!(typed(b"yesterday", Form::Time).is_err());
    }

    #[test]
    fn a_shift_has_a_sign_and_a_unit() {
        let cases = [
            ("-15m", Some(-900)),
            ("+1h", Some(3600)),
            ("-2d", Some(-172_800)),
            ("15m", None),
            ("-m", None),
            ("-1w", None),
        ];
        for (text, want) in cases {
            assert_eq!(shift_seconds(text), want, "{text}");
        }
    }
}
