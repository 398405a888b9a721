//! Themes have every role, can be read on their backgrounds, and lose nothing with the colours.

use super::*;
use crate::base::Priority;

const DEPTHS: [Depth; 4] = [Depth::None, Depth::Sixteen, Depth::TwoHundred, Depth::True];

fn raw(name: &str) -> Raw {
    let text = BUNDLED.iter().find(|(bundled, _)| *bundled == name).unwrap().1;
    Raw::parse(name, text).unwrap()
}

/// WCAG's contrast ratio.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (light, dark) = (a.luminance().max(b.luminance()), a.luminance().min(b.luminance()));
    (light + 0.05) / (dark + 0.05)
}

#[test]
fn every_theme_names_every_role() {
    for (name, text) in BUNDLED.into_iter().chain([("base", BASE)]) {
        let raw = Raw::parse(name, text).unwrap();
        assert_eq!(raw.name, name);
        for role in Role::all() {
            assert!(raw.roles.contains_key(&role_name(role)), "{name} has no {}", role_name(role));
        }
        for depth in DEPTHS {
            for role in Role::all() {
                raw.or(&raw, role, depth).unwrap();
            }
        }
    }
}

#[test]
fn text_can_be_read_on_its_background() {
    for (name, backgrounds) in [("dark", ["#000000", "#121212"]), ("light", ["#ffffff", "#fdf6e3"])] {
        let raw = raw(name);
        for (colour, hex) in &raw.palette {
            for background in backgrounds {
                let ratio = contrast(Rgb::parse(hex).unwrap(), Rgb::parse(background).unwrap());
                assert!(ratio >= 4.5, "{name}: {colour} on {background}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_background_is_left_alone_and_without_colours_there_are_none() {
    for (name, _) in BUNDLED {
        for depth in DEPTHS {
            for (role, style) in Theme::named(name, depth, false).unwrap().styles {
                assert_eq!(style.bg, None, "{name} {role:?}");
                assert!(depth != Depth::None || style.fg.is_none(), "{name} {role:?}");
            }
        }
    }
}

#[test]
fn severity_focus_and_what_is_derived_differ_without_colours() {
    let theme = Theme::named("dark", Depth::None, false).unwrap();
    let looks = [Priority::Critical, Priority::Error, Priority::Warning, Priority::Notice, Priority::Debug]
        .map(|priority| theme.style(Role::Priority(priority)));
    for (at, look) in looks.iter().enumerate() {
        assert!(looks.iter().skip(at + 1).all(|other| other != look), "{at}");
    }
    assert_ne!(theme.style(Role::Accent), theme.style(Role::Dim));
    assert_ne!(theme.style(Role::Text), theme.style(Role::Dim));
}

#[test]
fn a_mistake_in_a_theme_is_named() {
    let head = "name = \"own\"\nappearance = \"dark\"\ninherits = \"base\"\n[roles]\n";
    let cases = [
        ("acent = { add = \"bold\" }", "own: the theme cannot be used: no role is called acent. nearest: accent"),
        ("text = { add = \"bald\" }", "own: the theme cannot be used: no attribute is called bald"),
        ("text = { fg = \"mauve\" }", "own: the theme cannot be used: mauve is no colour"),
        (
            "text = { colour = 1 }",
            "own: the theme cannot be used: unknown field `colour`, expected one of `fg`, `bg`, `ansi`, `add`",
        ),
    ];
    for (line, want) in cases {
        let found = Raw::parse("own", &format!("{head}{line}\n")).and_then(|raw| raw.or(&raw, Role::Text, Depth::True));
        assert_eq!(found.unwrap_err().to_string(), want);
    }
    let unknown = Theme::named("drak", Depth::True, false).unwrap_err();
    assert_eq!(unknown.to_string(), "no theme is called drak. there are dark, light");
}

#[test]
fn signs_are_one_cell_and_ascii_where_asked() {
    for (unicode, ascii) in SIGNS {
        assert_eq!((Glyphs::Unicode.sign(unicode), Glyphs::Ascii.sign(unicode)), (unicode, ascii));
        assert!(ascii.is_ascii() && ascii.len() == 1);
        assert_eq!(crate::state::page::glyphs::width(unicode), 1, "{unicode}");
    }
}
