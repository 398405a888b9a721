//! The shell: threads, effects, arguments, exit status.
//!
//! Imports: every room. Promise: whatever happens, the terminal is given back as it was.

mod browse;
mod clipboard;
mod environment;
mod held;
mod output;
mod shell;
mod signals;
mod start;
mod workers;

use std::process::ExitCode;

use crate::base::Clean;
use crate::source::SourceName;
use browse::Options;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let names: Vec<_> = std::env::args_os().skip(1).collect();
    let title = names.first().map(|name| Clean::from_bytes(name.as_encoded_bytes())).unwrap_or_default();
    let sources =
        names.into_iter().map(|name| if name == "-" { SourceName::Stdin } else { SourceName::Path(name.into()) });
    let mut sources: Vec<SourceName> = sources.collect();
    if sources.is_empty() && !crate::ui::terminal::stdin_is_terminal() {
        sources.push(SourceName::Stdin);
    }
    let offers = if sources.is_empty() { start::offers(("demo", std::sync::Arc::default())) } else { Vec::new() };
    browse::browse(Options { sources, title, offers, ..Options::default() })
}
