//! Reads a source once from its beginning to its end, in blocks.
//!
//! Lives here: the one `Read` over files, streams, archives and memory. Not here: the thread behind what must be waited for
//! or unpacked (`behind`). Imports: `base`. Promise: what it gives out can be had again by `Sources::read`.
//! Never mmap: a log that is cut off under a mapping ends the process with SIGBUS.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::base::Clean;
use crate::source::behind::{Behind, Task};
use crate::source::chunks::{Chunks, Keeper};
use crate::source::kept::{Again, Kept};
use crate::source::mark::Mark;
use crate::source::past::Past;
use crate::source::spill::Spill;
use crate::source::unpack::{Bound, HEAD_BYTES, Kind, MAX_HEAD_BYTES, recognise};
use crate::source::{Found, SourceId, Sources, Wake};

/// A source that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    source: SourceId,
    kept: Arc<Kept>,
    input: Input,
    position: u64,
    bound: Arc<Bound>,
    /// Bytes that had been taken in before this part of an archive, and when it was read last.
    taken: (u64, u64),
    end: End,
    /// What was read of a regular file, to know it again.
    mark: Mark,
    is_stream: bool,
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
enum Input {
    /// A file as it is.
    File(File),
    /// A thread that reads and unpacks.
    Behind(Behind),
    /// What is handed in from outside, and what of it was not read yet.
    Posts { keeper: Keeper, unread: Vec<u8> },
    /// What `Kept` holds already.
    Memory,
    /// Nothing is left: the next file of the archive has it.
    Gone,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "file",
            Self::Behind(_) => "behind",
            Self::Posts { .. } => "posts",
            Self::Memory => "memory",
            Self::Gone => "gone",
        })
    }
}

/// How a source is opened.
pub(super) struct How {
    /// A file that may not stay open is opened anew for each line that is read again.
    pub(super) may_stay_open: bool,
    /// Whether lines of regular files are read again.
    pub(super) keeps_files: bool,
    /// Where the bytes of everything else are kept; `None`: nowhere.
    pub(super) spill: Option<Arc<Spill>>,
    /// How much may be unpacked.
    pub(super) bound: Arc<Bound>,
    /// Called when there is something to be had.
    pub(super) wake: Option<Wake>,
}

/// A source that was opened and has no number yet.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) kept: Arc<Kept>,
    input: Input,
    bound: Arc<Bound>,
    mark: Mark,
    is_stream: bool,
}

impl Opened {
    /// Opens `found`.
    pub(super) fn open(found: &Found, how: How) -> io::Result<Self> {
        match found {
            Found::Memory(_, bytes) => {
                let again = Again::Memory(Arc::clone(bytes));
                Ok(Self {
                    kept: Arc::new(Kept { title: found.title(), again, file: None }),
                    input: Input::Memory,
                    bound: how.bound,
                    mark: Mark::default(),
                    is_stream: false,
                })
            }
            Found::Stdin => {
                Self::of_file(found.title(), File::from(io::stdin().as_fd().try_clone_to_owned()?), None, how)
            }
            Found::Named(path) | Found::Inside(path) => {
                let reopen = (!how.may_stay_open).then(|| path.clone());
                Self::of_file(found.title(), open_at_once(path)?, reopen, how)
            }
        }
    }
    /// A regular file at its beginning with nothing to be unpacked is read again where it lies.
    fn of_file(title: Clean, mut file: File, reopen: Option<PathBuf>, how: How) -> io::Result<Self> {
        let about = file.metadata()?;
        let is_regular = about.is_file();
        let id = is_regular.then(|| (about.dev(), about.ino()));
        if is_regular && file.stream_position()? == 0 && kind(&file) == Kind::Plain {
            let again = if how.keeps_files { Again::File(Past::new(&file, reopen, 0)?) } else { Again::Nothing };
            let kept = Arc::new(Kept { title, again, file: id });
            return Ok(Self {
                kept,
                input: Input::File(file),
                bound: how.bound,
                mark: Mark::default(),
                is_stream: false,
            });
        }
        let again = how.spill.as_ref().map_or(Again::Nothing, |spill| Again::Stream(Chunks::new(Arc::clone(spill))));
        let kept = Arc::new(Kept { title, again, file: id });
        let bound = Arc::clone(&how.bound);
        let task = Task { is_regular, kept: Arc::clone(&kept), spill: how.spill, bound: how.bound, wake: how.wake };
        let input = Input::Behind(Behind::start(file, task)?);
        Ok(Self { kept, input, bound, mark: Mark::default(), is_stream: !is_regular })
    }
    /// What is handed in by [`Reader::post`].
    pub(super) fn of_posts(title: Clean, spill: Arc<Spill>) -> Self {
        let chunks = Chunks::new(spill);
        let input = Input::Posts { keeper: Keeper::new(Arc::clone(&chunks)), unread: Vec::new() };
        let kept = Arc::new(Kept { title, again: Again::Stream(chunks), file: None });
        Self { kept, input, bound: Bound::new(None), mark: Mark::default(), is_stream: true }
    }
    /// A regular file that is open already, from the place of `mark` on.
    pub(super) fn of_regular(file: &File, title: Clean, mark: Mark) -> io::Result<Self> {
        let mut input = file.try_clone()?;
        input.seek(SeekFrom::Start(mark.position()))?;
        let again = Again::File(Past::new(&input, None, mark.position())?);
        let about = file.metadata()?;
        let kept = Arc::new(Kept { title, again, file: Some((about.dev(), about.ino())) });
        let input = Input::File(input);
        Ok(Self { kept, input, bound: Bound::new(None), mark, is_stream: false })
    }
    /// Reads it as source `source`.
    pub(super) fn reader(self, source: SourceId) -> Reader {
        let Self { kept, input, bound, mark, is_stream } = self;
        Reader { source, kept, input, position: 0, bound, taken: (0, 0), end: End::OfFile, mark, is_stream }
    }
}

/// Opens a path without waiting for a fifo's writer; reading waits for it, and that can be given up.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.file_type().is_socket() {
        return UnixStream::connect(path).map(|stream| File::from(OwnedFd::from(stream)));
    }
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// What a regular file's first bytes say it is; its name says nothing.
pub(super) fn kind(file: &File) -> Kind {
    let kind = match head(file, HEAD_BYTES) {
        head if head.len() < HEAD_BYTES => recognise(&head, true),
        head => recognise(&head, false),
    };
    if kind == Kind::Unclear { recognise(&head(file, MAX_HEAD_BYTES), true) } else { kind }
}

/// So many first bytes, or all.
fn head(file: &File, most: usize) -> Vec<u8> {
    let (mut head, mut count) = (vec![0; most], 0);
    while let Some(rest) = head.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, count as u64) {
            // What can't be read is found out by reading.
            Ok(0) | Err(_) => break,
            Ok(more) => count += more,
        }
    }
    head.truncate(count);
    head
}

impl Reader {
    /// Its number.
    pub(crate) fn source(&self) -> SourceId {
        self.source
    }
    /// Its name as it is shown: of a file in an archive `archive.tar.gz/path/in/archive`.
    pub(crate) fn title(&self) -> &Clean {
        &self.kept.title
    }
    /// Bytes read so far, unpacked.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
    /// Bytes read so far as they lie in the file, packed; of a file in an archive, those since the one before.
    pub(crate) fn taken(&self) -> u64 {
        match &self.input {
            Input::Behind(_) | Input::Gone => self.taken.1 - self.taken.0,
            Input::File(_) | Input::Memory | Input::Posts { .. } => self.position,
        }
    }
    /// Whether it is a pipe, a terminal, a device: what comes last is not known before.
    pub(crate) fn is_stream(&self) -> bool {
        self.is_stream
    }
    /// Whether a read may have to be waited for.
    pub(super) fn may_block(&self) -> bool {
        matches!(self.input, Input::Behind(_))
    }
    /// The regular file that it reads as it lies.
    pub(super) fn file(&self) -> Option<&File> {
        match &self.input {
            Input::File(file) => Some(file),
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
    /// Hands in bytes that are read next.
    ///
    /// # Errors
    /// They can't be kept: there is no memory for packing.
    pub(super) fn post(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Input::Posts { keeper, unread } = &mut self.input {
            keeper.push(bytes)?;
            unread.extend_from_slice(bytes);
        }
        Ok(())
    }
    /// Nothing more is read: what stands there now follows something else.
    pub(super) fn end(&mut self) {
        self.end = End::Reached;
    }
    /// Whether what it gave can be read again.
    pub(crate) fn can_be_read_again(&self) -> bool {
        !matches!(self.kept.again, Again::Nothing)
    }
    /// Whether a read would give something, or the end, at once; waits up to `milliseconds` for it. A file always does.
    /// After the end: whether it is known if another file of the archive follows.
    pub(crate) fn is_ready(&mut self, milliseconds: u32) -> bool {
        let wait = (milliseconds > 0).then(|| Duration::from_millis(milliseconds.into()));
        match &mut self.input {
            Input::Behind(behind) => behind.is_ready(wait),
            Input::Posts { unread, .. } => !unread.is_empty(),
            Input::File(_) | Input::Memory | Input::Gone => true,
        }
    }
    /// Waits until it is ready, however long that takes.
    pub(crate) fn wait(&mut self) {
        if let Input::Behind(behind) = &mut self.input {
            behind.is_ready(Some(Duration::MAX));
        }
    }
    /// As a `Read` that waits.
    pub(crate) fn waiting(&mut self) -> Waiting<'_> {
        Waiting(self)
    }
    /// After `Ok(0)`: the next file of the archive that this one is, or lies in. It gets a number of `sources`; without
    /// them nothing is read again, and it has this one's.
    ///
    /// # Errors
    /// `WouldBlock`: it is not known yet whether there is one. Else the words follow the title of this one.
    pub(crate) fn next_member(&mut self, sources: Option<&Sources>) -> Option<io::Result<Self>> {
        let Input::Behind(behind) = &mut self.input else { return None };
        let kept = match behind.next()? {
            Ok(kept) => kept,
            Err(why) => return Some(Err(why)),
        };
        let source = sources.map_or(self.source, |sources| sources.add(&kept));
        let input = std::mem::replace(&mut self.input, Input::Gone);
        let (bound, is_stream, taken) = (Arc::clone(&self.bound), self.is_stream, (self.taken.1, self.taken.1));
        let (end, mark) = (End::OfFile, Mark::default());
        Some(Ok(Self { source, kept, input, position: 0, bound, taken, end, mark, is_stream }))
    }
    /// Nobody will want the bytes from `start` up to here again; what is kept of them is freed.
    pub(crate) fn forget_since(&self, start: u64) {
        if let Again::Stream(chunks) = &self.kept.again {
            chunks.forget(start..self.position);
        }
    }
}

/// Whether a read would not block; waits up to `milliseconds`. An error is ready as well: the read says what it is. A wait
/// that a signal interrupts is asked again by the caller.
pub(super) fn is_ready(file: &File, milliseconds: u32) -> bool {
    let nanoseconds = i64::from(milliseconds % 1000) * 1_000_000;
    let wait = Timespec { tv_sec: i64::from(milliseconds / 1000), tv_nsec: nanoseconds };
    match poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&wait)) {
        Ok(ready) => ready > 0,
        Err(why) => why != rustix::io::Errno::INTR,
    }
}

/// Files fill `into` but at their end; everything else gives what is there, or `WouldBlock`.
impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.end == End::Reached {
            return Ok(0);
        }
        let count = match (&mut self.input, &self.kept.again) {
            (Input::File(file), again) => {
                let count = read_full(file, into)?;
                let bytes = into.get(..count).unwrap_or_default();
                if self.end == End::Never {
                    self.mark.goes_on_in(file, count)?;
                }
                self.mark.saw(bytes);
                if let Again::File(past) = again {
                    past.saw(bytes);
                }
                count
            }
            (Input::Behind(behind), _) => {
                let done = behind.read(into);
                self.taken.1 = self.bound.taken();
                done?
            }
            (Input::Posts { unread, .. }, _) => {
                if unread.is_empty() {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                let count = unread.as_slice().read(into)?;
                unread.drain(..count);
                count
            }
            (Input::Memory, Again::Memory(all)) => {
                let from = usize::try_from(self.position).unwrap_or(usize::MAX);
                all.get(from..).unwrap_or_default().read(into)?
            }
            (Input::Memory | Input::Gone, _) => 0,
        };
        self.position += count as u64;
        Ok(count)
    }
}

/// Reads, and waits where there is nothing yet.
pub(crate) struct Waiting<'r>(&'r mut Reader);

impl Read for Waiting<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(into) {
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => self.0.wait(),
                done => return done,
            }
        }
    }
}

pub(super) fn read_some(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
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
