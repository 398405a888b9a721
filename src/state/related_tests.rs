//! The tab Related by keys: ties, windows, going there, what leaves; over real alerts.
//!
//! Imports: the desk of this room. Promise: nothing waits, and only the worker that the desk plays answers.

use super::*;
use crate::base::Size;
use crate::state::desk::{Desk, Load};
use crate::state::live::Stage;
use crate::state::{Msg, SETTLE_MS};
use crate::store::LoadEvent;

fn line(rule: &str, second: u32, fields: &str) -> String {
    format!(
        r#"{{"rule":"{rule}","priority":"Warning","hostname":"node-a","tags":["mitre_execution"],"time":"2024-10-05T10:{:02}:{:02}Z","output_fields":{{{fields}}}}}"#,
        second / 60,
        second % 60
    ) + "\n"
}

fn lines() -> String {
    let web = r#""container.id":"c1","user.name":"root","proc.name":"#;
    [
        line("Shell", 0, &format!(r#"{web}"bash","proc.pname":"runc""#)),
        line("Read", 60, &format!(r#"{web}"cat","fd.name":"/etc/shadow""#)),
        line("Other", 61, r#""container.id":"c2","proc.name":"sh""#),
        line("Drop", 90, &format!(r#"{web}"miner","proc.exepath":"/tmp/a|b""#)),
        line("Read", 100, &format!(r#"{web}"cat","fd.name":"/etc/shadow""#)),
        line("Late", 1_000, &format!(r#"{web}"x""#)),
    ]
    .concat()
}

/// A desk with the tab in front of the alert `Drop`.
fn desk() -> Desk {
    let mut desk = Desk::loaded(&lines(), 120, 36);
    press(&mut desk, "4 G");
    press(&mut desk, "Enter 5");
    desk
}

fn press<'d>(desk: &'d mut Desk, keys: &str) -> &'d mut Desk {
    desk.keys(keys).serve().wait(SETTLE_MS).serve()
}

fn page(desk: &Desk) -> Vec<String> {
    let page = desk.model.page().unwrap();
    let text = |line: &crate::state::page::Line| line.parts.iter().map(|(_, text)| text.as_str()).collect::<String>();
    page.about
        .iter()
        .map(|(_, text)| text.as_str().to_owned())
        .collect::<String>()
        .lines()
        .map(str::to_owned)
        .chain(page.lines.iter().map(|line| text(line).trim_end().to_owned()))
        .collect()
}

#[test]
fn the_tab_opens_on_the_container_with_the_cursor_on_the_alert() {
    let desk = desk();
    let want = [
        "container c1 · ±10 min",
        "4 alerts",
        "Execution -1m30s",
        "  -1m30s  WARN  Shell  bash   runc → bash",
        "    -30s  WARN  Read   cat    /etc/shadow",
        "▸     0s  WARN  Drop   miner  /tmp/a|b",
        "    +10s  WARN  Read   cat    /etc/shadow",
    ];
    assert_eq!(page(&desk)[..7], want);
    assert_eq!(desk.model.tab_state().item, 2);
}

#[test]
fn ties_and_windows_are_chosen_by_keys_and_stay() {
    let cases = [
        ("h", "host node-a · ±10 min", "5 alerts"),
        ("u", "user root · ±10 min", "4 alerts"),
        ("p", "process named miner · ±10 min", "1 alert"),
        (">", "container c1 · ±20 min", "5 alerts"),
        ("< < < < <", "container c1 · ±18 s", "2 alerts"),
        ("h Esc k k k Enter", "host node-a · ±10 min", "5 alerts"),
    ];
    for (keys, heading, count) in cases {
        let mut desk = desk();
        press(&mut desk, keys);
        assert_eq!(page(&desk)[..2], [heading, count], "{keys}");
    }
}

#[test]
fn a_tie_that_the_alert_lacks_is_told_and_not_offered() {
    let mut desk = desk();
    assert_eq!(press(&mut desk, "d").said(), "this alert has no k8s.pod.name");
    assert_eq!(page(&desk)[0], "container c1 · ±10 min");
    let offered: Vec<&str> = TIES.iter().map(|(name, _)| *name).filter(|name| offers(&desk.model, name)).collect();
    assert_eq!(offered, ["relate-container", "relate-process", "relate-user", "relate-host", "relate-file"]);
}

#[test]
fn enter_goes_to_the_alert_in_the_list_where_it_is_in_view() {
    let mut desk = desk();
    press(&mut desk, "k k Enter");
    assert_eq!((desk.model.focus, desk.at().1), (Focus::List, Some(0)));
    let mut desk = self::desk();
    desk.keys("Esc f").send(Msg::Paste("rule = Drop".to_owned()));
    press(&mut desk, "Enter Enter");
    assert_eq!(page(&desk)[1], "4 alerts · 1 of them in view");
    assert_eq!(
        press(&mut desk, "k Enter").said(),
        "that alert is not in view: filter or words hide it. Pc shows all of them in the list, u leads back"
    );
    assert_eq!(desk.model.focus, Focus::Detail);
    press(&mut desk, "P c");
    assert_eq!(desk.model.list.view.rows.len(), 5);
}

#[test]
fn what_leaves_is_a_table_that_no_value_breaks() {
    let mut desk = desk();
    desk.keys("y t").serve().keys("y");
    let [(what, table), (_, tree)] = desk.copied().try_into().unwrap();
    assert_eq!(what, "the timeline");
    assert!(table.contains("| **0s** | Warning | `Drop` | `miner` | `/tmp/a`&#124;`b` | 1 |\n"), "{table}");
    assert!(table.lines().filter(|line| line.starts_with('|')).all(|line| line.matches('|').count() == 7), "{table}");
    assert!(tree.contains("  - `miner`, 1 from 0s on **this alert**\n"), "{tree}");
}

#[test]
fn the_tree_is_walked_by_the_processes_that_raised_alerts() {
    let mut desk = desk();
    press(&mut desk, "t");
    assert_eq!(page(&desk)[3], " node-a · c1");
    assert_eq!(desk.model.page().unwrap().items, 3);
    press(&mut desk, "j Enter");
    assert_eq!(desk.model.focus, Focus::List);
}

#[test]
fn an_older_answer_is_dropped_and_growth_asks_again() {
    let mut desk = desk();
    let stale = Related { alerts: 99, ..Related::default() };
    desk.send(Msg::Related(Generation::default(), Ok(Arc::new(stale))));
    assert_eq!(page(&desk)[1], "4 alerts");
    desk.effects.clear();
    desk.keys("j k");
    assert!(desk.effects.is_empty(), "nothing new, nothing asked");
    let quiet = desk.quiet(Msg::Key(crate::base::Key::Char('>')));
    assert!(matches!(quiet.as_slice(), [Effect::Relate(_)]), "{quiet:?}");
    assert!(page(&desk)[1].ends_with(", so far"), "{:?}", page(&desk));
}

#[test]
fn it_is_there_while_alerts_are_loaded() {
    let load = Load::of("test", lines().into_bytes());
    let mut desk = Desk::before(&load, Size { columns: 120, rows: 36 });
    desk.model.loaded.stage = Stage::Loading;
    press(&mut desk, "4 G");
    press(&mut desk, "Enter 5");
    assert_eq!(page(&desk)[1], "4 alerts, so far");
    desk.send(Msg::Load(LoadEvent::Done));
    desk.serve().serve();
    assert_eq!(page(&desk)[1], "4 alerts");
}
