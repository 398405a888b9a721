//! `stoop report`: the analysis of the alerts that match, as Markdown or JSON, on standard output or into a file.
//!
//! Imports: the rooms up to `analysis`. Promise: a file that is named is written whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::analysis::Playbooks;
use crate::analysis::report::{self, Found, Grouping};
use crate::app::cli::{Report, ReportFormat};
use crate::app::headless::out::Flow;
use crate::app::headless::playbooks::in_force;
use crate::app::headless::scan::{Hit, Taker, Wants, scan};
use crate::app::headless::{Ended, conclude, filter, sources, tell};
use crate::base::{Clean, Notice};

/// Runs `stoop report`.
pub(crate) fn report(asked: &Report) -> Ended {
    let Ok(filter) = filter(&OsString::from(&asked.query)) else { return Ended::Failed };
    let Ok(playbooks) = in_force(&asked.own.playbooks) else { return Ended::Failed };
    let ready = sources(&asked.sources, "stoop report").and_then(|sources| Ok((sources, Target::open(asked)?)));
    let (sources, mut target) = match ready {
        Ok(ready) => ready,
        Err(notice) => {
            tell(&notice);
            return Ended::Failed;
        }
    };
    let mut writing = Writing { report: new_report(asked, playbooks), to: &mut target.to, failed: None };
    let scanned = scan(&sources, &filter, &mut writing);
    let Writing { report, to, failed } = writing;
    let written = failed.map_or_else(|| report.finish(to).map(|_| ()), Err).and_then(|()| to.flush());
    let earned = conclude(&scanned, &filter, &sources);
    match target.close(written) {
        Ok(()) => earned,
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}

fn new_report(asked: &Report, playbooks: Playbooks) -> report::Report {
    let grouping = if asked.each { Grouping::Each } else { Grouping::Alike };
    let format = match asked.format {
        ReportFormat::Markdown => report::Format::Markdown,
        ReportFormat::Json => report::Format::Json,
    };
    report::Report::new(playbooks, grouping, format)
}

/// Takes alerts into the report.
struct Writing<'a> {
    report: report::Report,
    to: &'a mut Box<dyn Write>,
    failed: Option<io::Error>,
}

impl Taker for Writing<'_> {
    fn wants(&self) -> Wants<'_> {
        Wants::Everything
    }
    fn alert(&mut self, hit: Hit<'_>) -> Flow {
        let place = Clean::concat([hit.title.clone(), Clean::from_bytes(format!(":{}", hit.number).as_bytes())]);
        let found = Found { line: hit.line.trim_ascii(), alert: hit.alert, place: &place };
        match self.report.add(found, self.to) {
            Ok(()) => Flow::On,
            Err(error) => {
                self.failed = Some(error);
                Flow::Stop
            }
        }
    }
}

/// Where the report goes. A file gets its name only once it is whole.
struct Target {
    to: Box<dyn Write>,
    file: Option<(PathBuf, PathBuf)>,
}

impl Target {
    fn open(asked: &Report) -> Result<Self, Notice> {
        let Some(name) = &asked.output else {
            let stdout = io::stdout();
            let is_terminal = stdout.is_terminal();
            let to: Box<dyn Write> =
                if is_terminal { Box::new(Visible(stdout)) } else { Box::new(BufWriter::new(stdout)) };
            return Ok(Self { to, file: None });
        };
        let (file, names) = create(Path::new(name)).map_err(|error| cannot_write(Path::new(name), &error))?;
        Ok(Self { to: Box::new(BufWriter::new(file)), file: names })
    }

    /// Gives the file its name, or takes it away. A reader that has gone is no failure.
    fn close(self, written: io::Result<()>) -> Result<(), Notice> {
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

/// The file to write to; for a regular one also its name until it is whole, and its name then. A link leads to what it
/// names; a device or a pipe is written to as it is: a new name over `/dev/full` would take the device away.
fn create(path: &Path) -> io::Result<(fs::File, Option<(PathBuf, PathBuf)>)> {
    if fs::metadata(path).is_ok_and(|met| !met.is_file() && !met.is_dir()) {
        return Ok((fs::File::options().write(true).open(path)?, None));
    }
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let unfinished = unfinished(&path);
    // One that is left over goes first: if it is a link, what it leads to is somebody else's.
    let _ = fs::remove_file(&unfinished);
    let file = fs::File::create_new(&unfinished)?;
    Ok((file, Some((unfinished, path))))
}

/// `report.md` while it is written: `report.md.unfinished`.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

fn cannot_write(path: &Path, error: &io::Error) -> Notice {
    let why = format!(": {error}");
    Notice::said(Clean::concat([
        Clean::from("cannot write "),
        Clean::from_bytes(path.as_os_str().as_bytes()),
        Clean::from_bytes(why.as_bytes()),
    ]))
    .with_next("Choose another file with -o, or leave it out for standard output")
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
