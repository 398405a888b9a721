//! JSON's grammar over bytes, and where a line breaks it.
//!
//! Lives here: finding the end of a value. Imports: siblings. Promise: as strict as `serde_json` about structure, numbers
//! and escapes; not about what stands in a text (any byte, any half of a pair); no depth needs stack.

use memchr::memchr2;

use crate::decode::Reason;

/// A value as it stands in the line; a text without its quotes, its escapes unread but checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw<'a> {
    /// A string.
    Text(&'a [u8]),
    /// A number as it is spelt.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// An array.
    List(&'a [u8]),
    /// An object.
    Object(&'a [u8]),
}

/// A place in a line.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    line: &'a [u8],
    at: usize,
}

const IN_OBJECT: Reason = Reason::CutOff("ends inside an object");
const IN_LIST: Reason = Reason::CutOff("ends inside a list");

impl<'a> Scan<'a> {
    /// At the start of `line`.
    pub(crate) fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }
    /// The next byte that is no blank.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while matches!(self.here(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.here()
    }
    /// Nothing but blanks may follow.
    pub(crate) fn end(&mut self) -> Result<(), Reason> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Reason::NotJson("something follows the object")),
        }
    }
    /// Steps into an object; `false` when it is empty (and behind it).
    pub(crate) fn open_object(&mut self) -> Result<bool, Reason> {
        self.at += 1;
        self.more(b'}', IN_OBJECT)
    }
    /// After a value in an object: whether another key follows.
    pub(crate) fn next_in_object(&mut self) -> Result<bool, Reason> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'}') => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err(Reason::NotJson("no comma or } after a value")),
            None => Err(IN_OBJECT),
        }
    }
    /// A key and its colon.
    pub(crate) fn key(&mut self) -> Result<&'a [u8], Reason> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(Reason::NotJson("a key without quotes")),
            None => return Err(IN_OBJECT),
        }
        let key = self.text()?;
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(key)
            }
            Some(_) => Err(Reason::NotJson("no colon after a key")),
            None => Err(IN_OBJECT),
        }
    }
    /// A value of any kind.
    pub(crate) fn value(&mut self) -> Result<Raw<'a>, Reason> {
        match self.peek() {
            Some(b'"') => self.text().map(Raw::Text),
            Some(b'{') => self.nested().map(Raw::Object),
            Some(b'[') => self.nested().map(Raw::List),
            Some(b't') => self.word(b"true", Raw::Bool(true)),
            Some(b'f') => self.word(b"false", Raw::Bool(false)),
            Some(b'n') => self.word(b"null", Raw::Null),
            Some(b'-' | b'0'..=b'9') => self.number().map(Raw::Number),
            Some(_) => Err(Reason::NotJson("no value where one is expected")),
            None => Err(Reason::CutOff("ends before a value")),
        }
    }
    /// A list or an object, as its text. `open` holds the brackets that are open, instead of a stack frame each.
    fn nested(&mut self) -> Result<&'a [u8], Reason> {
        let start = self.at;
        let mut open = Vec::new();
        loop {
            if self.descend(&mut open)? {
                continue;
            }
            if !self.ascend(&mut open)? {
                return Ok(self.line.get(start..self.at).unwrap_or_default());
            }
        }
    }
    /// Reads a value, or the opening of one that is not empty; then, `true`, its first value comes next.
    fn descend(&mut self, open: &mut Vec<u8>) -> Result<bool, Reason> {
        let Some(bracket @ (b'{' | b'[')) = self.peek() else {
            return self.value().map(|_| false);
        };
        self.at += 1;
        let is_object = bracket == b'{';
        let has_more = if is_object { self.more(b'}', IN_OBJECT)? } else { self.more(b']', IN_LIST)? };
        if has_more {
            open.push(bracket);
        }
        if has_more && is_object {
            self.key()?;
        }
        Ok(has_more)
    }
    /// After a value: closes what ends here; `false` when nothing is open any more, else another value comes next.
    fn ascend(&mut self, open: &mut Vec<u8>) -> Result<bool, Reason> {
        while let Some(bracket) = open.last() {
            let is_object = *bracket == b'{';
            let has_more = if is_object { self.next_in_object()? } else { self.next_in_list()? };
            if has_more && is_object {
                self.key()?;
            }
            if has_more {
                return Ok(true);
            }
            open.pop();
        }
        Ok(false)
    }
    fn next_in_list(&mut self) -> Result<bool, Reason> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b']') => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err(Reason::NotJson("no comma or ] after a value")),
            None => Err(IN_LIST),
        }
    }
    /// Whether something else than `close` comes; steps over `close`.
    fn more(&mut self, close: u8, cut_off: Reason) -> Result<bool, Reason> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Ok(true),
            None => Err(cut_off),
        }
    }
    /// A text, from its quote on.
    fn text(&mut self) -> Result<&'a [u8], Reason> {
        const CUT_OFF: Reason = Reason::CutOff("ends inside a string");
        self.at += 1;
        let start = self.at;
        loop {
            let rest = self.line.get(self.at..).unwrap_or_default();
            let found = memchr2(b'"', b'\\', rest).ok_or(CUT_OFF)?;
            self.at += found + 1;
            if rest.get(found) == Some(&b'"') {
                return Ok(self.line.get(start..self.at - 1).unwrap_or_default());
            }
            self.escape()?;
        }
    }
    /// An escape, after its backslash.
    fn escape(&mut self) -> Result<(), Reason> {
        const CUT_OFF: Reason = Reason::CutOff("ends inside an escape");
        let kind = self.here().ok_or(CUT_OFF)?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => return Ok(()),
            b'u' => {}
            _ => return Err(Reason::NotJson("an escape that is none")),
        }
        for _ in 0..4 {
            match self.here() {
                Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                Some(_) => return Err(Reason::NotJson("\\u without four hex digits")),
                None => return Err(CUT_OFF),
            }
        }
        Ok(())
    }
    fn word(&mut self, word: &'static [u8], value: Raw<'a>) -> Result<Raw<'a>, Reason> {
        let rest = self.line.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else if word.starts_with(rest) {
            Err(Reason::CutOff("ends inside true, false or null"))
        } else {
            Err(Reason::NotJson("no value where one is expected"))
        }
    }
    fn number(&mut self) -> Result<&'a str, Reason> {
        let start = self.at;
        self.step_over(b"-");
        if !self.step_over(b"0") {
            self.digits()?;
        } else if matches!(self.here(), Some(b'0'..=b'9')) {
            return Err(Reason::NotJson("a number that begins with 0"));
        }
        if self.step_over(b".") {
            self.digits()?;
        }
        if self.step_over(b"eE") {
            self.step_over(b"+-");
            self.digits()?;
        }
        let digits = self.line.get(start..self.at).unwrap_or_default();
        std::str::from_utf8(digits).map_err(|_| Reason::NotJson("a number that is none"))
    }
    /// One digit or more.
    fn digits(&mut self) -> Result<(), Reason> {
        match self.here() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Err(Reason::NotJson("a number that is none")),
            None => return Err(Reason::CutOff("ends inside a number")),
        }
        while matches!(self.here(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }
    fn step_over(&mut self, any_of: &[u8]) -> bool {
        let is_there = self.here().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }
    /// What is behind the place.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }
    fn here(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }
}
