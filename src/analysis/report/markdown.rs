//! The report for people.
//!
//! Lives here: the order of a section, its headings and tables. Not here: escaping (`escape`), what stands in it
//! (`analysis`). Imports: `base`, `decode`. Promise: headings are the program's own words; every text of an alert goes
//! through `escape`.

use std::io::{self, Write};

use crate::analysis::facts::{self, Facts};
use crate::analysis::report::escape::{cell, code, fence, inline};
use crate::analysis::report::groups::Section;
use crate::analysis::{
    Analysis, CommandLine, Evidence, Explanation, Kind, Reading, Risk, Side, Stance, Step, Technique, moment,
};
use crate::base::Clean;
use crate::decode::Entry;

/// How many fields the table of a section has; an attacker may have written a hundred thousand.
const MAX_FIELDS: usize = 200;

/// Writes the section of this number, counted from 1.
pub(crate) fn section(number: u64, section: &Section, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    if number == 1 {
        writeln!(out, "# Alert report\n")?;
    }
    writeln!(out, "## Section {number}\n")?;
    summary(section, analysis, out)?;
    details(section, analysis, out)?;
    meaning(analysis, out)?;
    explanations(analysis, out)?;
    writeln!(out, "### Potential impact\n\n{}\n", inline(&analysis.impact))?;
    mitigation(analysis, out)?;
    questions(analysis, out)?;
    writeln!(out, "### Conclusion\n\n{}\n", conclusion(analysis))?;
    lines(section, out)
}

/// Ends the report.
pub(crate) fn end(alerts: u64, sections: u64, out: &mut dyn Write) -> io::Result<()> {
    match (alerts, sections) {
        (0, _) => writeln!(out, "# Alert report\n\nNo alert is in this report."),
        (1, _) => {
            writeln!(out, "---\n\n1 alert. Made without a language model, from the alert and the playbooks alone.")
        }
        _ => writeln!(
            out,
            "---\n\n{alerts} alerts in {sections} sections. Made without a language model, from the alerts and the playbooks alone."
        ),
    }
}

fn summary(section: &Section, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### Summary\n")?;
    for overlay in &analysis.overlays {
        writeln!(out, "> **{}.** {} {}\n", inline(&overlay.title), inline(&overlay.what), inline(&overlay.caution))?;
    }
    let facts = Facts::of(&section.alert);
    let name = |field| facts.shown(field).map_or_else(|| "not recorded".to_owned(), |value| code(&value));
    writeln!(out, "Rule {}, priority {}, host {}.\n", name("rule"), name("priority"), name("hostname"))?;
    writeln!(out, "{}\n", inline(&analysis.summary))?;
    writeln!(out, "{}\n", when(section))?;
    writeln!(out, "Reading: **{}** ({}).\n", reading(analysis.reading), weights(analysis))
}

/// When it happened. Nothing is said of the time of an alert that records none.
fn when(section: &Section) -> String {
    let undated = match section.undated {
        0 => String::new(),
        1 => "; one of them does not record its time".to_owned(),
        more => format!("; {more} of them do not record their time"),
    };
    match (section.first, section.last) {
        (Some(first), Some(last)) if first != last => {
            format!("{} alike alerts from {} to {}{undated}.", section.count, moment::exact(first), moment::exact(last))
        }
        (Some(first), _) if section.count == 1 => format!("One alert, {}.", moment::exact(first)),
        (Some(first), _) => format!("{} alike alerts, at {}{undated}.", section.count, moment::exact(first)),
        (None, _) if section.count == 1 => "One alert; it does not record its time.".to_owned(),
        (None, _) => format!("{} alike alerts; they do not record their time.", section.count),
    }
}

fn weights(analysis: &Analysis) -> String {
    let score = analysis.score;
    let test = if score.test > 0 { format!(", test mark {}", score.test) } else { String::new() };
    format!("malicious {}, benign {}, unresolved {}{test}", score.malicious, score.benign, score.unresolved)
}

fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Malicious => "leans malicious",
        Reading::Benign => "leans benign",
        Reading::Undecided => "undecided",
        Reading::Test => "test tool",
    }
}

fn details(section: &Section, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### Event details\n\n| field | value |\n| --- | --- |")?;
    let facts = Facts::of(&section.alert);
    let first = |name: &Clean| facts.shown(name.as_str()).map(|value| (name.clone(), value));
    let is_first = |entry: &&Entry| analysis.show.iter().any(|name| name.as_str().as_bytes() == entry.name);
    let rest = section.alert.entries.iter().filter(|entry| !is_first(entry));
    let rest = rest.map(|entry| (Clean::from_bytes(&entry.name), facts::shown(entry.value.borrow())));
    for (name, value) in analysis.show.iter().filter_map(first).chain(rest).take(MAX_FIELDS) {
        writeln!(out, "| {} | {} |", cell(&name), cell(&value))?;
    }
    writeln!(out)?;
    if section.alert.entries.len() > MAX_FIELDS {
        writeln!(out, "The alert has more fields than these {MAX_FIELDS}: see its line below.\n")?;
    }
    listed("Not in the alert", &analysis.missing, out)
}

fn listed(title: &str, names: &[Clean], out: &mut dyn Write) -> io::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = names.iter().map(code).collect();
    writeln!(out, "{title}: {}.\n", names.join(", "))
}

fn meaning(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let playbook = &analysis.playbook;
    writeln!(out, "### Analysis\n\nWhy it fires: {}\n", inline(&analysis.fires))?;
    writeln!(out, "What the rule does not see: {}\n", inline(&analysis.blind))?;
    evidence(&analysis.evidence, out)?;
    for technique in &analysis.attack {
        writeln!(out, "- {}", named(technique))?;
    }
    writeln!(out, "\nPlaybook {}, revision {}, chosen by {}.\n", code(&playbook.id), playbook.revision, playbook.why)
}

fn evidence(lines: &[Evidence], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| speaks for | weight | line | fields |\n| --- | --- | --- | --- |")?;
    for line in lines {
        let weight = if line.weight == 0 { "–".to_owned() } else { line.weight.to_string() };
        let doubt = if line.stance == Stance::Unresolved { "Not known: " } else { "" };
        writeln!(out, "| {} | {weight} | {doubt}{} | {} |", speaks_for(line), inline(&line.text), rests_on(line))?;
    }
    writeln!(out)
}

fn speaks_for(line: &Evidence) -> String {
    let side = match line.side {
        Side::Malicious => "malicious",
        Side::Benign => "benign",
        Side::Test => "test",
        Side::Context => "context",
    };
    if line.stance == Stance::Unresolved { format!("unresolved ({side})") } else { side.to_owned() }
}

/// A true line names what it rests on, an unresolved one what it needs.
fn rests_on(line: &Evidence) -> String {
    let wanted = |value: &Option<Clean>| line.stance == Stance::True || value.is_none();
    let names: Vec<String> =
        line.fields.iter().filter(|(_, value)| wanted(value)).map(|(name, _)| cell(name)).collect();
    let needs = if line.stance == Stance::Unresolved { "needs " } else { "" };
    format!("{needs}{}", names.join(", "))
}

fn named(technique: &Technique) -> String {
    let was = technique.was.as_ref().map_or_else(String::new, |was| format!(" ({} until ATT&amp;CK v18)", code(was)));
    let tactic = if technique.tactic.is_empty() { String::new() } else { format!(", {}", inline(&technique.tactic)) };
    let origin = if technique.from_rule { "; tag of the rule" } else { "" };
    let note = if technique.note.is_empty() { String::new() } else { format!(". {}", inline(&technique.note)) };
    format!("{}{was} {}{tactic}{origin}{note}", code(&technique.id), inline(&technique.name))
}

fn explanations(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### Possible explanations\n")?;
    for (n, explanation) in analysis.explanations.iter().enumerate() {
        writeln!(out, "{}. {} {}", n + 1, inline(&explanation.text), rank(explanation))?;
    }
    writeln!(out)
}

fn rank(explanation: &Explanation) -> String {
    let strength = match explanation.weight {
        5.. => "strong",
        2..=4 => "possible",
        _ => "weak",
    };
    let verdict = match explanation.verdict {
        Reading::Malicious => "malicious",
        Reading::Benign => "benign",
        Reading::Test => "test",
        Reading::Undecided => "undecided",
    };
    let base = if explanation.unsupported { ", base value only: what could raise it is not known" } else { "" };
    format!("— {verdict}, {strength} ({}){base}", explanation.weight)
}

fn mitigation(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "### Mitigation\n\nNothing here was run. Commands are safe to paste; a gap stands as a quoted name.\n"
    )?;
    if !analysis.place.is_empty() {
        writeln!(out, "Note: {}.\n", inline(&analysis.place))?;
    }
    let mut kind = None;
    for step in &analysis.commands {
        if kind != Some(step.kind) {
            writeln!(out, "#### {}\n", heading(step.kind))?;
            kind = Some(step.kind);
        }
        command(step, out)?;
    }
    Ok(())
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "Ask",
        Kind::Inspect => "Inspect",
        Kind::Preserve => "Preserve",
        Kind::Contain => "Contain",
        Kind::Eradicate => "Eradicate",
        Kind::Tune => "Tune",
    }
}

fn command(step: &Step, out: &mut dyn Write) -> io::Result<()> {
    let risk = match step.risk {
        Risk::ReadOnly => "read-only",
        Risk::ChangesState => "changes state",
        Risk::Destructive => "**destructive**",
    };
    writeln!(out, "{} ({risk}; {}). {}\n", inline(&step.title), inline(&step.ways.best().runs_on), inline(&step.why))?;
    writeln!(out, "{}", fence("sh", &step.ways.best().command.text()))?;
    let remarks = remarks(step).join("\n- ");
    if remarks.is_empty() { Ok(()) } else { writeln!(out, "- {remarks}\n") }
}

fn remarks(step: &Step) -> Vec<String> {
    let line =
        |title: &str, line: &Option<CommandLine>| line.as_ref().map(|line| format!("{title}: {}", code(&line.clean())));
    let text = |title: &str, text: &Clean| Some(format!("{title}: {}", inline(text))).filter(|_| !text.is_empty());
    let gaps: Vec<String> = step.ways.best().command.gaps().iter().map(gap).collect();
    let remarks = [
        Some(format!("Unfilled: {}", gaps.join("; "))).filter(|_| !gaps.is_empty()),
        line("Undo", &step.ways.best().undo),
        text("No undo", &step.no_undo),
        line("Check", &step.ways.best().check),
        text("The check shows", &step.expect),
        step.breaks.as_ref().and_then(|breaks| text("Breaks", breaks)),
        text("Note", &step.note),
    ];
    remarks.into_iter().flatten().collect()
}

fn gap(gap: &crate::analysis::Gap) -> String {
    let name = code(&Clean::from_bytes(gap.name.as_bytes()));
    let why = if gap.invalid.is_empty() { "not in the alert" } else { gap.invalid.as_str() };
    format!("{name} ({})", inline(&Clean::from_bytes(why.as_bytes())))
}

fn questions(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### Further action\n")?;
    for (n, question) in analysis.questions.iter().enumerate() {
        writeln!(out, "{}. {} {}", n + 1, inline(&question.ask), inline(&question.why))?;
        writeln!(out, "   - Yes: {}", inline(&question.yes))?;
        writeln!(out, "   - No: {}", inline(&question.no))?;
        if let Some(step) = question.command.and_then(|place| analysis.commands.get(place)) {
            writeln!(out, "   - Look: {}", inline(&step.title))?;
        }
    }
    writeln!(out)
}

fn conclusion(analysis: &Analysis) -> String {
    let weights = weights(analysis);
    match analysis.reading {
        Reading::Test => {
            "The alert carries the mark of a test tool. Proposed verdict, once somebody confirms that he ran it at this time: **test**. \
             If nobody did, treat it as hostile."
                .to_owned()
        }
        Reading::Malicious => format!("Leans malicious ({weights}). Save evidence first, then contain. The verdict is the analyst's."),
        Reading::Benign => format!("Leans benign ({weights}). The first question above decides; the verdict is the analyst's."),
        Reading::Undecided => format!("Undecided ({weights}). Nothing is concluded from what the alert does not record."),
    }
}

fn lines(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    let more = if section.count > 1 { format!(", and {} alike", section.count - 1) } else { String::new() };
    writeln!(out, "### Alert lines\n\n{}{more}:\n", code(&section.place))?;
    writeln!(out, "{}", fence("text", Clean::from_bytes(&section.line).as_str()))
}
