//! What pieces of the browser's work cost on 100,000 alerts, and a million: `cargo bench --bench load`.
//!
//! Lives here: load, filter, first view, words, one alert opened and analysed. Not here: comparisons with other programs
//! (`peers`). Imports: `stoop::lab`. Promise: the alerts are generated, so every machine measures the same work.

use std::hint::black_box;
use std::io;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use stoop::lab::{Analyst, Loaded, load};

mod alerts;

/// How many alerts there are.
const ALERTS: usize = 100_000;

/// How many alerts there are where what lies around one of them is counted.
const MANY: usize = 1_000_000;

/// Name, filter, words of the narrowing: asked of a million by one who has the whole list before them.
const ASKED: [(&str, &str, &str); 14] = [
    ("everything again", "rule exists", ""),
    ("a process", "proc.name = cat", ""),
    ("one rule", "rule = \"Read sensitive file untrusted\"", ""),
    ("priority", "priority >= warning", ""),
    ("containers", "container.name startswith cart", ""),
    ("a number", "proc.pid > 5000", ""),
    ("a time", "time >= 2026-11-18T00:00:00Z and time < 2026-11-19T00:00:00Z", ""),
    ("a list", "proc.name in (cat, tail, bash, curl, sshd)", ""),
    ("a part", "proc.cmdline contains shadow", ""),
    ("two and a not", "priority >= warning and not container.id = host and proc.name = cat", ""),
    ("a regex on output", "output regex \".*etc/sh[ae]dow.*\"", ""),
    ("a regex without letters on output", "output regex \".*[0-9]{7}.*\"", ""),
    ("a new word", "", "varahamihira"),
    ("a frequent word", "", "shadow"),
];

/// What is typed, and the letters before its last.
const TYPED: [(&str, &str); 2] = [("varahamihir", "varahamihira"), ("shado", "shadow")];

/// Name, filter, words of the narrowing.
const SEARCHES: [(&str, &str, &str); 9] = [
    ("everything", "", ""),
    ("one rule", "rule = \"Read sensitive file untrusted\"", ""),
    ("rule and container", "rule = \"Read sensitive file untrusted\" and container.name startswith cart", ""),
    ("priority", "priority >= warning", ""),
    ("a word", "varahamihira", ""),
    ("a fuzzy word", "", "vrhmhr"),
    ("a transformer", "tolower(proc.name) = cat", ""),
    ("two fields", "proc.name = val(proc.pname)", ""),
    ("any ancestor", "proc.aname in (sshd, runc)", ""),
];

/// Fields with few values, with many, with a number for each alert.
const FACETS: [&str; 6] = ["rule", "priority", "container.name", "proc.name", "proc.cmdline", "proc.pid"];
/// Tie, minutes, whether the tree is made too.
const RELATED: [(&str, i64, bool); 6] = [
    ("container", 10, false),
    ("container", 10, true),
    ("container", 1_000_000, false),
    ("host", 10, false),
    ("host", 1_000_000, true),
    ("address", 10, false),
];

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let file = alerts::file(ALERTS)?;
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).measurement_time(Duration::from_secs(15)).throughput(Throughput::Elements(ALERTS as u64));
    group.bench_function("100,000 alerts into columns", |b| {
        b.iter_batched(|| file.clone(), |file| load(black_box(&file)), BatchSize::PerIteration);
    });
    for (name, form) in alerts::forms::forms(&file)?.into_iter().skip(1) {
        group.bench_function(format!("100,000 alerts, {name}"), |b| b.iter(|| load(black_box(&form))));
    }
    group.finish();
    let loaded = load(&file);
    searches(&mut criterion, &loaded);
    one_alert(&mut criterion, &loaded);
    let many = load(&alerts::file(MANY)?);
    asked(&mut criterion, &many);
    around(&mut criterion, &many);
    arranged(&mut criterion, &many);
    panes(&mut criterion, &many);
    completed(&mut criterion, &many);
    criterion.final_summary();
    Ok(())
}

/// The questions of the list.
fn searches(criterion: &mut Criterion, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("search");
    group.sample_size(20);
    for (name, filter, words) in SEARCHES {
        group.bench_function(name, |b| b.iter(|| loaded.search(black_box(filter), black_box(words))));
    }
    let (_, filter, words) = SEARCHES[4];
    group.bench_function("a word, first view", |b| b.iter(|| loaded.first_view(black_box(filter), black_box(words))));
    group.finish();
}

/// What a move in the list asks for.
fn one_alert(criterion: &mut Criterion, loaded: &Loaded) {
    let analyst = Analyst::new();
    let mut group = criterion.benchmark_group("one alert");
    group.bench_function("read again and analysed", |b| b.iter(|| loaded.analyse(&analyst, black_box(4_711))));
    group.bench_function("with its four tabs", |b| b.iter(|| loaded.open(&analyst, black_box(4_711))));
    group.finish();
}

/// What stands at the end of a filter that is typed, over a million alerts. `new`: nothing is remembered.
fn completed(criterion: &mut Criterion, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("1,000,000 completed");
    group.sample_size(10);
    for text in
        ["pro", "proc.name = c", "priority >= warning and proc.name = c", "priority >= warning and priority = w"]
    {
        group.bench_function(format!("{text}, new"), |b| {
            b.iter_batched(
                || loaded.typist(),
                |mut typist| typist.candidates(black_box(text)),
                BatchSize::PerIteration,
            );
        });
    }
    let mut typist = loaded.typist();
    group.bench_function("proc.name = c, next letter", |b| b.iter(|| typist.candidates(black_box("proc.name = c"))));
    group.finish();
}

/// All alerts of a million in groups, or in another order than that of time, by one who has them before them.
fn arranged(criterion: &mut Criterion, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("1,000,000 arranged");
    group.sample_size(10);
    let mut reader = loaded.reader();
    for fields in ["rule", "rule,proc.name,container.name", "alike"] {
        group.bench_function(format!("group by {fields}"), |b| b.iter(|| reader.groups(black_box(fields))));
    }
    group.bench_function("sort by proc.name", |b| b.iter(|| reader.sorts(black_box("proc.name"))));
    group.finish();
}

/// What lies around an alert, with a million loaded.
fn around(criterion: &mut Criterion, many: &Loaded) {
    criterion.bench_function("one alert of 1,000,000/what lies around it", |b| b.iter(|| black_box(many).around()));
    for (tie, minutes, tree) in RELATED {
        let name = format!("one alert of 1,000,000/related by {tie} within {minutes} min, tree {tree}");
        criterion.bench_function(&name, |b| b.iter(|| black_box(many).related(tie, minutes, tree)));
    }
}

/// The values of a field among a million alerts, and among those that a filter leaves.
fn panes(criterion: &mut Criterion, many: &Loaded) {
    let mut group = criterion.benchmark_group("panes of 1,000,000");
    group.sample_size(20);
    let all = many.in_view("");
    for name in FACETS {
        group.bench_function(format!("values of {name}"), |b| b.iter(|| many.facet(black_box(&all), name)));
    }
    group.bench_function("over time", |b| b.iter(|| many.over_time(black_box(&all), 72)));
    let some = many.in_view("priority >= warning");
    group.bench_function("values of proc.name, filtered", |b| b.iter(|| many.facet(black_box(&some), "proc.name")));
    group.finish();
}

/// The whole time from a question to its last view, in the order of the list; and to the first that has rows.
fn asked(criterion: &mut Criterion, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("search 1,000,000");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for (name, filter, words) in ASKED {
        group.bench_function(name, |b| {
            b.iter_batched_ref(|| loaded.reader(), |reader| reader.asks(filter, words), BatchSize::PerIteration);
        });
    }
    for (before, word) in TYPED {
        group.bench_function(format!("{word}, first rows"), |b| {
            b.iter_batched_ref(|| loaded.reader(), |reader| reader.first("", word), BatchSize::PerIteration);
        });
        let typed = || {
            let mut reader = loaded.reader();
            reader.asks("", before);
            reader
        };
        group.bench_function(format!("{word}, its last letter"), |b| {
            b.iter_batched_ref(typed, |reader| reader.asks("", word), BatchSize::PerIteration);
        });
    }
    group.finish();
}
