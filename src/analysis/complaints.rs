//! What is wrong with playbook files, each with its file, line and column.
//!
//! Lives here: collecting it, and finding places in a file's text. Not here: what is wrong (`check`, `load`). Imports:
//! `base`, `query`. Promise: a mistake inside a condition or a placeholder is named at its own place, not at its line.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::analysis::template::{Mistake, Text};
use crate::base::{Clean, Notice};
use crate::query::filter::FilterError;

/// A playbook file.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlaybookFile {
    /// Its name below its directory: `rules/clear-log-activities.toml`.
    pub(crate) name: Cow<'static, str>,
    /// Its path as it is told; empty for one in the binary.
    pub(crate) origin: Clean,
    /// What it holds.
    pub(crate) text: Cow<'static, str>,
}

impl PlaybookFile {
    /// What it is called in a complaint.
    pub(crate) fn title(&self) -> Clean {
        if self.origin.is_empty() { Clean::from_bytes(self.name.as_bytes()) } else { self.origin.clone() }
    }

    /// The last part of its name, without `.toml`.
    pub(crate) fn stem(&self) -> &str {
        let last = self.name.rsplit('/').next().unwrap_or_default();
        last.strip_suffix(".toml").unwrap_or(last)
    }
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Complaints(RefCell<Vec<Notice>>);

/// Complaints about one file, at one place of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'c> {
    all: &'c Complaints,
    file: &'c PlaybookFile,
    /// In bytes.
    place: usize,
}

impl Complaints {
    /// Complaints about `file`, as long as nothing better is known at its first letter.
    pub(crate) fn at<'c>(&'c self, file: &'c PlaybookFile) -> At<'c> {
        At { all: self, file, place: 0 }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Takes those of `other` too.
    pub(crate) fn take(&self, other: Self) {
        self.0.borrow_mut().extend(other.0.into_inner());
    }

    /// All of them, in the order in which they were made.
    pub(crate) fn into_notices(self) -> Vec<Notice> {
        self.0.into_inner()
    }
}

impl<'c> At<'c> {
    /// The file.
    pub(crate) fn file(self) -> &'c PlaybookFile {
        self.file
    }

    /// The same file at the place of `value`.
    pub(crate) fn on<T>(self, value: &Spanned<T>) -> Self {
        Self { place: value.span().start, ..self }
    }

    /// The same file at a byte of the text `value`.
    pub(crate) fn inside(self, value: &Spanned<String>, byte: usize) -> Self {
        Self { place: byte_in_file(&self.file.text, value.span(), byte), ..self }
    }

    /// Something is wrong.
    pub(crate) fn say(self, what: &str) {
        let (line, column) = line_and_column(&self.file.text, self.place);
        let place = Clean::concat([self.file.title(), Clean::from_bytes(format!(":{line}:{column}").as_bytes())]);
        self.all.0.borrow_mut().push(Notice::said(Clean::from_bytes(what.as_bytes())).at(place));
    }

    /// Something is wrong if `broken`.
    pub(crate) fn say_if(self, broken: bool, what: &str) {
        if broken {
            self.say(what);
        }
    }

    /// The file's shape; `None`: it is no TOML, or has a key that the format does not know.
    pub(crate) fn parsed<F: DeserializeOwned>(self) -> Option<F> {
        let told = |error: toml::de::Error| {
            let place = error.span().map_or(0, |span| span.start);
            Self { place, ..self }.say(&error.message().replace('\n', ", "));
        };
        toml::from_str(&self.file.text).map_err(told).ok()
    }

    /// The good part, or what is wrong with it at its place in `value`.
    pub(crate) fn template<T>(self, value: &Spanned<String>, result: Result<T, Mistake>) -> Option<T> {
        let told = |mistake: Mistake| {
            let hole = mistake.hole.and_then(|hole| value.get_ref().match_indices("@{").nth(hole));
            hole.map_or(self.on(value), |(byte, _)| self.inside(value, byte)).say(&mistake.what);
        };
        result.map_err(told).ok()
    }

    /// A text with placeholders; one that is wrong is empty.
    pub(crate) fn text(self, value: &Spanned<String>) -> Text {
        self.template(value, Text::parse(value.get_ref())).unwrap_or_default()
    }

    /// The same for a condition.
    pub(crate) fn condition<T>(self, value: &Spanned<String>, result: Result<T, FilterError>) -> Option<T> {
        let told = |error: FilterError| {
            let words = Notice { place: Clean::default(), ..error.notice };
            self.inside(value, error.at.start).say(&words.to_string());
        };
        result.map_err(told).ok()
    }
}

/// Both counted from 1, the column in characters.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Where byte `wanted` of a TOML string's value stands in the file. `span`: the string with its quotes.
fn byte_in_file(text: &str, span: Range<usize>, wanted: usize) -> usize {
    let raw = text.get(span.clone()).unwrap_or_default();
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let inner = raw.get(quotes..).unwrap_or_default();
    let trimmed = if quotes == 3 { first_line_left_out(inner) } else { inner };
    let start = span.start + raw.len() - trimmed.len();
    start + if raw.starts_with('"') { byte_before_escapes(trimmed, wanted) } else { wanted }
}

/// A line break right behind three quotes does not belong to the value.
fn first_line_left_out(inner: &str) -> &str {
    inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')).unwrap_or(inner)
}

/// The same for a string in which a backslash means something: how many bytes stand for the first `wanted` ones.
fn byte_before_escapes(inner: &str, wanted: usize) -> usize {
    let (mut behind, mut value) = (0, 0);
    while value < wanted {
        let rest = inner.get(behind..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { break };
        let (long, means) = if first == '\\' { escape(rest) } else { (first.len_utf8(), first.len_utf8()) };
        behind += long;
        value += means;
    }
    behind
}

/// How long an escape is, and how many bytes it means.
fn escape(rest: &str) -> (usize, usize) {
    let digits = match rest.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        // A backslash at the end of a line takes all blanks after it away.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let behind = rest.get(1..).unwrap_or_default();
            return (rest.len() - behind.trim_start().len(), 0);
        }
        _ => return (2, 1),
    };
    let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
    (2 + digits, code.map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_value_is_found_in_the_file() {
        let cases = [
            ("a = 'xyz!'", "!", (1, 9)),
            ("\na = \"x\\ty\\u00e9!\"", "!", (2, 16)),
            ("a = '''\nb\n  c!'''", "!", (3, 4)),
            ("a = \"\"\"x \\\n   y!\"\"\"", "!", (2, 5)),
            ("a = \"\u{4e2d}!\"", "!", (1, 7)),
        ];
        for (text, wanted, place) in cases {
            let table: std::collections::BTreeMap<String, Spanned<String>> = toml::from_str(text).unwrap();
            let value = &table["a"];
            let byte = byte_in_file(text, value.span(), value.get_ref().find(wanted).unwrap());
            assert_eq!(line_and_column(text, byte), place, "{text}");
        }
    }
}
