//! The real shells, for tests that ask them what they make of a word.
//!
//! Lives here: running `SHELL -c` and `SHELL -n` on test data. Imports: nothing. Promise: compiled for tests only; a
//! shell that is not installed is left out, but bash and dash (or the system's sh) must be there.

use std::io::Write;
use std::process::{Command, Stdio};

/// Shells by name and arguments, those that are installed.
pub(crate) fn installed() -> Vec<&'static [&'static str]> {
    const ALL: [&[&str]; 5] = [&["bash"], &["dash"], &["zsh", "-f"], &["busybox", "sh"], &["sh"]];
    let found: Vec<&[&str]> = ALL.into_iter().filter(|shell| output(shell, "C", "true").is_some()).collect();
    for needed in ["bash", "sh"] {
        assert!(found.iter().any(|shell| shell.first() == Some(&needed)), "{needed} is needed for this test");
    }
    found
}

/// What `shell -c script` writes; `None`: no such shell.
pub(crate) fn output(shell: &[&str], locale: &str, script: &str) -> Option<Vec<u8>> {
    run(shell, locale, &["-c", script]).map(|(out, _)| out)
}

/// Whether `shell -n` takes the command; with what it says.
pub(crate) fn parses(shell: &[&str], script: &str) -> Result<(), String> {
    match run(shell, "C", &["-n", "-c", script]) {
        Some((_, said)) if said.is_empty() => Ok(()),
        Some((_, said)) => Err(said),
        None => Err("no such shell".to_owned()),
    }
}

/// The same for a script that is too long for an argument.
pub(crate) fn parses_file(shell: &[&str], script: &str) -> Result<(), String> {
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.write_all(script.as_bytes()).map_err(|error| error.to_string())?;
    match run(shell, "C", &["-n", &file.path().to_string_lossy()]) {
        Some((_, said)) if said.is_empty() => Ok(()),
        Some((_, said)) => Err(said),
        None => Err("no such shell".to_owned()),
    }
}

/// Runs a read-only command of a playbook for real, `seconds` at most; what it wrote on both streams.
pub(crate) fn run_for(seconds: u32, script: &str) -> (Vec<u8>, String) {
    run(&["timeout", &seconds.to_string(), "bash"], "C", &["-c", script]).unwrap_or_default()
}

/// The same in namespaces of its own, where what changes something changes nothing of this machine; `None`: there are
/// none to be had here.
pub(crate) fn run_apart(script: &str) -> Option<String> {
    let apart = ["timeout", "10", "unshare", "--user", "--map-root-user", "--net", "--mount", "bash"];
    let (ready, _) = run(&apart, "C", &["-c", "echo ready"])?;
    let script = format!("exec 2>&1; {script}");
    (ready == b"ready\n")
        .then(|| run(&apart, "C", &["-c", &script]))?
        .map(|(out, _)| String::from_utf8_lossy(&out).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "tests ask a shell what it makes of a word, or run what only looks")]
fn run(shell: &[&str], locale: &str, arguments: &[&str]) -> Option<(Vec<u8>, String)> {
    let (program, first) = shell.split_first()?;
    let mut command = Command::new(program);
    command.args(first).args(arguments).env("LC_ALL", locale).stdin(Stdio::null());
    let done = command.output().ok()?;
    Some((done.stdout, String::from_utf8_lossy(&done.stderr).into_owned()))
}
