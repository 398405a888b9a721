//! Roles → styles: the themes, the terminal's colour depth, the glyphs it can show.
//!
//! Lives here: reading themes, what a role looks like. Not here: roles (`state::page`). Imports: `base`, `state`.
//! Promise: every role has a style in every theme, the background is left alone, and without colours only attributes
//! are used.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::base::{Clean, Notice};
use crate::state::page::Role;
use crate::ui::colour::{Rgb, ansi};

/// The themes in the binary, by name.
const BUNDLED: [(&str, &str); 2] =
    [("dark", include_str!("../../themes/dark.toml")), ("light", include_str!("../../themes/light.toml"))];

/// What every theme inherits, and what a terminal without colours gets.
const BASE: &str = include_str!("../../themes/base.toml");

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Depth {
    /// None: attributes only.
    #[default]
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// The 256 of xterm.
    TwoHundred,
    /// 24 bits.
    True,
}

/// The program's own signs that are not ASCII; each is one cell wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Glyphs {
    /// As UX draws them.
    #[default]
    Unicode,
    /// ASCII in their place.
    Ascii,
}

/// Signs, and what stands for them where only ASCII can be shown.
const SIGNS: [(&str, &str); 18] = [
    ("▌", ">"),
    ("▸", "+"),
    ("▾", "-"),
    ("│", "|"),
    ("─", "-"),
    ("…", "~"),
    ("·", "-"),
    ("×", "x"),
    ("±", "~"),
    ("‹", "<"),
    ("›", ">"),
    ("→", ">"),
    ("↑", "^"),
    ("↓", "v"),
    ("█", "_"),
    ("–", "-"),
    ("└", "+"),
    ("┘", "+"),
];

impl Glyphs {
    /// A bar so many eighths of a cell high.
    pub(super) fn level(self, eighths: usize) -> &'static str {
        const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        const DIGITS: [&str; 9] = [" ", "1", "2", "3", "4", "5", "6", "7", "8"];
        let levels = if self == Self::Ascii { DIGITS } else { BLOCKS };
        levels.get(eighths.min(8)).copied().unwrap_or(" ")
    }
    /// A cell of a bar that lies.
    pub(super) fn block(self) -> &'static str {
        if self == Self::Ascii { "#" } else { "█" }
    }
    /// The sign as it can be shown; what is no sign stays.
    pub(super) fn sign(self, sign: &str) -> &str {
        let shown = SIGNS.iter().find(|(unicode, _)| self == Self::Ascii && *unicode == sign);
        shown.map_or(sign, |(_, ascii)| ascii)
    }
}

/// What every role looks like, and the glyphs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Theme {
    styles: Vec<(Role, Style)>,
    glyphs: Glyphs,
}

impl Theme {
    /// The theme called `name` (`dark`, `light`) for `depth` colours; `ascii`: only ASCII glyphs outside alert text.
    /// `Err`: no such theme, and which there are.
    pub(crate) fn named(name: &str, depth: Depth, ascii: bool) -> Result<Self, Notice> {
        let Some((name, text)) = BUNDLED.iter().find(|(bundled, _)| *bundled == name) else {
            return Err(unknown_theme(name));
        };
        let glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Unicode };
        let base = Raw::parse("base", BASE)?;
        // Colours taken away would leave a theme without its distinctions: the base has them as attributes.
        let over = if depth == Depth::None { base.clone() } else { Raw::parse(name, text)? };
        let styles = Role::all().map(|role| Ok((role, over.or(&base, role, depth)?)));
        Ok(Self { styles: styles.collect::<Result<_, Notice>>()?, glyphs })
    }

    /// How a role looks.
    pub(super) fn style(&self, role: Role) -> Style {
        self.styles.iter().find(|(of, _)| *of == role).map_or_else(Style::default, |(_, style)| *style)
    }

    /// The signs that can be shown.
    pub(super) fn glyphs(&self) -> Glyphs {
        self.glyphs
    }
}

/// A role's name in a theme: `dim`, `priority.critical`.
pub(super) fn role_name(role: Role) -> String {
    match role {
        Role::Priority(priority) => format!("priority.{}", priority.word().to_lowercase()),
        plain => format!("{plain:?}").to_lowercase(),
    }
}

/// A theme as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    #[serde(rename = "appearance")]
    _appearance: Appearance,
    #[serde(rename = "inherits")]
    _inherits: Option<Inherits>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    roles: BTreeMap<String, Look>,
}

/// Which background a theme is for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Appearance {
    Dark,
    Light,
    Any,
}

/// The only theme that there is to inherit from.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Inherits {
    Base,
}

/// How one role looks, as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    /// A name of the palette or `#rrggbb`.
    fg: Option<String>,
    /// The same for the background.
    bg: Option<String>,
    /// Number of the colour among the terminal's sixteen, where it has no more.
    ansi: Option<u8>,
    /// `bold dim underline reverse italic`, with blanks between.
    #[serde(default)]
    add: String,
}

impl Raw {
    fn parse(name: &str, text: &str) -> Result<Self, Notice> {
        let raw: Self = toml::from_str(text).map_err(|error| bad(name, error.message()))?;
        let known = |written: &String| Role::all().any(|role| role_name(role) == *written);
        match raw.roles.keys().find(|written| !known(written)) {
            Some(unknown) => Err(unknown_role(name, unknown)),
            None => Ok(raw),
        }
    }

    /// How `role` looks here, or in the theme that is inherited from.
    fn or(&self, base: &Self, role: Role, depth: Depth) -> Result<Style, Notice> {
        let name = role_name(role);
        match (self.roles.get(&name), base.roles.get(&name)) {
            (Some(look), _) => self.style(look, depth),
            (None, Some(look)) => base.style(look, depth),
            (None, None) => Ok(Style::default()),
        }
    }

    fn style(&self, look: &Look, depth: Depth) -> Result<Style, Notice> {
        let style = Style::default().add_modifier(self.attributes(&look.add)?);
        let fg = look.fg.as_ref().map(|fg| self.colour(fg, look.ansi, depth)).transpose()?.flatten();
        let bg = look.bg.as_ref().map(|bg| self.colour(bg, None, depth)).transpose()?.flatten();
        Ok(Style { fg, bg, ..style })
    }

    fn attributes(&self, names: &str) -> Result<Modifier, Notice> {
        names.split_ascii_whitespace().try_fold(Modifier::empty(), |all, name| {
            let one = match name {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                "italic" => Modifier::ITALIC,
                _ => return Err(bad(&self.name, &format!("no attribute is called {name}"))),
            };
            Ok(all | one)
        })
    }

    /// A colour at a depth; `None` where the terminal has none for it.
    fn colour(&self, written: &str, number: Option<u8>, depth: Depth) -> Result<Option<Color>, Notice> {
        let hex = self.palette.get(written).map_or(written, String::as_str);
        let rgb = Rgb::parse(hex).ok_or_else(|| bad(&self.name, &format!("{written} is no colour")))?;
        Ok(match depth {
            Depth::None => None,
            Depth::Sixteen => number.and_then(ansi),
            Depth::TwoHundred => Some(Color::Indexed(rgb.nearest())),
            Depth::True => Some(Color::Rgb(rgb.0, rgb.1, rgb.2)),
        })
    }
}

fn text(words: &str) -> Clean {
    Clean::from_bytes(words.as_bytes())
}

fn bad(theme: &str, why: &str) -> Notice {
    Notice::said(text(&format!("the theme cannot be used: {why}"))).at(text(theme))
}

fn unknown_theme(name: &str) -> Notice {
    let names = BUNDLED.map(|(name, _)| name).join(", ");
    Notice::said(text(&format!("no theme is called {name}"))).with_next(text(&format!("there are {names}")))
}

fn unknown_role(theme: &str, role: &str) -> Notice {
    let names = Role::all().map(role_name);
    let near = names.min_by_key(|name| distance(name.as_bytes(), role.as_bytes())).unwrap_or_default();
    bad(theme, &format!("no role is called {role}")).with_next(text(&format!("nearest: {near}")))
}

/// How many letters must be put in, left out or changed to get from `a` to `b`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            row.push((at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1));
        }
        last = row;
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// For tests: a theme in which every role has a colour of its own, and the letter that stands for a style in it.
#[cfg(test)]
#[path = "lettered.rs"]
pub(super) mod lettered;

#[cfg(test)]
#[path = "theme_tests.rs"]
mod tests;
