//! Numbers as filters compare them: whole numbers exactly, others as floating point.
//!
//! Lives here: what looks like a number, and which of two is larger. Imports: nothing.
//! Promise: no u64 and no i64 loses a digit.

use std::cmp::Ordering;

/// A number that was spelt in a filter or in an alert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// A whole number.
    Whole(i128),
    /// Any other; never NaN.
    Float(f64),
}

impl Number {
    /// Reads `[+-]?digits[.digits][(e|E)[+-]digits]`; `None`: no number.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.bytes().all(is_number_byte) {
            return None;
        }
        match text.parse::<i128>() {
            Ok(whole) => Some(Self::Whole(whole)),
            Err(_) => text.parse::<f64>().ok().filter(|f| !f.is_nan()).map(Self::Float),
        }
    }

    /// Reads a number of the filter grammar, which takes `0x1f` as well and wants a sign after the `e` of an exponent.
    pub(crate) fn parse_bound(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
            return i128::from_str_radix(digits, 16).ok().filter(|_| plain).map(Self::Whole);
        }
        let signed = text
            .find(['e', 'E'])
            .is_none_or(|e| text.get(e + 1..).is_some_and(|exponent| exponent.starts_with(['+', '-'])));
        Self::parse(text.as_bytes()).filter(|_| signed)
    }

    /// Which of the two is larger.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(&b),
            (Self::Whole(a), Self::Float(b)) => compare_mixed(a, b),
            (Self::Float(a), Self::Whole(b)) => compare_mixed(b, a).reverse(),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(&b),
        }
    }
}

fn is_number_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
}

/// Compares without rounding the whole number: its neighbours decide.
fn compare_mixed(whole: i128, float: f64) -> Ordering {
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond i128 saturates, which keeps the order")]
    let floor = float.floor() as i128;
    match whole.cmp(&floor) {
        Ordering::Equal if float > float.floor() => Ordering::Less,
        Ordering::Equal if float.is_infinite() => {
            if float > 0.0 {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        order => order,
    }
}
