//! A strict scanner of JSON: where its values begin and end, block by block.
//!
//! Lives here: the grammar of RFC 8259, as a state that is kept between blocks. Not here: what a value means. Imports:
//! nothing. Promise: it stops at the first byte that breaks the grammar or lies deeper than [`MAX_DEPTH`], gives the
//! same tokens however the bytes are cut into blocks, and looks at each byte once.

/// Deeper documents are none: alerts and what is wrapped around them are a dozen levels deep at most.
pub(super) const MAX_DEPTH: usize = 64;

/// What the scanner came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// The end of the bytes that are there.
    More,
    /// A byte that can't stand here.
    Bad,
    /// The end of an object's key.
    Key,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// The end of a string, a number, `true`, `false` or `null`.
    Scalar,
}

/// Scans one value that begins with a bracket.
#[derive(Debug)]
pub(super) struct Scanner {
    now: Now,
    levels: Vec<Level>,
    /// Offset of the first byte of the key, the bracket or the scalar that it is in or was in last.
    began: u64,
    /// Offset of the byte that comes next.
    at: u64,
}

/// A bracket that is open.
#[derive(Clone, Copy, Debug)]
struct Level {
    is_array: bool,
    at: u64,
}

/// Where in the grammar it stands.
#[derive(Clone, Copy, Debug)]
enum Now {
    Between(Expected),
    Text(Role),
    Escape(Role),
    /// So many digits of `\uXXXX` are to come.
    Hex(Role, u8),
    Number(Number),
    /// What is left of `true`, `false` or `null`.
    Word(&'static [u8]),
}

/// What may come between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Key,
    Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Minus,
    Zero,
    Digits,
    Point,
    Fraction,
    E,
    Sign,
    Exponent,
}

/// How many bytes were taken, and what they made, if anything.
type Taken = (usize, Option<Token>);

impl Scanner {
    /// A scanner of the value that begins at `offset`.
    pub(super) fn new(offset: u64) -> Self {
        Self { now: Now::Between(Expected::Value), levels: Vec::new(), began: offset, at: offset }
    }
    /// The next token of `bytes`, which begin at offset `base`; after [`Token::More`] they must have grown.
    pub(super) fn next(&mut self, bytes: &[u8], base: u64) -> Token {
        let from = usize::try_from(self.at.saturating_sub(base)).unwrap_or(usize::MAX);
        let mut rest = bytes.get(from..).unwrap_or_default();
        loop {
            let (count, token) = match self.now {
                Now::Between(expected) => self.between(expected, rest),
                Now::Text(role) => self.text(role, rest),
                Now::Escape(role) => self.escape(role, rest),
                Now::Hex(role, left) => self.hex(role, left, rest),
                Now::Number(number) => self.number(number, rest),
                Now::Word(left) => self.word(left, rest),
            };
            self.at += count as u64;
            #[cfg(test)]
            SCANNED.set(SCANNED.get() + count as u64);
            rest = rest.get(count..).unwrap_or_default();
            if let Some(token) = token {
                return token;
            }
        }
    }
    /// Offset of the byte that comes next; after [`Token::Bad`] of the bad one.
    pub(super) fn at(&self) -> u64 {
        self.at
    }
    /// Offset of the first byte of the last token.
    pub(super) fn began(&self) -> u64 {
        self.began
    }
    /// How many brackets are open.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }
    /// Offset before which no token is unfinished.
    pub(super) fn settled(&self) -> u64 {
        if matches!(self.now, Now::Between(_)) { self.at } else { self.began }
    }
    /// The offsets of the brackets that are open.
    pub(super) fn open_brackets(&self) -> impl Iterator<Item = u64> {
        self.levels.iter().map(|level| level.at)
    }
    fn is_in_array(&self) -> bool {
        self.levels.last().is_some_and(|level| level.is_array)
    }
    fn between(&mut self, expected: Expected, rest: &[u8]) -> Taken {
        let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
        let Some(&byte) = rest.get(blanks) else { return (blanks, Some(Token::More)) };
        let at = self.at + blanks as u64;
        let token = match (expected, byte) {
            (Expected::CommaOrEnd, b',') => {
                self.now = Now::Between(if self.is_in_array() { Expected::Value } else { Expected::Key });
                None
            }
            (Expected::Colon, b':') => {
                self.now = Now::Between(Expected::Value);
                None
            }
            (Expected::Key | Expected::KeyOrEnd, b'"') => self.begin(at, Now::Text(Role::Key)),
            (Expected::KeyOrEnd, b'}') | (Expected::ValueOrEnd, b']') => Some(self.close()),
            (Expected::CommaOrEnd, b']') if self.is_in_array() => Some(self.close()),
            (Expected::CommaOrEnd, b'}') if !self.is_in_array() => Some(self.close()),
            (Expected::Value | Expected::ValueOrEnd, b'{' | b'[') if self.levels.len() < MAX_DEPTH => {
                Some(self.open(at, byte == b'['))
            }
            (Expected::Value | Expected::ValueOrEnd, _) => match scalar(byte) {
                Some(now) => self.begin(at, now),
                None => return (blanks, Some(Token::Bad)),
            },
            _ => return (blanks, Some(Token::Bad)),
        };
        (blanks + 1, token)
    }
    fn begin(&mut self, at: u64, now: Now) -> Option<Token> {
        self.began = at;
        self.now = now;
        None
    }
    fn open(&mut self, at: u64, is_array: bool) -> Token {
        self.began = at;
        self.levels.push(Level { is_array, at });
        self.now = Now::Between(if is_array { Expected::ValueOrEnd } else { Expected::KeyOrEnd });
        Token::Open
    }
    fn close(&mut self) -> Token {
        self.levels.pop();
        self.now = Now::Between(if self.levels.is_empty() { Expected::Nothing } else { Expected::CommaOrEnd });
        Token::Close
    }
    fn text(&mut self, role: Role, rest: &[u8]) -> Taken {
        let plain = plain_text(rest);
        match rest.get(plain) {
            None => (plain, Some(Token::More)),
            Some(b'"') => (plain + 1, Some(self.end(role))),
            Some(b'\\') => {
                self.now = Now::Escape(role);
                (plain + 1, None)
            }
            Some(_) => (plain, Some(Token::Bad)),
        }
    }
    fn end(&mut self, role: Role) -> Token {
        let (expected, token) = match role {
            Role::Key => (Expected::Colon, Token::Key),
            Role::Value => (Expected::CommaOrEnd, Token::Scalar),
        };
        self.now = Now::Between(expected);
        token
    }
    fn escape(&mut self, role: Role, rest: &[u8]) -> Taken {
        self.now = match rest.first() {
            None => return (0, Some(Token::More)),
            Some(b'u') => Now::Hex(role, 4),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Now::Text(role),
            Some(_) => return (0, Some(Token::Bad)),
        };
        (1, None)
    }
    fn hex(&mut self, role: Role, left: u8, rest: &[u8]) -> Taken {
        match rest.first() {
            None => return (0, Some(Token::More)),
            Some(byte) if byte.is_ascii_hexdigit() => {}
            Some(_) => return (0, Some(Token::Bad)),
        }
        self.now = if left > 1 { Now::Hex(role, left - 1) } else { Now::Text(role) };
        (1, None)
    }
    fn number(&mut self, number: Number, rest: &[u8]) -> Taken {
        let Some(&byte) = rest.first() else { return (0, Some(Token::More)) };
        match number.and(byte) {
            Some(number) => {
                self.now = Now::Number(number);
                (1, None)
            }
            // Before anything else it is the date or the clock that a line of a log begins with.
            None if number.is_whole() && (is_blank(byte) || matches!(byte, b',' | b']' | b'}')) => {
                (0, Some(self.end(Role::Value)))
            }
            None => (0, Some(Token::Bad)),
        }
    }
    fn word(&mut self, left: &'static [u8], rest: &[u8]) -> Taken {
        match (left, rest.first()) {
            ([], _) => (0, Some(self.end(Role::Value))),
            (_, None) => (0, Some(Token::More)),
            ([want, left @ ..], Some(byte)) if want == byte => {
                self.now = Now::Word(left);
                (1, None)
            }
            _ => (0, Some(Token::Bad)),
        }
    }
}

impl Number {
    /// The number with one byte more; `None`: the byte is no part of it.
    fn and(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Minus, b'0') => Some(Self::Zero),
            (Self::Minus, b'1'..=b'9') | (Self::Digits, b'0'..=b'9') => Some(Self::Digits),
            (Self::Zero | Self::Digits, b'.') => Some(Self::Point),
            (Self::Point | Self::Fraction, b'0'..=b'9') => Some(Self::Fraction),
            (Self::Zero | Self::Digits | Self::Fraction, b'e' | b'E') => Some(Self::E),
            (Self::E, b'+' | b'-') => Some(Self::Sign),
            (Self::E | Self::Sign | Self::Exponent, b'0'..=b'9') => Some(Self::Exponent),
            _ => None,
        }
    }
    fn is_whole(self) -> bool {
        matches!(self, Self::Zero | Self::Digits | Self::Fraction | Self::Exponent)
    }
}

/// What a scalar that begins with `byte` is; `None`: none begins so.
fn scalar(byte: u8) -> Option<Now> {
    match byte {
        b'"' => Some(Now::Text(Role::Value)),
        b'-' => Some(Now::Number(Number::Minus)),
        b'0' => Some(Now::Number(Number::Zero)),
        b'1'..=b'9' => Some(Now::Number(Number::Digits)),
        b't' => Some(Now::Word(b"rue")),
        b'f' => Some(Now::Word(b"alse")),
        b'n' => Some(Now::Word(b"ull")),
        _ => None,
    }
}

/// The blanks of JSON.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How many bytes stand for themselves in a string. By eight: most strings are short.
fn plain_text(rest: &[u8]) -> usize {
    let (words, tail) = rest.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return number * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |b: &u8| *b < b' ' || *b == b'"' || *b == b'\\';
    words.len() * 8 + tail.iter().position(is_special).unwrap_or(tail.len())
}

/// The high bit of the first byte that is a control character, a quote or a backslash, and perhaps some of later bytes: a
/// byte below `n` borrows when `n` is taken away, and only bytes above it can be wrong then.
fn special(word: u64) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let below = |word: u64, n: u64| word.wrapping_sub(EACH * n) & !word & (EACH << 7);
    let (quote, backslash) = (u64::from_le_bytes([b'"'; 8]), u64::from_le_bytes([b'\\'; 8]));
    below(word, 0x20) | below(word ^ quote, 1) | below(word ^ backslash, 1)
}

/// The length of the JSON object or array that `bytes` begin with; `None`: they begin with no whole one.
pub(super) fn value_len(bytes: &[u8]) -> Option<usize> {
    let mut scanner = Scanner::new(0);
    loop {
        match scanner.next(bytes, 0) {
            Token::Bad | Token::More => return None,
            Token::Close if scanner.depth() == 0 => return usize::try_from(scanner.at).ok(),
            _ => {}
        }
    }
}

#[cfg(test)]
thread_local! {
    static SCANNED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How many bytes this thread has scanned.
#[cfg(test)]
pub(super) fn scanned() -> u64 {
    SCANNED.get()
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
