//! Panics in a real terminal: this test program starts itself again in one, with a test that takes the terminal and panics.

#[path = "../../tests/pty/mod.rs"]
#[expect(dead_code, reason = "the harness is shared with the tests of the whole program")]
mod pty;

use std::sync::Arc;

use super::*;
use crate::app::browse::{Options, started};
use crate::source::SourceName;
use pty::{Terminal, command};

/// What an attacker could have got into a panic's words.
const HOSTILE: &str = "not a boundary: '\x1b]0;title\x07\x1b[2J'";

fn options() -> Options {
    let alert = br#"{"rule":"Rule 1","output":"first","time":"2024-10-06T02:00:00Z"}"#;
    Options { sources: vec![SourceName::Memory("memory", Arc::new(alert.to_vec()))], ..Options::default() }
}

/// Starts the test `name` of this file in a terminal.
fn child(name: &str) -> Terminal {
    let program = std::env::current_exe().unwrap();
    let test = format!("app::held::tests::{name}");
    Terminal::start(command(program.to_str().unwrap(), &["--ignored", "--exact", &test]), 120, 24)
}

#[test]
#[ignore = "takes a terminal; started by the tests below"]
fn panics_in_the_loop() {
    let Ok(mut shell) = started(options()) else { return };
    shell.draw();
    panic!("{HOSTILE}");
}

#[test]
#[ignore = "takes a terminal; started by the tests below"]
fn panics_in_a_thread() {
    let Ok(shell) = started(options()) else { return };
    workers::thread("keys too", || panic!("{HOSTILE}")).unwrap();
    shell.run();
}

#[test]
#[ignore = "takes a terminal; started by the tests below"]
fn panics_in_a_worker() {
    let Ok(mut shell) = started(options()) else { return };
    let notice = workers::shielded("the search", || panic!("{HOSTILE}")).unwrap_err();
    shell.tell(crate::state::Msg::Say(notice));
    shell.run();
    end(0)
}

#[test]
fn a_panic_gives_the_terminal_back_and_then_tells() {
    for name in ["panics_in_the_loop", "panics_in_a_thread"] {
        let mut terminal = child(name);
        assert_eq!(terminal.status(), u32::from(FAILED), "{name}");
        terminal.see("stoop had to stop: a fault in src/app/held_tests.rs").see("No alert was changed");
        terminal.see(r"\x1b]0;title\x07\x1b[2J");
        terminal.assert_given_back(name);
        assert_eq!(terminal.modes(), terminal.fresh_modes(), "{name}");
    }
}

#[test]
fn a_worker_that_panics_is_told_and_the_rest_goes_on() {
    let mut terminal = child("panics_in_a_worker");
    terminal.see("Rule 1").see("the search failed by a fault of stoop's own").type_in("q");
    assert_eq!(terminal.status(), 0);
    terminal.assert_given_back("q");
}
