//! The searcher against the plainest evaluator: every line decoded, one by one.

use std::cell::Cell;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::base::{Generation, ListPos, Nanos, Priority, RowId};
use crate::decode;
use crate::query::Fresh;
use crate::query::filter::Filter;
use crate::query::order::id;
use crate::query::plan::Plan;
use crate::query::sieve::{Sieve, Text};
use crate::query::words::{Fuzzy, Words};
use crate::source::{SourceName, Sources};
use crate::store::load::{Control, load};
use crate::store::{LoadEvent, Segment};

/// One loaded text: its segment, and its lines.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) segment: Arc<Segment>,
    lines: Vec<String>,
}

pub(super) fn loaded(sources: &Arc<Sources>, lines: &[String]) -> Loaded {
    let mut last = None;
    let name = SourceName::Memory("test", Arc::new(lines.join("\n").into_bytes()));
    load(&[name], sources, &Control::default(), &mut |event| {
        if let LoadEvent::Segment { segment, .. } = event {
            last = Some(segment);
        }
        true
    });
    let segment = last.unwrap_or_default();
    assert_eq!(segment.len(), lines.len(), "{lines:?}");
    Loaded { segment, lines: lines.to_vec() }
}

pub(super) fn snapshot(sources: &Arc<Sources>, parts: &[Loaded]) -> Snapshot {
    let empty = Snapshot::new(Arc::clone(sources));
    parts.iter().enumerate().fold(empty, |all, (at, part)| all.with_segment(at, Arc::clone(&part.segment)))
}

/// What the list must show.
pub(super) fn plainly(parts: &[Loaded], filter: &str, narrowing: &str) -> Vec<RowId> {
    let (filter, words) = (Filter::parse(filter).unwrap(), Words::parse(narrowing));
    let fuzzy = Fuzzy::default();
    let mut rows = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        for (row, line) in part.lines.iter().enumerate() {
            let alert = decode::alert(line.as_bytes()).unwrap();
            if filter.matches(&alert) && words.match_alert(&alert, &fuzzy) {
                let time = part.segment.time(row);
                rows.push((time.is_none(), time, id(index, row)));
            }
        }
    }
    rows.sort();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

pub(super) fn ask(snapshot: &Snapshot, filter: &str, narrowing: &str) -> Question {
    Question {
        generation: Generation::default(),
        snapshot: snapshot.clone(),
        filter: filter.to_owned(),
        narrowing: narrowing.to_owned(),
        grouping: None,
        order: None,
        anchor: None,
        since: None,
        now: Nanos::default(),
    }
}

fn views(searcher: &mut Searcher, question: &Question) -> Vec<View> {
    let mut views = Vec::new();
    searcher.answer(question, &|| false, &mut |view| views.push(view));
    views
}

/// Asks, checks what every answer must keep, and gives the last view's rows.
pub(super) fn answer(searcher: &mut Searcher, question: &Question) -> Vec<RowId> {
    let views = views(searcher, question);
    let last = views.last().unwrap();
    assert!(last.complete);
    assert_eq!(last.looked_at, question.snapshot.alerts());
    for view in &views {
        assert!(view.rows.iter().all(|row| last.rows.contains(row)), "a row was shown and taken back");
        assert!(view.looked_at <= last.looked_at);
    }
    last.rows.to_vec()
}

const RULES: [&str; 4] = ["Read sensitive file", "Terminal shell in container", "Größe überschritten", "shadow"];
const TEXTS: [&str; 9] = [
    "cat /etc/shadow",
    "/root/.ssh/id_rsa",
    "a\"b\\c/d\ne",
    "kube-proxy",
    "ÜBER<>&",
    "evil.example",
    "",
    "<NA>",
    "1234",
];
const WORDS: [&str; 14] = [
    "shadow", "shad", "sh", "!root", "!shadow", "'shdw", "evxmpl", "Über", "über", "kbprxy", "12", "a\"b", "d\ne",
    "tsic",
];
pub(super) const FILTERS: [&str; 28] = [
    "",
    "priority >= warning",
    "priority = info",
    "proc.name = kube-proxy",
    "proc.name != kube-proxy",
    "not proc.name contains o",
    "output contains shadow",
    "output icontains SHADOW or proc.pid > 5",
    "shadow and not root",
    "\"/etc/\" or über",
    "tags in (a, b, shadow)",
    "tags intersects (shadow) and time >= 2024-10-05T00:00:03",
    "time = 2024-10-05T00:00:02Z or not time exists",
    "time startswith 2024-10-05T00:00:04",
    "proc.pid in (3, 4, 5) and fd.name exists",
    "fd.name glob *rs* or rule endswith w",
    "tolower(rule) contains shadow and not toupper(proc.cmdline) endswith SHADOW",
    "len(tags) > 1 or len(proc.pid) = 1",
    "proc.name = val(fd.name)",
    "fd.name != val(proc.name) and proc.pid >= val(proc.pid)",
    "concat(proc.name, fd.name) icontains x or basename(fd.name) = shadow",
    "shadow and join(\"-\", (proc.name, tags)) exists",
    "proc.aname = kube-proxy or proc.aname startswith /",
    "not proc.aname exists",
    "fd.ip = ::1 or fd.sip = 0:0:0:0:0:0:0:1",
    "fd.ip != 10.0.0.1 and fd.net != 10.9.0.0/16",
    "fd.snet in (10.0.0.0/8, fe80::/10) or fd.port exists",
    "proc.name contains anyof (shadow, x) or fd.name = oneof ('<NA>', '<NA>')",
];

/// A JSON string, with escapes where `escapes` has bits.
fn spelt(text: &str, escapes: u32) -> String {
    let mut json = String::from("\"");
    for (nth, letter) in text.chars().enumerate() {
        match letter {
            _ if escapes >> (nth % 32) & 1 == 1 => {
                let mut units = [0; 2];
                json.extend(letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            '"' | '\\' => json.extend(['\\', letter]),
            '/' if escapes & 2 == 2 => json.push_str("\\/"),
            '\n' => json.push_str("\\n"),
            _ => json.push(letter),
        }
    }
    json.push('"');
    json
}

prop_compose! {
    pub(super) fn line()(
        rule in prop::sample::select(&RULES[..]),
        priority in prop::sample::select(vec!["Debug", "informational", "Warning", "critical", "odd"]),
        second in prop::option::of(0..6u8),
        texts in vec(prop::sample::select(&TEXTS[..]), 4),
        tags in vec(prop::sample::select(vec!["a", "b", "shadow"]), 0..3),
        pid in prop::option::of(0..9u32),
        long in prop::option::of(0..3usize),
        escapes in prop_oneof![Just(0u32), any::<u32>()],
        ends in vec(prop::sample::select(vec!["10.0.0.1", "10.9.8.7", "::1", "0:0:0:0:0:0:0:1", "<NA>"]), 2),
        fields in 0..64u8,
    ) -> String {
        let mut names: Vec<String> = Vec::new();
        let mut put = |name: &str, value: String| names.push(format!("\"{name}\":{value}"));
        if fields & 1 == 1 {
            put("proc.name", spelt(texts[0], escapes));
        }
        if fields & 2 == 2 {
            put("fd.name", spelt(texts[1], escapes));
        }
        if fields & 8 == 8 {
            put("proc.pname", spelt(texts[2], escapes));
        }
        if fields & 16 == 16 {
            put("proc.aname[3]", spelt(texts[3], escapes));
        }
        if fields & 32 == 32 {
            put("fd.sip", spelt(ends[0], escapes));
            put("fd.cip", spelt(ends[1], escapes));
        }
        if let Some(long) = long {
            put("proc.cmdline", spelt(&format!("{}{}", "x".repeat(3000), texts[long]), escapes));
        }
        put("proc.pid", pid.map_or("null".to_owned(), |pid| pid.to_string()));
        let tags: Vec<String> = tags.iter().map(|tag| spelt(tag, escapes)).collect();
        let time = second.map_or(String::new(), |s| format!(",\"time\":\"2024-10-05T00:00:0{s}Z\""));
        format!(
            "{{\"rule\":{},\"priority\":\"{priority}\"{time},\"tags\":[{}],\"output\":{},\"output_fields\":{{{}}}}}",
            spelt(rule, escapes), tags.join(","), spelt(&format!("so: {} {}", texts[2], texts[3]), escapes), names.join(","),
        )
    }
}

pub(super) fn typed() -> impl Strategy<Value = String> {
    vec(prop::sample::select(&WORDS[..]), 0..3).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_list_shows_what_decoding_every_line_would_show(
        lines in vec(line(), 1..12),
        more in vec(line(), 0..8),
        cut in 0..12usize,
        questions in vec((prop::sample::select(&FILTERS[..]), typed()), 1..5),
    ) {
        let sources = Arc::<Sources>::default();
        let short = loaded(&sources, &lines[..=cut.min(lines.len() - 1)]);
        let whole = loaded(&sources, &lines);
        let other = loaded(&sources, &more);
        let mut searcher = Searcher::default();
        for (filter, narrowing) in &questions {
            for parts in [vec![short.clone()], vec![whole.clone()], vec![whole.clone(), other.clone()]] {
                let rows = answer(&mut searcher, &ask(&snapshot(&sources, &parts), filter, narrowing));
                prop_assert_eq!(rows, plainly(&parts, filter, narrowing), "{} / {}", filter, narrowing);
            }
            // Back to the shortest: the next question begins as if the file were loaded anew.
            searcher = Searcher::default();
        }
    }

    #[test]
    fn a_word_typed_letter_by_letter_finds_what_it_finds_at_once(
        lines in vec(line(), 1..20),
        filter in prop::sample::select(&FILTERS[..]),
        before in typed(),
        word in prop::sample::select(&WORDS[..]),
        patience in vec(0..6u32, 12),
    ) {
        let sources = Arc::<Sources>::default();
        let parts = [loaded(&sources, &lines)];
        let snapshot = snapshot(&sources, &parts);
        let mut searcher = Searcher::default();
        let ends: Vec<usize> = word.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
        for (end, patience) in ends.iter().zip(&patience) {
            let narrowing = format!("{before} {}", word.get(..*end).unwrap());
            // An impatient typist: answers are given up in the middle.
            let left = Cell::new(*patience);
            searcher.answer(&ask(&snapshot, filter, &narrowing), &|| left.replace(left.get().saturating_sub(1)) == 0, &mut |_| {});
        }
        let narrowing = format!("{before} {word}");
        let rows = answer(&mut searcher, &ask(&snapshot, filter, &narrowing));
        prop_assert_eq!(rows, plainly(&parts, filter, &narrowing), "{} / {}", filter, narrowing);
    }

    #[test]
    fn a_line_is_never_left_out_before_it_is_decoded(
        line in line(),
        filter in prop::sample::select(&FILTERS[..]),
        word in prop::sample::select(&WORDS[..]),
    ) {
        let alert = decode::alert(line.as_bytes()).unwrap();
        let filter = Filter::parse(filter).unwrap();
        let passes = Sieve::of(&Plan::of(&filter)).lets_through(Text::alone(line.as_bytes()));
        prop_assert!(!filter.matches(&alert) || passes, "{}", line);
        let words = Words::parse(&format!("'{word}"));
        let possible = words.items().iter().all(|item| item.absent || item.word.could_stand_in(line.as_bytes()));
        prop_assert!(!words.match_alert(&alert, &Fuzzy::default()) || possible, "{} {}", word, line);
    }
}

fn plain(seconds: &[Option<u8>]) -> Vec<String> {
    let time = |s: &Option<u8>| s.map_or(String::new(), |s| format!(",\"time\":\"2024-10-05T00:00:{s:02}Z\""));
    seconds.iter().map(|s| format!("{{\"rule\":\"r\",\"output\":\"o\"{}}}", time(s))).collect()
}

#[test]
fn rows_stand_by_time_then_by_input_and_without_time_last() {
    let sources = Arc::<Sources>::default();
    let first = loaded(&sources, &plain(&[Some(5), None, Some(7), Some(5)]));
    let second = loaded(&sources, &plain(&[Some(6), Some(1), None, Some(5)]));
    let question = ask(&snapshot(&sources, &[first, second]), "", "");
    let rows = answer(&mut Searcher::default(), &question);
    let want = [(1, 1), (0, 0), (0, 3), (1, 3), (1, 0), (0, 2), (0, 1), (1, 2)];
    assert_eq!(rows, want.map(|(segment, row)| id(segment, row)));
}

#[test]
fn the_anchor_is_found_or_the_row_behind_its_place() {
    let sources = Arc::<Sources>::default();
    let mut lines = plain(&[Some(5), None, Some(7), Some(6)]);
    lines[3] = lines[3].replace("\"r\"", "\"other\"");
    let parts = [loaded(&sources, &lines)];
    let snapshot = snapshot(&sources, &parts);
    let cases = [("", 0, Some(0)), ("", 1, Some(3)), ("", 2, Some(2)), ("rule = r", 3, Some(1)), ("rule = x", 0, None)];
    for (filter, row, want) in cases {
        let question = Question { anchor: Some(id(0, row)), ..ask(&snapshot, filter, "") };
        let last = views(&mut Searcher::default(), &question).pop().unwrap();
        assert_eq!(last.anchor, want.map(ListPos), "{filter} {row}");
    }
}

#[test]
fn a_time_that_is_counted_from_another_is_counted_anew_with_each_question() {
    let sources = Arc::default();
    let snapshot = |seconds: &[Option<u8>]| snapshot(&sources, &[loaded(&sources, &plain(seconds))]);
    let (short, long) =
        (snapshot(&[Some(1), Some(9), None, Some(5)]), snapshot(&[Some(1), Some(9), None, Some(5), Some(20)]));
    let start = decode::instant(b"2024-10-05T00:00:00Z").unwrap().0;
    let mut searcher = Searcher::default();
    let mut rows = |snapshot: &Snapshot, filter: &str, second: i64| {
        let now = Nanos(start + second * 1_000_000_000);
        let found = answer(&mut searcher, &Question { now, ..ask(snapshot, filter, "") });
        found.into_iter().map(RowId::row).collect::<Vec<_>>()
    };
    assert_eq!(rows(&short, "time >= -5s", 10), [3, 1]);
    assert_eq!(rows(&short, "time >= -5s", 12), [1]);
    assert_eq!(rows(&short, "time >= @last-4s", 12), [3, 1]);
    assert_eq!(rows(&long, "time >= @last-4s", 12), [4], "the newest alert is another one now");
    assert_eq!(rows(&long, "not time >= @last-4s", 12), [0, 3, 1, 2]);
    assert_eq!(rows(&snapshot(&[None]), "time >= @last", 12), [0; 0]);
}

#[test]
fn what_came_since_a_row_is_told_apart_in_the_order_of_time_with_its_priority() {
    let sources = Arc::<Sources>::default();
    let mut lines = plain(&[Some(5), Some(9), Some(7), Some(6)]);
    lines[2] = lines[2].replace("\"r\"", "\"r\",\"priority\":\"Critical\"");
    let parts = [loaded(&sources, &plain(&[Some(1)])), loaded(&sources, &lines)];
    let snapshot = snapshot(&sources, &parts);
    let cases: [(&str, Option<RowId>, &[usize]); 5] = [
        ("", None, &[]),
        ("", Some(id(1, 1)), &[3, 2, 1]),
        ("", Some(snapshot.end()), &[]),
        ("priority = Critical", Some(id(0, 1)), &[2]),
        ("rule = x", Some(id(0, 0)), &[]),
    ];
    for (filter, since, want) in cases {
        let last = views(&mut Searcher::default(), &Question { since, ..ask(&snapshot, filter, "") }).pop().unwrap();
        assert_eq!(last.fresh.iter().map(|fresh| fresh.row.row()).collect::<Vec<_>>(), want, "{filter} {since:?}");
        let critical = |fresh: &&Fresh| fresh.priority == Some(Priority::Critical);
        assert_eq!(last.fresh.iter().filter(critical).count(), usize::from(want.contains(&2)), "{filter}");
    }
}

#[test]
fn the_oldest_segments_may_go_between_two_questions_or_within_one() {
    let sources = Arc::<Sources>::default();
    // Times that lie among each other, so that what goes lies anywhere.
    let texts: Vec<Vec<String>> =
        (0..4).map(|n| plain(&[Some(n), Some(20 - n), None, Some(8 + n), Some(30 + n)])).collect();
    let parts: Vec<Loaded> = texts.iter().map(|lines| loaded(&sources, lines)).collect();
    for (filter, words) in
        [("", ""), ("time >= 2024-10-05T00:00:05Z", ""), ("", "o"), ("rule = r", "r"), ("rule = x", "")]
    {
        let mut searcher = Searcher::default();
        let mut whole = snapshot(&sources, &parts[..3]);
        for gone in 0..4 {
            whole =
                whole.without_segments_before(gone).with_segment(gone.max(2), Arc::clone(&parts[gone.max(2)].segment));
            let left: Vec<RowId> = plainly(&parts[..whole.segments().len()], filter, words);
            let left: Vec<RowId> = left.into_iter().filter(|row| row.segment() >= gone).collect();
            assert_eq!(answer(&mut searcher, &ask(&whole, filter, words)), left, "{filter} {words} {gone}");
            assert_eq!(answer(&mut Searcher::default(), &ask(&whole, filter, words)), left, "{filter} {words} {gone}");
        }
    }
}

#[test]
fn a_newer_question_ends_an_answer_without_a_word() {
    let sources = Arc::<Sources>::default();
    let snapshot = snapshot(&sources, &[loaded(&sources, &plain(&[Some(1)]))]);
    let mut told = 0;
    Searcher::default().answer(&ask(&snapshot, "", "o"), &|| true, &mut |_| told += 1);
    assert_eq!(told, 0);
}

#[test]
fn loaded_names_are_those_that_a_filter_can_write() {
    let lines = [
        r#"{"rule":"r","output":"o","@timestamp":"t","output_fields":{"b.b":1,"a.a":null}}"#,
        r#"{"rule":"r","output":"o","output_fields":{"proc.aname[2]":"x"}}"#,
    ];
    let sources = Arc::<Sources>::default();
    let parts = [loaded(&sources, &lines.map(str::to_owned))];
    let names = crate::query::fields::loaded_names(&snapshot(&sources, &parts));
    assert_eq!(names, ["b.b", "output", "proc.aname[2]", "rule"]);
}
