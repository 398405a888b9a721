//! `stoop playbooks`: which are in force, the text of one, and what is wrong with the user's own.
//!
//! Imports: the rooms up to `analysis`. Promise: what a mistake costs is said with its file, line and column, and the
//! browser goes on without that file.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use crate::analysis::{Listed, PlaybookFile, Playbooks};
use crate::app::cli::{PlaybooksCommand, PlaybooksDo};
use crate::app::environment::Environment;
use crate::app::headless::out::{Flow, Out};
use crate::app::headless::{Ended, tell};
use crate::app::shelf::Shelf;
use crate::base::{Clean, Notice};

/// What is said of a page that is in the binary.
const BUNDLED: &str = "bundled";

/// Runs `stoop playbooks`.
pub(crate) fn playbooks(asked: &PlaybooksCommand) -> Ended {
    match &asked.what {
        PlaybooksDo::List(own) => list(&own.playbooks),
        PlaybooksDo::Show { name, own } => show(&own.playbooks, name),
        PlaybooksDo::Lint { paths, own } => lint(&own.playbooks, paths),
    }
}

/// The playbooks in force with the user's over them. `Err`: a directory or file can't be read; it was said.
pub(crate) fn in_force(named: &[OsString]) -> Result<Playbooks, ()> {
    let (playbooks, failed) = Shelf::new(&Environment::read(), named).playbooks();
    failed.iter().chain(playbooks.complaints()).for_each(tell);
    if failed.is_empty() { Ok(playbooks) } else { Err(()) }
}

fn list(named: &[OsString]) -> Ended {
    let Ok(playbooks) = in_force(named) else { return Ended::Failed };
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let pages = playbooks.listed();
    let widths = if is_terminal { widths(&pages) } else { (0, 0) };
    let lines = pages.iter().map(|page| line(page, is_terminal.then_some(widths)));
    print(Out::new(stdout.lock(), is_terminal), lines)
}

fn widths(pages: &[Listed<'_>]) -> (usize, usize) {
    let widest = |of: fn(&Listed<'_>) -> usize| pages.iter().map(of).max().unwrap_or(0);
    (widest(|page| page.id.as_str().chars().count()), widest(|page| page.kind.len()))
}

fn line(page: &Listed<'_>, widths: Option<(usize, usize)>) -> String {
    let rules = page.rules.join(", ");
    let origin = if page.origin.is_empty() { BUNDLED } else { page.origin.as_str() };
    if let Some((id, kind)) = widths {
        return format!("{:id$}  {:kind$}  {origin}  {rules}", page.id.as_str(), page.kind);
    }
    let fields = [page.id.as_str(), page.kind, &rules, origin];
    fields.map(|field| field.replace(['\t', '\n'], " ")).join("\t")
}

fn show(named: &[OsString], name: &str) -> Ended {
    let Ok(playbooks) = in_force(named) else { return Ended::Failed };
    let Some(page) = playbooks.named(name) else {
        tell(
            &Notice::said(Clean::concat([
                "no playbook has the id or the rule ".into(),
                Clean::from_bytes(name.as_bytes()),
            ]))
            .with_next("All of them: stoop playbooks list"),
        );
        return Ended::Nothing;
    };
    let origin = if page.origin.is_empty() { BUNDLED } else { page.origin.as_str() };
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let lines = std::iter::once(format!("# {}, {origin}", page.id)).chain(page.text.lines().map(str::to_owned));
    print(Out::new(stdout.lock(), is_terminal), lines)
}

fn lint(named: &[OsString], paths: &[OsString]) -> Ended {
    let shelf =
        if paths.is_empty() { Shelf::new(&Environment::read(), named) } else { Shelf::only(&[named, paths].concat()) };
    let found = shelf.read();
    found.failed.iter().for_each(tell);
    let playbooks = Playbooks::with(&found.files);
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let complaints = playbooks.complaints();
    let printed = print(Out::new(stdout.lock(), is_terminal), complaints.iter().map(ToString::to_string));
    let earned = match (found.failed.is_empty(), complaints.is_empty()) {
        (false, _) => Ended::Failed,
        (true, false) => Ended::Nothing,
        (true, true) => good(&found.files),
    };
    printed.max(earned)
}

/// Says how many files are without fault, so that a wrong directory is noticed.
fn good(files: &[PlaybookFile]) -> Ended {
    let what = match files.len() {
        0 => "no playbooks of your own; those in the binary are without fault".to_owned(),
        1 => "1 file, no mistake".to_owned(),
        several => format!("{several} files, no mistake"),
    };
    tell(&Notice::said(Clean::from_bytes(what.as_bytes())));
    Ended::Matched
}

fn print(mut out: Out<io::StdoutLock<'_>>, lines: impl Iterator<Item = String>) -> Ended {
    for line in lines {
        if out.text(line.as_bytes()) == Flow::Stop {
            break;
        }
    }
    match out.finish() {
        Ok(()) => Ended::Matched,
        Err(notice) => {
            tell(&notice);
            Ended::Failed
        }
    }
}
