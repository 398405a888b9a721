//! Mitigation and Configuration changes.
//!
//! Lives here: steps by kind, the best way in full, others named; the proposed exception. Imports: `analysis`, `base`.
//! Promise: a step that changes something never stands without its risk, its undo or why there is none, and what it breaks.

use crate::analysis::report::doc::{Block, Item, Words, para};
use crate::analysis::report::{Matter, words};
use crate::analysis::{Analysis, CommandLine, Gap, Kind, Risk, Step, Tuning};
use crate::base::Clean;

/// The two parts.
pub(crate) fn blocks(matter: &Matter<'_>) -> Vec<Block> {
    let analysis = &matter.analysis;
    let mut blocks = vec![Block::Heading(3, "Mitigation")];
    let remarks = "Nothing here was run. A value from the alert is quoted as one word; what the alert does not hold stands \
                   as a quoted name, such as '<PID>', and has to be filled in first.";
    blocks.push(para(Words::own(remarks)));
    if !analysis.place.is_empty() {
        blocks.push(para(Words::own("Note: ").said(&analysis.place).text(".")));
    }
    blocks.extend(steps(analysis, |kind| kind != Kind::Tune));
    if analysis.commands.iter().all(|step| step.kind == Kind::Tune) {
        blocks.push(para(Words::own("The playbook has no steps for this alert.")));
    }
    blocks.push(Block::Heading(3, "Configuration changes"));
    blocks.extend(exception(matter));
    blocks.extend(steps(analysis, |kind| kind == Kind::Tune));
    blocks
}

fn steps(analysis: &Analysis, wanted: fn(Kind) -> bool) -> Vec<Block> {
    let (mut blocks, mut kind) = (Vec::new(), None);
    for each in analysis.commands.iter().filter(|step| wanted(step.kind)) {
        if kind != Some(each.kind) {
            blocks.push(Block::Heading(4, words::kind(each.kind)));
            kind = Some(each.kind);
        }
        blocks.extend(step(each));
    }
    blocks
}

fn step(step: &Step) -> Vec<Block> {
    let way = step.ways.best();
    let risk = Clean::from(words::risk(step.risk));
    let title = Words::default().strong(&step.title).text(" (");
    let title = if step.risk == Risk::ReadOnly { title.said(&risk) } else { title.strong(&risk) };
    let place = if way.runs_on.is_empty() { Words::default() } else { Words::own("; ").said(&way.runs_on) };
    let mut blocks = vec![para(title.and(place).text("). ").said(&step.why))];
    blocks.push(Block::Code("sh", way.command.text()));
    let remarks = remarks(step);
    if !remarks.is_empty() {
        blocks.push(Block::Bullets(remarks.into_iter().map(Item::from).collect()));
    }
    blocks
}

fn remarks(step: &Step) -> Vec<Words> {
    let way = step.ways.best();
    let line = |title: &str, line: &Option<CommandLine>| line.as_ref().map(|l| Words::own(title).code(&l.clean()));
    let text = |title: &str, text: &Clean| (!text.is_empty()).then(|| Words::own(title).said(text));
    [
        unfilled(way.command.gaps()),
        line("Undo: ", &way.undo),
        text("No undo: ", &step.no_undo),
        line("Check: ", &way.check),
        text("The check shows: ", &step.expect),
        step.breaks.as_ref().and_then(|breaks| text("Breaks: ", breaks)),
        text("Note: ", &step.note),
        others(step),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn unfilled(gaps: &[Gap]) -> Option<Words> {
    let (first, rest) = gaps.split_first()?;
    let named = |gap: &Gap| {
        let why = if gap.invalid.is_empty() { "not in the alert" } else { &gap.invalid };
        Words::value(&Clean::from_bytes(gap.name.as_bytes())).text(&format!(" ({why})"))
    };
    Some(rest.iter().fold(Words::own("Unfilled: ").and(named(first)), |words, gap| words.text("; ").and(named(gap))))
}

/// The other runtimes' commands are in the browser and the JSON; here it is said that there are some.
fn others(step: &Step) -> Option<Words> {
    let names: Vec<Clean> =
        step.ways.all().skip(1).filter_map(|way| way.runtime).map(|runtime| runtime.name().into()).collect();
    (!names.is_empty()).then(|| Words::own("Also as a command of: ").codes(&names))
}

fn exception(matter: &Matter<'_>) -> Vec<Block> {
    let Some(tuning) = &matter.analysis.tuning else {
        let none = "No exception is proposed: the playbook has none for this rule, since whatever it silenced could be an \
                    attack as well.";
        return vec![para(Words::own(none))];
    };
    if tuning.yaml.is_empty() {
        let (lead, told) = ("no exception: ", &tuning.doubt);
        let why =
            if told.as_str().starts_with(lead) { told.slice(lead.len()..told.as_str().len()) } else { told.clone() };
        let why = Words::own("No exception is proposed: ").said(&why).text(".");
        return [Some(para(why)), caution(tuning)].into_iter().flatten().collect();
    }
    let lead = "Only once the cause is known to be harmless. A file for Falco's rules directory:";
    let mut blocks = vec![para(Words::own(lead)), Block::Code("yaml", tuning.yaml.trim_end().to_owned())];
    if !tuning.scope.is_empty() {
        blocks.push(para(Words::own("What it matches: ").said(&tuning.scope).text(".")));
    }
    if !matter.silenced.is_empty() {
        blocks.push(para(Words::of(&matter.silenced)));
    }
    blocks.extend((!tuning.doubt.is_empty()).then(|| para(Words::own("Before it is used: ").said(&tuning.doubt))));
    blocks.extend(caution(tuning));
    blocks
}

fn caution(tuning: &Tuning) -> Option<Block> {
    (!tuning.caution.is_empty()).then(|| para(Words::own("Caution: ").said(&tuning.caution)))
}
