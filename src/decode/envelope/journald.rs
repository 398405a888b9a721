//! `journalctl -o json`: `MESSAGE` and what journald knows of who wrote it.
//!
//! Imports: siblings. Promise: a message that is no text comes as the numbers of its bytes, one that is too long as null.

use crate::decode::Reason;
use crate::decode::envelope::stamp::since_1970;
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::escape::unescaped;
use crate::decode::scan::Raw;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let is_journal =
        ["__REALTIME_TIMESTAMP", "__CURSOR", "_HOSTNAME", "SYSLOG_IDENTIFIER"].iter().any(|name| object.has(name));
    let message = object.raw("MESSAGE").filter(|_| is_journal)?;
    around.time = object.number("__REALTIME_TIMESTAMP").and_then(since_1970).or(around.time);
    if let Some(name) = object.text("_HOSTNAME") {
        around.hostname = unescaped(name, &mut Vec::new()).to_vec();
    }
    Some(match message {
        Raw::Text(text) => Inside::Text(text),
        Raw::List(numbers) => Inside::Numbers(numbers),
        Raw::Null => Inside::Nothing(Reason::NotAnAlert("journald left its long MESSAGE out (null)")),
        _ => Inside::Nothing(Reason::NotAnAlert("its MESSAGE is no text")),
    })
}
