//! Commands with hostile values in them, in real shells.

use super::*;
use crate::base::shells;
use crate::decode::{Alert, Entry, Owned, Scope};

/// Names and values of an alert.
type Pairs<'a> = &'a [(&'a str, &'a [u8])];

fn alert(fields: Pairs<'_>) -> Alert {
    let mut alert = Alert::default();
    for (name, value) in fields {
        let scope = if name.contains('.') { Scope::Field } else { Scope::Alert };
        let (name, value) = (name.as_bytes().to_vec(), Owned::Text(value.to_vec()));
        alert.entries.push(Entry { scope, name, value, doubled: false });
    }
    alert
}

fn line(template: &str, fields: Pairs<'_>) -> CommandLine {
    let alert = alert(fields);
    filled(&Template::parse(template).unwrap(), &Facts::of(&alert))
}

#[test]
fn a_value_is_one_word_or_a_named_gap() {
    let cases: [(&str, Pairs<'_>, &str); 9] = [
        ("kill -STOP @{proc.pid:pid:PID}", &[("proc.pid", b"12")], "kill -STOP 12"),
        ("kill -STOP @{proc.pid:pid:PID}", &[], "kill -STOP '<PID>'"),
        ("kill -STOP @{proc.pid:pid:PID}", &[("proc.pid", b"1")], "kill -STOP '<PID: invalid>'"),
        ("kill -STOP @{proc.pid:pid:PID}", &[("proc.pid", b"<NA>")], "kill -STOP '<PID>'"),
        ("x @{a.b|c.d:pid:PID}", &[("a.b", b"x"), ("c.d", b"7")], "x 7"),
        ("stat -- @{fd.name:path:FILE}", &[("fd.name", b"/a b'c")], r"stat -- '/a b'\''c'"),
        (
            "x 'rule: '@{rule:rule_name:RULE}",
            &[("rule", b"-a $(id)")],
            "x 'rule: '\"$(printf '\\055a\\040\\044\\050id\\051')\"",
        ),
        ("pgrep @{proc.name:comm:NAME}", &[("proc.name", b"-f")], "pgrep '<NAME: invalid>'"),
        (
            "x --since @{time:time(-15m):SINCE}",
            &[("time", b"2024-10-05T18:29:57.8Z")],
            "x --since '2024-10-05 18:14:57 UTC'",
        ),
    ];
    for (template, fields, want) in cases {
        assert_eq!(line(template, fields).text(), want, "{template}");
    }
}

#[test]
fn a_gap_says_what_is_missing_and_why() {
    let command =
        line("cp /proc/@{proc.pid:pid:PID}/exe /e.@{proc.pid:pid:PID} @{fd.name:path:FILE}", &[("fd.name", b"a")]);
    let told: Vec<(&str, &str, &str)> =
        command.gaps().iter().map(|gap| (gap.name.as_str(), gap.kind.as_str(), gap.invalid.as_str())).collect();
    assert_eq!(told, [("PID", "pid", ""), ("FILE", "path", "a path starts with /")]);
    let text = command.text();
    let places: Vec<&str> = command.gap_places().into_iter().filter_map(|place| text.get(place)).collect();
    assert_eq!(places, ["'<PID>'", "'<PID>'", "'<FILE: invalid>'"]);
}

#[test]
fn filling_a_gap_fills_it_everywhere_or_says_what_is_wrong() {
    let command = line("cp /proc/@{proc.pid:pid:PID}/exe /e.@{proc.pid:pid:PID}; x @{a.b:comm:NAME}", &[]);
    assert!(command.fill("1; reboot").is_err());
    let command = command.fill("42").unwrap();
    assert_eq!(command.text(), "cp /proc/42/exe /e.42; x '<NAME>'");
    assert_eq!(command.fill("-f").unwrap_err().as_str(), LIKE_AN_OPTION);
    let command = command.fill("a b").unwrap();
    assert_eq!(command.text(), "cp /proc/42/exe /e.42; x 'a b'");
    assert!(command.fill("more").is_ok_and(|same| same == command));
    let moved = line("x @{time:rfc3339(-15m):SINCE}", &[]).fill("2024-10-05 18:29:57").unwrap();
    assert_eq!(moved.text(), "x 2024-10-05T18:29:57Z");
}

#[test]
fn a_line_that_a_shell_would_cut_loses_its_longest_value() {
    let long = [b"/", "a".repeat(600).as_bytes()].concat();
    let command = line("x -- @{a.b:path:A} @{c.d:path:B} @{c.d:path:B}", &[("a.b", b"/short"), ("c.d", &long)]);
    assert_eq!(command.text(), "x -- /short '<B: invalid>' '<B: invalid>'");
    assert_eq!(command.gaps().first().map(|gap| gap.invalid.as_str()), Some(LINE_TOO_LONG));
    assert!(command.fill(&format!("/{}", "b".repeat(600))).is_err());
    assert!(line("x -- @{a.b:path:A}", &[("a.b", &[b"/", [7; 300].as_slice()].concat())]).gaps().len() == 1);
}

#[test]
fn a_value_beside_words_stays_one_word_in_every_shell() {
    let values: [&[u8]; 9] =
        [b"/x", b"/a b", b"/'; stoop-canary; '", b"/$(stoop-canary)", b"/\x1b[0m", b"/\xff", b"/*", b"/~", b"/a\\"];
    for value in values {
        let template = "P=@{fd.name:path:F}; printf '%s\\000' \"$P\" /root@{fd.name:path:F} 'a: '@{fd.name:path:F}.x";
        let command = line(template, &[("fd.name", value)]).text();
        let want = [value, b"\0/root", value, b"\0a: ", value, b".x\0"].concat();
        for shell in shells::installed() {
            assert_eq!(shells::output(shell, "C.UTF-8", &command).unwrap(), want, "{shell:?} {command}");
        }
    }
}
