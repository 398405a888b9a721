//! Reads the small pieces of a condition: names, bare texts, quoted texts, keywords; and knows where it stands.
//!
//! Lives here: what Falco's grammar says about single letters. Not here: how pieces make a tree (`parse`).
//! Imports: `base`. Promise: a position is always between two characters, and reading never goes back further than one piece.

use std::ops::Range;

use crate::base::{Clean, Notice};
use crate::query::filter::FilterError;

/// A place in the text of a condition.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// How many regular expressions were read so far.
    pub(super) patterns: usize,
}

/// A quoted text: where it stands with its quotes, and what its escapes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    /// From the opening quote to behind the closing one.
    pub(crate) at: Range<usize>,
    /// The bytes that it means; `\xHH` can make any.
    pub(crate) bytes: Vec<u8>,
}

/// Falco's blanks; a no-break space is none.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x08)
}

/// Whether `byte` can stand in a text without quotes.
fn is_bare(byte: u8) -> bool {
    !is_blank(byte) && !matches!(byte, b'(' | b')' | b'"' | b'\'' | b'=' | b',')
}

/// Whether `byte` ends a name or a keyword.
fn ends_name(byte: u8) -> bool {
    !is_bare(byte) || matches!(byte, b'<' | b'>' | b'!' | b'[')
}

/// The error that something else was expected at `at`.
pub(crate) fn refuse(at: Range<usize>, what: impl AsRef<str>) -> FilterError {
    FilterError { at, notice: Notice::said(Clean::from_bytes(what.as_ref().as_bytes())), fix: None }
}

/// The same with what to do, which stands as a sentence of its own behind a full stop.
pub(crate) fn refuse_with(at: Range<usize>, what: impl AsRef<str>, next: impl AsRef<str>) -> FilterError {
    let mut next = next.as_ref().to_owned();
    if let Some(first) = next.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    FilterError { at, notice: refuse(0..0, what).notice.with_next(Clean::from_bytes(next.as_bytes())), fix: None }
}

impl<'t> Cursor<'t> {
    /// The beginning of `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, patterns: 0 }
    }

    /// Where it stands, in bytes.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Stands at byte `at`, which is between characters.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte; `None` at the end.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The byte `ahead` bytes further on.
    pub(crate) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// The text of a range.
    pub(crate) fn slice(&self, at: Range<usize>) -> &'t str {
        self.text.get(at).unwrap_or_default()
    }

    /// Goes past blanks.
    pub(crate) fn skip_blanks(&mut self) {
        self.skip_while(is_blank);
    }

    /// Goes past `text` if it stands here.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// Whether the keyword `word` stands here, followed by something that ends it.
    pub(crate) fn sees(&self, word: &str) -> bool {
        self.rest().starts_with(word)
            && self.peek_at(word.len()).is_none_or(|b| is_blank(b) || matches!(b, b'(' | b')' | b'"' | b'\''))
    }

    /// Goes past the keyword `word` if it stands here.
    pub(crate) fn eat_keyword(&mut self, word: &str) -> bool {
        self.sees(word) && self.eat(word)
    }

    /// A name of words with dots between (`rule`, `proc.name`); `None`, without moving, when what stands here is none.
    pub(crate) fn name(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        loop {
            if !self.peek().is_some_and(|b| b.is_ascii_alphabetic()) {
                break;
            }
            self.skip_while(|b| b.is_ascii_alphanumeric() || b == b'_');
            match self.peek() {
                Some(b'.') => self.at += 1,
                Some(b) if !ends_name(b) => break,
                _ => return Some(start..self.at),
            }
        }
        self.at = start;
        None
    }

    /// A text without quotes; empty when none stands here.
    pub(crate) fn bare(&mut self) -> Range<usize> {
        let start = self.at;
        self.skip_while(is_bare);
        start..self.at
    }

    /// The argument in brackets behind a field's name; `None` when no bracket stands here.
    pub(crate) fn argument(&mut self) -> Result<Option<String>, FilterError> {
        let open = self.at;
        if !self.eat("[") {
            return Ok(None);
        }
        let argument = match self.peek() {
            Some(b'"' | b'\'') => String::from_utf8_lossy(&self.quoted()?.bytes).into_owned(),
            _ => self.bare_argument(),
        };
        let given = self.text.as_bytes().get(open + 1) != Some(&b']');
        if given && self.eat("]") {
            return Ok(Some(argument));
        }
        Err(refuse(open..self.at, "expected an argument and \"]\" behind this \"[\""))
    }

    fn bare_argument(&mut self) -> String {
        let start = self.at;
        self.skip_while(|b| !is_blank(b) && !matches!(b, b'[' | b']' | b'"' | b'\''));
        self.slice(start..self.at).to_owned()
    }

    /// What stands here, for an error: one bare text, or one letter; empty at the end.
    pub(crate) fn found(&self) -> Range<usize> {
        let bare = self.clone().bare();
        if bare.is_empty() { self.at..self.at + self.letter() } else { bare }
    }

    /// The same in words.
    pub(crate) fn found_text(&self) -> String {
        match self.slice(self.found()) {
            "" => "the end".to_owned(),
            "\"" => "'\"'".to_owned(),
            text => format!("\"{}\"", shorten(text)),
        }
    }

    /// A quoted text; the cursor stands at its opening quote.
    pub(crate) fn quoted(&mut self) -> Result<Quote, FilterError> {
        let start = self.at;
        let Some(quote) = self.peek() else { return Err(refuse(start..start, "expected a quoted text")) };
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.peek() {
                None => return Err(refuse(start..start + 1, "the quote opened here is never closed")),
                Some(b) if b == quote => break,
                Some(b'\\') => {
                    bytes.push(self.escape(quote)?);
                    if bytes.ends_with(b"\\") && self.peek() == Some(quote) && !self.closes_here() {
                        bytes.push(quote);
                        self.at += 1;
                    }
                }
                Some(b) => {
                    bytes.push(b);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        Ok(Quote { at: start..self.at, bytes })
    }

    /// Whether the quote behind an escaped backslash ends the text. To Falco it never does; here it does where the text
    /// would go wrong otherwise.
    fn closes_here(&self) -> bool {
        self.peek_at(1).is_none_or(|b| is_blank(b) || matches!(b, b')' | b',' | b']'))
    }

    /// The byte that an escape means. Backslash-blank is one backslash: rules of old have it.
    fn escape(&mut self, quote: u8) -> Result<u8, FilterError> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += self.letter();
        let byte = match letter {
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b' ' | b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b) if b == quote => quote,
            Some(b'x') => return self.hex_escape(start),
            _ => return Err(unknown_escape(start..self.at)),
        };
        Ok(byte)
    }

    fn hex_escape(&mut self, start: usize) -> Result<u8, FilterError> {
        let digits = self.at..self.at + 2;
        let text = self.slice(digits.clone());
        match u8::from_str_radix(text, 16) {
            Ok(byte) if text.bytes().all(|b| b.is_ascii_hexdigit()) => {
                self.at = digits.end;
                Ok(byte)
            }
            _ => Err(refuse(start..self.at, "expected two hexadecimal digits after this x")),
        }
    }

    /// Length of the next character in bytes; 0 at the end.
    fn letter(&self) -> usize {
        self.rest().chars().next().map_or(0, char::len_utf8)
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| !keep(*b)).unwrap_or(rest.len());
    }
}

fn unknown_escape(at: Range<usize>) -> FilterError {
    refuse_with(
        at,
        "no such escape in a quoted text",
        "a backslash itself is written \\\\; known are \\n \\t \\r \\b \\f \\/ and x with two hexadecimal digits",
    )
}

/// A name with a dot, which Falco takes for a field.
pub(crate) fn is_dotted(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    text.contains('.') && cursor.name().is_some_and(|name| name.end == text.len())
}

/// The beginning of a long text, for an error.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
