//! Further action and Conclusion.
//!
//! Lives here: questions with what an answer means, the proposed verdict, the first next step. Imports: `base`.
//! Promise: a conclusion is never more certain than the fields; the verdict is the analyst's.

use crate::analysis::report::doc::{Block, Item, Words, para};
use crate::analysis::report::{Matter, words};
use crate::analysis::{Analysis, Kind, Question, Reading, Risk, Step};
use crate::base::Clean;

/// The two parts.
pub(crate) fn blocks(matter: &Matter<'_>) -> Vec<Block> {
    let analysis = &matter.analysis;
    let mut blocks = vec![Block::Heading(3, "Further action")];
    let items: Vec<Item> = analysis.questions.iter().map(|each| question(each, analysis)).collect();
    if items.is_empty() {
        blocks.push(para(Words::own("The playbook asks nothing more.")));
    } else {
        blocks.push(Block::Numbered(items));
    }
    blocks.push(Block::Heading(3, "Conclusion"));
    blocks.push(para(conclusion(analysis)));
    blocks
}

fn question(question: &Question, analysis: &Analysis) -> Item {
    let answer = |title: &str, text: &Clean| (!text.is_empty()).then(|| Words::own(title).said(text));
    let step = question.command.and_then(|place| analysis.commands.get(place));
    let below = [
        answer("Why: ", &question.why),
        answer("Yes: ", &question.yes),
        answer("No: ", &question.no),
        step.map(|step| Words::own("Look: ").said(&step.title)),
    ];
    Item { words: Words::default().strong(&question.ask), below: below.into_iter().flatten().collect() }
}

fn conclusion(analysis: &Analysis) -> Words {
    let weights = words::weights(analysis);
    match analysis.reading {
        Reading::Test => {
            let lead = "The alert carries the mark of a test tool, and a mark can be imitated. Proposed verdict, once somebody \
                        confirms that he ran it at this time: ";
            let rest = ". If nobody did, treat it as hostile. First step: ask who ran it.";
            Words::own(lead).strong(&Clean::from("test")).text(rest)
        }
        Reading::Malicious => {
            let lead = format!(
                "The fields lean to an attack ({weights}). Proposed verdict, unless a question above finds a harmless cause: "
            );
            let words = Words::own(&lead).strong(&Clean::from("true positive")).text(". ");
            words.and(first(analysis, &|step| step.kind == Kind::Preserve)).text(open(analysis))
        }
        Reading::Benign => {
            let lead = format!(
                "The fields lean to a harmless cause ({weights}). Proposed verdict, unless a question above finds otherwise: "
            );
            let words = Words::own(&lead).strong(&Clean::from("benign positive")).text(". ");
            words.and(asked(analysis)).text(open(analysis))
        }
        Reading::Undecided if analysis.score.test > 0 => {
            let words = format!(
                "Undecided ({weights}): the alert carries the mark of a test tool, but more in it speaks for an attack than the \
                 mark is worth. First step: ask who ran it. If nobody did, treat it as hostile."
            );
            Words::own(&words)
        }
        Reading::Undecided => {
            let lead = format!(
                "Undecided ({weights}): the fields do not tell an attack from a harmless cause, so no verdict is proposed. "
            );
            Words::own(&lead).and(asked(analysis)).text(open(analysis))
        }
    }
}

/// What the unresolved lines mean for the conclusion.
fn open(analysis: &Analysis) -> &'static str {
    if analysis.score.unresolved > 0 { " What is unresolved above could change this." } else { "" }
}

fn asked(analysis: &Analysis) -> Words {
    let Some(question) = analysis.questions.first() else {
        return first(analysis, &|step| step.risk == Risk::ReadOnly);
    };
    Words::own("First step: answer “").said(&question.ask).text("”.")
}

/// The first step that is wanted, else the first that only looks.
fn first(analysis: &Analysis, wanted: &dyn Fn(&Step) -> bool) -> Words {
    let steps = &analysis.commands;
    let step = steps.iter().find(|step| wanted(step)).or_else(|| steps.iter().find(|step| step.risk == Risk::ReadOnly));
    step.map_or_else(Words::default, |step| Words::own("First step: ").said(&step.title).text("."))
}
