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

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let file = alerts::file(ALERTS)?;
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).measurement_time(Duration::from_secs(15)).throughput(Throughput::Elements(ALERTS as u64));
    group.bench_function("100,000 alerts into columns", |b| {
        b.iter_batched(|| file.clone(), |file| load(black_box(&file)), BatchSize::PerIteration);
    });
    group.finish();
    let loaded = load(&file);
    searches(&mut criterion, &loaded);
    one_alert(&mut criterion, &loaded);
    around(&mut criterion)?;
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

/// All alerts of a million in groups, or in another order than that of time. `everything` is what both begin with.
fn arranged(criterion: &mut Criterion, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("1,000,000 arranged");
    group.sample_size(10);
    group.bench_function("everything", |b| b.iter(|| loaded.search(black_box(""), "")));
    for fields in ["rule", "rule,proc.name,container.name", "alike"] {
        group.bench_function(format!("group by {fields}"), |b| b.iter(|| loaded.group(black_box(fields))));
    }
    group.bench_function("sort by proc.name", |b| b.iter(|| loaded.sort(black_box("proc.name"))));
    group.finish();
}

/// What lies around an alert, with a million loaded.
fn around(criterion: &mut Criterion) -> io::Result<()> {
    let loaded = load(&alerts::file(MANY)?);
    criterion.bench_function("one alert of 1,000,000/what lies around it", |b| b.iter(|| black_box(&loaded).around()));
    arranged(criterion, &loaded);
    completed(criterion, &loaded);
    Ok(())
}
