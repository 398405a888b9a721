//! One shell word that bash, zsh, dash and busybox sh read back as the bytes that went in, even when it is pasted.
//!
//! Lives here: the one type through which a value enters a command. Not here: what a value may be (`analysis::hole`).
//! Imports: nothing. Promise: no value can end its word, start an option, expand, or run.

use std::fmt;

/// One shell word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quoted(String);

impl Quoted {
    /// The longest word that every shell takes from a paste, in bytes: busybox cuts a line at 1,022.
    pub(crate) const MAX_BYTES: usize = 980;

    /// Quotes `raw`. `None` when no word can carry it: it holds NUL, ends in a newline (which `$(…)` drops), or is too long.
    pub(crate) fn new(raw: &[u8]) -> Option<Self> {
        if raw.contains(&0) || raw.ends_with(b"\n") {
            return None;
        }
        let word = match std::str::from_utf8(raw) {
            Ok(text) if is_bare(raw) => text.to_owned(),
            Ok(text) if raw.iter().all(|b| matches!(b, b' '..=b'~')) && !raw.starts_with(b"-") => {
                format!("'{}'", text.replace('\'', r"'\''"))
            }
            _ => octal(raw),
        };
        (word.len() <= Self::MAX_BYTES).then_some(Self(word))
    }

    /// The word as it stands in a command.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words that need no quotes in any shell. A leading `=` would be a path to zsh, a leading `-` an option to the command.
fn is_bare(raw: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(b);
    raw.first().is_some_and(|b| !b"-=".contains(b)) && raw.iter().all(plain)
}

/// Everything odd through `printf` in octal, `%` and `!` too: both mean something inside the double quotes. A leading
/// `-` would be an option of `printf`. All three digits always: a digit after a shorter escape would join it.
fn octal(raw: &[u8]) -> String {
    let mut word = String::from("\"$(printf '");
    for (at, &byte) in raw.iter().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"_./".contains(&byte) || (byte == b'-' && at > 0);
        if plain {
            word.push(char::from(byte));
        } else {
            let digits = [byte >> 6, byte >> 3 & 7, byte & 7].map(|digit| char::from(b'0' + digit));
            word.push('\\');
            word.extend(digits);
        }
    }
    word.push_str("')\"");
    word
}

#[cfg(test)]
#[path = "quoted_tests.rs"]
mod tests;
