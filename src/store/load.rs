//! Fills segments from sources: reads blocks, cuts lines, decodes them, tells how far it is.
//!
//! Lives here: the order of sources, what is told when. Not here: one file's lines and counts (`tally`).
//! Imports: `base`, `source`, `frame`, `decode`. Promise: what is told is true at that moment: lines = alerts + unreadable
//! + blank, and a segment holds only alerts that are counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::{Clean, Notice};
use crate::decode::join::{Joined, Joiner, NEVER_ENDED};
use crate::decode::{Decoder, Falco, Reason};
use crate::frame::{Line, Lines};
use crate::source::{Found, Reader, SourceName, Sources, Walk, cannot_read, skipped, walk};
use crate::store::builder::Builder;
use crate::store::tally::{Tally, place_of, place_of_rest};
use crate::store::{Counts, LoadEvent, Segment};

/// What the loop may ask of a load under way.
#[derive(Debug, Default)]
pub(crate) struct Control {
    stop: AtomicBool,
    follows: AtomicBool,
}

impl Control {
    /// Ends the load early; what was told stays true.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
    /// Whether it is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
    /// Whether files are watched for more after everything that is there was read.
    pub(crate) fn follow(&self, follows: bool) {
        self.follows.store(follows, Ordering::Relaxed);
    }
}

/// Loads `names` in order and tells what it has, the first block at once; ends with [`LoadEvent::Done`]. `tell` may block,
/// and gives `false` when nobody listens any more.
pub(crate) fn load(
    names: &[SourceName],
    sources: &Arc<Sources>,
    control: &Control,
    tell: &mut dyn FnMut(LoadEvent) -> bool,
) {
    let mut loader = Loader::new(sources, control, tell);
    let walks: Vec<_> = names.iter().map(|name| (name, walk(name))).collect();
    loader.total = walks.iter().map(|(_, walk)| walk.as_ref().ok()?.total).sum();
    for (name, walk) in walks {
        match walk {
            Ok(walk) => loader.named(name, walk),
            Err(notice) => loader.say(LoadEvent::Failed(notice)),
        }
    }
    loader.show();
    loader.progress();
    if loader.filling.builder.leaves_names_out() {
        loader.say(LoadEvent::Skipped(names_left_out()));
    }
    loader.say(LoadEvent::Done);
}

/// A load under way.
struct Loader<'a> {
    sources: &'a Sources,
    control: &'a Control,
    tell: &'a mut dyn FnMut(LoadEvent) -> bool,
    nobody_listens: bool,
    decoder: Falco,
    joiner: Joiner,
    filling: Filling,
    tally: Tally,
    /// The first bytes of the source that is being read.
    head: Vec<u8>,
    bytes: u64,
    total: Option<u64>,
}

/// The segment that is being filled.
#[derive(Default)]
struct Filling {
    index: usize,
    builder: Builder,
    /// How many of its rows were told.
    shown: usize,
}

/// A stream that trickles gives small segments, so that showing each new alert costs little; 65,536 of them are enough.
const TRICKLE_ROWS: usize = 8192;

/// A source that is silent for so long is taken to have no more for now.
const SILENCE_MS: u32 = 20;

impl<'a> Loader<'a> {
    fn new(sources: &'a Sources, control: &'a Control, tell: &'a mut dyn FnMut(LoadEvent) -> bool) -> Self {
        Self {
            sources,
            control,
            tell,
            nobody_listens: false,
            decoder: Falco::default(),
            joiner: Joiner::default(),
            filling: Filling::default(),
            tally: Tally::default(),
            head: Vec::new(),
            bytes: 0,
            total: None,
        }
    }
    fn is_over(&self) -> bool {
        self.nobody_listens || self.control.is_stopped()
    }
    fn say(&mut self, event: LoadEvent) {
        if !self.nobody_listens {
            self.nobody_listens = !(self.tell)(event);
        }
    }
    /// Everything that the user's `name` stands for.
    fn named(&mut self, name: &SourceName, walk: Walk) {
        for notice in walk.skipped {
            self.say(LoadEvent::Skipped(notice));
        }
        let before = self.tally.counts().alerts;
        let files = walk.found.len();
        for found in walk.found {
            if self.is_over() {
                return;
            }
            self.source(&found);
        }
        if let (true, SourceName::Path(path)) = (walk.is_directory && !self.is_over(), name)
            && self.tally.counts().alerts == before
        {
            let title = Found::Named(path.clone()).title();
            self.say(LoadEvent::Failed(nothing_in_directory(title, files)));
        }
    }
    fn source(&mut self, found: &Found) {
        let mut reader = match self.sources.open(found) {
            Ok(reader) => reader,
            Err(notice) if found.is_inside() => return self.say(LoadEvent::Skipped(notice)),
            Err(notice) => return self.say(LoadEvent::Failed(notice)),
        };
        self.head.clear();
        self.tally.begin_source(found.is_inside());
        self.blocks(&mut reader, found);
        for rest in self.joiner.rest() {
            self.tally.unreadable(place_of_rest(reader.source(), rest), NEVER_ENDED, b"");
        }
        if let Some(counts) = self.tally.end_source()
            && !self.is_over()
        {
            let notice = no_alert(found, counts, &std::mem::take(&mut self.head));
            self.say(LoadEvent::Skipped(notice));
        }
    }
    /// Reads to the end of a source.
    fn blocks(&mut self, reader: &mut Reader, found: &Found) {
        let mut lines = Lines::default();
        let before = self.bytes;
        while self.wait(reader) {
            let more = lines.fill(reader);
            if more.is_err() {
                lines.finish();
            }
            while let Some(line) = lines.next_line() {
                self.line(reader, &line);
            }
            if let Some(start) = lines.passed_over() {
                reader.forget_since(start);
            }
            self.bytes = before + reader.position();
            self.after_block();
            match more {
                Ok(true) => {}
                Ok(false) => return,
                Err(why) => {
                    let notice = cannot_read(&found.title(), &why);
                    return self.say(LoadEvent::Failed(notice));
                }
            }
        }
    }
    /// Waits until a read would not block; shows what there is while a stream is silent. `false`: it is over.
    fn wait(&mut self, reader: &Reader) -> bool {
        if reader.is_ready(0) {
            return !self.is_over();
        }
        let unshown = self.filling.builder.len() - self.filling.shown;
        let is_much = unshown > self.filling.builder.len() / 8 + 16;
        if is_much || !reader.is_ready(SILENCE_MS) {
            self.show();
            self.progress();
            self.cut_trickle();
        }
        while !self.is_over() {
            if reader.is_ready(SILENCE_MS) {
                return true;
            }
        }
        false
    }
    fn line(&mut self, reader: &Reader, line: &Line<'_>) {
        if line.number == 1 {
            self.head = line.bytes.get(..4).unwrap_or(line.bytes).to_vec();
        }
        let mut joiner = std::mem::take(&mut self.joiner);
        match joiner.take(line) {
            Joined::Whole => self.piece(reader, line),
            Joined::Waiting => {}
            Joined::Complete(whole) => self.piece(reader, &whole),
        }
        self.joiner = joiner;
    }
    /// A line that is whole.
    fn piece(&mut self, reader: &Reader, line: &Line<'_>) {
        if line.is_blank() {
            return self.tally.blank();
        }
        if !self.alert(reader, line) {
            return;
        }
        self.tally.alert();
        if self.filling.builder.is_full() {
            self.show();
            self.next_segment();
        }
    }
    /// Puts the alert of a line into the segment; `false`: it holds none.
    fn alert(&mut self, reader: &Reader, line: &Line<'_>) -> bool {
        let place = place_of(reader.source(), line);
        let judged = if line.is_too_long() {
            Err(Reason::TooLong(line.len))
        } else {
            self.decoder.decode(line.bytes, &mut self.filling.builder)
        };
        match judged {
            Ok(()) => self.filling.builder.commit(place, line.end_len),
            Err(reason) => {
                self.tally.unreadable(place, reason, line.bytes);
                return false;
            }
        }
        true
    }
    /// The first segment is shown while it grows, each time four times as long, so that showing it costs a third more.
    fn after_block(&mut self) {
        let Filling { index, builder, shown } = &self.filling;
        if *index == 0 && builder.len() >= shown * 4 {
            self.show();
        }
        self.progress();
    }
    /// Tells the segment as it is, if it has grown.
    fn show(&mut self) {
        let Filling { index, builder, shown } = &mut self.filling;
        if builder.len() == *shown {
            return;
        }
        *shown = builder.len();
        let (index, segment): (usize, Arc<Segment>) = (*index, Arc::new(builder.seal()));
        self.say(LoadEvent::Segment { index, segment });
    }
    fn next_segment(&mut self) {
        self.filling.index += 1;
        self.filling.shown = 0;
        self.filling.builder.restart();
    }
    fn cut_trickle(&mut self) {
        if self.filling.builder.len() >= TRICKLE_ROWS {
            self.next_segment();
        }
    }
    fn progress(&mut self) {
        let (counts, unreadable) = (self.tally.counts(), self.tally.take_unreadable());
        let (bytes, total) = (self.bytes, self.total);
        self.say(LoadEvent::Progress { unreadable, counts, bytes, total });
    }
}

/// `FILE: no alert in it`, and what may help.
fn no_alert(found: &Found, counts: Counts, head: &[u8]) -> Notice {
    let title = found.title();
    if found.is_inside() {
        return skipped(title, "no alert in it");
    }
    let lines = if counts.unreadable == 1 { "line" } else { "lines" };
    let words = match counts.lines {
        0 => "it is empty".to_owned(),
        _ => format!("{} {lines} unreadable, {} blank", counts.unreadable, counts.blank),
    };
    let words = format!(": no alert in it; {words}");
    Notice::said(Clean::concat([title, Clean::from_bytes(words.as_bytes())])).with_next(what_may_help(head))
}

/// Judged by the first bytes of the first line, because names lie.
fn what_may_help(head: &[u8]) -> &'static str {
    match head {
        [0x1f, 0x8b, ..] => "It is compressed: zcat FILE | stoop -",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "It is compressed: zstdcat FILE | stoop -",
        [0xfd, b'7', b'z', b'X', ..] => "It is compressed: xzcat FILE | stoop -",
        [b'B', b'Z', b'h', ..] => "It is compressed: bzcat FILE | stoop -",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "It is UTF-16: iconv -f UTF-16 -t UTF-8 FILE | stoop -",
        _ => "Falco writes one JSON alert a line with json_output: true",
    }
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
