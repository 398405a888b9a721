//! `query -f`: what is there is judged, and then what comes, for as long as the reader wants it.
//!
//! Lives here: sources that go on, judged as they come. Not here: judging a line (`scan`). Imports: the rooms up to `query`.
//! Promise: what matches is handed on at once, in the order in which it came; nothing that was read is held.

use std::io;
use std::time::Duration;

use crate::app::headless::out::Flow;
use crate::app::headless::scan::{Scan, Scanned, Taker};
use crate::app::headless::tell;
use crate::base::Clean;
use crate::decode::cutter::Cutter;
use crate::query::filter::Filter;
use crate::source::intake::{Arrival, FeedId, Intake};
use crate::source::{Control, Limits, SourceName, Sources, cannot_read};

/// How long nothing has to come before it is looked again.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A source that is being read.
struct Feed {
    title: Clean,
    cutter: Cutter,
}

/// Judges the lines of `names`, and those that come, until `taker` wants no more; what becomes of sources is told at once.
pub(crate) fn scan_on(names: &[SourceName], filter: &Filter, taker: &mut dyn Taker, limits: &Limits) -> Scanned {
    let (sources, control) = (Sources::with(limits.clone(), None), Control::default());
    control.follow(true);
    let mut intake = Intake::new(names, &sources, &control);
    let mut scan = Scan::new(filter, taker, None, limits.clone());
    let mut feeds: Vec<Option<Feed>> = Vec::new();
    loop {
        let flow = match intake.next(PATIENCE) {
            Some(Arrival::Opened { title, .. }) => {
                feeds.push(Some(Feed { title, cutter: Cutter::default() }));
                Flow::On
            }
            Some(Arrival::Ready(feed) | Arrival::Ended(feed) | Arrival::Posted(feed)) => {
                read(&mut intake, feed, &mut feeds, &mut scan, &sources)
            }
            Some(Arrival::Said(notice) | Arrival::Skipped(notice)) => {
                tell(&notice);
                Flow::On
            }
            Some(Arrival::Failed(notice)) => {
                scan.failed(notice);
                Flow::On
            }
            Some(Arrival::CaughtUp | Arrival::Directory(..)) => scan.pause(),
            Some(Arrival::Done) => Flow::Stop,
            None => Flow::On,
        };
        if flow == Flow::Stop {
            return scan.done();
        }
    }
}

/// Judges what a source has for now.
fn read(
    intake: &mut Intake<'_>,
    feed: FeedId,
    feeds: &mut [Option<Feed>],
    scan: &mut Scan<'_>,
    sources: &Sources,
) -> Flow {
    let Some(slot) = feeds.get_mut(feed.index()) else { return Flow::On };
    let Some(own) = slot else { return Flow::On };
    loop {
        let Some(reader) = intake.reader(feed) else { return Flow::On };
        let (source, more) = (reader.source(), own.cutter.fill(reader));
        let position = reader.position();
        let waits = more.as_ref().is_err_and(|why| why.kind() == io::ErrorKind::WouldBlock);
        scan.reading(source);
        if scan.all(&own.title, &mut own.cutter, None) == Flow::Stop || scan.pause() == Flow::Stop {
            return Flow::Stop;
        }
        sources.forget_before(source, position);
        match more {
            Ok(true) => continue,
            Err(_) if waits => return Flow::On,
            Ok(false) => {}
            Err(why) => scan.failed(cannot_read(&own.title, &why)),
        }
        let flow = scan.never_ended(&own.title, &mut own.cutter);
        intake.over(feed);
        *slot = None;
        return flow;
    }
}
