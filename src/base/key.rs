//! A key as the program understands it, free of any terminal library.
//!
//! Lives here: the keys that commands are bound to and how they are written. Imports: nothing.
//! Promise: `Key::parse(key.to_string()) == Some(key)`, so the help, the config file and the tests write keys alike.

use std::fmt;

/// One keypress with its modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A character as typed; capital letters are their own keys.
    Char(char),
    /// A character with the control key, in lower case.
    Ctrl(char),
    /// A character with the alt key.
    Alt(char),
    /// Alt with Enter.
    AltEnter,
    /// Enter.
    Enter,
    /// Escape; must never do harm, since a key that arrives in pieces begins with it.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift with the tabulator.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, 1 to 12.
    F(u8),
}

/// Keys that have a name, as help shows it.
const NAMES: [(Key, &str); 16] = [
    (Key::AltEnter, "Alt-Enter"),
    (Key::Enter, "Enter"),
    (Key::Esc, "Esc"),
    (Key::Tab, "Tab"),
    (Key::BackTab, "Shift-Tab"),
    (Key::Backspace, "Backspace"),
    (Key::Delete, "Delete"),
    (Key::Up, "Up"),
    (Key::Down, "Down"),
    (Key::Left, "Left"),
    (Key::Right, "Right"),
    (Key::Home, "Home"),
    (Key::End, "End"),
    (Key::PageUp, "PgUp"),
    (Key::PageDown, "PgDn"),
    (Key::Char(' '), "Space"),
];

impl Key {
    /// Reads one key as [`Key`]'s `Display` writes it; case counts only in single characters. `None`: no key is so called.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(c) = only_char(text) {
            return Some(Self::Char(c));
        }
        if let Some((key, _)) = NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)) {
            return Some(*key);
        }
        let (modifier, rest) = match text.split_once('-') {
            Some((modifier, rest)) => (modifier, named_char(rest)?),
            None => return function_key(text),
        };
        if modifier.eq_ignore_ascii_case("ctrl") {
            return Some(Self::Ctrl(rest.to_ascii_lowercase()));
        }
        modifier.eq_ignore_ascii_case("alt").then_some(Self::Alt(rest))
    }

    /// Reads what the table of commands binds: one key, or plain characters one after the other (`gg`).
    pub(crate) fn chord(text: &str) -> Vec<Self> {
        Self::parse(text).map_or_else(|| text.chars().map(Self::Char).collect(), |key| vec![key])
    }
}

/// `x`, `Ctrl-x`, `Alt-x`, `Enter`, `F5`: as UX writes keys.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = NAMES.iter().find(|(key, _)| key == self) {
            return f.pad(name);
        }
        match self {
            Self::Char(c) => write!(f, "{c}"),
            Self::Ctrl(' ') => f.write_str("Ctrl-Space"),
            Self::Alt(' ') => f.write_str("Alt-Space"),
            Self::Ctrl(c) => write!(f, "Ctrl-{c}"),
            Self::Alt(c) => write!(f, "Alt-{c}"),
            Self::F(number) => write!(f, "F{number}"),
            // The rest has names.
            other => write!(f, "{other:?}"),
        }
    }
}

fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn named_char(text: &str) -> Option<char> {
    only_char(text).or_else(|| text.eq_ignore_ascii_case("space").then_some(' '))
}

fn function_key(text: &str) -> Option<Key> {
    let number = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=12).contains(&number).then_some(Key::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_the_manual_writes_them() {
        let cases = [
            ("j", Key::Char('j')),
            ("G", Key::Char('G')),
            ("-", Key::Char('-')),
            ("Space", Key::Char(' ')),
            ("Ctrl-d", Key::Ctrl('d')),
            ("Ctrl--", Key::Ctrl('-')),
            ("Ctrl-Space", Key::Ctrl(' ')),
            ("Alt-Enter", Key::AltEnter),
            ("Alt-X", Key::Alt('X')),
            ("Shift-Tab", Key::BackTab),
            ("PgDn", Key::PageDown),
            ("F12", Key::F(12)),
            ("漢", Key::Char('漢')),
        ];
        for (text, key) in cases {
            assert_eq!(Key::parse(text), Some(key), "{text}");
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn names_are_read_in_any_case_and_nonsense_is_no_key() {
        let cases = [
            ("enter", Some(Key::Enter)),
            ("PGUP", Some(Key::PageUp)),
            ("ctrl-D", Some(Key::Ctrl('d'))),
            ("f1", Some(Key::F(1))),
            ("", None),
            ("F0", None),
            ("F13", None),
            ("Ctrl-", None),
            ("Ctrl-ab", None),
            ("Hyper-x", None),
            ("gg", None),
        ];
        for (text, want) in cases {
            assert_eq!(Key::parse(text), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_key_reads_back(c in proptest::prelude::any::<char>(), number in 1_u8..=12) {
            let lower = c.to_ascii_lowercase();
            for key in [Key::Char(c), Key::Ctrl(lower), Key::Alt(c), Key::F(number)] {
                proptest::prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
            }
            for (key, _) in NAMES {
                proptest::prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
            }
        }
    }
}
