//! The tab Commands: steps under their kind and risk, each with what it does, undoes and breaks; the exception last.
//!
//! Lives here: the words around steps. Not here: the steps (`analysis`), what keys do with them (`state::steps`).
//! Imports: `analysis`, `base`. Promise: item n is step n of the analysis, the item after them is the proposed
//! exception, and a gap is marked and named.

use crate::analysis::{CommandLine, Kind, Risk, Runtime, Step, Tuning};
use crate::base::Clean;
use crate::state::page::flow::{Flow, made, spaces, words};
use crate::state::page::glyphs::width;
use crate::state::page::{Part, Role, Shown};

/// Where the text under a step's number begins.
const UNDER: usize = 4;

/// Where a command stands beside its title, at least.
const BESIDE: usize = 40;

/// Writes the tab.
pub(super) fn write(flow: &mut Flow, shown: &Shown<'_>) {
    let found = &shown.opened.analysis;
    flow.about(vec![words(Role::Dim, "stoop runs none of these")]);
    tools(flow, shown);
    if !found.place.is_empty() {
        flow.write(0, &[(Role::Dim, found.place.clone())]);
    }
    if found.commands.is_empty() {
        flow.write(0, &[words(Role::Dim, "no playbook has a step for this alert")]);
    }
    steps(flow, shown);
    if let Some(tuning) = &found.tuning {
        exception(flow, tuning, &found.commands);
    }
    flow.gap();
    flow.write(0, &[words(Role::Dim, "values are shell words; control bytes become \"$(printf '\\033')\"")]);
}

/// The tool in force, and the others in the order in which the key goes through them.
fn tools(flow: &mut Flow, shown: &Shown<'_>) {
    let Some(tool) = shown.tool() else { return };
    let runtimes = &shown.opened.analysis.runtimes;
    let at = runtimes.iter().position(|runtime| *runtime == tool).unwrap_or(0);
    let others = runtimes.iter().cycle().skip(at + 1).take(runtimes.len().saturating_sub(1));
    let others: Vec<&str> = others.copied().map(Runtime::name).collect();
    let mut parts = vec![words(Role::Heading, tool.name())];
    if !others.is_empty() {
        parts.extend([words(Role::Separator, " · "), words(Role::Hint, "t: "), made(Role::Dim, &others.join(", "))]);
    }
    flow.write(0, &parts);
}

fn steps(flow: &mut Flow, shown: &Shown<'_>) {
    let mut above = None;
    for (at, step) in shown.opened.analysis.commands.iter().enumerate() {
        let runs_on = &shown.way(step).runs_on;
        let group = (step.kind, step.risk, runs_on);
        if above != Some(group) {
            flow.gap();
            flow.write(0, &heading((kind(step.kind), step.risk), runs_on));
            above = Some(group);
        }
        flow.begin_item();
        one(flow, at, step, shown);
        flow.end_item();
    }
}

fn heading((kind, of): (&'static str, Risk), runs_on: &Clean) -> Vec<Part> {
    let mut parts = vec![words(Role::Heading, kind), words(Role::Separator, " · "), words(role(of), risk(of))];
    if !runs_on.is_empty() {
        parts.extend([words(Role::Separator, " · "), (Role::Dim, runs_on.clone())]);
    }
    parts
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "question",
        Kind::Inspect => "inspect",
        Kind::Preserve => "preserve",
        Kind::Contain => "contain",
        Kind::Eradicate => "eradicate",
        Kind::Tune => "tune",
    }
}

fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::ReadOnly => "read-only",
        Risk::ChangesState => "changes state",
        Risk::Destructive => "destructive",
    }
}

fn role(risk: Risk) -> Role {
    match risk {
        Risk::ReadOnly => Role::ReadOnly,
        Risk::ChangesState => Role::Changes,
        Risk::Destructive => Role::Destroys,
    }
}

/// The number before a step's title, in the colour of its risk: the heading may be out of sight.
fn number(at: usize, risk: Risk) -> [Part; 2] {
    [made(role(risk), &format!("{:>2}", at + 1)), spaces(2)]
}

fn one(flow: &mut Flow, at: usize, step: &Step, shown: &Shown<'_>) {
    let title = [number(at, step.risk).as_slice(), &[(Role::Text, step.title.clone())]].concat();
    let bare = &shown.way(step).command;
    let line = shown.filled(bare);
    let command = command_parts(&line);
    let used = UNDER + width(step.title.as_str()) + 2;
    let beside = used.max(BESIDE.min(flow.columns()));
    let gaps = unfilled(&line);
    if gaps.is_empty() && beside + width(&line.text()) <= flow.columns() {
        flow.labelled(beside, &title, &command);
    } else {
        flow.labelled(used, &title, &gaps);
        under(flow, 2, &[], &command);
    }
    by_hand(flow, bare, &line, shown);
    notes(flow, step, shown);
}

/// The command with its gaps marked.
pub(crate) fn command_parts(command: &CommandLine) -> Vec<Part> {
    let clean = command.clean();
    let mut parts = Vec::new();
    let mut at = 0;
    for gap in command.gap_places() {
        parts.extend([(Role::Text, clean.slice(at..gap.start)), (Role::Error, clean.slice(gap.clone()))]);
        at = gap.end;
    }
    parts.push((Role::Text, clean.slice(at..clean.as_str().len())));
    parts
}

/// What is unfilled, why, and what fills it.
fn unfilled(command: &CommandLine) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, gap) in command.gaps().iter().enumerate() {
        let from = gap.fields.first().unwrap_or(&gap.name);
        let why = if gap.invalid.is_empty() { "not in this alert" } else { gap.invalid.as_str() };
        let before = if at == 0 { "unfilled: " } else { "; " };
        parts.push(made(Role::Error, &format!("{before}{from}, {why}")));
    }
    if !parts.is_empty() {
        parts.extend([words(Role::Separator, " · "), words(Role::Dim, "Enter fills it")]);
    }
    parts
}

/// Which values of the command were typed: they are the reader's word, not the alert's.
fn by_hand(flow: &mut Flow, bare: &CommandLine, line: &CommandLine, shown: &Shown<'_>) {
    let typed = bare.gaps().iter().filter(|gap| !line.gaps().contains(gap));
    let given = typed.filter_map(|gap| shown.given.iter().find(|given| given.gap.is_alike(gap)));
    let told: Vec<String> = given.map(|given| format!("{} {}", given.gap.name, given.typed)).collect();
    if !told.is_empty() {
        let text = [made(Role::Text, &told.join(", ")), words(Role::Dim, " · Enter asks again")];
        under(flow, 2, &[words(Role::Dim, "typed in: ")], &text);
    }
}

/// What else there is to know of a step.
fn notes(flow: &mut Flow, step: &Step, shown: &Shown<'_>) {
    let way = shown.way(step);
    let text = |text: &Clean, role| if text.is_empty() { Vec::new() } else { vec![(role, text.clone())] };
    let line = |line: &CommandLine| command_parts(&shown.filled(line));
    under(flow, 0, &[], &text(&step.why, Role::Dim));
    let breaks = step.breaks.as_ref().map_or(Vec::new(), |breaks| text(breaks, Role::Text));
    let label = if step.risk == Risk::Destructive { "destroys:" } else { "breaks:" };
    under(flow, 0, &[words(role(step.risk), label), spaces(1)], &breaks);
    under(flow, 2, &[words(Role::Dim, "undo: ")], &way.undo.as_ref().map(line).unwrap_or_default());
    under(flow, 0, &[words(Role::Dim, "no undo: ")], &text(&step.no_undo, Role::Text));
    let mut check = way.check.as_ref().map(line).unwrap_or_default();
    if !check.is_empty() && !step.expect.is_empty() {
        check.extend([words(Role::Dim, "  shows "), (Role::Dim, step.expect.clone())]);
    }
    under(flow, 2, &[words(Role::Dim, "check: ")], &check);
    under(flow, 0, &[words(Role::Dim, "note: ")], &text(&step.note, Role::Text));
}

/// The proposed exception as a file; where a step writes it, that step tells of its dangers.
fn exception(flow: &mut Flow, tuning: &Tuning, commands: &[Step]) {
    flow.gap();
    flow.write(0, &heading((kind(Kind::Tune), Risk::ChangesState), &Clean::from("a rules file for Falco")));
    flow.begin_item();
    let title = if tuning.yaml.is_empty() { "No exception is proposed" } else { "The proposed exception as YAML" };
    let title = [number(commands.len(), Risk::ChangesState).as_slice(), &[words(Role::Text, title)]].concat();
    flow.write(UNDER, &title);
    let text = |text: &Clean, role| if text.is_empty() { Vec::new() } else { vec![(role, text.clone())] };
    for line in tuning.yaml.lines() {
        under(flow, 2, &[], &[made(Role::Text, line)]);
    }
    let mut scope = text(&tuning.scope, Role::Text);
    if !tuning.silences.is_empty() {
        scope.extend([words(Role::Separator, " · "), words(Role::Dim, "Enter shows those loaded")]);
    }
    under(flow, 0, &[words(Role::Changes, "silences:"), spaces(1)], &scope);
    if !commands.iter().any(|step| step.kind == Kind::Tune) {
        under(flow, 0, &[], &text(&tuning.doubt, Role::Text));
        under(flow, 0, &[words(Role::Dim, "note: ")], &text(&tuning.caution, Role::Text));
    }
    flow.end_item();
}

/// A line under a step, rows after its first `hang` cells further right; nothing where there is nothing to say.
fn under(flow: &mut Flow, hang: usize, label: &[Part], text: &[Part]) {
    if !text.is_empty() {
        flow.write(UNDER + hang, &[&[spaces(UNDER)], label, text].concat());
    }
}
