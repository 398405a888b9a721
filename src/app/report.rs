//! Where a report goes: standard output, or a file that is whole or not there; for the command line and the browser.
//!
//! Lives here: the file while it is unfinished, the browser's `:report`. Not here: what a report says (`analysis`).
//! Imports: every room up to `analysis`. Promise: a file that is named is written whole or not at all, and never one that
//! the alerts came from.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::analysis::Playbooks;
use crate::analysis::report::{self, Format, Grouping, Options, Written};
use crate::base::{Clean, Notice};
use crate::source::Sources;
use crate::state;
use crate::state::number::grouped;
use crate::state::report::Report;

/// Writes the report that the browser is asked for; gives what to say about it.
///
/// # Errors
/// The file is an input or can't be written to, or `stopped` said so.
pub(crate) fn to_file(asked: &Report, playbooks: &Playbooks, stopped: &dyn Fn() -> bool) -> Result<Notice, Notice> {
    let path = Path::new(&asked.path);
    spare_inputs(path, asked.snapshot.sources())?;
    let mut target = Target::open(Some(path))?;
    let format = written_as(asked.format);
    let options = Options { grouping: Grouping::Alike, format, filter: &asked.chosen_by, stopped };
    let written = report::write(&asked.snapshot, &asked.rows, playbooks, options, &mut target.to);
    let (written, done) = match written.and_then(|written| target.to.flush().map(|()| written)) {
        Ok(written) => (written, Ok(())),
        Err(error) => (Written::default(), Err(error)),
    };
    target.close(done)?;
    Ok(said(path, &written))
}

/// Whether a file of that name is there, which a report would replace.
pub(crate) fn is_there(asked: &Report) -> bool {
    fs::symlink_metadata(&asked.path).is_ok()
}

fn written_as(format: state::report::Format) -> Format {
    match format {
        state::report::Format::Markdown => Format::Markdown,
        state::report::Format::Html => Format::Html,
        state::report::Format::Json => Format::Json,
    }
}

/// `wrote report.md: 12,003 alerts in 40 sections`.
fn said(path: &Path, written: &Written) -> Notice {
    let things = |count: u64, thing: &str| format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" });
    let counts = format!(": {} in {}", things(written.alerts, "alert"), things(written.sections, "section"));
    let what =
        [Clean::from("wrote "), Clean::from_bytes(path.as_os_str().as_bytes()), Clean::from_bytes(counts.as_bytes())];
    let notice = Notice::said(Clean::concat(what));
    match written.lost.len() {
        0 => notice,
        _ => notice.with_next("Some lines could not be read again; the report names them"),
    }
}

/// Refuses a file that alerts were loaded from.
///
/// # Errors
/// It is one.
pub(crate) fn spare_inputs(path: &Path, sources: &Sources) -> Result<(), Notice> {
    if fs::metadata(path).is_ok_and(|about| about.is_file() && sources.has_file(&about)) {
        let what = [Clean::from("cannot write "), Clean::from_bytes(path.as_os_str().as_bytes())];
        let what = Clean::concat(what.into_iter().chain([Clean::from(": the alerts come from it")]));
        return Err(Notice::said(what).with_next("Choose another file"));
    }
    Ok(())
}

/// Where the report goes. A file gets its name only once it is whole.
pub(crate) struct Target {
    /// Takes the text.
    pub(crate) to: Box<dyn Write>,
    file: Option<(PathBuf, PathBuf)>,
}

impl Target {
    /// Opens the file `name`; without a name standard output.
    ///
    /// # Errors
    /// It can't be written to.
    pub(crate) fn open(name: Option<&Path>) -> Result<Self, Notice> {
        let Some(name) = name else {
            let stdout = io::stdout();
            let is_terminal = stdout.is_terminal();
            let to: Box<dyn Write> =
                if is_terminal { Box::new(Visible(stdout)) } else { Box::new(BufWriter::new(stdout)) };
            return Ok(Self { to, file: None });
        };
        let (file, names) = create(name).map_err(|error| cannot_write(name, &error))?;
        Ok(Self { to: Box::new(BufWriter::new(file)), file: names })
    }

    /// Gives the file its name, or takes it away. A reader that has gone is no failure.
    ///
    /// # Errors
    /// It could not be written, or not to its end.
    pub(crate) fn close(self, written: io::Result<()>) -> Result<(), Notice> {
        drop(self.to);
        let Some((unfinished, path)) = self.file else {
            return match written {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    Err(cannot_write(Path::new("standard output"), &error))
                }
                _ => Ok(()),
            };
        };
        let done = written.and_then(|()| fs::rename(&unfinished, &path));
        done.map_err(|error| {
            let _ = fs::remove_file(&unfinished);
            cannot_write(&path, &error)
        })
    }
}

/// So many names are tried for a file that is not finished.
const MOST_UNFINISHED: usize = 100;

/// The file to write to; for a regular one also its name until it is whole, and its name then. A link leads to what it
/// names; a device or a pipe is written to as it is: a new name over `/dev/full` would take the device away.
fn create(path: &Path) -> io::Result<(fs::File, Option<(PathBuf, PathBuf)>)> {
    if fs::metadata(path).is_ok_and(|met| !met.is_file() && !met.is_dir()) {
        return Ok((fs::File::options().write(true).open(path)?, None));
    }
    let path = fs::canonicalize(path).or_else(|_| linked(path)).unwrap_or_else(|_| path.to_owned());
    let (file, unfinished) = unfinished(&path)?;
    if let Ok(before) = fs::metadata(&path) {
        file.set_permissions(before.permissions())?;
    }
    Ok((file, Some((unfinished, path))))
}

/// What a link names that leads to no file yet.
fn linked(path: &Path) -> io::Result<PathBuf> {
    let named = fs::read_link(path)?;
    Ok(path.parent().map_or_else(|| named.clone(), |folder| folder.join(&named)))
}

/// `report.md` while it is written: `report.md.unfinished`, with a number where there is such a file, which is
/// somebody's.
fn unfinished(path: &Path) -> io::Result<(fs::File, PathBuf)> {
    let mut last = io::ErrorKind::AlreadyExists.into();
    for number in 0..MOST_UNFINISHED {
        let mut name = path.as_os_str().to_owned();
        name.push(".unfinished");
        if number > 0 {
            name.push(number.to_string());
        }
        match fs::File::create_new(&name) {
            Ok(file) => return Ok((file, PathBuf::from(name))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn cannot_write(path: &Path, error: &io::Error) -> Notice {
    let why = format!(": {error}");
    Notice::said(Clean::concat([
        Clean::from("cannot write "),
        Clean::from_bytes(path.as_os_str().as_bytes()),
        Clean::from_bytes(why.as_bytes()),
    ]))
    .with_next("Choose another file")
}

/// A terminal: what it would act on or hide is written as an escape. Lines arrive whole or in parts.
struct Visible<W: Write>(W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
            if at > 0 {
                self.0.write_all(b"\n")?;
            }
            self.0.write_all(Clean::from_bytes(line).as_str().as_bytes())?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
