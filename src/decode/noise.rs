//! What lies between alerts and is none: Falco's messages of itself, and the lines that other programs add.
//!
//! Imports: siblings. Promise: it only says what a line is that was found to be no alert.

use crate::decode::Reason;
use crate::decode::envelope::{Piece, stamp};
use crate::decode::scan::Raw;

/// What a piece is, if it is known.
pub(crate) fn why(piece: &Piece<'_>) -> Option<Reason> {
    let said = match piece.object() {
        Some(object) => {
            let only = object.only()?;
            bulk(only).or_else(|| row(only))
        }
        None => line(piece.line),
    };
    said.map(Reason::NotAnAlert)
}

/// The line before each document of a bulk request.
fn bulk((name, value): (&[u8], Raw<'_>)) -> Option<&'static str> {
    let is_action = matches!(name, b"create" | b"index" | b"update" | b"delete") && matches!(value, Raw::Object(_));
    is_action.then_some("a bulk request's action")
}

/// What is made of a table's row that is no alert.
fn row((name, _): (&[u8], Raw<'_>)) -> Option<&'static str> {
    name.starts_with(b"row with ").then_some("a row whose cells do not fit its header")
}

fn line(line: &[u8]) -> Option<&'static str> {
    KNOWN.iter().find(|(is_it, _)| is_it(line)).map(|(_, what)| *what)
}

type Test = fn(&[u8]) -> bool;

const KNOWN: [(Test, &str); 7] = [
    (is_banner, "Falco's start-up message"),
    (|line| line.starts_with(b"Error: "), "Falco's error message"),
    (is_statistics, "Falco's statistics"),
    (|line| line == b"^C", "^C as it was typed"),
    (is_nats, "a header of nats sub"),
    (is_power_shell, "PowerShell's own message"),
    (|line| line.starts_with(b"Falco internal: "), "Falco's own message, without a clock"),
];

/// `Sat Oct  5 18:29:01 2024: …`, or an ISO clock without a fraction.
fn is_banner(line: &[u8]) -> bool {
    if let Some(stamp) = stamp(line) {
        return stamp.digits == 0 && stamp.rest.starts_with(b": ");
    }
    let model = b"Aaa Aaa 00 00:00:00 0000: ";
    let alike = |(own, model): (&u8, &u8)| match model {
        b'A' => own.is_ascii_uppercase(),
        b'a' => own.is_ascii_lowercase(),
        b'0' => own.is_ascii_digit() || *own == b' ',
        _ => own == model,
    };
    line.len() >= model.len() && line.iter().zip(model).all(alike)
}

fn is_statistics(line: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"Events detected: ", b"Rule counts by severity:", b"Triggered rules by rule name:"];
    starts.iter().any(|start| line.starts_with(start)) || is_count(line)
}

/// `WARNING: 10`, or a rule's name and a number.
fn is_count(line: &[u8]) -> bool {
    let Some(colon) = memchr::memrchr(b':', line) else { return false };
    let (name, count) = line.split_at(colon);
    let digits = count.strip_prefix(b": ").unwrap_or_default();
    let is_name = name.first().is_some_and(u8::is_ascii_alphabetic) && !name.contains(&b'=');
    is_name && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_nats(line: &[u8]) -> bool {
    let is_header = line.starts_with(b"[#") && memchr::memmem::find(line, b"] Received on \"").is_some();
    is_header || line.get(8..).is_some_and(|rest| rest.starts_with(b" Subscribing on "))
}

fn is_power_shell(line: &[u8]) -> bool {
    let starts: [&[u8]; 5] = [b"At line:", b"+ ~", b"+ CategoryInfo", b"+ FullyQualifiedErrorId", b"docker : "];
    starts.iter().any(|start| line.starts_with(start))
}
