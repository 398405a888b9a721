//! An alert's `time` → nanoseconds.
//!
//! Imports: `base`. Promise: what chrono reads; the quick way for Falco's own spelling gives the same.

use chrono::DateTime;

use crate::base::Nanos;

/// Reads RFC 3339. `None`: it is none, or lies outside of 1677 to 2262, where nanoseconds fit 64 bits.
pub(crate) fn instant(text: &[u8]) -> Option<Nanos> {
    quick(text).or_else(|| general(text))
}

fn general(text: &[u8]) -> Option<Nanos> {
    let time = DateTime::parse_from_rfc3339(std::str::from_utf8(text).ok()?).ok()?;
    time.timestamp_nanos_opt().map(Nanos)
}

/// Reads `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ`, as Falco writes it, at most nine digits; dates that need care are left alone.
fn quick(text: &[u8]) -> Option<Nanos> {
    let (date_and_clock, fraction) = text.split_at_checked(19)?;
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] = date_and_clock else {
        return None;
    };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let is_plain = (1970..2262).contains(&year)
        && (1..=12).contains(&month)
        && (1..=if month == 2 { 28 } else { 30 }).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_plain {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(Nanos(seconds * Nanos::SECOND + nanoseconds(fraction)?))
}

/// `.nnn…Z`, one to nine digits, or `Z`.
fn nanoseconds(fraction: &[u8]) -> Option<i64> {
    let digits = match fraction {
        [b'Z'] => return Some(0),
        [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => digits,
        _ => return None,
    };
    let missing = (digits.len()..9).fold(1, |factor, _| factor * 10);
    Some(number(digits)? * missing)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

/// Days since 1970-01-01 in the Gregorian calendar, by counting from March, so that the leap day is a year's last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_way_gives_what_chrono_gives() {
        for day in 0..365 * 300 {
            for text in [format!("{}T23:59:59.999999999Z", date(day)), format!("{}T00:00:00.5Z", date(day))] {
                let want = general(text.as_bytes());
                assert!(want.is_some() || day > 106_000, "{text}");
                assert!(quick(text.as_bytes()).is_none_or(|got| Some(got) == want), "{text}");
                assert_eq!(instant(text.as_bytes()), want, "{text}");
            }
        }
    }

    fn date(days: i64) -> String {
        let day = DateTime::from_timestamp(days * 86_400, 0).unwrap();
        day.format("%Y-%m-%d").to_string()
    }

    #[test]
    fn times_are_read_or_absent_and_never_guessed() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-10-05T18:29:57.848684705Z", Some(1_728_152_997_848_684_705)),
            ("2024-10-05T18:29:57.8Z", Some(1_728_152_997_800_000_000)),
            ("2024-10-05T20:29:57.8+02:00", Some(1_728_152_997_800_000_000)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800_000_000_000)),
            ("2024-02-30T00:00:00Z", None),
            ("2023-02-29T00:00:00Z", None),
            ("2024-13-01T00:00:00Z", None),
            ("2024-10-05T24:00:00Z", None),
            ("9999-12-31T23:59:59Z", None),
            ("-0001-01-01T00:00:00Z", None),
            ("292277026596-12-04T15:30:08Z", None),
            ("2024-10-05", None),
            ("yesterday", None),
            ("", None),
            ("2024-10-05T18:29:57.Z", None),
            ("2024-10-05T18:29:57.8x4Z", None),
            ("2024-10-05T18:29:5\u{ff17}Z", None),
        ];
        for (text, want) in cases {
            assert_eq!(instant(text.as_bytes()).map(|n| n.0), want, "{text}");
        }
    }
}
