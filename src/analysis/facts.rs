//! What an alert says, as conditions, texts and placeholders read it.
//!
//! Lives here: which values count as known, and the pod's name inside a container's. Not here: texts (`tell`),
//! conditions (`query::filter`). Imports: `base`, `decode`, `query`. Promise: `<NA>`, `N/A`, an empty text and null are unknown.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::base::{Clean, Priority};
use crate::decode::{Alert, Entry, Scope, Value};
use crate::query::filter::Fields;
use crate::query::nearby::{self, Nearby};
use crate::query::needle::Word;

/// The longest value in a text, in bytes; the Fields pane has the rest.
const MAX_SHOWN: usize = 400;

/// One alert's facts: its own names and its fields, where an attacker may have written a hundred thousand.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    values: HashMap<(Scope, &'a [u8]), Value<'a>>,
    nearby: Option<&'a Nearby>,
}

impl<'a> Facts<'a> {
    /// The facts of `alert`.
    pub(crate) fn of(alert: &'a Alert) -> Self {
        let pair = |entry: &'a Entry| ((entry.scope, entry.name.as_slice()), entry.value.borrow());
        Self { values: alert.entries.iter().map(pair).collect(), nearby: None }
    }

    /// The same with what lies around the alert; `None`: not counted yet.
    pub(crate) fn with(self, nearby: Option<&'a Nearby>) -> Self {
        Self { nearby, ..self }
    }

    /// Whether what lies around the alert was counted.
    pub(crate) fn counted(&self) -> bool {
        self.nearby.is_some()
    }

    /// The filter that shows the alerts behind a count of [`crate::query::nearby`]; empty for any other name.
    pub(crate) fn there(&self, name: &str) -> &'a str {
        self.nearby.and_then(|nearby| nearby.circle(name)).map_or("", |circle| circle.filter.as_str())
    }

    /// The value of a field or of the alert's own name; `None` when it is not known.
    pub(crate) fn known(&self, name: &str) -> Option<Value<'a>> {
        // A field of an alert can't pass for a count: the attacker writes those.
        if nearby::is_count(name) {
            return self.nearby.and_then(|nearby| nearby.count(name)).map(Value::Number);
        }
        let scope = Scope::of(name);
        let value = self.values.get(&(scope, name.as_bytes())).copied();
        value.filter(|value| !matches!(value, Value::Null | Value::Text(b"" | b"<NA>" | b"N/A")))
    }

    /// The bytes of a known value as a text shows them. A pod's name and namespace are also found in the container's
    /// name, where Docker under Kubernetes had to put them: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`; the ends of a
    /// connection in its own.
    pub(crate) fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        self.known(name).map(Value::bytes).or_else(|| self.pod_part(name)).or_else(|| self.connection_part(name))
    }

    /// An end of the connection that `fd.name` spells as `CLIENT:PORT->SERVER:PORT`. Which end is the remote one tells
    /// the call.
    fn connection_part(&self, name: &str) -> Option<&'a [u8]> {
        let called =
            |call: &str| self.known("evt.type").is_some_and(|value| value.bytes().starts_with(call.as_bytes()));
        let field = match name {
            "fd.rip" | "fd.rport" if called("connect") => name.replace(".r", ".s"),
            "fd.rip" | "fd.rport" if called("accept") => name.replace(".r", ".c"),
            _ => name.to_owned(),
        };
        let Value::Text(connection) = self.known("fd.name")? else { return None };
        let (client, server) = std::str::from_utf8(connection).ok()?.split_once("->")?;
        let (client, server) = (end(client)?, end(server)?);
        Some(match field.as_str() {
            "fd.cip" => client.0.as_bytes(),
            "fd.cport" => client.1.as_bytes(),
            "fd.sip" => server.0.as_bytes(),
            "fd.sport" => server.1.as_bytes(),
            _ => return None,
        })
    }

    fn pod_part(&self, name: &str) -> Option<&'a [u8]> {
        let place = match name {
            "k8s.pod.name" => 2,
            "k8s.ns.name" => 3,
            _ => return None,
        };
        let Value::Text(container) = self.known("container.name")? else { return None };
        let parts: Vec<&[u8]> = container.split(|b| *b == b'_').collect();
        (parts.len() == 6 && parts.first() == Some(&&b"k8s"[..])).then(|| parts.get(place).copied()).flatten()
    }

    /// The value as a text shows it: drawable, and cut where it is long.
    pub(crate) fn shown(&self, name: &str) -> Option<Clean> {
        self.bytes(name).map(shortened)
    }

    /// The alert's severity; `None` when it names none.
    pub(crate) fn priority(&self) -> Option<Priority> {
        match self.known("priority")? {
            Value::Text(word) => Priority::parse(word),
            _ => None,
        }
    }

    /// Whether the alert is, as far as it says, about system calls: those happen on a host or in a container.
    pub(crate) fn of_system_calls(&self) -> bool {
        self.bytes("source").is_none_or(|source| source.starts_with(b"syscall"))
    }

    /// The alert's tags, as they are written in JSON strings without escapes; others can match no tag of a playbook.
    pub(crate) fn tags(&self) -> Vec<String> {
        match self.known("tags") {
            Some(Value::List(json)) => serde_json::from_slice(json).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

impl Fields for Facts<'_> {
    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.known(name)
    }
    fn has_word(&self, _word: &Word) -> bool {
        false
    }
}

/// An address and its port; a file's name is none, whatever stands in it.
fn end(text: &str) -> Option<(&str, &str)> {
    let (address, port) = text.rsplit_once(':')?;
    (address.parse::<IpAddr>().is_ok() && port.parse::<u16>().is_ok()).then_some((address, port))
}

/// A value as a text shows it: drawable, and cut where it is long.
pub(crate) fn shown(value: Value<'_>) -> Clean {
    if value == Value::Null { Clean::from("null") } else { shortened(value.bytes()) }
}

fn shortened(raw: &[u8]) -> Clean {
    if raw.len() <= MAX_SHOWN {
        return Clean::from_bytes(raw);
    }
    let is_inside = |at: &usize| raw.get(*at).is_some_and(|b| b & 0xc0 == 0x80);
    let end = (MAX_SHOWN - 3..=MAX_SHOWN).rev().find(|at| !is_inside(at)).unwrap_or(MAX_SHOWN);
    let (head, tail) = raw.split_at(end);
    let rest = format!("[and {} bytes more]", tail.len());
    Clean::concat([Clean::from_bytes(head), Clean::from_bytes(rest.as_bytes())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    #[test]
    fn the_ends_of_a_connection_are_read_from_its_name() {
        let cases = [
            ("192.0.2.1:40:1->192.0.2.9:443", "connect", "fd.sip", None),
            ("192.0.2.1:401->192.0.2.9:443", "connect", "fd.sip", Some("192.0.2.9")),
            ("192.0.2.1:401->192.0.2.9:443", "connect", "fd.sport", Some("443")),
            ("192.0.2.1:401->192.0.2.9:443", "connect", "fd.rip", Some("192.0.2.9")),
            ("192.0.2.1:401->192.0.2.9:443", "accept4", "fd.rip", Some("192.0.2.1")),
            ("192.0.2.1:401->192.0.2.9:443", "sendto", "fd.rip", None),
            ("::1:401->2001:db8::9:53", "connect", "fd.rip", Some("2001:db8::9")),
            ("/tmp/192.0.2.1:401->192.0.2.9:443", "connect", "fd.sip", None),
            ("192.0.2.1:401->$(id):443", "connect", "fd.sip", None),
            ("192.0.2.1:401->192.0.2.9:443", "connect", "fd.type", None),
        ];
        for (connection, call, name, want) in cases {
            let line = serde_json::json!({
                "rule": "r", "priority": "Error", "output": "o",
                "output_fields": {"fd.name": connection, "evt.type": call},
            });
            let alert = decode::alert(line.to_string().as_bytes()).unwrap();
            assert_eq!(Facts::of(&alert).bytes(name), want.map(str::as_bytes), "{connection} {call} {name}");
        }
    }
}
