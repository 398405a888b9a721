//! The shell: threads, effects, arguments, exit status.
//!
//! Imports: every room. Promise: whatever happens, the terminal is given back as it was.

mod amount;
mod beside;
mod browse;
mod cli;
mod clipboard;
mod clock;
mod completion;
mod demo;
mod environment;
pub(crate) mod filters;
mod headless;
mod held;
mod listening;
mod output;
mod panes;
mod recent;
mod report;
mod shelf;
mod shell;
mod signals;
mod slot;
mod start;
mod statefile;
mod workers;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::app::browse::Options;
use crate::app::cli::{Browse, Cli, Command, Demo, Look, Own};
use crate::app::environment::Environment;
use crate::app::headless::{Ended, tell};
use crate::base::{Clean, Notice};
use crate::source::{self, SourceName};

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => command(cli),
        Err(told) => {
            // A standard output that is closed is no reason to fail over a help text.
            let _ = told.print();
            ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2))
        }
    }
}

fn command(cli: Cli) -> ExitCode {
    match cli.command {
        Some(Command::Query(asked)) => headless::query::query(&asked).into(),
        Some(Command::Report(asked)) => headless::report::report(&asked).into(),
        Some(Command::Playbooks(asked)) => headless::playbooks::playbooks(&asked).into(),
        Some(Command::Demo(asked)) => demo(asked),
        None => browse(cli.browse),
    }
}

/// Opens the browser on what is named; on the start page without a source.
fn browse(asked: Browse) -> ExitCode {
    let own = asked.query.unwrap_or_default();
    let Ok(filter) = headless::filter_within(&OsString::from(&own), &asked.times) else {
        return Ended::Failed.into();
    };
    let before = (filter != own.trim()).then_some(own);
    let sources = cli::sources(&asked.sources, io::stdin().is_terminal());
    if let Some(notices) = nothing_to_open(&sources) {
        notices.iter().for_each(tell);
        return Ended::Failed.into();
    }
    let offers = if sources.is_empty() { start::offers(&recent_paths()) } else { Vec::new() };
    let title = title(&sources);
    browse::browse(Options { sources, title, filter, before, offers, ..options(asked.look, asked.own) })
}

/// Why not one of the sources can be opened. One that can is enough for a browser, which tells of the others.
fn nothing_to_open(sources: &[SourceName]) -> Option<Vec<Notice>> {
    let why = |name| source::reach(name).err().map(|notice| hint_at_command(name, notice));
    let notices: Vec<Notice> = sources.iter().filter_map(why).collect();
    (!notices.is_empty() && notices.len() == sources.len()).then_some(notices)
}

/// An option before a command makes a source of the command's name.
fn hint_at_command(name: &SourceName, notice: Notice) -> Notice {
    match name {
        SourceName::Path(path)
            if ["demo", "query", "report", "playbooks"].iter().any(|command| path.as_os_str() == *command) =>
        {
            notice.with_next("As a command it comes first, its options after it: stoop demo --theme light")
        }
        _ => notice,
    }
}

/// Opens the browser on the alerts in the binary.
fn demo(asked: Demo) -> ExitCode {
    let Ok(filter) = headless::filter_within(&OsString::new(), &asked.times) else { return Ended::Failed.into() };
    browse::browse(Options {
        title: demo::ALERTS.title(),
        sources: vec![demo::ALERTS],
        before: (!filter.is_empty()).then(String::new),
        filter,
        ..options(asked.look, asked.own)
    })
}

fn options(look: Look, own: Own) -> Options {
    Options { theme: look.theme, ascii: look.ascii, playbooks: own.playbooks, ..Options::default() }
}

/// What was opened lately, newest first.
fn recent_paths() -> Vec<PathBuf> {
    Environment::read().state.map(|state| recent::remembered(&state)).unwrap_or_default()
}

/// What the sources are called together: the one by its file's name, more by their number.
fn title(sources: &[SourceName]) -> Clean {
    use std::os::unix::ffi::OsStrExt;
    match sources {
        [SourceName::Path(path)] => Clean::from_bytes(path.file_name().unwrap_or(path.as_os_str()).as_bytes()),
        [SourceName::Stdin] => Clean::from("standard input"),
        [one] => one.title(),
        _ => headless::sources_title(sources),
    }
}
