//! Pages hold every value, in the order of the page, at a cost that does not grow with what is not shown.

use super::*;
use crate::analysis::{Analysis, Playbooks};
use crate::base::RowId;
use crate::decode;
use crate::source::{ByteSpan, SourceId};
use crate::store::Place;

fn opened(line: &[u8]) -> Opened {
    let place = Place { span: ByteSpan { source: SourceId(0), start: 0, len: 0 }, line: 8_453 };
    let alert = decode::alert(line).unwrap();
    let analysis = Playbooks::bundled().analyse(&alert, None);
    Opened { row: RowId::new(0, 0), place, source: Clean::default(), line: line.to_vec(), alert, analysis }
}

fn text(page: &Page) -> Vec<String> {
    let line = |line: &Line| line.parts.iter().map(|(_, text)| text.as_str()).collect::<String>().trim_end().to_owned();
    page.lines.iter().map(line).collect()
}

fn fields(line: &str) -> Vec<String> {
    text(&page(
        Tab::Fields,
        &Shown::plain(&Opened { analysis: Analysis::default(), ..opened(line.as_bytes()) }),
        120,
        Wrap::On,
    ))
}

#[test]
fn fields_stand_in_the_order_of_the_page() {
    let line = r#"{"zebra":1,"output":"o","time":"t","rule":"r","tags":["a","b"],"output_fields":{"user.name":"root","x":true,"container.id":"host","proc.pname":"sh","proc.aname[2]":null,"proc.name":"cat","fd.name":""}}"#;
    let want = [
        "rule                  r",
        "time                  t",
        "tags                  a b",
        "",
        "process",
        "  proc.name           cat",
        "  proc.pname          sh",
        "  proc.aname[2]       absent",
        "",
        "user",
        "  user.name           root",
        "",
        "container",
        "  container.id        host",
        "",
        "file or connection",
        "  fd.name                empty",
        "",
        "other fields",
        "  x                   true",
        "",
        "beside the alert",
        "  zebra               1",
        "",
        "text",
        "  output              o",
        "",
    ];
    assert_eq!(fields(line), want);
}

#[test]
fn what_is_odd_about_a_value_stands_beside_it() {
    let cases = [
        (r#"{"rule":"a","rule":"b","output":""}"#, "rule                  b   given more than once; this is the last"),
        (
            r#"{"rule":"r","time":"2024-10-05T18:00:03Z","output_fields":{"evt.time":1728144003000000000}}"#,
            "  evt.time            1728144003000000000   16:00:03.000   2 h 0 min earlier than time",
        ),
        (
            r#"{"rule":"r","time":"2024-10-05T18:00:03Z","output_fields":{"evt.time":1728144003000000000}}"#,
            "time                  2024-10-05T18:00:03Z   evt.time disagrees",
        ),
        (r#"{"rule":"r","output":"","tags":["a b"]}"#, r#"tags                  ["a b"]"#),
        (
            r#"{"rule":"r","output":"","output_fields":{"user.name":"<NA>"}}"#,
            "  user.name           <NA>   unknown to Falco",
        ),
    ];
    for (line, want) in cases {
        let found = fields(line);
        assert!(found.iter().any(|line| line == want), "{want}\n{}", found.join("\n"));
    }
}

#[test]
fn an_item_is_the_value_that_its_lines_show() {
    let found = opened(
        br#"{"output":"o","rule":"r","output_fields":{"b":[1, 2],"proc.name":"cat\u0000","n":18446744073709551615}}"#,
    );
    let shown = page(Tab::Fields, &Shown::plain(&found), 80, Wrap::On);
    let values: Vec<Vec<u8>> = (0..shown.items).map(|item| item_text(Tab::Fields, &found, item).unwrap()).collect();
    assert_eq!(values, [&b"r"[..], b"cat\0", b"[1, 2]", b"18446744073709551615", b"o"]);
    assert_eq!(item_text(Tab::Fields, &found, shown.items), None);
    let of_item = |item| shown.lines.iter().filter(|line| line.item == Some(item)).count();
    assert!((0..shown.items).all(|item| of_item(item) > 0));
}

#[test]
fn a_page_is_bounded_whatever_the_alert_holds() {
    let long = "a".repeat(20 << 20);
    let many = (0..30_000).map(|n| format!(r#","f{n}":"{n}""#)).collect::<Vec<_>>().concat();
    let cases = [
        format!(r#"{{"rule":"r","output":"{long}","output_fields":{{"proc.name":"{long}"}}}}"#),
        format!(r#"{{"rule":"r","output":"o","output_fields":{{"proc.name":"x"{many}}}}}"#),
    ];
    for line in cases {
        let found = Opened { analysis: Analysis::default(), ..opened(line.as_bytes()) };
        for tab in Tab::ALL {
            for wrap in [Wrap::On, Wrap::Off] {
                let page = page(tab, &Shown::plain(&found), 80, wrap);
                let bytes: usize =
                    page.lines.iter().flat_map(|line| &line.parts).map(|(_, text)| text.as_str().len()).sum();
                assert!(bytes < 600 << 10, "{tab:?} {bytes}");
            }
        }
        let said = text(&page(Tab::Raw, &Shown::plain(&found), 80, Wrap::On)).join("\n");
        assert!(said.contains("more bytes are not shown"), "{said}");
    }
}

#[test]
fn the_test_tool_is_named() {
    let seeds = include_str!("../../../sample-alerts/seeds.jsonl");
    for seed in seeds.lines().filter(|seed| seed.contains("falco-event-generator")) {
        let found = opened(seed.as_bytes());
        let said = text(&page(Tab::Analysis, &Shown::plain(&found), 400, Wrap::On)).join("\n");
        assert!(said.contains("Reads as        TEST"), "{said}");
        assert!(said.contains("event-generator") && said.contains("no language model was used"), "{said}");
        let steps = page(Tab::Commands, &Shown::plain(&found), 120, Wrap::On);
        // The proposed exception is an item of its own.
        let exceptions = usize::from(found.analysis.tuning.is_some());
        assert_eq!(steps.items, found.analysis.commands.len() + exceptions);
    }
}
