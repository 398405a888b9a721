//! Amazon's: a record of Kinesis or Firehose (`Data` in base64), and records as a Lambda gets them (`kinesis`, `Sns`, `body`).
//!
//! Lives here: those only; a log event of `CloudWatch` has a `message` as many others do (`shippers`). Imports: siblings.
//! Promise: none of its own.

use crate::decode::envelope::{Around, Inside, Piece};

/// A record of Kinesis or Firehose.
pub(crate) fn kinesis<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let is_record = ["SequenceNumber", "PartitionKey", "partitionKey", "recordId"].iter().any(|name| object.has(name));
    let data = object.text("Data").or_else(|| object.text("data")).filter(|_| is_record)?;
    Some(Inside::Base64(data))
}

/// A record that a Lambda got.
pub(crate) fn record<'a>(piece: &Piece<'a>, _around: &mut Around) -> Option<Inside<'a>> {
    let object = piece.object()?;
    let inner = object.object("kinesis").or_else(|| object.object("Sns")).map(Inside::Bytes);
    let body = || object.text("body").filter(|_| object.has("messageId")).map(Inside::Text);
    let notice = || object.text("Message").filter(|_| object.has("TopicArn")).map(Inside::Text);
    inner.or_else(body).or_else(notice)
}
