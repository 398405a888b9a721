//! Writes the rows of a page: pieces of text one after the other, wrapped to the pane, with room for the cursor's bar.
//!
//! Lives here: wrapping, hanging indents, which row belongs to which item. Imports: `base`.
//! Promise: every character of what goes in comes out, in order; an escape is never torn in two.

use std::ops::Range;

use crate::base::Clean;
use crate::state::Wrap;
use crate::state::page::glyphs::{fit, glyphs, width};
use crate::state::page::{Line, Page, Part, Role};

/// The rows so far.
#[derive(Debug)]
pub(crate) struct Flow {
    columns: usize,
    wrap: Wrap,
    item: Option<usize>,
    page: Page,
}

/// A glyph or an escape: what stays together.
struct Atom {
    part: usize,
    place: Range<usize>,
    columns: usize,
    blank: bool,
}

/// `count` blanks.
pub(crate) fn spaces(count: usize) -> Part {
    (Role::Text, Clean::from_bytes(" ".repeat(count.min(400)).as_bytes()))
}

/// The program's own words.
pub(crate) fn words(role: Role, text: &'static str) -> Part {
    (role, Clean::from(text))
}

/// Text that is put together from the program's words and numbers.
pub(crate) fn made(role: Role, text: &str) -> Part {
    (role, Clean::from_bytes(text.as_bytes()))
}

/// As much of a text as there is room for; what is left out is told by an ellipsis of stoop's own.
pub(crate) fn cut(role: Role, text: &Clean, columns: usize) -> Vec<Part> {
    if fit(text.as_str(), columns).0 == text.as_str().len() {
        return vec![(role, text.clone())];
    }
    let (end, _) = fit(text.as_str(), columns.saturating_sub(1));
    vec![(role, text.slice(0..end)), words(Role::Dim, "…")]
}

impl Flow {
    /// A page without rows, for a pane `columns` wide of which the first belongs to the cursor.
    pub(crate) fn new(columns: u16, wrap: Wrap) -> Self {
        let columns = usize::from(columns).saturating_sub(1).max(1);
        Self { columns, wrap, item: None, page: Page::default() }
    }

    /// How many cells a row has.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// What is written from now on belongs to the next item.
    pub(crate) fn begin_item(&mut self) {
        self.item = Some(self.page.items);
        self.page.items += 1;
    }

    /// The same, and the item leads to the alerts that this filter shows.
    pub(crate) fn begin_link(&mut self, filter: &str) {
        self.begin_item();
        self.page.links.push(filter.to_owned());
    }

    /// What is written from now on belongs to no item.
    pub(crate) fn end_item(&mut self) {
        self.item = None;
    }

    /// An empty row, unless the page begins here or the row above is empty.
    pub(crate) fn gap(&mut self) {
        if self.page.lines.last().is_some_and(|line| !line.parts.is_empty()) {
            self.row(Vec::new());
        }
    }

    /// Writes the parts; rows after the first begin `hang` cells further right.
    pub(crate) fn write(&mut self, hang: usize, parts: &[Part]) {
        let hang = hang.min(self.columns / 2);
        let atoms = atoms(parts);
        let mut rest = atoms.as_slice();
        let mut indent = 0;
        while !rest.is_empty() || indent == 0 {
            let (row, after) = rest.split_at(self.row_end(rest, self.columns - indent));
            let mut line = if indent > 0 { vec![spaces(indent)] } else { Vec::new() };
            line.extend(joined(parts, row));
            self.row(line);
            rest = after;
            if rest.is_empty() {
                break;
            }
            indent = hang.max(1);
        }
    }

    /// Writes a label and, from cell `at` on, the value; a label that does not fit has a row of its own.
    pub(crate) fn labelled(&mut self, at: usize, label: &[Part], value: &[Part]) {
        let at = at.min(self.columns / 2);
        let used: usize = label.iter().map(|(_, text)| width(text.as_str())).sum();
        if used < at {
            let parts = [label, &[spaces(at - used)], value].concat();
            return self.write(at, &parts);
        }
        self.write(at, label);
        if !value.is_empty() {
            self.write(at, &[&[spaces(at)], value].concat());
        }
    }

    /// What stands at the right end of the tabs.
    pub(crate) fn about(&mut self, parts: Vec<Part>) {
        self.page.about = parts;
    }

    /// The page.
    pub(crate) fn done(self) -> Page {
        self.page
    }

    fn row(&mut self, parts: Vec<Part>) {
        self.page.lines.push(Line { item: self.item, parts });
    }

    /// How many atoms stand in a row: up to the last blank behind its first third, else as many as fit; at least one.
    fn row_end(&self, atoms: &[Atom], columns: usize) -> usize {
        if self.wrap == Wrap::Off {
            return atoms.len();
        }
        let (mut used, mut blank) = (0, None);
        for (at, atom) in atoms.iter().enumerate() {
            if used + atom.columns > columns {
                return blank.unwrap_or(at).max(1);
            }
            used += atom.columns;
            if atom.blank && used > columns / 3 {
                blank = Some(at + 1);
            }
        }
        atoms.len()
    }
}

fn atoms(parts: &[Part]) -> Vec<Atom> {
    parts.iter().enumerate().flat_map(|(part, (_, text))| atoms_of(part, text)).collect()
}

fn atoms_of(part: usize, text: &Clean) -> Vec<Atom> {
    let mut escapes = text.escapes().iter().peekable();
    let mut atoms: Vec<Atom> = Vec::with_capacity(text.as_str().len());
    for glyph in glyphs(text.as_str()) {
        let end = glyph.at + glyph.text.len();
        while escapes.next_if(|escape| escape.end <= glyph.at).is_some() {}
        let torn = escapes.peek().is_some_and(|escape| escape.start < glyph.at);
        match atoms.last_mut() {
            Some(atom) if torn => {
                atom.place.end = end;
                atom.columns += glyph.columns;
            }
            _ => atoms.push(Atom { part, place: glyph.at..end, columns: glyph.columns, blank: glyph.text == " " }),
        }
    }
    atoms
}

/// The parts of one row, each piece of a part in one.
fn joined(parts: &[Part], row: &[Atom]) -> Vec<Part> {
    let mut line: Vec<Part> = Vec::new();
    for run in row.chunk_by(|a, b| a.part == b.part) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if let Some((role, text)) = parts.get(first.part) {
            line.push((*role, text.slice(first.place.start..last.place.end)));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(columns: u16, parts: &[Part]) -> Vec<String> {
        let mut flow = Flow::new(columns, Wrap::On);
        flow.write(2, parts);
        let text = |line: &Line| line.parts.iter().map(|(_, text)| text.as_str()).collect();
        flow.done().lines.iter().map(text).collect()
    }

    #[test]
    fn rows_end_at_blanks_where_they_can() {
        let cases: [(&[u8], &[&str]); 6] = [
            (b"", &[""]),
            (b"short", &["short"]),
            (b"one two three", &["one two ", "  three"]),
            (b"abcdefghijklmnop", &["abcdefghij", "  klmnop"]),
            ("漢字漢字漢字".as_bytes(), &["漢字漢字漢", "  字"]),
            (b"12345678\x1b[m", &["12345678", "  \\x1b[m"]),
        ];
        for (raw, want) in cases {
            assert_eq!(rows(11, &[(Role::Text, Clean::from_bytes(raw))]), want, "{raw:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), columns in 1_u16..40) {
            let text = Clean::from_bytes(&raw);
            let mut flow = Flow::new(columns, Wrap::On);
            flow.write(0, &[(Role::Text, text.slice(0..0)), (Role::Dim, text.clone())]);
            let parts = flow.done().lines.into_iter().flat_map(|line| line.parts);
            let whole = Clean::concat(parts.filter(|(role, _)| *role == Role::Dim).map(|(_, text)| text));
            proptest::prop_assert_eq!(whole, text);
        }
    }
}
