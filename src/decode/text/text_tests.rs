//! Tests of Falco's text output: what is an alert, what its sentence tells, and what an attacker can't make it tell.

use proptest::prelude::*;

use crate::decode::{self, Alert, Reason, Scope, Value};

const CLOCK: &str = "18:29:57.848684705: Notice ";

fn read(line: &str) -> Alert {
    decode::alert(line.as_bytes()).unwrap_or_else(|reason| panic!("{line}: {reason}"))
}

fn field(alert: &Alert, name: &str) -> Option<String> {
    alert.get(Scope::Field, name).map(|value| String::from_utf8_lossy(value.bytes()).into_owned())
}

fn own(alert: &Alert, name: &str) -> Option<String> {
    alert.get(Scope::Alert, name).map(|value| String::from_utf8_lossy(value.bytes()).into_owned())
}

#[test]
fn a_line_of_text_is_an_alert_that_says_what_it_was_made_of() {
    let cases = [
        ("18:29:57.848684705: Warning A (user=root)", "Warning", None),
        ("2024-10-05T18:29:57.848684705+0000: Error B", "Error", Some("2024-10-05T18:29:57.848684705Z")),
        ("2024-10-05T20:29:57.848684705+0200: Debug", "Debug", Some("2024-10-05T18:29:57.848684705Z")),
        ("2024-10-05T18:29:57.848684705Z: Informational ", "Informational", Some("2024-10-05T18:29:57.848684705Z")),
    ];
    for (line, priority, time) in cases {
        let alert = read(line);
        assert_eq!(own(&alert, "output").as_deref(), Some(line));
        assert_eq!(own(&alert, "priority").as_deref(), Some(priority), "{line}");
        assert_eq!(own(&alert, "time").as_deref(), time, "{line}");
        assert_eq!(own(&alert, "rule"), None, "{line}");
        assert_eq!(alert.get(Scope::Other, "recovered_from"), Some(Value::Text(b"text")), "{line}");
    }
}

#[test]
fn what_only_looks_like_text_is_no_alert() {
    let cases = [
        ("18:29:57: Warning no fraction", "no JSON: it does not begin with {"),
        ("18:29:57.848684705: Louder than that", "no JSON: it does not begin with {"),
        ("18:29:57.848684705 Warning no colon", "no JSON: it does not begin with {"),
        ("18:29:57.848684705: WARNING shouted", "no JSON: it does not begin with {"),
        (" 8:29:57.848684705: Warning", "no JSON: it does not begin with {"),
        ("2024-10-05T18:29:57+0000: Warning is a message", "no alert: Falco's start-up message"),
        ("Sat Oct  5 18:29:01 2024: Falco version: 0.39.0", "no alert: Falco's start-up message"),
        ("Error: no such file", "no alert: Falco's error message"),
        ("   NOTICE: 5", "no alert: Falco's statistics"),
        ("   Terminal shell in container: 1", "no alert: Falco's statistics"),
        ("^C", "no alert: ^C as it was typed"),
    ];
    for (line, want) in cases {
        let reason: Reason = decode::alert(line.as_bytes()).expect_err(line);
        assert_eq!(reason.to_string(), want, "{line}");
    }
}

#[test]
fn a_sentence_tells_the_fields_of_names_that_are_known() {
    let cases: [(&str, &[(&str, Option<&str>)]); 9] = [
        (
            "x | file=/etc/shadow process=cat command=cat /etc/shadow terminal=0 user_loginuid=-1 parent=<NA>",
            &[
                ("fd.name", Some("/etc/shadow")),
                ("proc.cmdline", Some("cat /etc/shadow")),
                ("proc.tty", Some("0")),
                ("user.loginuid", Some("-1")),
                ("proc.pname", None),
            ],
        ),
        (
            "x (user=root command=sh -c (id) terminal=34816) container_id=host container_name=host",
            &[("proc.cmdline", Some("sh -c (id)")), ("proc.tty", Some("34816")), ("container.id", Some("host"))],
        ),
        ("x (command=sh -c (id))", &[("proc.cmdline", Some("sh -c (id)"))]),
        (
            "x (k8s.ns=a k8s.pod=b container=ac7c5359a04b image=alpine:3.19)",
            &[
                ("k8s.ns.name", Some("a")),
                ("container.id", Some("ac7c5359a04b")),
                ("container.name", None),
                ("container.image.repository", Some("alpine")),
                ("container.image.tag", Some("3.19")),
            ],
        ),
        (
            "x (container=web image=r:5000/a)",
            &[("container.name", Some("web")), ("container.image.repository", Some("r:5000/a"))],
        ),
        ("x (user=admin target=a verb=patch resp=200)", &[("ka.user.name", Some("admin")), ("user.name", None)]),
        (
            "x (proc.name=cat proc.aname[2]=sh fd.sip=10.0.0.1)",
            &[("proc.name", Some("cat")), ("proc.aname[2]", Some("sh")), ("fd.sip", Some("10.0.0.1"))],
        ),
        ("x (user=root shoe=42 command=a)", &[("user.name", Some("root shoe=42")), ("proc.cmdline", Some("a"))]),
        ("nothing at all", &[("user.name", None)]),
    ];
    for (sentence, want) in cases {
        let alert = read(&format!("{CLOCK}{sentence}"));
        for (name, value) in want {
            assert_eq!(field(&alert, name).as_deref(), *value, "{name} in {sentence}");
        }
    }
}

#[test]
fn a_value_can_not_forge_a_field_that_the_sentence_has() {
    let cases: [(&str, &[(&str, Option<&str>)]); 4] = [
        (
            "x (user=root command=sh -c user=nobody terminal=0)",
            &[("user.name", None), ("proc.cmdline", Some("sh -c user=nobody")), ("proc.tty", Some("0"))],
        ),
        (
            "x | file=/tmp/a user=bob user=root command=b",
            &[("fd.name", Some("/tmp/a user=bob user=root")), ("user.name", None)],
        ),
        (
            "x (command=true lport=1 ; curl evil terminal=0)",
            &[("proc.cmdline", Some("true lport=1 ; curl evil")), ("fd.lport", None)],
        ),
        ("x (k8s.ns=a command=b) k8s.ns=a", &[("k8s.ns.name", Some("a")), ("proc.cmdline", Some("b"))]),
    ];
    for (sentence, want) in cases {
        let alert = read(&format!("{CLOCK}{sentence}"));
        for (name, value) in want {
            assert_eq!(field(&alert, name).as_deref(), *value, "{name} in {sentence}");
        }
    }
    let many = format!("{CLOCK}x (command=a {})", "user=root ".repeat(5_000));
    assert_eq!(field(&read(&many), "proc.cmdline"), None);
}

#[test]
fn an_alert_in_a_value_is_no_alert() {
    let forged = r#"{"rule":"forged","priority":"Debug","output":"o","time":"2024-10-05T18:29:57Z"}"#;
    for line in [
        format!("{CLOCK}Shell (command=echo {forged})"),
        format!("{CLOCK}{forged}"),
        format!("falco-1  | {CLOCK}Shell (command=echo {forged})"),
        format!("Oct  5 18:29:57 host falco[7]: {CLOCK}Shell (command=falco: {forged} falco: {forged})"),
        format!("2024-10-05T18:29:57.848684705Z stdout F {CLOCK}Shell (command=x stdout F {forged})"),
        format!("[pod/falco/falco] {CLOCK}[pod/falco/falco] {forged}"),
        format!("{CLOCK}Shell (command=a) CEF:0|Falcosecurity|Falco|1.0|Falco Event|forged|0|msg=x"),
    ] {
        let alert = read(&line);
        assert_eq!(own(&alert, "rule"), None, "{line}");
        assert_eq!(own(&alert, "priority").as_deref(), Some("Notice"), "{line}");
        assert!(own(&alert, "output").is_some_and(|output| line.ends_with(&output)), "{line}");
    }
}

#[test]
fn messages_of_falco_about_itself_tell_their_values() {
    let plain = r#"Debug Falco internal: syscall event drop. 42 dropped. (ebpf_enabled="1" n_drops="42" rate=0.5 note="a \"b\" (c")"#;
    let escaped = plain.replace('\\', "\\\\").replace('"', "\\\"");
    for sentence in [plain, &escaped] {
        let alert = read(&format!("18:31:10.000000001: {sentence}"));
        assert_eq!(own(&alert, "source").as_deref(), Some("internal"));
        let want = [("ebpf_enabled", "1"), ("n_drops", "42"), ("rate", "0.5"), ("note", "a \"b\" (c")];
        for (name, value) in want {
            assert_eq!(field(&alert, name).as_deref(), Some(value), "{name} in {sentence}");
        }
    }
    assert_eq!(field(&read("18:31:10.000000001: Debug Falco internal: x (a=\"1\" b)"), "a"), None);
}

#[test]
fn cef_tells_what_can_be_read_in_one_way_only() {
    let head = "CEF:0|Falcosecurity|Falco|1.0|Falco Event|A rule|6|uuid=u-1 start=2024-10-05T18:29:57Z msg=";
    let line = format!("{head}{CLOCK}S (user=root) source=syscall hostname=node-a");
    let alert = read(&line);
    let want = [
        ("rule", "A rule"),
        ("priority", "Notice"),
        ("time", "2024-10-05T18:29:57.000000000Z"),
        ("output", "18:29:57.848684705: Notice S (user=root)"),
        ("source", "syscall"),
        ("hostname", "node-a"),
        ("uuid", "u-1"),
    ];
    for (name, value) in want {
        assert_eq!(own(&alert, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(field(&alert, "user.name").as_deref(), Some("root"));
    let forged = read(&format!("{head}{CLOCK}S (command=a source=x hostname=y) source=syscall hostname=node-a"));
    assert_eq!(own(&forged, "source").as_deref(), Some("syscall"), "the first of them does not end as it should");
    let twice = read(&format!("{head}{CLOCK}S source=x tags=y source=syscall hostname=node-a"));
    assert_eq!((own(&twice, "source"), own(&twice, "hostname")), (None, None));
    assert!(own(&twice, "output").unwrap().ends_with("hostname=node-a"), "nothing of it is lost");
    let fields = read(&format!(
        "{head}said source=syscall outputfields=proc.name:cat proc.cmdline:cat a:b c user.uid:0 tags=a,b"
    ));
    assert_eq!(field(&fields, "proc.cmdline").as_deref(), Some("cat a:b c"));
    assert_eq!(field(&fields, "user.uid").as_deref(), Some("0"));
    assert_eq!(own(&fields, "priority").as_deref(), Some("Warning"), "by the severity");
}

#[test]
fn an_object_that_was_made_is_read_again_as_it_is() {
    for line in [format!("{CLOCK}S (user=root)"), "18:31:10.000000001: Debug x".to_owned()] {
        let own = decode::own(line.as_bytes()).into_owned();
        assert_eq!(decode::alert(&own).unwrap(), read(&line));
        assert_eq!(decode::own(&own).as_ref(), own);
    }
}

proptest! {
    #[test]
    fn every_text_stays_on_the_list_whole(sentence in proptest::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n' && *b != b'\r'), 0..200)) {
        let line = [CLOCK.as_bytes(), &sentence].concat();
        let alert = decode::alert(&line).unwrap();
        prop_assert_eq!(alert.get(Scope::Alert, "output"), Some(Value::Text(&line)));
    }
    #[test]
    fn names_in_values_never_end_it(words in proptest::collection::vec("(user=|command=|lport=|container=|\\(|\\)| |x|1|<NA>| \\| ){1,6}", 0..12)) {
        let line = format!("{CLOCK}{}", words.concat());
        let alert = decode::alert(line.as_bytes()).unwrap();
        for entry in alert.entries.iter().filter(|entry| entry.scope == Scope::Field) {
            let value = entry.value.borrow().bytes().to_vec();
            prop_assert!(memchr::memmem::find(line.as_bytes(), &value).is_some(), "{}", line);
        }
    }
}
