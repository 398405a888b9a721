//! Whether a line is an alert without anything around it, or docker's around one, told from a few of its bytes.
//!
//! Imports: siblings. Promise: a line that is [bare](Bare::is_bare) and is an alert is decoded as it stands, so that
//! what its values are stands in its own bytes, escaped at most once; one that is [docker's](Bare::is_in_docker), escaped twice,
//! and no [plain byte](is_plain) escaped. The other way round nothing is promised.

use memchr::memmem::Finder;

use crate::decode::envelope::{cri, docker};

/// The names with which Falco and falcosidekick begin an alert. An object that begins with one of them and has a rule is never
/// an envelope.
const FIRST: [&[u8]; 5] = [b"hostname\"", b"output\"", b"uuid\"", b"priority\"", b"rule\""];

/// Whether the line begins as Falco and falcosidekick begin an alert.
pub(crate) fn begins_as_alert(line: &[u8]) -> bool {
    let Some(inside) = line.strip_prefix(b"{") else { return false };
    let name = inside.trim_ascii_start().strip_prefix(b"\"").unwrap_or_default();
    FIRST.iter().any(|first| name.starts_with(first))
}

/// Whether the line begins as docker's do.
pub(crate) fn begins_as_docker(line: &[u8]) -> bool {
    line.starts_with(docker::START)
}

/// Whether a byte stands as it is in a line that is [docker's](Bare::is_in_docker), wherever it stands in a value.
pub(crate) fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/' | b'<' | b'>' | b'&')
}

/// Tells bare lines; holds what it searches with.
#[derive(Clone, Debug)]
pub(crate) struct Bare {
    rule: Quoted,
    /// The same in a text of docker's.
    escaped: Quoted,
    /// An escape that can spell any byte.
    spelt: Finder<'static>,
}

/// How a rule's name begins: its key, and the quote of its value.
#[derive(Clone, Debug)]
struct Quoted {
    key: Finder<'static>,
    quote: &'static [u8],
}

impl Default for Bare {
    fn default() -> Self {
        Self {
            rule: Quoted { key: Finder::new(b"\"rule\":"), quote: b"\"" },
            escaped: Quoted { key: Finder::new(b"\\\"rule\\\":"), quote: b"\\\"" },
            spelt: Finder::new(b"\\u"),
        }
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
        self.rule.is_own_in(object)
    }

    /// Whether the line is docker's around a bare alert for certain, in which no escape spells a [plain byte](is_plain).
    pub(crate) fn is_in_docker(&self, line: &[u8]) -> bool {
        let Some(log) = docker::text(line) else { return false };
        let Some(object) = log.strip_suffix(b"\\n").unwrap_or(log).strip_suffix(b"}") else { return false };
        begins_as_escaped(object) && self.escaped.is_own_in(object) && !self.spells_a_plain_byte(log)
    }

    /// `\u003c`, and the same in a text within a text: Go's encoder writes some bytes so, docker too.
    fn spells_a_plain_byte(&self, text: &[u8]) -> bool {
        self.spelt.find_iter(text).any(|at| match text.get(at + 2..at + 6) {
            Some([b'0', b'0', b'0' | b'1', low]) => !low.is_ascii_hexdigit(),
            Some(digits @ [b'0', b'0', b'2'..=b'7', _]) => {
                !matches!(digits, b"003c" | b"003C" | b"003e" | b"003E" | b"0026")
            }
            Some(digits) => !digits.iter().all(u8::is_ascii_hexdigit),
            None => true,
        })
    }
}

/// Whether the text of docker's begins as an alert does.
fn begins_as_escaped(text: &[u8]) -> bool {
    let Some(name) = text.strip_prefix(b"{\\\"") else { return false };
    FIRST.iter().any(|first| {
        let (word, end) = first.split_at(first.len() - 1);
        name.strip_prefix(word).is_some_and(|rest| rest.strip_prefix(b"\\").is_some_and(|rest| rest.starts_with(end)))
    })
}

impl Quoted {
    /// Whether the object, without its last bracket, has a rule's name itself.
    fn is_own_in(&self, object: &[u8]) -> bool {
        self.is_near_the_end(object) || self.is_before_all_objects(object)
    }
    fn is_near_the_end(&self, object: &[u8]) -> bool {
        let tail = object.get(object.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
        let last = self.key.find_iter(tail).last();
        last.is_some_and(|at| self.is_name(tail, at) && !tail.get(at..).unwrap_or_default().contains(&b'}'))
    }
    fn is_before_all_objects(&self, object: &[u8]) -> bool {
        let inside = object.get(1..).unwrap_or_default();
        let first = self.key.find(inside);
        first.is_some_and(|at| self.is_name(inside, at) && !inside.get(..at).unwrap_or_default().contains(&b'{'))
    }
    /// Whether what was found is a name, and a text is its value.
    fn is_name(&self, text: &[u8], at: usize) -> bool {
        let before = text.get(..at).and_then(<[u8]>::last);
        let value = text.get(at + self.key.needle().len()..).unwrap_or_default().trim_ascii_start();
        matches!(before, None | Some(b',' | b' ' | b'\n' | b'\t')) && value.starts_with(self.quote)
    }
}

/// What a container runtime wrote, if it is one line.
fn after_runtime(line: &[u8]) -> &[u8] {
    let text = cri::part(line).map_or(line, |part| part.text);
    if memchr::memchr(b'\n', text).is_none() { text } else { line }
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

    #[test]
    fn a_line_is_dockers_only_where_it_is_one_text_with_escapes_that_are_known() {
        let line = |log: &str| format!(r#"{{"log":"{log}\n","stream":"stdout","time":"2024-10-05T18:29:57Z"}}"#);
        let cases = [
            (r#"{\"output\":\"o\",\"output_fields\":{\"a\":1},\"priority\":\"p\",\"rule\":\"r\"}"#, true),
            (r#"{\"rule\":\"r\",\"output\":\"a \\\"b\\\" \\\\\"}"#, true),
            (r#"{\"rule\":\"r\",\"output\":\"a\u003eb \\u003c \u2028 \\u00e4 \u0001\"}"#, true),
            (r#"{\"rule\":\"r\",\"output\":\"\u0061\"}"#, false),
            (r#"{\"rule\":\"r\",\"output\":\"\\u0061\"}"#, false),
            (r#"{\"rule\":\"r\",\"output\":\"\u005cu0061\"}"#, false),
            (r#"{\"rule\":\"r\",\"output\":\"\\u\u0030061\"}"#, false),
            (r#"{\"rule\":\"r\",\"output\":\"\\u00\"}"#, false),
            (r#"{\"hostname\":\"h\",\"x\":{\"rule\":\"r\"}}"#, false),
            (r#"{\"hostname\":\"h\",\"message\":\"{\\\"rule\\\":\\\"r\\\"}\"}"#, false),
            (r#"{\"rule\":\"r\"}","x":"{\"rule\":\"r\"}"#, false),
            (r#"{\"rule\":\"r\\"}","x":"{\"rule\":\"r\"}"#, false),
            ("18:29:57.848684705: Notice x", false),
            ("", false),
        ];
        for (log, want) in cases {
            assert_eq!(Bare::default().is_in_docker(line(log).as_bytes()), want, "{log}");
        }
        let whole = line(cases[0].0);
        for other in [
            whole.replace(r#""time":"#, r#""rule":"#),
            whole.replace(r#"","stream":"stdout""#, r#"""#),
            whole.replace("stdout", "\n"),
            format!("{whole}\n{whole}"),
            whole.replace(r#"{"log":"#, r#"{"message":"#),
        ] {
            assert!(!Bare::default().is_in_docker(other.as_bytes()), "{other}");
        }
    }
}
