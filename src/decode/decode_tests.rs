//! Tests of the room `decode`: what is an alert, why a line is none, and that both decoders read alike.

use proptest::prelude::*;

use super::*;

type HeardValue = (Scope, Vec<u8>, Owned);

/// What a decoder hands out, in order.
#[derive(Debug, Default, PartialEq)]
struct Heard(Vec<HeardValue>);

impl Sink for Heard {
    fn begin(&mut self) {
        self.0.clear();
    }
    fn value(&mut self, scope: Scope, name: &[u8], value: Value<'_>) {
        self.0.push((scope, name.to_vec(), value.to_owned()));
    }
    fn fields_again(&mut self) {
        self.0.retain(|(scope, ..)| *scope != Scope::Field);
    }
}

fn heard(decoder: &mut impl Decoder, line: &[u8]) -> Result<Heard, Reason> {
    let mut heard = Heard::default();
    decoder.decode(line, &mut heard).map(|()| heard)
}

/// Where `serde_json` reads a line, the tolerant decoder must read the same; where it finds no alert, so must the other.
fn assert_alike(line: &[u8]) {
    let (first, second) = (heard(&mut Json, line), heard(&mut Tolerant::default(), line));
    match (&first, &second) {
        (Ok(_) | Err(Reason::NotAnAlert(_)), _) => assert_eq!(first, second, "{}", line.escape_ascii()),
        (Err(_), _) => {}
    }
}

fn text(line: &[u8], name: &str) -> Option<Vec<u8>> {
    match alert(line).expect("an alert").named(name)?.to_owned() {
        Owned::Text(text) => Some(text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_line_that_is_no_alert_says_exactly_why() {
    let cases: [(&str, Reason); 48] = [
        (r#"{"rule":"x","output":"a"#, Reason::CutOff("ends inside a string")),
        (r#"{"rule":"x","output":"a\"#, Reason::CutOff("ends inside an escape")),
        (r#"{"rule":"x","output":"a\u00"#, Reason::CutOff("ends inside an escape")),
        (r#"{"rule":"x","output":"a""#, Reason::CutOff("ends inside an object")),
        (r#"{"rule":"x","output_fields":{"a":1"#, Reason::CutOff("ends inside an object")),
        (r#"{"rule":"x","output_fields":{"a""#, Reason::CutOff("ends inside an object")),
        (r#"{"rule":"x","tags":["a""#, Reason::CutOff("ends inside a list")),
        (r#"{"rule":"x","tags":["a","#, Reason::CutOff("ends before a value")),
        (r#"{"rule":"x","tags":["#, Reason::CutOff("ends inside a list")),
        (r#"{"rule":"x","n":-"#, Reason::CutOff("ends inside a number")),
        (r#"{"rule":"x","n":1."#, Reason::CutOff("ends inside a number")),
        (r#"{"rule":"x","n":1e+"#, Reason::CutOff("ends inside a number")),
        (r#"{"rule":"x","n":tru"#, Reason::CutOff("ends inside true, false or null")),
        (r#"{"rule":"x","n":"#, Reason::CutOff("ends before a value")),
        ("{", Reason::CutOff("ends inside an object")),
        (r#"[{"rule":"x""#, Reason::CutOff("ends inside an object")),
        ("[1,", Reason::CutOff("ends before a value")),
        ("[", Reason::CutOff("ends inside a list")),
        (r#"{"rule":"x","n":tree}"#, Reason::NotJson("no value where one is expected")),
        (r#"{"rule":"x","n":NaN}"#, Reason::NotJson("no value where one is expected")),
        (r#"{"rule":"x","n":+1}"#, Reason::NotJson("no value where one is expected")),
        (r#"{"rule":"x","n":.5}"#, Reason::NotJson("no value where one is expected")),
        (r#"{"rule":"x","n":01}"#, Reason::NotJson("a number that begins with 0")),
        (r#"{"rule":"x","n":1.}"#, Reason::NotJson("a number that is none")),
        (r#"{"rule":"x","n":1e}"#, Reason::NotJson("a number that is none")),
        (r#"{"rule":"x","n":--1}"#, Reason::NotJson("a number that is none")),
        (r#"{"rule":"x","n":0x1f}"#, Reason::NotJson("no comma or } after a value")),
        (r#"{"rule":"x","n":[1 2]}"#, Reason::NotJson("no comma or ] after a value")),
        (r#"{"rule":"x","n":[1,]}"#, Reason::NotJson("no value where one is expected")),
        (r#"{"rule":"x",}"#, Reason::NotJson("a key without quotes")),
        (r"{rule:1}", Reason::NotJson("a key without quotes")),
        (r#"{"rule" "x"}"#, Reason::NotJson("no colon after a key")),
        (r#"{"rule":"\x41"}"#, Reason::NotJson("an escape that is none")),
        (r#"{"rule":"\u00zz"}"#, Reason::NotJson("\\u without four hex digits")),
        (r#"{"rule":"x","output":"y"} x"#, Reason::NotJson("something follows the object")),
        (r#"{"rule":"x","output":"y"}}"#, Reason::NotJson("something follows the object")),
        (r#"{"rule":"x","output":"y"}{"#, Reason::NotJson("something follows the object")),
        ("Sat Oct  5 18:00:00 2024: Falco version: 0.39.1", Reason::NotAnAlert("Falco's start-up message")),
        ("5 o'clock", Reason::NotJson("it does not begin with {")),
        ("\0\0\0", Reason::NotJson("nothing but NUL bytes")),
        ("[]", Reason::NotAnAlert("a list, not an object")),
        ("true", Reason::NotAnAlert("a single value, not an object")),
        ("{}", Reason::NotAnAlert("no \"rule\" in it")),
        (r#"{"rule":null,"output":"y"}"#, Reason::NotAnAlert("its \"rule\" is null")),
        (
            r#"{"rule":7,"output":"y","output_fields":{},"priority":"z"}"#,
            Reason::NotAnAlert("its \"rule\" is not a text"),
        ),
        (r#"{"rule":7,"output":"y"}"#, Reason::NotAnAlert("its \"rule\" is not a text")),
        (r#"{"rule":"x","rule":[],"output":"y"}"#, Reason::NotAnAlert("its \"rule\" is not a text")),
        (
            r#"{"rule":"x","time":"y","output":null}"#,
            Reason::NotAnAlert("a \"rule\", but no \"priority\", \"output\" or \"output_fields\""),
        ),
    ];
    for (line, why) in cases {
        assert_eq!(alert(line.as_bytes()), Err(why), "{line}");
        assert_alike(line.as_bytes());
    }
}

#[test]
fn what_an_attacker_can_write_into_a_field_leaves_the_line_an_alert() {
    let cases: [(&[u8], &[u8]); 12] = [
        (b"caf\xe9", b"caf\xe9"),
        (b"\xff\xc0\xaf", b"\xff\xc0\xaf"),
        (br"\ud800", b"\xed\xa0\x80"),
        (br"\udc00\ud800!", b"\xed\xb0\x80\xed\xa0\x80!"),
        (br"\ud83d\u0041", b"\xed\xa0\xbdA"),
        (br"\uD83D\uDE00", "\u{1f600}".as_bytes()),
        (b"tab\tesc\x1bnul\x00", b"tab\tesc\x1bnul\x00"),
        (br#"\"\\\/\b\f\n\r\t\u0000"#, b"\"\\/\x08\x0c\n\r\t\0"),
        (br"\u00e9\u4e2d", "\u{e9}\u{4e2d}".as_bytes()),
        (b"", b""),
        (b"\x7f\xc2\x9b", b"\x7f\xc2\x9b"),
        (br"\ud83d\ud83d\ude00", b"\xed\xa0\xbd\xf0\x9f\x98\x80"),
    ];
    for (written, read) in cases {
        let line = [br#"{"rule":"x","output_fields":{"proc.name":""#, written, br#""}}"#].concat();
        assert_eq!(text(&line, "proc.name").as_deref(), Some(read), "{}", line.escape_ascii());
        assert_alike(&line);
    }
}

#[test]
fn values_keep_their_spelling() {
    let numbers = ["0", "-0", "-0.0", "1e400", "-1E-400", "18446744073709551616", "0.10", "1E+2", "-1"];
    let lists = ["[]", r#"[ "a", {"b":[1e999]} ]"#, r#"["\ud800"]"#];
    for number in numbers {
        let line = format!(r#"{{"rule":"x","output_fields":{{"n": {number} }}}}"#);
        assert_eq!(alert(line.as_bytes()).unwrap().named("n"), Some(Value::Number(number)), "{line}");
        assert_alike(line.as_bytes());
    }
    for list in lists {
        let line = format!(r#"{{"rule":"x","output":"y","tags": {list} }}"#);
        assert_eq!(alert(line.as_bytes()).unwrap().named("tags"), Some(Value::List(list.as_bytes())), "{line}");
        assert_alike(line.as_bytes());
    }
}

#[test]
fn wrong_types_are_kept_as_values() {
    let line =
        br#"{"rule":"x","priority":3,"output_fields":["a"],"hostname":5,"@timestamp":{"a":1},"ok":true,"uuid":null}"#;
    let alert = alert(line).unwrap();
    let cases = [
        (Scope::Alert, "priority", Some(Value::Number("3"))),
        (Scope::Other, "output_fields", Some(Value::List(br#"["a"]"#))),
        (Scope::Alert, "hostname", Some(Value::Number("5"))),
        (Scope::Other, "@timestamp", Some(Value::Object(br#"{"a":1}"#))),
        (Scope::Other, "ok", Some(Value::Bool(true))),
        (Scope::Alert, "uuid", None),
    ];
    for (scope, name, value) in cases {
        assert_eq!(alert.get(scope, name), value, "{name}");
    }
    assert_alike(line);
}

#[test]
fn a_rule_that_is_no_text_takes_no_whole_alert_off_the_list() {
    for rule in [r#""rule":null,"#, r#""rule":7,"#, r#""rule":["a"],"#, r#""rule":"x","#, ""] {
        let line = format!(r#"{{{rule}"priority":"Notice","output":"y","output_fields":{{}},"time":"z"}}"#);
        assert!(alert(line.as_bytes()).is_ok(), "{line}");
        assert_alike(line.as_bytes());
    }
}

#[test]
fn of_a_key_given_twice_the_last_counts_and_is_marked() {
    type Read<'a> = (&'a str, Option<&'a str>, bool);
    let rule: Read<'_> = ("rule", Some("a"), false);
    let cases: [(&str, &[Read<'_>]); 6] = [
        (r#"{"rule":"a","ru\u006ce":"b","output":"y"}"#, &[("rule", Some("b"), true), ("output", Some("y"), false)]),
        (
            r#"{"rule":"a","output_fields":{"f":"1","g":"2","f":"3"}}"#,
            &[rule, ("f", Some("3"), true), ("g", Some("2"), false)],
        ),
        (
            r#"{"rule":"a","output_fields":{"f":"1","g":"2"},"output_fields":{"f":"3","h":"4"}}"#,
            &[rule, ("f", Some("3"), true), ("g", None, true), ("h", Some("4"), true)],
        ),
        (
            r#"{"rule":"a","output_fields":{"f":"1"},"output":"y","output_fields":{}}"#,
            &[rule, ("f", None, true), ("output", Some("y"), false)],
        ),
        (
            r#"{"rule":"a","output_fields":{"f":"1"},"output_fields":{},"output_fields":{"f":"2"}}"#,
            &[rule, ("f", Some("2"), true)],
        ),
        (r#"{"rule":"a","output_fields":{"rule":"f"}}"#, &[rule, ("rule", Some("f"), false)]),
    ];
    for (line, want) in cases {
        let alert = alert(line.as_bytes()).unwrap();
        let got: Vec<_> = alert.entries.iter().map(|e| (e.name.clone(), e.value.clone(), e.doubled)).collect();
        let text = |v: Option<&str>| v.map_or(Owned::Null, |v| Owned::Text(v.as_bytes().to_vec()));
        let want: Vec<_> = want.iter().map(|(n, v, d)| (n.as_bytes().to_vec(), text(*v), *d)).collect();
        assert_eq!(got, want, "{line}");
        assert_alike(line.as_bytes());
    }
}

#[test]
fn depth_needs_no_stack() {
    const DEPTH: usize = 200_000;
    for (open, inner, close) in [("[", "", "]"), (r#"{"a":"#, "1", "}"), (r#"[{"a":"#, "[]", "}]")] {
        let deep = [open.repeat(DEPTH), inner.to_owned(), close.repeat(DEPTH)].concat();
        let line = format!(r#"{{"rule":"x","output":"y","d":{deep},"output_fields":{{"e":{deep}}}}}"#);
        let alert = alert(line.as_bytes()).unwrap();
        assert_eq!(alert.entries.len(), 4);
        assert_alike(line.as_bytes());
        let cut = line.get(..line.len() / 2).unwrap();
        assert!(matches!(super::alert(cut.as_bytes()), Err(Reason::CutOff(_))));
        let alone = open.repeat(DEPTH);
        assert!(super::alert(alone.as_bytes()).is_err());
    }
}

#[test]
fn output_fields_that_come_again_and_again_take_no_square_of_time() {
    let others: Vec<String> = (0..100_000).map(|n| format!("\"o{n}\":{n}")).collect();
    let again = r#","output_fields":{"f":1}"#.repeat(100_000);
    let line = format!(r#"{{"rule":"x",{}{again}}}"#, others.join(","));
    assert_eq!(alert(line.as_bytes()).unwrap().named("f"), Some(Value::Number("1")));
}

#[test]
fn many_names_take_no_square_of_time() {
    let fields: Vec<String> = (0..200_000).map(|n| format!(r#""k{n}":{n}"#)).collect();
    let line = format!(r#"{{"rule":"x","output_fields":{{{}}}}}"#, fields.join(","));
    assert_eq!(alert(line.as_bytes()).unwrap().entries.len(), 200_001);
}

/// Pieces of which lines are made that are almost alerts.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let fixed = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "d83d",
        "\\ude00",
        "\\ud800",
        " ",
        "\t",
        "\r",
        "0",
        "-",
        "1.5",
        "e9",
        "true",
        "null",
        "fals",
        "\"rule\":\"x\"",
        "\"output\":\"y\"",
        "\"output_fields\":{",
        "\"output_fields\":null",
        "\"a\":1",
        "\"b\":[1,{}]",
        ",\"c\":\"\\n\"",
        "\u{0}",
        "\u{e9}",
        "\u{feff}",
        "NaN",
        "\"ru\\u006ce\":",
        "\"z\"",
    ];
    prop_oneof![
        8 => prop::sample::select(fixed.to_vec()).prop_map(|s| s.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|b| vec![b]),
    ]
}

/// A JSON value with blanks where they may stand.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?",
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        string(),
    ];
    let padded = |s: String| format!(" {s}\t");
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(" ,"))),
            prop::collection::vec((string(), inner), 0..4).prop_map(|v| {
                let pairs: Vec<String> = v.into_iter().map(|(k, v)| format!("{k} :{v}")).collect();
                format!("{{{}}}", pairs.join(", "))
            }),
        ]
    })
    .prop_map(padded)
}

/// A JSON text: characters, escapes, halves of pairs.
fn string() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-c.\u{e9}\u{4e2d}\u{202e}]{1,3}",
        1 => prop::sample::select(vec!["\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83d", "\\ude00", "\\u0000"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..4).prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["rule", "priority", "time", "output", "output_fields", "tags", "proc.name"])
            .prop_map(|k| format!("\"{k}\"")),
        string(),
    ]
}

proptest! {
    #[test]
    fn both_decoders_read_any_object_alike(pairs in prop::collection::vec((key(), json()), 0..8)) {
        let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{k}:{v}")).collect();
        let line = format!("{{\"rule\":\"x\",\"output\":\"y\",{}}}", pairs.join(","));
        assert_alike(line.replace(",}", "}").as_bytes());
        let object = format!("{{{}}}", pairs.join(","));
        assert_alike(object.as_bytes());
        assert_alike(format!("{{\"rule\":\"x\",\"output_fields\":{object}}}").as_bytes());
    }

    #[test]
    fn no_bytes_break_a_decoder(pieces in prop::collection::vec(piece(), 0..24)) {
        let body = pieces.concat();
        assert_alike(&body);
        assert_alike(&[br#"{"rule":"x","output":"y","#, body.as_slice(), b"}"].concat());
        assert_alike(&[br#"{"rule":"x","output_fields":{"#, body.as_slice(), b"}}"].concat());
    }

    /// Every well-formed object is read by the tolerant decoder: it is never the stricter one.
    #[test]
    fn the_tolerant_decoder_is_never_the_stricter(value in json()) {
        let line = format!("{{\"rule\":\"x\",\"output\":\"y\",\"v\":{value}}}");
        let read = heard(&mut Tolerant::default(), line.as_bytes());
        prop_assert!(read.is_ok(), "{line}: {read:?}");
    }
}
