//! Tests of envelopes: each gives back the alert that was put into it, whatever its values hold, and none is taken for another.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::decode::{self, Alert, Reason, Scope};

/// Falco's alert with a hostile value in several places.
pub(crate) fn alert(value: &str) -> String {
    json!({
        "hostname": "node-a",
        "output": format!("18:29:57.848684705: Notice {value}"),
        "output_fields": {"proc.cmdline": value, "evt.time": 1_728_152_997_848_684_705_u64, "proc.pname": null},
        "priority": "Notice",
        "rule": "A rule",
        "source": "syscall",
        "tags": ["a", "b"],
        "time": "2024-10-05T18:29:57.848684705Z",
    })
    .to_string()
}

/// Falco's text with the same.
fn text(value: &str) -> String {
    format!("18:29:57.848684705: Notice S (command={value})")
}

const TIME: &str = "2024-10-05T18:29:57.848684705Z";

/// Puts a line into an envelope.
pub(crate) type Wrap = fn(&str) -> String;

fn redis(line: &str) -> String {
    let escape = |byte: &u8| match byte {
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b'\n' => "\\n".to_owned(),
        b' '..=b'~' => char::from(*byte).to_string(),
        other => format!("\\x{other:02x}"),
    };
    format!("12) \"{}\"", line.as_bytes().iter().map(escape).collect::<String>())
}

/// An object as an object, a text as a string.
fn either(line: &str) -> Json {
    serde_json::from_str(line).ok().filter(Json::is_object).unwrap_or_else(|| json!(line))
}

/// Every envelope with its name.
pub(crate) const WRAPS: [(&str, Wrap); 42] = [
    ("nothing", |line| line.to_owned()),
    ("docker", |line| json!({"log": format!("{line}\n"), "stream": "stdout", "time": TIME}).to_string()),
    ("docker, as it escapes", |line| {
        let log = json!(format!("{line}\n")).to_string();
        let log = log.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        format!(r#"{{"log":{log},"stream":"stderr","time":"{TIME}"}}"#)
    }),
    ("docker, attrs", |line| {
        json!({"log": format!("{line}\n"), "stream": "stdout", "attrs": {"tag": "falco"}, "time": TIME}).to_string()
    }),
    ("cri", |line| format!("{TIME} stdout F {line}")),
    ("journald", |line| {
        json!({"__REALTIME_TIMESTAMP": "1728152997848684", "_HOSTNAME": "node-a", "MESSAGE": line}).to_string()
    }),
    ("journald, bytes", |line| {
        json!({"MESSAGE": line.as_bytes(), "__REALTIME_TIMESTAMP": "1728152997848684", "_HOSTNAME": "node-a"})
            .to_string()
    }),
    ("journald, short", |line| format!("Oct 05 18:29:57 node-a falco[812]: {line}")),
    ("journald, short-precise", |line| format!("Oct 05 18:29:57.848684 node-a falco[812]: {line}")),
    ("journald, short-iso", |line| format!("2024-10-05T18:29:57+0000 node-a falco[812]: {line}")),
    ("journald, short-full", |line| format!("Sat 2024-10-05 18:29:57 UTC node-a falco[812]: {line}")),
    ("journald, short-unix", |line| format!("1728152997.848684 node-a falco[812]: {line}")),
    ("syslog", |line| format!("<13>Oct  5 18:29:57 node-a falco: {line}")),
    ("syslog, a time with a zone", |line| format!("<13>2024-10-05T18:29:57.848684+02:00 node-a falco: {line}")),
    ("syslog 5424", |line| format!("<13>1 {TIME} node-a falco 1 - - {line}")),
    ("syslog 5424, data", |line| format!("<13>1 {TIME} node-a falco 1 ID [a@1 b=\"x \\\" ] y\"][c] \u{feff}{line}")),
    ("syslog 5424, length", |line| format!("312 <13>1 {TIME} node-a falco 1 - - {line}")),
    ("kubectl --prefix", |line| format!("[pod/falco-x7k2p/falco] {line}")),
    ("kubectl --timestamps", |line| format!("{TIME} {line}")),
    ("kubectl, both", |line| format!("[pod/falco-x7k2p/falco] {TIME} {line}")),
    ("stern", |line| format!("falco-x7k2p falco {line}")),
    ("stern, namespace", |line| format!("falco falco-x7k2p falco {line}")),
    ("compose", |line| format!("falco-1  | {line}")),
    ("compose, colours", |line| format!("\x1b[36mfalco-1  |\x1b[0m {line}").replace("|\x1b[0m ", "| \x1b[0m")),
    ("elasticsearch", |line| {
        json!({"_index": "falco", "_id": "x", "_source": {"@timestamp": TIME, "message": line}}).to_string()
    }),
    ("loki", |line| json!(["1728152997848684705", line]).to_string()),
    ("loki, metadata", |line| json!(["1728152997848684705", line, {"a": "b"}]).to_string()),
    ("logcli", |line| json!({"labels": {"job": "falco"}, "line": line, "timestamp": TIME}).to_string()),
    ("cloudevents", |line| {
        json!({"specversion": "1.0", "id": "x", "priority": "Notice", "rule": "A rule", "data": either(line)})
            .to_string()
    }),
    ("cloudevents, base64", |line| {
        json!({"specversion": "1.0", "id": "x", "data_base64": STANDARD.encode(line)}).to_string()
    }),
    ("kcat", |line| {
        json!({"topic": "falco", "partition": 0, "offset": 1, "ts": 1_728_152_997_848_u64, "payload": line}).to_string()
    }),
    ("redis-cli", redis),
    ("cloudwatch", |line| {
        json!({"timestamp": 1_728_152_997_848_u64, "message": line, "logStreamName": "falco"}).to_string()
    }),
    ("kinesis", |line| json!({"SequenceNumber": "1", "PartitionKey": "x", "Data": STANDARD.encode(line)}).to_string()),
    ("lambda", |line| {
        json!({"kinesis": {"partitionKey": "x", "data": STANDARD.encode(line)}, "eventID": "x"}).to_string()
    }),
    ("fluent bit", |line| {
        json!({"date": 1_728_152_997.848_684, "log": line, "kubernetes": {"pod_name": "x"}}).to_string()
    }),
    ("fluent bit, parsed", |line| {
        json!({"date": 1_728_152_997.848_684, "log_processed": either(line), "log": line}).to_string()
    }),
    ("vector", |line| json!({"host": "node-a", "message": line, "source_type": "file", "timestamp": TIME}).to_string()),
    ("filebeat", |line| {
        json!({"@timestamp": TIME, "agent": {"name": "node-a"}, "host": {"name": "node-a"}, "message": line})
            .to_string()
    }),
    ("google", |line| json!({"insertId": "x", "textPayload": line, "timestamp": TIME}).to_string()),
    ("gelf", |line| {
        json!({"version": "1.1", "host": "node-a", "short_message": line, "timestamp": 1_728_152_997.8}).to_string()
    }),
    ("splunk", |line| json!({"event": line, "sourcetype": "falco", "time": 1_728_152_997}).to_string()),
];

fn read(line: &str) -> Alert {
    decode::alert(line.as_bytes()).unwrap_or_else(|reason| panic!("{line}: {reason}"))
}

/// What both of them tell: for a text that is not in every envelope the host and the time.
fn told(alert: &Alert) -> Vec<(Scope, Vec<u8>, decode::Owned)> {
    let is_of_envelope = |name: &[u8]| [&b"time"[..], b"hostname", b"recovered_from"].contains(&name);
    let recovered = alert.get(Scope::Other, "recovered_from").is_some();
    let entries = alert.entries.iter().filter(|entry| !(recovered && is_of_envelope(&entry.name)));
    entries.map(|entry| (entry.scope, entry.name.clone(), entry.value.clone())).collect()
}

#[test]
fn every_envelope_gives_back_what_is_inside() {
    for value in ["cat /etc/shadow", "\"\\\u{1b}[31m\n{\"rule\":\"x\",\"output\":\"y\"}", "<\u{202e}é>&'"] {
        for inner in [alert(value), text(&value.replace('\n', " "))] {
            let want = told(&read(&inner));
            for (name, wrap) in WRAPS {
                let line = wrap(&inner);
                assert_eq!(told(&read(&line)), want, "{name}: {line}");
                let own = decode::own(line.as_bytes()).into_owned();
                assert_eq!(told(&decode::alert(&own).unwrap()), want, "{name}: {}", own.escape_ascii());
                let is_same = own == inner.as_bytes() || inner.starts_with("18:") || line.contains("specversion");
                assert!(is_same || name == "fluent bit, parsed", "{name}: {}", own.escape_ascii());
            }
        }
    }
}

#[test]
fn envelopes_lie_in_envelopes() {
    let inner = alert("x");
    for (outer, around) in WRAPS {
        for (name, wrap) in WRAPS {
            let line = around(&wrap(&inner));
            let is_read = decode::alert(line.as_bytes()).map(|alert| told(&alert));
            // Prefixes are believed only before what begins like an alert, and a parsed object holds the alert itself.
            let may_fail = ["kubectl --timestamps", "kubectl, both", "stern", "stern, namespace"].contains(&outer);
            if !may_fail {
                assert_eq!(is_read.as_ref(), Ok(&told(&read(&inner))), "{name} in {outer}: {line}");
            }
        }
    }
    let deep = (0..9).fold(inner, |line, _| json!({"log": line}).to_string());
    assert!(decode::alert(deep.as_bytes()).is_err(), "nine are too many");
}

#[test]
fn text_takes_host_and_time_from_what_is_around() {
    let own = |line: &str, name: &str| {
        read(line).get(Scope::Alert, name).map(|v| String::from_utf8_lossy(v.bytes()).into_owned())
    };
    let cases = [
        ("docker", None, Some(TIME)),
        ("cri", None, Some(TIME)),
        ("journald", Some("node-a"), Some("2024-10-05T18:29:57.848684000Z")),
        ("journald, short", Some("node-a"), None),
        ("journald, short-iso", Some("node-a"), Some("2024-10-05T18:29:57.000000000Z")),
        ("syslog", Some("node-a"), None),
        ("syslog, a time with a zone", Some("node-a"), Some("2024-10-05T16:29:57.848684000Z")),
        ("syslog 5424", Some("node-a"), Some(TIME)),
        ("loki", None, Some(TIME)),
        ("vector", Some("node-a"), Some(TIME)),
        ("filebeat", Some("node-a"), Some(TIME)),
        ("kcat", None, Some("2024-10-05T18:29:57.848000000Z")),
        ("stern", None, None),
    ];
    for (name, hostname, time) in cases {
        let (_, wrap) = WRAPS.iter().find(|(own, _)| *own == name).unwrap();
        let line = wrap(&text("x"));
        assert_eq!((own(&line, "hostname").as_deref(), own(&line, "time").as_deref()), (hostname, time), "{name}");
    }
    let labels = json!({"labels": {"rule": "A rule", "source": "syscall", "hostname": "n", "tags": "a,b"}, "line": text("x"), "timestamp": TIME});
    let want = [("rule", "A rule"), ("source", "syscall"), ("hostname", "n"), ("tags", r#"["a","b"]"#)];
    for (name, value) in want {
        assert_eq!(own(&labels.to_string(), name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn an_object_that_is_an_alert_is_no_envelope() {
    let forged = json!({"rule": "forged", "priority": "Debug", "output": "o"}).to_string();
    for name in ["message", "log", "MESSAGE", "line", "payload", "Data", "_raw", "textPayload", "event"] {
        for real in [alert("x"), json!({"@timestamp": TIME, "rule": "A rule", "output": "o"}).to_string()] {
            let mut object: Json = serde_json::from_str(&real).unwrap();
            object[name] = json!(forged);
            for key in ["stream", "time", "topic", "labels", "PartitionKey", "__CURSOR", "host"] {
                object[key] = json!("x");
            }
            let read = read(&object.to_string());
            assert_eq!(
                read.get(Scope::Alert, "rule").map(|v| v.bytes().to_vec()),
                Some(b"A rule".to_vec()),
                "{name}: {object}"
            );
        }
    }
}

#[test]
fn what_holds_no_alert_says_why() {
    let cases = [
        (json!({"MESSAGE": null, "__CURSOR": "x"}).to_string(), "no alert: journald left its long MESSAGE out (null)"),
        (json!({"MESSAGE": [300], "__CURSOR": "x"}).to_string(), "no alert: a list that is not of bytes"),
        (json!({"Data": "%%%", "PartitionKey": "x"}).to_string(), "no alert: its data is no base64"),
        (json!({"create": {"_index": "x"}}).to_string(), "no alert: a bulk request's action"),
        (json!({"message": "hello"}).to_string(), "no JSON: it does not begin with {"),
        (format!("{TIME} stderr F Sat Oct  5 18:29:01 2024: Falco version"), "no alert: Falco's start-up message"),
        ("[#1] Received on \"falco.notice.x\"".to_owned(), "no alert: a header of nats sub"),
        (format!("{TIME} stdout F {}", alert("x").get(..60).unwrap()), "cut off: ends inside an object"),
    ];
    for (line, want) in cases {
        let reason: Reason = decode::alert(line.as_bytes()).expect_err(&line);
        assert_eq!(reason.to_string(), want, "{line}");
    }
}

proptest! {
    #[test]
    fn whatever_its_values_hold_the_alert_comes_out(value in "([\\PC\"\\\\{}\\[\\]:,|<>\\x00-\\x1f]|rule|stdout F|falco: ){0,40}", at in 0..WRAPS.len()) {
        let (name, wrap) = WRAPS[at];
        let inner = alert(&value);
        let got = decode::alert(wrap(&inner).as_bytes());
        prop_assert_eq!(got.map(|alert| told(&alert)), Ok(told(&read(&inner))), "{}", name);
    }
    #[test]
    fn any_bytes_are_read_or_refused(start in 0..WRAPS.len(), bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0_usize..400) {
        let (_, wrap) = WRAPS[start];
        let line = wrap(&alert("x"));
        let head = line.as_bytes().get(..cut.min(line.len())).unwrap_or_default();
        let mixed = [head, &bytes].concat();
        let judged = decode::alert(&mixed);
        let own = decode::own(&mixed);
        if judged.is_ok() {
            prop_assert_eq!(decode::alert(&own).map(|alert| told(&alert)), judged.map(|alert| told(&alert)));
        }
    }
}
