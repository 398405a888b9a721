//! Values as a filter reads them: the items of a list, the texts inside nested JSON.
//!
//! Imports: `decode`. Promise: no input makes it recurse or panic, and what is no JSON is read as far as it goes.

use std::borrow::Cow;

use crate::decode::Value;
use crate::decode::escape::unescaped;
use crate::query::needle::Word;

/// Whether `word` is found in the value as it reads when decoded; in a list or an object in one of its texts.
pub(crate) fn has_word(value: Value<'_>, word: &Word) -> bool {
    match value {
        Value::Null => false,
        Value::List(json) | Value::Object(json) => Leaves::of(json).any(|leaf| word.is_in(leaf.bytes())),
        scalar => word.is_in(scalar.bytes()),
    }
}

/// One scalar inside JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leaf<'a> {
    /// A string after its escapes were read.
    Text(Cow<'a, [u8]>),
    /// A number, `true`, `false`, or whatever stands where one could.
    Bare(&'a [u8]),
}

impl Leaf<'_> {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text,
            Self::Bare(bare) => bare,
        }
    }
    /// The leaf as a value; `null` is [`Value::Null`].
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Bare(b"null") => Value::Null,
            Self::Bare(b"true") => Value::Bool(true),
            Self::Bare(b"false") => Value::Bool(false),
            Self::Bare(bare) => Value::Number(std::str::from_utf8(bare).unwrap_or_default()),
        }
    }
}

/// The scalars inside `json` in their order, at any depth, without the keys of objects.
pub(crate) struct Leaves<'a> {
    rest: &'a [u8],
}

impl<'a> Leaves<'a> {
    /// Those of a list or an object.
    pub(crate) fn of(json: &'a [u8]) -> Self {
        Self { rest: json }
    }

    /// The string whose opening quote was just read.
    fn string(&mut self) -> Cow<'a, [u8]> {
        let mut end = 0;
        let mut escaped = false;
        while let Some(byte) = self.rest.get(end).filter(|b| **b != b'"') {
            escaped |= *byte == b'\\';
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let raw = self.rest.get(..end).unwrap_or(self.rest);
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        if escaped { Cow::Owned(unescaped(raw, &mut Vec::new()).to_vec()) } else { Cow::Borrowed(raw) }
    }

    fn at_colon(&self) -> bool {
        self.rest.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':')
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = Leaf<'a>;

    fn next(&mut self) -> Option<Leaf<'a>> {
        loop {
            let (&first, after) = self.rest.split_first()?;
            if first == b'"' {
                self.rest = after;
                let text = self.string();
                if !self.at_colon() {
                    return Some(Leaf::Text(text));
                }
            } else if is_mark(first) {
                self.rest = after;
            } else {
                let end = self.rest.iter().position(|b| is_mark(*b) || *b == b'"').unwrap_or(self.rest.len());
                let (bare, after_bare) = self.rest.split_at_checked(end)?;
                self.rest = after_bare;
                return Some(Leaf::Bare(bare));
            }
        }
    }
}

fn is_mark(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'{' | b'}' | b',' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(json: &str) -> Vec<String> {
        Leaves::of(json.as_bytes()).map(|leaf| String::from_utf8_lossy(leaf.bytes()).into_owned()).collect()
    }

    #[test]
    fn leaves_are_the_values_without_the_keys() {
        let cases: [(&str, &[&str]); 9] = [
            ("[]", &[]),
            (r#"["a", "b"]"#, &["a", "b"]),
            (r"[1, -2.5e3,true,null]", &["1", "-2.5e3", "true", "null"]),
            (r#"{"k" : "v", "l": {"m": [1]}}"#, &["v", "1"]),
            (r#"["a\"b\\","c"]"#, &["a\"b\\", "c"]),
            (r#"["\u003c\u00fc\ud83d\ude00"]"#, &["<ü😀"]),
            (r#"["cut"#, &["cut"]),
            (r#"["cut\"#, &["cut\\"]),
            (r#"["\u12"]"#, &["\\u12"]),
        ];
        for (json, want) in cases {
            assert_eq!(leaves(json), want, "{json}");
        }
    }

    #[test]
    fn half_a_pair_is_kept() {
        let found: Vec<_> = Leaves::of(br#"["\ud800x"]"#).collect();
        assert_eq!(found, [Leaf::Text(Cow::Owned(b"\xed\xa0\x80x".to_vec()))]);
    }
}
