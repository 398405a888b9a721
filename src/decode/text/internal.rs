//! The fields of Falco's messages about itself: `Falco internal: … (name="value" name=3)`.
//!
//! Imports: siblings. Promise: all of them or, where the brackets hold anything else, none.

use crate::decode::escape::unescaped;
use crate::decode::scan::{Raw, Scan};
use crate::decode::text::pairs::Pair;

/// The fields at the end of the sentence. Later releases escape the whole line once more.
pub(super) fn pairs(sentence: &[u8]) -> Vec<Pair> {
    let once = || read(inside(sentence)?);
    let twice = || {
        let mut unread = Vec::new();
        read(inside(unescaped(sentence, &mut unread))?)
    };
    once().or_else(twice).unwrap_or_default()
}

/// What stands between the first bracket after the message's name and the end.
fn inside(sentence: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(sentence, b" (")?;
    sentence.get(at + 2..)?.strip_suffix(b")")
}

fn read(mut rest: &[u8]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let equals = memchr::memchr(b'=', rest)?;
        let name = rest.get(..equals).filter(|name| is_name(name))?;
        let mut scan = Scan::new(rest.get(equals + 1..)?);
        let (value, is_number) = match scan.value().ok()? {
            Raw::Text(text) => (unescaped(text, &mut Vec::new()).to_vec(), false),
            Raw::Number(digits) => (digits.as_bytes().to_vec(), true),
            _ => return None,
        };
        pairs.push(Pair { field: std::str::from_utf8(name).ok()?.to_owned(), value, is_number });
        rest = match scan.rest() {
            [b' ', more @ ..] => more,
            [] => b"",
            _ => return None,
        };
    }
    Some(pairs)
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"._[]-".contains(b))
}
