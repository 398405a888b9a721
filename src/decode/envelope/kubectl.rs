//! `kubectl logs --prefix` (`[pod/NAME/CONTAINER] …`) and `--timestamps` (`2026-04-06T19:31:30.725992942Z …`), and both.
//!
//! Imports: siblings. Promise: after a time stands one blank and what begins like an alert, or it is no envelope.

use crate::decode::envelope::stamp::fits;
use crate::decode::envelope::{Around, Inside, Piece, stamp};

/// `--prefix`.
pub(crate) fn prefix<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let inside = piece.line.strip_prefix(b"[pod/")?;
    let end = inside.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-./_".contains(b)))?;
    inside.get(end..)?.strip_prefix(b"] ").map(Inside::Bytes)
}

/// `--timestamps`.
pub(crate) fn timestamp<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let stamp = stamp(piece.line)?;
    let rest = stamp.rest.strip_prefix(b" ")?;
    if !begins_like_one(rest) {
        return None;
    }
    around.time = stamp.time().or(around.time);
    Some(Inside::Bytes(rest))
}

/// An object, a clock, or CEF.
pub(crate) fn begins_like_one(text: &[u8]) -> bool {
    let is_clock = |text: &[u8]| text.get(..9).is_some_and(|clock| fits(clock, b"00:00:00."));
    text.starts_with(b"{") || text.starts_with(b"CEF:") || is_clock(text) || stamp(text).is_some()
}
