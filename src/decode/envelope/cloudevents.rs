//! `CloudEvents` in JSON: `specversion`, and `data` (an object or a text) or `data_base64`.
//!
//! Imports: siblings. Promise: falcosidekick's extensions `rule` and `priority` beside `data` do not make the event an alert.

use crate::decode::envelope::members::Members;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::instant;
use crate::decode::scan::Raw;

/// Whether it is an event.
pub(crate) fn is_one(object: &Members<'_>) -> bool {
    object.text("specversion").is_some() && (object.has("data") || object.has("data_base64"))
}

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object().filter(|object| is_one(object))?;
    around.time = object.text("time").and_then(instant).or(around.time);
    if let Some(data) = object.text("data_base64") {
        return Some(Inside::Base64(data));
    }
    match object.raw("data")? {
        Raw::Object(data) => Some(Inside::Bytes(data)),
        Raw::Text(data) => Some(Inside::Text(data)),
        _ => None,
    }
}
