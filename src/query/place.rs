//! What stands at a place of a filter that is being typed, whole or not: where a name, an operator or a value may come.
//!
//! Lives here: reading unfinished text piece by piece. Not here: whether it is a filter (`parse`), what is offered
//! (`complete`). Imports: nothing. Promise: any text gives an answer, in time linear in the text.

use std::ops::Range;

use crate::query::lex::{Cursor, is_blank};
use crate::query::operand_parse;
use crate::query::operator::{self, Operator};

/// What may be completed at the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// What may stand there.
    pub(crate) kind: Kind,
    /// What is replaced by a candidate, in bytes: the piece that the caret stands in or behind.
    pub(crate) at: Range<usize>,
    /// The beginning of the piece, up to the caret, as it reads.
    pub(crate) typed: Vec<u8>,
}

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A field's name, or the beginning of a condition in any other way.
    Term,
    /// A saved filter's name behind an `@`.
    Saved,
    /// An operator for this field.
    Operator {
        /// The field's name as it is written.
        field: String,
    },
    /// A value.
    Value(Compared),
}

/// The comparison that a value is missing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The field's name as it is written.
    pub(crate) field: String,
    /// The operator as it is written.
    pub(crate) operator: String,
    /// Whether the values stand in a list.
    pub(crate) in_list: bool,
    /// Where the comparison stands, from the field's name to its end, a closing parenthesis of its list included.
    pub(crate) at: Range<usize>,
}

/// The unfinished text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk {
    /// What may be completed at the caret; `None`: nothing.
    pub(crate) place: Option<Place>,
    /// Where names of saved filters stand, `@` included.
    pub(crate) saved: Vec<Range<usize>>,
    /// How many parentheses are open at the end.
    pub(crate) open: usize,
}

/// Reads `text` with the caret in front of byte `caret`.
pub(crate) fn walk(text: &str, caret: usize) -> Walk {
    let mut walker = Walker { cursor: Cursor::new(text), caret, walk: Walk::default() };
    walker.text();
    walker.walk
}

struct Walker<'t> {
    cursor: Cursor<'t>,
    caret: usize,
    walk: Walk,
}

/// A value as it stands in the text.
struct Piece {
    at: Range<usize>,
    /// It is a quoted text without its closing quote.
    is_open: bool,
}

impl Walker<'_> {
    fn text(&mut self) {
        loop {
            self.cursor.skip_blanks();
            if self.is_at_end() {
                return self.note_gap(self.cursor.at(), Kind::Term);
            }
            if self.cursor.eat("(") {
                self.walk.open += 1;
                self.note_glued(Kind::Term);
            } else if self.cursor.eat(")") {
                self.walk.open = self.walk.open.saturating_sub(1);
            } else if self.cursor.eat(",") || self.cursor.eat("=") {
                // Out of place; the parser tells.
            } else {
                self.term();
            }
        }
    }

    fn is_at_end(&self) -> bool {
        self.cursor.peek().is_none()
    }

    /// The caret may stand in blanks that end at `end`.
    fn note_gap(&mut self, end: usize, kind: Kind) {
        let before = self.caret.checked_sub(1).and_then(|at| self.cursor.slice(at..self.caret).bytes().next());
        let stands_free = before.is_none_or(|b| is_blank(b) || b == b'(' || b == b',');
        if self.walk.place.is_none() && self.caret == end && stands_free {
            self.walk.place = Some(Place { kind, at: end..end, typed: Vec::new() });
        }
    }

    /// The caret may stand right here.
    fn note_glued(&mut self, kind: Kind) {
        let at = self.cursor.at();
        let free = self.cursor.peek().is_none_or(|b| is_blank(b) || b == b')');
        if self.walk.place.is_none() && self.caret == at && free {
            self.walk.place = Some(Place { kind, at: at..at, typed: Vec::new() });
        }
    }

    /// The caret may stand in this piece, or right behind it.
    fn note(&mut self, at: &Range<usize>, kind: Kind) {
        if self.walk.place.is_none() && at.start < self.caret && self.caret <= at.end {
            let typed = self.cursor.slice(at.start..self.caret).as_bytes().to_vec();
            self.walk.place = Some(Place { kind, at: at.clone(), typed });
        }
    }

    /// A keyword, a word, a name with its comparison.
    fn term(&mut self) {
        let start = self.cursor.at();
        if matches!(self.cursor.peek(), Some(b'"' | b'\'')) {
            self.piece();
            return;
        }
        if operand_parse::begins(&self.cursor) {
            // A transformer: names may stand in it, which is not looked at.
            self.cursor.bare();
            return;
        }
        let name = self.cursor.clone().name();
        let word = self.cursor.bare();
        if self.cursor.slice(word.clone()).starts_with('@') {
            self.note(&word, Kind::Saved);
            self.walk.saved.push(word);
            return;
        }
        self.note(&word, Kind::Term);
        let is_keyword = ["and", "or", "not"].contains(&self.cursor.slice(word.clone()));
        let Some(name) = name.filter(|_| !is_keyword) else { return };
        self.comparison(start, name, word);
    }

    /// What stands behind a name: an operator and values, or neither.
    fn comparison(&mut self, start: usize, name: Range<usize>, word: Range<usize>) {
        let mut behind = self.cursor.clone();
        // `bare` went past brackets and signs that are glued to the name.
        behind.go_to(name.end);
        if behind.argument().is_err() {
            return;
        }
        let field = behind.slice(start..behind.at()).to_owned();
        let glued = behind.at();
        behind.skip_blanks();
        let sign = behind.at();
        let operator = operator::eat(&mut behind);
        let typed_word =
            operator.is_some() && behind.at() == self.caret && !ends_with_sign(behind.slice(sign..behind.at()));
        match operator {
            Some(operator) if !typed_word => {
                self.cursor = behind;
                let written = self.cursor.slice(sign..self.cursor.at()).to_owned();
                let compared = Compared { field, operator: written, in_list: false, at: start..self.cursor.at() };
                self.values(operator, compared);
            }
            _ if sign > glued => self.half_an_operator(behind, sign, field),
            _ => {
                let end = word.end;
                self.cursor.go_to(end);
            }
        }
    }

    /// No operator, or one that is being typed, or none yet.
    fn half_an_operator(&mut self, mut behind: Cursor<'_>, sign: usize, field: String) {
        behind.go_to(sign);
        let kind = Kind::Operator { field };
        if behind.peek().is_none() {
            let at = self.cursor.at();
            self.note_gap(sign, kind);
            self.cursor.go_to(at);
            return;
        }
        let piece = behind.bare();
        let piece = if piece.is_empty() { sign..sign + 1 } else { piece };
        self.note(&piece, kind);
    }

    fn values(&mut self, operator: Operator, compared: Compared) {
        match operator {
            Operator::Exists => {}
            Operator::List(_) => self.list(compared),
            _ => self.one_value(compared),
        }
    }

    fn one_value(&mut self, mut compared: Compared) {
        let operator_end = self.cursor.at();
        self.cursor.skip_blanks();
        if self.cursor.peek().is_none_or(|b| matches!(b, b'(' | b')' | b',')) {
            let here = self.cursor.at();
            let is_sign = ends_with_sign(&compared.operator);
            if self.walk.place.is_none() && self.caret == here && (is_sign || here > operator_end) {
                compared.at.end = here;
                self.walk.place = Some(Place { kind: Kind::Value(compared), at: here..here, typed: Vec::new() });
            }
            return;
        }
        let piece = self.piece();
        compared.at.end = piece.at.end;
        self.note_value(&piece, compared);
    }

    fn list(&mut self, mut compared: Compared) {
        self.cursor.skip_blanks();
        if !self.cursor.eat("(") {
            return;
        }
        compared.in_list = true;
        let inside = self.cursor.at();
        let end = self.list_end();
        compared.at.end = end;
        self.cursor.go_to(inside);
        while self.cursor.at() < end {
            self.cursor.skip_blanks();
            let here = self.cursor.at();
            match self.cursor.peek() {
                None | Some(b')' | b',') => {
                    self.note_gap(here, Kind::Value(compared.clone()));
                    self.cursor.go_to((here + 1).min(end));
                }
                _ => {
                    let piece = self.piece();
                    if piece.at.is_empty() {
                        self.cursor.go_to(here + 1);
                    }
                    self.note_value(&piece, compared.clone());
                }
            }
        }
        self.note_gap(end, Kind::Value(compared));
        self.cursor.go_to(end);
    }

    /// Where the list that begins here ends: behind its parenthesis, or at the end of the text.
    fn list_end(&mut self) -> usize {
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                None => return self.cursor.at(),
                Some(b')') => return self.cursor.at() + 1,
                Some(b',' | b'(' | b'=') => self.cursor.go_to(self.cursor.at() + 1),
                _ => {
                    self.piece();
                }
            }
        }
    }

    fn note_value(&mut self, piece: &Piece, compared: Compared) {
        let first = self.cursor.slice(piece.at.clone()).bytes().next();
        let is_quoted = matches!(first, Some(b'"' | b'\''));
        let inside = piece.at.start..piece.at.end - usize::from(is_quoted && !piece.is_open);
        if self.walk.place.is_some() || self.caret <= piece.at.start || self.caret > piece.at.end {
            return;
        }
        let text = self.cursor.slice(inside.start..self.caret.min(inside.end));
        let typed = match first {
            Some(b'"' | b'\'') => unquoted(text),
            _ => text.as_bytes().to_vec(),
        };
        self.walk.place = Some(Place { kind: Kind::Value(compared), at: piece.at.clone(), typed });
    }

    /// Goes past one value, quoted or not.
    fn piece(&mut self) -> Piece {
        let start = self.cursor.at();
        if !matches!(self.cursor.peek(), Some(b'"' | b'\'')) {
            return Piece { at: self.cursor.bare(), is_open: false };
        }
        let mut whole = self.cursor.clone();
        if let Ok(quote) = whole.quoted() {
            self.cursor = whole;
            return Piece { at: quote.at, is_open: false };
        }
        let end = start + self.cursor.rest().len();
        self.cursor.go_to(end);
        Piece { at: start..end, is_open: true }
    }
}

/// What the beginning of a quoted text reads as; half an escape at its end is left out.
fn unquoted(text: &str) -> Vec<u8> {
    let quote = text.get(..1).unwrap_or_default();
    let mut end = text.len();
    while end > 0 {
        let closed = [text.get(..end).unwrap_or_default(), quote].concat();
        match Cursor::new(&closed).quoted() {
            Ok(read) if read.at.end == closed.len() => return read.bytes,
            _ => end -= 1,
        }
        if text.len() - end > 4 {
            break;
        }
    }
    text.get(1..).unwrap_or_default().as_bytes().to_vec()
}

fn ends_with_sign(operator: &str) -> bool {
    operator.ends_with(['=', '<', '>'])
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
