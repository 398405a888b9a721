//! What a name on the command line stands for: one source, or the files of a directory.
//!
//! Lives here: the way through directories. Imports: `base`. Promise: regular, non-hidden files in name order, to any
//! depth, each directory once (so links that go round end); what is left out is named, with the reason.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::GzDecoder;

use crate::base::{Clean, Notice};
use crate::source::{SourceName, cannot_read, path_title};

/// One thing to read.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A file, fifo or character device that the user named.
    Named(PathBuf),
    /// A regular file in a directory that the user named. Without an alert in it it is left out.
    Inside(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes of the program's own, under this title.
    Memory(&'static str, Arc<Vec<u8>>),
}

/// What came of looking for a name.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// What is to be read, in order.
    pub(crate) found: Vec<Found>,
    /// What is left out, and why.
    pub(crate) skipped: Vec<Notice>,
    /// The bytes in all that was found; `None` where a size is not known beforehand.
    pub(crate) total: Option<u64>,
    /// The name is that of a directory.
    pub(crate) is_directory: bool,
}

impl Found {
    /// The name as it is shown.
    pub(crate) fn title(&self) -> Clean {
        match self {
            Self::Named(path) | Self::Inside(path) => path_title(path),
            Self::Stdin => Clean::from("standard input"),
            Self::Memory(title, _) => Clean::from(*title),
        }
    }
    /// Whether it was found in a directory, and is left out if no alert is in it.
    pub(crate) fn is_inside(&self) -> bool {
        matches!(self, Self::Inside(_))
    }
}

/// Looks for what `name` stands for.
///
/// # Errors
/// `cannot read NAME: why`, when it is not there or can't be looked at.
pub(crate) fn walk(name: &SourceName) -> Result<Walk, Notice> {
    match name {
        SourceName::Stdin => Ok(Walk { found: vec![Found::Stdin], ..Walk::default() }),
        SourceName::Packed(title, packed) => match unpacked(packed) {
            Ok(bytes) => Ok(walk_memory(title, Arc::new(bytes))),
            Err(why) => Err(cannot_read(&Clean::from(*title), &why)),
        },
        SourceName::Memory(title, bytes) => Ok(walk_memory(title, Arc::clone(bytes))),
        SourceName::Path(path) => walk_path(path).map_err(|why| cannot_read(&path_title(path), &why)),
    }
}

fn walk_memory(title: &'static str, bytes: Arc<Vec<u8>>) -> Walk {
    let total = u64::try_from(bytes.len()).ok();
    Walk { found: vec![Found::Memory(title, bytes)], total, ..Walk::default() }
}

/// Unpacked here, by whoever looks for the name, so that no frame waits for it.
fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether `name` is there and may be read, told without reading it.
///
/// # Errors
/// `cannot read NAME: why`.
pub(crate) fn reach(name: &SourceName) -> Result<(), Notice> {
    let SourceName::Path(path) = name else { return Ok(()) };
    reach_path(path).map_err(|why| cannot_read(&path_title(path), &why))
}

fn reach_path(path: &Path) -> io::Result<()> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return fs::read_dir(path).map(drop);
    }
    // A pipe without a writer would block here, and what it gives is found out by reading.
    if kind.is_file() { fs::File::open(path).map(drop) } else { Ok(()) }
}

fn walk_path(path: &Path) -> io::Result<Walk> {
    let about = fs::metadata(path)?;
    let kind = about.file_type();
    if kind.is_dir() {
        let mut walk = Walk { total: Some(0), is_directory: true, ..Walk::default() };
        Directories::default().enter(path, &mut walk)?;
        return Ok(walk);
    }
    if kind.is_block_device() {
        return Err(io::Error::other("it is neither a file nor a stream of bytes"));
    }
    // A file of /proc says that it is empty; its size is found out by reading.
    let total = (kind.is_file() && about.len() > 0).then_some(about.len());
    Ok(Walk { found: vec![Found::Named(path.to_owned())], total, ..Walk::default() })
}

/// The directories that were entered, by device and inode.
#[derive(Default)]
struct Directories {
    entered: HashSet<(u64, u64)>,
}

impl Directories {
    /// Goes through `top` without recursion: a tree may be deeper than the stack.
    fn enter(&mut self, top: &Path, walk: &mut Walk) -> io::Result<()> {
        self.is_new(&fs::metadata(top)?);
        let mut waiting = names_backwards(top)?;
        while let Some(path) = waiting.pop() {
            match self.look(&path, walk) {
                Ok(below) => waiting.extend(below),
                Err(why) => walk.skipped.push(cannot_read(&path_title(&path), &why)),
            }
        }
        Ok(())
    }
    /// Takes a file; gives what is below a directory, last name first.
    fn look(&mut self, path: &Path, walk: &mut Walk) -> io::Result<Vec<PathBuf>> {
        let about = fs::metadata(path)?;
        if about.is_dir() {
            return if self.is_new(&about) { names_backwards(path) } else { Ok(Vec::new()) };
        }
        if about.is_file() {
            walk.found.push(Found::Inside(path.to_owned()));
            walk.total = walk.total.map(|sum| sum.saturating_add(about.len()));
        } else {
            walk.skipped.push(skipped(path_title(path), "it is no regular file"));
        }
        Ok(Vec::new())
    }
    fn is_new(&mut self, about: &fs::Metadata) -> bool {
        self.entered.insert((about.dev(), about.ino()))
    }
}

/// `skipped FILE: why`.
pub(crate) fn skipped(title: Clean, why: &'static str) -> Notice {
    Notice::said(Clean::concat([Clean::from("skipped "), title, Clean::from(": "), Clean::from(why)]))
}

/// The entries of a directory without the hidden ones, last name first, so that `pop` takes the first.
fn names_backwards(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !entry.file_name().as_bytes().starts_with(b".") {
            names.push(entry.path());
        }
    }
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}
