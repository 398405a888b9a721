//! What programs that carry logs put around an alert, and the way to what is inside.
//!
//! Lives here: the table of envelopes, how deep they nest, how what they hold is written. Not here: each envelope (one file
//! each), Falco's text (`text`). Imports: `base`, siblings. Promise: envelopes are told by structure that values can't
//! make: members of an object, or what stands before everything else; never by a search for something like an alert.

mod aws;
mod cloudevents;
mod compose;
pub(crate) mod cri;
pub(crate) mod docker;
mod elastic;
mod gelf;
mod google;
mod journald;
mod kafka;
mod kubectl;
mod loki;
mod members;
mod opened;
mod paint;
mod redis;
mod shippers;
mod splunk;
mod stamp;
mod stern;
mod syslog;

use crate::base::Nanos;
use crate::decode::bare::begins_as_alert;
use crate::decode::envelope::members::Members;
use crate::decode::shape::NO_RULE;
use crate::decode::{Reason, noise, text};
pub(crate) use opened::Inside;
pub(crate) use stamp::stamp;

/// Takes a piece out of one kind of envelope and notes what the envelope tells; `None`: the piece is no such envelope.
pub(crate) type Peel = for<'a, 'p, 'r> fn(&'p Piece<'a>, &'r mut Around) -> Option<Inside<'a>>;

/// Every kind, in the order in which they are tried. An envelope is a file, a `mod` and a line here.
pub(crate) static ENVELOPES: &[Peel] = &[
    docker::peel,
    cri::peel,
    cloudevents::peel,
    journald::peel,
    elastic::peel,
    loki::line,
    loki::pair,
    kafka::peel,
    aws::kinesis,
    aws::record,
    splunk::peel,
    google::peel,
    gelf::peel,
    shippers::nested,
    shippers::log,
    shippers::message,
    syslog::newer,
    syslog::older,
    kubectl::prefix,
    kubectl::timestamp,
    compose::peel,
    stern::peel,
    redis::peel,
    paint::peel,
];

/// So many envelopes may lie one in the other.
const MOST_LAYERS: usize = 8;

/// A buffer that has grown over this is not kept for the next line, in bytes.
const KEPT_BYTES: usize = 4 << 20;

/// Something that may be an envelope.
pub(crate) struct Piece<'a> {
    /// Its bytes, without blanks before them.
    pub(crate) line: &'a [u8],
    /// Its members, if it is a whole object.
    members: Option<Members<'a>>,
}

impl<'a> Piece<'a> {
    fn of(line: &'a [u8]) -> Self {
        let is_object = line.first() == Some(&b'{') && !docker::is_several(line);
        Self { line, members: if is_object { Members::of(line) } else { None } }
    }
    /// Its members; `None`: it is no object.
    pub(crate) fn object(&self) -> Option<&Members<'a>> {
        self.members.as_ref()
    }
}

/// What the envelopes around a text of Falco's tell, which has no date and no names; the innermost that tells counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// When the line was written.
    pub(crate) time: Option<Nanos>,
    /// On which host.
    pub(crate) hostname: Vec<u8>,
    /// By which rule, from falcosidekick's labels.
    pub(crate) rule: Vec<u8>,
    /// From which source of events.
    pub(crate) source: Vec<u8>,
    /// Which tags, with commas between.
    pub(crate) tags: Vec<u8>,
}

impl Around {
    fn forget(&mut self) {
        self.time = None;
        for text in [&mut self.hostname, &mut self.rule, &mut self.source, &mut self.tags] {
            text.clear();
        }
    }
}

/// Memory for what is inside, used again for the next line.
#[derive(Debug, Default)]
pub(crate) struct Room {
    around: Around,
    buffers: Vec<Vec<u8>>,
}

impl Room {
    fn keep(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT_BYTES {
            self.buffers.push(buffer);
        }
    }
}

/// Is shown a piece that should be an alert by itself, and judges it.
pub(crate) type Take<'t> = &'t mut dyn FnMut(&[u8]) -> Result<(), Reason>;

/// Shows `take` the alert in the line: the line itself, what is in its envelopes, or the object made of Falco's text.
///
/// # Errors
/// Why there is none; what `take` was shown then means nothing.
pub(crate) fn unwrap(line: &[u8], room: &mut Room, take: Take<'_>) -> Result<(), Reason> {
    room.around.forget();
    layer(line, 0, room, take)
}

fn layer(line: &[u8], depth: usize, room: &mut Room, take: Take<'_>) -> Result<(), Reason> {
    let line = line.trim_ascii_start();
    let is_like_one = begins_as_alert(line);
    if is_like_one {
        match take(line) {
            Err(NO_RULE) => {}
            judged => return judged,
        }
    }
    if depth < MOST_LAYERS
        && line.starts_with(docker::START)
        && let Some(judged) = quick(line, depth, room, take)
    {
        return judged;
    }
    let piece = Piece::of(line);
    let is_alert = !is_like_one && piece.object().is_some_and(Members::is_alert);
    if depth == MOST_LAYERS || is_alert && !piece.object().is_some_and(cloudevents::is_one) {
        return take(line);
    }
    if let Some(made) = if piece.object().is_none() { text::alert(line, &room.around) } else { None } {
        return take(&made);
    }
    if let Some(inside) = ENVELOPES.iter().find_map(|peel| peel(&piece, &mut room.around)) {
        let judged = within(inside, room, &mut |inner, room| layer(inner, depth + 1, room, take));
        return if judged.is_err() && is_alert { take(line) } else { judged };
    }
    match noise::why(&piece) {
        Some(reason) => Err(reason),
        None if is_like_one => Err(NO_RULE),
        None => take(line),
    }
}

/// The alert in a line as docker writes it, without a walk over the whole line first; `None`: it is written otherwise.
fn quick(line: &[u8], depth: usize, room: &mut Room, take: Take<'_>) -> Option<Result<(), Reason>> {
    let mut buffer = room.buffers.pop().unwrap_or_default();
    let inner = docker::quick(line, &mut room.around, &mut buffer);
    let judged = inner.map(|inner| layer(without_end(inner), depth + 1, room, take));
    room.keep(buffer);
    judged
}

/// Opens what is inside into a buffer of the room's and shows it.
fn within(
    inside: Inside<'_>,
    room: &mut Room,
    then: &mut dyn FnMut(&[u8], &mut Room) -> Result<(), Reason>,
) -> Result<(), Reason> {
    let mut buffer = room.buffers.pop().unwrap_or_default();
    let judged = inside.open(&mut buffer).and_then(|inner| then(without_end(inner), room));
    room.keep(buffer);
    judged
}

/// Without the line ends that the program wrote after it.
fn without_end(mut inner: &[u8]) -> &[u8] {
    while let [text @ .., b'\n' | b'\r'] = inner {
        inner = text;
    }
    inner
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
pub(crate) mod tests;
