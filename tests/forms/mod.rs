//! Alerts in every form in which they arrive, made from those in `sample-alerts`.
//!
//! Six that Falco printed (`captures.jsonl`, those under Apache-2.0) and ten that are made up (`rules.jsonl`), whose clock
//! is written as Falco writes it with `time_format_iso_8601`. Hosts, pods, ids and numbers of the envelopes are made up.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

/// A file: its name, and what is in it.
pub(crate) type Form = (&'static str, Vec<u8>);

/// An alert, and its number.
struct Alert {
    number: usize,
    line: String,
    value: Map<String, Value>,
}

const CAPTURES: &str = include_str!("../../sample-alerts/captures.jsonl");
const RULES: &str = include_str!("../../sample-alerts/rules.jsonl");

const SEVERITIES: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"];
const CEF_SEVERITIES: [u8; 8] = [10, 9, 8, 7, 6, 4, 3, 0];

const BANNER: [&str; 12] = [
    "Falco version: 0.39.0 (x86_64)",
    "Falco initialized with configuration files:",
    "   /etc/falco/falco.yaml | schema validation: ok",
    "System info: Linux version 6.1.0-25-amd64 (debian-kernel@lists.debian.org)",
    "Loading rules from:",
    "   /etc/falco/falco_rules.yaml | schema validation: ok",
    "The chosen syscall buffer dimension is: 8388608 bytes (8 MBs)",
    "Starting health webserver with threadiness 4, listening on 0.0.0.0:8765",
    "Loaded event sources: syscall",
    "Enabled event sources: syscall",
    "Opening 'syscall' source with modern BPF probe.",
    "One ring buffer every '2' CPUs.",
];
const STATISTICS: [&str; 6] = [
    "^C",
    "Events detected: 10",
    "Rule counts by severity:",
    "   WARNING: 10",
    "Triggered rules by rule name:",
    "   Clear Log Activities: 10",
];
const DROPS: &str = "Debug Falco internal: syscall event drop. 42 system calls dropped in last second. \
    (ebpf_enabled=\"1\" n_drops=\"42\" n_drops_bug=\"0\" n_drops_buffer_total=\"42\" n_evts=\"100000\")";

impl Alert {
    fn new(number: usize, line: &str) -> Self {
        Self { number, line: line.to_owned(), value: serde_json::from_str(line).unwrap() }
    }
    fn text(&self, key: &str) -> &str {
        self.value[key].as_str().unwrap()
    }
    fn json(&self, key: &str) -> String {
        self.value[key].to_string()
    }
    fn nanoseconds(&self) -> i64 {
        self.value["output_fields"]["evt.time"].as_i64().unwrap()
    }
    fn severity(&self) -> usize {
        SEVERITIES.iter().position(|name| self.text("priority").eq_ignore_ascii_case(name)).unwrap()
    }
    fn uuid(&self) -> String {
        format!("2f1d6a58-9c3e-5b07-8d41-{:012x}", self.number)
    }
    /// What falcosidekick forwards: its own order of keys, a uuid, Go's escapes.
    fn sidekick(&self) -> String {
        let first = [("uuid", quoted(&self.uuid()))];
        let others = ["output", "priority", "rule", "time", "output_fields", "source", "tags", "hostname"];
        let pairs: Vec<_> = first.into_iter().chain(others.map(|key| (key, self.json(key)))).collect();
        object(&pairs).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }
    fn syslog(&self, tag: &str, payload: &str) -> String {
        let stamp = DateTime::from_timestamp_nanos(self.nanoseconds()).format("%b %e %H:%M:%S");
        format!("<{}>{stamp} {} {tag}: {payload}", 8 + self.severity(), self.text("hostname"))
    }
}

/// The ten with a date in their clock, then the six with a clock of the day.
fn alerts() -> Vec<Alert> {
    let line = |of: &'static str, number: usize| of.lines().nth(number - 1).unwrap();
    let made = [1, 3, 4, 5, 7, 12, 14, 18, 19, 24].map(|number| {
        let line = line(RULES, number);
        let day = Alert::new(0, line).text("time")[..11].to_owned();
        let (before, after) = line.split_once("\"output\":\"").unwrap();
        let (clock, rest) = after.split_at("00:00:00.000000000".len());
        [before, "\"output\":\"", &day, clock, "+0000", rest].concat()
    });
    let captured = [5, 6, 7, 8, 9, 40].map(|number| line(CAPTURES, number).to_owned());
    made.into_iter().chain(captured).enumerate().map(|(number, line)| Alert::new(number, &line)).collect()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A JSON object of members that are JSON.
fn object(pairs: &[(&str, String)]) -> String {
    let members: Vec<String> = pairs.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    ["{", &members.join(","), "}"].concat()
}

fn array(values: impl IntoIterator<Item = String>) -> String {
    ["[", &values.into_iter().collect::<Vec<_>>().join(","), "]"].concat()
}

fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<u8> {
    lines.into_iter().flat_map(|line| [line.as_ref(), "\n"].concat().into_bytes()).collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

fn pretty(json: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(json).unwrap()).unwrap()
}

/// Every form.
pub(crate) fn forms() -> Vec<Form> {
    let alerts = alerts();
    [json, encoded, text, syslog, journald, containers, searched, loki, sidekick, queues, tables]
        .iter()
        .flat_map(|make| make(&alerts))
        .collect()
}

fn json(alerts: &[Alert]) -> Vec<Form> {
    let all = || alerts.iter().map(|alert| alert.line.clone());
    let (head, cut) = (lines(all().take(8)), &alerts[8].line[..alerts[8].line.len() / 2]);
    let banner = BANNER.map(|line| format!("Sat Oct  5 18:29:01 2024: {line}"));
    let between = ["{\"not\":\"an alert\"}".to_owned(), String::new()];
    let mixed = banner.into_iter().chain(all().take(6)).chain(between).chain(all().skip(6).take(4));
    vec![
        ("plain.jsonl", lines(all())),
        ("pretty.json", lines(all().map(|line| pretty(&line)))),
        ("array.json", pretty(&array(all())).into_bytes()),
        ("array-one-line.json", array(all()).into_bytes()),
        ("truncated.jsonl", [&head[..], cut.as_bytes()].concat()),
        ("mixed-stdout.log", lines(mixed.chain(STATISTICS.map(str::to_owned)))),
    ]
}

fn encoded(alerts: &[Alert]) -> Vec<Form> {
    let of = |alerts: &[Alert]| lines(alerts.iter().map(|alert| &alert.line));
    let (all, packed) = (of(alerts), gzip(&of(alerts)));
    let crlf = format!("\u{feff}{}", String::from_utf8(all.clone()).unwrap().replace('\n', "\r\n"));
    vec![
        ("plain.jsonl.gz", packed.clone()),
        ("truncated.jsonl.gz", packed[..packed.len() - 400].to_vec()),
        ("two-members.jsonl.gz", [gzip(&of(&alerts[..8])), gzip(&of(&alerts[8..]))].concat()),
        ("plain.jsonl.zst", zstd::encode_all(&all[..], 3).unwrap()),
        ("utf16le-bom-crlf.log", crlf.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf8-bom-crlf.jsonl", crlf.into_bytes()),
    ]
}

/// Falco's text output, with a message about itself, start-up messages and final statistics.
fn text(alerts: &[Alert]) -> Vec<Form> {
    let file = |day: &str, clock: &str, alerts: &[Alert]| {
        let outputs = || alerts.iter().map(|alert| alert.text("output").to_owned());
        let drops = format!("{clock}: {DROPS}");
        let all = BANNER.iter().map(|line| format!("{day}: {line}")).chain(outputs().take(4)).chain([drops]);
        lines(all.chain(outputs().skip(4)).chain(STATISTICS.map(str::to_owned)))
    };
    vec![
        ("text.log", file("Sat Oct  5 18:29:01 2024", "18:31:10.000000001", &alerts[10..])),
        ("text-iso8601.log", file("2024-10-05T18:29:01+0000", "2024-10-05T18:31:10.000000001+0000", &alerts[..10])),
    ]
}

fn syslog(alerts: &[Alert]) -> Vec<Form> {
    let text = |alert: &Alert| alert.syslog("falco[1234]", alert.text("output")).split_once('>').unwrap().1.to_owned();
    let rfc5424 = |alert: &Alert| {
        let (number, time) = (8 + alert.severity(), alert.text("time"));
        format!("<{number}>1 {time} {} falco 1234 - - {}", alert.text("hostname"), alert.line)
    };
    let cef = |alert: &Alert| {
        let (rule, severity) = (alert.text("rule"), CEF_SEVERITIES[alert.severity()]);
        let head = format!("CEF:0|Falcosecurity|Falco|1.0|Falco Event|{rule}|{severity}|uuid={}", alert.uuid());
        let (start, source, host) = (&alert.text("time")[..19], alert.text("source"), alert.text("hostname"));
        let tail = format!("start={start}Z msg={} source={source} hostname={host}", alert.text("output"));
        alert.syslog("falco", &format!("{head} {tail}"))
    };
    vec![
        ("syslog-text.log", lines(alerts.iter().map(text))),
        ("syslog-json.log", lines(alerts.iter().map(|alert| alert.syslog("falco", &alert.line)))),
        ("syslog-rfc5424.log", lines(alerts.iter().map(rfc5424))),
        ("syslog-cef.log", lines(alerts[..5].iter().map(cef))),
    ]
}

fn journald(alerts: &[Alert]) -> Vec<Form> {
    let entry = |alert: &Alert, message: String| {
        let (number, micros) = (alert.number, alert.nanoseconds() / 1000);
        object(&[
            ("__CURSOR", quoted(&format!("s=6f1e;i={number:x};b=0badcafe;m={number:x};t={micros:x};x=1"))),
            ("__REALTIME_TIMESTAMP", quoted(&micros.to_string())),
            ("__MONOTONIC_TIMESTAMP", quoted(&format!("{number}000"))),
            ("PRIORITY", quoted(&alert.severity().to_string())),
            ("SYSLOG_IDENTIFIER", quoted("falco")),
            ("_TRANSPORT", quoted("stdout")),
            ("_SYSTEMD_UNIT", quoted("falco-modern-bpf.service")),
            ("_HOSTNAME", alert.json("hostname")),
            ("_PID", quoted("812")),
            ("MESSAGE", message),
        ])
    };
    // What is no text is a list of bytes, and what is too long is left out.
    let odd = |alert: &Alert| match alert.number {
        3 => array(format!("{}\x1b[0m", alert.text("output")).bytes().map(|byte| byte.to_string())),
        4 => "null".to_owned(),
        _ => alert.json("output"),
    };
    vec![
        ("journald.json", lines(alerts.iter().map(|alert| entry(alert, quoted(&alert.line))))),
        ("journald-text.json", lines(alerts.iter().map(|alert| entry(alert, odd(alert))))),
    ]
}

fn containers(alerts: &[Alert]) -> Vec<Form> {
    let each = |form: fn(&Alert) -> String| lines(alerts.iter().map(form));
    let docker = |alert: &Alert| {
        let log = quoted(&format!("{}\n", alert.line));
        object(&[("log", log), ("stream", quoted("stdout")), ("time", alert.json("time"))])
    };
    // The runtime cuts at 16 KiB; here sooner.
    let cri = |alert: &Alert| {
        let (time, line) = (alert.text("time"), alert.line.as_str());
        let (first, rest) = line.split_at(if alert.number % 5 == 2 { line.len() / 3 } else { 0 });
        let (second, third) = rest.split_at(first.len());
        let parts = [(first, 'P'), (second, 'P'), (third, 'F')].into_iter().filter(|(part, _)| !part.is_empty());
        parts.map(|(part, tag)| format!("{time} stdout {tag} {part}")).collect::<Vec<_>>().join("\n")
    };
    let banner = format!("{} stderr F Sat Oct  5 18:29:01 2024: {}\n", alerts[0].text("time"), BANNER[0]);
    vec![
        ("docker-json-file.log", each(docker)),
        ("cri.log", [banner.into_bytes(), each(cri)].concat()),
        ("kubectl-prefix.log", each(|alert| format!("[pod/falco-{}/falco] {}", pod(alert), alert.line))),
        ("kubectl-timestamps.log", each(|alert| format!("{} {}", alert.text("time"), alert.line))),
        ("stern.log", each(|alert| format!("falco-{} falco {}", pod(alert), alert.line))),
        ("compose.log", each(|alert| format!("falco-1  | {}", alert.line))),
    ]
}

fn pod(alert: &Alert) -> &'static str {
    ["q9w4z", "x7k2p"][alert.number % 2]
}

fn searched(alerts: &[Alert]) -> Vec<Form> {
    let source = |alert: &Alert| {
        let payload = alert.sidekick();
        format!("{},\"@timestamp\":{}}}", &payload[..payload.len() - 1], alert.json("time"))
    };
    let index = |alert: &Alert| quoted(&format!("falco-{}", alert.text("time")[..10].replace('-', ".")));
    let hit = |alert: &Alert| {
        object(&[
            ("_index", index(alert)),
            ("_id", quoted(&alert.uuid())),
            ("_score", "null".to_owned()),
            ("_source", source(alert)),
            ("sort", format!("[{}]", alert.nanoseconds() / 1_000_000)),
        ])
    };
    let about = "{\"value\":16,\"relation\":\"eq\"}".to_owned();
    let hits = array(alerts.iter().map(hit));
    let all = object(&[("total", about), ("max_score", "null".to_owned()), ("hits", hits)]);
    let search = object(&[("took", "7".to_owned()), ("timed_out", "false".to_owned()), ("hits", all)]);
    let bulk = |alert: &Alert| [format!("{{\"create\":{{\"_index\":{}}}}}", index(alert)), source(alert)];
    vec![
        ("elasticsearch-search.json", pretty(&search).into_bytes()),
        ("elasticsearch-hits.ndjson", lines(alerts.iter().map(hit))),
        ("elasticsearch-bulk.ndjson", lines(alerts[..6].iter().flat_map(bulk))),
    ]
}

fn loki(alerts: &[Alert]) -> Vec<Form> {
    let labels = |alert: &Alert| object(&["rule", "source", "priority", "hostname"].map(|key| (key, alert.json(key))));
    let line = |alert: &Alert| {
        let payload = quoted(&alert.sidekick());
        object(&[("labels", labels(alert)), ("line", payload), ("timestamp", alert.json("time"))])
    };
    let stream = |alert: &Alert| {
        let value = format!("[[\"{}\",{}]]", alert.nanoseconds(), quoted(&alert.line));
        object(&[("stream", labels(alert)), ("values", value)])
    };
    let data = object(&[("resultType", quoted("streams")), ("result", array(alerts.iter().map(stream)))]);
    vec![
        ("loki-logcli.jsonl", lines(alerts.iter().map(line))),
        ("loki-query.json", object(&[("status", quoted("success")), ("data", data)]).into_bytes()),
    ]
}

fn sidekick(alerts: &[Alert]) -> Vec<Form> {
    let payloads = || alerts.iter().map(Alert::sidekick);
    let event = |alert: &Alert| {
        object(&[
            ("specversion", quoted("1.0")),
            ("id", quoted(&alert.uuid())),
            ("source", quoted("https://falco.org")),
            ("type", quoted("falco.rule.output.v1")),
            ("datacontenttype", quoted("application/json")),
            ("time", alert.json("time")),
            ("data", alert.sidekick()),
            ("eventsource", alert.json("source")),
            ("hostname", alert.json("hostname")),
            ("priority", alert.json("priority")),
            ("rule", alert.json("rule")),
        ])
    };
    let statistics = "{\"returned\":16,\"all\":4711}".to_owned();
    let search = object(&[("results", array(payloads())), ("statistics", statistics)]);
    vec![
        ("falcosidekick.jsonl", lines(payloads())),
        ("cloudevents.jsonl", lines(alerts.iter().map(event))),
        ("cloudevents-batch.json", array(alerts[..5].iter().map(event)).into_bytes()),
        ("falcosidekick-ui.json", array(payloads()).into_bytes()),
        ("falcosidekick-ui-search.json", search.into_bytes()),
    ]
}

fn queues(alerts: &[Alert]) -> Vec<Form> {
    let each = |form: fn(&Alert) -> String| lines(alerts.iter().map(form));
    let received = |alert: &Alert| {
        let topic = alert.text("rule").to_lowercase().replace(' ', "_");
        let head = format!("[#{}] Received on \"falco.{topic}\"", alert.number + 1);
        format!("{head}\n{}\n", alert.sidekick())
    };
    let kafka = |alert: &Alert| {
        object(&[
            ("topic", quoted("falco")),
            ("partition", (alert.number % 3).to_string()),
            ("offset", (1000 + alert.number).to_string()),
            ("tstype", quoted("create")),
            ("ts", (alert.nanoseconds() / 1_000_000).to_string()),
            ("key", "null".to_owned()),
            ("payload", quoted(&alert.sidekick())),
        ])
    };
    let cloudwatch = |alert: &Alert| {
        let at = alert.nanoseconds() / 1_000_000;
        object(&[("timestamp", at.to_string()), ("message", quoted(&alert.line)), ("logStreamName", quoted("falco"))])
    };
    let kinesis = |alert: &Alert| {
        let data = STANDARD.encode(alert.sidekick());
        let number = quoted(&format!("49500{:02}", alert.number));
        object(&[("SequenceNumber", number), ("PartitionKey", quoted(&alert.uuid())), ("Data", quoted(&data))])
    };
    vec![
        ("nats-sub.log", [b"12:00:00 Subscribing on falco.>\n".to_vec(), each(received)].concat()),
        ("kafka-kcat.jsonl", each(kafka)),
        ("redis-list.txt", each(|alert| format!("{}) {}", alert.number + 1, quoted(&alert.sidekick())))),
        ("cloudwatch.jsonl", each(cloudwatch)),
        ("kinesis.jsonl", each(kinesis)),
    ]
}

const OWN: [&str; 7] = ["rule", "priority", "time", "source", "hostname", "tags", "output"];

fn tables(alerts: &[Alert]) -> Vec<Form> {
    let names: Vec<String> = OWN.iter().chain(&["output_fields"]).map(|name| (*name).to_owned()).collect();
    let whole = |alert: &Alert| names.iter().map(|name| cell(&alert.value[name])).collect();
    let mut fields: Vec<&String> =
        alerts.iter().flat_map(|alert| alert.value["output_fields"].as_object().unwrap().keys()).collect();
    fields.sort();
    fields.dedup();
    let known = OWN.iter().map(|name| format!("_source.{name}"));
    let flat = fields.iter().map(|name| format!("_source.output_fields.{name}"));
    let discovered: Vec<String> = ["_id".to_owned()].into_iter().chain(flat).chain(known).collect();
    let values = |alert: &Alert| {
        let flat = fields.iter().map(|name| alert.value["output_fields"].get(*name).map(cell).unwrap_or_default());
        [alert.uuid()].into_iter().chain(flat).chain(OWN.map(|name| cell(&alert.value[name]))).collect()
    };
    let [comma, semicolon] = [",", ";"].map(|between| table(&names, alerts.iter().map(whole), between));
    let excel = format!("\u{feff}{}", semicolon.replace('\n', "\r\n"));
    vec![
        ("table.csv", comma.into_bytes()),
        ("table-excel.csv", excel.into_bytes()),
        ("table-discover.csv", table(&discovered, alerts.iter().map(values), ",").into_bytes()),
    ]
}

/// A list of tags as a search engine writes it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(tags) => tags.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn table(names: &[String], rows: impl Iterator<Item = Vec<String>>, between: &str) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let row = |cells: &[String]| cells.iter().map(quoted).collect::<Vec<_>>().join(between) + "\n";
    row(names) + &rows.map(|cells| row(&cells)).collect::<String>()
}
