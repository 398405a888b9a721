//! RFC 3339 times, as envelopes and Falco's text write them, at the start of something.
//!
//! Imports: `base`, siblings. Promise: also with an offset that has no colon, as journald and Falco write it; no other
//! spelling.

use crate::base::Nanos;
use crate::decode::instant;

/// A time and what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp<'a> {
    /// As it is written.
    pub(crate) text: &'a [u8],
    /// How many digits stand after the second.
    pub(crate) digits: usize,
    /// What follows.
    pub(crate) rest: &'a [u8],
}

/// Reads `YYYY-MM-DDTHH:MM:SS[.n…](Z|±HH:MM|±HHMM)`.
pub(crate) fn stamp(line: &[u8]) -> Option<Stamp<'_>> {
    let (date, after) = line.split_at_checked(19)?;
    if !fits(date, b"0000-00-00T00:00:00") {
        return None;
    }
    let digits = match after {
        [b'.' | b',', digits @ ..] => digits.iter().take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    let fraction = if digits > 0 { digits + 1 } else { 0 };
    let zone = match after.get(fraction..)? {
        [b'Z', ..] => 1,
        zone if zone.len() >= 6 && fits(zone.get(..6)?, b"+00:00") => 6,
        zone if zone.len() >= 5 && fits(zone.get(..5)?, b"+0000") => 5,
        _ => return None,
    };
    let (text, rest) = line.split_at_checked(19 + fraction + zone)?;
    Some(Stamp { text, digits, rest })
}

/// Whether a text is like a model: `0` is any digit, `+` a sign.
pub(crate) fn fits(text: &[u8], model: &[u8]) -> bool {
    let alike = |(own, model): (&u8, &u8)| match model {
        b'0' => own.is_ascii_digit(),
        b'+' => matches!(own, b'+' | b'-'),
        _ => own == model,
    };
    text.len() == model.len() && text.iter().zip(model).all(alike)
}

impl Stamp<'_> {
    /// The instant; `None`: there is no such day, or it lies too far away.
    pub(crate) fn time(&self) -> Option<Nanos> {
        if let [before @ .., h1, h2, m1, m2] = self.text
            && let Some(b'+' | b'-') = before.last()
        {
            return instant(&[before, &[*h1, *h2, b':', *m1, *m2]].concat());
        }
        instant(self.text)
    }
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size, which fits until 2262; a fraction
/// of a second after a point is left out.
pub(crate) fn since_1970(digits: &str) -> Option<Nanos> {
    let number: i64 = digits.split('.').next()?.parse().ok()?;
    let factor = match number {
        0..100_000_000_000 => Nanos::SECOND,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        100_000_000_000_000_000.. => 1,
        _ => return None,
    };
    number.checked_mul(factor).map(Nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_what_follows() {
        let cases = [
            ("2024-10-05T18:29:57.848684705Z stdout", Some((1_728_152_997_848_684_705, 9, " stdout"))),
            ("2024-10-05T20:29:57.5+02:00x", Some((1_728_152_997_500_000_000, 1, "x"))),
            ("2024-10-05T20:29:57+0200", Some((1_728_152_997_000_000_000, 0, ""))),
            ("2024-10-05 18:29:57Z", None),
            ("2024-10-05T18:29:57", None),
            ("2024-10-05T18:29:57.Z", None),
            ("2024", None),
        ];
        for (text, want) in cases {
            let got =
                stamp(text.as_bytes()).map(|s| (s.time().unwrap().0, s.digits, std::str::from_utf8(s.rest).unwrap()));
            assert_eq!(got, want, "{text}");
        }
    }
}
