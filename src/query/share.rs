//! Work shared among the cores: many pieces, each done once, the results taken on the thread that asked.
//!
//! Imports: nothing of the house but `watch`. Promise: when something newer waits, every hand stops within about a
//! millisecond of work; a hand that panics takes the whole work with it, as if all had been done on one thread.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{Builder, available_parallelism, scope};
use std::time::Duration;

use crate::query::watch::Watch;

/// Pieces of work that do not depend on each other.
pub(crate) trait Share: Sync {
    /// What a hand keeps from one piece to the next.
    type Tools;
    /// What comes of a piece.
    type Done: Send;
    /// How many pieces there are.
    fn pieces(&self) -> usize;
    /// Tools for one hand.
    fn tools(&self) -> Self::Tools;
    /// Does piece number `piece`; `None`: something newer waits.
    fn work(&self, tools: &mut Self::Tools, piece: usize, watch: &mut Watch<'_>) -> Option<Self::Done>;
}

/// More hands than this wait for memory rather than work.
const MOST_HANDS: usize = 8;

/// How often a thread that waits for the others looks for something newer.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Does every piece, on this thread and on others; `take` is given each result as it comes, in no order, and the watch of
/// this thread. `None`: something newer waits, and the rest was left.
pub(crate) fn share<S: Share>(
    work: &S,
    newer: &dyn Fn() -> bool,
    take: &mut dyn FnMut(S::Done, &mut Watch<'_>),
) -> Option<()> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let hands = available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_HANDS).min(work.pieces());
    scope(|scope| {
        let (sender, results) = channel();
        for _ in 1..hands {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            let hand = move || {
                let is_stopped = || stop.load(Ordering::Relaxed);
                let (mut watch, mut tools) = (Watch::new(&is_stopped), work.tools());
                while let Some(done) = take_up(work, next, &mut tools, &mut watch) {
                    // Nobody takes it when the work was given up.
                    let _ = sender.send(done);
                }
            };
            // Without another thread this one does everything.
            let _ = Builder::new().name("search".to_owned()).spawn_scoped(scope, hand);
        }
        drop(sender);
        let done = own_part(work, &next, &results, &mut Own { newer, take });
        if done.is_none() {
            stop.store(true, Ordering::Relaxed);
        }
        done
    })
}

/// The next piece, done; `None`: there is none, or something newer waits.
fn take_up<S: Share>(work: &S, next: &AtomicUsize, tools: &mut S::Tools, watch: &mut Watch<'_>) -> Option<S::Done> {
    let piece = next.fetch_add(1, Ordering::Relaxed);
    if piece < work.pieces() { work.work(tools, piece, watch) } else { None }
}

/// What the thread that asked has.
struct Own<'o, D> {
    newer: &'o dyn Fn() -> bool,
    take: &'o mut dyn FnMut(D, &mut Watch<'_>),
}

/// Works like every hand, takes the results in between, and waits for the last ones.
fn own_part<S: Share>(
    work: &S,
    next: &AtomicUsize,
    results: &Receiver<S::Done>,
    own: &mut Own<'_, S::Done>,
) -> Option<()> {
    let (mut watch, mut tools) = (Watch::new(own.newer), work.tools());
    let mut left = work.pieces();
    loop {
        for done in results.try_iter() {
            (own.take)(done, &mut watch);
            left -= 1;
        }
        let Some(done) = take_up(work, next, &mut tools, &mut watch) else { break };
        (own.take)(done, &mut watch);
        left -= 1;
    }
    while left > 0 {
        match results.recv_timeout(LOOK_EVERY) {
            Ok(done) => {
                (own.take)(done, &mut watch);
                left -= 1;
            }
            Err(RecvTimeoutError::Timeout) if (own.newer)() => return None,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(())
}
