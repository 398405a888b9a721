//! Values and names as a condition writes them.
//!
//! Lives here: quoting, and the condition that selects one value of one field. Imports: `decode`.
//! Promise: what is written here reads back as the very value, whatever bytes an attacker put into it; a name that no
//! condition can write gives none.

use crate::decode::{Alert, Entry, Scope, Value};
use crate::query::filter::Filter;
use crate::query::tree::Node;
use crate::query::value::Leaves;

/// Longer values make no condition: it would fill the filter bar.
const MAX_VALUE: usize = 4 << 10;

/// Words that mean something behind an operator.
const KEYWORDS: [&[u8]; 6] = [b"and", b"or", b"not", b"oneof", b"anyof", b"allof"];

/// A value as a condition writes it: bare where it is harmless, else in quotes with every other byte escaped.
pub(crate) fn literal(value: &[u8]) -> String {
    let is_plain = |b: &u8| b.is_ascii_alphanumeric() || b"_-./:".contains(b);
    if !value.is_empty() && value.iter().all(is_plain) && !KEYWORDS.contains(&value) {
        return String::from_utf8_lossy(value).into_owned();
    }
    format!("\"{}\"", escaped(value))
}

/// The inside of a quoted text.
fn escaped(value: &[u8]) -> String {
    let mut text = String::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\\' => text.push_str(&format!("\\x{:02x}", u32::from(letter))),
                ' '..='~' => text.push(letter),
                _ if is_drawn(letter) => text.push(letter),
                _ => text.extend(letter.encode_utf8(&mut [0; 4]).bytes().map(|b| format!("\\x{b:02x}"))),
            }
        }
        text.extend(chunk.invalid().iter().map(|b| format!("\\x{b:02x}")));
    }
    text
}

/// Letters of any script stand as themselves; what could be hidden or mistaken is escaped.
fn is_drawn(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// How a condition writes the name of a field; `None`: no condition can.
pub(crate) fn spelling(name: &str) -> Option<String> {
    let quoted = || {
        let (base, argument) = name.strip_suffix(']')?.split_once('[')?;
        Some(format!("{base}[\"{}\"]", escaped(argument.as_bytes())))
    };
    [Some(name.to_owned()), quoted()].into_iter().flatten().find(|written| reads_as(written, name))
}

/// Whether a condition that has `written` on its left asks for the field `name`.
fn reads_as(written: &str, name: &str) -> bool {
    let parsed = Filter::parse(&format!("{written} exists")).ok().and_then(|filter| filter.node());
    match parsed.as_deref() {
        Some(Node::Check(check)) => check.left.name == name,
        Some(Node::Family(family)) => family.left.name == name,
        _ => false,
    }
}

/// The condition that keeps the alerts whose field `name` is `value`, `None` for those that do not have it. Empty where
/// none can be written: the name is no name to a filter, or the value is longer than 4 KiB.
pub(crate) fn keep(name: &str, value: Option<Value<'_>>) -> String {
    let Some(name) = spelling(name) else { return String::new() };
    match value.filter(|value| *value != Value::Null) {
        None => format!("not {name} exists"),
        Some(value) if value.bytes().len() > MAX_VALUE => String::new(),
        Some(Value::List(json)) => list(&name, json),
        Some(value) => scalar(&name, value),
    }
}

/// The condition that takes these alerts away and keeps those without the field.
pub(crate) fn drop(name: &str, value: Option<Value<'_>>) -> String {
    match (spelling(name), value.filter(|value| *value != Value::Null)) {
        (None, _) => String::new(),
        (Some(name), None) => format!("{name} exists"),
        (Some(_), value) => match keep(name, value) {
            keep if keep.is_empty() => keep,
            keep => format!("not {keep}"),
        },
    }
}

/// The value by `=`; one that its field can't be, such as an unknown priority, byte by byte.
fn scalar(name: &str, value: Value<'_>) -> String {
    let plain = format!("{name} = {}", literal(value.bytes()));
    let exact = || format!("{name} regex \"{}\"", pattern(value.bytes()));
    [plain, exact()].into_iter().find(|condition| selects(condition, value)).unwrap_or_default()
}

/// An expression for these bytes alone, as the inside of a quoted text.
fn pattern(bytes: &[u8]) -> String {
    let written = |b: &u8| {
        if b.is_ascii_alphanumeric() { char::from(*b).to_string() } else { format!("\\x5cx{b:02x}") }
    };
    bytes.iter().map(written).collect()
}

/// The same items, in any order and number.
fn list(name: &str, json: &[u8]) -> String {
    let mut items: Vec<String> = Leaves::of(json).map(|leaf| literal(leaf.bytes())).collect();
    items.sort();
    items.dedup();
    let condition = match items.as_slice() {
        [] => format!("(len({name}) = 0 and not {name} = \"\")"),
        [one] => format!("{name} in ({one})"),
        several => {
            let each: String = several.iter().map(|item| format!(" and {name} = {item}")).collect();
            format!("({name} in ({}){each})", several.join(", "))
        }
    };
    if selects(&condition, Value::List(json)) { condition } else { String::new() }
}

/// Whether the condition holds for an alert that has the value.
fn selects(condition: &str, value: Value<'_>) -> bool {
    let Ok(filter) = Filter::parse(condition) else { return false };
    let entry = |name: String| Entry {
        scope: Scope::of(&name),
        name: name.into_bytes(),
        value: value.to_owned(),
        doubled: false,
    };
    filter.matches(&Alert { entries: filter.names().into_iter().take(1).map(entry).collect() })
}

#[cfg(test)]
#[path = "literal_tests.rs"]
mod tests;
