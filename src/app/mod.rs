//! The shell: threads, effects, arguments, exit status.
//!
//! Imports: every room. Promise: whatever happens, the terminal is given back as it was.

mod cli;
mod demo;
mod headless;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

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
        Some(Command::Demo(_)) | None => ExitCode::from(2),
    }
}
