//! Reads a source once from its beginning to its end, in blocks.
//!
//! Lives here: the one `Read` over files, streams and memory. Imports: `base`. Promise: what it gives out can be had
//! again by `Sources::read`. Never mmap: a log that is cut off under a mapping ends the process with SIGBUS.

use std::fs::File;
use std::io;
use std::io::{Read, Seek};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

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
pub(crate) enum Input {
    /// A file, a pipe, a device.
    File(File),
    /// What `Kept` holds already.
    Memory,
}

/// So many files stay open for reading single lines again; a usual limit is 1,024 a process.
const OPEN_FILES: u32 = 200;

impl Reader {
    /// Opens `found` as source `source`.
    pub(crate) fn open(source: SourceId, found: &Found) -> io::Result<Self> {
        let (input, again) = match found {
            Found::Memory(_, bytes) => (Input::Memory, Again::Memory(Arc::clone(bytes))),
            Found::Stdin => of_file(File::from(io::stdin().as_fd().try_clone_to_owned()?), None)?,
            Found::Named(path) | Found::Inside(path) => {
                let reopen = (source.0 >= OPEN_FILES).then(|| path.clone());
                of_file(File::open(path)?, reopen)?
            }
        };
        let kept = Arc::new(Kept { title: found.title(), again });
        Ok(Self { source, kept, input, position: 0 })
    }
    /// Its number.
    pub(crate) fn source(&self) -> SourceId {
        self.source
    }
    /// What is kept of it.
    pub(crate) fn kept(&self) -> &Arc<Kept> {
        &self.kept
    }
    /// Bytes read so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
    /// Whether a read would give something, or the end, at once; waits up to `milliseconds` for it. A file always does.
    pub(crate) fn is_ready(&self, milliseconds: u32) -> bool {
        let (Input::File(file), Again::Stream(_)) = (&self.input, &self.kept.again) else {
            return true;
        };
        let wait =
            Timespec { tv_sec: i64::from(milliseconds / 1000), tv_nsec: i64::from(milliseconds % 1000) * 1_000_000 };
        let mut waiting = [PollFd::new(file, PollFlags::IN)];
        // An error is ready as well: the read says what it is. An interrupted wait is asked again by the caller.
        poll(&mut waiting, Some(&wait)).map_or(false, |ready| ready > 0)
    }
}

/// A regular file at its beginning is read again where it lies, everything else is kept in memory.
fn of_file(mut file: File, reopen: Option<std::path::PathBuf>) -> io::Result<(Input, Again)> {
    let is_regular = file.metadata()?.is_file() && file.stream_position()? == 0;
    let again =
        if is_regular { Again::File(Past::new(&file, reopen)?) } else { Again::Stream(Mutex::new(Chunks::default())) };
    Ok((Input::File(file), again))
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
