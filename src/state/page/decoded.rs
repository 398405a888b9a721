//! What Falco's numbers mean: times, durations, terminals, ids that are not set.
//!
//! Lives here: the dim hints beside values, and whether an alert's two clocks agree. Imports: `base`, `decode`.
//! Promise: a hint never stands in place of a value, and nothing is said of a value that is not what Falco writes.

use chrono::{DateTime, NaiveTime, Timelike, Utc};

use crate::base::{Clean, Nanos};
use crate::decode::{Alert, Scope, Value};

/// Ids that mean "not set": Falco writes -1, older versions the same bits as a number without sign.
const UNSET: [&str; 2] = ["-1", "4294967295"];

/// What an alert is that was made of a sentence: see `decode::text`.
const RECOVERED: &str = "fields were read out of the sentence: a value may be cut, or say more than was meant";

/// The device numbers of pseudo-terminals: 8 majors from 136 on, 256 minors each (Linux, Documentation/admin-guide/devices.txt).
const PTS_MAJORS: std::ops::Range<u32> = 136..144;

/// What the value of the field `name` means, in a few words; `None` where it says all itself.
pub(super) fn hint(name: &str, value: Value<'_>, alert: &Alert) -> Option<Clean> {
    let words = match value {
        Value::Text(_) if name == "recovered_from" => RECOVERED.to_owned(),
        Value::Text(b"<NA>") => "unknown to Falco".to_owned(),
        Value::Text(b"") => "empty".to_owned(),
        Value::Number(digits) => of_number(name, digits, alert)?,
        Value::Text(text) => of_number(name, std::str::from_utf8(text).ok()?, alert)?,
        Value::Null => "absent".to_owned(),
        _ => return None,
    };
    Some(Clean::from_bytes(words.as_bytes()))
}

fn of_number(name: &str, digits: &str, alert: &Alert) -> Option<String> {
    let is_id = name.ends_with("uid") || name.ends_with("gid");
    if is_id && UNSET.contains(&digits) {
        return Some("unset (-1)".to_owned());
    }
    let number: i64 = digits.parse().ok()?;
    match name {
        "proc.tty" => u32::try_from(number).ok().map(terminal),
        _ if name.ends_with("duration_proc_start") => Some(format!("{} before start", seconds(number))),
        _ if name.ends_with("duration_pidns_start") => Some(format!("{} after the container's start", seconds(number))),
        _ if name.ends_with("duration") => Some(seconds(number)),
        _ if is_instant(name) => instant(number).map(|at| short(at, alert)),
        _ => None,
    }
}

/// Fields that hold nanoseconds since 1970.
fn is_instant(name: &str) -> bool {
    ["evt.time", "evt.rawtime", "evt.time.iso8601"].contains(&name)
        || ["ctime", "mtime", "_ts", ".ts"].iter().any(|end| name.ends_with(end))
}

/// A terminal's name by its device number; 0: no terminal.
fn terminal(device: u32) -> String {
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xf_ff00);
    match major {
        0 => "no terminal".to_owned(),
        4 if minor < 64 => format!("tty{minor}"),
        4 => format!("ttyS{}", minor - 64),
        _ if PTS_MAJORS.contains(&major) => format!("pts/{}", minor + (major - PTS_MAJORS.start) * 256),
        _ => format!("device {major}:{minor}"),
    }
}

/// A duration in nanoseconds as seconds to the millisecond, or as minutes, hours, days.
fn seconds(nanos: i64) -> String {
    let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    let whole = nanos / Nanos::SECOND.unsigned_abs();
    match whole {
        0..120 => format!("{sign}{whole}.{:03} s", nanos / 1_000_000 % 1000),
        120..7_200 => format!("{sign}{} min {} s", whole / 60, whole % 60),
        7_200..172_800 => format!("{sign}{} h {} min", whole / 3600, whole / 60 % 60),
        _ => format!("{sign}{} d {} h", whole / 86_400, whole / 3600 % 24),
    }
}

/// An instant of this century; other numbers are no times.
fn instant(nanos: i64) -> Option<DateTime<Utc>> {
    (nanos > 946_684_800 * Nanos::SECOND).then(|| DateTime::from_timestamp_nanos(nanos))
}

/// The time of the day, with the date where it is another than the alert's.
fn short(at: DateTime<Utc>, alert: &Alert) -> String {
    let same_day = alert_time(alert).is_some_and(|(time, _)| time.date_naive() == at.date_naive());
    at.format(if same_day { "%H:%M:%S%.3f" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

/// The alert's `time`, and how exactly it is written, in nanoseconds.
fn alert_time(alert: &Alert) -> Option<(DateTime<Utc>, i64)> {
    let Some(Value::Text(raw)) = alert.get(Scope::Alert, "time") else { return None };
    rfc3339(std::str::from_utf8(raw).ok()?)
}

fn rfc3339(text: &str) -> Option<(DateTime<Utc>, i64)> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    Some((at, exactness(text)))
}

/// One unit of the last digit behind the seconds' point, in nanoseconds.
fn exactness(text: &str) -> i64 {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count().min(9);
    10_i64.pow(u32::try_from(9 - digits).unwrap_or(0))
}

/// By how much the clock in `evt.time` or `evt.time.iso8601` disagrees with the alert's `time`: the field and words
/// such as `2 h 0 min later than time`. `None`: they agree as far as they are written out, or one is missing.
pub(super) fn disagreement(alert: &Alert) -> Option<(&'static str, Clean)> {
    let (time, exact) = alert_time(alert)?;
    let clock =
        ["evt.time", "evt.time.iso8601"].into_iter().find_map(|name| Some((name, alert.get(Scope::Field, name)?)))?;
    let (apart, unit) = apart(time, clock.1)?;
    // A number that went through a floating-point JSON tool has lost up to 128 ns.
    if apart.abs() < exact.max(unit).max(1_000) {
        return None;
    }
    let direction = if apart > 0 { "later" } else { "earlier" };
    let words = format!("{} {direction} than time", seconds(apart.abs()));
    Some((clock.0, Clean::from_bytes(words.as_bytes())))
}

/// Nanoseconds from `time` to the clock in `value`, and how exactly that is written. A clock without a date is
/// compared by the time of the day.
fn apart(time: DateTime<Utc>, value: Value<'_>) -> Option<(i64, i64)> {
    let text = match value {
        Value::Number(digits) => digits,
        Value::Text(raw) => std::str::from_utf8(raw).ok()?,
        _ => return None,
    };
    if let Ok(nanos) = text.parse::<i64>() {
        return Some((nanos.checked_sub(time.timestamp_nanos_opt()?)?, 1));
    }
    if let Some((at, exact)) = rfc3339(text) {
        return Some((at.timestamp_nanos_opt()?.checked_sub(time.timestamp_nanos_opt()?)?, exact));
    }
    let clock = NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()?;
    Some((of_day(clock) - of_day(time.time()), exactness(text)))
}

fn of_day(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * Nanos::SECOND + i64::from(time.nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Sink;
    use crate::decode::collect::Collector;

    fn alert(time: &str, clock: Value<'_>) -> Alert {
        let mut collector = Collector::default();
        collector.value(Scope::Alert, b"time", Value::Text(time.as_bytes()));
        collector.value(Scope::Field, b"evt.time", clock);
        collector.alert()
    }

    #[test]
    fn numbers_are_told_in_words() {
        let alert = alert("2024-10-06T02:15:20.377401822Z", Value::Null);
        let cases = [
            ("user.loginuid", "4294967295", Some("unset (-1)")),
            ("user.loginuid", "-1", Some("unset (-1)")),
            ("user.uid", "0", None),
            ("proc.pid", "-1", None),
            ("proc.tty", "34816", Some("pts/0")),
            ("proc.tty", "34831", Some("pts/15")),
            ("proc.tty", "1025", Some("tty1")),
            ("proc.tty", "0", Some("no terminal")),
            ("proc.exe_ino.ctime", "1728180919902114087", Some("02:15:19.902")),
            ("container.start_ts", "1728150002113402118", Some("2024-10-05 17:40:02")),
            ("proc.exe_ino.ctime_duration_proc_start", "475287735", Some("0.475 s before start")),
            ("container.duration", "30918264000000", Some("8 h 35 min")),
            ("evt.time", "12", None),
            ("fd.lport", "4294967295", None),
        ];
        for (name, digits, want) in cases {
            let found = hint(name, Value::Number(digits), &alert);
            assert_eq!(found.as_ref().map(Clean::as_str), want, "{name} {digits}");
        }
    }

    #[test]
    fn clocks_disagree_beyond_what_they_write_out() {
        let cases = [
            ("2024-10-05T18:00:03.771920846Z", Value::Number("1728151203771920846"), None),
            ("2024-10-05T18:00:03.771920846Z", Value::Number("1728151203771920896"), None),
            ("2024-10-05T18:00:03Z", Value::Number("1728151203771920846"), None),
            ("2024-10-05T18:00:03.771920846Z", Value::Number("1728151203771999846"), Some("0.000 s later than time")),
            ("2024-10-05T20:00:03.771920846+02:00", Value::Number("1728151203771920846"), None),
            (
                "2024-10-05T18:00:03.771920846Z",
                Value::Number("1728144003771920846"),
                Some("2 h 0 min earlier than time"),
            ),
            ("2024-10-05T18:00:03.771920846Z", Value::Text(b"18:00:03.771920846"), None),
            ("2024-10-05T18:00:03.771920846Z", Value::Text(b"18:00:05.771"), Some("1.999 s later than time")),
            ("2024-10-05T18:00:03.771920846Z", Value::Text(b"2024-10-05T18:00:03.771Z"), None),
            ("yesterday", Value::Number("1"), None),
            ("2024-10-05T18:00:03Z", Value::Null, None),
        ];
        for (time, clock, want) in cases {
            let found = disagreement(&alert(time, clock));
            assert_eq!(found.as_ref().map(|(_, words)| words.as_str()), want, "{time} {clock:?}");
        }
    }
}
