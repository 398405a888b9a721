//! Everything that is read in one run, in the order in which there is something to read.
//!
//! Lives here: files one after the other, then what goes on (streams, followed files) as bytes come. Not here: what became of
//! a followed path (`follow`), lines (`frame`). Imports: `base`, siblings. Promise: no source waits for another's silence,
//! nothing is read twice, and everything that keeps a source from being read is told.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::base::{Clean, Notice};
use crate::source::door::Door;
use crate::source::follow::{Discovery, Step, Tail, awaited, id, is_named_after};
use crate::source::reader::kind;
use crate::source::unpack::Kind;
use crate::source::whole::Whole;
use crate::source::{Control, Found, Reader, SourceName, Sources, Wake, Walk, cannot_read, walk};

/// Number of something that is read, in the order of beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FeedId(usize);

impl FeedId {
    /// The number, from 0.
    pub(crate) fn index(self) -> usize {
        self.0
    }
}

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A source begins.
    Opened {
        /// Its number; they come one after the other from 0.
        feed: FeedId,
        /// The name as it is shown.
        title: Clean,
        /// It was found in a directory: without an alert in it it is left out.
        is_inside: bool,
    },
    /// The reader has bytes or its end: read it until it would block.
    Ready(FeedId),
    /// No more will come: what is half-written is all there is.
    Ended(FeedId),
    /// One post: read it until it would block, then tell by [`Intake::judged`] what it is.
    Posted(FeedId),
    /// Everything in a directory that the user named was read; how many files there were.
    Directory(Clean, usize),
    /// What is left out, and why.
    Skipped(Notice),
    /// What the user named and can't be had.
    Failed(Notice),
    /// What became of a source that goes on.
    Said(Notice),
    /// Everything that was there was read, and more may come.
    CaughtUp,
    /// Everything was read, and no more will come.
    Done,
}

/// What wakes one who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Something was asked through [`Control`].
    Asked,
    /// A source that is read on another thread has bytes, or its end.
    Bytes,
}

/// Between two looks at what is followed: soon enough for an eye, seldom enough to cost nothing.
const LOOK: Duration = Duration::from_millis(100);

/// With more files than this a look takes longer, and comes as much less often.
const FILES_A_LOOK: u32 = 50;

/// A stream that let us wait for so long in all gives what happens now, not what was.
const CAUGHT_UP: Duration = Duration::from_millis(300);

/// A directory is gone through again after so many looks.
const LOOKS_A_WALK: u32 = 10;

/// What is read in a run.
pub(crate) struct Intake<'a> {
    sources: &'a Sources,
    control: &'a Control,
    wakes: Receiver<Woken>,
    sender: Sender<Woken>,
    arrivals: VecDeque<Arrival>,
    names: VecDeque<SourceName>,
    /// The bytes in everything that was named, where that is known.
    total: Option<u64>,
    walks: VecDeque<Result<Walk, Notice>>,
    under_way: Option<UnderWay>,
    feeds: Vec<Option<Reader>>,
    /// Sources that let others wait and have not ended: streams, and what is unpacked.
    slow: Vec<FeedId>,
    /// Ended parts of archives; whether another part follows is not known yet.
    undecided: Vec<FeedId>,
    /// What is read to its end before the next file begins.
    first: Option<FeedId>,
    tails: Vec<Tail>,
    directories: Vec<PathBuf>,
    /// Packed files in followed directories.
    whole: Whole,
    looks: u32,
    next_look: Option<Instant>,
    stage: Stage,
    /// For how long it was waited since everything that was named was read.
    idle: Duration,
    /// It was told that what was there is read.
    is_told: bool,
    /// Where posts come in, and as what they are read.
    door: Option<(Door, FeedId)>,
}

/// A name whose files are being read.
struct UnderWay {
    name: SourceName,
    found: VecDeque<Found>,
    files: usize,
    is_directory: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Names,
    Live,
    Over,
}

impl<'a> Intake<'a> {
    /// Reads `names`, in this order.
    pub(crate) fn new(names: &[SourceName], sources: &'a Sources, control: &'a Control) -> Self {
        let (sender, wakes) = channel();
        control.wakes(sender.clone());
        // Whoever does not listen any more needs no waking.
        let wake = sender.clone();
        sources.wakes(Wake::new(move || wake.send(Woken::Bytes).unwrap_or_default()));
        let walks: VecDeque<_> = names.iter().map(walk).collect();
        let total = walks.iter().map(|walk| walk.as_ref().ok()?.total).sum();
        Self {
            sources,
            control,
            wakes,
            sender,
            arrivals: VecDeque::new(),
            names: names.iter().cloned().collect(),
            total,
            walks,
            under_way: None,
            feeds: Vec::new(),
            slow: Vec::new(),
            undecided: Vec::new(),
            first: None,
            tails: Vec::new(),
            directories: Vec::new(),
            whole: Whole::default(),
            looks: 0,
            next_look: None,
            stage: Stage::Names,
            idle: Duration::ZERO,
            is_told: false,
            door: None,
        }
    }
    /// Reads what is posted as well.
    pub(crate) fn let_in(&mut self, door: Door) {
        let sender = self.sender.clone();
        door.wakes(Wake::new(move || sender.send(Woken::Bytes).unwrap_or_default()));
        let title = Clean::from_bytes(format!("posts to {}", door.address()).as_bytes());
        let feed = self.add(title.clone(), false, self.sources.open_posts(title));
        self.door = Some((door, feed));
    }
    /// The post that was read is in the list, as an alert or as an unreadable line.
    pub(crate) fn judged(&mut self, is_alert: bool) {
        if let Some((door, _)) = &mut self.door {
            door.judged(is_alert);
        }
    }
    /// Whether somebody waits for what was read to be shown.
    pub(crate) fn owes_answers(&self) -> bool {
        self.door.as_ref().is_some_and(|(door, _)| door.owes_answers())
    }
    /// Everything that was read was shown.
    pub(crate) fn answer(&mut self) {
        if let Some((door, _)) = &mut self.door {
            door.answer();
        }
    }
    /// All bytes that are there, where that is known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }
    /// The reader of a source; `None` after its end.
    pub(crate) fn reader(&mut self, feed: FeedId) -> Option<&mut Reader> {
        self.feeds.get_mut(feed.0)?.as_mut()
    }
    /// Whether everything was read and nothing more will come, whatever is asked.
    pub(crate) fn is_over(&self) -> bool {
        self.control.is_stopped() || (self.stage == Stage::Over && !self.is_live() && !self.control.stays())
    }
    /// Whether a source that has ended is kept, since it may be followed later.
    pub(crate) fn rests(&self, feed: FeedId) -> bool {
        self.control.stays() && self.tails.iter().any(|tail| tail.is_at(feed))
    }
    /// The reader has given its last byte, or failed. `true`: another part of the archive follows, or may follow.
    pub(crate) fn over(&mut self, feed: FeedId) -> bool {
        let Some(mut reader) = self.feeds.get_mut(feed.0).and_then(Option::take) else { return false };
        match reader.next_member(Some(self.sources)) {
            None => self.is_over_for_good(feed),
            Some(Ok(member)) => self.next_part(feed, member),
            Some(Err(why)) => {
                if why.kind() != io::ErrorKind::WouldBlock {
                    self.arrivals.push_back(Arrival::Failed(cannot_read(reader.title(), &why)));
                }
                self.undecided.push(feed);
                if let Some(slot) = self.feeds.get_mut(feed.0) {
                    *slot = Some(reader);
                }
            }
        }
        self.slow.iter().chain(&self.undecided).any(|more| more.0 >= feed.0)
    }
    fn is_over_for_good(&mut self, feed: FeedId) {
        self.slow.retain(|slow| *slow != feed);
        self.first.take_if(|first| *first == feed);
    }
    fn next_part(&mut self, before: FeedId, reader: Reader) {
        let feed = self.add(reader.title().clone(), true, reader);
        self.slow.iter_mut().filter(|slow| **slow == before).for_each(|slow| *slow = feed);
        self.first.iter_mut().filter(|first| **first == before).for_each(|first| *first = feed);
    }
    /// The next thing to do; waits for it for at most `patience`, at least once. `None`: nothing came, or all is stopped.
    pub(crate) fn next(&mut self, patience: Duration) -> Option<Arrival> {
        let until = Instant::now() + patience;
        loop {
            if self.control.is_stopped() {
                return None;
            }
            if let Some(arrival) = self.arrivals.pop_front() {
                return Some(arrival);
            }
            if let Some(posted) = self.posted() {
                return Some(posted);
            }
            if self.has_caught_up() {
                return Some(Arrival::CaughtUp);
            }
            match self.stage {
                Stage::Names if self.first.is_none() => self.go_on_with_names(),
                Stage::Live if !self.is_live() => {
                    self.stage = Stage::Over;
                    self.is_told = false;
                    return Some(Arrival::Done);
                }
                Stage::Over if self.is_live() => {
                    self.stage = Stage::Live;
                    self.idle = CAUGHT_UP;
                }
                Stage::Over if !self.control.stays() => return None,
                Stage::Names | Stage::Live | Stage::Over => {
                    self.wait(until);
                    if self.arrivals.is_empty() && Instant::now() >= until {
                        return None;
                    }
                }
            }
        }
    }
    /// The next post.
    fn posted(&mut self) -> Option<Arrival> {
        let (door, feed) = self.door.as_mut()?;
        let (body, failed) = door.next();
        self.arrivals.extend(failed.map(Arrival::Said));
        let reader = self.feeds.get_mut(feed.0)?.as_mut()?;
        let posted = reader.post(&[body?, b"\n"].concat());
        if let Err(why) = posted {
            self.arrivals.push_back(Arrival::Failed(cannot_read(reader.title(), &why)));
        }
        Some(Arrival::Posted(*feed))
    }
    /// Whether what was there is read, which is told once: of a stream it is known by waiting for more.
    fn has_caught_up(&mut self) -> bool {
        let has = self.stage == Stage::Live && self.idle >= CAUGHT_UP && self.is_live() && !self.is_told;
        self.is_told |= has;
        has
    }
    /// Whether everything that was named was read once, streams up to now.
    pub(crate) fn is_past_names(&self) -> bool {
        self.stage != Stage::Names
    }
    /// Whether more may come.
    fn is_live(&self) -> bool {
        !self.slow.is_empty()
            || self.door.is_some()
            || (self.control.follows() && !(self.tails.is_empty() && self.directories.is_empty()))
    }

    // What was named.

    fn go_on_with_names(&mut self) {
        if let Some(found) = self.under_way.as_mut().and_then(|name| name.found.pop_front()) {
            return self.open(&found);
        }
        if let Some(done) = self.under_way.take() {
            return self.name_done(&done);
        }
        let (Some(name), Some(walk)) = (self.names.pop_front(), self.walks.pop_front()) else {
            self.stage = Stage::Live;
            self.idle = if self.slow.is_empty() { CAUGHT_UP } else { Duration::ZERO };
            return;
        };
        match walk {
            Ok(walk) => self.begin(name, walk),
            Err(notice) => self.not_there(&name, notice),
        }
    }
    fn begin(&mut self, name: SourceName, walk: Walk) {
        self.arrivals.extend(walk.skipped.into_iter().map(Arrival::Skipped));
        let (files, is_directory) = (walk.found.len(), walk.is_directory);
        self.under_way = Some(UnderWay { name, found: walk.found.into(), files, is_directory });
    }
    fn name_done(&mut self, done: &UnderWay) {
        if let (true, SourceName::Path(path)) = (done.is_directory, &done.name) {
            self.directories.push(path.clone());
            self.arrivals.push_back(Arrival::Directory(done.name.title(), done.files));
        }
    }
    /// What is followed may come later.
    fn not_there(&mut self, name: &SourceName, why: Notice) {
        match name {
            SourceName::Path(path) if self.control.follows() && !path.exists() => {
                self.arrivals.push_back(Arrival::Said(awaited(path)));
                self.tails.push(Tail::new(path.clone(), false).awaiting());
            }
            _ => self.arrivals.push_back(Arrival::Failed(why)),
        }
    }
    fn open(&mut self, found: &Found) {
        match self.sources.open(found) {
            Ok(reader) => self.opened(found, reader),
            Err(notice) if found.is_inside() => self.arrivals.push_back(Arrival::Skipped(notice)),
            Err(notice) => self.arrivals.push_back(Arrival::Failed(notice)),
        }
    }
    fn opened(&mut self, found: &Found, mut reader: Reader) {
        let (is_stream, may_block) = (reader.is_stream(), reader.may_block());
        let follows = match (found, reader.file()) {
            (Found::Named(path) | Found::Inside(path), Some(file)) if !is_stream => {
                file.try_clone().ok().map(|file| (path, file))
            }
            _ => None,
        };
        if let (Found::Inside(path), None) = (found, &follows)
            && let Ok(about) = path.metadata()
        {
            self.whole.read(&about);
        }
        let may_follow = self.control.follows() || self.control.stays();
        reader.go_on(self.control.follows() && follows.is_some());
        let feed = self.add(found.title(), found.is_inside(), reader);
        if may_block {
            self.slow.push(feed);
            self.first = (!is_stream).then_some(feed);
        }
        if let (true, Some((path, file))) = (may_follow, follows) {
            let mut tail = Tail::new(path.clone(), found.is_inside());
            if tail.opened(feed, file, true).is_ok() {
                self.tails.push(tail);
            }
        }
    }
    fn add(&mut self, title: Clean, is_inside: bool, reader: Reader) -> FeedId {
        let feed = FeedId(self.feeds.len());
        self.feeds.push(Some(reader));
        self.arrivals.push_back(Arrival::Opened { feed, title, is_inside });
        self.arrivals.push_back(Arrival::Ready(feed));
        feed
    }

    // What goes on.

    /// Waits until something may be there, or the time has come.
    fn wait(&mut self, until: Instant) {
        let follows = self.stage == Stage::Live && self.control.follows();
        let began = Instant::now();
        let until = if self.is_told { until } else { until.min(began + CAUGHT_UP.saturating_sub(self.idle)) };
        let due = if follows { self.next_look.unwrap_or_else(Instant::now) } else { until };
        let woken = match (self.is_live(), due.min(until).checked_duration_since(Instant::now())) {
            // Nothing can come but a request.
            (false, _) => self.wakes.recv().map_err(|_| RecvTimeoutError::Disconnected),
            (true, wait) => self.wakes.recv_timeout(wait.unwrap_or_default()),
        };
        self.idle = self.idle.saturating_add(began.elapsed());
        if let Ok(woken) = woken {
            self.woken(woken);
        }
        if follows && due <= Instant::now() {
            self.look();
        }
    }
    fn woken(&mut self, woken: Woken) {
        if woken == Woken::Asked {
            self.go_on();
        }
        self.ready();
    }
    /// Which of the sources that had nothing have something now.
    fn ready(&mut self) {
        for feed in std::mem::take(&mut self.undecided) {
            self.over(feed);
        }
        for feed in self.slow.clone() {
            if self.reader(feed).is_some_and(|reader| reader.is_ready(0)) {
                self.arrivals.push_back(Arrival::Ready(feed));
            }
        }
    }
    /// Readers of followed files wait at their end as long as they are followed.
    fn go_on(&mut self) {
        let follows = self.control.follows();
        self.feeds.iter_mut().flatten().for_each(|reader| reader.go_on(follows));
    }
    /// Looks at everything that is followed.
    fn look(&mut self) {
        let began = Instant::now();
        let mut tails = std::mem::take(&mut self.tails);
        for at in 0..tails.len() {
            let Some(tail) = tails.get_mut(at) else { break };
            let feeds = &self.feeds;
            let marks = |feed: FeedId| feeds.get(feed.0)?.as_ref().and_then(Reader::mark);
            let steps = tail.look(&marks);
            for step in steps {
                self.step(step, tail);
            }
        }
        self.tails = tails;
        self.looks = self.looks.wrapping_add(1);
        if self.looks.is_multiple_of(LOOKS_A_WALK) {
            self.walk_again();
        }
        let files = u32::try_from(self.tails.len()).unwrap_or(u32::MAX);
        // A look at a thousand files, or at a slow disk, must not become all that is done.
        let pause = LOOK.saturating_mul(1 + files / FILES_A_LOOK).max(began.elapsed() * 20);
        self.next_look = Some(Instant::now() + pause);
    }
    fn step(&mut self, step: Step, tail: &mut Tail) {
        match step {
            Step::Read(feed) => self.arrivals.push_back(Arrival::Ready(feed)),
            Step::End(feed) => {
                if let Some(reader) = self.reader(feed) {
                    reader.end();
                    self.arrivals.push_back(Arrival::Ended(feed));
                }
            }
            Step::Continue(feed, file) => {
                let gone_on = self.reader(feed).map(|reader| reader.go_on_in(file));
                if let Some(Err(why)) = gone_on {
                    self.arrivals.push_back(Arrival::Failed(cannot_read(
                        &Clean::from_bytes(tail.path().as_os_str().as_encoded_bytes()),
                        &why,
                    )));
                }
            }
            Step::Say(notice) => self.arrivals.push_back(Arrival::Said(notice)),
            Step::Open(found) => self.discovered(found, tail),
        }
    }
    fn discovered(&mut self, found: Discovery, tail: &mut Tail) {
        let title = Found::Named(found.path.clone()).title();
        let opened = self.sources.open_from(&found.file, title.clone(), found.mark).and_then(|mut reader| {
            reader.go_on(true);
            // One that is beside the path may be anything: without an alert in it it is left out.
            let feed = self.add(title.clone(), found.is_inside || !found.is_current, reader);
            tail.opened(feed, found.file, found.is_current)
        });
        if let Err(why) = opened {
            self.arrivals.push_back(Arrival::Failed(cannot_read(&title, &why)));
        }
    }
    /// Files that came into followed directories.
    fn walk_again(&mut self) {
        for directory in self.directories.clone() {
            // What is left out was said when the directory was gone through first.
            let Ok(walk) = walk(&SourceName::Path(directory)) else { continue };
            for found in walk.found {
                if let Found::Inside(path) = found {
                    self.meet(path);
                }
            }
        }
    }
    /// A file in a followed directory: known, renamed, a copy of what was read, or new.
    fn meet(&mut self, path: PathBuf) {
        if self.tails.iter().any(|tail| tail.path() == path) || self.is_packed_later(&path) {
            return;
        }
        let Ok(file) = File::open(&path) else { return };
        let Ok(about) = file.metadata() else { return };
        if kind(&file) != Kind::Plain {
            if self.whole.is_ripe(&about) {
                self.open(&Found::Inside(path));
            }
            return;
        }
        let mut tail = Tail::new(path.clone(), true);
        if self.tails.iter_mut().any(|other| other.hand_over(id(&about), &mut tail)) {
            self.tails.push(tail);
            return;
        }
        if self.tails.iter().any(|other| other.reads(id(&about))) {
            return;
        }
        let feeds = &self.feeds;
        let marks = |feed: FeedId| feeds.get(feed.0)?.as_ref().and_then(Reader::mark);
        let copied = self.tails.iter().filter_map(|other| other.copied(&file, &marks));
        let mark = copied.max_by_key(crate::source::mark::Mark::position).unwrap_or_default();
        self.discovered(Discovery { path, file, mark, is_current: true, is_inside: true }, &mut tail);
        self.tails.push(tail);
    }
    /// A rotated log is packed after it was read: `events.json.1.gz` beside a followed `events.json` or `events.json.1`.
    fn is_packed_later(&self, path: &Path) -> bool {
        let is_packed =
            path.extension().is_some_and(|end| ["gz", "zst", "xz", "bz2"].iter().any(|packed| end == *packed));
        let is_of = |followed: &Path| {
            let names = followed.file_name().zip(path.file_name());
            let is_rotated = names.is_some_and(|(followed, packed)| is_named_after(packed, followed));
            followed == path.with_extension("") || (is_rotated && followed.parent() == path.parent())
        };
        is_packed && self.tails.iter().any(|tail| is_of(tail.path()))
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
