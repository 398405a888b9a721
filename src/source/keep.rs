//! The file in which posted alerts are kept, one a line.
//!
//! Lives here: opening it, writing a group of lines. Not here: whether an alert is kept (`app`). Imports: `base`.
//! Promise: when `keep` says so, the lines are on disk; when it fails, none of them is in the file, not even in part;
//! nothing that was in the file before is ever changed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

use crate::base::{Clean, Notice};
use crate::source::{path_title, plain};

/// What lines are written to: a file; in tests, one that is full.
pub(crate) trait Disk {
    /// Bytes in it.
    fn len(&self) -> io::Result<u64>;
    /// Appends all of `bytes`, or fails with some of them appended.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until all is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts off what lies behind `len` bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

impl Disk for File {
    fn len(&self) -> io::Result<u64> {
        self.metadata().map(|about| about.len())
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

/// An open file of kept alerts; no other stoop keeps to it meanwhile.
#[derive(Debug)]
pub(crate) struct Keeper<D = File> {
    disk: D,
    /// The last byte is no line end: somebody else's last line, or a piece of ours that could not be cut off.
    ragged: bool,
}

impl Keeper {
    /// Opens `path` for appending, or creates it for the user alone (mode 600).
    ///
    /// # Errors
    /// `cannot keep alerts in PATH: why`: no regular file, no right to write, or another stoop keeps to it.
    pub(crate) fn open(path: &Path) -> Result<Self, Notice> {
        opened(path).map_err(|why| cannot_keep(path, &why))
    }
}

fn opened(path: &Path) -> io::Result<Keeper> {
    // A pipe without a reader would fail, or wait for one; a device would take the lines and keep nothing.
    if let Ok(about) = fs::metadata(path) {
        check_kind(&about)?;
    }
    let nonblock = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600).custom_flags(nonblock);
    let mut file = options.open(path)?;
    check_kind(&file.metadata()?)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(|_| io::Error::other("another program has locked it, perhaps another stoop"))?;
    let ragged = is_ragged(&mut file)?;
    Ok(Keeper { disk: file, ragged })
}

fn check_kind(about: &Metadata) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    if about.is_file() { Ok(()) } else { Err(io::Error::other("it is no regular file")) }
}

fn is_ragged(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn cannot_keep(path: &Path, why: &io::Error) -> Notice {
    let words = [Clean::from("cannot keep alerts in "), path_title(path), Clean::from(": ")];
    let why = Clean::from_bytes(plain(why).as_bytes());
    Notice::said(Clean::concat(words.into_iter().chain([why]))).with_next("Name another file: --keep FILE")
}

/// Whether `path` names `input`, or lies in a directory that `input` names; neither needs to exist.
///
/// What is kept there would come in again, and be kept again.
pub(crate) fn is_input(path: &Path, input: &Path) -> bool {
    let Ok(about) = fs::metadata(input) else { return false };
    let is_same = |other: &Metadata| (about.dev(), about.ino()) == (other.dev(), other.ino());
    if fs::metadata(path).is_ok_and(|other| is_same(&other)) {
        return true;
    }
    let below = || Some(whole(path)?.starts_with(fs::canonicalize(input).ok()?));
    about.is_dir() && below().unwrap_or_default()
}

/// The path without links; of a file that is yet to be created, that of its directory.
fn whole(path: &Path) -> Option<PathBuf> {
    let parent = || path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    fs::canonicalize(path).ok().or_else(|| fs::canonicalize(parent()?).ok())
}

impl<D: Disk> Keeper<D> {
    /// Appends each body as a line, and waits once until all are on disk.
    ///
    /// # Errors
    /// They are not (the disk is full): none of them is in the file then, unless the system refused that too.
    pub(crate) fn keep(&mut self, bodies: &[&[u8]]) -> io::Result<()> {
        let before = self.disk.len()?;
        let written = self.write(bodies);
        if written.is_ok() {
            self.ragged = false;
        } else if self.disk.cut(before).is_err() {
            self.ragged = true;
        }
        written
    }
    fn write(&mut self, bodies: &[&[u8]]) -> io::Result<()> {
        let room = bodies.iter().map(|body| body.len() + 1).sum::<usize>() + 1;
        let mut lines = Vec::with_capacity(room);
        if self.ragged {
            lines.push(b'\n');
        }
        for body in bodies {
            lines.extend_from_slice(body);
            lines.push(b'\n');
        }
        self.disk.append(&lines)?;
        self.disk.sync()
    }
}

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;
