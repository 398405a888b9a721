//! Tests of the room `store`.

use std::fs;
use std::path::Path;

use super::*;
use crate::store::{Counts, Snapshot, Unreadable};

/// What a load told.
#[derive(Debug, Default)]
struct Told {
    snapshot: Snapshot,
    counts: Counts,
    unreadable: Vec<Unreadable>,
    skipped: Vec<String>,
    failed: Vec<String>,
    segments: usize,
    done: bool,
}

fn told(names: &[SourceName]) -> Told {
    let sources = Arc::<Sources>::default();
    let mut told = Told { snapshot: Snapshot::new(Arc::clone(&sources)), ..Told::default() };
    load(names, &sources, &AtomicBool::new(false), &mut |event| {
        told.hear(event);
        true
    });
    told
}

fn told_of(path: &Path) -> Told {
    told(&[SourceName::Path(path.to_owned())])
}

impl Told {
    fn hear(&mut self, event: LoadEvent) {
        assert!(!self.done);
        match event {
            LoadEvent::Segment { index, segment } => {
                self.segments += 1;
                self.snapshot = self.snapshot.with_segment(index, segment);
            }
            LoadEvent::Progress { unreadable, counts, .. } => {
                assert_eq!(counts.lines, counts.alerts + counts.unreadable + counts.blank);
                assert!(counts.alerts >= self.snapshot.alerts() as u64);
                self.counts = counts;
                self.unreadable.extend(unreadable);
            }
            LoadEvent::Skipped(notice) => self.skipped.push(notice.to_string()),
            LoadEvent::Failed { notice, .. } => self.failed.push(notice.to_string()),
            LoadEvent::Done => self.done = true,
        }
    }
}

#[test]
#[ignore = "a measurement by hand: cargo test --profile quick -- --ignored measure, with STOOP_MEASURE's file in its place"]
fn measure() {
    let path = fs::read_to_string("measure.path").unwrap();
    let cpu = || {
        let stat = fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    };
    let resident = || {
        let statm = fs::read_to_string("/proc/self/statm").unwrap();
        statm.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let (cpu_before, resident_before) = (cpu(), resident());
    let told = told_of(Path::new(path.trim()));
    let (cpu, resident) = (cpu() - cpu_before, resident() - resident_before);
    let alerts = told.snapshot.alerts();
    let heap: usize = told.snapshot.segments().iter().map(|s| s.heap_bytes()).sum();
    println!("{alerts} alerts, {cpu:.2} CPU s, {} B/alert resident, {} B/alert kept", resident / alerts, heap / alerts);
    println!("{:?} {} segments told", told.counts, told.segments);
    let mut columns: Vec<(String, usize)> = Vec::new();
    for segment in told.snapshot.segments() {
        for column in segment.columns() {
            let name = format!("{} {:?}", String::from_utf8_lossy(column.name()), column.form());
            match columns.iter_mut().find(|(n, _)| *n == name) {
                Some((_, sum)) => *sum += column.heap_bytes(),
                None => columns.push((name, column.heap_bytes())),
            }
        }
    }
    columns.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (name, bytes) in columns.iter().take(40) {
        println!("{:8.2} B/alert {name}", *bytes as f64 / alerts as f64);
    }
}
