//! An alert's own bytes as valid, compact JSON.
//!
//! Lives here: blanks outside strings taken out, and what JSON forbids inside strings written as escapes. Imports:
//! nothing. Promise: the spelling of numbers, the order of keys and keys given twice stay; a byte that is no UTF-8
//! becomes `\udcXX`, from which the byte can be got back, as Python does it.

use std::fmt::Write;

use serde_json::value::RawValue;

/// The alert as JSON; bytes that are no JSON at all become a JSON string of what they read like.
pub(crate) fn json(line: &[u8]) -> Box<RawValue> {
    let written = RawValue::from_string(compact(line));
    let text = || String::from_utf8_lossy(line).into_owned();
    written.or_else(|_| serde_json::value::to_raw_value(&text())).unwrap_or_default()
}

fn compact(line: &[u8]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut state = State::Outside;
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            state = step(state, c, &mut out);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\udc{byte:02x}");
        }
    }
    out
}

/// Where in the JSON text we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    Escaped,
}

fn step(state: State, c: char, out: &mut String) -> State {
    match (state, c) {
        (State::Outside, ' ' | '\t' | '\n' | '\r') => return State::Outside,
        (State::Inside | State::Escaped, '\0'..='\x1f') => {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        _ => out.push(c),
    }
    match (state, c) {
        (State::Outside, '"') | (State::Escaped, _) => State::Inside,
        (State::Inside, '"') => State::Outside,
        (State::Inside, '\\') => State::Escaped,
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_keeps_its_bytes_and_becomes_valid_json() {
        let cases: [(&[u8], &str); 7] = [
            (br#"{"a":1.50,"a":1e400}"#, r#"{"a":1.50,"a":1e400}"#),
            (b"{ \"a b\" :\t[ 1 , \"x y\" ] }", r#"{"a b":[1,"x y"]}"#),
            (br#"{"a":"\" {  } \\"}"#, r#"{"a":"\" {  } \\"}"#),
            (b"{\"a\":\"\xff\x80\"}", r#"{"a":"\udcff\udc80"}"#),
            (br#"{"a":"\ud800"}"#, r#"{"a":"\ud800"}"#),
            (b"{\"a\":\"x\ty\"}", "{\"a\":\"x\\u0009y\"}"),
            (b"no json", "\"no json\""),
        ];
        for (line, want) in cases {
            assert_eq!(json(line).get(), want);
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert_eq!(json(&deep).get().len(), 200_000);
    }
}
