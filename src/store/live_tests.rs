//! Tests of loads that go on: followed files, bounds, posts.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use super::*;
use crate::source::listen::{Limits as DoorLimits, Settings};
use crate::store::{Snapshot, Unreadable};

/// What the loop holds of a load.
#[derive(Default)]
struct Held {
    snapshot: Snapshot,
    counts: Counts,
    unreadable: Vec<Unreadable>,
    said: Vec<String>,
    dropped: (usize, u64),
    stages: String,
}

impl Held {
    fn hear(&mut self, event: LoadEvent) {
        match event {
            LoadEvent::Segment { index, segment } => self.snapshot = self.snapshot.with_segment(index, segment),
            LoadEvent::Progress { unreadable, counts, .. } => {
                self.unreadable.extend(unreadable);
                self.counts = counts;
                assert_eq!(counts.lines, counts.alerts + counts.unreadable + counts.blank);
            }
            LoadEvent::Retracted(place) => self.unreadable.retain(|line| line.place != place),
            LoadEvent::Skipped(notice) | LoadEvent::Failed(notice) | LoadEvent::Said(notice) => {
                self.said.push(notice.to_string());
            }
            LoadEvent::Dropped { before, alerts } => {
                self.snapshot = self.snapshot.without_segments_before(before);
                self.dropped = (before, alerts);
            }
            LoadEvent::Ended(..) => {}
            LoadEvent::Following => self.stages.push('f'),
            LoadEvent::Done => self.stages.push('d'),
        }
    }
}

/// Loads until `is_enough`, which may change the world, says so.
fn load_until(
    names: &[SourceName],
    (control, bounds, door): (&Control, Bounds, Option<Door>),
    is_enough: &mut dyn FnMut(&Held) -> bool,
) -> Held {
    let sources = Arc::<Sources>::default();
    let mut held = Held { snapshot: Snapshot::new(Arc::clone(&sources)), ..Held::default() };
    load_as(names, &sources, Plan { control, bounds, door }, &mut |event| {
        held.hear(event);
        if is_enough(&held) {
            control.stop();
        }
        true
    });
    held
}

fn alert(number: u64) -> String {
    format!("{{\"rule\":\"r\",\"output\":\"o{number}\",\"time\":\"2024-10-05T18:29:57.{number:09}Z\"}}\n")
}

fn append(path: &Path, text: &str) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn named(path: &Path) -> Vec<SourceName> {
    vec![SourceName::Path(path.to_owned())]
}

#[test]
fn a_line_that_was_cut_off_is_read_again_once_its_file_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.json");
    let (whole, second) = (alert(1), alert(2));
    let (half, rest) = second.split_at(20);
    append(&path, &format!("{whole}{half}"));
    let control = Control::that_stays();
    let mut steps = 0;
    let held = load_until(&named(&path), (&control, Bounds::default(), None), &mut |held| {
        if steps == 0 && held.stages == "d" {
            assert_eq!((held.counts.alerts, held.counts.unreadable, held.unreadable.len()), (1, 1, 1));
            append(&path, &format!("{rest}{}", alert(3)));
            control.follow(true);
            steps = 1;
        } else if steps == 1 && held.counts.alerts == 3 {
            control.follow(false);
            steps = 2;
        }
        steps == 2 && held.stages == "dfd"
    });
    assert_eq!((held.counts.lines, held.counts.alerts, held.counts.unreadable), (3, 3, 0));
    assert!(held.unreadable.is_empty() && held.snapshot.alerts() == 3, "{:?}", held.said);
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.json");
    let control = Control::default();
    control.follow(true);
    let held = load_until(&named(&path), (&control, Bounds::default(), None), &mut |held| {
        if held.stages == "f" && !path.exists() {
            append(&path, &alert(1));
        }
        held.snapshot.alerts() == 1
    });
    assert!(held.said.first().is_some_and(|said| said.contains("is not there yet")), "{:?}", held.said);
    assert!(!held.said.iter().any(|said| said.contains("is gone")), "{:?}", held.said);
}

#[test]
fn files_that_come_into_a_followed_directory_are_read_and_renamed_ones_are_not_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b, c) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("c"));
    append(&a, &alert(1));
    let control = Control::default();
    control.follow(true);
    let mut steps = 0;
    let held = load_until(&named(folder.path()), (&control, Bounds::default(), None), &mut |held| {
        if steps == 0 && held.stages == "f" {
            append(&b, &alert(2));
            fs::rename(&a, &c).unwrap();
            append(&c, &alert(3));
            steps = 1;
        } else if steps == 1 && held.counts.alerts == 3 {
            append(&c, &alert(4));
            append(&b, &alert(5));
            steps = 2;
        }
        held.counts.alerts == 5
    });
    assert_eq!((held.counts.lines, held.counts.alerts), (5, 5), "{:?}", held.said);
}

#[test]
fn packed_files_of_a_followed_directory_are_read_once_and_as_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let pack = |name: &str, text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        fs::write(path(name), packed.finish().unwrap()).unwrap();
    };
    append(&path("log"), &alert(1));
    pack("there.gz", &alert(2));
    let control = Control::default();
    control.follow(true);
    let mut steps = 0;
    let held = load_until(&named(folder.path()), (&control, Bounds::default(), None), &mut |held| {
        if steps == 0 && held.stages == "f" {
            pack("new.gz", &alert(3));
            pack("log.1.gz", &alert(1));
            fs::rename(path("there.gz"), path("renamed.gz")).unwrap();
            steps = 1;
        } else if steps == 1 && held.counts.alerts == 3 {
            fs::rename(path("new.gz"), path("old.gz")).unwrap();
            append(&path("late"), &alert(4));
            steps = 2;
        } else if steps == 2 && held.counts.alerts == 4 {
            append(&path("late"), &alert(5));
            steps = 3;
        }
        held.counts.alerts == 5
    });
    let counts = (held.counts.lines, held.counts.alerts, held.counts.unreadable);
    assert_eq!(counts, (5, 5, 0), "{:?} {:?}", held.said, held.unreadable);
}

#[test]
fn of_more_than_the_bounds_the_oldest_go_and_are_counted() {
    let text: String = (0..30_000).map(alert).collect();
    for (bounds, most) in [
        (Bounds { alerts: Some(10_000), bytes: None }, 10_000),
        (Bounds { alerts: None, bytes: Some(150_000) }, 20_000),
    ] {
        let name = SourceName::Memory("test", Arc::new(text.clone().into_bytes()));
        let held = load_until(&[name], (&Control::default(), bounds, None), &mut |_| false);
        let left = held.snapshot.alerts() as u64;
        assert_eq!((held.counts.alerts, held.dropped.1), (30_000, 30_000 - left));
        assert!(left <= most && left >= most / 20, "{left} are left within {bounds:?}");
        let first = held.snapshot.segments().iter().find(|segment| segment.len() > 0).unwrap();
        let line = held.snapshot.sources().read(first.place(0).unwrap().span).unwrap();
        assert_eq!(line, alert(held.dropped.1).trim_end().as_bytes());
    }
}

fn post(address: SocketAddr, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_post_is_answered_when_it_is_in_the_list_and_its_line_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.jsonl");
    let settings = Settings {
        address: "127.0.0.1:0".parse().unwrap(),
        names: Vec::new(),
        token: None,
        tls: None,
        limits: DoorLimits::default(),
    };
    let door = Door::open(settings, Some(crate::source::keep::Keeper::open(&kept).unwrap())).unwrap();
    let address = door.address();
    let sender = std::thread::Builder::new().spawn(move || {
        let bodies = [alert(1), "{".to_owned(), alert(2), "{\"a\":1}".to_owned(), alert(3) + &alert(4)];
        bodies.map(|body| post(address, body.trim_end()))
    });
    let control = Control::default();
    let held = load_until(&[], (&control, Bounds::default(), Some(door)), &mut |held| {
        held.counts.alerts == 4 && held.snapshot.alerts() == 4
    });
    let answers = sender.unwrap().join().unwrap().map(|answer| answer.split(' ').nth(1).unwrap().to_owned());
    assert_eq!((held.counts.alerts, held.counts.unreadable), (4, 2));
    assert_eq!(answers[..4], ["200", "422", "200", "422"]);
    assert_eq!(fs::read_to_string(&kept).unwrap().lines().count(), 6);
    let segment = &held.snapshot.segments()[0];
    for row in 0..4 {
        let line = held.snapshot.sources().read(segment.place(row).unwrap().span).unwrap();
        assert_eq!(line, alert(row as u64 + 1).trim_end().as_bytes());
    }
}
