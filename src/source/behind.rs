//! Reading behind the back of whoever wants the bytes: a thread reads, unpacks, keeps, and hands on blocks.
//!
//! Lives here: that thread, and the end of the channel that others hold. Imports: `base`. Promise: what is handed on can
//! be had again at that moment; a stream is handed on as it comes; the thread ends soon after nobody listens any more.

use std::fs::File;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use crate::base::Clean;
use crate::source::Wake;
use crate::source::chunks::{Chunks, Keeper};
use crate::source::kept::{Again, Kept, lock};
use crate::source::reader::{is_ready, read_some};
use crate::source::spill::Spill;
use crate::source::tar::{Archive, Member};
use crate::source::unpack::{Bound, Input, Unpacked, buffered, unpack, unpack_to};

/// Bytes of a block, of a file; what comes out of a stream is handed on at once, in smaller ones.
const BLOCK_BYTES: usize = 1 << 20;

/// As much as a read of a stream may give.
const STREAM_BYTES: usize = 256 * 1024;

/// So many blocks may wait.
const FILE_BLOCKS: usize = 3;
const STREAM_BLOCKS: usize = 16;

/// How often a thread that waits for a stream looks whether anybody still wants it, in milliseconds.
const LOOK_MS: u32 = 200;

/// What the thread sends.
enum Sent {
    /// Bytes that follow the last.
    Block(Vec<u8>),
    /// The source ended; `is_last`: no other follows.
    End {
        /// What is wrong with it.
        done: io::Result<()>,
        is_last: bool,
    },
    /// The next file of an archive.
    Member(Arc<Kept>),
}

/// What is to be read, and how.
pub(super) struct Task {
    /// Whether it comes from a regular file, which never lets anybody wait.
    pub(super) is_regular: bool,
    /// The source as it is known; the names of members begin with its title.
    pub(super) kept: Arc<Kept>,
    /// Where the bytes of members are kept; `None`: nowhere.
    pub(super) spill: Option<Arc<Spill>>,
    /// How much may come out.
    pub(super) bound: Arc<Bound>,
    /// Called when there is something to be had.
    pub(super) wake: Option<Wake>,
}

/// The end of the channel that others hold.
pub(super) struct Behind {
    from: Receiver<Sent>,
    /// The thread ends when this is gone.
    _listens: Arc<()>,
    block: Vec<u8>,
    /// How much of the block was given out.
    given: usize,
    state: State,
}

enum State {
    /// More may come.
    Going,
    /// This source has ended.
    Ended {
        /// What is wrong with it, until that is told.
        why: Option<io::Error>,
        /// No other follows.
        is_last: bool,
    },
    /// Here is the next.
    Next(Arc<Kept>),
}

impl Behind {
    /// Begins to read `file`.
    ///
    /// # Errors
    /// There can't be another thread.
    pub(super) fn start(file: File, task: Task) -> io::Result<Self> {
        let (to, from) = sync_channel(if task.is_regular { FILE_BLOCKS } else { STREAM_BLOCKS });
        let listens = Arc::new(());
        let still = Arc::downgrade(&listens);
        thread::Builder::new().name("reading".to_owned()).spawn(move || {
            let raw = Raw { file, is_regular: task.is_regular, still, bound: Arc::clone(&task.bound) };
            // An error here says that whoever listened has gone.
            let _ = Thread { to, task }.source(raw);
        })?;
        Ok(Self { from, _listens: listens, block: Vec::new(), given: 0, state: State::Going })
    }
    /// Fills `into` with what is there.
    ///
    /// # Errors
    /// `WouldBlock`: nothing yet. After the last byte: what is wrong with the source.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < into.len() && self.has_block(None) {
            let rest = self.block.get(self.given..).unwrap_or_default();
            let some = { rest }.read(into.get_mut(count..).unwrap_or_default())?;
            self.given += some;
            count += some;
        }
        match &mut self.state {
            _ if count > 0 || into.is_empty() => Ok(count),
            State::Going => Err(io::ErrorKind::WouldBlock.into()),
            State::Ended { why, .. } => why.take().map_or(Ok(0), Err),
            State::Next(_) => Ok(0),
        }
    }
    /// Whether a read would give something; `wait`: how long to wait for it, for ever where it is the longest time.
    pub(super) fn is_ready(&mut self, wait: Option<Duration>) -> bool {
        if matches!(self.state, State::Going) {
            return self.has_block(wait) || !matches!(self.state, State::Going);
        }
        !self.awaits_next() || self.hear(wait)
    }
    /// The next file of the archive.
    ///
    /// # Errors
    /// `WouldBlock`: it is not known yet whether there is one. Else what is wrong with the archive.
    pub(super) fn next(&mut self) -> Option<io::Result<Arc<Kept>>> {
        if self.awaits_next() && !self.hear(None) {
            return Some(Err(io::ErrorKind::WouldBlock.into()));
        }
        match std::mem::replace(&mut self.state, State::Ended { why: None, is_last: true }) {
            State::Next(kept) => {
                self.state = State::Going;
                Some(Ok(kept))
            }
            State::Ended { why, .. } => why.map(Err),
            State::Going => {
                self.state = State::Going;
                Some(Err(io::ErrorKind::WouldBlock.into()))
            }
        }
    }
    fn awaits_next(&self) -> bool {
        matches!(self.state, State::Ended { why: None, is_last: false })
    }
    /// Whether there is a block with something left in it.
    fn has_block(&mut self, wait: Option<Duration>) -> bool {
        while self.given == self.block.len() {
            if !matches!(self.state, State::Going) || !self.hear(wait) {
                return false;
            }
        }
        true
    }
    /// Takes what was sent; `false`: nothing.
    fn hear(&mut self, wait: Option<Duration>) -> bool {
        let sent = match wait {
            None => self.from.try_recv().map_err(|why| why == TryRecvError::Empty),
            Some(Duration::MAX) => self.from.recv().map_err(|_| false),
            Some(wait) => self.from.recv_timeout(wait).map_err(|why| why == RecvTimeoutError::Timeout),
        };
        match sent {
            Ok(Sent::Block(block)) => (self.block, self.given) = (block, 0),
            Ok(Sent::Member(kept)) => self.state = State::Next(kept),
            Ok(Sent::End { done, is_last }) => self.state = State::Ended { why: done.err(), is_last },
            Err(true) => return false,
            Err(false) => {
                let why = Some(io::Error::other("the thread that read it has ended"));
                self.state = State::Ended { why, is_last: true };
            }
        }
        true
    }
}

struct Thread {
    to: SyncSender<Sent>,
    task: Task,
}

/// Nobody listens any more.
struct Alone;

impl Thread {
    fn source(&self, raw: Raw) -> Result<(), Alone> {
        match unpack(buffered(raw), &self.task.bound) {
            Ok(Unpacked::Bytes(input)) => self.part(input, &self.task.kept, true),
            Ok(Unpacked::Tar(input, layers)) => {
                self.end(Ok(()), false)?;
                self.members(&Archive::new(input), layers)
            }
            Err(why) => self.end(Err(why), true),
        }
    }
    fn members(&self, archive: &Arc<Mutex<Archive>>, layers: usize) -> Result<(), Alone> {
        loop {
            let name = match lock(archive).next_name() {
                Ok(Some(name)) => name,
                ended => return self.end(ended.map(drop), true),
            };
            let kept = self.member(&name);
            self.send(Sent::Member(Arc::clone(&kept)))?;
            match unpack_to(buffered(Member(Arc::clone(archive))), &self.task.bound, layers) {
                Ok(Unpacked::Bytes(input)) => self.part(input, &kept, false)?,
                Ok(Unpacked::Tar(..)) => self.end(Err(io::Error::other("it is an archive in an archive")), false)?,
                Err(why) => self.end(Err(why), false)?,
            }
        }
    }
    fn member(&self, name: &[u8]) -> Arc<Kept> {
        let title = Clean::concat([self.task.kept.title.clone(), Clean::from("/"), Clean::from_bytes(name)]);
        let again =
            self.task.spill.as_ref().map_or(Again::Nothing, |spill| Again::Stream(Chunks::new(Arc::clone(spill))));
        Arc::new(Kept { title, again, file: None })
    }
    /// Everything of one source.
    fn part(&self, mut input: Input, kept: &Kept, is_last: bool) -> Result<(), Alone> {
        let mut keeper = match &kept.again {
            Again::Stream(chunks) => Some(Keeper::new(Arc::clone(chunks))),
            Again::File(_) | Again::Memory(_) | Again::Nothing => None,
        };
        loop {
            let (block, ended) = self.block(&mut input);
            let pushed = keeper.as_mut().map_or(Ok(()), |keeper| keeper.push(&block));
            self.send(Sent::Block(block))?;
            if let Some(done) = pushed.err().map(Err).or(ended) {
                let finished = keeper.as_mut().map_or(Ok(()), Keeper::finish);
                return self.end(done.and(finished), is_last);
            }
        }
    }
    /// What comes next, and how it ended if it did.
    fn block(&self, input: &mut Input) -> (Vec<u8>, Option<io::Result<()>>) {
        let (mut block, mut count) = (vec![0; if self.task.is_regular { BLOCK_BYTES } else { STREAM_BYTES }], 0);
        let ended = loop {
            match input.read(block.get_mut(count..).unwrap_or_default()) {
                Ok(0) => break (count < block.len()).then_some(Ok(())),
                Ok(more) => count += more,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => break Some(Err(why)),
            }
            if !self.task.is_regular {
                break None;
            }
        };
        block.truncate(count);
        block.shrink_to_fit();
        (block, ended)
    }
    fn end(&self, done: io::Result<()>, is_last: bool) -> Result<(), Alone> {
        self.send(Sent::End { done, is_last })
    }
    fn send(&self, sent: Sent) -> Result<(), Alone> {
        self.to.send(sent).map_err(|_| Alone)?;
        if let Some(wake) = &self.task.wake {
            wake.call();
        }
        Ok(())
    }
}

/// The bytes as they come from outside.
struct Raw {
    file: File,
    is_regular: bool,
    /// Whether anybody listens.
    still: Weak<()>,
    bound: Arc<Bound>,
}

impl Read for Raw {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A fifo without a writer yet would say that it has ended.
        while !self.is_regular && !is_ready(&self.file, LOOK_MS) {
            if self.still.strong_count() == 0 {
                return Err(io::Error::other("nobody listens"));
            }
        }
        let count = read_some(&mut self.file, into)?;
        self.bound.take(count);
        Ok(count)
    }
}
