//! `name=value name=value` in a sentence → fields.
//!
//! Imports: siblings. Promise: values are not quoted there, so that whoever chooses one can write ` name=` into it. Therefore a
//! name that comes with different values, or whose value can't be one of its field's, splits nothing: it stays part of the
//! value before it, and its field is absent.

use crate::decode::text::keys::{Key, Kind, audit_key, key};

/// A field that a text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The field.
    pub(crate) field: String,
    /// Its value, as it stands in the text.
    pub(crate) value: Vec<u8>,
    /// The value is an integer.
    pub(crate) is_number: bool,
}

/// With more names than any rule has, none of them is believed.
const MOST_NAMES: usize = 200;

/// No name is longer.
const LONGEST_NAME: usize = 64;

/// Of a sentence that is longer, the fields are not looked for.
const MOST_BYTES: usize = 256 << 10;

/// A name, and what it may stand for.
struct Named<'a> {
    from: usize,
    value: usize,
    name: &'a [u8],
    own: Option<Key<'a>>,
    audit: Option<Key<'a>>,
}

/// A place where a known name stands before a `=`.
#[derive(Clone, Copy)]
struct Split<'a> {
    /// Where the blank or the bracket before it is.
    from: usize,
    /// Where its value begins.
    value: usize,
    key: Key<'a>,
}

/// The fields in a sentence.
pub(super) fn pairs(sentence: &[u8]) -> Vec<Pair> {
    let mut splits = if sentence.len() > MOST_BYTES { Vec::new() } else { splits(sentence) };
    if splits.len() > MOST_NAMES {
        return Vec::new();
    }
    let is_open = splits.first().is_some_and(|first| sentence.get(first.from) == Some(&b'('));
    loop {
        let values = values(sentence, &splits, is_open);
        let doubted = doubted(&splits, &values);
        if !doubted.contains(&true) {
            return cooked(&splits, &values);
        }
        let mut doubted = doubted.iter();
        splits.retain(|_| doubted.next() == Some(&false));
    }
}

fn splits(sentence: &[u8]) -> Vec<Split<'_>> {
    let mut named = Vec::new();
    for equals in memchr::memchr_iter(b'=', sentence) {
        let Some((from, name)) = name_before(sentence, equals) else { continue };
        let is_bracket = sentence.get(from) == Some(&b'(');
        if is_bracket && !named.is_empty() {
            continue;
        }
        let (own, audit) = (key(name), audit_key(name));
        if own.is_some() || audit.is_some() {
            named.push(Named { from, value: equals + 1, name, own, audit });
        }
        if named.len() > MOST_NAMES {
            break;
        }
    }
    let is_audit = is_audit(&named);
    named.iter().filter_map(|named| split_at(named, is_audit)).collect()
}

fn split_at<'a>(named: &Named<'a>, is_audit: bool) -> Option<Split<'a>> {
    let key = if is_audit { named.audit.or(named.own) } else { named.own };
    Some(Split { from: named.from, value: named.value, key: key? })
}

/// The word that ends at `at`, and where the blank or the bracket before it is.
fn name_before(sentence: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let from = at.saturating_sub(LONGEST_NAME + 1);
    let before = sentence.get(from..at)?;
    let blank = before.iter().rposition(|b| matches!(b, b' ' | b'('))?;
    Some((from + blank, before.get(blank + 1..)?))
}

/// Whether they are the names of a rule on Kubernetes' audit log, and of no other.
fn is_audit(named: &[Named<'_>]) -> bool {
    let has = |any: &[&str]| named.iter().any(|named| any.iter().any(|own| own.as_bytes() == named.name));
    named
        .iter()
        .any(|named| named.audit.is_some() && matches!(named.name, b"resp" | b"verb" | b"resource" | b"decision"))
        && !has(&["evt_type", "process", "command", "cmdline", "parent"])
}

/// The text of each value: up to the next name, or to the bracket that closes the one before the first name, if one is open.
fn values<'a>(sentence: &'a [u8], splits: &[Split<'_>], is_open: bool) -> Vec<&'a [u8]> {
    let ends = splits.iter().skip(1).map(|split| split.from).chain([sentence.len()]);
    let cut = splits.iter().zip(ends).map(|(split, end)| sentence.get(split.value..end).unwrap_or_default());
    let mut values: Vec<&[u8]> = cut.collect();
    let closing = values.iter_mut().rev().find(|value| is_open && closes(value));
    if let Some(value) = closing {
        *value = value.strip_suffix(b")").unwrap_or(value);
    }
    values
}

/// Whether it ends in a bracket that it did not open.
fn closes(value: &[u8]) -> bool {
    let count = |bracket: u8| memchr::memchr_iter(bracket, value).count();
    value.ends_with(b")") && count(b')') > count(b'(')
}

/// Which splits are no true ones, or can't be told from others.
fn doubted(splits: &[Split<'_>], values: &[&[u8]]) -> Vec<bool> {
    let pairs = || splits.iter().zip(values);
    let doubt = |(split, value): (&Split<'_>, &&[u8])| {
        let is_same = |other: &Split<'_>| other.key.field == split.key.field && !is_alias(other);
        let has_other = || !is_alias(split) && pairs().any(|(other, said)| is_same(other) && said != value);
        split.key.kind == Kind::Number && !is_absent(value) && !is_integer(value) || has_other()
    };
    pairs().map(doubt).collect()
}

/// `container=` and `image=` stand beside the names that are exact.
fn is_alias(split: &Split<'_>) -> bool {
    matches!(split.key.kind, Kind::Container | Kind::Image)
}

fn is_absent(value: &[u8]) -> bool {
    matches!(value, b"<NA>" | b"")
}

/// As JSON writes an integer.
pub(super) fn is_integer(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let is_plain = !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit);
    is_plain && (digits.len() == 1 || !digits.starts_with(b"0"))
}

fn cooked(splits: &[Split<'_>], values: &[&[u8]]) -> Vec<Pair> {
    let mut cooked: Vec<Pair> = Vec::new();
    let exact = splits.iter().zip(values).filter(|(split, _)| !is_alias(split));
    let aliases = splits.iter().zip(values).filter(|(split, _)| is_alias(split));
    for (split, value) in exact.chain(aliases) {
        for (field, value) in fields(split.key, value) {
            let is_number = split.key.kind == Kind::Number && is_integer(value);
            let is_number_missing = split.key.kind == Kind::Number && value.is_empty();
            let is_new = !is_na(value) && !is_number_missing;
            if is_new && cooked.iter().all(|pair| pair.field != field) {
                cooked.push(Pair { field: field.to_owned(), value: value.to_vec(), is_number });
            }
        }
    }
    cooked
}

fn is_na(value: &[u8]) -> bool {
    value == b"<NA>"
}

/// The fields that a name and its value stand for.
fn fields<'k>(key: Key<'k>, value: &'k [u8]) -> Vec<(&'k str, &'k [u8])> {
    match key.kind {
        Kind::Text | Kind::Number => vec![(key.field, value)],
        Kind::Container if is_id(value) => vec![("container.id", value)],
        Kind::Container => vec![("container.name", value)],
        Kind::Image => image(value),
    }
}

/// Whether it is a container's id: 12 or 64 hexadecimal digits, or `host`.
fn is_id(value: &[u8]) -> bool {
    value == b"host" || matches!(value.len(), 12 | 64) && value.iter().all(u8::is_ascii_hexdigit)
}

/// `repository:tag`, where a port may stand in the repository.
fn image(value: &[u8]) -> Vec<(&'static str, &[u8])> {
    let (repository, tag) = ("container.image.repository", "container.image.tag");
    let colon =
        value.iter().rposition(|b| *b == b':').filter(|at| !value.get(*at..).unwrap_or_default().contains(&b'/'));
    match colon.and_then(|at| Some((value.get(..at)?, value.get(at + 1..)?))) {
        Some((before, after)) => vec![(repository, before), (tag, after)],
        None => vec![(repository, value)],
    }
}
