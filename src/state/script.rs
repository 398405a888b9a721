//! Every command that only looks, as one script for a file or for `sh`.
//!
//! Lives here: the script's text. Not here: the commands (`analysis`), how it leaves (`steps`). Imports: `base`,
//! `decode`, `analysis`. Promise: nothing in it changes anything, each value is the one word that it is in its command,
//! and no comment holds a character that any shell would act on, were the script pasted after all.

use crate::analysis::{CommandLine, Risk, Step};
use crate::base::Clean;
use crate::decode::{Scope, Value};
use crate::state::number;
use crate::state::page::Shown;

/// The longest comment, in characters.
const MAX_COMMENT: usize = 300;

/// A command with the title of its step.
struct Entry<'a> {
    title: &'a Clean,
    line: CommandLine,
}

/// The commands for one place.
struct Place<'a> {
    runs_on: &'a Clean,
    entries: Vec<Entry<'a>>,
}

/// The script with its name in the message; `None` where no command only looks.
pub(crate) fn script(shown: &Shown<'_>) -> Option<(Clean, String)> {
    let places = places(shown);
    if places.is_empty() {
        return None;
    }
    let mut lines = head(shown, &places);
    for place in &places {
        lines.extend([String::new(), comment("==== run this part on: ", place.runs_on.as_str())]);
        for entry in &place.entries {
            lines.push(String::new());
            lines.push(comment("", &format!("{} — {}", entry.title, place.runs_on)));
            lines.push(entry.line.text());
        }
    }
    lines.push(String::new());
    Some((name(&places), lines.join("\n")))
}

/// The places in the order in which the steps name them.
fn places<'a>(shown: &Shown<'a>) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = Vec::new();
    for step in shown.opened.analysis.commands.iter().filter(|step| step.risk == Risk::ReadOnly) {
        let (runs_on, entry) = entry(shown, step);
        match places.iter_mut().find(|place| place.runs_on == runs_on) {
            Some(place) => place.entries.push(entry),
            None => places.push(Place { runs_on, entries: vec![entry] }),
        }
    }
    places
}

fn entry<'a>(shown: &Shown<'a>, step: &'a Step) -> (&'a Clean, Entry<'a>) {
    let way = shown.way(step);
    (&way.runs_on, Entry { title: &step.title, line: shown.filled(&way.command) })
}

/// What the script is, and what is to be filled in before it runs.
fn head(shown: &Shown<'_>, places: &[Place<'_>]) -> Vec<String> {
    let value = |name: &str| {
        let value = shown.opened.alert.get(Scope::Alert, name).map(Value::clean);
        value.filter(|value| !value.is_empty()).unwrap_or_else(|| "not recorded".into())
    };
    let mut lines = vec![
        "#!/bin/sh".to_owned(),
        comment("rule ", value("rule").as_str()),
        comment("host ", value("hostname").as_str()),
        comment("time ", value("time").as_str()),
        comment("", "Commands that only look. stoop has run none of them."),
    ];
    for gap in unfilled(places) {
        lines.push(comment("fill in first: ", &gap));
    }
    lines
}

/// The gaps that are left, each once, as the words that stand for them and the fields that would hold them.
fn unfilled(places: &[Place<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for gap in entries(places).flat_map(|entry| entry.line.gaps()) {
        let name = format!("{}, {}", gap.name, gap.fields.join(" or "));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn entries<'p, 'a>(places: &'p [Place<'a>]) -> impl Iterator<Item = &'p Entry<'a>> {
    places.iter().flat_map(|place| &place.entries)
}

/// `the script: 7 commands for 2 places, unfilled PID`.
fn name(places: &[Place<'_>]) -> Clean {
    let count = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
    let mut parts = vec![
        Clean::from("the script, "),
        number::of(count(entries(places).count()), "command"),
        " for ".into(),
        number::of(count(places.len()), "place"),
    ];
    let mut gaps: Vec<&str> =
        entries(places).flat_map(|entry| entry.line.gaps()).map(|gap| gap.name.as_str()).collect();
    gaps.sort_unstable();
    gaps.dedup();
    if !gaps.is_empty() {
        parts.extend([", unfilled ".into(), Clean::from_bytes(gaps.join(", ").as_bytes())]);
    }
    Clean::concat(parts)
}

/// A comment: rules and hosts are named by whoever wrote the alert, and zsh runs pasted comments as commands.
fn comment(before: &str, text: &str) -> String {
    let safe = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' | ':' | '/' | '@' | '+' | '-' | '_' | '=' | '—' => c,
        '\'' => '’',
        _ => ' ',
    };
    let text: String = text.chars().map(safe).take(MAX_COMMENT).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("# {before}{}", words.join(" "))
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
