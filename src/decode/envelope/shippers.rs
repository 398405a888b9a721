//! What shippers of logs make of a line: Fluent Bit and Fluentd (`log`), Filebeat, Vector, `CloudWatch`, stern (`message`), and
//! the alert as an object in one of these where the shipper has parsed it.
//!
//! Imports: `base`, siblings. Promise: an object that is an alert itself is not asked here, whatever its `message` says.

use crate::base::Nanos;
use crate::decode::envelope::members::Members;
use crate::decode::envelope::stamp::{since_1970, stamp};
use crate::decode::envelope::{Around, Inside, Piece};
use crate::decode::escape::unescaped;

/// The names under which shippers put what they have parsed.
const PARSED: [&str; 6] = ["log_processed", "log", "message", "parsed", "json", "record"];

/// An alert that was parsed.
pub(crate) fn nested<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let inner = PARSED.iter().find_map(|name| object.object(name))?;
    told(object, around);
    Some(Inside::Bytes(inner))
}

/// A line in `log`.
pub(crate) fn log<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    text(piece, "log", around)
}

/// A line in `message`.
pub(crate) fn message<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    text(piece, "message", around)
}

fn text<'a>(piece: &Piece<'a>, name: &str, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let text = object.text(name)?;
    told(object, around);
    Some(Inside::Text(text))
}

/// When and where, as far as the shipper says.
fn told(object: &Members<'_>, around: &mut Around) {
    let time = ["@timestamp", "timestamp", "time", "date"].iter().find_map(|name| time(object, name));
    around.time = time.or(around.time);
    let nested = ["host", "agent"].iter().find_map(|name| Members::of(object.object(name)?)?.text("name"));
    let name = ["hostname", "host", "nodeName"].iter().find_map(|name| object.text(name)).or(nested);
    if let Some(name) = name {
        around.hostname = unescaped(name, &mut Vec::new()).to_vec();
    }
}

fn time(object: &Members<'_>, name: &str) -> Option<Nanos> {
    let text = object.text(name).and_then(|text| stamp(text)?.time());
    text.or_else(|| since_1970(object.number(name)?))
}
