//! A theme by which tests see roles: every role has a colour of its own, and every colour a letter.
//!
//! Lives here: nothing that a user sees. Imports: `state`. Promise: two roles never have the same letter.

use ratatui::style::{Color, Modifier, Style};

use super::{Glyphs, Theme};
use crate::state::page::Role;

/// One letter a role, in the order of [`Role::all`]: text, dim, hint, separator, escape, decoded, disabled, accent, match,
/// differs, error, notice, heading, a step that looks, changes, destroys, then the priorities by number.
const LETTERS: &str = ".dh-xyoAMB!nHlcD01234567";

/// The theme.
pub(crate) fn theme() -> Theme {
    let styles = Role::all().zip(0..).map(|(role, number)| (role, Style::default().fg(Color::Indexed(number))));
    Theme { styles: styles.collect(), glyphs: Glyphs::Unicode }
}

/// The letter of a style: `u` where a cell is underlined for the cursor, `r` where it is reversed, a blank where nothing
/// was drawn.
pub(crate) fn letter(style: Style) -> char {
    match style.fg {
        _ if style.add_modifier.contains(Modifier::UNDERLINED) => 'u',
        _ if style.add_modifier.contains(Modifier::REVERSED) => 'r',
        Some(Color::Indexed(number)) => LETTERS.chars().nth(usize::from(number)).unwrap_or('?'),
        _ => ' ',
    }
}
