//! What a spreadsheet would run in a cell, and the mark that keeps it from doing so.
//!
//! Lives here: the judgement, for the exit (csv that is written) and the entrance (csv that is read). Imports: nothing.
//! Promise: `unguarded` gives back what was there before the mark, whatever it was.

/// What a spreadsheet takes for the mark of a text.
pub(crate) const MARK: &[u8] = b"'";

/// What makes a formula at the beginning of a cell; wide letters are the same to a spreadsheet.
const STARTS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would run a cell. A number is one whatever its sign.
pub(crate) fn runs(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let begins = |c: char| STARTS_FORMULA.contains(&c);
    let behind_blanks = text.trim_start_matches(is_passed_over).starts_with(begins);
    // What begins with marks is marked once more where it would be without them: else nobody could tell whose they are.
    let behind_marks = text.trim_start_matches('\'').starts_with(['\t', '\r', '\n']);
    (behind_blanks || behind_marks) && !is_number(&text)
}

/// The cell without the mark that it was given since it would run.
pub(crate) fn unguarded(cell: &[u8]) -> &[u8] {
    cell.strip_prefix(MARK).filter(|rest| runs(rest)).unwrap_or(cell)
}

/// What a spreadsheet may pass over in front of a formula: blanks, control characters, and what has no width.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\'' | '"')
}

/// `[+-]?digits[.digits][(e|E)[+-]digits]`.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let fits = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    unsigned.starts_with(|c: char| c.is_ascii_digit()) && unsigned.bytes().all(fits) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_mark_comes_off_and_nothing_else(cell in "['\"\t\n =+@a-]{0,6}[0-9=a]{0,3}") {
            let guarded = if runs(cell.as_bytes()) { [MARK, cell.as_bytes()].concat() } else { cell.clone().into_bytes() };
            prop_assert_eq!(unguarded(&guarded), cell.as_bytes());
        }
    }

    #[test]
    fn a_mark_that_guards_nothing_stays() {
        for cell in ["'a", "'-5", "'", "''", "it's", "'quoted'"] {
            assert_eq!(unguarded(cell.as_bytes()), cell.as_bytes());
        }
        assert_eq!(unguarded(b"'-c x"), b"-c x");
    }
}
