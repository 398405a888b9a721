//! `docker compose logs` and `docker service logs`: `falco-1  | …`.
//!
//! Imports: siblings. Promise: the name is of the letters that names of services have, and nothing stands before it.

use crate::decode::envelope::{Around, Inside, Piece};

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let name = piece.line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(b)).count();
    let rest = piece.line.get(name..).filter(|_| name > 0)?;
    let bar = rest.trim_ascii_start().strip_prefix(b"|").filter(|_| rest.starts_with(b" "))?;
    bar.strip_prefix(b" ").map(Inside::Bytes)
}
