//! Whether a line is an alert without anything around it, told from a few of its bytes.
//!
//! Imports: siblings. Promise: a line that is [bare](is_bare) and is an alert is decoded as it stands, so that
//! what its values are stands in its own bytes, escaped at most once. The other way round nothing is promised.

use memchr::memmem::Finder;

use crate::decode::envelope::cri;

/// The names with which Falco and falcosidekick begin an alert. An object that begins with one of them and has a rule is never
/// an envelope.
const FIRST: [&[u8]; 5] = [b"hostname\"", b"output\"", b"uuid\"", b"priority\"", b"rule\""];

/// Whether the line begins as Falco and falcosidekick begin an alert.
pub(crate) fn begins_as_alert(line: &[u8]) -> bool {
    let Some(inside) = line.strip_prefix(b"{") else { return false };
    let name = inside.trim_ascii_start().strip_prefix(b"\"").unwrap_or_default();
    FIRST.iter().any(|first| name.starts_with(first))
}

/// Tells bare lines; holds what it searches with.
#[derive(Clone, Debug)]
pub(crate) struct Bare(Finder<'static>);

impl Default for Bare {
    fn default() -> Self {
        Self(Finder::new(b"\"rule\":"))
    }
}

/// In so many last bytes of a line the name is looked for first: Falco 0.39 and later write it near the end.
const TAIL_BYTES: usize = 256;

impl Bare {
    /// Whether the line is bare for certain: it begins as an alert, ends as an object, and the object itself has a rule's name.
    /// What a container runtime writes before an alert changes nothing of it.
    ///
    /// A quote after a comma or a blank opens a name: in a string it would be escaped. The name is the object's own where no
    /// bracket can have opened before it, or none but the last can close after it.
    pub(crate) fn is_bare(&self, line: &[u8]) -> bool {
        let line = if line.first() == Some(&b'2') { after_runtime(line) } else { line };
        let Some(object) = line.strip_suffix(b"}").filter(|_| begins_as_alert(line)) else { return false };
        self.is_near_the_end(object) || self.is_before_all_objects(object)
    }
    fn is_near_the_end(&self, object: &[u8]) -> bool {
        let tail = object.get(object.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
        let last = self.0.find_iter(tail).last();
        last.is_some_and(|at| is_name(tail, at) && !tail.get(at..).unwrap_or_default().contains(&b'}'))
    }
    fn is_before_all_objects(&self, object: &[u8]) -> bool {
        let inside = object.get(1..).unwrap_or_default();
        let first = self.0.find(inside);
        first.is_some_and(|at| is_name(inside, at) && !inside.get(..at).unwrap_or_default().contains(&b'{'))
    }
}

/// What a container runtime wrote, if it is one line.
fn after_runtime(line: &[u8]) -> &[u8] {
    let text = cri::part(line).map_or(line, |part| part.text);
    if memchr::memchr(b'\n', text).is_none() { text } else { line }
}

/// Whether what was found is a name, and a text is its value.
fn is_name(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).and_then(<[u8]>::last);
    let value = text.get(at + b"\"rule\":".len()..).unwrap_or_default().trim_ascii_start();
    matches!(before, None | Some(b',' | b' ' | b'\n' | b'\t')) && value.starts_with(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bare_only_where_the_rule_is_its_own() {
        let cases = [
            (
                r#"{"hostname":"h","output":"o","output_fields":{"a":1},"priority":"p","rule":"r","source":"s","tags":[],"time":"t"}"#,
                true,
            ),
            (r#"{"output":"o","priority":"p","rule":"r","time":"t", "output_fields": {"a":{"b":1}}}"#, true),
            (r#"{"uuid":"u","output":"o {x}","priority":"p","rule":"r","output_fields":{"a":1}}"#, false),
            (r#"{"rule":"r","output":"o"}"#, true),
            (r#"{ "rule": "r", "output": "o" }"#, true),
            (r#"{"hostname":"h","message":"{\"rule\":\"r\",\"output\":\"o\"}"}"#, false),
            (r#"{"hostname":"h","log_processed":{"rule":"r","output":"o"}}"#, false),
            (r#"{"hostname":"h","log_processed":{"rule":"r","output":"o"},"x":1}"#, false),
            (r#"{"hostname":"h","x":{"y":{"z":1},"rule":"r"}}"#, false),
            (r#"{"hostname":"rule","message":"m"}"#, false),
            (r#"{"hostname":"h","rule":null,"output":"o"}"#, false),
            (r#"{"log":"l","rule":"r"}"#, false),
            (r#"{"hostname":"h","rule":"r"} "#, false),
            (r#"2024-10-05T18:29:57Z stdout F {"rule":"r","output":"o"}"#, true),
            ("2024-10-05T18:29:57Z stdout P {\"rule\":\"r\",\n2024-10-05T18:29:57Z stdout F \"output\":\"o\"}", false),
            (r#"2024-10-05T18:29:57Z {"rule":"r","output":"o"}"#, false),
            ("", false),
            ("{}", false),
        ];
        for (line, want) in cases {
            assert_eq!(Bare::default().is_bare(line.as_bytes()), want, "{line}");
        }
    }
}
