//! Where bytes come from: files, directories, standard input, memory, posts. Knows no JSON and no filters.
//!
//! Lives here: what a name on the command line means (`walk`), reading in blocks (`reader`), reading one span again
//! (`kept`), taking posts (`listen`) and keeping them (`keep`). Not here: lines (`frame`). Imports: `base`. Promise: input
//! is never written to, and bytes that changed since they were loaded are never shown as if they had not.

mod control;
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
mod pass;
mod reader;
mod walk;

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::base::{Clean, Notice};
pub(crate) use crate::source::control::Control;
use crate::source::kept::Kept;
use crate::source::mark::Mark;
pub(crate) use crate::source::pass::pass;
use crate::source::reader::Opened;
pub(crate) use crate::source::reader::Reader;
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

/// The opened sources of a run; shared with workers, which read single lines again.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    opened: RwLock<Vec<Arc<Kept>>>,
}

impl Sources {
    /// Opens what a name stands for and gives it the next number.
    ///
    /// # Errors
    /// `cannot read FILE: why`, for the user.
    pub(crate) fn open(&self, found: &Found) -> Result<Reader, Notice> {
        let may_stay_open = self.len() < OPEN_FILES;
        let opened = Opened::open(found, may_stay_open).map_err(|why| cannot_read(&found.title(), &why))?;
        let mut all = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.push(Arc::clone(&opened.kept));
        Ok(opened.reader(SourceId(number)))
    }
    /// Reads a regular file that is open already, from the place of `mark` on, which counts as its beginning.
    ///
    /// # Errors
    /// The system's.
    fn open_from(&self, file: &File, title: Clean, mark: Mark) -> io::Result<Reader> {
        let opened = Opened::of_regular(file, title, mark)?;
        let mut all = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.push(Arc::clone(&opened.kept));
        Ok(opened.reader(SourceId(number)))
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

/// `cannot read FILE: why`, and what may help.
pub(crate) fn cannot_read(title: &Clean, why: &io::Error) -> Notice {
    let (reason, next) = explain(why);
    Notice::said(Clean::concat([Clean::from("cannot read "), title.clone(), Clean::from(": "), reason])).with_next(next)
}

fn explain(why: &io::Error) -> (Clean, &'static str) {
    match why.kind() {
        io::ErrorKind::NotFound => (Clean::from("no such file or directory"), "Check the path"),
        io::ErrorKind::PermissionDenied => (
            Clean::from_bytes(format!("permission denied (uid {})", rustix::process::geteuid().as_raw()).as_bytes()),
            "Read it as its owner, or pipe it in: sudo cat FILE | stoop -",
        ),
        _ => (Clean::from_bytes(plain(why).as_bytes()), ""),
    }
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
