//! Loki: `logcli -o jsonl` (`labels`, `line`, `timestamp`), and one value of its API, `["nanoseconds","line"]`.
//!
//! Imports: siblings. Promise: falcosidekick's labels tell of a text what the text does not say.

use crate::decode::envelope::members::Members;
use crate::decode::envelope::stamp::since_1970;
use crate::decode::envelope::{Around, Inside, Piece, stamp};
use crate::decode::escape::unescaped;
use crate::decode::scan::{Raw, Scan};

/// A line of `logcli`.
pub(crate) fn line<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let line = object.text("line")?;
    let labels = Members::of(object.object("labels")?)?;
    around.time = object.text("timestamp").and_then(|time| stamp(time)?.time()).or(around.time);
    let Around { hostname, rule, source, tags, .. } = around;
    for (name, into) in [("hostname", hostname), ("rule", rule), ("source", source), ("tags", tags)] {
        if let Some(text) = labels.text(name) {
            *into = unescaped(text, &mut Vec::new()).to_vec();
        }
    }
    Some(Inside::Text(line))
}

/// A value of the API's: two texts, the first of them nothing but digits; perhaps an object of labels after them.
pub(crate) fn pair<'a>(piece: &Piece<'a>, around: &mut Around) -> Option<Inside<'a>> {
    let inner = piece.line.strip_prefix(b"[")?;
    let mut scan = Scan::new(inner);
    let Raw::Text(time) = scan.value().ok()? else { return None };
    let time =
        std::str::from_utf8(time).ok().filter(|time| time.len() >= 16 && time.bytes().all(|b| b.is_ascii_digit()))?;
    let mut scan = Scan::new(scan.rest().trim_ascii_start().strip_prefix(b",")?);
    let Raw::Text(line) = scan.value().ok()? else { return None };
    let end = scan.rest().trim_ascii();
    if end != b"]" && !(end.starts_with(b",") && end.ends_with(b"]")) {
        return None;
    }
    around.time = since_1970(time).or(around.time);
    Some(Inside::Text(line))
}
