//! Counts and sizes as they are read: `12,000`, `1.5 GB`.
//!
//! Lives here: writing numbers for people. Imports: `base`. Promise: a count keeps every digit; a size is rounded to
//! at most three.

use crate::base::Clean;

/// A count with commas between thousands.
pub(crate) fn grouped(count: u64) -> Clean {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    Clean::from_bytes(text.as_bytes())
}

/// A count of things in memory, with commas.
pub(crate) fn counted(count: usize) -> Clean {
    grouped(u64::try_from(count).unwrap_or(u64::MAX))
}

/// `1 escape`, `2 escapes`: a count with its noun, an `s` behind it for any count but one.
pub(crate) fn of(count: u64, noun: &'static str) -> Clean {
    let plural = if count == 1 { "" } else { "s" };
    Clean::concat([grouped(count), " ".into(), noun.into(), plural.into()])
}

/// Bytes in units of a thousand, as file sizes are named.
pub(crate) fn size(bytes: u64) -> Clean {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let text = match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) if bytes < 10 * unit => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} B"),
    };
    Clean::from_bytes(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_and_sizes_units() {
        for (count, want) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_003, "12,003"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(count).as_str(), want);
        }
        let sizes = [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (412_000_000, "412 MB"), (1_540_000_000, "1.5 GB")];
        for (bytes, want) in sizes {
            assert_eq!(size(bytes).as_str(), want);
        }
        assert_eq!(of(1, "escape").as_str(), "1 escape");
        assert_eq!(of(1_462, "byte").as_str(), "1,462 bytes");
    }
}
