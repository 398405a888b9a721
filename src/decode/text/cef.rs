//! CEF, as falcosidekick writes it to syslog: `CEF:0|Falcosecurity|Falco|1.0|Falco Event|RULE|SEVERITY|uuid=… start=… msg=…`.
//!
//! Imports: `base`, siblings. Promise: `msg` is not escaped there, so that what follows it is believed only where there is one
//! way to read it.

use crate::base::Priority;
use crate::decode::envelope::{Around, stamp};
use crate::decode::text::keys::key;
use crate::decode::text::made::Made;
use crate::decode::text::pairs::{Pair, is_integer};
use crate::decode::text::{Told, told};

/// Severities and what falcosidekick makes them from.
const SEVERITIES: [(&[u8], Priority); 8] = [
    (b"10", Priority::Emergency),
    (b"9", Priority::Alert),
    (b"8", Priority::Critical),
    (b"7", Priority::Error),
    (b"6", Priority::Warning),
    (b"4", Priority::Notice),
    (b"3", Priority::Informational),
    (b"0", Priority::Debug),
];

/// With more fields than any rule has, none of them is believed.
const MOST_NAMES: usize = 200;

/// No field's name is longer.
const LONGEST_NAME: usize = 64;

/// What the members after the header say.
#[derive(Default)]
struct Members<'a> {
    uuid: &'a [u8],
    start: &'a [u8],
    msg: &'a [u8],
    source: &'a [u8],
    hostname: &'a [u8],
    /// What follows those.
    rest: &'a [u8],
}

/// The object made of a line; `None`: it is no alert of falcosidekick's.
pub(super) fn alert(line: &[u8], around: &Around) -> Option<Vec<u8>> {
    let rest = line.strip_prefix(b"CEF:0|Falcosecurity|Falco|")?;
    let (_version, rest) = column(rest)?;
    let (_class, rest) = column(rest)?;
    let (rule, rest) = column(rest)?;
    let (severity, rest) = column(rest)?;
    let members = members(rest);
    let said = told(members.msg);
    let by_severity = SEVERITIES.iter().find(|(own, _)| *own == severity).map(|(_, priority)| *priority);
    let priority = said.as_ref().map(|said| said.priority).or(by_severity)?;
    let start = stamp(members.start).and_then(|stamp| stamp.time());
    let fields = after(members.rest, b"outputfields=").map(outputfields);
    let fields = fields.or_else(|| said.as_ref().map(Told::fields)).unwrap_or_default();
    let made = Made {
        hostname: if members.hostname.is_empty() { &around.hostname } else { members.hostname },
        output: members.msg,
        fields: &fields,
        priority: priority.word().as_bytes(),
        recovered_from: "cef",
        rule,
        source: members.source,
        tags: b"",
        time: said.and_then(|said| said.time).or(start).or(around.time),
        uuid: members.uuid,
    };
    Some(made.json())
}

/// What stands before a bar, and what after it.
fn column(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'|', text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn members(text: &[u8]) -> Members<'_> {
    let mut members = Members::default();
    let mut rest = text;
    for (name, into) in [(&b"uuid="[..], &mut members.uuid), (b"start=", &mut members.start)] {
        if let Some(value) = rest.strip_prefix(name) {
            let blank = memchr::memchr(b' ', value).unwrap_or(value.len());
            *into = value.get(..blank).unwrap_or_default();
            rest = value.get(blank + 1..).unwrap_or_default();
        }
    }
    let msg = rest.strip_prefix(b"msg=").unwrap_or(rest);
    let mut ends = memchr::memmem::find_iter(msg, b" source=").filter_map(|at| ending(msg, at));
    match (ends.next(), ends.next()) {
        (Some(only), None) => Members { uuid: members.uuid, start: members.start, ..only },
        _ => Members { msg, ..members },
    }
}

/// `msg` up to `at`, where ` source=` and perhaps ` hostname=` follow; `None`: those are no names.
fn ending(msg: &[u8], at: usize) -> Option<Members<'_>> {
    let (source, rest) = name(msg.get(at + b" source=".len()..)?)?;
    let (hostname, rest) = match rest.strip_prefix(b" hostname=") {
        Some(value) => name(value)?,
        None => (&b""[..], rest),
    };
    let is_end = rest.is_empty() || rest.starts_with(b" outputfields=") || rest.starts_with(b" tags=");
    is_end.then_some(Members { msg: msg.get(..at)?, source, hostname, rest, ..Members::default() })
}

/// A name without blanks, and what follows it.
fn name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = text.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
    (len > 0).then(|| text.split_at_checked(len)).flatten()
}

fn after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(b" ")?.strip_prefix(name)
}

/// `proc.name:cat user.name:root`, with names that have a dot; one that comes twice is left out.
fn outputfields(text: &[u8]) -> Vec<Pair> {
    let mut starts: Vec<(usize, usize, &str)> = Vec::new();
    for colon in memchr::memchr_iter(b':', text) {
        if starts.len() > MOST_NAMES {
            return Vec::new();
        }
        let begin = colon.saturating_sub(LONGEST_NAME);
        let before = text.get(begin..colon).unwrap_or_default();
        let from = begin + before.iter().rposition(|b| *b == b' ').map_or(0, |at| at + 1);
        let name = text.get(from..colon).filter(|name| name.contains(&b'.')).unwrap_or_default();
        if let Some(key) = key(name) {
            starts.push((from, colon + 1, key.field));
        }
    }
    let is_double = |name: &str| starts.iter().filter(|(.., own)| *own == name).count() > 1;
    let single: Vec<_> = starts.iter().filter(|(.., name)| !is_double(name)).collect();
    let end = memchr::memmem::rfind(text, b" tags=").unwrap_or(text.len());
    let ends = single.iter().skip(1).map(|(from, ..)| from.saturating_sub(1)).chain([end]);
    let pair = |((_, value, field), end): (&&(usize, usize, &str), usize)| {
        let value = text.get(*value..end).unwrap_or_default().to_vec();
        Pair { field: (*field).to_owned(), is_number: is_integer(&value), value }
    };
    single.iter().zip(ends).map(pair).filter(|pair| pair.value != b"<nil>" && pair.value != b"<NA>").collect()
}
