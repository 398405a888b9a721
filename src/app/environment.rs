//! The environment: the one place that reads it.
//!
//! Lives here: what variables say about the terminal, and where state is kept. Not here: what follows from it for the
//! screen (`ui::theme`). Imports: `source`, `ui` (how deep colours go). Promise: everything is decided from one reading at the start.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::source::Limits;
use crate::ui::theme::Depth;

/// What the environment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    /// The theme that the user set (`STOOP_THEME`), or the one that fits the terminal's background.
    pub(crate) theme: String,
    /// How many colours the terminal shows.
    pub(crate) depth: Depth,
    /// Only ASCII glyphs: no UTF-8, or a locale in which the glyphs are two columns wide.
    pub(crate) ascii: bool,
    /// `TERM=dumb`: no full screen is possible.
    pub(crate) dumb: bool,
    /// Which multiplexer stands between us and the terminal.
    pub(crate) inside: Inside,
    /// The user's home, which `~/` stands for where stoop itself is told a file's name.
    pub(crate) home: Option<PathBuf>,
    /// stoop's directory for state: `$XDG_STATE_HOME/stoop` or `~/.local/state/stoop`; `None` without a home.
    pub(crate) state: Option<PathBuf>,
    /// stoop's directory for configuration: `$XDG_CONFIG_HOME/stoop` or `~/.config/stoop`; `None` without a home.
    pub(crate) config: Option<PathBuf>,
    /// Where temporary files are made: `$TMPDIR` or `/tmp`.
    pub(crate) temporary: PathBuf,
}

/// What stands between us and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Inside {
    /// Nothing that we know.
    #[default]
    Terminal,
    /// tmux, which drops OSC 52 by its defaults and has a buffer of its own.
    Tmux,
    /// GNU screen, which passes on only what stands in its own envelope.
    Screen,
}

/// Looks up a variable; one that is empty is as good as none.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Environment {
    /// Reads the process's environment.
    pub(crate) fn read() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let of_process = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self::from(&of_process)
    }

    /// What a run may take where the user allows `max_expand` bytes of what grows beyond measure; [`u64::MAX`] for any.
    pub(crate) fn limits(&self, max_expand: Option<u64>) -> Limits {
        let usual = Limits::default();
        let max_expand = max_expand.map_or(usual.max_expand, |most| (most != u64::MAX).then_some(most));
        Limits { max_expand, spill_in: self.temporary.clone(), ..usual }
    }

    fn from(var: Lookup<'_>) -> Self {
        let term = text(var, "TERM");
        Self {
            theme: text_or(var, "STOOP_THEME", || background(&text(var, "COLORFGBG")).to_owned()),
            depth: depth(var, &term),
            ascii: needs_ascii(var),
            dumb: term == "dumb",
            inside: inside(var),
            home: var("HOME").map(PathBuf::from),
            state: directory(var, "XDG_STATE_HOME", ".local/state"),
            config: directory(var, "XDG_CONFIG_HOME", ".config"),
            temporary: var("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from),
        }
    }
}

fn text(var: Lookup<'_>, name: &str) -> String {
    var(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
}

fn text_or(var: Lookup<'_>, name: &str, other: impl FnOnce() -> String) -> String {
    let found = text(var, name);
    if found.is_empty() { other() } else { found }
}

/// `15;0`, or `15;default;0`: the last number is the ground. 7 and 9 to 15 are light, as rxvt and vim have it.
fn background(colorfgbg: &str) -> &'static str {
    match colorfgbg.rsplit(';').next().map(str::parse) {
        Some(Ok(7_u8 | 9..=15)) => "light",
        _ => "dark",
    }
}

/// `NO_COLOR` beats `CLICOLOR_FORCE` beats `CLICOLOR`; then the terminal's own word counts.
fn depth(var: Lookup<'_>, term: &str) -> Depth {
    let forced = var("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let refused = var("CLICOLOR").is_some_and(|value| value == "0");
    if var("NO_COLOR").is_some() || (refused && !forced) {
        return Depth::None;
    }
    if matches!(text(var, "COLORTERM").as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
        Depth::True
    } else if term.ends_with("-256color") {
        Depth::TwoHundred
    } else if matches!(term, "dumb" | "vt100" | "vt102" | "vt220" | "xterm-mono") && !forced {
        Depth::None
    } else {
        Depth::Sixteen
    }
}

/// The first of these that is set is the locale of characters.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// Chinese, Japanese, Korean: there `▌`, `…` and most other glyphs may be two columns wide.
const WIDE: [&str; 3] = ["zh", "ja", "ko"];

fn needs_ascii(var: Lookup<'_>) -> bool {
    let locale = LOCALE.iter().map(|name| text(var, name)).find(|value| !value.is_empty()).unwrap_or_default();
    let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    !utf8 || WIDE.iter().any(|language| locale.starts_with(language))
}

fn inside(var: Lookup<'_>) -> Inside {
    if var("TMUX").is_some() {
        Inside::Tmux
    } else if var("STY").is_some() {
        Inside::Screen
    } else {
        Inside::Terminal
    }
}

fn directory(var: Lookup<'_>, xdg: &str, below_home: &str) -> Option<PathBuf> {
    // A relative XDG path is to be ignored, says its specification.
    let xdg = var(xdg).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || var("HOME").map(|home| PathBuf::from(home).join(below_home));
    xdg.or_else(home).map(|base| base.join("stoop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = &'static [(&'static str, &'static str)];

    fn with(variables: Variables) -> Environment {
        let set = |name: &str| {
            variables.iter().find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value.into())
        };
        Environment::from(&set)
    }

    #[test]
    fn the_theme_is_the_users_or_fits_the_background() {
        let cases: [(Variables, &str); 7] = [
            (&[], "dark"),
            (&[("COLORFGBG", "15;0")], "dark"),
            (&[("COLORFGBG", "0;15")], "light"),
            (&[("COLORFGBG", "0;default;15")], "light"),
            (&[("COLORFGBG", "12;8")], "dark"),
            (&[("COLORFGBG", "nonsense")], "dark"),
            (&[("COLORFGBG", "0;15"), ("STOOP_THEME", "dark")], "dark"),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).theme, want, "{variables:?}");
        }
    }

    #[test]
    fn colours_are_as_deep_as_terminal_and_user_allow() {
        let cases: [(Variables, Depth); 11] = [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::True),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "24bit")], Depth::True),
            (&[("TERM", "screen-256color")], Depth::TwoHundred),
            (&[("TERM", "linux")], Depth::Sixteen),
            (&[], Depth::Sixteen),
            (&[("TERM", "vt100")], Depth::None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Depth::TwoHundred),
            (&[("TERM", "xterm"), ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Depth::None),
            (&[("TERM", "xterm"), ("CLICOLOR", "0")], Depth::None),
            (&[("TERM", "xterm"), ("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], Depth::Sixteen),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).depth, want, "{variables:?}");
        }
    }

    #[test]
    fn glyphs_are_ascii_where_others_would_not_fit() {
        let cases: [(Variables, bool); 8] = [
            (&[], true),
            (&[("LANG", "C")], true),
            (&[("LANG", "C.UTF-8")], false),
            (&[("LANG", "de_DE.utf8")], false),
            (&[("LANG", "de_DE@euro")], true),
            (&[("LANG", "ja_JP.UTF-8")], true),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], true),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_CTYPE", "en_GB.UTF-8"), ("LC_ALL", "")], false),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).ascii, want, "{variables:?}");
        }
    }

    #[test]
    fn state_lies_where_xdg_says() {
        let cases: [(Variables, Option<&str>); 4] = [
            (&[], None),
            (&[("HOME", "/home/lea")], Some("/home/lea/.local/state/stoop")),
            (&[("HOME", "/home/lea"), ("XDG_STATE_HOME", "/var/lea")], Some("/var/lea/stoop")),
            (&[("HOME", "/home/lea"), ("XDG_STATE_HOME", "lea")], Some("/home/lea/.local/state/stoop")),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).state, want.map(PathBuf::from), "{variables:?}");
        }
    }

    #[test]
    fn configuration_lies_where_xdg_says() {
        let cases: [(Variables, Option<&str>); 3] = [
            (&[], None),
            (&[("HOME", "/home/lea")], Some("/home/lea/.config/stoop")),
            (&[("HOME", "/home/lea"), ("XDG_CONFIG_HOME", "/etc/lea")], Some("/etc/lea/stoop")),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).config, want.map(PathBuf::from), "{variables:?}");
        }
    }

    #[test]
    fn tmux_counts_before_screen() {
        let cases: [(Variables, Inside); 4] = [
            (&[], Inside::Terminal),
            (&[("TMUX", "/tmp/tmux-1000/default,1,0")], Inside::Tmux),
            (&[("STY", "1.pts-0.host")], Inside::Screen),
            (&[("TMUX", "x"), ("STY", "y")], Inside::Tmux),
        ];
        for (variables, want) in cases {
            assert_eq!(with(variables).inside, want, "{variables:?}");
        }
    }
}
