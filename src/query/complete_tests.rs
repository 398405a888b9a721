//! Candidates against the filter that they make: each count is the number of alerts that it leaves.
//!
//! Imports: `source`, `decode`, `store`. Promise: tables, no thread, no clock.

use super::*;
use crate::decode;
use crate::query::filter::Filter;
use crate::query::place::walk;
use crate::query::saved::{Saved, with_shipped};
use crate::source::{SourceName, Sources};
use crate::store::LoadEvent;
use crate::store::load::{Control, load};

const LINES: &str = r#"{"rule":"Read","priority":"Warning","tags":["a","b"],"output_fields":{"proc.name":"cat","proc.pid":10}}
{"rule":"Read","priority":"warning","tags":["a"],"output_fields":{"proc.name":"cat","proc.pid":11,"user.name":"root"}}
{"rule":"Read","priority":"Critical","tags":[],"output_fields":{"proc.name":"calico-node","proc.pid":"10"}}
{"rule":"Shell","priority":"Notice","tags":["b"],"output_fields":{"proc.name":"two words","proc.pid":10.5}}
{"rule":"Shell","priority":"odd","output_fields":{"proc.name":"and","user.name":"<NA>"}}
{"rule":"Shell","priority":"Debug","output_fields":{"user.name":"root","proc.name":"","odd name":1}}
{"rule":"Shell","priority":"Error","output_fields":{"user.name":"www\u202e-data","proc.name":null}}
{"rule":"Other","output_fields":{"user.name":"root","fd.sip":"127.0.0.1","proc.name":"truncate"}}"#;

fn loaded(text: &str) -> Snapshot {
    let sources = Arc::<Sources>::default();
    let mut snapshot = Snapshot::new(Arc::clone(&sources));
    let name = SourceName::Memory("test", Arc::new(text.as_bytes().to_vec()));
    load(&[name], &sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { index, segment } = event {
            snapshot = snapshot.with_segment(index, segment);
        }
        true
    });
    snapshot
}

/// The question for `text` with the caret at `|`.
#[expect(clippy::unwrap_in_result, reason = "only a text without a place is no failure")]
fn typing(marked: &str, words: &str) -> Option<(String, Typing, usize)> {
    let caret = marked.find('|').unwrap();
    let text = marked.replace('|', "");
    let read = walk(&text, caret);
    let place = read.place?;
    let saved = with_shipped(Saved::new());
    let (comparison, others) = match &place.kind {
        Kind::Value(compared) => {
            let others = Others::of(&text, &compared.at, read.open, &saved).ok();
            (text.get(compared.at.clone()).unwrap().to_owned(), others)
        }
        _ => (String::new(), None),
    };
    let snapshot = loaded(LINES);
    let every = Under { snapshot: &snapshot, filter: "", words: "", now: Nanos::default() };
    let view = every.rows(&mut Searcher::default(), &|| false).unwrap();
    let saved = saved.into_keys().collect();
    let generation = Generation::default();
    let typing = Typing {
        generation,
        snapshot,
        view,
        place,
        comparison,
        others,
        words: words.to_owned(),
        now: Nanos::default(),
        saved,
    };
    Some((text, typing, read.open))
}

fn candidates(marked: &str) -> Vec<Candidate> {
    let Some((_, typing, _)) = typing(marked, "") else { return Vec::new() };
    Completer::default().answer(&typing, &|| false).unwrap().items
}

fn told(marked: &str) -> Vec<String> {
    let line = |c: Candidate| c.count.map_or_else(|| c.put.clone(), |count| format!("{} {count}", c.put));
    candidates(marked).into_iter().map(line).collect()
}

#[test]
fn every_count_is_what_enter_would_then_show() {
    let texts = [
        "proc.name = |",
        "proc.name = c|",
        "rule = Read and proc.name = |",
        "rule = Read and not proc.name = |",
        "not rule = Read and proc.name != |",
        "rule = Read and (proc.name = |",
        "rule = Shell or proc.name = |",
        "rule = Shell and (user.name = root or proc.name = |) and priority exists",
        "not (rule = Shell and not (proc.name = |",
        "proc.name in (|",
        "proc.name in (cat, |",
        "proc.name in (cat, |) and rule = Read",
        "tags = |",
        "not tags = |",
        "tags in (|",
        "tags intersects (a, |",
        "priority >= |",
        "priority = w|",
        "priority < |",
        "user.name != |",
        "proc.pid = |",
        "proc.pid > |",
        "proc.name contains |",
        "proc.name startswith |",
        "fd.ip = |",
        "no.such = |",
    ];
    let alerts: Vec<_> = LINES.lines().map(|line| decode::alert(line.as_bytes()).unwrap()).collect();
    let mut counted = 0;
    for marked in texts {
        let Some((text, typing, open)) = typing(marked, "") else { panic!("{marked}: no place") };
        for candidate in Completer::default().answer(&typing, &|| false).unwrap().items {
            let Some(count) = candidate.count else { continue };
            let Kind::Value(compared) = &typing.place.kind else { panic!("{marked}") };
            let at = if candidate.whole { compared.at.clone() } else { typing.place.at.clone() };
            let behind = text.get(at.end..).unwrap();
            let is_open = compared.in_list && !candidate.whole && !behind.contains(')');
            let close = ")".repeat(open + usize::from(is_open));
            let whole = [text.get(..at.start).unwrap(), &candidate.put, behind, &close].concat();
            let filter = Filter::parse(&whole).unwrap_or_else(|error| panic!("{whole}: {}", error.notice));
            let left = alerts.iter().filter(|alert| filter.matches(*alert)).count();
            assert_eq!(count, left, "{marked} → {whole}");
            counted += 1;
        }
    }
    assert!(counted > 100, "{counted}");
}

#[test]
fn candidates_are_in_the_order_of_what_fits_and_how_often() {
    let cases: [(&str, &[&str]); 12] = [
        ("proc.name = c|", &["cat 2", "calico-node 1", "truncate 1"]),
        ("rule = Read and proc.name = c|", &["cat 2", "calico-node 1", "truncate 0"]),
        ("proc.name = \"two w|", &["\"two words\" 1"]),
        ("proc.name = abs|", &["not proc.name exists 1"]),
        ("priority >= wa|", &["Warning 4"]),
        ("user.name = www|", &["\"www\\xe2\\x80\\xae-data\" 1"]),
        ("prior|", &["priority"]),
        ("rule = Read and not user.|", &["user.name"]),
        ("odd|", &[]),
        ("priority |", &[">=", "=", "<=", ">", "<", "!=", "in", "exists"]),
        ("proc.name star|", &["startswith"]),
        ("@urg|", &["@urgent"]),
    ];
    for (marked, want) in cases {
        assert_eq!(told(marked), want, "{marked}");
    }
    assert_eq!(told("no.such.field |"), Vec::<String>::new(), "a word that is followed by another is no field");
}

#[test]
fn words_of_the_narrowing_count_too() {
    let (_, typing, _) = typing("proc.name = cat|", "root").unwrap();
    let items = Completer::default().answer(&typing, &|| false).unwrap().items;
    assert_eq!(items.first().unwrap().count, Some(1));
}

#[test]
fn what_nobody_waits_for_is_given_up() {
    let (_, typing, _) = typing("proc.name = |", "").unwrap();
    assert!(Completer::default().answer(&typing, &|| true).is_none());
}

#[test]
fn filters_are_counted_one_by_one() {
    let leaving = Leaving {
        generation: Generation::default(),
        snapshot: loaded(LINES),
        filters: ["rule = Read", "proc.name = none", ""].map(str::to_owned).into(),
        words: String::new(),
        now: Nanos::default(),
    };
    assert_eq!(Completer::default().counted(&leaving, &|| false), Some(vec![3, 0, 8]));
}
