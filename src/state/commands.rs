//! What a command is, and where keys go to: help, palette, bottom line and every key are made from one table.
//!
//! Lives here: panes, what a command is told, finding one. Not here: the table (`table`), what the functions do (the files
//! beside). Imports: `base`. Promise: in one pane no key means two things, and a key that is not in the table does nothing.

use crate::base::{Key, Millis};
use crate::state::table::{COMMANDS, MAIN};
use crate::state::{Effect, Model};

/// Where keys go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The list.
    List,
    /// The values of fields.
    Facets,
    /// Alerts over time.
    Histogram,
    /// The tab with every value.
    Fields,
    /// The tab with the meaning.
    Analysis,
    /// The tab with steps.
    Commands,
    /// The tab with the line.
    Raw,
    /// The tab with the alerts around.
    Related,
    /// Two alerts side by side.
    Compare,
    /// A line of text being typed.
    Input,
    /// The chips of the filter.
    Chips,
    /// One more key is waited for.
    Confirm,
    /// Help and palette: a list that typed text narrows.
    Choice,
    /// A list without text: unreadable lines, messages, the start page.
    Picker,
}

/// The command that does what waits for one more key.
pub(crate) const CONFIRM: &str = "confirm";

/// What a command is told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Args<'a> {
    /// The count typed before the key.
    pub(crate) count: Option<usize>,
    /// When `^C` was the key before.
    pub(crate) interrupted: Option<Millis>,
    /// The words after the command's name in the palette, without blanks around them.
    pub(crate) text: &'a str,
}

impl Args<'_> {
    /// How often: the count, or once.
    pub(crate) fn times(&self) -> usize {
        self.count.unwrap_or(1)
    }
}

/// What a command does.
pub(crate) type Run = fn(&mut Model, &Args<'_>) -> Vec<Effect>;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command {
    /// Its name in palette and configuration.
    pub(crate) name: &'static str,
    /// Its keys with blanks between them, each as [`Key::chord`] reads it; empty: palette only.
    pub(crate) keys: &'static str,
    /// Where the keys work.
    pub(crate) panes: &'static [Pane],
    /// What the palette takes after the name; empty: nothing.
    pub(crate) argument: &'static str,
    /// What it does: a verb, at most 40 columns.
    pub(crate) help: &'static str,
    /// Its word on the bottom line.
    pub(crate) word: &'static str,
    /// Does it.
    pub(crate) run: Run,
}

impl Command {
    pub(super) const fn word(mut self, word: &'static str) -> Self {
        self.word = word;
        self
    }
    pub(super) const fn takes(mut self, argument: &'static str) -> Self {
        self.argument = argument;
        self
    }
    /// Its keys, each as the keypresses that it takes.
    pub(crate) fn chords(&self) -> impl Iterator<Item = Vec<Key>> {
        self.keys.split_ascii_whitespace().map(Key::chord)
    }
    /// Whether it is for the reader, rather than for editing a line of text.
    pub(crate) fn is_for_palette(&self) -> bool {
        self.panes.iter().any(|pane| MAIN.contains(pane))
    }
}

/// The command called `name`.
pub(crate) fn named(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Every key that means something in `pane`, as keypresses, with what it means.
pub(crate) fn chords(pane: Pane) -> impl Iterator<Item = (Vec<Key>, &'static Command)> {
    let here = COMMANDS.iter().filter(move |command| command.panes.contains(&pane));
    here.flat_map(|command| command.chords().map(move |chord| (chord, command)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::table::ALL;

    #[test]
    fn in_one_pane_no_key_means_two_things() {
        for pane in ALL {
            let chords: Vec<(Vec<Key>, &str)> = chords(*pane).map(|(chord, c)| (chord, c.name)).collect();
            for (at, (chord, name)) in chords.iter().enumerate() {
                for (other, other_name) in chords.iter().skip(at + 1) {
                    let clash = chord.starts_with(other) || other.starts_with(chord);
                    assert!(!clash, "{pane:?}: {name} {chord:?}, {other_name} {other:?}");
                }
            }
        }
    }

    #[test]
    fn names_are_unique_and_words_fit() {
        for (at, command) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS.iter().skip(at + 1).all(|other| other.name != command.name), "{}", command.name);
            assert!(!command.help.is_empty() && command.help.chars().count() <= 40, "{}", command.help);
            assert!(command.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            assert!(!command.panes.is_empty(), "{}", command.name);
        }
    }

    #[test]
    fn keys_are_written_as_they_read() {
        for command in COMMANDS {
            for (text, chord) in command.keys.split(' ').zip(command.chords()) {
                assert_eq!(chord.iter().map(ToString::to_string).collect::<String>(), text, "{}", command.name);
                assert!(chord.len() <= 2, "{text}: a prefix is one key");
                assert!(chord.len() == 1 || !command.word.is_empty(), "{text} has no word on the bottom line");
            }
        }
    }
}
