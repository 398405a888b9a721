//! Tests of documents, through `Lines`.

#![expect(clippy::string_slice, reason = "texts of a test's own")]

use std::io::{self, Read};

use serde_json::Value;

use crate::frame::Lines;
use crate::frame::scan::MAX_DEPTH;

/// Gives so many bytes a time, and has nothing between.
struct Drip<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    reads: usize,
    rests: bool,
}

impl<'a> Drip<'a> {
    fn new(bytes: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { bytes, sizes, reads: 0, rests: false }
    }
}

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.rests = !self.rests;
        if self.rests {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let size = self.sizes[self.reads % self.sizes.len()];
        self.reads += 1;
        let count = self.bytes.len().min(size).min(into.len());
        let (now, later) = self.bytes.split_at(count);
        into[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// A piece: its bytes, where it begins, its length, how many bytes its end has, the line in which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) text: Vec<u8>,
    pub(super) start: u64,
    pub(super) len: u64,
    pub(super) end_len: u8,
    pub(super) number: u64,
}

/// Cuts `bytes`; what `serde_json` refuses is unfolded, where `unfolds`.
pub(super) fn cut(bytes: &[u8], sizes: &[usize], limit: usize, unfolds: bool) -> Vec<Cut> {
    let (mut lines, mut reader, mut all) = (Lines::with_limit(limit), Drip::new(bytes, sizes), Vec::new());
    loop {
        let more = match lines.fill(&mut reader) {
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => continue,
            more => more.unwrap(),
        };
        while let Some(line) = lines.next_line() {
            assert!(line.ahead.starts_with(line.bytes));
            let (text, len, number) = (line.bytes.to_vec(), line.len, line.number);
            let piece = Cut { text, start: line.start, len, end_len: line.end_len, number };
            if unfolds && serde_json::from_slice::<Value>(&piece.text).is_err() && lines.unfold() {
                continue;
            }
            all.push(piece);
        }
        if !more {
            assert_eq!(unfinished(&lines), None);
            return all;
        }
    }
}

/// The pieces as text with the number of the line, the same however the reader cuts.
fn pieces(text: &str) -> Vec<(String, u64)> {
    let whole = cut(text.as_bytes(), &[usize::MAX], 1000, true);
    for size in [1, 2, 3, 7, 50] {
        assert_eq!(cut(text.as_bytes(), &[size], 1000, true), whole, "{text:?} by {size}");
    }
    whole.into_iter().map(|piece| (String::from_utf8(piece.text).unwrap(), piece.number)).collect()
}

fn assert_pieces(cases: &[(&str, &[(&str, u64)])]) {
    for (text, want) in cases {
        let want: Vec<_> = want.iter().map(|(piece, number)| ((*piece).to_owned(), *number)).collect();
        assert_eq!(pieces(text), want, "{text:?}");
    }
}

#[test]
fn a_value_over_several_lines_is_one_piece() {
    assert_pieces(&[
        ("{\n\"a\":1\n}\n", &[("{\n\"a\":1\n}", 1)]),
        ("{\r\n\"a\":1\r\n}\r\n", &[("{\r\n\"a\":1\r\n}", 1)]),
        (" \t{ \n}", &[("{ \n}", 1)]),
        ("x\n{\n\"a\":[\n1]\n}\ny\n", &[("x", 1), ("{\n\"a\":[\n1]\n}", 2), ("y", 6)]),
        ("{\n}\n{\n\n}\nx", &[("{\n}", 1), ("{\n\n}", 3), ("x", 6)]),
        ("{\n}{\n}{\n}\nx", &[("{\n}", 1), ("{\n}", 2), ("{\n}", 3), ("x", 5)]),
        ("{\n}  {\"a\":1}\nx", &[("{\n}", 1), ("{\"a\":1}", 2), ("x", 3)]),
        ("{\n},\n{\n},\nx", &[("{\n}", 1), ("{\n}", 3), ("x", 5)]),
        ("{\n} x\ny\n", &[("{\n}", 1), ("x", 2), ("y", 3)]),
        ("{\n},,\ny\n", &[("{\n}", 1), (",", 2), ("y", 3)]),
        ("\u{feff}{\n}\n", &[("{\n}", 1)]),
    ]);
}

#[test]
fn what_is_no_value_to_its_end_is_lines() {
    assert_pieces(&[
        ("{\n{\"rule\":1}\nx\n", &[("{", 1), ("{\"rule\":1}", 2), ("x", 3)]),
        ("{\n\"a\":\n{\"rule\":1}\n}\n", &[("{", 1), ("\"a\":", 2), ("{\"rule\":1}", 3), ("}", 4)]),
        (
            "{\n\"a\":\n{\"rule\":1}\n{\"rule\":2}\n",
            &[("{", 1), ("\"a\":", 2), ("{\"rule\":1}", 3), ("{\"rule\":2}", 4)],
        ),
        ("{\n\"a\":1\n", &[("{", 1), ("\"a\":1", 2)]),
        ("{", &[("{", 1)]),
        ("[", &[("[", 1)]),
        ("  {  \n", &[("  {  ", 1)]),
        ("[\n]\n", &[("[", 1), ("]", 2)]),
        ("{\n\"a\":{\n\"b\":1\n},\nx\n", &[("{", 1), ("\"a\":{", 2), ("\"b\":1", 3), ("},", 4), ("x", 5)]),
        ("{\n\"a\":\n{\n\"b\":1\n},\nx\n", &[("{", 1), ("\"a\":", 2), ("{\n\"b\":1\n}", 3), ("x", 6)]),
        ("{\n\"a\":[\n{\n\"b\":1\n},\nx\n", &[("{", 1), ("\"a\":[", 2), ("{\n\"b\":1\n}", 3), ("x", 6)]),
        ("{\n\"a\":\"x\ny\"}\n", &[("{", 1), ("\"a\":\"x", 2), ("y\"}", 3)]),
        ("{}\n{ }\n{\"a\":1}\n", &[("{}", 1), ("{ }", 2), ("{\"a\":1}", 3)]),
    ]);
}

#[test]
fn the_elements_of_an_array_are_pieces() {
    assert_pieces(&[
        ("[{\"a\":1},{\"b\":2}]", &[("{\"a\":1}", 1), ("{\"b\":2}", 1)]),
        ("[ {} , {} ]\r\nx", &[("{}", 1), ("{}", 1), ("x", 2)]),
        ("[\n{\"a\":1},\n{\"b\":2}\n]\nx\n", &[("{\"a\":1}", 2), ("{\"b\":2}", 3), ("x", 5)]),
        ("[\n {\n  \"a\": 1\n },\n {\n }\n]\n", &[("{\n  \"a\": 1\n }", 2), ("{\n }", 5)]),
        (
            "[{},[1],\"a\\\"]\",-1.5e3,true,null,[]]",
            &[("{}", 1), ("[1]", 1), ("\"a\\\"]\"", 1), ("-1.5e3", 1), ("true", 1), ("null", 1), ("[]", 1)],
        ),
        ("[{}][{},{}]{\"a\":1}\n", &[("{}", 1), ("{}", 1), ("{}", 1), ("{\"a\":1}", 1)]),
        ("[{\"results\":[{}]}]", &[("{\"results\":[{}]}", 1)]),
    ]);
}

#[test]
fn an_array_that_breaks_off_is_lines_from_there_on() {
    assert_pieces(&[
        ("[{},{}", &[("{}", 1), ("{}", 1)]),
        ("[{},{},\n", &[("{}", 1), ("{}", 1)]),
        ("[{},{\"a\"", &[("{}", 1), ("{\"a\"", 1)]),
        ("[{},{\"a\":[\n{\"b\":1}\n", &[("{}", 1), ("{\"a\":[", 1), ("{\"b\":1}", 2)]),
        ("[{},{\n\"a\":1,}]\nx", &[("{}", 1), ("{", 1), ("\"a\":1,}]", 2), ("x", 3)]),
        ("[{},\"ab\n{}\n", &[("{}", 1), ("\"ab", 1), ("{}", 2)]),
        ("[{}, nil, {}]\n{}\n", &[("{}", 1), ("nil, {}]", 1), ("{}", 2)]),
        ("[{}\n{\"a\":1}\nx\n", &[("{}", 1), ("{\"a\":1}", 2), ("x", 3)]),
        ("[{\"a\":01},{}]\nx", &[("[{\"a\":01},{}]", 1), ("x", 2)]),
        ("[\n{\"a\":1}\n{\"a\":2}\n", &[("{\"a\":1}", 2), ("{\"a\":2}", 3)]),
        ("[\nhello\n{}\n", &[("[", 1), ("hello", 2), ("{}", 3)]),
        ("[{}] x\ny", &[("{}", 1), ("x", 1), ("y", 2)]),
        ("[{}],\ny", &[("{}", 1), (",", 1), ("y", 2)]),
        ("[{} {}]\ny", &[("{}", 1), ("{}]", 1), ("y", 2)]),
    ]);
}

#[test]
fn arrays_of_other_things_are_plain_lines() {
    for line in ["[]", "[5]", "[1,2]", "[[{}]]", "[[]]", "[\"a\"]", "[\"{\"]", "[ ]", "[null,{}]", "[}"] {
        assert_pieces(&[(line, &[(line, 1)]), (&format!("{line}\nx"), &[(line, 1), ("x", 2)])]);
    }
    assert_pieces(&[("[\n[{}]\n]\n", &[("[", 1), ("{}", 2), ("]", 3)]), ("[\n5\n]", &[("[", 1), ("5", 2), ("]", 3)])]);
}

#[test]
fn the_elements_of_known_lists_are_pieces() {
    assert_pieces(&[
        (
            r#"{"took":7,"hits":{"total":{"value":2},"hits":[{"_id":1},{"_id":2}]},"x":[{}]}"#,
            &[("{\"_id\":1}", 1), ("{\"_id\":2}", 1)],
        ),
        (
            "{\n \"took\": 7,\n \"hits\": {\n  \"hits\": [\n   {\n   },\n   {\"_id\":2}\n  ]\n }\n}\nx\n",
            &[("{\n   }", 5), ("{\"_id\":2}", 7), ("x", 11)],
        ),
        (r#"{"results":[{"uuid":1}],"statistics":{"all":4}}"#, &[("{\"uuid\":1}", 1)]),
        (r#"{ "statistics":{"results":[{}]},"results":[{"uuid":1},5]} "#, &[("{\"uuid\":1}", 1), ("5", 1)]),
        (
            r#"{"status":"success","data":{"result":[{"stream":{"a":"b"},"values":[["1","x"],["2","y"]]},{"values":[]},{"values":[["3","z"]]}],"stats":{}}}"#,
            &[(r#"["1","x"]"#, 1), (r#"["2","y"]"#, 1), (r#"["3","z"]"#, 1)],
        ),
        (
            r#"{"Records":[{"a":1}]}{"events":[{"b":1}]} {"messages":[{"c":1}]}"#,
            &[("{\"a\":1}", 1), ("{\"b\":1}", 1), ("{\"c\":1}", 1)],
        ),
        ("{\"nextForwardToken\":\"f/1\",\n\"events\":[{\"b\":1}]}\nx", &[("{\"b\":1}", 2), ("x", 3)]),
    ]);
}

#[test]
fn a_document_without_a_known_list_is_one_piece() {
    let lines = [
        r#"{"results":[]}"#,
        r#"{"results":["a",{"b":1}]}"#,
        r#"{"results":[[{}]]}"#,
        r#"{"results":{"a":[{}]}}"#,
        r#"{"status":"ok","rule":"r","items":[{}]}"#,
        r#"{"data":{"result":{"values":[["1","x"]]}}}"#,
        r#"{"data":[{"result":[{}]}],"hits":[{}]} "#,
        r#"{"hits":{"hits":{"hits":[{}]}}}"#,
        r#"  {"took":1}"#,
        r#"{"took":1"#,
        r#"{"took":1} x"#,
        r#"{"rule":"r","results":[{"a":1}],"hits":{"hits":[{}]}}"#,
        r#"{"time":"t","events":[{"a":1}]}"#,
        r#"{"[]":[{"a":1}]}"#,
    ];
    for line in lines {
        assert_pieces(&[(line, &[(line, 1)]), (&format!("{line}\nx"), &[(line, 1), ("x", 2)])]);
    }
    assert_pieces(&[
        ("{\n\"rule\":1,\"results\":[{}]}\nx", &[("{\n\"rule\":1,\"results\":[{}]}", 1), ("x", 3)]),
        ("{\"took\":\n1}\nx", &[("{\"took\":\n1}", 1), ("x", 3)]),
    ]);
}

#[test]
fn a_known_list_that_breaks_off_is_lines_and_no_alert_behind_it_is_swallowed() {
    let loki = r#"{"status":"x","data":{"result":[{"values":[["1","a"]]},"#;
    assert_pieces(&[
        ("{\"results\":[{}],\"stati", &[("{}", 1), (",\"stati", 1)]),
        (
            "{\"status\":\"x\",\"data\":\n{\"rule\":1}\n{\"rule\":2}\n",
            &[("{\"status\":\"x\",\"data\":", 1), ("{\"rule\":1}", 2), ("{\"rule\":2}", 3)],
        ),
        (
            &format!("{loki}\n{{\"rule\":1}}\n{{\"rule\":2}}\n"),
            &[("[\"1\",\"a\"]", 1), ("},", 1), ("{\"rule\":1}", 2), ("{\"rule\":2}", 3)],
        ),
        (&format!("{loki}\n{{\"rule\":1}}\n"), &[("[\"1\",\"a\"]", 1), ("},", 1), ("{\"rule\":1}", 2)]),
        (
            "{\"status\":\n{\"rule\":1}\n,\"results\":[{}]}\n",
            &[("{\"status\":", 1), ("{\"rule\":1}", 2), (",\"results\":[{}]}", 3)],
        ),
        ("[{},{\"a\":\n{\"rule\":1}\n}]\n", &[("{}", 1), ("{\"a\":", 1), ("{\"rule\":1}", 2), ("}]", 3)]),
        ("{\"results\":[{},\n{\"rule\":1}\n{\"rule\":2}\n", &[("{}", 1), ("{\"rule\":1}", 2), ("{\"rule\":2}", 3)]),
        ("[{},\n2026-04-06T19:31:30Z stdout F {}\n", &[("{}", 1), ("2026-04-06T19:31:30Z stdout F {}", 2)]),
        ("[\n{},\n18:29:57.848684705: Notice x\n", &[("{}", 2), ("18:29:57.848684705: Notice x", 3)]),
    ]);
}

#[test]
fn objects_back_to_back_are_pieces_once_the_line_was_refused() {
    let (a, b) = (r#"{"a":"x"}"#, r#"{"b":[{}]}"#);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    for (text, parts) in [
        (format!("{a}{b}"), vec![a, b]),
        (format!(" {a} \t {b} {a} "), vec![a, b, a]),
        (format!("{a}{a}{a}"), vec![a, a, a]),
        ("{}{}".to_owned(), vec!["{}", "{}"]),
    ] {
        for end in ["", "\n", "\r\n"] {
            let want = parts.iter().map(|part| ((*part).to_owned(), 2)).collect::<Vec<_>>();
            let want = [vec![("x".to_owned(), 1)], want, vec![("y".to_owned(), 3)]].concat();
            let want = if end.is_empty() { &want[..want.len() - 1] } else { &want };
            let after = if end.is_empty() { "" } else { "y" };
            assert_eq!(pieces(&format!("x\n{text}{end}{after}")), want, "{text:?}");
        }
    }
    let cases = [
        format!("{a} x"),
        format!("{a}]"),
        format!("{a}}}"),
        format!("{a}\0"),
        format!("{a}{b}]"),
        format!("{a},{b}"),
        format!("{}{}{}{}", &a[..4], &b[..5], &a[4..], &b[5..]),
        format!("{a}[{b}]"),
        format!("{a}5"),
        format!("x{a}{b}"),
        format!("{a}{}", &b[..4]),
        format!("{a}\u{a0}{b}"),
        format!("{a}{deep}"),
        "5 5".to_owned(),
        "x".to_owned(),
    ];
    for line in cases {
        assert_pieces(&[(&format!("{line}\nx"), &[(&line, 1), ("x", 2)])]);
    }
}

#[test]
fn only_the_line_that_was_given_last_is_unfolded() {
    let mut lines = Lines::default();
    let mut reader: &[u8] = b"{}{}\nx\n[{},5]\n";
    assert!(!lines.unfold());
    while lines.fill(&mut reader).unwrap() {
        while let Some(line) = lines.next_line() {
            let is_row = line.bytes == b"{}{}";
            assert_eq!(lines.unfold(), is_row);
            assert!(!lines.unfold(), "twice");
        }
        assert!(!lines.unfold());
    }
}

#[test]
fn cr_alone_ends_lines_where_it_can_be_nothing_else() {
    assert_pieces(&[
        ("{\"a\":1}\r{\"b\":1}\r\r{\"c\":1}", &[("{\"a\":1}", 1), ("{\"b\":1}", 2), ("", 3), ("{\"c\":1}", 4)]),
        ("{\"a\":1}\r[{},{}]\r1 x\r", &[("{\"a\":1}", 1), ("{}", 2), ("{}", 2), ("1 x", 3)]),
        ("{\"a\":1}{}\r{}\r", &[("{\"a\":1}", 1), ("{}", 1), ("{}", 2)]),
        ("{\"a\":\"x\r{y\"}", &[("{\"a\":\"x\r{y\"}", 1)]),
        ("\u{feff}{}\r{}", &[("{}", 1), ("{}", 2)]),
    ]);
}

/// Offset of the first byte that was read and not passed, where there is one.
fn unfinished(lines: &Lines) -> Option<u64> {
    (!lines.pending.is_empty()).then_some(lines.offset)
}

#[test]
fn a_stream_gives_each_element_as_soon_as_it_is_complete() {
    let mut lines = Lines::default();
    let mut told = Vec::new();
    for part in ["x\n[{\"a\":1}", ",{\"b\"", ":2},", "\n{", "}", "]\n{\n", "}", "{\"half"] {
        lines.fill(&mut part.as_bytes()).unwrap();
        let mut now = Vec::new();
        while let Some(line) = lines.next_line() {
            now.push(String::from_utf8_lossy(line.bytes).into_owned());
        }
        told.push((now.join(" "), unfinished(&lines)));
    }
    let want = [
        ("x {\"a\":1}", None),
        ("", Some(11)),
        ("{\"b\":2}", None),
        ("", Some(20)),
        ("{}", None),
        ("", Some(24)),
        ("{\n}", None),
        ("", Some(27)),
    ];
    assert_eq!(told, want.map(|(text, at)| (text.to_owned(), at)));
    lines.finish();
    assert_eq!(lines.next_line().unwrap().bytes, b"{\"half");
    assert_eq!(unfinished(&lines), None);
}
