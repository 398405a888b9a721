//! stern: `POD CONTAINER …`, with a namespace before them when it looks at all of them.
//!
//! Imports: siblings. Promise: two or three names as Kubernetes allows them, and right after them what begins like an alert.

use crate::decode::envelope::kubectl::begins_like_one;
use crate::decode::envelope::{Around, Inside, Piece};

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let mut rest = after_name(piece.line)?;
    for _ in 0..2 {
        rest = after_name(rest)?;
        if begins_like_one(rest) {
            return Some(Inside::Bytes(rest));
        }
    }
    None
}

/// What follows a name and the blank after it.
fn after_name(text: &[u8]) -> Option<&[u8]> {
    let name = text.iter().take_while(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')).count();
    text.get(name..).filter(|_| name > 0)?.strip_prefix(b" ")
}
