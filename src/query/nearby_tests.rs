//! The counts against the plainest evaluator: every line decoded, and asked with the filter that the circle names.

use proptest::prelude::*;

use super::*;
use crate::decode;
use crate::query::filter::Filter;
use crate::query::sample::loaded;

fn line(rule: &str, at: &str, fields: &str) -> String {
    format!(
        r#"{{"rule":"{rule}","priority":"Warning","hostname":"node-a","time":"2024-10-05T{at}Z","output_fields":{{{fields}}}}}"#
    )
}

fn around(lines: &[String], row: u16) -> Nearby {
    let alert = decode::alert(lines[usize::from(row)].as_bytes()).unwrap();
    nearby(&loaded(lines), RowId::new(0, row), &alert, &|| false).unwrap()
}

#[test]
fn other_rules_of_the_container_in_the_ten_minutes_before_are_counted() {
    let web = r#""container.id":"aaaaaaaaaaaa","proc.pid":5,"proc.ppid":4,"user.name":"root""#;
    let lines = [
        line("Early", "10:00:00", web),
        line("One", "10:00:01", web),
        line("One", "10:05:00", web),
        line("Two", "10:09:59.999999999", r#""container.id":"aaaaaaaaaaaa","proc.pid":4"#),
        line("Elsewhere", "10:05:00", r#""container.id":"bbbbbbbbbbbb","proc.pid":5,"user.name":"root""#),
        line("Mine", "10:08:00", web),
        line("Mine", "10:10:01", web),
        line("Later", "10:10:02", web),
    ];
    let found = around(&lines, 6);
    let count = |name: &str| found.count(name).unwrap_or("-").to_owned();
    let names = [
        "near.container.rules",
        "near.container.alerts",
        "near.process.rules",
        "near.process.alerts",
        "near.user.alerts",
        "near.rule.alerts",
    ];
    assert_eq!(names.map(count), ["2", "4", "3", "5", "3", "1"]);
    let filter = &found.circle("near.container.rules").unwrap().filter;
    assert_eq!(filter, "container.id = aaaaaaaaaaaa and time >= 2024-10-05T10:00:01Z and time <= 2024-10-05T10:10:01Z");
}

#[test]
fn an_alert_draws_only_the_circles_that_its_fields_can_draw() {
    let cases = [
        (line("R", "10:00:00", r#""container.id":"host","user.name":"<NA>""#), vec!["rule"]),
        (line("R", "10:00:00", r#""proc.pid":1,"user.name":"root""#), vec!["user", "rule"]),
        (r#"{"rule":"R","output":"x"}"#.to_owned(), vec![]),
    ];
    for (line, want) in cases {
        let names: Vec<&str> = around(&[line], 0).circles.iter().map(|circle| circle.name).collect();
        assert_eq!(names, want);
    }
}

#[test]
fn what_nobody_waits_for_is_given_up() {
    let lines: Vec<String> =
        (0..60_000).map(|n| line("R", "10:00:00", &format!(r#""proc.pid":{n},"user.name":"a""#))).collect();
    let alert = decode::alert(lines[0].as_bytes()).unwrap();
    assert_eq!(nearby(&loaded(&lines), RowId::new(0, 0), &alert, &|| true), None);
}

proptest! {
    #[test]
    fn the_filter_of_a_circle_shows_what_was_counted(
        rows in prop::collection::vec((0..3u8, 0..1300u32, 0..3u8, 2..6u32, "[ -~]{0,3}|\"|\\\\"), 1..30),
        asked in any::<prop::sample::Index>(),
    ) {
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let lines: Vec<String> = rows.iter().map(|(rule, second, container, pid, user)| {
            let at = format!("10:{:02}:{:02}", second / 60, second % 60);
            line(&format!("R{rule}"), &at, &format!(r#""container.id":"c{container}","proc.pid":{pid},"proc.ppid":{},"user.name":{}"#, pid + 1, text(user)))
        }).collect();
        let row = asked.index(lines.len());
        for circle in around(&lines, u16::try_from(row).unwrap()).circles {
            let filter = Filter::parse(&circle.filter).unwrap();
            let alerts: Vec<Alert> = lines.iter().map(|line| decode::alert(line.as_bytes()).unwrap()).collect();
            let shown: Vec<&Alert> = alerts.iter().enumerate().filter(|(n, alert)| *n != row && filter.matches(*alert)).map(|(_, alert)| alert).collect();
            prop_assert_eq!(circle.alerts, shown.len().to_string(), "{}", circle.filter);
            let own = known(&alerts[row], "rule");
            let rules: HashSet<_> = shown.iter().map(|alert| known(alert, "rule")).filter(|rule| *rule != own).collect();
            prop_assert_eq!(circle.rules, rules.len().to_string());
        }
    }
}
