//! Roles → styles: the themes, the terminal's colour depth, the glyphs it can show. Imports: `base`, `state`.

use crate::base::Notice;

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

/// What every role looks like, and the glyphs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Theme {}

impl Theme {
    /// The theme called `name` (`dark`, `light`) for `depth` colours; `ascii`: only ASCII glyphs outside alert text.
    /// `Err`: no such theme, and which there are.
    pub(crate) fn named(_name: &str, _depth: Depth, _ascii: bool) -> Result<Self, Notice> {
        Ok(Self {})
    }
}
