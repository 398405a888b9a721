//! Syslog, and the journal's lines, which look the same: `<10>Apr  6 19:31:30 host falco[7]: …` (RFC 3164) and
//! `<10>1 2026-04-06T19:31:30Z host falco 7 - - …` (RFC 5424).
//!
//! Imports: siblings. Promise: the host is told for Falco's text, the time where it has a year and a zone.

use crate::decode::envelope::stamp::fits;
use crate::decode::envelope::{Around, Inside, Piece, stamp};

/// The newer form.
pub(crate) fn newer<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let rest = without_number(without_length(piece.line))?.strip_prefix(b"1 ")?;
    let (time, rest) = word(rest)?;
    let (host, rest) = word(rest)?;
    let (_app, rest) = word(rest)?;
    let (_process, rest) = word(rest)?;
    let (_kind, rest) = word(rest)?;
    let rest = structured(rest)?;
    around.time = stamp(time).and_then(|stamp| stamp.time()).or(around.time);
    if host != b"-" {
        around.hostname = host.to_vec();
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    Some(Inside::Bytes(rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest)))
}

/// The older form, with or without its number in front, and what `journalctl` prints.
pub(crate) fn older<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let line = without_length(piece.line);
    let rest = without_number(line).unwrap_or(line);
    let stamp = stamp(rest);
    let after = stamp.map(|stamp| stamp.rest).or_else(|| dated(rest))?;
    let (host, after) = word(after.strip_prefix(b" ")?)?;
    let inside = tagged(after)?;
    around.time = stamp.and_then(|stamp| stamp.time()).or(around.time);
    around.hostname = host.to_vec();
    Some(Inside::Bytes(inside))
}

/// A word and what follows the one blank after it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b' ', text).filter(|at| *at > 0)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// `<34>`: how urgent, from where; 191 is the most.
fn without_number(line: &[u8]) -> Option<&[u8]> {
    let inside = line.strip_prefix(b"<")?;
    let digits = inside.iter().take_while(|b| b.is_ascii_digit()).count();
    inside.get(digits..)?.strip_prefix(b">").filter(|_| (1..=3).contains(&digits))
}

/// The length that stands before each message on a connection (RFC 6587).
fn without_length(line: &[u8]) -> &[u8] {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest =
        line.get(digits..).and_then(|rest| rest.strip_prefix(b" ")).filter(|rest| digits > 0 && rest.starts_with(b"<"));
    rest.unwrap_or(line)
}

/// What follows `Apr  6 19:31:30`, perhaps with a fraction or a year, `Wed 2026-04-06 19:31:30 UTC`, or `1775503890.725992`.
fn dated(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.get(..23).filter(|head| fits(head.get(4..).unwrap_or_default(), b"0000-00-00 00:00:00")) {
        let after = text.get(rest.len()..)?.strip_prefix(b" ")?;
        return after.get(after.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-:".contains(b)).count()..);
    }
    if let Some(rest) = text.get(17..).filter(|_| text.get(..17).is_some_and(|time| fits(time, b"0000000000.000000"))) {
        return Some(rest);
    }
    let months = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let (month, rest) = text.split_at_checked(3)?;
    let (day, rest) = rest.split_at_checked(4)?;
    let is_day = fits(day, b" 00 ") || fits(day, b"  0 ");
    let (clock, rest) = rest.split_at_checked(8)?;
    if !months.iter().any(|own| own.as_slice() == month) || !is_day || !fits(clock, b"00:00:00") {
        return None;
    }
    let fraction = rest.strip_prefix(b".").map_or(0, |f| 1 + f.iter().take_while(|b| b.is_ascii_digit()).count());
    rest.get(fraction..)
}

/// What follows `falco[812]: ` or `falco: `.
fn tagged(text: &[u8]) -> Option<&[u8]> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-./@".contains(b);
    let rest = text.get(text.iter().take_while(|b| is_name(b)).count()..)?;
    if rest.len() == text.len() {
        return None;
    }
    let rest = match rest.strip_prefix(b"[") {
        Some(inside) => inside.get(memchr::memchr(b']', inside).filter(|at| *at <= 20)? + 1..)?,
        None => rest,
    };
    rest.strip_prefix(b": ")
}

/// What follows the structured data: `-`, or `[id name="value"]` once or more, `]` and `"` escaped within.
fn structured(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return Some(rest);
    }
    let mut rest = text;
    while let Some(element) = rest.strip_prefix(b"[") {
        rest = element.get(element_len(element)? + 1..)?;
    }
    (rest.len() < text.len()).then_some(rest)
}

/// How many bytes stand before the `]` that closes an element.
fn element_len(element: &[u8]) -> Option<usize> {
    let (mut in_value, mut escaped) = (false, false);
    element.iter().position(|byte| {
        let closes = *byte == b']' && !in_value;
        in_value ^= *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })
}
