//! Colours by number: `#rrggbb`, and the nearest of the 256 that xterm has.
//!
//! Lives here: reading a colour, distances between colours. Imports: nothing of the house.
//! Promise: the same colour gives the same answer, and distance is as the eye sees it (CIELAB), not as numbers lie.

use ratatui::style::Color;

/// A colour in 24 bits: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// The terminal's own sixteen, in the order of their numbers.
const ANSI: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// Colour `number` of the terminal's own sixteen.
pub(super) fn ansi(number: u8) -> Option<Color> {
    ANSI.get(usize::from(number)).copied()
}

impl Rgb {
    /// Reads `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // `from_str_radix` would take a sign for a digit.
        let is_colour = |digits: &&str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = text.strip_prefix('#').filter(is_colour)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self(red, green, blue))
    }

    /// The number of the nearest colour among xterm's cube and greys; the first sixteen are the user's own, so unknown.
    pub(super) fn nearest(self) -> u8 {
        let wanted = self.lab();
        let far = |number: &u8| distance(xterm(*number).lab(), wanted);
        (16..=255).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(15)
    }

    /// Each channel as light, from 0 to 1 (IEC 61966-2-1).
    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|channel| {
            let level = f64::from(channel) / 255.0;
            if level <= 0.040_45 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Relative luminance, as WCAG has it.
    #[cfg(test)]
    pub(super) fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// CIELAB under daylight (D65).
    fn lab(self) -> [f64; 3] {
        let [red, green, blue] = self.linear();
        let x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505;
        let y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        let z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089;
        let [x, y, z] = [x, y, z].map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(one, other)| (one - other).powi(2)).sum()
}

/// Colour `number`, 16 to 255, as xterm has it: a cube of six levels, then 24 greys.
fn xterm(number: u8) -> Rgb {
    if number >= 232 {
        let level = 8 + (number - 232) * 10;
        return Rgb(level, level, level);
    }
    let place = number.saturating_sub(16);
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    Rgb(level(place / 36), level(place / 6 % 6), level(place % 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_256_looks_alike() {
        let cases = [("#000000", 16), ("#ffffff", 231), ("#ff0000", 196), ("#9a9a9a", 247), ("#56b4e9", 74)];
        for (text, want) in cases {
            assert_eq!(Rgb::parse(text).unwrap().nearest(), want, "{text}");
        }
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for (text, want) in [("#ff7a45", Some(Rgb(255, 122, 69))), ("ff7a45", None), ("#fff", None), ("#+ff7a4", None)]
        {
            assert_eq!(Rgb::parse(text), want, "{text}");
        }
    }
}
