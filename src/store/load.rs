//! Fills segments from sources: reads blocks, cuts lines, decodes them, tells how far it is.
//!
//! Lives here: what is told when. Not here: what there is to read (`source::intake`), one source's lines and counts
//! (`tally`), segments (`filling`). Imports: `base`, `source`, `frame`, `decode`. Promise: what is told is true at that
//! moment: lines = alerts + unreadable + blank, and a segment holds only alerts that are counted.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::{Clean, Notice};
use crate::decode::cutter::Cutter;
use crate::decode::join::NEVER_ENDED;
use crate::decode::{Decoder, Falco, Reason};
use crate::frame::Line;
pub(crate) use crate::source::Control;
use crate::source::door::Door;
use crate::source::intake::{Arrival, FeedId, Intake};
use crate::source::{SourceId, SourceName, Sources, cannot_read, skipped};
pub(crate) use crate::store::filling::Bounds;
use crate::store::filling::Filling;
use crate::store::tally::{OfSource, START_BYTES, Tally, place_of, place_of_rest};
use crate::store::{Counts, LoadEvent, Place};

/// Loads `names` in order and tells what it has, the first block at once; ends with [`LoadEvent::Done`], or goes on as
/// `control` says. `tell` may block, and gives `false` when nobody listens any more.
pub(crate) fn load(
    names: &[SourceName],
    sources: &Arc<Sources>,
    control: &Control,
    tell: &mut dyn FnMut(LoadEvent) -> bool,
) {
    load_as(names, sources, Plan { control, bounds: Bounds::default(), door: None }, tell);
}

/// How a load goes on, and what is held of it.
pub(crate) struct Plan<'a> {
    /// What may be asked of it.
    pub(crate) control: &'a Control,
    /// Of more than this the oldest alerts are dropped.
    pub(crate) bounds: Bounds,
    /// What is posted here is loaded as well.
    pub(crate) door: Option<Door>,
}

/// As [`load`], in another way.
pub(crate) fn load_as(
    names: &[SourceName],
    sources: &Arc<Sources>,
    plan: Plan<'_>,
    tell: &mut dyn FnMut(LoadEvent) -> bool,
) {
    let mut intake = Intake::new(names, sources, plan.control);
    if let Some(door) = plan.door {
        intake.let_in(door);
    }
    Loader::new((sources, plan.control), tell, Filling::new(plan.bounds)).run(&mut intake);
}

/// A load under way.
struct Loader<'a> {
    sources: &'a Sources,
    control: &'a Control,
    tell: &'a mut dyn FnMut(LoadEvent) -> bool,
    nobody_listens: bool,
    decoder: Falco,
    filling: Filling,
    tally: Tally,
    /// What is being read, by the number of its feed.
    feeds: Vec<Option<Feed>>,
    bytes: u64,
    /// All bytes that are there, where that is known.
    total: Option<u64>,
    /// Alerts of files that were found in the directory that is being read.
    of_directory: u64,
    is_live: bool,
    told: Instant,
    names_left_out: bool,
}

/// A source that is being read.
struct Feed {
    title: Clean,
    is_inside: bool,
    is_stream: bool,
    source: SourceId,
    cutter: Cutter,
    of: OfSource,
    /// Bytes read of it that are counted.
    position: u64,
    /// It has ended for now.
    rests: bool,
    /// The last line, where it has no end and is no alert: more of it may come.
    half: Option<Place>,
}

/// A line that is no alert, until it is known whether it is several.
struct Refused {
    place: Place,
    reason: Reason,
    start: Vec<u8>,
    /// It has no end yet.
    is_half: bool,
}

/// How a source stands after it was read.
enum Left {
    /// There is nothing more for now.
    Nothing,
    /// It is not read to its end because nobody wants more.
    Unread,
    /// It has ended.
    Ended,
}

/// Alerts that come one by one are shown this much later at most, so that showing them costs little.
const PACE: Duration = Duration::from_millis(50);

/// Where somebody waits for an answer.
const QUICK_PACE: Duration = Duration::from_millis(2);

fn pace(intake: &Intake<'_>) -> Duration {
    if intake.owes_answers() { QUICK_PACE } else { PACE }
}

/// How long nothing has to come before it is looked whether the load was stopped.
const PATIENCE: Duration = Duration::from_secs(1);

impl<'a> Loader<'a> {
    fn new(
        (sources, control): (&'a Sources, &'a Control),
        tell: &'a mut dyn FnMut(LoadEvent) -> bool,
        filling: Filling,
    ) -> Self {
        Self {
            sources,
            control,
            tell,
            nobody_listens: false,
            decoder: Falco::default(),
            filling,
            tally: Tally::default(),
            feeds: Vec::new(),
            bytes: 0,
            total: None,
            of_directory: 0,
            is_live: false,
            told: Instant::now(),
            names_left_out: false,
        }
    }
    fn run(&mut self, intake: &mut Intake<'_>) {
        self.total = intake.total();
        while !self.is_over() {
            match intake.next(self.patience(intake)) {
                Some(Arrival::Done) if intake.is_over() => break,
                Some(arrival) => self.arrived(arrival, intake),
                None => self.show_all(intake),
            }
            if intake.is_past_names() && self.told.elapsed() >= pace(intake) {
                self.show_all(intake);
            }
        }
        if self.filling.is_out_of_numbers() {
            self.say(LoadEvent::Failed(too_many()));
        }
        self.stage(intake, LoadEvent::Done);
    }
    fn is_over(&self) -> bool {
        self.nobody_listens || self.control.is_stopped() || self.filling.is_out_of_numbers()
    }
    fn say(&mut self, event: LoadEvent) {
        if !self.nobody_listens {
            self.nobody_listens = !(self.tell)(event);
        }
    }
    /// Until when nothing needs to be shown.
    fn patience(&self, intake: &Intake<'_>) -> Duration {
        let is_owed = self.filling.unshown() > 0 || intake.owes_answers();
        if is_owed { pace(intake).saturating_sub(self.told.elapsed()) } else { PATIENCE }
    }
    fn arrived(&mut self, arrival: Arrival, intake: &mut Intake<'_>) {
        match arrival {
            Arrival::Opened { feed, title, is_inside } => self.opened(intake, feed, title, is_inside),
            Arrival::Ready(feed) | Arrival::Ended(feed) => self.read(intake, feed),
            Arrival::Posted(feed) => self.posted(intake, feed),
            Arrival::Directory(title, files) => self.directory(title, files),
            Arrival::Skipped(notice) => self.say(LoadEvent::Skipped(notice)),
            Arrival::Failed(notice) => self.say(LoadEvent::Failed(notice)),
            Arrival::Said(notice) => self.say(LoadEvent::Said(notice)),
            Arrival::CaughtUp => self.stage(intake, LoadEvent::Following),
            Arrival::Done => self.stage(intake, LoadEvent::Done),
        }
    }
    /// Everything so far is shown before it is told how it goes on.
    fn stage(&mut self, intake: &mut Intake<'_>, event: LoadEvent) {
        self.is_live = matches!(event, LoadEvent::Following);
        self.show_all(intake);
        if self.filling.builder.leaves_names_out() && !self.names_left_out {
            self.names_left_out = true;
            self.say(LoadEvent::Skipped(names_left_out()));
        }
        self.say(event);
    }
    fn opened(&mut self, intake: &mut Intake<'_>, feed: FeedId, title: Clean, is_inside: bool) {
        let reader = intake.reader(feed);
        let is_stream = reader.as_ref().is_some_and(|reader| reader.is_stream());
        let source = reader.map_or(SourceId(u32::MAX), |reader| reader.source());
        let (cutter, of) = (Cutter::default(), OfSource::new(is_inside));
        debug_assert_eq!(self.feeds.len(), feed.index());
        self.feeds.push(Some(Feed {
            title,
            is_inside,
            is_stream,
            source,
            cutter,
            of,
            position: 0,
            rests: false,
            half: None,
        }));
    }
    /// Reads one post, which never goes on in the next.
    fn posted(&mut self, intake: &mut Intake<'_>, feed: FeedId) {
        let before = self.tally.counts().alerts;
        self.read(intake, feed);
        if let Some(mut own) = self.feeds.get_mut(feed.index()).and_then(Option::take) {
            own.cutter.finish();
            self.lines(&mut own);
            own.cutter.go_on(false);
            self.put_back(feed, own);
        }
        intake.judged(self.tally.counts().alerts > before);
    }
    /// Reads what a source has.
    fn read(&mut self, intake: &mut Intake<'_>, feed: FeedId) {
        let Some(mut own) = self.feeds.get_mut(feed.index()).and_then(Option::take) else { return };
        self.wake(&mut own);
        let left = self.blocks(intake, feed, &mut own);
        if matches!(left, Left::Ended) {
            for rest in own.cutter.rest() {
                self.tally.unreadable(&mut own.of, place_of_rest(own.source, rest), NEVER_ENDED, b"");
            }
        }
        match left {
            Left::Ended if intake.rests(feed) => {
                self.ended(&own, false);
                own.rests = true;
                self.put_back(feed, own);
            }
            Left::Ended => {
                let goes_on = intake.over(feed);
                self.ended(&own, goes_on);
            }
            Left::Nothing | Left::Unread => self.put_back(feed, own),
        }
    }
    fn put_back(&mut self, feed: FeedId, own: Feed) {
        if let Some(slot) = self.feeds.get_mut(feed.index()) {
            *slot = Some(own);
        }
    }
    /// A source that had ended goes on; a line that was cut off is read again with its end.
    fn wake(&mut self, own: &mut Feed) {
        if !std::mem::take(&mut own.rests) {
            return;
        }
        let half = own.half.take();
        if own.cutter.go_on(half.is_some())
            && let Some(place) = half
        {
            self.tally.retract(&mut own.of);
            self.say(LoadEvent::Retracted(place));
        }
    }
    /// Reads blocks until there are no more for now.
    fn blocks(&mut self, intake: &mut Intake<'_>, feed: FeedId, own: &mut Feed) -> Left {
        while !self.is_over() {
            let Some(reader) = intake.reader(feed) else { return Left::Ended };
            let more = own.cutter.fill(reader);
            let position = reader.taken();
            self.lines(own);
            if let (Some(start), Some(reader)) = (own.cutter.passed_over(), intake.reader(feed)) {
                reader.forget_since(start);
            }
            self.bytes += position - std::mem::replace(&mut own.position, position);
            self.after_block(intake);
            match more {
                Ok(true) => {}
                Ok(false) => return Left::Ended,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return Left::Nothing,
                Err(why) => {
                    self.say(LoadEvent::Failed(cannot_read(&own.title, &why)));
                    return Left::Ended;
                }
            }
        }
        Left::Unread
    }
    /// Takes every line that is there.
    fn lines(&mut self, own: &mut Feed) {
        while let Some(judged) = own.cutter.next(|line| self.line(own.source, &mut own.of, line)) {
            own.half = None;
            if let Err(refused) = judged {
                own.half = refused.is_half.then_some(refused.place);
                self.tally.unreadable(&mut own.of, refused.place, refused.reason, &refused.start);
            }
        }
    }
    fn line(&mut self, source: SourceId, of: &mut OfSource, line: &Line<'_>) -> Result<(), Refused> {
        if line.is_blank() {
            self.tally.blank(of);
            return Ok(());
        }
        let place = place_of(source, line);
        let judged = if line.is_too_long() {
            Err(Reason::TooLong(line.len))
        } else {
            self.decoder.decode(line.bytes, &mut self.filling.builder)
        };
        match judged {
            Ok(()) => self.filling.committed(place, line.end_len),
            Err(reason) => {
                let start = line.bytes.get(..START_BYTES).unwrap_or(line.bytes).to_vec();
                return Err(Refused { place, reason, start, is_half: line.end_len == 0 });
            }
        }
        self.tally.alert(of);
        if self.filling.is_full() {
            self.show();
            self.filling.next_segment();
        }
        Ok(())
    }
    /// A source has given its last line.
    fn ended(&mut self, feed: &Feed, goes_on: bool) {
        let counts = feed.of.counts();
        if goes_on && counts.lines == 0 {
            // An archive; what is in it comes as its parts.
            return;
        }
        if feed.is_inside {
            self.of_directory += counts.alerts;
        }
        if feed.is_stream && counts.alerts > 0 {
            self.say(LoadEvent::Ended(feed.title.clone(), counts.alerts));
        }
        // Of a file that was rotated away nothing was promised.
        if counts.alerts == 0 && (feed.is_stream || !self.is_live) {
            self.say(LoadEvent::Skipped(no_alert(feed.title.clone(), feed.is_inside, counts)));
        }
    }
    /// A directory was read to its end.
    fn directory(&mut self, title: Clean, files: usize) {
        if std::mem::take(&mut self.of_directory) == 0 && !self.control.follows() {
            self.say(LoadEvent::Failed(nothing_in_directory(title, files)));
        }
    }
    fn after_block(&mut self, intake: &Intake<'_>) {
        if self.filling.is_worth_showing() || (intake.is_past_names() && self.told.elapsed() >= PACE) {
            self.show();
        }
        self.progress();
    }
    /// Shows what there is, and lets a trickle have small segments.
    fn show_all(&mut self, intake: &mut Intake<'_>) {
        self.show();
        self.progress();
        intake.answer();
        if self.is_live {
            self.filling.cut_trickle();
        }
    }
    fn show(&mut self) {
        self.told = Instant::now();
        if let Some(segment) = self.filling.told() {
            self.say(segment);
            // Nobody is to see more dropped than was read.
            self.progress();
        }
        if let Some(notice) = self.sources.take_notice() {
            self.say(LoadEvent::Said(notice));
        }
        if let Some(dropped) = self.filling.drop_oldest(self.sources) {
            self.say(dropped);
        }
    }
    fn progress(&mut self) {
        let (counts, unreadable) = (self.tally.counts(), self.tally.take_unreadable());
        self.say(LoadEvent::Progress { unreadable, counts, bytes: self.bytes, total: self.total });
    }
}

/// `FILE: no alert in it`, and what may help.
fn no_alert(title: Clean, is_inside: bool, counts: Counts) -> Notice {
    if is_inside {
        return skipped(title, "no alert in it");
    }
    let lines = if counts.unreadable == 1 { "line" } else { "lines" };
    let words = match counts.lines {
        0 => "it is empty".to_owned(),
        _ => format!("{} {lines} unreadable, {} blank", counts.unreadable, counts.blank),
    };
    let words = format!(": no alert in it; {words}");
    Notice::said(Clean::concat([title, Clean::from_bytes(words.as_bytes())]))
        .with_next("Falco writes one JSON alert a line with json_output: true")
}

fn too_many() -> Notice {
    Notice::said("more alerts came than one run has numbers for; reading stopped")
        .with_next("Leave and open it again to go on; what is there stays until then")
}

fn names_left_out() -> Notice {
    Notice::said("there are more field names, or longer ones, than columns can hold")
        .with_next("Filters and words find those past the first 65,536 in the lines themselves, which takes longer")
}

fn nothing_in_directory(title: Clean, files: usize) -> Notice {
    let words = format!(": no alert in its {files} files");
    Notice::said(Clean::concat([Clean::from("cannot read "), title, Clean::from_bytes(words.as_bytes())]))
        .with_next("Name the file that Falco writes, or the directory it is in")
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "live_tests.rs"]
mod live_tests;
