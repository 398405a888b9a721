//! The report as a document: headings, paragraphs, lists, tables, code.
//!
//! Lives here: the blocks that a section is made of. Not here: how they are written (`markdown`, `html`), what stands in
//! them (`section` and its siblings). Imports: `base`. Promise: a text of an alert is never more than text or code here.

use crate::base::Clean;

/// A piece of running text.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Words; markup in them is text.
    Text(Clean),
    /// The same, strong.
    Strong(Clean),
    /// A value, to the letter.
    Code(Clean),
    /// The number of a section, and a way there where the format has one.
    Section(u64),
}

/// Running text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(pub(crate) Vec<Piece>);

impl Words {
    /// The report's own words.
    pub(crate) fn own(text: &str) -> Self {
        Self::default().text(text)
    }
    /// Text of the analysis or the alert.
    pub(crate) fn of(text: &Clean) -> Self {
        Self::default().said(text)
    }
    /// A value.
    pub(crate) fn value(text: &Clean) -> Self {
        Self::default().code(text)
    }
    /// Adds words of the report's own.
    pub(crate) fn text(self, text: &str) -> Self {
        self.with(Piece::Text(Clean::from_bytes(text.as_bytes())))
    }
    /// Adds text of the analysis or the alert.
    pub(crate) fn said(self, text: &Clean) -> Self {
        self.with(Piece::Text(text.clone()))
    }
    /// Adds a value.
    pub(crate) fn code(self, text: &Clean) -> Self {
        self.with(Piece::Code(text.clone()))
    }
    /// Adds strong words.
    pub(crate) fn strong(self, text: &Clean) -> Self {
        self.with(Piece::Strong(text.clone()))
    }
    /// Adds values with commas between.
    pub(crate) fn codes<'a>(self, values: impl IntoIterator<Item = &'a Clean>) -> Self {
        let list = |words: Self, (n, value): (usize, &Clean)| match n {
            0 => words.code(value),
            _ => words.text(", ").code(value),
        };
        values.into_iter().enumerate().fold(self, list)
    }
    /// Adds other words.
    pub(crate) fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
    fn with(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }
}

/// One item of a list, with what hangs below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    /// The item.
    pub(crate) words: Words,
    /// Items below it.
    pub(crate) below: Vec<Words>,
}

impl From<Words> for Item {
    fn from(words: Words) -> Self {
        Self { words, below: Vec::new() }
    }
}

/// A part of the document.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// The title of section `number`.
    Section(u64, Words),
    /// A heading of the report's own words, 2 to 4 deep.
    Heading(u8, &'static str),
    /// Running text.
    Para(Words),
    /// Running text that is to be seen first.
    Callout(Words),
    /// A numbered list.
    Numbered(Vec<Item>),
    /// A list.
    Bullets(Vec<Item>),
    /// A table: its columns' titles, its rows.
    Table(&'static [&'static str], Vec<Vec<Words>>),
    /// Lines of code in a language.
    Code(&'static str, String),
    /// Blocks that not every reader needs, under a title.
    Folded(Words, Vec<Block>),
}

/// A paragraph.
pub(crate) fn para(words: Words) -> Block {
    Block::Para(words)
}

/// At most so many characters of a text, and a mark where it was cut.
pub(crate) fn shortened(text: &Clean, characters: usize) -> Clean {
    let Some((end, _)) = text.as_str().char_indices().nth(characters) else { return text.clone() };
    let is_inside = |end: &usize| text.escapes().iter().any(|escape| escape.start < *end && *end < escape.end);
    let end = text.escapes().iter().find(|e| is_inside(&end) && e.start < end && end < e.end).map_or(end, |e| e.start);
    Clean::concat([text.slice(0..end), Clean::from("…")])
}
