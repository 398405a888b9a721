//! The timeline against the plainest way: every line decoded and asked with the filter that the list would show.

use proptest::prelude::*;

use super::*;
use crate::decode;
use crate::query::filter::Filter;
use crate::query::sample::loaded;
use crate::query::tie::{Tie, tied};

fn line(rule: &str, second: u32, process: &str, fields: &str) -> String {
    format!(
        r#"{{"rule":"{rule}","priority":"Warning","hostname":"node-a","tags":["mitre_{rule}"],"time":"2024-10-05T10:{:02}:{:02}Z","output_fields":{{"container.id":"c1","proc.name":"{process}"{fields}}}}}"#,
        second / 60,
        second % 60
    )
}

fn question(lines: &[String], row: u16, fold: Fold) -> Question {
    Question {
        generation: Generation::default(),
        snapshot: loaded(lines),
        row: RowId::new(0, row),
        condition: "container.id = c1".to_owned(),
        window: 600_000_000_000,
        fold,
        tree: false,
        view: None,
    }
}

fn night() -> Vec<String> {
    vec![
        line("Shell", 100, "bash", r#","proc.pname":"runc","proc.exepath":"/bin/bash""#),
        line("Read", 160, "cat", r#","fd.name":"/etc/shadow""#),
        line("Read", 160, "cat", r#","fd.name":"/etc/gshadow""#),
        line("Drop", 200, "miner", r#","proc.exepath":"/tmp/miner""#),
        line("Read", 201, "cat", r#","fd.name":"/etc/shadow""#),
        line("Drop", 202, "miner", r#","proc.exepath":"/tmp/miner""#),
        line("Drop", 203, "miner", r#","proc.exepath":"/tmp/miner""#),
        line("Late", 1200, "x", ""),
    ]
}

fn told(found: &Related) -> Vec<String> {
    let told = |link: &Link| {
        let seconds = |at: Option<i64>| at.map_or("-".to_owned(), |at| (at / 1_000_000_000).to_string());
        format!("{} {} {} {}{} x{}", seconds(link.first), link.rule, link.process, link.object, link.parent, link.count)
    };
    found.links.iter().map(told).collect()
}

#[test]
fn repeats_of_a_kind_are_one_line_on_each_side_of_the_alert() {
    let found = related(&question(&night(), 3, Fold::Kinds), &|| false).unwrap();
    let want = [
        "-100 Shell bash runc x1",
        "-40 Read cat /etc/shadow x2",
        "0 Drop miner /tmp/miner x3",
        "1 Read cat /etc/shadow x1",
    ];
    assert_eq!(told(&found), want);
    assert_eq!((found.alerts, found.own, found.links[2].last), (7, Some(2), Some(3_000_000_000)));
    let tags: Vec<(&str, i64)> =
        found.tags.iter().map(|(tags, at)| (std::str::from_utf8(tags).unwrap(), at / 1_000_000_000)).collect();
    assert_eq!(tags, [("[\"mitre_Shell\"]", -100), ("[\"mitre_Read\"]", -40), ("[\"mitre_Drop\"]", 0)]);
}

#[test]
fn repeats_that_follow_each_other_are_one_line() {
    let found = related(&question(&night(), 5, Fold::Runs), &|| false).unwrap();
    let want = [
        "-102 Shell bash runc x1",
        "-42 Read cat /etc/shadow x1",
        "-42 Read cat /etc/gshadow x1",
        "-2 Drop miner /tmp/miner x1",
        "-1 Read cat /etc/shadow x1",
        "0 Drop miner /tmp/miner x2",
    ];
    assert_eq!(told(&found), want);
    assert_eq!(found.own, Some(5));
}

#[test]
fn an_alert_without_a_time_has_no_window() {
    let mut lines = night();
    lines.push(r#"{"rule":"Timeless","output_fields":{"container.id":"c1"}}"#.to_owned());
    let question = question(&lines, 8, Fold::Kinds);
    assert_eq!(related(&question, &|| false).unwrap().alerts, 9);
    assert_eq!(filter(&question.snapshot, question.row, "a.b = 1", Some(5)), "a.b = 1");
    assert_eq!(
        filter(&question.snapshot, RowId::new(0, 3), "a.b = 1", Some(1)),
        "a.b = 1 and time >= 2024-10-05T10:03:19.999999999Z and time <= 2024-10-05T10:03:20.000000001Z"
    );
}

#[test]
fn what_nobody_waits_for_is_given_up() {
    let lines: Vec<String> = (0..60_000).map(|n| line("R", 5, &n.to_string(), "")).collect();
    assert!(related(&question(&lines, 0, Fold::Runs), &|| true).is_none());
}

#[test]
fn lines_are_bounded_and_the_nearest_are_kept() {
    let lines: Vec<String> = (0..5_000).map(|n| line("R", n / 10, &n.to_string(), "")).collect();
    let found = related(&question(&lines, 4_000, Fold::Kinds), &|| false).unwrap();
    assert_eq!((found.alerts, found.links.len(), found.own, found.left_out), (5_000, 1_000, Some(500), 4_000));
    assert_eq!(found.links[500].process.as_str(), "4000");
}

proptest! {
    #[test]
    fn the_alerts_are_those_that_the_list_shows_for_the_filter(
        rows in prop::collection::vec((0..1500u32, 0..3u8, 0..3u8, 2..6u32, "[ -~]{0,3}"), 1..30),
        asked in any::<prop::sample::Index>(),
        window in 0..900i64,
        fold in prop::sample::select(vec![Fold::Kinds, Fold::Runs]),
    ) {
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let lines: Vec<String> = rows.iter().map(|(second, rule, address, pid, name)| {
            let long = "z".repeat(if *rule == 0 { 5_000 } else { 0 });
            let connection = format!("10.0.0.{address}:1->10.0.0.9:2");
            line(&format!("R{rule}"), *second, "p", &format!(r#","proc.pid":{pid},"proc.ppid":{},"user.name":{},"fd.name":{},"evt.type":"accept""#, pid + 1, text(name), text(&if *pid == 3 { connection } else { format!("/{long}{name}") })))
        }).collect();
        let alerts: Vec<decode::Alert> = lines.iter().map(|line| decode::alert(line.as_bytes()).unwrap()).collect();
        let row = asked.index(lines.len());
        let mut question = question(&lines, u16::try_from(row).unwrap(), fold);
        question.window = window * 1_000_000_000;
        for tie in Tie::ALL {
            let Ok(tied) = tied(&alerts[row], tie) else { continue };
            question.condition = tied.condition;
            let filter = Filter::parse(&filter(&question.snapshot, question.row, &question.condition, Some(question.window))).unwrap();
            let want = alerts.iter().filter(|alert| filter.matches(*alert)).count();
            let view: Vec<RowId> = (0..lines.len()).step_by(2).map(|row| RowId::new(0, u16::try_from(row).unwrap())).collect();
            question.view = Some(Arc::new(view));
            let found = related(&question, &|| false).unwrap();
            prop_assert_eq!(found.alerts, want, "{:?} {}", tie, question.condition);
            prop_assert_eq!(found.in_view.unwrap(), alerts.iter().step_by(2).filter(|alert| filter.matches(*alert)).count());
            prop_assert_eq!(found.links.iter().map(|link| link.count).sum::<usize>(), want);
            prop_assert!(found.links.is_sorted_by_key(|link| link.first));
            let own = &found.links[found.own.unwrap()];
            prop_assert_eq!((own.first, own.row), (Some(0), Some(question.row)));
        }
    }
}
