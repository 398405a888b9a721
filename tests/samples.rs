//! The sample night is what its generator writes, and has the counts that the pages about it promise.
//!
//! Reads the compressed file in the repository; runs the generator that stands beside it.

#![expect(clippy::expect_used, clippy::string_slice, reason = "a test's harness")]

use std::collections::BTreeMap;
use std::io::Read as _;

use serde_json::Value;

#[path = "../sample-alerts/overnight.rs"]
#[expect(dead_code, reason = "its main is the example's")]
mod overnight;

/// `PRIORITY RULE` and how often.
const RULES: [(&str, usize); 6] = [
    ("Critical Drop and execute new binary in container", 27),
    ("Notice Contact K8S API Server From Container", 9_214),
    ("Notice Run shell untrusted", 1_903),
    ("Notice Terminal shell in container", 240),
    ("Warning Clear Log Activities", 4),
    ("Warning Read sensitive file untrusted", 612),
];

/// Of the alerts of Warning and above: field, value, how often.
const URGENT: [(&str, &str, usize); 15] = [
    ("container.name", "host", 451),
    ("container.name", "web-checkout", 188),
    ("container.name", "pedantic_varahamihira", 3),
    ("container.name", "coredns-0", 1),
    ("proc.name", "cat", 402),
    ("proc.name", "python3", 120),
    ("proc.name", "node_exporter", 90),
    ("proc.name", "kdevtmpfsi", 27),
    ("proc.name", "event-generator", 3),
    ("proc.name", "truncate", 1),
    ("user.name", "root", 631),
    ("user.name", "www-data", 12),
    ("hostname", "node-a", 430),
    ("hostname", "node-b", 210),
    ("hostname", "mini-debian-lab", 3),
];

fn unpacked() -> String {
    let mut text = String::new();
    let packed = include_bytes!("../sample-alerts/overnight.jsonl.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("overnight.jsonl.gz is damaged");
    text
}

/// Number of the line, alert.
fn alerts(text: &str) -> Vec<(usize, Value)> {
    let alert = |(index, line)| Some((index + 1, serde_json::from_str::<Value>(line).ok()?));
    text.lines().enumerate().filter_map(alert).filter(|(_, value)| value.get("rule").is_some()).collect()
}

fn text<'a>(alert: &'a Value, name: &str) -> &'a str {
    alert.get(name).or_else(|| alert["output_fields"].get(name)).and_then(Value::as_str).unwrap_or_default()
}

fn is_urgent(alert: &Value) -> bool {
    ["Critical", "Warning"].contains(&text(alert, "priority"))
}

#[test]
fn the_file_in_the_repository_is_what_the_generator_writes() {
    let (kept, written) = (unpacked(), overnight::night());
    let differs = kept.lines().zip(written.lines()).position(|(kept, written)| kept != written);
    assert_eq!(differs.map(|index| index + 1), None, "first line that differs");
    assert_eq!(kept.len(), written.len(), "bytes");
}

#[test]
fn three_of_its_lines_are_no_alerts() {
    let night = unpacked();
    let alerts = alerts(&night);
    let odd: Vec<_> =
        (1..=night.lines().count()).filter(|n| alerts.binary_search_by_key(n, |(at, _)| *at).is_err()).collect();
    assert_eq!((alerts.len(), odd), (12_000, vec![1, 4_117, 9_330]));
}

#[test]
fn each_rule_fires_as_often_as_the_pages_say() {
    let mut counts = BTreeMap::<String, usize>::new();
    for (_, alert) in alerts(&unpacked()) {
        *counts.entry(format!("{} {}", text(&alert, "priority"), text(&alert, "rule"))).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    assert_eq!(counts, RULES);
}

#[test]
fn the_urgent_alerts_have_the_values_that_the_pages_count() {
    let alerts = alerts(&unpacked());
    let urgent: Vec<_> = alerts.iter().map(|(_, alert)| alert).filter(|alert| is_urgent(alert)).collect();
    assert_eq!(urgent.len(), 643);
    for (name, value, want) in URGENT {
        assert_eq!(urgent.iter().filter(|alert| text(alert, name) == value).count(), want, "{name} = {value}");
    }
}

#[test]
fn it_is_in_time_order_and_no_moment_comes_twice() {
    let alerts = alerts(&unpacked());
    let times: Vec<_> = alerts.iter().map(|(_, alert)| text(alert, "time")).collect();
    assert!(times.is_sorted_by(|earlier, later| earlier < later));
    assert!(times.first() > Some(&"2024-10-05T18:00") && times.last() < Some(&"2024-10-06T06:00"));
}

#[test]
fn the_attack_is_told_in_web_checkout_in_its_order() {
    let story = [
        ("02:14:03.118", "Terminal shell in container", "bash"),
        ("02:14:41.902", "Read sensitive file untrusted", "cat /etc/shadow"),
        ("02:14:41.937", "Read sensitive file untrusted", "cat /etc/gshadow"),
        ("02:15:20.377", "Drop and execute new binary in container", "kdevtmpfsi -o \u{1b}[8m203.0.113.7:3333"),
        ("02:15:20.992", "Drop and execute new binary in container", "kdevtmpfsi --daemon"),
        ("02:15:21.004", "Contact K8S API Server From Container", "curl -sk"),
        ("02:16:55.640", "Clear Log Activities", "truncate -s 0 /var/log/auth.log"),
    ];
    let alerts = alerts(&unpacked());
    for (clock, rule, command) in story {
        let found = alerts.iter().find(|(_, alert)| text(alert, "time").contains(clock)).map(|(_, alert)| alert);
        let alert = found.unwrap_or_else(|| panic!("no alert at {clock}"));
        assert_eq!((text(alert, "rule"), text(alert, "container.name")), (rule, "web-checkout"), "{clock}");
        assert!(text(alert, "proc.cmdline").starts_with(command), "{clock}: {}", text(alert, "proc.cmdline"));
    }
    let row = alerts.iter().position(|(_, alert)| text(alert, "time").contains("02:15:20.377"));
    assert_eq!(row.map(|index| (index + 1, alerts[index].0)), Some((8_451, 8_453)), "row and line of the first miner");
}

#[test]
fn output_and_output_fields_agree_and_the_clock_is_the_sensors() {
    for (line, alert) in alerts(&unpacked()) {
        let (output, fields) = (text(&alert, "output"), &alert["output_fields"]);
        assert!(output.contains(&format!(" command={} ", shown(&fields["proc.cmdline"]))), "line {line}");
        assert!(output.ends_with(&format!("container_name={}", shown(&fields["container.name"]))), "line {line}");
        let ahead = output[..2].parse::<i32>().unwrap() - text(&alert, "time")[11..13].parse::<i32>().unwrap();
        assert_eq!(ahead, i32::from(text(&alert, "hostname") == "mini-debian-lab"), "line {line}");
    }
}

/// A value as Falco puts it into the sentence.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| "<NA>".to_owned(), str::to_owned)
}
