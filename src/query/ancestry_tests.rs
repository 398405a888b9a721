//! Trees of processes as text, two blanks a level.

use proptest::prelude::*;

use super::*;
use crate::base::Generation;
use crate::query::related::{Fold, Related, related};
use crate::query::sample::loaded;

fn tree_of(fields: &[String], own: u16) -> Related {
    let lines: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(n, fields)| {
            format!(
                r#"{{"rule":"R","priority":"Error","hostname":"n","time":"2024-10-05T10:{:02}:{:02}Z","output_fields":{{{fields}}}}}"#,
                n / 60 % 60,
                n % 60
            )
        })
        .collect();
    let question = Question {
        generation: Generation::default(),
        snapshot: loaded(&lines),
        row: RowId::new(0, own),
        condition: "hostname = n".to_owned(),
        window: i64::MAX,
        fold: Fold::Kinds,
        tree: true,
        view: None,
    };
    related(&question, &|| false).unwrap()
}

fn drawn(fields: &[&str]) -> Vec<String> {
    let fields: Vec<String> = fields.iter().map(|fields| (*fields).to_owned()).collect();
    let node = |node: &Process| {
        let own = if node.own { "*" } else { "" };
        format!("{}{own}{}:{}={}", "  ".repeat(node.depth), node.name, node.pid, node.alerts)
    };
    tree_of(&fields, 0).ancestry.unwrap().nodes.iter().map(node).collect()
}

#[test]
fn chains_are_put_together_where_they_name_the_same_process() {
    let with_ids = [
        r#""proc.name":"cat","proc.pid":30,"proc.pname":"bash","proc.ppid":20"#,
        r#""proc.name":"bash","proc.pid":20,"proc.pname":"runc","proc.ppid":10,"proc.aname[2]":"init","proc.apid[2]":1"#,
        r#""proc.name":"cat","proc.pid":30,"proc.pname":"bash","proc.ppid":20"#,
        // Its id was another process's before.
        r#""proc.name":"sh","proc.pid":30,"proc.pname":"cron","proc.ppid":9"#,
    ];
    let want =
        ["n:=0", "  init:1=0", "    runc:10=0", "      bash:20=1", "        *cat:30=2", "  cron:9=0", "    sh:30=1"];
    assert_eq!(drawn(&with_ids), want);
    let by_name = [
        r#""container.id":"c1","container.name":"web","proc.name":"cat","proc.pname":"bash","proc.aname[2]":"runc""#,
        r#""container.id":"c1","container.name":"web","proc.name":"curl","proc.pname":"bash""#,
        r#""container.id":"c2","proc.name":"curl","proc.pname":"bash""#,
        r#""proc.aname[2]":"top""#,
        r#""x":1"#,
    ];
    let want = [
        "n · c1 web:=0",
        "  runc:=0",
        "    bash:=0",
        "      *cat:=1",
        "      curl:=1",
        "n · c2:=0",
        "  bash:=0",
        "    curl:=1",
        "n:=0",
        "  top:=0",
        "    :=0",
        "      :=1",
    ];
    assert_eq!(drawn(&by_name), want);
}

#[test]
fn a_chain_that_comes_back_to_itself_is_cut() {
    let fields = r#""proc.name":"a","proc.pid":5,"proc.ppid":6,"proc.apid[2]":5,"proc.apid[3]":6,"proc.aname[3]":"b""#;
    assert_eq!(drawn(&[fields]), ["n:=0", "  :6=0", "    *a:5=1"]);
    assert_eq!(tree_of(&[fields.to_owned()], 0).ancestry.unwrap().cycles, 1);
}

#[test]
fn no_depth_and_no_number_makes_it_large() {
    let deep: String =
        (2..1_000).map(|n| format!(r#","proc.aname[{n}]":"a{n}","proc.apid[{n}]":{n}"#)).collect::<Vec<_>>().concat();
    let deep = format!(r#""proc.name":"x","proc.pid":7777{deep}"#);
    let found = tree_of(&[deep], 0).ancestry.unwrap();
    assert_eq!((found.nodes.len(), found.nodes.last().unwrap().depth), (65, 64));
    let many: Vec<String> = (0..3_000).map(|n| format!(r#""proc.name":"p{n}","proc.pid":{}"#, n + 5)).collect();
    let found = tree_of(&many, 0).ancestry.unwrap();
    assert!(found.nodes.len() <= MAX_NODES && found.nodes.iter().any(|node| node.own));
    assert_eq!(found.nodes.iter().map(|node| node.alerts).sum::<usize>() + found.left_out, 3_000);
}

proptest! {
    #[test]
    fn every_alert_is_counted_once_and_parents_stand_first(
        chains in prop::collection::vec(prop::collection::vec((0..4u8, 0..5u8), 0..7), 1..25),
        own in any::<prop::sample::Index>(),
    ) {
        let field = |level: usize, (name, pid): &(u8, u8)| {
            let names = if level == 0 { ["proc.name".to_owned(), "proc.pid".to_owned()] } else { [format!("proc.aname[{level}]"), format!("proc.apid[{level}]")] };
            let name = if *name == 0 { String::new() } else { format!(r#","{}":"p{name}""#, names[0]) };
            let pid = if *pid == 0 { String::new() } else { format!(r#","{}":{pid}"#, names[1]) };
            name + &pid
        };
        let fields: Vec<String> = chains.iter().map(|chain| format!(r#""a":1{}"#, chain.iter().enumerate().map(|(level, link)| field(level, link)).collect::<String>())).collect();
        let found = tree_of(&fields, u16::try_from(own.index(fields.len())).unwrap()).ancestry.unwrap();
        let placed: usize = found.nodes.iter().map(|node| node.alerts).sum();
        prop_assert_eq!(placed + found.unnamed + found.left_out, fields.len());
        prop_assert!(found.nodes.iter().filter(|node| node.own).count() <= 1);
        for pair in found.nodes.windows(2) {
            prop_assert!(pair[1].depth <= pair[0].depth + 1);
        }
    }
}
