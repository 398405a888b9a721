//! stoop: a terminal browser for security alerts, Falco's first. ARCHITECTURE.md tells the whole.
//!
//! The rooms stand in the order in which data goes through the house; a room imports only those before it.

use std::process::ExitCode;

mod analysis;
mod app;
mod base;
mod decode;
mod frame;
#[doc(hidden)]
pub mod lab;
mod query;
mod source;
mod state;
mod store;
mod ui;

/// Runs the program with the process's own arguments, standard streams and environment.
pub fn run() -> ExitCode {
    app::run()
}
