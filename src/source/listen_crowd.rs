//! The connections that are open: how many, what each is at, and which must leave.
//!
//! Lives here: places, pulses, the deadlines of a connection. Not here: what is said on it (`listen_http`). Imports: no
//! other room. Promise: a connection that says nothing keeps nobody out: when all places are taken, the one that has
//! been still for longest leaves, and who was just answered is asked to connect anew.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::source::listen::Limits;

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Nothing has come yet.
    Fresh,
    /// A head has begun.
    Head,
    /// A body is coming.
    Body,
    /// Somebody else is to answer.
    Answer,
    /// Answered; the next request may come.
    Rest,
}

/// What a connection is at, and since when.
#[derive(Debug)]
pub(crate) struct Pulse(Mutex<(At, Instant)>);

impl Pulse {
    /// That of a new connection.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new((At::Fresh, Instant::now()))))
    }
    /// A head is complete; its body may come.
    pub(crate) fn body_begins(&self) {
        self.is_at(At::Body);
    }
    /// All has come; the answer is waited for.
    pub(crate) fn answer_is_due(&self) {
        self.is_at(At::Answer);
    }
    /// The answer is given.
    pub(crate) fn rests(&self) {
        self.is_at(At::Rest);
    }
    fn is_at(&self, at: At) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (at, Instant::now());
    }
    fn read(&self) -> (At, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Bytes have come.
    fn beats(&self) {
        match self.read().0 {
            At::Fresh | At::Rest => self.is_at(At::Head),
            At::Body => self.is_at(At::Body),
            // A head has its time from its first byte on, however the rest drips in.
            At::Head | At::Answer => {}
        }
    }
    fn deadline(&self, limits: &Limits) -> Instant {
        let (at, since) = self.read();
        since
            + match at {
                At::Fresh | At::Head => limits.head,
                At::Rest => limits.idle,
                // Both have limits of their own, which answer before they hang up; here is room for that.
                At::Body | At::Answer => limits.body + limits.answer + limits.idle,
            }
    }
    /// Since when the connection has been still; `None` while it has something to wait for.
    fn still_since(&self) -> Option<Instant> {
        let (at, since) = self.read();
        (at != At::Answer).then_some(since)
    }
    /// Runs `visit` until it ends or is overdue.
    pub(crate) async fn attend(&self, visit: impl Future<Output = ()>, limits: &Limits) {
        let mut visit = std::pin::pin!(visit);
        loop {
            let deadline = self.deadline(limits);
            let ended = timeout_at(deadline, visit.as_mut()).await.is_ok();
            if ended || self.deadline(limits) <= Instant::now() {
                return;
            }
        }
    }
}

/// One connection, as the crowd sees it.
#[derive(Debug)]
struct Guest {
    pulse: Arc<Pulse>,
    task: AbortHandle,
}

/// A connection that has been still for so long leaves when its place is wanted.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a place is looked for while all are taken.
const LOOK: Duration = Duration::from_millis(50);

/// When the listener closes, answers under way have so long.
const GRACE: Duration = Duration::from_millis(250);

/// Every connection that is open.
#[derive(Debug)]
pub(crate) struct Crowd {
    places: Arc<Semaphore>,
    guests: Mutex<Vec<Guest>>,
    is_full: AtomicBool,
}

impl Crowd {
    /// Room for as many as the limits say.
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        let places = Arc::new(Semaphore::new(limits.connections));
        Arc::new(Self { places, guests: Mutex::default(), is_full: AtomicBool::new(false) })
    }
    /// Whether somebody waits for a place, so that who is answered should hang up.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }
    /// A place for one connection; waits until there is one. `None`: the crowd is going home.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(place);
        }
        self.is_full.store(true, Ordering::Relaxed);
        let place = self.place_of_another().await;
        self.is_full.store(false, Ordering::Relaxed);
        place
    }
    async fn place_of_another(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            self.send_off_the_stillest();
            if let Ok(place) = timeout(LOOK, Arc::clone(&self.places).acquire_owned()).await {
                return place.ok();
            }
        }
    }
    /// Remembers a connection that was let in.
    pub(crate) fn remember(&self, pulse: Arc<Pulse>, task: AbortHandle) {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|guest| !guest.task.is_finished());
        guests.push(Guest { pulse, task });
    }
    fn send_off_the_stillest(&self) {
        let guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let still = guests.iter().filter(|guest| !guest.task.is_finished());
        let still = still.filter_map(|guest| guest.pulse.still_since().map(|since| (since, guest)));
        if let Some((since, guest)) = still.min_by_key(|(since, _)| *since)
            && since.elapsed() >= PATIENCE
        {
            guest.task.abort();
        }
    }
    /// Ends every connection, those with an answer under way after it, or after a moment.
    pub(crate) async fn go_home(&self) {
        let last = Instant::now() + GRACE;
        while self.send_off_all_still() && Instant::now() < last {
            sleep(LOOK / 10).await;
        }
    }
    /// Whether somebody is left.
    fn send_off_all_still(&self) -> bool {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|guest| !guest.task.is_finished());
        for guest in guests.iter().filter(|guest| guest.pulse.still_since().is_some()) {
            guest.task.abort();
        }
        !guests.is_empty()
    }
}

/// A stream whose incoming bytes are noted in a pulse.
pub(crate) struct Watched<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S> Watched<S> {
    /// Notes in `pulse` what comes from `stream`.
    pub(crate) fn new(stream: S, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        if into.filled().len() > before {
            self.pulse.beats();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
