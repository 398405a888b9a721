//! The shell: threads, effects, arguments, exit status.
//!
//! Imports: every room. Promise: whatever happens, the terminal is given back as it was.

mod demo;

use std::process::ExitCode;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    ExitCode::SUCCESS
}
