//! One line of text being typed: the readline keys.
//!
//! Lives here: editing. Not here: what the text means (`prompt`). Imports: nothing of the house but `state`.
//! Promise: the place stays between characters as a reader sees them, and the text never holds a control character.

use unicode_segmentation::UnicodeSegmentation;

use crate::state::commands::Args;
use crate::state::{Effect, Input, Model, prompt};

/// The longest text, in bytes: longer than any filter, short enough to be parsed with every key.
pub(crate) const MAX_BYTES: usize = 16 << 10;

impl Input {
    /// An input that holds `text`, its place at the end.
    pub(crate) fn holding(text: &str) -> Self {
        Self { text: text.to_owned(), at: text.len(), ..Self::default() }
    }
    /// Puts `text` in at the place, with blanks for control characters. `false`: it would be longer than [`MAX_BYTES`].
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > MAX_BYTES {
            return false;
        }
        let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.put(self.at, self.at, &printable);
        true
    }
    /// The text before the place.
    fn before(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }
    /// The text from the place on.
    fn after(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }
    fn right(&self) -> usize {
        self.at + self.after().graphemes(true).next().map_or(0, str::len)
    }
    /// Where the word before the place begins; blanks after it belong to it.
    fn word(&self) -> usize {
        let word = self.before().trim_end();
        word.rfind(char::is_whitespace).map_or(0, |at| at + word.get(at..).and_then(first_len).unwrap_or(0))
    }
    /// Replaces the bytes `from..to` and leaves the place after the new text.
    pub(crate) fn put(&mut self, from: usize, to: usize, text: &str) {
        let (head, tail) = (self.text.get(..from).unwrap_or_default(), self.text.get(to..).unwrap_or_default());
        self.at = head.len() + text.len();
        self.text = [head, text, tail].concat();
    }
}

fn first_len(text: &str) -> Option<usize> {
    text.chars().next().map(char::len_utf8)
}

/// Changes the input in front and lets the prompt see it.
fn edit(model: &mut Model, change: fn(&mut Input)) -> Vec<Effect> {
    let Some(input) = model.input_mut() else { return Vec::new() };
    let before = input.text.clone();
    change(input);
    if input.text == before { prompt::moved(model) } else { prompt::edited(model) }
}

/// To the start of the text.
pub(crate) fn start(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.at = 0)
}

/// To the end of the text.
pub(crate) fn end(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.at = input.text.len())
}

/// One character left.
pub(crate) fn left(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.at = input.left())
}

/// One character right.
pub(crate) fn right(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.at = input.right())
}

/// Deletes the character before the place.
pub(crate) fn delete_left(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.put(input.left(), input.at, ""))
}

/// Deletes the character at the place.
pub(crate) fn delete_right(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| {
        let at = input.at;
        input.put(at, input.right(), "");
    })
}

/// Deletes the word before the place.
pub(crate) fn delete_word(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.put(input.word(), input.at, ""))
}

/// Deletes the text before the place.
pub(crate) fn delete_all(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    edit(model, |input| input.put(0, input.at, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the place.
    fn input(marked: &str) -> Input {
        let at = marked.find('|').unwrap();
        Input { at, ..Input::holding(&marked.replace('|', "")) }
    }

    fn marked(input: &Input) -> String {
        format!("{}|{}", input.before(), input.after())
    }

    #[test]
    fn editing_goes_by_characters_as_they_are_seen() {
        type Edit = fn(&mut Input);
        let cases: [(&str, Edit, &str); 12] = [
            ("ab|", |i| i.at = i.left(), "a|b"),
            ("|ab", |i| i.at = i.left(), "|ab"),
            ("|e\u{301}b", |i| i.at = i.right(), "e\u{301}|b"),
            ("ab|", |i| i.at = i.right(), "ab|"),
            ("🇩🇪|x", |i| i.put(i.left(), i.at, ""), "|x"),
            ("a|漢b", |i| i.put(i.at, i.right(), ""), "a|b"),
            ("one two  |three", |i| i.put(i.word(), i.at, ""), "one |three"),
            ("one|", |i| i.put(i.word(), i.at, ""), "|"),
            ("|one", |i| i.put(i.word(), i.at, ""), "|one"),
            ("ab\u{3000}cd|", |i| i.put(i.word(), i.at, ""), "ab\u{3000}|"),
            ("ab|cd", |i| i.put(0, i.at, ""), "|cd"),
            ("a|d", |i| assert!(i.insert("b\x1b\n\u{9b}c")), "ab   c|d"),
        ];
        for (before, edit, after) in cases {
            let mut input = input(before);
            edit(&mut input);
            assert_eq!(marked(&input), after, "{before}");
        }
    }

    #[test]
    fn a_text_has_an_end() {
        let mut input = Input::holding(&"x".repeat(MAX_BYTES - 1));
        assert!(input.insert("y"));
        assert!(!input.insert("z"));
        assert_eq!(input.text.len(), MAX_BYTES);
    }
}
