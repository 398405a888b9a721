//! The shell: threads, effects, arguments, exit status.
//!
//! Imports: every room. Promise: whatever happens, the terminal is given back as it was.

mod cli;
mod demo;
mod headless;

use std::process::ExitCode;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    ExitCode::SUCCESS
}
