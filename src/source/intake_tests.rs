//! Tests of following: real files, any order of what happens to them and of looks.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A log under a followed path, its writer, and one who reads it.
struct Scene {
    _folder: TempDir,
    path: PathBuf,
    writer: Option<File>,
    /// Lines that were written whole.
    written: Vec<String>,
    /// The beginning of a line whose end is to come.
    half: String,
    rotations: usize,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("events.json");
        Self { _folder: folder, path, writer: None, written: Vec::new(), half: String::new(), rotations: 0 }
    }
    fn writer(&mut self) -> &mut File {
        let path = &self.path;
        self.writer.get_or_insert_with(|| OpenOptions::new().create(true).append(true).open(path).unwrap())
    }
    fn line(&mut self) {
        let line = format!("{:05} line {}.", self.written.len(), "x".repeat(self.written.len() * 7 % 400));
        let rest = format!("{}{line}\n", if self.half.is_empty() { "" } else { "+" });
        self.written.push(format!("{}{}", self.half, rest.trim_end()));
        self.half.clear();
        self.writer().write_all(rest.as_bytes()).unwrap();
    }
    fn half(&mut self) {
        if self.half.is_empty() {
            self.half = format!("{:05} half", self.written.len());
            let half = self.half.clone();
            self.writer().write_all(half.as_bytes()).unwrap();
        }
    }
    fn end_line(&mut self) {
        if !self.half.is_empty() {
            self.line();
        }
    }
    fn rotated(&self, number: usize) -> PathBuf {
        self.path.with_extension(format!("json.{number}"))
    }
    /// As logrotate: 1 becomes 2, and so on.
    fn shift(&mut self) {
        for number in (1..=self.rotations).rev() {
            let _ = fs::rename(self.rotated(number), self.rotated(number + 1));
        }
        self.rotations += 1;
    }
    fn rename(&mut self, creates: bool) {
        if self.path.exists() {
            self.shift();
            fs::rename(&self.path, self.rotated(1)).unwrap();
        }
        self.writer = None;
        if creates {
            self.writer();
        }
    }
    fn copy_and_cut(&mut self) {
        if self.path.exists() {
            self.shift();
            fs::copy(&self.path, self.rotated(1)).unwrap();
            self.cut();
        }
    }
    fn cut(&mut self) {
        if self.path.exists() {
            File::create(&self.path).unwrap();
        }
    }
    fn delete(&mut self) {
        let _ = fs::remove_file(&self.path);
        self.writer = None;
    }
    fn replace(&mut self) {
        self.writer = None;
        let beside = self.path.with_extension("new");
        File::create(&beside).unwrap();
        fs::rename(&beside, &self.path).unwrap();
    }
}

/// What a reader got, by feed.
#[derive(Default)]
struct Got {
    bytes: HashMap<usize, Vec<u8>>,
    said: Vec<String>,
    caught_up: bool,
}

impl Got {
    fn take(&mut self, intake: &mut Intake<'_>) {
        while let Some(arrival) = intake.next(Duration::ZERO) {
            match arrival {
                Arrival::Ready(feed) | Arrival::Ended(feed) | Arrival::Posted(feed) => self.read(intake, feed),
                Arrival::Said(notice) | Arrival::Failed(notice) | Arrival::Skipped(notice) => {
                    self.said.push(notice.to_string());
                }
                Arrival::CaughtUp => self.caught_up = true,
                Arrival::Opened { .. } | Arrival::Directory(..) | Arrival::Done => {}
            }
        }
    }
    fn read(&mut self, intake: &mut Intake<'_>, feed: FeedId) {
        let mut block = [0; 1000];
        loop {
            let Some(reader) = intake.reader(feed) else { return };
            match reader.read(&mut block) {
                Ok(0) => {
                    intake.over(feed);
                    return;
                }
                Ok(count) => self.bytes.entry(feed.index()).or_default().extend(&block[..count]),
                Err(why) => return assert_eq!(why.kind(), ErrorKind::WouldBlock, "{why}"),
            }
        }
    }
    fn lines(&self) -> Vec<String> {
        let lines = self.bytes.values().flat_map(|bytes| bytes.split(|byte| *byte == b'\n'));
        let mut lines: Vec<String> =
            lines.filter(|line| !line.is_empty()).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        lines.sort();
        lines
    }
}

/// A control that looks only when told to.
fn follower<'a>(scene: &Scene, sources: &'a Sources, control: &'a Control) -> Intake<'a> {
    control.follow(true);
    let mut intake = Intake::new(&[SourceName::Path(scene.path.clone())], sources, control);
    intake.next_look = Some(Instant::now() + Duration::from_secs(3600));
    intake
}

fn look(intake: &mut Intake<'_>, got: &mut Got) {
    got.take(intake);
    intake.look();
    intake.next_look = Some(Instant::now() + Duration::from_secs(3600));
    got.take(intake);
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Line,
    Lines(u8),
    Half,
    Look,
    Rename { creates: bool },
    LateLineOfTheOldWriter,
    CopyAndCut,
    CutAfterALook,
    Delete,
    Replace,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Line),
        2 => (1..40_u8).prop_map(Event::Lines),
        2 => Just(Event::Half),
        6 => Just(Event::Look),
        2 => any::<bool>().prop_map(|creates| Event::Rename { creates }),
        1 => Just(Event::LateLineOfTheOldWriter),
        2 => Just(Event::CopyAndCut),
        1 => Just(Event::CutAfterALook),
        1 => Just(Event::Delete),
        1 => Just(Event::Replace),
    ]
}

/// Does what happens; a writer ends its line before its file is taken away.
fn happen(scene: &mut Scene, event: Event, intake: &mut Intake<'_>, got: &mut Got) {
    if !matches!(event, Event::Line | Event::Lines(_) | Event::Half | Event::Look) {
        scene.end_line();
    }
    match event {
        Event::Line => scene.line(),
        Event::Lines(count) => (0..count).for_each(|_| scene.line()),
        Event::Half => scene.half(),
        Event::Look => look(intake, got),
        Event::Rename { creates } => scene.rename(creates),
        Event::LateLineOfTheOldWriter => {
            let writer = scene.writer.take();
            scene.rename(true);
            let new = std::mem::replace(&mut scene.writer, writer);
            scene.line();
            scene.writer = new;
        }
        Event::CopyAndCut => scene.copy_and_cut(),
        Event::CutAfterALook => {
            look(intake, got);
            scene.cut();
        }
        Event::Delete => {
            look(intake, got);
            scene.delete();
        }
        Event::Replace => {
            look(intake, got);
            scene.replace();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn whatever_happens_to_a_log_no_line_is_lost_and_none_is_read_twice(
        events in prop::collection::vec(event(), 1..60), is_there in any::<bool>(),
    ) {
        let mut scene = Scene::new();
        if is_there {
            scene.line();
        }
        let (sources, control) = (Sources::default(), Control::default());
        let mut intake = follower(&scene, &sources, &control);
        let mut got = Got::default();
        got.take(&mut intake);
        for event in &events {
            happen(&mut scene, *event, &mut intake, &mut got);
        }
        scene.end_line();
        for _ in 0..3 {
            look(&mut intake, &mut got);
        }
        let mut want = scene.written.clone();
        want.sort();
        prop_assert_eq!(got.lines(), want);
    }
}
