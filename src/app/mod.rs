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

use crate::app::browse::{Following, Measure, Options};
use crate::app::cli::{Browse, Cli, Command, Demo, Live, Look, Own, Reading};
use crate::app::environment::Environment;
use crate::app::headless::{Ended, tell};
use crate::app::listening::{ListenFlags, Listening, listening};
use crate::base::{Clean, Notice};
use crate::source::door::Door;
use crate::source::{self, SourceName};
use crate::store::load::Bounds;

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
    let listens = asked.listen.listen.is_some();
    // Who listens need not be given anything through standard input.
    let sources = cli::sources(&asked.sources, listens || io::stdin().is_terminal());
    if let Some(notices) = nothing_to_open(&sources).filter(|_| !asked.live.follow) {
        notices.iter().for_each(tell);
        return Ended::Failed.into();
    }
    let (door, said) = match opened_door(&asked.listen, &sources) {
        Ok(opened) => opened,
        Err(notice) => {
            tell(&notice);
            return Ended::Failed.into();
        }
    };
    let starts = sources.is_empty() && door.is_none();
    let offers = if starts { start::offers(&recent_paths()) } else { Vec::new() };
    let title = title_with(&sources, door.as_ref());
    browse::browse(Options {
        sources,
        title,
        filter,
        before,
        offers,
        door,
        said,
        ..live_options(asked.live, asked.reading, options(asked.look, asked.own))
    })
}

fn live_options(live: Live, reading: Reading, options: Options) -> Options {
    let bounds = Bounds { alerts: live.keep_alerts, bytes: live.keep_memory };
    Options {
        following: if live.follow { Following::On } else { Following::Off },
        measure: Measure { bounds, max_expand: reading.max_expand },
        bell: live.bell,
        window_title: live.title,
        ..options
    }
}

/// Listens before the screen is taken, so that what keeps it from listening is one line on the terminal.
fn opened_door(flags: &ListenFlags, sources: &[SourceName]) -> Result<(Option<Door>, Vec<Notice>), Notice> {
    let Some(Listening { settings, keeper, said }) = listening(flags, sources)? else {
        return Ok((None, Vec::new()));
    };
    Door::open(settings, keeper).map(|door| (Some(door), said))
}

/// What is read is called so together, with where it is listened.
fn title_with(sources: &[SourceName], door: Option<&Door>) -> Clean {
    let listening = door.map(|door| Clean::from_bytes(format!("listening on {}", door.address()).as_bytes()));
    match (sources.is_empty(), listening) {
        (_, None) => title(sources),
        (true, Some(listening)) => listening,
        (false, Some(listening)) => Clean::concat([title(sources), Clean::from(", "), listening]),
    }
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
