//! One path that is followed: what became of it since the last look.
//!
//! Lives here: growth, rotation by rename, by copy and truncate, files that are gone and come. Not here: reading (`intake`).
//! Imports: `base`, siblings. Promise: every byte that a look could see is read once; a file that was rotated away is read
//! to its end, one that was rotated in and out between two looks as well, a copy of what was read only from there on.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::base::{Clean, Notice};
use crate::source::intake::FeedId;
use crate::source::mark::{Mark, Sight};
use crate::source::reader::{kind, open_at_once};
use crate::source::unpack::Kind;
use crate::source::{cannot_read, path_title};

/// A file by device and inode.
pub(super) type Id = (u64, u64);

/// After so many looks without growth a file that was rotated away is let go: its writer may go on for a while.
const QUIET_LOOKS: u32 = 300;

/// See [`Tail::scans`].
const SCANS: u32 = 20;

/// So many files that were read before are remembered, to know copies of them.
const MARKS: usize = 8;

/// A path that is followed.
#[derive(Debug)]
pub(super) struct Tail {
    path: PathBuf,
    /// It was found in a directory.
    is_inside: bool,
    now: Option<Follower>,
    /// Files that were under the path before, or beside it, and may still grow.
    old: Vec<Follower>,
    /// Files beside the path, whose names begin like its own, that are not to be read.
    beside: HashSet<Id>,
    /// What was read of files that were cut.
    marks: Vec<Mark>,
    /// What keeps the path from being read has been said.
    is_said: bool,
    /// When the directory changed last, as far as was seen.
    folder: Option<(i64, i64)>,
    /// So many looks more go to what stands beside the path: a copy takes a while, and clocks of file systems are coarse.
    scans: u32,
}

/// A file that is watched.
#[derive(Debug)]
struct Follower {
    feed: FeedId,
    file: File,
    id: Id,
    quiet: u32,
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Step {
    /// It has bytes.
    Read(FeedId),
    /// No more will come.
    End(FeedId),
    /// It goes on in another file, which begins with everything that was read of it.
    Continue(FeedId, File),
    /// A file is to be read from the place of the mark on.
    Open(Discovery),
    /// The user is to know.
    Say(Notice),
}

/// A file that is to be read.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) mark: Mark,
    /// It stands under the followed path itself, not beside it.
    pub(super) is_current: bool,
    pub(super) is_inside: bool,
}

/// The marks of the files that are read.
pub(super) type Marks<'a> = &'a dyn Fn(FeedId) -> Option<&'a Mark>;

impl Tail {
    /// Follows `path`, under which nothing is read yet.
    pub(super) fn new(path: PathBuf, is_inside: bool) -> Self {
        let beside = siblings(&path).into_iter().map(|(_, about)| id(&about)).collect();
        let folder = changed(&path);
        Self {
            is_inside,
            now: None,
            old: Vec::new(),
            beside,
            marks: Vec::new(),
            is_said: false,
            folder,
            scans: 0,
            path,
        }
    }
    /// The path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
    /// The file is read as `feed`.
    pub(super) fn opened(&mut self, feed: FeedId, file: File, is_current: bool) -> io::Result<()> {
        let follower = Follower { feed, id: id(&file.metadata()?), file, quiet: 0 };
        self.beside.insert(follower.id);
        if is_current {
            self.now = Some(follower);
        } else {
            self.old.push(follower);
        }
        Ok(())
    }
    /// Gives up the file of this id that is not under the path any more, so that the tail of its new path has it.
    pub(super) fn hand_over(&mut self, wanted: Id, to: &mut Self) -> bool {
        let Some(at) = self.old.iter().position(|old| old.id == wanted) else { return false };
        to.now = Some(self.old.swap_remove(at));
        true
    }
    /// That nothing is there is said already.
    pub(super) fn awaiting(mut self) -> Self {
        self.is_said = true;
        self
    }
    /// Whether the path is read as `feed`.
    pub(super) fn is_at(&self, feed: FeedId) -> bool {
        self.now.as_ref().is_some_and(|now| now.feed == feed)
    }
    /// Whether this file is read for the path.
    pub(super) fn reads(&self, wanted: Id) -> bool {
        self.now.iter().chain(&self.old).any(|follower| follower.id == wanted)
    }
    /// What is to be done since the last look.
    pub(super) fn look(&mut self, marks: Marks<'_>) -> Vec<Step> {
        let mut steps = self.look_at_old(marks);
        let folder = changed(&self.path);
        if self.folder != folder {
            (self.folder, self.scans) = (folder, SCANS);
        }
        let begun = steps.len();
        match fs::metadata(&self.path) {
            Ok(about) if !about.is_file() => self.lost(marks, "is no regular file any more", &mut steps),
            Ok(about) => self.found(&about, marks, &mut steps),
            Err(why) if why.kind() == io::ErrorKind::NotFound => self.lost(marks, "is gone", &mut steps),
            Err(why) => self.say_once(cannot_read(&path_title(&self.path), &why), &mut steps),
        }
        if self.scans > 0 {
            self.scans -= 1;
            // What was there before is read before what is there now.
            let found = self.left_behind(marks);
            steps.splice(begun..begun, found);
        }
        steps
    }
    fn look_at_old(&mut self, marks: Marks<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        for mut old in std::mem::take(&mut self.old) {
            match marks(old.feed).map(|mark| mark.sight(&old.file)) {
                Some(Ok(Sight::Grown)) => {
                    old.quiet = 0;
                    steps.push(Step::Read(old.feed));
                }
                Some(Ok(Sight::Same)) => old.quiet += 1,
                Some(Ok(Sight::Another)) => {
                    self.cut(old, false, marks, &mut steps);
                    continue;
                }
                Some(Err(_)) | None => old.quiet = QUIET_LOOKS,
            }
            if old.quiet < QUIET_LOOKS {
                self.old.push(old);
            } else {
                steps.push(Step::End(old.feed));
            }
        }
        steps
    }
    /// A regular file stands under the path.
    fn found(&mut self, about: &Metadata, marks: Marks<'_>, steps: &mut Vec<Step>) {
        let Some(now) = self.now.as_ref() else { return self.come(steps) };
        if now.id != id(about) {
            return self.rotated(marks, steps);
        }
        match marks(now.feed).map(|mark| mark.sight(&now.file)) {
            Some(Ok(Sight::Grown)) => steps.push(Step::Read(now.feed)),
            Some(Ok(Sight::Same)) => {}
            Some(Ok(Sight::Another)) | None => {
                if let Some(now) = self.now.take() {
                    self.cut(now, true, marks, steps);
                }
            }
            Some(Err(why)) => self.say_once(cannot_read(&path_title(&self.path), &why), steps),
        }
    }
    /// Another file stands under the path.
    fn rotated(&mut self, marks: Marks<'_>, steps: &mut Vec<Step>) {
        self.let_go(marks, steps);
        self.open(steps);
        self.scans = SCANS;
    }
    /// The file was cut to nothing, or written anew in its place. A log that is rotated so was copied before: what was
    /// not read yet stands in the copy.
    fn cut(&mut self, was: Follower, is_current: bool, marks: Marks<'_>, steps: &mut Vec<Step>) {
        self.scans = SCANS;
        let mark = marks(was.feed).cloned().unwrap_or_default();
        if let Some((file, id)) = self.copy_of(&mark) {
            self.go_on_in(was.feed, file, id, steps);
        } else {
            steps.push(Step::End(was.feed));
            let words = " was cut or written anew; it is read from its beginning again";
            steps.push(Step::Say(about_path(&self.path, words)));
        }
        self.remember(mark);
        steps.push(Step::Open(self.discovery(self.path.clone(), was.file, Mark::default(), is_current)));
    }
    fn remember(&mut self, mark: Mark) {
        self.marks.push(mark);
        let surplus = self.marks.len().saturating_sub(MARKS);
        self.marks.drain(..surplus);
    }
    fn go_on_in(&mut self, feed: FeedId, file: File, id: Id, steps: &mut Vec<Step>) {
        let Ok(same) = file.try_clone() else { return steps.push(Step::End(feed)) };
        self.beside.insert(id);
        self.old.push(Follower { feed, file, id, quiet: 0 });
        steps.push(Step::Continue(feed, same));
        steps.push(Step::Read(feed));
    }
    /// A file beside the path that begins with everything that was read.
    fn copy_of(&self, mark: &Mark) -> Option<(File, Id)> {
        let unknown = siblings(&self.path).into_iter().filter(|(_, about)| !self.beside.contains(&id(about)));
        let mut files = unknown.filter_map(|(path, about)| Some((regular(&path).ok()?, id(&about))));
        files.find(|(file, _)| mark.position() > 0 && mark.is_beginning_of(file).unwrap_or(false))
    }
    /// Nothing that can be read stands under the path.
    fn lost(&mut self, marks: Marks<'_>, why: &'static str, steps: &mut Vec<Step>) {
        self.let_go(marks, steps);
        self.scans = SCANS;
        let words = Clean::concat([Clean::from(" "), Clean::from(why)]);
        let what = Notice::said(Clean::concat([path_title(&self.path), words]));
        self.say_once(what.with_next("It is read when it is there again"), steps);
    }
    /// A file has come where none was.
    fn come(&mut self, steps: &mut Vec<Step>) {
        self.scans = SCANS;
        self.open(steps);
        if self.is_said && steps.iter().any(|step| matches!(step, Step::Open(new) if new.is_current)) {
            self.is_said = false;
            steps.push(Step::Say(about_path(&self.path, " is there and is followed")));
        }
    }
    /// The file does not stand under the path any more; it may have been cut before.
    fn let_go(&mut self, marks: Marks<'_>, steps: &mut Vec<Step>) {
        let Some(now) = self.now.take() else { return };
        if let Some(Ok(Sight::Another)) = marks(now.feed).map(|mark| mark.sight(&now.file)) {
            return self.cut(now, false, marks, steps);
        }
        steps.push(Step::Read(now.feed));
        self.old.push(now);
    }
    fn open(&mut self, steps: &mut Vec<Step>) {
        match regular(&self.path) {
            // Renamed back, or a file that was found beside it.
            Ok(file) => match file.metadata().ok().and_then(|about| self.is_watched(id(&about))) {
                Some(at) => self.now = Some(self.old.swap_remove(at)),
                None => steps.push(Step::Open(self.discovery(self.path.clone(), file, Mark::default(), true))),
            },
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => self.say_once(cannot_read(&path_title(&self.path), &why), steps),
        }
    }
    fn is_watched(&self, wanted: Id) -> Option<usize> {
        self.old.iter().position(|old| old.id == wanted)
    }
    fn discovery(&self, path: PathBuf, file: File, mark: Mark, is_current: bool) -> Discovery {
        Discovery { path, file, mark, is_current, is_inside: self.is_inside }
    }
    /// Files beside the path that came meanwhile: those that stood under it in between, and copies of what did.
    fn left_behind(&mut self, marks: Marks<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        for (path, about) in siblings(&self.path) {
            if self.reads(id(&about)) || self.beside.contains(&id(&about)) {
                continue;
            }
            let Ok(file) = regular(&path) else { continue };
            if is_packed(&file) || self.is_beginning_of_path(&file) {
                continue;
            }
            let mark = self.copied(&file, marks).unwrap_or_default();
            if about.len() > mark.position() {
                self.beside.insert(id(&about));
                steps.push(Step::Open(self.discovery(path, file, mark, false)));
            }
        }
        steps
    }
    /// Whether everything in `file` stands in the file under the path as well: a copy that says nothing new.
    fn is_beginning_of_path(&self, file: &File) -> bool {
        let Ok(now) = regular(&self.path) else { return false };
        Mark::of(file).and_then(|copy| copy.is_beginning_of(&now)).unwrap_or(false)
    }
    /// The longest of what was read that `file` begins with: it is a copy.
    pub(super) fn copied(&self, file: &File, marks: Marks<'_>) -> Option<Mark> {
        let read = self.now.iter().chain(&self.old).filter_map(|follower| marks(follower.feed)).chain(&self.marks);
        let copied = read.filter(|mark| mark.position() > 0 && mark.is_beginning_of(file).unwrap_or(false));
        copied.max_by_key(|mark| mark.position()).cloned()
    }
    fn say_once(&mut self, notice: Notice, steps: &mut Vec<Step>) {
        if !self.is_said {
            self.is_said = true;
            steps.push(Step::Say(notice));
        }
    }
}

/// What is said once where a path that is to be followed is not there at the start.
pub(super) fn awaited(path: &Path) -> Notice {
    about_path(path, " is not there yet; it is read when it comes")
}

fn about_path(path: &Path, words: &'static str) -> Notice {
    Notice::said(Clean::concat([path_title(path), Clean::from(words)]))
}

pub(super) fn id(about: &Metadata) -> Id {
    (about.dev(), about.ino())
}

/// Opens a path if a regular file stands there: a device that took its place would never end.
pub(super) fn regular(path: &Path) -> io::Result<File> {
    let file = open_at_once(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no regular file")) }
}

/// The regular files beside `path` whose names begin with its name, oldest first.
fn siblings(path: &Path) -> Vec<(PathBuf, Metadata)> {
    let (Some(folder), Some(name)) = (folder(path), path.file_name()) else { return Vec::new() };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| is_named_after(&entry.file_name(), name))
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .filter(|(_, about)| about.is_file())
        .collect();
    found.sort_by_key(|(_, about)| (about.mtime(), about.mtime_nsec()));
    found
}

/// Rotated logs have a number or a date behind the name: `events.json.1`, `events.json-20241005`; or `.old`.
pub(super) fn is_named_after(other: &OsStr, name: &OsStr) -> bool {
    match other.as_bytes().strip_prefix(name.as_bytes()) {
        Some([b'.' | b'-' | b'_', b'0'..=b'9', ..]) => true,
        Some(end) => end == b".old",
        None => false,
    }
}

/// When entries came into the directory of `path` or went.
fn changed(path: &Path) -> Option<(i64, i64)> {
    let about = fs::metadata(folder(path)?).ok()?;
    Some((about.mtime(), about.mtime_nsec()))
}

fn folder(path: &Path) -> Option<&Path> {
    path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// Rotated logs are packed after they were read; the name of an archive says nothing.
fn is_packed(file: &File) -> bool {
    matches!(kind(file), Kind::Packed(_))
}
