//! Reads a source once from its beginning to its end, in blocks.
//!
//! Lives here: the one `Read` over files, streams and memory. Imports: `base`. Promise: what it gives out can be had
//! again by `Sources::read`. Never mmap: a log that is cut off under a mapping ends the process with SIGBUS.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::base::Clean;
use crate::source::kept::{Again, Chunks, Kept, Past, lock};
use crate::source::mark::Mark;
use crate::source::{Found, SourceId};

/// A source that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    source: SourceId,
    kept: Arc<Kept>,
    input: Input,
    position: u64,
    end: End,
    /// What was read of a regular file, to know it again.
    mark: Mark,
}

/// Where reading a regular file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At the file's.
    OfFile,
    /// Nowhere: it may grow.
    Never,
    /// Here.
    Reached,
}

/// Where the bytes come from.
#[derive(Debug)]
enum Input {
    /// A file, a pipe, a device.
    File(File),
    /// What `Kept` holds already.
    Memory,
}

/// A source that was opened and has no number yet.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) kept: Arc<Kept>,
    input: Input,
    mark: Mark,
}

impl Opened {
    /// Opens `found`; a file that may not stay open is opened anew for each line that is read again.
    pub(super) fn open(found: &Found, may_stay_open: bool) -> io::Result<Self> {
        let (input, again) = match found {
            Found::Memory(_, bytes) => (Input::Memory, Again::Memory(Arc::clone(bytes))),
            Found::Stdin => of_file(File::from(io::stdin().as_fd().try_clone_to_owned()?), None)?,
            Found::Named(path) | Found::Inside(path) => {
                of_file(open_at_once(path)?, (!may_stay_open).then(|| path.clone()))?
            }
        };
        Ok(Self { kept: Arc::new(Kept { title: found.title(), again }), input, mark: Mark::default() })
    }
    /// A regular file that is open already, from the place of `mark` on.
    pub(super) fn of_regular(file: &File, title: Clean, mark: Mark) -> io::Result<Self> {
        let mut input = file.try_clone()?;
        input.seek(SeekFrom::Start(mark.position()))?;
        let again = Again::File(Past::new(&input, None, mark.position())?);
        Ok(Self { kept: Arc::new(Kept { title, again }), input: Input::File(input), mark })
    }
    /// Reads it as source `source`.
    pub(super) fn reader(self, source: SourceId) -> Reader {
        Reader { source, kept: self.kept, input: self.input, position: 0, end: End::OfFile, mark: self.mark }
    }
}

/// Opens a path without waiting for a fifo's writer; reading waits for it, and that can be given up.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// A regular file at its beginning is read again where it lies, everything else is kept in memory.
fn of_file(mut file: File, reopen: Option<PathBuf>) -> io::Result<(Input, Again)> {
    let is_regular = file.metadata()?.is_file() && file.stream_position()? == 0;
    let again = if is_regular {
        Again::File(Past::new(&file, reopen, 0)?)
    } else {
        Again::Stream(Mutex::new(Chunks::default()))
    };
    Ok((Input::File(file), again))
}

impl Reader {
    /// Its number.
    pub(crate) fn source(&self) -> SourceId {
        self.source
    }
    /// Bytes read so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
    /// The regular file that it reads.
    pub(super) fn file(&self) -> Option<&File> {
        match (&self.input, &self.kept.again) {
            (Input::File(file), Again::File(_)) => Some(file),
            _ => None,
        }
    }
    /// What was read of a regular file.
    pub(super) fn mark(&self) -> Option<&Mark> {
        self.file().map(|_| &self.mark)
    }
    /// Whether a file's end is only the end for now: reading gives [`io::ErrorKind::WouldBlock`] there.
    pub(super) fn go_on(&mut self, goes_on: bool) {
        if self.end != End::Reached {
            self.end = if goes_on { End::Never } else { End::OfFile };
        }
    }
    /// Its bytes stand in this file as well, and those that follow.
    pub(super) fn go_on_in(&mut self, mut file: File) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.mark.position()))?;
        if let Again::File(past) = &self.kept.again {
            past.moved(&file)?;
        }
        self.input = Input::File(file);
        Ok(())
    }
    /// Nothing more is read: what stands there now follows something else.
    pub(super) fn end(&mut self) {
        self.end = End::Reached;
    }
    /// Whether its bytes can't be read again from where they came, and are kept instead.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.kept.again, Again::Stream(_))
    }
    /// Whether a read would give something, or the end, at once; waits up to `milliseconds` for it. A file always does.
    pub(crate) fn is_ready(&self, milliseconds: u32) -> bool {
        match (&self.input, &self.kept.again) {
            (Input::File(file), Again::Stream(_)) => {
                let nanoseconds = i64::from(milliseconds % 1000) * 1_000_000;
                is_ready(file, Some(Timespec { tv_sec: i64::from(milliseconds / 1000), tv_nsec: nanoseconds }))
            }
            _ => true,
        }
    }
    /// Nobody will want the bytes from `start` up to here again; a stream need not keep them.
    pub(crate) fn forget_since(&self, start: u64) {
        if let Again::Stream(chunks) = &self.kept.again {
            lock(chunks).forget(start..self.position);
        }
    }
}

/// An error is ready as well: the read says what it is. A wait that a signal interrupts is asked again by the caller.
fn is_ready(file: &File, wait: Option<Timespec>) -> bool {
    let mut waiting = [PollFd::new(file, PollFlags::IN)];
    match poll(&mut waiting, wait.as_ref()) {
        Ok(ready) => ready > 0,
        Err(why) => why != rustix::io::Errno::INTR,
    }
}

/// Files fill `into` but at their end; streams give what is there.
impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.end == End::Reached {
            return Ok(0);
        }
        let count = match (&mut self.input, &self.kept.again) {
            (Input::File(file), Again::File(past)) => {
                let count = read_full(file, into)?;
                let bytes = into.get(..count).unwrap_or_default();
                if self.end == End::Never {
                    self.mark.goes_on_in(file, count)?;
                }
                self.mark.saw(bytes);
                past.saw(bytes);
                count
            }
            (Input::File(file), Again::Stream(chunks)) => {
                // A fifo without a writer yet would say that it has ended.
                if !is_ready(file, Some(Timespec { tv_sec: 0, tv_nsec: 0 })) {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                let count = read_some(file, into)?;
                lock(chunks).push(into.get(..count).unwrap_or_default());
                count
            }
            (_, Again::Memory(all)) => {
                let from = usize::try_from(self.position).unwrap_or(usize::MAX);
                all.get(from..).unwrap_or_default().read(into)?
            }
            (Input::Memory, _) => 0,
        };
        self.position += count as u64;
        Ok(count)
    }
}

fn read_some(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(into) {
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn read_full(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = into.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match read_some(file, rest)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}
