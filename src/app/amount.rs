//! Sizes and numbers as they are written on the command line: `2GiB`, `500MB`, `1,000,000`.
//!
//! Imports: `base`. Promise: what is no size is refused with the forms that are; of a size only a part
//! of a byte is left off.

use crate::base::Priority;

/// What is said to what is no size.
const FORMS: &str = "a size is written 2GiB, 500MB or 1073741824";

/// Bytes: a number with `B`, `kB`, `MB`, `GB`, `TB` (thousands) or `KiB`, `MiB`, `GiB`, `TiB` (1,024s) behind it, or none.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit_at).unwrap_or((text, ""));
    let factor = factor(unit.trim()).ok_or_else(|| FORMS.to_owned())?;
    let whole = count(number).ok().and_then(|number| number.checked_mul(factor));
    whole.or_else(|| broken(number, factor)).ok_or_else(|| FORMS.to_owned())
}

/// `1.5GiB`: at most three digits behind the point, so that nothing is lost.
fn broken(number: &str, factor: u64) -> Option<u64> {
    let (whole, part) = number.split_once('.')?;
    let thousandths = 10_u64.checked_pow(u32::try_from(3_usize.checked_sub(part.len())?).ok()?)?;
    let part: u64 = part.parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(factor)?.checked_add(part.checked_mul(thousandths)?.checked_mul(factor)? / 1000)
}

fn factor(unit: &str) -> Option<u64> {
    let units: [(&[&str], u64); 9] = [
        (&["", "b"], 1),
        (&["kb", "k"], 1_000),
        (&["mb", "m"], 1_000_000),
        (&["gb", "g"], 1_000_000_000),
        (&["tb", "t"], 1_000_000_000_000),
        (&["kib"], 1 << 10),
        (&["mib"], 1 << 20),
        (&["gib"], 1 << 30),
        (&["tib"], 1 << 40),
    ];
    let unit = unit.to_ascii_lowercase();
    units.iter().find(|(names, _)| names.contains(&unit.as_str())).map(|(_, factor)| *factor)
}

/// A size, or `none` for no limit.
pub(crate) fn bytes_or_none(text: &str) -> Result<u64, String> {
    if text.trim() == "none" { Ok(u64::MAX) } else { bytes(text).map_err(|why| format!("{why}, or none")) }
}

/// A number, with or without commas; not 0.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    match digits.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a number from 1 on is wanted, such as 100000".to_owned()),
    }
}

/// A priority in any case.
pub(crate) fn priority(text: &str) -> Result<Priority, String> {
    Priority::parse(text.as_bytes()).ok_or_else(|| {
        "a priority is one of emergency, alert, critical, error, warning, notice, informational, debug".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_or_refused() {
        let cases = [
            ("1", Some(1)),
            ("2GiB", Some(2 << 30)),
            ("2 gib", Some(2 << 30)),
            ("500MB", Some(500_000_000)),
            ("1.5GiB", Some(3 << 29)),
            ("1,024KiB", Some(1 << 20)),
            ("0", None),
            ("", None),
            ("GiB", None),
            ("-1", None),
            ("1.2345GB", None),
            ("2 parsecs", None),
            ("99999999TiB", None),
        ];
        for (text, want) in cases {
            assert_eq!(bytes(text).ok(), want, "{text}");
        }
        assert_eq!(bytes_or_none("none"), Ok(u64::MAX));
    }

    #[test]
    fn priorities_are_read_in_any_case() {
        assert_eq!(priority("CRITICAL"), Ok(Priority::Critical));
        assert!(priority("urgent").is_err());
    }
}
