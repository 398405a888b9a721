//! The tab Commands: steps under their kind and risk, each with what it does, undoes and breaks.
//!
//! Lives here: the words around steps. Not here: the steps (`analysis`). Imports: `analysis`, `base`.
//! Promise: item n is step n of the analysis, and a gap is marked and named.

use crate::analysis::{CommandLine, Kind, Risk, Step};
use crate::base::Clean;
use crate::state::Opened;
use crate::state::page::flow::{Flow, made, spaces, words};
use crate::state::page::glyphs::width;
use crate::state::page::{Part, Role};

/// Where the text under a step's number begins.
const UNDER: usize = 4;

/// Where a command stands beside its title, at least.
const BESIDE: usize = 40;

/// Writes the tab.
pub(super) fn write(flow: &mut Flow, opened: &Opened) {
    let steps = &opened.analysis.commands;
    flow.about(vec![words(Role::Dim, "stoop runs none of these")]);
    if !opened.analysis.place.is_empty() {
        flow.write(0, &[(Role::Dim, opened.analysis.place.clone())]);
        flow.gap();
    }
    if steps.is_empty() {
        flow.write(0, &[words(Role::Dim, "no playbook has a step for this alert")]);
    }
    let mut above = None;
    for (at, step) in steps.iter().enumerate() {
        let group = (step.kind, step.risk, step.ways.best().runs_on.clone());
        if above.as_ref() != Some(&group) {
            flow.end_item();
            flow.gap();
            flow.write(0, &heading(step));
            above = Some(group);
        }
        flow.begin_item();
        one(flow, at, step);
    }
    flow.end_item();
    flow.gap();
    flow.write(0, &[words(Role::Dim, "values are shell words; control bytes become \"$(printf '\\033')\"")]);
}

fn heading(step: &Step) -> Vec<Part> {
    let mut parts = vec![
        words(Role::Heading, kind(step.kind)),
        words(Role::Separator, " · "),
        words(if step.risk == Risk::Destructive { Role::Error } else { Role::Dim }, risk(step.risk)),
    ];
    let way = step.ways.best();
    if !way.runs_on.is_empty() {
        parts.extend([words(Role::Separator, " · "), (Role::Dim, way.runs_on.clone())]);
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

fn one(flow: &mut Flow, at: usize, step: &Step) {
    let title = vec![made(Role::Dim, &format!("{:>2}  ", at + 1)), (Role::Text, step.title.clone())];
    let way = step.ways.best();
    let command = command_parts(&way.command);
    let used = UNDER + width(step.title.as_str()) + 2;
    let beside = used.max(BESIDE.min(flow.columns()));
    let gaps = unfilled(&way.command);
    if gaps.is_empty() && beside + width(&way.command.text()) <= flow.columns() {
        flow.labelled(beside, &title, &command);
    } else {
        flow.labelled(used, &title, &gaps);
        under(flow, 2, &[], &command);
    }
    notes(flow, step);
}

/// The command with its gaps marked.
fn command_parts(command: &CommandLine) -> Vec<Part> {
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

/// What else there is to know of a step.
fn notes(flow: &mut Flow, step: &Step) {
    let way = step.ways.best();
    let text = |text: &Clean, role| if text.is_empty() { Vec::new() } else { vec![(role, text.clone())] };
    under(flow, 0, &[], &text(&step.why, Role::Dim));
    under(flow, 2, &[words(Role::Dim, "undo: ")], &way.undo.as_ref().map(command_parts).unwrap_or_default());
    under(flow, 0, &[words(Role::Dim, "no undo: ")], &text(&step.no_undo, Role::Text));
    let mut check = way.check.as_ref().map(command_parts).unwrap_or_default();
    if !check.is_empty() && !step.expect.is_empty() {
        check.extend([words(Role::Dim, "  shows "), (Role::Dim, step.expect.clone())]);
    }
    under(flow, 2, &[words(Role::Dim, "check: ")], &check);
    under(
        flow,
        0,
        &[words(Role::Dim, "breaks: ")],
        &step.breaks.as_ref().map_or(Vec::new(), |breaks| text(breaks, Role::Text)),
    );
    under(flow, 0, &[words(Role::Dim, "note: ")], &text(&step.note, Role::Text));
}

/// A line under a step, rows after its first `hang` cells further right; nothing where there is nothing to say.
fn under(flow: &mut Flow, hang: usize, label: &[Part], text: &[Part]) {
    if !text.is_empty() {
        flow.write(UNDER + hang, &[&[spaces(UNDER)], label, text].concat());
    }
}
