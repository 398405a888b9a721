//! GELF, what Graylog takes: `version`, `host`, and the text in `full_message` or `short_message`.
//!
//! Imports: siblings. Promise: none of its own.

use crate::decode::envelope::stamp::since_1970;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::escape::unescaped;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let text = object.text("full_message").or_else(|| object.text("short_message"))?;
    around.time = object.number("timestamp").and_then(since_1970).or(around.time);
    if let Some(host) = object.text("host") {
        around.hostname = unescaped(host, &mut Vec::new()).to_vec();
    }
    Some(Inside::Text(text))
}
