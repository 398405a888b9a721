//! The writer: one thread through which every byte for the terminal goes, so that a slow line holds up nobody.
//!
//! Lives here: its jobs and their order. Not here: what a frame holds (`ui::screen`), raw mode (`held`). Imports:
//! `base`, `state`, `ui`. Promise: jobs are written whole and in order, and nothing is written outside `Enter` …
//! `Leave`.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::app::browse::{Event, Inbox};
use crate::app::workers;
use crate::base::{Clean, Notice};
use crate::state::Msg;
use crate::ui::terminal;

/// How long the last bytes may take. A line that takes none for so long is stuck, and the modes are worth more.
const PATIENCE: Duration = Duration::from_millis(800);

/// What is to be written.
#[derive(Debug)]
enum Job {
    /// The screen becomes ours.
    Enter,
    /// A frame.
    Frame(Vec<u8>),
    /// The window's title.
    Title(Vec<u8>),
    /// Something for the terminal's clipboard, and what to say when it is written.
    Clip(Vec<u8>, Notice),
    /// The screen is given back; who waits for that is told.
    Leave(SyncSender<()>),
}

/// The writer as the others see it.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    jobs: Sender<Job>,
    owed: Arc<AtomicUsize>,
}

impl Output {
    /// Starts the writer; it tells `inbox` when it has written, and when the terminal takes nothing any more.
    ///
    /// # Errors
    /// No thread, or no standard output.
    pub(crate) fn start(inbox: Inbox) -> io::Result<Self> {
        // Not std's: that looks for ends of lines in what it writes.
        Self::to(File::from(rustix::stdio::stdout().try_clone_to_owned()?), inbox)
    }
    /// Starts a writer to `sink`.
    ///
    /// # Errors
    /// No thread.
    pub(crate) fn to(sink: File, inbox: Inbox) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let owed = Arc::new(AtomicUsize::new(0));
        let writer = Writer { sink, inbox, owed: Arc::clone(&owed), ours: false, titled: false };
        workers::thread("writer", move || writer.run(&queue))?;
        Ok(Self { jobs, owed })
    }
    /// Whether something waits to be written. A frame is the difference to the one before, so the next is made only when
    /// this is over: on a slow line frames are left out rather than queued.
    pub(crate) fn is_busy(&self) -> bool {
        self.owed.load(Ordering::Acquire) > 0
    }
    /// Writes a frame.
    pub(crate) fn frame(&self, bytes: Vec<u8>) {
        self.send(Job::Frame(bytes));
    }
    /// Lets the window's title say this; it is empty again when the screen is left.
    pub(crate) fn title(&self, title: &Clean) {
        self.send(Job::Title(terminal::title(title).into_bytes()));
    }
    /// Writes a sequence for the terminal's clipboard, and then says so.
    pub(crate) fn clip(&self, bytes: Vec<u8>, said: Notice) {
        self.send(Job::Clip(bytes, said));
    }
    /// Enters the screen.
    pub(crate) fn enter(&self) {
        self.send(Job::Enter);
    }
    /// Leaves the screen when all before it is written; does not wait for a terminal that takes nothing.
    pub(crate) fn leave(&self) {
        let (done, left) = sync_channel(1);
        self.send(Job::Leave(done));
        if left.recv_timeout(PATIENCE).is_err() {
            leave_directly();
        }
    }
    fn send(&self, job: Job) {
        self.owed.fetch_add(1, Ordering::AcqRel);
        // Without a writer there is no terminal, and the loop has been told.
        let _ = self.jobs.send(job);
    }
}

/// The writer is stuck or gone: what a terminal needs is written past it, if it takes anything at all.
fn leave_directly() {
    let stdout = rustix::stdio::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    let no_wait = Timespec { tv_sec: 0, tv_nsec: 0 };
    if poll(&mut watched, Some(&no_wait)).is_ok_and(|ready| ready > 0) {
        let _ = rustix::io::write(stdout, terminal::leaving().as_bytes());
    }
}

/// The thread's own.
struct Writer {
    sink: File,
    inbox: Inbox,
    owed: Arc<AtomicUsize>,
    ours: bool,
    /// The window's title was written, and is to be taken back.
    titled: bool,
}

impl Writer {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(job) = queue.recv() {
            let written = self.perform(job);
            self.owed.fetch_sub(1, Ordering::AcqRel);
            let event = if written.is_ok() { Event::Written } else { Event::Gone };
            if self.inbox.send(event).is_err() {
                return;
            }
        }
    }
    fn perform(&mut self, job: Job) -> io::Result<()> {
        match job {
            Job::Enter => {
                self.ours = true;
                self.write(terminal::entering().as_bytes())
            }
            Job::Leave(done) => {
                let left = self.leave();
                // Nobody waits any more when it took too long.
                let _ = done.send(());
                left
            }
            Job::Frame(bytes) => self.write(&bytes),
            Job::Title(bytes) => {
                self.titled = true;
                self.write(&bytes)
            }
            Job::Clip(bytes, said) => {
                self.write(&bytes)?;
                let _ = self.inbox.send(Event::Msg(Msg::Sent(said)));
                Ok(())
            }
        }
    }
    fn leave(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.titled) {
            self.write(terminal::title(&Clean::default()).as_bytes())?;
        }
        let left = self.write(terminal::leaving().as_bytes());
        self.ours = false;
        left
    }
    /// One write, unless the terminal takes it only in parts. What comes after `Leave` belongs to the shell's screen.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = if self.ours { bytes } else { &[] };
        while !rest.is_empty() {
            match self.sink.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => self.wait_for_room()?,
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }
    /// Another program that shares the terminal may have made it non-blocking.
    fn wait_for_room(&self) -> io::Result<()> {
        let mut watched = [PollFd::new(&self.sink, PollFlags::OUT)];
        poll(&mut watched, None)?;
        Ok(())
    }
}
