//! The colour in which some programs draw what stands before an alert: `ESC [ 36 m` at the start of a line.
//!
//! Imports: siblings. Promise: only colours, and only at the start.

use crate::decode::envelope::{Around, Inside, Piece};

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let inside = piece.line.strip_prefix(b"\x1b[")?;
    let end = inside.iter().position(|b| !(b.is_ascii_digit() || *b == b';')).filter(|at| *at <= 16)?;
    inside.get(end..)?.strip_prefix(b"m").map(Inside::Bytes)
}
