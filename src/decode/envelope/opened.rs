//! How what is inside of an envelope is written there, and how it is read.
//!
//! Imports: siblings. Promise: what can't be read in full is no alert, with a reason; nothing is guessed.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::decode::Reason;
use crate::decode::envelope::redis;
use crate::decode::escape::unescaped;

/// What is inside of an envelope.
pub(crate) enum Inside<'a> {
    /// It stands there as it is.
    Bytes(&'a [u8]),
    /// Between the quotes of a JSON string, escapes unread.
    Text(&'a [u8]),
    /// The same, and what it says is base64.
    Base64(&'a [u8]),
    /// A JSON list of the numbers of its bytes.
    Numbers(&'a [u8]),
    /// Between the quotes of a string with the escapes of C.
    Escaped(&'a [u8]),
    /// Put together from several lines.
    Joined(Vec<u8>),
    /// It is an envelope, and no alert is in it.
    Nothing(Reason),
}

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl<'a> Inside<'a> {
    /// The bytes; in `buffer` where they do not stand in the line as they are.
    pub(crate) fn open(self, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], Reason> {
        match self {
            Self::Bytes(bytes) => return Ok(bytes),
            Self::Text(text) => return Ok(unescaped(text, buffer)),
            Self::Nothing(reason) => return Err(reason),
            Self::Joined(bytes) => *buffer = bytes,
            Self::Base64(text) => base64(text, buffer)?,
            Self::Numbers(list) => numbers(list, buffer)?,
            Self::Escaped(text) => redis::unescape(text, buffer),
        }
        Ok(buffer)
    }
}

fn base64(text: &[u8], buffer: &mut Vec<u8>) -> Result<(), Reason> {
    let mut unread = Vec::new();
    let text = unescaped(text, &mut unread);
    buffer.clear();
    BASE64.decode_vec(text, buffer).map_err(|_| Reason::NotAnAlert("its data is no base64"))
}

fn numbers(list: &[u8], buffer: &mut Vec<u8>) -> Result<(), Reason> {
    const REFUSED: Reason = Reason::NotAnAlert("a list that is not of bytes");
    let inner = list.strip_prefix(b"[").and_then(|list| list.strip_suffix(b"]")).ok_or(REFUSED)?;
    buffer.clear();
    for number in inner.split(|b| *b == b',') {
        let digits = std::str::from_utf8(number.trim_ascii()).map_err(|_| REFUSED)?;
        buffer.push(digits.parse().map_err(|_| REFUSED)?);
    }
    Ok(())
}
