//! A key as the program understands it, free of any terminal library.
//!
//! Lives here: the keys that commands are bound to and how they are written. Imports: nothing.
//! Promise: `Key::parse(key.to_string()) == Some(key)`, so the help, the config file and the tests write keys alike.

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
