//! Google Cloud Logging: an entry with `jsonPayload` or `textPayload`.
//!
//! Imports: siblings. Promise: none of its own.

use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::instant;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let json = object.object("jsonPayload").map(Inside::Bytes);
    let inside = json.or_else(|| object.text("textPayload").map(Inside::Text))?;
    around.time = object.text("timestamp").and_then(instant).or(around.time);
    Some(inside)
}
