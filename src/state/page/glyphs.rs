//! Text in the units of a screen: what one cell or two of them hold, and how many cells a text takes.
//!
//! Lives here: widths, and the places where a text may be cut. Imports: nothing. Promise: no character is split or
//! lost; one that would take no cell of its own, or more than two, is drawn so that it can be seen.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Characters that one cell holds at most: a letter, two marks, and one to spare. Hangul and Indic clusters have no
/// end of their own, and a cell that holds a thousand letters would be drawn as one.
const MAX_CHARS: usize = 4;

/// What stands in one cell, or in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph<'a> {
    /// Where it begins in the text, in bytes.
    pub(crate) at: usize,
    /// Its characters.
    pub(crate) text: &'a str,
    /// Cells that it takes; more than two only where [`Glyph::drawn`] is an escape.
    pub(crate) columns: usize,
}

impl<'a> Glyph<'a> {
    fn of(at: usize, text: &'a str) -> Self {
        let columns = if fits_a_cell(text) { text.width() } else { alone(text).len() };
        Self { at, text, columns }
    }

    /// What is drawn: itself, or as an escape a mark that has no letter to stand on, or a sign wider than two cells.
    pub(crate) fn drawn(&self) -> Cow<'a, str> {
        if fits_a_cell(self.text) { Cow::Borrowed(self.text) } else { Cow::Owned(alone(self.text)) }
    }
}

/// One sign of Khmer is said to be three cells wide, and terminals do not agree on it.
fn fits_a_cell(text: &str) -> bool {
    matches!(text.width(), 1 | 2)
}

/// What stands in no cell, written as [`crate::base::Clean`] writes hidden characters.
fn alone(text: &str) -> String {
    let escapes: Vec<String> = text.chars().map(|c| format!("\\u{{{:04x}}}", u32::from(c))).collect();
    escapes.concat()
}

/// The glyphs of a text that is clean.
pub(crate) fn glyphs(text: &str) -> Glyphs<'_> {
    Glyphs { text, at: 0 }
}

/// See [`glyphs`].
#[derive(Clone, Debug)]
pub(crate) struct Glyphs<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        let rest = self.text.get(self.at..)?;
        let first = match rest.as_bytes() {
            // Nothing of ASCII joins with its neighbour, but the letter before a mark does.
            [one, two, ..] if one.is_ascii() && two.is_ascii() => rest.get(..1)?,
            _ => cell(rest.graphemes(true).next()?),
        };
        let glyph = Glyph::of(self.at, first);
        self.at += first.len();
        Some(glyph)
    }
}

/// The cluster, or its first letter with its marks where it is too long for a cell.
fn cell(cluster: &str) -> &str {
    if cluster.chars().take(MAX_CHARS + 1).count() <= MAX_CHARS && cluster.width() <= 2 {
        return cluster;
    }
    let mut followers = cluster.char_indices().enumerate().skip(1);
    let end = followers.find(|(count, (_, c))| *count == MAX_CHARS || has_width(*c)).map(|(_, (at, _))| at);
    end.and_then(|end| cluster.get(..end)).unwrap_or(cluster)
}

fn has_width(c: char) -> bool {
    c.encode_utf8(&mut [0; 4]).width() > 0
}

/// How many cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    glyphs(text).map(|glyph| glyph.columns).sum()
}

/// How many bytes of the text fit into so many cells, and how many cells these take. Looks no further than it must.
pub(crate) fn fit(text: &str, columns: usize) -> (usize, usize) {
    let mut used = 0;
    for glyph in glyphs(text) {
        if used + glyph.columns > columns {
            return (glyph.at, used);
        }
        used += glyph.columns;
    }
    (text.len(), used)
}

/// At most `bytes` of `raw` from its start, without cutting a character in two; whether that is all of it.
pub(crate) fn head(raw: &[u8], bytes: usize) -> (&[u8], bool) {
    let Some(head) = raw.get(..bytes).filter(|_| raw.len() > bytes) else { return (raw, true) };
    let is_inside = |at: &usize| raw.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let end = (bytes.saturating_sub(3)..=bytes).rev().find(|at| !is_inside(at)).unwrap_or(bytes);
    (head.get(..end).unwrap_or(head), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_glyphs_only() {
        // text, columns; bytes that fit, cells that they take
        let cases = [
            ("abc", 2, (2, 2)),
            ("abc", 3, (3, 3)),
            ("abc", 0, (0, 0)),
            ("漢字", 3, (3, 2)),
            ("漢字", 4, (6, 4)),
            ("漢字", 1, (0, 0)),
            ("e\u{301}x", 1, (3, 1)),
            ("👍🏽x", 2, (8, 2)),
            ("🇩🇪🇫🇷", 3, (8, 2)),
            // A mark without its letter takes the cells of its escape.
            ("\u{301}x", 7, (0, 0)),
            ("\u{301}x", 8, (2, 8)),
            ("\u{17d8}x", 8, (3, 8)),
        ];
        for (text, columns, want) in cases {
            assert_eq!(fit(text, columns), want, "{text:?} {columns}");
        }
    }

    #[test]
    fn a_cluster_without_end_is_many_glyphs() {
        for text in ["\u{1100}".repeat(99), format!("가{}", "\u{1161}".repeat(99)), "क\u{94d}".repeat(99)] {
            let all: Vec<Glyph<'_>> = glyphs(&text).collect();
            assert!(all.iter().all(|glyph| glyph.text.chars().count() <= MAX_CHARS), "{text}");
            assert!(all.iter().all(|glyph| glyph.drawn().width() == glyph.columns), "{text}");
            assert_eq!(all.iter().map(|glyph| glyph.text).collect::<String>(), text);
        }
    }

    #[test]
    fn a_long_value_is_cut_before_it_is_looked_at() {
        let cases: [(&[u8], usize, &[u8], bool); 5] = [
            (b"abcdef", 3, b"abc", false),
            (b"abc", 3, b"abc", true),
            ("aü".as_bytes(), 2, b"a", false),
            ("漢字".as_bytes(), 5, "漢".as_bytes(), false),
            (b"\x80\x80\x80\x80\x80\x80", 5, b"\x80\x80\x80\x80\x80", false),
        ];
        for (raw, bytes, want, whole) in cases {
            assert_eq!(head(raw, bytes), (want, whole), "{raw:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn glyphs_are_the_text_and_their_widths_those_drawn(text in "[\\PC\u{1100}-\u{11ff}\u{300}-\u{36f}a]{0,60}") {
            let all: Vec<Glyph<'_>> = glyphs(&text).collect();
            proptest::prop_assert_eq!(all.iter().map(|glyph| glyph.text).collect::<String>(), text.clone());
            for glyph in all {
                proptest::prop_assert_eq!(glyph.drawn().width(), glyph.columns);
                proptest::prop_assert!(glyph.columns <= 2 || !fits_a_cell(glyph.text));
            }
        }
    }
}
