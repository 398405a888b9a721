//! Analysis, Possible explanations, Potential impact.
//!
//! Lives here: evidence by side, techniques, ranked explanations. Imports: `analysis`, `base`. Promise: what is not known
//! is said to be not known in its own row, and never stands among what is.

use crate::analysis::report::doc::{Block, Item, Words, para};
use crate::analysis::report::{Matter, words};
use crate::analysis::{Analysis, Evidence, Explanation, Side, Stance, Technique};
use crate::base::Clean;

/// The three parts.
pub(crate) fn blocks(matter: &Matter<'_>) -> Vec<Block> {
    let analysis = &matter.analysis;
    let mut blocks = vec![Block::Heading(3, "Analysis")];
    blocks.extend(told("Why it fires. ", &analysis.fires));
    blocks.extend(told("What the rule does not see. ", &analysis.blind));
    blocks.extend(evidence(analysis));
    blocks.extend(techniques(analysis));
    blocks.push(para(playbook(analysis)));
    blocks.push(Block::Heading(3, "Possible explanations"));
    blocks.extend(explanations(analysis));
    blocks.push(Block::Heading(3, "Potential impact"));
    blocks.push(para(said_or(&analysis.impact, "The playbook says nothing of it.")));
    blocks
}

fn said_or(text: &Clean, otherwise: &str) -> Words {
    if text.is_empty() { Words::own(otherwise) } else { Words::of(text) }
}

fn told(title: &'static str, text: &Clean) -> Option<Block> {
    (!text.is_empty()).then(|| para(Words::default().strong(&Clean::from(title.trim_end())).text(" ").said(text)))
}

fn evidence(analysis: &Analysis) -> Vec<Block> {
    let of = |wanted: &dyn Fn(&Evidence) -> bool| -> Vec<&Evidence> {
        analysis.evidence.iter().filter(|line| wanted(line)).collect()
    };
    let is_known = |line: &Evidence| line.stance == Stance::True;
    let mut blocks = Vec::new();
    let speaks = |title, lines: Vec<&Evidence>, nothing| table(title, &lines, nothing);
    let against = |line: &Evidence| is_known(line) && matches!(line.side, Side::Benign | Side::Test);
    blocks.extend(speaks(
        "Speaks for an attack.",
        of(&|line| is_known(line) && line.side == Side::Malicious),
        "Nothing in the alert's fields.",
    ));
    blocks.extend(speaks("Speaks against an attack.", of(&against), "Nothing in the alert's fields."));
    let context = of(&|line| is_known(line) && line.side == Side::Context);
    if !context.is_empty() {
        blocks.extend(speaks("Worth knowing.", context, ""));
    }
    let unresolved = of(&|line| line.stance == Stance::Unresolved);
    blocks.extend(speaks("Unresolved.", unresolved, "Nothing: each line of the playbook was decided."));
    blocks
}

fn table(title: &'static str, lines: &[&Evidence], nothing: &str) -> Vec<Block> {
    let title = Words::default().strong(&Clean::from(title));
    if lines.is_empty() {
        return vec![para(title.text(" ").text(nothing))];
    }
    let rows = lines.iter().map(|line| row(line)).collect();
    vec![para(title), Block::Table(&["side", "weight", "line", "fields"], rows)]
}

fn row(line: &Evidence) -> Vec<Words> {
    let weight = if line.weight == 0 { "–".to_owned() } else { line.weight.to_string() };
    let is_open = line.stance == Stance::Unresolved;
    let side = words::side(line.side);
    let side = if is_open { format!("unresolved ({side})") } else { side.to_owned() };
    let doubt = if is_open { "Not known: " } else { "" };
    vec![Words::own(&side), Words::own(&weight), Words::own(doubt).said(&line.text), rests_on(line)]
}

/// A true line names what it rests on, an unresolved one what it needs.
fn rests_on(line: &Evidence) -> Words {
    let is_open = line.stance == Stance::Unresolved;
    let names: Vec<&Clean> =
        line.fields.iter().filter(|(_, value)| !is_open || value.is_none()).map(|(name, _)| name).collect();
    let there = if line.there.is_empty() { Words::default() } else { there(&line.there) };
    if names.is_empty() {
        return there;
    }
    Words::own(if is_open { "needs " } else { "" }).codes(names).and(there)
}

/// The filter that shows the other alerts behind a line.
fn there(filter: &str) -> Words {
    Words::own(" (shown by ").code(&Clean::from_bytes(filter.as_bytes())).text(")")
}

fn techniques(analysis: &Analysis) -> Vec<Block> {
    if analysis.attack.is_empty() {
        return vec![para(Words::own("No technique of ATT&CK is named by the rule or the playbook."))];
    }
    let version = Clean::concat(["Techniques, ids of ".into(), analysis.attack_version.clone(), ".".into()]);
    let title = para(Words::default().strong(&version));
    vec![title, Block::Bullets(analysis.attack.iter().map(|technique| technique_item(technique).into()).collect())]
}

fn technique_item(technique: &Technique) -> Words {
    let was = technique.was.as_ref();
    let was = was.map_or_else(Words::default, |was| Words::own(" (").code(was).text(" until version 18)"));
    let name = if technique.name.is_empty() { Words::default() } else { Words::own(" ").said(&technique.name) };
    let tactic = if technique.tactic.is_empty() { Words::default() } else { Words::own(", ").said(&technique.tactic) };
    let origin = if technique.from_rule { "; tag of the rule" } else { "; named by the playbook" };
    let note = if technique.note.is_empty() { Words::default() } else { Words::own(". ").said(&technique.note) };
    Words::value(&technique.id).and(was).and(name).and(tactic).text(origin).and(note)
}

fn playbook(analysis: &Analysis) -> Words {
    let playbook = &analysis.playbook;
    let rest = format!(", revision {}, chosen by {}.", playbook.revision, playbook.why);
    Words::own("Made from playbook ").code(&playbook.id).text(&rest)
}

fn explanations(analysis: &Analysis) -> Vec<Block> {
    if analysis.explanations.is_empty() {
        return vec![para(Words::own("The playbook offers none."))];
    }
    let items: Vec<Item> = analysis.explanations.iter().map(|each| explanation(each).into()).collect();
    vec![Block::Numbered(items)]
}

fn explanation(explanation: &Explanation) -> Words {
    let Explanation { text, verdict, weight, unsupported } = explanation;
    let base = if *unsupported { "; nothing in the fields supports it, the rank is its starting value" } else { "" };
    let rank = Clean::from(words::rank(*weight));
    let rest = format!(" ({weight}), would make it {}{base}", words::verdict(*verdict));
    Words::of(text).text(" — ").strong(&rank).text(&rest)
}
