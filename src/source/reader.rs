//! Reads a source once from its beginning to its end, in blocks.
//!
//! Lives here: the one `Read` over files, streams and memory. Imports: nothing. Promise: what it gives out can be had
//! again by `Sources::read`. Never mmap: a log that is cut off under a mapping ends the process with SIGBUS.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::source::kept::{Again, Chunks, Kept, Past, lock};
use crate::source::{Found, SourceId};

/// A source that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    source: SourceId,
    kept: Arc<Kept>,
    input: Input,
    position: u64,
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
        Ok(Self { kept: Arc::new(Kept { title: found.title(), again }), input })
    }
    /// Reads it as source `source`.
    pub(super) fn reader(self, source: SourceId) -> Reader {
        Reader { source, kept: self.kept, input: self.input, position: 0 }
    }
}

/// Opens a path without waiting for a fifo's writer; reading waits for it, and that can be given up.
fn open_at_once(path: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// A regular file at its beginning is read again where it lies, everything else is kept in memory.
fn of_file(mut file: File, reopen: Option<PathBuf>) -> io::Result<(Input, Again)> {
    let is_regular = file.metadata()?.is_file() && file.stream_position()? == 0;
    let again =
        if is_regular { Again::File(Past::new(&file, reopen)?) } else { Again::Stream(Mutex::new(Chunks::default())) };
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
        let count = match (&mut self.input, &self.kept.again) {
            (Input::File(file), Again::File(past)) => {
                let count = read_full(file, into)?;
                past.saw(into.get(..count).unwrap_or_default());
                count
            }
            (Input::File(file), Again::Stream(chunks)) => {
                // A fifo without a writer yet would say that it has ended.
                while !is_ready(file, None) {}
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
