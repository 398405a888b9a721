//! Where bytes come from: files, directories, archives, standard input, memory, posts. Knows no JSON and no filters.
//!
//! Lives here: what a name on the command line means (`walk`), what there is to read (`intake`, `follow`), reading in blocks
//! (`reader`, `behind`), unpacking (`unpack`, `utf16`, `tar`), taking posts (`listen`) and keeping them (`keep`), reading one
//! span again (`kept`, `past`, `chunks`, `spill`). Not here: lines (`frame`). Imports: `base`. Promise: bytes are given as
//! they are unpacked, in UTF-8 where a byte order mark says how; input is never written to, and bytes that changed since
//! they were loaded are never shown as if they had not.

mod behind;
mod chunks;
mod control;
pub(crate) mod door;
mod follow;
pub(crate) mod intake;
pub(crate) mod keep;
mod kept;
pub(crate) mod listen;
mod listen_body;
mod listen_crowd;
mod listen_http;
pub(crate) mod listen_tls;
pub(crate) mod listen_token;
mod mark;
mod past;
mod reader;
mod spill;
mod tar;
mod unpack;
mod utf16;
mod walk;
mod whole;

use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::base::{Clean, Notice};
pub(crate) use crate::source::control::Control;
use crate::source::kept::{Kept, lock};
use crate::source::mark::Mark;
pub(crate) use crate::source::reader::Reader;
use crate::source::reader::{How, Opened};
use crate::source::spill::Spill;
use crate::source::unpack::{Bound, TooMuch};
pub(crate) use crate::source::walk::{Found, Walk, reach, skipped, walk};

/// Number of a source in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceId(pub(crate) u32);

/// What the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourceName {
    /// A file or a directory.
    Path(PathBuf),
    /// Standard input, `-`.
    Stdin,
    /// Bytes that are in the program, gzipped: the demo. Its title, and the bytes.
    Packed(&'static str, &'static [u8]),
    /// Bytes as they are. Their title, and the bytes.
    Memory(&'static str, Arc<Vec<u8>>),
}

/// A stretch of a source: one line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteSpan {
    /// The source.
    pub(crate) source: SourceId,
    /// Offset of the first byte.
    pub(crate) start: u64,
    /// Length in bytes.
    pub(crate) len: u32,
}

/// So many files stay open for reading single lines again; a usual limit is 1,024 a process.
const OPEN_FILES: usize = 200;

/// What a run may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Something compressed that gives over 200 times its size may give so many bytes; `None`: any number.
    pub(crate) max_expand: Option<u64>,
    /// Packed bytes of what can't be read again that are kept in memory, of all sources together; the rest goes to a
    /// temporary file.
    pub(crate) max_kept_memory: u64,
    /// Where that file is made.
    pub(crate) spill_in: PathBuf,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_expand: Some(1 << 30), max_kept_memory: 256 << 20, spill_in: PathBuf::from("/tmp") }
    }
}

/// Called by threads that read, after each block and at the end: something can be had.
#[derive(Clone)]
pub(crate) struct Wake(Arc<dyn Fn() + Send + Sync>);

impl Wake {
    /// Calls `how`, which must not wait.
    pub(crate) fn new(how: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(how))
    }
    fn call(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Wake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wake")
    }
}

/// The opened sources of a run; shared with workers, which read single lines again.
#[derive(Debug)]
pub(crate) struct Sources {
    opened: RwLock<Vec<Arc<Kept>>>,
    limits: Limits,
    spill: Arc<Spill>,
    wake: Mutex<Option<Wake>>,
}

impl Default for Sources {
    fn default() -> Self {
        Self::with(Limits::default(), None)
    }
}

impl Sources {
    /// None yet. `wake` is called when a source that would have blocked has more.
    pub(crate) fn with(limits: Limits, wake: Option<Wake>) -> Self {
        let spill = Spill::new(limits.max_kept_memory, limits.spill_in.clone());
        Self { opened: RwLock::default(), limits, spill, wake: Mutex::new(wake) }
    }
    /// From now on `wake` is called when a source that would have blocked has more.
    fn wakes(&self, wake: Wake) {
        *lock(&self.wake) = Some(wake);
    }
    /// Opens what a name stands for and gives it the next number.
    ///
    /// # Errors
    /// `cannot read FILE: why`, for the user.
    pub(crate) fn open(&self, found: &Found) -> Result<Reader, Notice> {
        self.open_as(found, Some(Arc::clone(&self.spill)))
    }
    /// The same, but only what needs no keeping can be read again: files with nothing to be unpacked, and memory.
    ///
    /// # Errors
    /// As [`Sources::open`].
    pub(crate) fn open_once(&self, found: &Found) -> Result<Reader, Notice> {
        self.open_as(found, None)
    }
    fn open_as(&self, found: &Found, spill: Option<Arc<Spill>>) -> Result<Reader, Notice> {
        let how = How {
            may_stay_open: self.len() < OPEN_FILES,
            keeps_files: true,
            spill,
            bound: Bound::new(self.limits.max_expand),
            wake: lock(&self.wake).clone(),
        };
        let opened = Opened::open(found, how).map_err(|why| cannot_read(&found.title(), &why))?;
        let number = self.add(&opened.kept);
        Ok(opened.reader(number))
    }
    /// Gives `kept` the next number.
    fn add(&self, kept: &Arc<Kept>) -> SourceId {
        let mut all = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.push(Arc::clone(kept));
        SourceId(number)
    }
    /// What a run may take.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
    /// Bytes of memory that keeping takes what can't be read again.
    pub(crate) fn kept_bytes(&self) -> u64 {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        opened.iter().map(|kept| kept.heap_bytes()).sum()
    }
    /// Nobody will want the bytes of `source` before `offset` again.
    pub(crate) fn forget_before(&self, source: SourceId, offset: u64) {
        if let Some(kept) = self.kept(source) {
            kept.forget_before(offset);
        }
    }
    /// What went wrong with keeping since the last call.
    pub(crate) fn take_notice(&self) -> Option<Notice> {
        self.spill.take_notice()
    }
    /// A source of what is handed in.
    fn open_posts(&self, title: Clean) -> Reader {
        let opened = Opened::of_posts(title, Arc::clone(&self.spill));
        let number = self.add(&opened.kept);
        opened.reader(number)
    }
    /// Reads a regular file that is open already, from the place of `mark` on, which counts as its beginning.
    ///
    /// # Errors
    /// The system's.
    fn open_from(&self, file: &File, title: Clean, mark: Mark) -> io::Result<Reader> {
        let opened = Opened::of_regular(file, title, mark)?;
        let number = self.add(&opened.kept);
        Ok(opened.reader(number))
    }
    /// The bytes of `span`, read again from where they lie.
    ///
    /// # Errors
    /// The file has changed since it was loaded, or can't be read any more; the notice says which.
    pub(crate) fn read(&self, span: ByteSpan) -> Result<Vec<u8>, Notice> {
        let mut bytes = Vec::new();
        self.read_into(span, &mut bytes).map(|()| bytes)
    }
    /// As [`Sources::read`], in place of what `bytes` holds: for many spans one after the other.
    ///
    /// # Errors
    /// Those of [`Sources::read`]; what `bytes` holds then means nothing.
    pub(crate) fn read_into(&self, span: ByteSpan, bytes: &mut Vec<u8>) -> Result<(), Notice> {
        let Some(kept) = self.kept(span.source) else {
            return Err(Notice::said("this source was never opened"));
        };
        kept.read(span, bytes).map_err(|why| gone(&kept.title, &why))
    }
    /// Hands every byte that was loaded of a source to `see`, in order; gives how many there were.
    ///
    /// # Errors
    /// The file has changed since it was loaded, or a part of a stream was not kept; what was handed on means nothing.
    pub(crate) fn read_all(&self, source: SourceId, see: &mut dyn FnMut(&[u8])) -> Result<u64, Notice> {
        let Some(kept) = self.kept(source) else {
            return Err(Notice::said("this source was never opened"));
        };
        kept.read_all(see).map_err(|why| gone(&kept.title, &why))
    }
    /// Whether the file that `about` is of was loaded as a source.
    pub(crate) fn has_file(&self, about: &Metadata) -> bool {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        opened.iter().any(|kept| kept.is_file(about))
    }
    /// The source as the user named it, or as it was found in the directory that the user named; empty for a number that
    /// was never given.
    pub(crate) fn title(&self, source: SourceId) -> Clean {
        self.kept(source).map(|kept| kept.title.clone()).unwrap_or_default()
    }
    /// How many sources were opened.
    pub(crate) fn len(&self) -> usize {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).len()
    }
    fn kept(&self, source: SourceId) -> Option<Arc<Kept>> {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        opened.get(usize::try_from(source.0).ok()?).map(Arc::clone)
    }
}

/// Opens `found` for one pass, from front to back, of which nothing is kept.
///
/// # Errors
/// As [`Sources::open`].
pub(crate) fn pass(found: &Found, limits: &Limits) -> Result<Reader, Notice> {
    let bound = Bound::new(limits.max_expand);
    let how = How { may_stay_open: true, keeps_files: false, spill: None, bound, wake: None };
    let opened = Opened::open(found, how).map_err(|why| cannot_read(&found.title(), &why))?;
    Ok(opened.reader(SourceId(u32::MAX)))
}

/// `cannot read FILE: why`, and what may help.
pub(crate) fn cannot_read(title: &Clean, why: &io::Error) -> Notice {
    let (reason, next) = explain(why);
    Notice::said(Clean::concat([Clean::from("cannot read "), title.clone(), Clean::from(": "), reason])).with_next(next)
}

fn explain(why: &io::Error) -> (Clean, Clean) {
    let words = || Clean::from_bytes(plain(why).as_bytes());
    if let Some(bomb) = why.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>()) {
        return (words(), Clean::from_bytes(bomb.next().as_bytes()));
    }
    let (reason, next) = match why.kind() {
        io::ErrorKind::NotFound => (Clean::from("no such file or directory"), "Check the path"),
        io::ErrorKind::PermissionDenied => (
            Clean::from_bytes(format!("permission denied (uid {})", rustix::process::geteuid().as_raw()).as_bytes()),
            "Read it as its owner, or pipe it in: sudo cat FILE | stoop -",
        ),
        io::ErrorKind::ConnectionRefused => (Clean::from("nobody listens on this socket"), ""),
        _ => (words(), ""),
    };
    (reason, Clean::from(next))
}

/// The error's words without `(os error 13)`.
fn plain(why: &io::Error) -> String {
    let words = why.to_string();
    match words.find(" (os error") {
        Some(at) => words.get(..at).unwrap_or(&words).to_lowercase(),
        None => words,
    }
}

fn gone(title: &Clean, why: &io::Error) -> Notice {
    let words = Clean::from_bytes(plain(why).as_bytes());
    Notice::said(Clean::concat([title.clone(), Clean::from(" "), words]))
        .with_next("Its line can't be shown any more; open the file anew to see what is there now")
}

impl SourceName {
    /// The name as it is shown.
    pub(crate) fn title(&self) -> Clean {
        match self {
            Self::Path(path) => path_title(path),
            Self::Stdin => Clean::from("-"),
            Self::Packed(title, _) | Self::Memory(title, _) => Clean::from(*title),
        }
    }
}

/// A path as it may be drawn.
fn path_title(path: &Path) -> Clean {
    Clean::from_bytes(path.as_os_str().as_bytes())
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "packed_tests.rs"]
mod packed_tests;
