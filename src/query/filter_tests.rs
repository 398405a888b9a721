//! Tables for the filter language: Falco's own cases, and what is stoop's own.

use serde_json::Value as Json;

use super::*;
use crate::decode::{Entry, Owned, instant};

fn data(name: &str) -> Json {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn entry(scope: Scope, name: &str, value: &Json) -> Entry {
    Entry { scope, name: name.as_bytes().to_vec(), value: owned(value), doubled: false }
}

fn owned(value: &Json) -> Owned {
    match value {
        Json::Null => Owned::Null,
        Json::Bool(b) => Owned::Bool(*b),
        Json::Number(n) => Owned::Number(n.to_string()),
        Json::String(s) => Owned::Text(s.clone().into_bytes()),
        Json::Array(_) => Owned::List(value.to_string().into_bytes()),
        Json::Object(_) => Owned::Object(value.to_string().into_bytes()),
    }
}

/// An alert with these `output_fields`.
fn alert(fields: &Json) -> Alert {
    let fields = fields.as_object().unwrap().iter();
    Alert { entries: fields.map(|(name, value)| entry(Scope::Field, name, value)).collect() }
}

/// An alert with names of its own and `output_fields`.
fn whole(own: &Json, fields: &Json) -> Alert {
    let mut alert = alert(fields);
    alert.entries.extend(own.as_object().unwrap().iter().map(|(name, value)| entry(Scope::Alert, name, value)));
    alert
}

fn told(result: Result<Filter, FilterError>) -> String {
    result.map_or_else(|error| error.notice.to_string(), |_| "accepted".to_owned())
}

#[test]
fn what_falcos_parser_accepts_is_accepted() {
    for case in data("filter-parse-cases.json")["cases"].as_array().unwrap() {
        let text = case["expr"].as_str().unwrap();
        let want = case.get("here").unwrap_or(&case["accept"]).as_bool().unwrap();
        let got = Filter::parse(text);
        assert_eq!(got.is_ok(), want, "{text:?}: {}", told(got));
    }
}

#[test]
fn operators_do_what_falcos_do() {
    let data = data("filter-eval-cases.json");
    for case in data["cases"].as_array().unwrap() {
        let text = case[2].as_str().unwrap();
        let fields = &data["fields"][usize::try_from(case[0].as_u64().unwrap()).unwrap()];
        let filter = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.notice));
        assert_eq!(filter.matches(&alert(fields)), case[1].as_bool().unwrap(), "{text}: {fields}");
    }
}

fn sample() -> Alert {
    whole(
        &serde_json::json!({
            "rule": "Read sensitive file untrusted", "priority": "Warning", "source": "syscall", "hostname": "node-a",
            "time": "2024-10-05T18:29:01.5Z", "tags": ["filesystem", "T1555", "a\"b"], "output": "18:29: Warning Sensitive",
        }),
        &serde_json::json!({
            "proc.name": "cat", "proc.pid": 4242, "proc.tty": "34816", "proc.aname[2]": "sshd", "user.uid": 0,
            "user.name": "<NA>", "container.id": "", "container.name": "N/A", "evt.is_open": true, "n_drops": "12",
            "big": 18_446_744_073_709_551_615_u64, "empty": [], "numbers": [1, 2], "nested": {"k": "deep"},
        }),
    )
}

#[test]
fn own_names_compare_by_what_they_mean() {
    let cases = [
        ("rule = 'Read sensitive file untrusted'", true),
        ("rule startswith Read and source = syscall", true),
        ("hostname exists and not uuid exists", true),
        ("priority = warning", true),
        ("priority != WARNING", false),
        ("priority >= warning", true),
        ("priority >= Error", false),
        ("priority > notice", true),
        ("priority < critical", true),
        ("priority <= debug", false),
        ("priority in (info, warning)", true),
        ("priority contains arn", true),
        ("time >= 2024-10-05", true),
        ("time < 2024-10-05T18:29:02Z", true),
        ("time = '2024-10-05T20:29:01.500+02:00'", true),
        ("time != 2024-10-05", true),
        ("time > 2024-10-05T18:29:01.499999999Z", true),
        ("time in (2024-10-05, 2024-10-05T18:29:01.5Z)", true),
        ("time startswith 2024-10-05", true),
        ("tags in (filesystem, T1555, 'a\"b', x)", true),
        ("tags in (filesystem)", false),
        ("tags intersects (filesystem, x)", true),
        ("tags contains T15", true),
        ("tags = T1555", true),
        ("tags != T1555", false),
        ("tags != T1", true),
        ("hostname > node-", true),
        ("n_drops > 9", true),
        ("n_drops = 12", true),
        ("big = 18446744073709551615 and big > 18446744073709551614", true),
        ("proc.pid in (1, 4242) and proc.pid != 4243", true),
        ("proc.pid = 4242.0", true),
        ("proc.tty > 9999", true),
        ("evt.is_open = true", true),
        ("empty exists", true),
        ("empty in (a)", false),
        ("empty = a", false),
        ("numbers in (1, 2)", true),
        ("numbers > 1", true),
        ("nested contains deep", true),
        ("proc.name glob ?at", true),
        ("proc.name = cat or proc.name = x and proc.name = y", true),
        ("proc.name = x and proc.name = y or proc.name = cat", true),
        ("not proc.name = x and proc.name = cat", true),
        ("not (proc.name = x or proc.name = cat)", false),
    ];
    for (text, want) in cases {
        let filter = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.notice));
        assert_eq!(filter.matches(&sample()), want, "{text}");
    }
}

#[test]
fn times_are_counted_from_now_or_from_the_newest_alert_once_those_are_known() {
    let now = instant(b"2024-10-05T18:45:00Z").unwrap();
    let last = instant(b"2024-10-05T18:30:00Z");
    let cases = [
        ("time >= -16m", true),
        ("time >= -15m", false),
        ("time < -15m", true),
        ("time >= 18:29", true),
        ("time >= 18:29:02", false),
        ("time > @last-58s", false),
        ("time > @last-1m and time < @last", true),
        ("not (time >= @last18:30 or rule = x)", true),
        ("time in (-2h, @last)", false),
        ("time = anyof (-2h, 2024-10-05T18:29:01.5Z)", true),
        ("time != @last", true),
    ];
    for (text, want) in cases {
        let filter = Filter::parse(text).unwrap();
        assert!(filter.is_relative() && filter.needs_last() == text.contains("@last"), "{text}");
        let then = filter.at(Reference { now, last });
        assert!(!then.is_relative(), "{text}");
        assert_eq!(then.matches(&sample()), want, "{text}");
    }
    let without_last = Filter::parse("time >= @last").unwrap().at(Reference { now, last: None });
    assert!(!without_last.matches(&sample()), "no alert has a time, so none has a later one");
    assert!(!Filter::parse("time >= 2024-10-05 and output contains -15m").unwrap().is_relative());
}

#[test]
fn a_playbook_s_condition_means_the_same_at_any_time() {
    let refused = Filter::parse_with_macros("rule = x and time >= -15m", &|_| None).unwrap_err();
    assert_eq!(refused.at, 13..17);
    let want = "condition, column 14: a time here is written with its date. What an alert means must not depend on when it is read";
    assert_eq!(refused.notice.to_string(), want);
    assert!(Filter::parse_with_macros("time >= 2024-10-05", &|_| None).is_ok());
}

#[test]
fn an_unknown_priority_and_an_unreadable_time_compare_with_nothing() {
    let odd = whole(&serde_json::json!({"priority": "weird", "time": "yesterday"}), &serde_json::json!({}));
    let cases = [
        ("priority >= debug", false),
        ("priority = debug", false),
        ("priority != debug", true),
        ("priority exists", true),
        ("priority contains weird", true),
        ("time < 2030-01-01", false),
        ("time != 2030-01-01", true),
    ];
    for (text, want) in cases {
        assert_eq!(Filter::parse(text).unwrap().matches(&odd), want, "{text}");
    }
}

#[test]
fn nothing_follows_from_what_was_not_recorded() {
    use Truth::{False, True, Unknown};
    // In the list absence makes a comparison false; `<NA>` and an empty text are values there.
    let cases = [
        ("proc.name = cat", True, True),
        ("proc.exe = cat", False, Unknown),
        ("proc.exe != cat", False, Unknown),
        ("not proc.exe = cat", True, Unknown),
        ("proc.exe exists", False, False),
        ("not proc.exe exists", True, True),
        ("user.name = root", False, Unknown),
        ("user.name exists", True, False),
        ("user.name = \"<NA>\"", True, Unknown),
        ("container.id != host", True, Unknown),
        ("container.name exists", True, False),
        ("container.id exists and container.id != host", True, False),
        ("proc.exe = x and proc.name = dog", False, False),
        ("proc.exe = x and proc.name = cat", False, Unknown),
        ("proc.exe = x or proc.name = cat", True, True),
        ("proc.exe = x or proc.name = dog", False, Unknown),
        ("proc.exe in ()", False, Unknown),
        ("empty in (a)", False, False),
        ("tags intersects (x)", False, False),
        ("priority >= critical", False, False),
    ];
    for (text, list, analysis) in cases {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(filter.truth(&sample(), Absence::False), list, "{text} in the list");
        assert_eq!(filter.truth(&sample(), Absence::Unknown), analysis, "{text} in the analysis");
    }
}

#[test]
fn bare_texts_are_words_where_nothing_is_compared() {
    let cases = [
        ("sensitive", Ok(true)),
        ("Sensitive", Ok(true)),
        ("SENSITIVE", Ok(false)),
        ("sensitive cat sshd", Ok(true)),
        ("sensitive and cat", Ok(true)),
        ("sensitive nosuch", Ok(false)),
        ("sensitive or nosuch", Ok(true)),
        ("sensitive nosuch or cat", Ok(true)),
        ("not nosuch", Ok(true)),
        ("sensitive not nosuch", Ok(true)),
        ("!nosuch", Ok(true)),
        ("!sensitive", Ok(false)),
        ("\"file untrusted\"", Ok(true)),
        ("'a\"b'", Ok(true)),
        ("4242", Ok(true)),
        ("deep", Ok(true)),
        ("proc.tty", Ok(false)),
        ("(sensitive cat) and proc.name = cat", Ok(true)),
        ("sensitive (nosuch or cat)", Ok(true)),
        ("rule", Ok(false)),
        ("node-a", Ok(true)),
        ("/etc/passwd", Ok(false)),
        ("sensitive cat proc.name = cat", Err(10)),
        ("proc.name = cat sensitive", Err(16)),
        ("proc.name cat", Err(10)),
        ("proc.name \"cat\"", Err(10)),
        ("a.b = 1 AND c.d = 2", Err(8)),
        ("sensitive AND proc.name = cat", Err(10)),
        ("sensitive (proc.name = cat)", Err(10)),
        ("(sensitive cat and proc.name = cat)", Err(11)),
        ("foo-bar = 1", Err(8)),
        ("a, b", Err(1)),
        ("/etc contains x", Err(5)),
    ];
    for (text, want) in cases {
        let got = Filter::parse(text);
        let seen = got.as_ref().map(|f| f.matches(&sample())).map_err(|e| e.at.start);
        assert_eq!(seen, want, "{text}: {}", told(got));
    }
}

#[test]
fn an_error_has_its_place_what_was_expected_and_one_suggestion() {
    let cases = [
        ("proc.name =", 11..11, "filter, column 12: expected a value after =, found the end"),
        (
            "proc.name = and proc.pid = 1",
            12..15,
            "filter, column 13: expected a value after =, found \"and\". The word itself is written \"and\" in quotes",
        ),
        ("(proc.name = x", 0..1, "filter, column 1: \"(\" opened here is never closed"),
        ("proc.name = x)", 13..14, "filter, column 14: no \"(\" was opened for this \")\""),
        ("proc.name = (x)", 12..13, "filter, column 13: = needs one value, in takes a list"),
        ("priority >= Warn", 12..16, "filter, column 13: priority has no value Warn; did you mean Warning?"),
        ("priority = Wraning", 11..18, "filter, column 12: priority has no value Wraning; did you mean Warning?"),
        (
            "priority in (error, 4)",
            20..21,
            "filter, column 21: priority has no value 4. Its values are Emergency, Alert, Critical, Error, Warning, Notice, \
             Informational, Debug",
        ),
        (
            "rule = 'ü' and x.y startwith z",
            20..29,
            "filter, column 20: expected an operator after x.y, found \"startwith\". Did you mean startswith?",
        ),
        (
            "proc.name regex '(x'",
            16..20,
            "filter, column 17: bad regex: unclosed group. The expression must fit the whole value: .*word.* finds a word \
             in it",
        ),
        (
            "proc.name bcontains 4g",
            20..22,
            "filter, column 21: expected bytes in hexadecimal digits. The text GET is written 474554",
        ),
        (
            "a.b = 1 && c.d = 2",
            8..10,
            "filter, column 9: expected \"and\", \"or\" or the end, found \"&&\". The operator is written and",
        ),
        (
            "proc.pid > x",
            11..12,
            "filter, column 12: expected a number after \">\", found \"x\". A number is written 10, -1, 0x1f, 1.5 or 1e+6, \
             without quotes",
        ),
        (
            "time > now",
            7..10,
            "filter, column 8: now is no time. A time is written 2024-10-05 or 2024-10-05T18:29:05.5Z (UTC without a zone), \
             18:29 for the latest that has passed, -15m, -2h or -2d for before now; from the newest alert @last, @last-15m, \
             @last18:29",
        ),
        ("a.b in (x, y", 7..8, "filter, column 8: the list opened here is never closed"),
        (
            "a.b = 'x\\q'",
            8..10,
            "filter, column 9: no such escape in a quoted text. A backslash itself is written \\\\; known are \\n \\t \\r \\b \\f \
             \\/ and x with two hexadecimal digits",
        ),
        ("a.b = 'x", 6..7, "filter, column 7: the quote opened here is never closed"),
        ("a.b = 1 and", 11..11, "filter, column 12: expected a field, a word, \"not\" or \"(\", found the end"),
        (
            "and a",
            0..3,
            "filter, column 1: expected a condition, found \"and\". The word itself is written \"and\" in quotes",
        ),
    ];
    refused(&cases);
}

#[test]
fn an_error_in_what_is_made_of_fields_has_its_place_too() {
    let cases = [
        ("val(proc.name) = x", 0..3, "filter, column 1: val stands on the right side only, around one field"),
        ("tolower(proc.name = x", 18..19, "filter, column 19: expected \")\", found \"=\""),
        (
            "tolower(proc.name) is x",
            19..21,
            "filter, column 20: expected an operator after tolower(proc.name), found \"is\". Did you mean in?",
        ),
        (
            "join(\"-\", (name)) = x",
            11..15,
            "filter, column 12: expected a field, found \"name\". A field is written proc.name; a text stands in quotes",
        ),
        ("concat(a.b) = x", 0..6, "filter, column 1: concat needs two or more things with commas between"),
        (
            "a.b regex val(c.d)",
            4..9,
            "filter, column 5: regex does not go with a field on its right. An expression stands in the text itself, as in \
             Falco",
        ),
        (
            "a.b = oneof my_list",
            12..19,
            "filter, column 13: expected a list in parentheses after oneof, found \"my_list\". A list is written (a, b); lists \
             of Falco's by name are not known here",
        ),
        (
            "fd.sip = 10.0.0.0/8",
            9..19,
            "filter, column 10: 10.0.0.0/8 is no IP address. A network is compared with fd.snet",
        ),
        (
            "fd.net in (10.0.0.1)",
            11..19,
            "filter, column 12: 10.0.0.1 is no network. A network is written 10.0.0.0/8; one address is compared with fd.ip",
        ),
        (
            "fd.net contains 10.",
            7..15,
            "filter, column 8: contains does not go with fd.net. Networks compare by = != in intersects exists",
        ),
    ];
    refused(&cases);
}

fn refused(cases: &[(&str, Range<usize>, &str)]) {
    for (text, at, want) in cases {
        let error = Filter::parse(text).expect_err(text);
        assert_eq!((error.notice.to_string().as_str(), &error.at), (*want, at), "{text}");
    }
}

#[test]
fn names_stand_once_and_in_order() {
    let filter =
        Filter::parse("b.b = 1 and (a.a exists or not b.b = 2) and proc.aname['2'] = x and priority >= error").unwrap();
    assert_eq!(filter.names(), ["b.b", "a.a", "proc.aname[2]", "priority"]);
    assert!(Filter::parse(" \t").unwrap().names().is_empty());
}

#[test]
fn a_playbook_takes_macros_for_bare_names() {
    let shell = Filter::parse_with_macros("proc.name in (sh, cat)", &|_| None).unwrap();
    let resolve = |name: &str| (name == "shell" || name == "a-b").then(|| shell.clone());
    let cases = [
        ("shell", Ok(Truth::True)),
        ("not shell or proc.exe = x", Ok(Truth::Unknown)),
        ("a-b and (shell)", Ok(Truth::True)),
        ("nosuch", Err(0)),
        ("shell shell", Err(6)),
        ("'shell'", Err(0)),
        ("proc.name", Err(0)),
        ("", Err(0)),
    ];
    for (text, want) in cases {
        let got = Filter::parse_with_macros(text, &resolve);
        let seen = got.as_ref().map(|f| f.truth(&sample(), Absence::Unknown)).map_err(|e| e.at.start);
        assert_eq!(seen, want, "{text}: {}", told(got));
    }
    assert_eq!(
        Filter::parse_with_macros("shell and user.uid = 0", &resolve).unwrap().names(),
        ["proc.name", "user.uid"]
    );
}

#[test]
fn macros_can_not_go_deeper_than_parentheses() {
    let mut filter = Filter::parse_with_macros("a.b = 1", &|_| None).unwrap();
    for level in 0.. {
        match Filter::parse_with_macros("(inner)", &|_| Some(filter.clone())) {
            Ok(outer) => filter = outer,
            Err(error) => {
                assert!(level > 5, "{}", error.notice);
                break;
            }
        }
        assert!(level < 100);
    }
}

#[test]
fn a_monstrous_filter_is_a_clear_error_or_a_filter() {
    let deep = "(".repeat(1 << 20);
    assert_eq!(told(Filter::parse(&deep)), "filter, column 21: nested too deeply: more than 100 levels, as in Falco");
    let flat = format!("a.b = 1{}", " and a.b = 1".repeat(90_000));
    assert!(Filter::parse(&flat).unwrap().names() == ["a.b"]);
    assert!(Filter::parse(&"not ".repeat(250_000)).is_err());
    assert!(Filter::parse(&format!("{}a", "not ".repeat(250_001))).unwrap().matches(&sample()) != sample_has("a"));
    assert!(Filter::parse(&"x ".repeat(500_000)).is_ok());
    assert!(told(Filter::parse(&format!("a.b {}", "y".repeat(1 << 20)))).len() < 300);
}

#[test]
fn a_filter_has_an_end_of_regular_expressions() {
    let joined = |count: usize| vec!["a.b regex x"; count].join(" or ");
    assert!(Filter::parse(&joined(32)).is_ok());
    let want = "filter, column 491: a filter can have 32 regular expressions at most. One expression can stand for several: (a|b)";
    assert_eq!(told(Filter::parse(&joined(33))), want);
    let listed = format!("a.b regex anyof ({})", vec!["x"; 33].join(", "));
    assert!(told(Filter::parse(&listed)).contains("32 regular expressions at most"));
    // Built twice, from two texts, they are the same expression.
    assert_eq!(Filter::parse("a.b regex ^z+$"), Filter::parse("a.b regex ^z+$"));
}

fn sample_has(word: &str) -> bool {
    sample().has_word(&Word::new(word.as_bytes()))
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[a-z.()'\"\\\\ =!<>,\\[\\]ü0-9]{0,40}") {
        if let Err(error) = Filter::parse(&text) {
            proptest::prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error.at);
        }
        let _ = Filter::parse_with_macros(&text, &|_| Some(Filter::default()));
    }
}
