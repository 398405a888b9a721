//! Splunk: an event for its HTTP collector (`event`), and a result of its search (`result` with `_raw`).
//!
//! Imports: siblings. Promise: none of its own.

use crate::decode::envelope::stamp::since_1970;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::scan::Raw;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    if let Some(raw) = object.text("_raw") {
        return Some(Inside::Text(raw));
    }
    if let Some(result) = object.object("result") {
        return Some(Inside::Bytes(result));
    }
    if !["sourcetype", "index", "time", "host"].iter().any(|name| object.has(name)) || object.has("message") {
        return None;
    }
    around.time = object.number("time").and_then(since_1970).or(around.time);
    match object.raw("event")? {
        Raw::Object(event) => Some(Inside::Bytes(event)),
        Raw::Text(event) => Some(Inside::Text(event)),
        _ => None,
    }
}
