//! A hit of Elasticsearch or `OpenSearch`: the document in `_source`.
//!
//! Imports: siblings. Promise: the document as it was sent there.

use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::instant;

/// See the head of this file.
pub(crate) fn peel<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let source = piece.object()?.object("_source")?;
    around.time = piece.object()?.text("@timestamp").and_then(instant).or(around.time);
    Some(Inside::Bytes(source))
}
