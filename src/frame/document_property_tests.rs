//! Tests of documents: what they may cost, and what holds for any bytes, however the reader cuts them.

#![expect(clippy::string_slice, reason = "texts of a test's own")]

use std::io::{self, Read};

use proptest::prelude::*;
use serde_json::Value;

use crate::frame::document::tests::{Cut, cut};
use crate::frame::scan::{MAX_DEPTH, scanned};
use crate::frame::{BLOCK_BYTES, HEAD_BYTES, Lines, MAX_LINE_BYTES};

#[test]
fn a_value_beyond_the_limit_is_lines() {
    const LIMIT: usize = 1000;
    let filler = "\"a\":1,\n".repeat(200);
    let text = format!("{{\n{filler}\"b\":2}}\nx\n");
    let got = cut(text.as_bytes(), &[333], LIMIT, false);
    assert_eq!(got.len(), text.lines().count());
    let fits = format!("{{\n{}\"b\":2}}", &filler[..700]);
    for (value, pieces) in [
        (format!("{fits:1000}"), 1),
        (fits.replace('2', &"2".repeat(1001 - fits.len())), 1),
        (fits.replace('2', &"2".repeat(1002 - fits.len())), 102),
    ] {
        for size in [1, 100, 1000, 1001, 5000] {
            let text = format!("{value}\nx\n");
            assert_eq!(cut(text.as_bytes(), &[size], LIMIT, false).len(), pieces + 1, "{} by {size}", value.len());
        }
    }
    let long = "x".repeat(2000);
    let array = format!("[{{}},{}{{}},{{\"a\":\"{long}\"}},{{}}]\ny", " ".repeat(3000));
    for size in [1, 100, 5000] {
        let got = cut(array.as_bytes(), &[size], LIMIT, false);
        let shape: Vec<_> = got.iter().map(|piece| (piece.text.len(), piece.len)).collect();
        assert_eq!(shape, [(2, 2), (2, 2), (HEAD_BYTES, 2012), (1, 1)], "by {size}");
    }
}

/// Gives the same bytes over and over.
struct Endless<'a>(&'a [u8], usize);

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        for byte in &mut *into {
            *byte = self.0[self.1 % self.0.len()];
            self.1 += 1;
        }
        Ok(into.len())
    }
}

#[test]
fn an_array_on_one_line_needs_no_memory_of_its_size() {
    let mut lines = Lines::with_limit(MAX_LINE_BYTES);
    let mut reader = b"[{}".chain(Endless(b",{\"rule\":\"r\",\"tags\":[1,2]}", 0)).take(40 * BLOCK_BYTES as u64);
    let mut pieces = 0;
    while lines.fill(&mut reader).unwrap() {
        while lines.next_line().is_some() {
            pieces += 1;
        }
        assert!(lines.buffer.len() <= 2 * BLOCK_BYTES, "{}", lines.buffer.len());
    }
    assert!(pieces > 1_000_000, "{pieces}");
}

#[test]
fn no_input_makes_it_look_at_bytes_again_and_again() {
    let half = MAX_DEPTH / 2;
    let shapes = [
        "{\n\"a\":\n".to_owned(),
        "{\n\"a\":[\n".to_owned(),
        "{\n\"a\":{\n\"b\":1\n},\n".to_owned(),
        "[{\"a\":\n".to_owned(),
        "[{\"a\":[{\n".to_owned(),
        "[\n{\n\"a\":\n".to_owned(),
        "{\"status\":\n".to_owned(),
        "{\"data\":[\n".to_owned(),
        "{\"results\":[{},\n".to_owned(),
        "{\"results\":[\n{\"a\":\n".to_owned(),
        "{\n".to_owned(),
        "[\n".to_owned(),
        "[{},".to_owned(),
        "{}{".to_owned(),
        format!("{}\"{}\",\n", "{\n\"a\":[\n".repeat(half - 1), "x".repeat(2000)),
        format!("{}{}", "{\n\"a\":\n".repeat(MAX_DEPTH - 1), "[\n1\n],\n"),
        format!("{}x\n", "{\n\"a\":\n".repeat(MAX_DEPTH - 1)),
    ];
    for shape in shapes {
        for head in ["", "{\n\"z\":[\n", "[\n{},\n", "{\"results\":[{},\n"] {
            let text = format!("{head}{}", shape.repeat(100_000 / shape.len()));
            for sizes in [&[usize::MAX][..], &[4096], &[100]] {
                let before = scanned();
                cut(text.as_bytes(), sizes, 40_000, false);
                let times = (scanned() - before) as f64 / text.len() as f64;
                assert!(times <= 2.5, "{times} times: {head:?} {:?}", &shape[..shape.len().min(60)]);
            }
        }
    }
}

/// What may stand between documents.
const BETWEEN: [&str; 4] = ["", " ", "\n", "\r\n"];

fn alert(number: usize) -> String {
    format!("{{\"hostname\":\"lab\",\"number\":{number}}}")
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

fn text() -> impl Strategy<Value = String> {
    let parts = vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"a\":",
        "1",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "x",
        "\0",
        "\u{feff}",
        "{\n",
        "[\n",
        "{\"rule\":\"r\"}",
        "{\"rule\":\"r\"}\n",
        "\"hits\":{\"hits\":[{}",
        "{\"took\":1,",
        "{\"results\":[",
        "{\"results\":[{}",
        "\"values\":[[\"1\",\"x\"]]",
        "{\"data\":{\"result\":[",
        "[{},",
        "{},\n",
        "{\"status\":\n",
        "\"\\u00",
        "\"0123456789abcdef0123456789abcdef0123456789abcdef\"",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..30).prop_map(|parts| parts.concat())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[\\PC\n\r\"\\\\]{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-z\"\n]{0,4}", inner), 0..5).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    prop::collection::vec(("[a-z\"]{0,4}", json()), 1..5).prop_map(|pairs| pairs.into_iter().collect())
}

fn written(value: &Value, is_pretty: bool) -> String {
    if is_pretty { format!("{value:#}") } else { value.to_string() }
}

proptest! {
    #[test]
    fn pieces_are_the_same_however_the_reader_cuts(
        text in text(),
        sizes in prop::collection::vec(1..40_usize, 1..6),
        limit in 256..400_usize,
        unfolds in any::<bool>(),
    ) {
        let whole = cut(text.as_bytes(), &[usize::MAX], limit, unfolds);
        prop_assert_eq!(cut(text.as_bytes(), &sizes, limit, unfolds), whole);
    }

    #[test]
    fn pieces_and_what_surrounds_them_are_the_input(text in text(), limit in 256..400_usize, unfolds in any::<bool>()) {
        let bytes = text.as_bytes();
        let (mut at, mut lines) = (0, 1);
        for piece in cut(bytes, &[usize::MAX], limit, unfolds) {
            let (start, len) = (usize::try_from(piece.start).unwrap(), usize::try_from(piece.len).unwrap());
            prop_assert!(start >= at, "{} < {}", start, at);
            prop_assert!(bytes[start..start + len].starts_with(&piece.text));
            let between = &bytes[at..start];
            prop_assert!(!between.starts_with(b"\0") && !between.contains(&b'x'), "{}", between.escape_ascii());
            if bytes.contains(&b'\n') {
                lines += line_ends(&bytes[at..start]);
                prop_assert_eq!(piece.number, lines);
                at = start + len + usize::from(piece.end_len);
                lines += line_ends(&bytes[start..at]);
            } else {
                at = start + len + usize::from(piece.end_len);
            }
        }
        prop_assert!(!bytes[at..].contains(&b'x'), "{}", bytes[at..].escape_ascii());
    }

    #[test]
    fn an_array_gives_its_elements(
        first in object(),
        rest in prop::collection::vec(json(), 0..6),
        is_pretty in any::<bool>(),
        sizes in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let values: Vec<Value> = std::iter::once(first).chain(rest).collect();
        for (before, after) in [("", ""), ("{\"results\":", "}\n"), ("{\"took\":1,\n\"hits\": {\"hits\":", ",\"x\":[{}]}}\n")] {
            let text = format!("{before}{}{after}", written(&Value::from(values.clone()), is_pretty));
            let got = cut(text.as_bytes(), &sizes, 100_000, false);
            let got: Vec<Value> = got.iter().map(|piece| serde_json::from_slice(&piece.text).unwrap()).collect();
            prop_assert_eq!(&got, &values);
        }
    }

    #[test]
    fn objects_in_a_row_are_found_again(
        objects in prop::collection::vec((object(), prop::sample::select(BETWEEN.to_vec())), 0..8),
        is_pretty in any::<bool>(),
        sizes in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let text: String = objects.iter().map(|(value, end)| written(value, is_pretty) + end).collect();
        let got = cut(text.as_bytes(), &sizes, 100_000, true);
        let got: Vec<Value> = got.iter().filter_map(|piece| serde_json::from_slice(&piece.text).ok()).collect();
        let want: Vec<Value> = objects.into_iter().map(|(value, ..)| value).collect();
        prop_assert_eq!(&got, &want, "{:?}", text);
    }

    #[test]
    fn no_alert_among_broken_documents_is_lost(
        parts in prop::collection::vec((text(), any::<bool>()), 1..6),
        sizes in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let mut whole = String::new();
        for (number, (part, _)) in parts.iter().enumerate() {
            whole += &[part, "\n", &alert(number), "\n"].concat();
        }
        let got = cut(whole.as_bytes(), &sizes, 100_000, true);
        for number in 0..parts.len() {
            let alert = alert(number);
            let is_in = |piece: &Cut| piece.text.windows(alert.len()).any(|w| w == alert.as_bytes());
            prop_assert!(got.iter().any(is_in), "{} of {:?}", number, whole);
        }
    }
}
