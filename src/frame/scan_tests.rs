//! Tests of the scanner: `serde_json` says what is JSON.

use proptest::prelude::*;

use super::*;

/// The tokens of a value, its bytes given `step` more at a time; how far it came.
fn tokens(bytes: &[u8], step: usize) -> (Vec<Token>, u64) {
    let (mut scanner, mut all, mut there) = (Scanner::new(0), Vec::new(), 0);
    loop {
        match scanner.next(&bytes[..there], 0) {
            Token::More if there == bytes.len() => return (all, scanner.at()),
            Token::More => there = bytes.len().min(there + step),
            token => {
                all.push(token);
                if token == Token::Bad || scanner.depth() == 0 {
                    return (all, scanner.at());
                }
            }
        }
    }
}

#[test]
fn the_first_byte_that_breaks_the_grammar_is_bad() {
    let cases = [
        ("{x", 1),
        ("{{", 1),
        ("{\"a\"}", 4),
        ("{\"a\":}", 5),
        ("{\"a\":1,}", 7),
        ("{\"a\" 1", 5),
        ("{\"a\":1]", 6),
        ("{\"a\":1 \"b\"", 7),
        ("[1,]", 3),
        ("[1}", 2),
        ("[,", 1),
        ("[01", 2),
        ("[-a", 2),
        ("[1.]", 3),
        ("[1e]", 3),
        ("[+1", 1),
        ("[tru]", 4),
        ("[nulll", 5),
        ("[True", 1),
        ("['a'", 1),
        ("[\"a\nb\"", 3),
        ("[\"\\x\"", 3),
        ("[\"\\u12g4\"", 6),
        ("[\u{a0}1", 1),
        ("[// x", 1),
    ];
    for (text, want) in cases {
        for step in [1, 100] {
            let (all, at) = tokens(text.as_bytes(), step);
            assert_eq!((all.last(), at), (Some(&Token::Bad), want), "{text} by {step}");
        }
    }
}

#[test]
fn what_is_too_deep_is_bad() {
    for (depth, bad) in [(MAX_DEPTH, None), (MAX_DEPTH + 1, Some(MAX_DEPTH)), (100_000, Some(MAX_DEPTH))] {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        let (all, at) = tokens(text.as_bytes(), 1000);
        assert_eq!(all.last() == Some(&Token::Bad), bad.is_some(), "{depth}");
        assert_eq!(at, bad.unwrap_or(text.len()) as u64, "{depth}");
    }
}

/// Pieces of JSON, so that much of what is made of them is nearly JSON.
const PIECES: [&str; 29] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\"a\"",
    "\"a\":",
    "\\",
    "\\n",
    "\\u00e9",
    "u",
    "0",
    "1",
    "-",
    ".",
    "e",
    "E+1",
    "true",
    "false",
    "null",
    " ",
    "\n",
    "\u{1}",
    "x",
    "\"long, long text without an end \\\" in sight\"",
    "{\"a\":1}",
    "[1.5]",
];

proptest! {
    #[test]
    fn what_is_json_is_what_serde_json_takes(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14),
        is_array in any::<bool>(),
        step in 1..9_usize,
    ) {
        let text = format!("{}{}", if is_array { "[" } else { "{" }, pieces.concat());
        let (all, at) = tokens(text.as_bytes(), step);
        prop_assert_eq!(&(all.clone(), at), &tokens(text.as_bytes(), usize::MAX / 2));
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        match values.next().unwrap() {
            Ok(_) => {
                prop_assert_eq!(at, values.byte_offset() as u64, "{}", text);
                prop_assert_eq!(all.last(), Some(&Token::Close), "{}", text);
            }
            Err(why) if why.is_eof() => prop_assert_eq!(at, text.len() as u64, "{}", text),
            Err(_) => prop_assert_eq!(all.last(), Some(&Token::Bad), "{}", text),
        }
    }
}
