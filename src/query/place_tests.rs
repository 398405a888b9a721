//! Places in unfinished filters.
//!
//! Imports: nothing. Promise: tables and properties, no file, no clock.

use super::*;

/// What may stand at `|`, what is replaced, what is typed of it, how many parentheses are open.
fn place(marked: &str) -> String {
    let caret = marked.find('|').unwrap();
    let text = marked.replace('|', "");
    let walk = walk(&text, caret);
    let Some(place) = walk.place else { return format!("nothing {}", walk.open) };
    let kind = match place.kind {
        Kind::Term => "term".to_owned(),
        Kind::Saved => "saved".to_owned(),
        Kind::Operator { field } => format!("operator of {field}"),
        Kind::Value(c) => {
            format!("{} {}{} <{}>", c.field, c.operator, if c.in_list { " list" } else { "" }, text.get(c.at).unwrap())
        }
    };
    format!("{kind} [{}] {} {}", text.get(place.at).unwrap(), String::from_utf8_lossy(&place.typed), walk.open)
}

#[test]
fn the_place_of_the_caret_is_told() {
    let cases = [
        ("|", "term []  0"),
        ("pro|", "term [pro] pro 0"),
        ("pr|oc", "term [proc] pr 0"),
        ("not |", "term []  0"),
        ("a.b = 1 and pro|", "term [pro] pro 0"),
        ("a.b = 1 and (pro|", "term [pro] pro 1"),
        ("a.b = 1 and (|", "term []  1"),
        ("a.b |", "operator of a.b []  0"),
        ("a.b con|", "operator of a.b [con] con 0"),
        ("a.b[x y] |", "term []  0"),
        ("a.b[2] =|", "a.b[2] = <a.b[2] => []  0"),
        ("a.b in|", "operator of a.b [in] in 0"),
        ("a.b = |", "a.b = <a.b = > []  0"),
        ("a.b =|", "a.b = <a.b => []  0"),
        ("a.b=c|", "a.b = <a.b=c> [c] c 0"),
        ("a.b = c| and x", "a.b = <a.b = c> [c] c 0"),
        ("a.b = \"c d|", "a.b = <a.b = \"c d> [\"c d] c d 0"),
        ("a.b = \"c| d\" and x", "a.b = <a.b = \"c d\"> [\"c d\"] c 0"),
        ("a.b = \"c\\x2|", "a.b = <a.b = \"c\\x2> [\"c\\x2] c 0"),
        ("a.b in (|", "a.b in list <a.b in (> []  0"),
        ("a.b in (x, y|", "a.b in list <a.b in (x, y> [y] y 0"),
        ("a.b in (x, |) and z", "a.b in list <a.b in (x, )> []  0"),
        ("not (a.b >= c|", "a.b >= <a.b >= c> [c] c 1"),
        ("a.b exists |", "term []  0"),
        ("@cal|", "saved [@cal] @cal 0"),
        ("a.b = @cal|", "a.b = <a.b = @cal> [@cal] @cal 0"),
        ("tolower(pro|", "term [pro] pro 1"),
    ];
    for (marked, want) in cases {
        assert_eq!(place(marked), want, "{marked}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_an_answer(text in "[ a.b=()\"'\\\\,@<>!\\[\\]xnotidr\u{e4}]{0,40}", caret in 0..60_usize) {
        let caret = (0..=caret.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let walk = walk(&text, caret);
        if let Some(place) = walk.place {
            proptest::prop_assert!(text.get(place.at.clone()).is_some() && place.at.end >= caret.min(place.at.start));
            if let Kind::Value(compared) = place.kind {
                proptest::prop_assert!(text.get(compared.at.clone()).is_some(), "{:?}", compared);
                proptest::prop_assert!(compared.at.start <= place.at.start && place.at.end <= compared.at.end);
            }
        }
    }
}
