//! stoop beside its peers, on the same file and in the same run: `cargo bench --bench peers [-- ALERTS]`.
//!
//! Lives here: CPU seconds, memory, bytes to the terminal, and a table of them. Not here: what takes how long inside
//! (`load`). Imports: `stoop::lab`. Promise: ratios and sizes, no wall time; nothing fails because a machine is slow.
//! Needs Linux for CPU seconds and memory, and `rg` for its line; says so where they are missing.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark prints, and starts its peers")]

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

mod alerts;
#[path = "peer/proc.rs"]
mod proc;
#[path = "peer/terminal.rs"]
mod terminal;

use terminal::Session;

/// The alerts that are loaded unless told otherwise.
const ALERTS: usize = 1_000_000;
/// The alerts that are written in every form.
const FORMED: usize = 100_000;
/// How often what is short is run; the sum is divided.
const RUNS: usize = 3;
/// Words that one alert in seven has, one in thirty, and none; in no key, and in lower case, so that both programs ignore it.
const WORDS: [&str; 3] = ["etc/shadow", "varahamihira", "zzqqzz"];
/// The program under test.
const STOOP: &str = env!("CARGO_BIN_EXE_stoop");

fn main() -> io::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("peers measures only under cargo bench");
        return Ok(());
    }
    let count = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ALERTS);
    let file = alerts::file(count)?;
    let bytes = std::fs::metadata(&file)?.len();
    println!("{count} alerts, {:.1} MB, {}", bytes as f64 / 1e6, file.display());
    println!("{:<58} {:>12}  limit", "", "measured");
    for word in WORDS {
        warm(&file)?;
        words(&file, word)?;
    }
    load(&file, count);
    forms()?;
    report()?;
    screen(&file, count)
}

/// Has the file in the page cache: who reads it first would pay for the disk.
fn warm(file: &Path) -> io::Result<u64> {
    io::copy(&mut std::fs::File::open(file)?, &mut io::sink())
}

/// One line of the table.
fn row(what: &str, measured: &str, limit: &str) {
    println!("{what:<58} {measured:>12}  {limit}");
}

/// CPU seconds of a program and what it says on standard output, or how it failed; `None` when it is not installed.
fn run(program: &str, arguments: &[&str], file: &Path) -> io::Result<Option<(f64, String)>> {
    let (before, mut said) = (proc::children_cpu(), String::new());
    for _ in 0..RUNS {
        let mut command = Command::new(program);
        command.args(arguments).arg(file).stdin(Stdio::null()).stderr(Stdio::inherit());
        match command.output() {
            Ok(output) if matches!(output.status.code(), Some(0 | 1)) => {
                String::from_utf8_lossy(&output.stdout).trim().clone_into(&mut said);
            }
            Ok(output) => said = format!("FAILED, {}", output.status),
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(why),
        }
    }
    Ok(Some(((proc::children_cpu() - before) / RUNS as f64, said)))
}

/// `stoop query WORD --count` beside `rg -ci WORD`.
fn words(file: &Path, word: &str) -> io::Result<()> {
    let Some((own, found)) = run(STOOP, &["query", "--count", word], file)? else { return Ok(()) };
    row(&format!("stoop query {word} --count ({found}), CPU s"), &format!("{own:.3}"), "");
    match run("rg", &["-ci", word], file)? {
        Some((peer, lines)) => {
            row(&format!("rg -ci {word} ({lines}), CPU s"), &format!("{peer:.3}"), "");
            row("  ratio", &format!("{:.2}", own / peer), "at most 4");
        }
        None => row(&format!("rg -ci {word}"), "-", "rg is not installed: no ratio"),
    }
    Ok(())
}

/// All fields into columns, in this process.
fn load(file: &Path, count: usize) {
    let (cpu, memory) = (proc::own_cpu(), proc::own_resident());
    let loaded = stoop::lab::load(file);
    let (cpu, memory) = (proc::own_cpu() - cpu, proc::own_resident().saturating_sub(memory));
    let complete = loaded.alerts == count as u64 && loaded.unreadable + loaded.blank == 0;
    let remark = if complete { "" } else { "  NOT ALL WERE READ" };
    let limit = format!("at most {:.2}{remark}", count as f64 / 100_000.0);
    row(&format!("load of {} alerts, CPU s", loaded.alerts), &format!("{cpu:.2}"), &limit);
    row("  resident after it, bytes an alert", &(memory / count as u64).to_string(), "at most 250");
}

/// The same alerts in docker's lines, a runtime's, as text and packed, beside the plain ones.
fn forms() -> io::Result<()> {
    let forms = alerts::forms::forms(&alerts::file(FORMED)?)?;
    for query in ["load", "", WORDS[1]] {
        let mut plain = None;
        for (name, file) in &forms {
            warm(file)?;
            let alone = matches!(*name, "gz" | "zst").then(|| seconds(|| stoop::lab::unpacked(file)));
            let own = if query == "load" {
                seconds(|| stoop::lab::load(file).alerts)
            } else {
                run(STOOP, &["query", "--count", query], file)?.map_or(0.0, |(cpu, _)| cpu)
            };
            let what = if query == "load" { query.to_owned() } else { format!("query '{query}' --count") };
            row(&format!("{what}, {FORMED} alerts, {name}, CPU s"), &format!("{own:.3}"), "");
            let plain = *plain.get_or_insert(own);
            match alone {
                Some(alone) => {
                    row("  ratio to plain and unpacking by itself", &format!("{:.2}", own / (plain + alone)), "");
                    row("  unpacking by itself, CPU s", &format!("{alone:.3}"), "");
                }
                None => row("  ratio to plain", &format!("{:.2}", own / plain), limit_of(name)),
            }
        }
    }
    Ok(())
}

/// What the ratio of a form may be.
fn limit_of(form: &str) -> &'static str {
    if matches!(form, "docker" | "cri") { "at most 1.50" } else { "" }
}

/// CPU seconds of the least of several runs in this process.
fn seconds(work: impl Fn() -> u64) -> f64 {
    let once = || {
        let before = proc::own_cpu();
        std::hint::black_box(work());
        proc::own_cpu() - before
    };
    (0..RUNS).map(|_| once()).fold(f64::INFINITY, f64::min)
}

/// A report of 10,000 alerts.
fn report() -> io::Result<()> {
    let file = alerts::file(10_000)?;
    if let Some((cpu, text)) = run(STOOP, &["report", "--format", "json"], &file)? {
        let what = format!("stoop report of 10000 alerts ({:.1} MB), CPU s", text.len() as f64 / 1e6);
        row(&what, &format!("{cpu:.2}"), "");
    }
    Ok(())
}

/// The browser in a terminal of 80x24: memory, CPU at rest, bytes for a move.
fn screen(file: &Path, count: usize) -> io::Result<()> {
    let mut session = Session::start(STOOP, file)?;
    if !session.until(&format!("{} alerts", terminal::thousands(count))) {
        row("browser at 80x24", "-", "its screen never showed the number of alerts");
        return session.end();
    }
    let settled = session.settle();
    if let Some(pid) = session.pid() {
        row("browser, loaded: CPU s", &format!("{:.2}", proc::cpu(pid)), "");
        let each = proc::resident(pid) / count as u64;
        row("  resident with everything, bytes an alert", &each.to_string(), "");
    }
    row("  bytes written until then", &settled.to_string(), "");
    let mut sizes: Vec<_> = (0..40).map(|_| session.press(b"j")).collect::<io::Result<_>>()?;
    sizes.sort_unstable();
    row("  bytes for j, median of 40", &sizes.get(20).map(usize::to_string).unwrap_or_default(), "at most 250");
    row("  bytes for j, most", &sizes.last().map(usize::to_string).unwrap_or_default(), "");
    if let Some(pid) = session.pid() {
        let before = proc::cpu(pid);
        let written = session.rest();
        row("  CPU s in 5 s at rest", &format!("{:.3}", proc::cpu(pid) - before), "0.00");
        row("  bytes in 5 s at rest", &written.to_string(), "0");
    }
    session.end()
}
