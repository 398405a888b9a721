//! Text that may be drawn: every control, bidi, zero-width and tag character made visible.
//!
//! Lives here: the one type that `ui` draws, and what counts as hidden. Not here: colours (`ui::text`).
//! Imports: nothing. Promise: nothing is dropped, and two values that differ in any byte read differently.

use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Text with everything that a terminal would act on or hide written as a visible escape.
///
/// `ESC` is `\x1b`, U+202E is `\u{202e}`, a byte that is no UTF-8 is `\xNN`. A backslash stands for itself, but a run of
/// backslashes before an escape, or before an `xNN` or `u{` that could be taken for one, is doubled; so the text can be
/// read back to the bytes that went in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Clean {
    text: String,
    escapes: Vec<Range<usize>>,
}

impl Clean {
    /// Makes any bytes drawable.
    pub(crate) fn from_bytes(raw: &[u8]) -> Self {
        let mut clean = Self::default();
        clean.push_bytes(raw);
        clean
    }

    /// The drawable text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where escapes stand in [`Clean::as_str`], in order, in bytes; they are drawn dim, so that evidence stands out.
    pub(crate) fn escapes(&self) -> &[Range<usize>] {
        &self.escapes
    }

    /// Appends bytes of unknown origin.
    pub(crate) fn push_bytes(&mut self, raw: &[u8]) {
        let mut backslashes = 0;
        let mut marks = 0;
        let mut rest = raw;
        while let Some((first, after)) = split_first(rest) {
            rest = after;
            let next_marks = match &first {
                Symbol::Char(c) if is_mark(*c) => marks + 1,
                _ => 0,
            };
            match first {
                Symbol::Char('\\') => {
                    backslashes += 1;
                    self.text.push('\\');
                }
                Symbol::Char(c) if next_marks < 3 && !is_hidden(c) => {
                    if reads_like_an_escape(c, rest) {
                        self.repeat_backslashes(backslashes);
                    }
                    backslashes = 0;
                    self.text.push(c);
                }
                other => {
                    self.repeat_backslashes(backslashes);
                    backslashes = 0;
                    self.push_escape(&other);
                }
            }
            marks = next_marks;
        }
    }

    /// Appends text that is drawable already.
    pub(crate) fn push(&mut self, other: &Self) {
        let at = self.text.len();
        self.text.push_str(&other.text);
        self.escapes.extend(other.escapes.iter().map(|r| r.start + at..r.end + at));
    }

    /// What stands in `range`, in bytes of [`Clean::as_str`]; empty where an end of it does not fall between characters.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        let Some(text) = self.text.get(range.clone()) else { return Self::default() };
        let first = self.escapes.partition_point(|escape| escape.end <= range.start);
        let inside = self.escapes.iter().skip(first).take_while(|escape| escape.start < range.end);
        let moved = inside.map(|e| e.start.max(range.start) - range.start..e.end.min(range.end) - range.start);
        Self { text: text.to_owned(), escapes: moved.collect() }
    }

    /// The parts put together.
    pub(crate) fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), |mut whole, part| {
            whole.push(&part);
            whole
        })
    }

    fn repeat_backslashes(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n('\\', count));
    }

    fn push_escape(&mut self, symbol: &Symbol) {
        let start = self.text.len();
        // Writing into a String can't fail.
        let _ = match symbol {
            Symbol::Byte(b) => write!(self.text, "\\x{b:02x}"),
            Symbol::Surrogate(s) => write!(self.text, "\\u{{{s:04x}}}"),
            // Controls up to U+007F are one byte; beyond, \x would read as a byte that is no UTF-8.
            Symbol::Char(c) if c.is_ascii() => write!(self.text, "\\x{:02x}", u32::from(*c)),
            Symbol::Char(c) => write!(self.text, "\\u{{{:04x}}}", u32::from(*c)),
        };
        self.escapes.push(start..self.text.len());
    }
}

/// The program's own words; alert data can't be `'static`. What would need an escape gets one here too.
impl From<&'static str> for Clean {
    fn from(words: &'static str) -> Self {
        Self::from_bytes(words.as_bytes())
    }
}

/// A number is drawable as it is.
impl From<usize> for Clean {
    fn from(number: usize) -> Self {
        Self { text: number.to_string(), escapes: Vec::new() }
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Whether `letter` and what follows it would read like an escape after a backslash. JSON's own `\u001b` does not.
fn reads_like_an_escape(letter: char, after: &[u8]) -> bool {
    match (letter, after) {
        ('u', [b'{', ..]) => true,
        ('x', [high, low, ..]) => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    }
}

/// One step through bytes of unknown origin.
enum Symbol {
    Char(char),
    /// Half of a pair, as JSON's `\ud800` and WTF-8 can carry it.
    Surrogate(u16),
    /// A byte that belongs to no character.
    Byte(u8),
}

fn split_first(raw: &[u8]) -> Option<(Symbol, &[u8])> {
    let (&first, rest) = raw.split_first()?;
    if first.is_ascii() {
        return Some((Symbol::Char(char::from(first)), rest));
    }
    let head = raw.get(..raw.len().min(4)).unwrap_or(raw);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
    };
    match (valid.chars().next(), raw) {
        (Some(c), _) => Some((Symbol::Char(c), raw.get(c.len_utf8()..).unwrap_or_default())),
        (None, [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, after @ ..]) => {
            Some((Symbol::Surrogate(0xd000 | u16::from(b & 0x3f) << 6 | u16::from(c & 0x3f)), after))
        }
        (None, _) => Some((Symbol::Byte(first), rest)),
    }
}

/// Combining marks: from the third on one letter they can climb over other lines, so they become escapes.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// What a terminal acts on, shows as nothing, or as a blank that is none: the Unicode categories Cc, Cf, Zl, Zp, Zs, Co,
/// Cs and Cn, variation selectors, and the letters of `Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties`.
pub(crate) fn is_hidden(c: char) -> bool {
    use GeneralCategory as G;
    if matches!(c, ' '..='~') {
        return false;
    }
    let ignorable = matches!(c, '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fffc}' | '\u{e0000}'..='\u{e0fff}');
    ignorable
        || matches!(
            c.general_category(),
            G::Control
                | G::Format
                | G::LineSeparator
                | G::ParagraphSeparator
                | G::SpaceSeparator
                | G::PrivateUse
                | G::Surrogate
                | G::Unassigned
        )
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "the reader of escapes knows where they end")]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_or_hide_is_a_visible_escape() {
        let cases: [(&[u8], &str); 14] = [
            (b"plain text", "plain text"),
            (b"\x1b[31m", "\\x1b[31m"),
            (b"a\tb\nc", "a\\x09b\\x0ac"),
            (b"\x7f", "\\x7f"),
            ("\u{9b}".as_bytes(), "\\u{009b}"),
            (b"\x9b", "\\x9b"),
            ("\u{202e}".as_bytes(), "\\u{202e}"),
            ("\u{200b}\u{e0041}".as_bytes(), "\\u{200b}\\u{e0041}"),
            ("\u{a0}\u{3000}".as_bytes(), "\\u{00a0}\\u{3000}"),
            (b"\xed\xa0\x80", "\\u{d800}"),
            ("\u{fe0f}\u{fffc}\u{ffff}".as_bytes(), "\\u{fe0f}\\u{fffc}\\u{ffff}"),
            ("e\u{301}".as_bytes(), "e\u{301}"),
            ("e\u{301}\u{301}\u{301}".as_bytes(), "e\u{301}\u{301}\\u{0301}"),
            ("漢字 ü".as_bytes(), "漢字 ü"),
        ];
        for (raw, want) in cases {
            assert_eq!(Clean::from_bytes(raw).as_str(), want, "{raw:?}");
        }
    }

    #[test]
    fn a_typed_backslash_never_reads_like_an_escape() {
        let cases: [(&[u8], &str); 8] = [
            (br"\u001b[m", r"\u001b[m"),
            (br"C:\xerox\users", r"C:\xerox\users"),
            (br"C:\new\table", r"C:\new\table"),
            (br"\x1b", r"\\x1b"),
            (b"\\\x1b", r"\\\x1b"),
            (br"\\x1b", r"\\\\x1b"),
            (br"\u{202e}", r"\\u{202e}"),
            (br"a\", r"a\"),
        ];
        for (raw, want) in cases {
            assert_eq!(Clean::from_bytes(raw).as_str(), want, "{raw:?}");
        }
    }

    #[test]
    fn escapes_are_told_apart_from_text() {
        let clean = Clean::concat([Clean::from("ab"), Clean::from_bytes(b"c\x1bd\x00")]);
        assert_eq!(clean.escapes(), [3..7, 8..12]);
    }

    #[test]
    fn a_slice_keeps_its_escapes() {
        let clean = Clean::from_bytes(b"ab\x1bcd\x07");
        let cases = [(0..2, "ab", None), (2..7, "\\x1bc", Some(0..4)), (6..12, "cd\\x07", Some(2..6))];
        for (range, text, escape) in cases {
            let slice = clean.slice(range);
            assert_eq!((slice.as_str(), slice.escapes().first()), (text, escape.as_ref()));
        }
        assert_eq!(Clean::from("ü").slice(1..2), Clean::default());
    }

    /// Reads the drawn text as a person would who knows the rule.
    fn read_back(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let run = rest.len() - rest.trim_start_matches('\\').len();
            let (escape, after) = rest.split_at(run);
            if run == 0 {
                out.extend(c.to_string().bytes());
                rest = &rest[c.len_utf8()..];
            } else if !after.starts_with(['x', 'u'])
                || !reads_like_an_escape(after.chars().next().unwrap(), &after.as_bytes()[1..])
            {
                out.extend(escape.bytes());
                rest = after;
            } else {
                out.extend(std::iter::repeat_n(b'\\', run / 2));
                rest = if run.is_multiple_of(2) { literal(after, &mut out) } else { escaped(after, &mut out) };
            }
        }
        out
    }

    fn literal<'a>(after: &'a str, out: &mut Vec<u8>) -> &'a str {
        out.push(after.as_bytes()[0]);
        &after[1..]
    }

    fn escaped<'a>(after: &'a str, out: &mut Vec<u8>) -> &'a str {
        if let Some(hex) = after.strip_prefix('x') {
            out.push(u8::from_str_radix(&hex[..2], 16).unwrap());
            return &hex[2..];
        }
        let (hex, rest) = after[2..].split_once('}').unwrap();
        let code = u32::from_str_radix(hex, 16).unwrap();
        if let Some(c) = char::from_u32(code) {
            out.extend(c.to_string().bytes());
        } else {
            let [low, middle, high] = [code & 0x3f, code >> 6 & 0x3f, code >> 12].map(|bits| bits.to_le_bytes()[0]);
            out.extend([0xe0 | high, 0x80 | middle, 0x80 | low]);
        }
        rest
    }

    proptest::proptest! {
        #[test]
        fn the_bytes_can_be_read_back(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)) {
            proptest::prop_assert_eq!(read_back(Clean::from_bytes(&raw).as_str()), raw);
        }

        #[test]
        fn nothing_hidden_is_left(text in "([\\\\xu{}a1\u{0}-\u{ff}]|\\\\\\\\[xu]|[\u{0}-\u{ffff}]){0,30}") {
            let clean = Clean::from_bytes(text.as_bytes());
            proptest::prop_assert!(!clean.as_str().chars().any(is_hidden));
            proptest::prop_assert_eq!(read_back(clean.as_str()), text.as_bytes());
        }
    }
}
