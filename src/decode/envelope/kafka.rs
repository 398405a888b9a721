//! `kcat -J`: `topic`, `partition`, `offset`, and the message in `payload`.
//!
//! Imports: siblings. Promise: none of its own.

use crate::decode::envelope::stamp::since_1970;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::scan::Raw;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object().filter(|object| object.has("topic"))?;
    around.time = object.number("ts").and_then(since_1970).or(around.time);
    match object.raw("payload")? {
        Raw::Object(payload) => Some(Inside::Bytes(payload)),
        Raw::Text(payload) => Some(Inside::Text(payload)),
        _ => None,
    }
}
