//! The tab Analysis: what happened, what it looks like and why, what to ask next, what is missing.
//!
//! Lives here: the words around the analysis. Not here: the analysis. Imports: `base`, `query`, `analysis`. Promise: it
//! says what speaks for what, never calls a leaning a verdict, and what is still being counted is no finding.

use crate::analysis::{Analysis, Evidence, Explanation, Question, Reading, Side, Stance, Technique};
use crate::base::Clean;
use crate::query::nearby;
use crate::state::number;
use crate::state::page::flow::{Flow, made, spaces, words};
use crate::state::page::{Part, Role, Shown, about};

/// Where the text beside the labels begins.
const LABEL: usize = 16;

/// The lines of evidence under their label.
const SIDES: [(&str, Side); 4] = [
    ("  for a test", Side::Test),
    ("  for malice", Side::Malicious),
    ("  for harmless", Side::Benign),
    ("  to know", Side::Context),
];

/// Writes the tab.
pub(super) fn write(flow: &mut Flow, shown: &Shown<'_>) {
    let found = &shown.opened.analysis;
    flow.about(about(shown.opened));
    overlays(flow, found);
    prose(flow, "What happened", &found.summary);
    reads_as(flow, shown);
    flow.gap();
    for (at, technique) in found.attack.iter().enumerate() {
        labelled(flow, if at == 0 { "Technique" } else { "" }, &one_technique(technique));
    }
    explanations(flow, &found.explanations);
    prose(flow, "If it is real", &found.impact);
    flow.gap();
    for (at, question) in found.questions.iter().enumerate() {
        ask(flow, at, question);
    }
    flow.gap();
    let unresolved = found.evidence.iter().filter(|line| line.stance == Stance::Unresolved);
    evidence(flow, shown, "Unresolved", unresolved.filter(|line| !is_awaited(found, line)));
    flow.gap();
    prose(flow, "Why it fires", &found.fires);
    prose(flow, "It cannot see", &found.blind);
    missing(flow, found);
    tuning(flow, found);
    source(flow, found);
}

fn labelled(flow: &mut Flow, label: &'static str, value: &[Part]) {
    flow.labelled(LABEL, &[words(Role::Heading, label)], value);
}

fn prose(flow: &mut Flow, label: &'static str, text: &Clean) {
    if !text.is_empty() {
        labelled(flow, label, &[(Role::Text, text.clone())]);
    }
}

fn word(reading: Reading) -> &'static str {
    match reading {
        Reading::Malicious => "LEANS MALICIOUS",
        Reading::Benign => "LEANS BENIGN",
        Reading::Undecided => "UNDECIDED",
        Reading::Test => "TEST",
    }
}

/// The leaning with its weights, then each line of evidence with its own.
fn reads_as(flow: &mut Flow, shown: &Shown<'_>) {
    let found = &shown.opened.analysis;
    let score = &found.score;
    let awaited = found.evidence.iter().filter(|line| is_awaited(found, line)).count();
    let unresolved = usize::try_from(score.unresolved).unwrap_or(usize::MAX).saturating_sub(awaited);
    let weights = format!(
        "weights: test {}, malice {}, harmless {} · {unresolved} unresolved",
        score.test, score.malicious, score.benign
    );
    labelled(flow, "Reads as", &[words(Role::Heading, word(found.reading)), spaces(2), made(Role::Dim, &weights)]);
    for (label, side) in SIDES {
        let lines = found.evidence.iter().filter(|line| line.stance == Stance::True && line.side == side);
        evidence(flow, shown, label, lines);
    }
    if awaited > 0 {
        labelled(flow, "", &[words(Role::Dim, "still counting the alerts around this one")]);
    }
}

/// Whether a line waits for the alerts around to be counted: until then it is neither known nor unknown.
fn is_awaited(found: &Analysis, line: &Evidence) -> bool {
    let rests_on_counts = line.fields.iter().any(|(name, _)| nearby::is_count(name.as_str()));
    !found.counted && line.stance == Stance::Unresolved && rests_on_counts
}

fn evidence<'a>(flow: &mut Flow, shown: &Shown<'_>, label: &'static str, lines: impl Iterator<Item = &'a Evidence>) {
    for (at, line) in lines.enumerate() {
        let weight = if line.weight == 0 { String::new() } else { line.weight.to_string() };
        let label = if at == 0 { label } else { "" };
        let role = if label.starts_with(' ') { Role::Dim } else { Role::Heading };
        // Without this, what nobody knows would read like a finding.
        let mut value =
            if line.stance == Stance::Unresolved { vec![words(Role::Dim, "not known: ")] } else { Vec::new() };
        value.push((Role::Text, line.text.clone()));
        value.extend(basis(line));
        if line.there.is_empty() {
            numbered(flow, (role, label), &weight, &value);
            continue;
        }
        if shown.loading {
            value.push(words(Role::Dim, ", so far"));
        }
        value.push(words(Role::Hint, " · Enter shows them"));
        flow.begin_link(&line.there);
        numbered(flow, (role, label), &weight, &value);
        flow.end_item();
    }
}

/// A row under a label that begins with a number of its own; rows after it begin behind the number.
fn numbered(flow: &mut Flow, (role, label): (Role, &'static str), number: &str, value: &[Part]) {
    let label = [made(role, &format!("{label:<LABEL$}")), made(Role::Dim, &format!("{number:<2}"))];
    flow.labelled(LABEL + 3, &label, value);
}

/// The fields that a line rests on, with the values that it does not name itself.
fn basis(line: &Evidence) -> Vec<Part> {
    let mut parts = Vec::new();
    let told = line.fields.iter().filter(|(name, value)| value.is_none() || !nearby::is_count(name.as_str()));
    for (name, value) in told {
        parts.push(words(Role::Dim, if parts.is_empty() { "  (" } else { ", " }));
        match value {
            Some(value) if line.text.as_str().contains(value.as_str()) => parts.push((Role::Dim, name.clone())),
            Some(value) => parts.extend([(Role::Dim, name.clone()), words(Role::Dim, " "), (Role::Dim, value.clone())]),
            None => parts.extend([words(Role::Dim, "needs "), (Role::Dim, needed(name))]),
        }
    }
    if !parts.is_empty() {
        parts.push(words(Role::Dim, ")"));
    }
    parts
}

/// What a line lacks: a field, or for a count what the alerts that are counted have in common.
fn needed(name: &Clean) -> Clean {
    let common = name.as_str().split('.').nth(1).filter(|_| nearby::is_count(name.as_str()));
    common.map_or_else(|| name.clone(), |common| made(Role::Dim, &format!("the alert's {common}")).1)
}

/// What is laid over the page comes first: who takes a test for an attack reads the rest for nothing.
fn overlays(flow: &mut Flow, found: &Analysis) {
    for overlay in &found.overlays {
        labelled(flow, "First", &[(Role::Heading, overlay.title.clone())]);
        for (role, text) in [(Role::Text, &overlay.what), (Role::Dim, &overlay.caution)] {
            if !text.is_empty() {
                labelled(flow, "", &[(role, text.clone())]);
            }
        }
        flow.gap();
    }
}

fn one_technique(technique: &Technique) -> Vec<Part> {
    let mut parts = vec![(Role::Text, technique.id.clone()), spaces(1), (Role::Text, technique.name.clone())];
    let mut dim = |text: Clean| parts.extend([words(Role::Separator, " · "), (Role::Dim, text)]);
    if !technique.tactic.is_empty() {
        dim(technique.tactic.clone());
    }
    if technique.from_rule {
        dim("rule tag".into());
    }
    if let Some(was) = &technique.was {
        dim(Clean::concat(["ATT&CK v18 and before: ".into(), was.clone()]));
    }
    if !technique.note.is_empty() {
        dim(technique.note.clone());
    }
    parts
}

fn explanations(flow: &mut Flow, all: &[Explanation]) {
    for (at, explanation) in all.iter().enumerate() {
        let rank = match explanation.weight {
            5.. => "strong    ",
            2..5 => "possible  ",
            _ => "weak      ",
        };
        let mut value = vec![
            words(Role::Dim, rank),
            (Role::Text, explanation.text.clone()),
            spaces(2),
            made(Role::Dim, word(explanation.verdict).trim_start_matches("LEANS ").to_lowercase().as_str()),
        ];
        if explanation.unsupported {
            value.push(words(Role::Dim, ", nothing here supports it"));
        }
        labelled(flow, if at == 0 { "May be" } else { "" }, &value);
    }
}

fn ask(flow: &mut Flow, at: usize, question: &Question) {
    let label = if at == 0 { "Ask next" } else { "" };
    numbered(flow, (Role::Heading, label), &(at + 1).to_string(), &[(Role::Text, question.ask.clone())]);
    let lines = [("why    ", &question.why), ("if yes ", &question.yes), ("if no  ", &question.no)];
    for (label, text) in lines {
        if !text.is_empty() {
            under(flow, label, (Role::Dim, text.clone()));
        }
    }
    if let Some(command) = question.command {
        under(flow, "look   ", (Role::Text, Clean::concat([Clean::from("Commands "), number::counted(command + 1)])));
    }
}

/// A line under a question.
fn under(flow: &mut Flow, label: &'static str, text: Part) {
    flow.labelled(LABEL + 11, &[spaces(LABEL + 3), words(Role::Dim, label)], &[text]);
}

fn missing(flow: &mut Flow, found: &Analysis) {
    let names: Vec<&Clean> = found.missing.iter().filter(|name| !nearby::is_count(name.as_str())).collect();
    if names.is_empty() {
        return;
    }
    let mut value = Vec::new();
    for (at, name) in names.iter().copied().enumerate() {
        value.extend((at > 0).then(|| words(Role::Text, ", ")));
        value.push((Role::Text, name.clone()));
    }
    let verb = if names.len() == 1 { " is not in this alert" } else { " are not in this alert" };
    value.push(words(Role::Text, verb));
    let gaps: Vec<String> = found
        .commands
        .iter()
        .enumerate()
        .filter(|(_, step)| !step.ways.best().command.gaps().is_empty())
        .map(|(at, _)| (at + 1).to_string())
        .collect();
    match gaps.as_slice() {
        [] => {}
        [one] => value.push(made(Role::Text, &format!("; Commands {one} has a gap until it is filled in"))),
        several => value
            .push(made(Role::Text, &format!("; Commands {} have gaps until they are filled in", several.join(", ")))),
    }
    labelled(flow, "Missing", &value);
}

/// What an exception would silence, or why none is proposed; its text is among the commands.
fn tuning(flow: &mut Flow, found: &Analysis) {
    let Some(tuning) = &found.tuning else { return };
    if tuning.yaml.is_empty() {
        return prose(flow, "Exception", &tuning.doubt);
    }
    let number = found.commands.len() + 1;
    let value = [
        words(Role::Text, "if this turns out harmless, an exception could silence "),
        (Role::Text, tuning.scope.clone()),
        made(Role::Dim, &format!(": Commands {number}")),
    ];
    labelled(flow, "Exception", &value);
}

fn source(flow: &mut Flow, found: &Analysis) {
    let chosen = &found.playbook;
    let mut value = Vec::new();
    if chosen.id.is_empty() {
        value.push(words(Role::Dim, "no playbook fits"));
    } else {
        value.extend([words(Role::Dim, "playbook "), (Role::Dim, chosen.id.clone())]);
        let origin = if chosen.origin.is_empty() { "bundled" } else { chosen.origin.as_str() };
        value.push(made(Role::Dim, &format!(" ({origin}, v{}), chosen by {}", chosen.revision, chosen.why)));
    }
    if !found.attack.is_empty() && !found.attack_version.is_empty() {
        value.extend([words(Role::Separator, " · "), (Role::Dim, found.attack_version.clone())]);
    }
    value.extend([words(Role::Separator, " · "), words(Role::Dim, "no language model was used")]);
    labelled(flow, "Source", &value);
}
